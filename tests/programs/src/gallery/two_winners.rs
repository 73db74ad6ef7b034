//! Two processes elect a leader: who has heard of none leads, and says so. If both listen before either speaks, both lead.

use std::time::Duration;

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
    if other.poll(Some(Duration::ZERO))? {
        return Ok(false);
    }
    other.send(&me)?;
    Ok(true)
}
