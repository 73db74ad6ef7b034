use crate::{Check, in_child, join, waiting_for};
use core::time::Duration;
use forktalk_abi::{
    Deadline, Errno, ExitStatus, LOCK_BYTES, Locked, Region, Result, Signal, System,
};
use forktalk_native::Unix;

pub(crate) const CHECKS: &[Check] = &[
    ("robust_lock/excludes_between_processes", excludes),
    ("robust_lock/excludes_between_threads", excludes_threads),
    (
        "robust_lock/the_next_is_told_of_an_owner_that_was_killed",
        owner_killed,
    ),
    (
        "robust_lock/the_next_is_told_of_an_owner_that_exited",
        owner_exited,
    ),
    ("robust_lock/who_waits_is_told_too", told_while_waiting),
    ("robust_lock/gives_up_at_the_deadline", deadline),
    ("robust_lock/a_forked_child_does_not_hold_it", not_inherited),
];

/// Words beside the lock.
const COUNTER: usize = LOCK_BYTES;
const READY: usize = LOCK_BYTES + 4;
const REGION_BYTES: usize = LOCK_BYTES + 8;

fn count_under_lock(region: &impl Region) -> Result<()> {
    for _ in 0..5_000 {
        assert_eq!(region.lock(0, None)?, Locked::Clean);
        let before = region.load(COUNTER);
        region.store(COUNTER, before + 1);
        region.unlock(0)?;
    }
    Ok(())
}

fn excludes() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    let child = Unix::fork("child", || in_child(|| count_under_lock(&region)))?;
    waiting_for("a contended lock");
    count_under_lock(&region)?;
    join(child)?;
    assert_eq!(region.load(COUNTER), 10_000);
    Ok(())
}

fn excludes_threads() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    waiting_for("a lock contended by threads");
    std::thread::scope(|scope| {
        let other = scope.spawn(|| count_under_lock(&region));
        count_under_lock(&region)?;
        other.join().expect("the other thread counted")
    })?;
    assert_eq!(region.load(COUNTER), 10_000);
    Ok(())
}

fn owner_killed() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    let owner = Unix::fork("owner", || {
        in_child(|| {
            region.lock(0, None)?;
            Unix::kill(Unix::own_pid(), Signal::KILL)
        })
    })?;
    let status = Unix::wait(owner, true)?;
    assert_eq!(status, Some(ExitStatus::Signaled(Signal::KILL)));
    waiting_for("a lock whose owner was killed");
    assert_eq!(region.lock(0, None)?, Locked::OwnerDied);
    region.unlock(0)?;
    assert_eq!(region.lock(0, None)?, Locked::Clean);
    region.unlock(0)
}

fn owner_exited() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    let owner = Unix::fork("owner", || in_child(|| region.lock(0, None).map(drop)))?;
    join(owner)?;
    assert_eq!(region.lock(0, Some(Deadline::PAST))?, Locked::OwnerDied);
    region.unlock(0)
}

fn told_while_waiting() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    let owner = Unix::fork("owner", || {
        in_child(|| {
            region.lock(0, None)?;
            region.store(READY, 1);
            Unix::sleep(Deadline::after(Unix::now(), Duration::from_secs(3600)));
            Ok(())
        })
    })?;
    waiting_for("an owner to take the lock");
    while region.load(READY) == 0 {
        Unix::sleep(Deadline::after(Unix::now(), Duration::from_micros(100)));
    }
    let killer = Unix::fork("killer", || {
        in_child(|| {
            Unix::sleep(Deadline::after(Unix::now(), Duration::from_millis(20)));
            Unix::kill(owner, Signal::KILL)
        })
    })?;
    waiting_for("a lock whose owner is about to be killed");
    assert_eq!(region.lock(0, None)?, Locked::OwnerDied);
    region.unlock(0)?;
    let status = Unix::wait(owner, true)?;
    assert_eq!(status, Some(ExitStatus::Signaled(Signal::KILL)));
    join(killer)
}

fn deadline() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    region.lock(0, None)?;
    let other = Unix::fork("other", || {
        in_child(|| {
            let past = region.lock(0, Some(Deadline::PAST));
            assert_eq!(past, Err(Errno::TIMEDOUT));
            let begun = Unix::now();
            let wait = Duration::from_millis(20);
            let late = region.lock(0, Some(Deadline::after(begun, wait)));
            assert_eq!(late, Err(Errno::TIMEDOUT));
            assert!(Unix::now() - begun >= wait);
            Ok(())
        })
    })?;
    join(other)?;
    region.unlock(0)
}

fn not_inherited() -> Result<()> {
    let region = Unix::map(REGION_BYTES)?;
    region.make_lock(0)?;
    assert_eq!(region.unlock(0), Err(Errno::PERM));
    region.lock(0, None)?;
    let child = Unix::fork("child", || {
        in_child(|| {
            assert_eq!(region.unlock(0), Err(Errno::PERM));
            let taken = region.lock(0, Some(Deadline::PAST));
            assert_eq!(taken, Err(Errno::TIMEDOUT));
            Ok(())
        })
    })?;
    join(child)?;
    region.unlock(0)
}
