use crate::{Check, in_child, join, waiting_for};
use core::time::Duration;
use forktalk_abi::{Deadline, Errno, Region, Result, System};
use forktalk_native::Unix;

pub(crate) const CHECKS: &[Check] = &[
    ("word/a_wake_is_felt_in_every_process", wakes_all),
    ("word/who_expects_something_else_does_not_sleep", changed),
    ("word/gives_up_at_the_deadline", deadline),
    ("word/two_processes_pass_a_token", token),
];

const WORD: usize = 4;
const ASLEEP: usize = 8;

fn sleep_until_set(region: &impl Region) -> Result<()> {
    region.add(ASLEEP, 1);
    while region.load(WORD) == 0 {
        region.wait_on_word(WORD, 0, None)?;
    }
    Ok(())
}

fn wakes_all() -> Result<()> {
    let region = Unix::map(16)?;
    let children: Vec<_> = (0..3)
        .map(|_| Unix::fork("child", || in_child(|| sleep_until_set(&region))))
        .collect::<Result<_>>()?;
    waiting_for("three children that are about to sleep");
    while region.load(ASLEEP) < 3 {
        std::thread::yield_now();
    }
    Unix::sleep(Deadline::after(Unix::now(), Duration::from_millis(20)));
    region.store(WORD, 1);
    region.wake(WORD);
    children.into_iter().try_for_each(join)
}

fn changed() -> Result<()> {
    let region = Unix::map(16)?;
    region.store(WORD, 1);
    waiting_for("a word that has changed already");
    region.wait_on_word(WORD, 0, None)?;
    region.wait_on_word(WORD, 0, Some(Deadline::PAST))
}

fn deadline() -> Result<()> {
    let region = Unix::map(16)?;
    waiting_for("a deadline");
    let began = Unix::now();
    let until = Deadline::after(began, Duration::from_millis(30));
    let answer = loop {
        // It may return for no reason.
        match region.wait_on_word(WORD, 0, Some(until)) {
            Ok(()) => {}
            Err(errno) => break errno,
        }
    };
    assert_eq!(answer, Errno::TIMEDOUT);
    assert!(Unix::now() - began >= Duration::from_millis(30));
    let past = region.wait_on_word(WORD, 0, Some(Deadline::PAST));
    assert_eq!(past, Err(Errno::TIMEDOUT));
    Ok(())
}

/// Waits until the word is `mine`, and makes it `theirs`.
fn turns(region: &impl Region, mine: u32, theirs: u32) -> Result<()> {
    for _ in 0..2_000 {
        while region.load(WORD) != mine {
            region.wait_on_word(WORD, theirs, None)?;
        }
        region.store(WORD, theirs);
        region.wake(WORD);
    }
    Ok(())
}

fn token() -> Result<()> {
    let region = Unix::map(16)?;
    let child = Unix::fork("child", || in_child(|| turns(&region, 1, 0)))?;
    waiting_for("the token that a child passes back");
    turns(&region, 0, 1)?;
    join(child)
}
