//! A round trip over two pipes: one write and one read each way, and what the system's scheduler takes.

use super::case::{Case, Who, unknown};
use super::forked::Forked;
use super::rig::{self, Answer, Crew};
use super::tally::END;
use nix::fcntl::OFlag;
use nix::unistd::{pipe2, read, write};
use std::os::fd::OwnedFd;

pub(crate) fn measure(case: Case) -> Answer<f64> {
    let Case::RoundTrip { asleep } = case else {
        return unknown(Who::Pipe, case);
    };
    let (heard, there) = pipe2(OFlag::O_CLOEXEC)?;
    let (here, back) = pipe2(OFlag::O_CLOEXEC)?;
    let echo = Forked::start(Box::new(move || {
        loop {
            match get(&heard)? {
                END => return Ok(()),
                number => put(&back, number)?,
            }
        }
    }))?;
    let answer = rig::round_trip(asleep, |number| {
        put(&there, number)?;
        get(&here)
    })?;
    put(&there, END)?;
    Forked::wait(echo)?;
    Ok(answer)
}

fn put(end: &OwnedFd, number: u64) -> Answer<()> {
    match write(end, &number.to_ne_bytes())? {
        8 => Ok(()),
        bytes => Err(format!("only {bytes} bytes were written").into()),
    }
}

fn get(end: &OwnedFd) -> Answer<u64> {
    let mut bytes = [0; 8];
    match read(end, &mut bytes)? {
        8 => Ok(u64::from_ne_bytes(bytes)),
        bytes => Err(format!("only {bytes} bytes were read").into()),
    }
}
