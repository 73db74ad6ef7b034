//! Two processes elect a leader: each says its number, hears the other's, and the lower one leads. Nobody decides before
//! both have spoken.

use forktalk::{Connection, Process, duplex};

pub fn main() -> forktalk::Result<()> {
    let (here, there) = duplex::<u32, u32>()?;
    let child = Process::fork(|| leads(2, &there).map(i32::from))?;
    let parent_leads = leads(1, &here)?;
    let child_leads = child.join()?.code() == Some(1);
    assert_ne!(parent_leads, child_leads, "one leads, and one only");
    println!("one leads, and one only");
    Ok(())
}

fn leads(me: u32, other: &Connection<u32, u32>) -> forktalk::Result<bool> {
    other.send(&me)?;
    Ok(me < other.recv()?)
}
