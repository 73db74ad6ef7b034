//! Two threads elect a leader: who has heard of none, or who has the lower number.

use shuttle::sync::mpsc::{Receiver, Sender, channel};
use shuttle::thread;

pub(crate) fn broken() {
    elect(|me, other, to_other| {
        let leads = other.try_recv().is_err();
        if leads {
            to_other.send(me).unwrap();
        }
        leads
    });
}

pub(crate) fn repaired() {
    elect(|me, other, to_other| {
        to_other.send(me).unwrap();
        me < other.recv().unwrap()
    });
}

fn elect(leads: fn(u32, &Receiver<u32>, &Sender<u32>) -> bool) {
    let (to_here, here) = channel();
    let (to_there, there) = channel();
    // Both ends last until both have spoken, as a process's do that forks.
    let child = thread::spawn(move || (leads(2, &there, &to_here), there, to_here));
    let parent_leads = leads(1, &here, &to_there);
    let (child_leads, _there, _to_here) = child.join().unwrap();
    assert_ne!(parent_leads, child_leads, "one leads, and one only");
}
