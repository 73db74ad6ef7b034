//! A daemon dies with its parent, however the parent dies. A child that is none lives on.

use forktalk::{Process, Receiver, Sender, pipe};

pub fn main() -> forktalk::Result<()> {
    for killed in [false, true] {
        let (end, finish) = pipe::<()>()?;
        let (rx, tx) = pipe::<String>()?;
        let parent = Process::spawn(move || parent_of_two(&tx, &end))?;
        let mut words = [rx.recv()?, rx.recv()?];
        words.sort();
        println!("{} and {} are there", words[0], words[1]);

        if killed {
            parent.kill()?;
        } else {
            finish.send(&())?;
        }
        println!("their parent: {}", parent.join()?);
        println!("{}", rx.recv()?);
        assert!(rx.recv().is_err(), "the daemon said no more");
    }
    Ok(())
}

fn parent_of_two(tx: &Sender<String>, end: &Receiver<()>) -> forktalk::Result<()> {
    let mut held = Vec::new(); // these writing ends are this process's alone: they close when it dies
    for daemon in [true, false] {
        let (alive, mine) = pipe::<()>()?;
        held.push(mine);
        let tx = tx.try_clone()?;
        let start = Process::builder().daemon(daemon);
        start.spawn(move || live_on(daemon, &tx, &alive))?;
    }
    Ok(end.recv()?)
}

fn live_on(daemon: bool, tx: &Sender<String>, alive: &Receiver<()>) -> forktalk::Result<()> {
    let me = if daemon { "a daemon" } else { "a child" };
    tx.send(&me.to_string())?;
    assert!(alive.recv().is_err());
    if daemon {
        forktalk::sleep(std::time::Duration::from_secs(3600)); // its death is on the way
    }
    tx.send(&format!("{me} lives on"))?;
    Ok(())
}
