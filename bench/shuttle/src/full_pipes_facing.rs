//! Two threads swap pages, each larger than a channel holds: a page is two parts, and there is room for one.

use shuttle::sync::mpsc::{Receiver, SyncSender, sync_channel};
use shuttle::thread;

pub(crate) fn broken() {
    let (to_here, here) = sync_channel(1);
    let (to_there, there) = sync_channel(1);
    let child = thread::spawn(move || swap_after_a_look(&there, &to_here));
    swap_after_a_look(&here, &to_there);
    child.join().unwrap();
}

pub(crate) fn repaired() {
    let (to_here, here) = sync_channel(1);
    let (to_there, there) = sync_channel(1);
    let child = thread::spawn(move || {
        receive(&there);
        send(&to_here);
    });
    send(&to_there);
    receive(&here);
    child.join().unwrap();
}

fn swap_after_a_look(from: &Receiver<()>, to: &SyncSender<()>) {
    if from.try_recv().is_ok() {
        from.recv().unwrap();
        send(to);
    } else {
        send(to);
        receive(from);
    }
}

fn send(to: &SyncSender<()>) {
    to.send(()).unwrap();
    to.send(()).unwrap();
}

fn receive(from: &Receiver<()>) {
    from.recv().unwrap();
    from.recv().unwrap();
}
