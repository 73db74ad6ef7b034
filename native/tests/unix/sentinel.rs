use crate::{Check, in_child, join, waiting_for};
use core::time::Duration;
use forktalk_abi::{Deadline, Errno, ExitStatus, Fd, Pid, Poll, Result, Signal, System};
use forktalk_native::Unix;

pub(crate) const CHECKS: &[Check] = &[
    (
        "sentinel/is_readable_once_the_child_has_ended",
        tells_the_end,
    ),
    ("sentinel/a_grandchild_does_not_delay_it", grandchild),
    ("sentinel/a_brother_does_not_delay_it", brother),
    ("sentinel/of_nobody_is_esrch", nobody),
];

fn is_readable(fd: Fd, deadline: Option<Deadline>) -> Result<bool> {
    Ok(Unix::poll(&mut [Poll::readable(fd)], deadline)? == 1)
}

fn tells_the_end() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let child = Unix::fork("child", || {
        in_child(|| {
            Unix::close(writing)?;
            Unix::read(reading, &mut [0; 1]).map(drop)
        })
    })?;
    Unix::close(reading)?;
    let sentinel = Unix::open_process(child)?;
    assert!(!is_readable(sentinel, Some(Deadline::PAST))?);
    Unix::close(writing)?;
    waiting_for("a sentinel");
    assert!(is_readable(sentinel, None)?);
    // Ended and not taken: it can still be opened, and says so.
    let another = Unix::open_process(child)?;
    assert!(is_readable(another, None)?);
    join(child)?;
    assert!(is_readable(sentinel, None)?);
    Unix::close(another)?;
    Unix::close(sentinel)
}

/// A child that has ended, and a grandchild that lives until `writing` is closed here.
fn family(reading: Fd, writing: Fd) -> Result<Pid> {
    Unix::fork("child", || {
        in_child(|| {
            Unix::fork("grandchild", || {
                in_child(|| {
                    Unix::close(writing)?;
                    Unix::read(reading, &mut [0; 1]).map(drop)
                })
            })?;
            Ok(())
        })
    })
}

fn grandchild() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let child = family(reading, writing)?;
    Unix::close(reading)?;
    let sentinel = Unix::open_process(child)?;
    waiting_for("a sentinel while a grandchild lives");
    assert!(is_readable(sentinel, None)?);
    // The grandchild still holds the reading end.
    Unix::write(writing, &[], b"")?;
    join(child)?;
    Unix::close(sentinel)?;
    Unix::close(writing)
}

fn brother() -> Result<()> {
    let sleep = || {
        Unix::sleep(Deadline::after(Unix::now(), Duration::from_secs(3600)));
        0
    };
    let elder = Unix::fork("elder", sleep)?;
    let younger = Unix::fork("younger", sleep)?;
    let sentinels = [Unix::open_process(elder)?, Unix::open_process(younger)?];
    for (child, sentinel) in [elder, younger].into_iter().zip(sentinels) {
        assert!(!is_readable(sentinel, Some(Deadline::PAST))?);
        Unix::kill(child, Signal::KILL)?;
        waiting_for("a sentinel while a brother lives");
        assert!(is_readable(sentinel, None)?);
        let status = Unix::wait(child, true)?;
        assert_eq!(status, Some(ExitStatus::Signaled(Signal::KILL)));
        Unix::close(sentinel)?;
    }
    Ok(())
}

fn nobody() -> Result<()> {
    let child = Unix::fork("child", || 0)?;
    join(child)?;
    for gone in [child, Pid(0), Pid(-1)] {
        assert_eq!(Unix::open_process(gone), Err(Errno::SRCH));
    }
    Ok(())
}
