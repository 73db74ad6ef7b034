//! A queue without its type: the ring, and how one sleeps and is woken beside it.
//!
//! There are up to three things to wait for ([`Place`]). In each place one is first in line, by a robust lock, and the
//! others wait for that lock: so one item wakes one sleeper, and the kernel names the next when the first is killed.
//!
//! # From nap to watch
//!
//! Who is first sleeps on a word of the ring (a futex), which is quick. If nothing comes for [`NAP`] and there is no
//! deadline, it wants to know whether anybody is left who could help it, even if all of them were killed: only the kernel
//! can witness that. So each place has a pipe, of which every holder of the queue has both ends. Who waits lays its
//! writing ends down and polls: it is woken by a byte, and it is told when nobody holds a writing end any more, which
//! happens when every other holder has ended, dropped the queue, or waits like this too.
//!
//! Of those who wait too, one may just have been woken and not have taken its ends up again. Therefore each of them has
//! a *seat* while its ends are down: a robust lock that says by being held that its owner lives, and a word that says
//! what it waits for. Nobody is left only if no living seat owner would find what it waits for.
//!
//! Who has a deadline keeps its ends: it will wake by itself, and may put or get then.

mod bell;
mod scope;
mod sleep;

use std::sync::Arc;
use std::time::Duration;

use forktalk_abi::{Deadline, Errno, Fd, Poll, QueueParts, QueuePlace, Region as _, System};

use crate::Sys;
use crate::error::Closed;
use crate::error::ProcessError;
use crate::process::Process;
use crate::ring::{self, Framed, Got, Held, Patience, Put, Ring};
use bell::{ARMED, Bell, Place};
use scope::Scope;

type Region = <Sys as System>::Region;

/// How long a side's lock may be kept before a bounded wait gives up on it. Only a process that was stopped keeps it longer
/// than a moment.
const GRACE: Duration = Duration::from_millis(100);

/// Why an operation was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Missed {
    /// It could not be done by the deadline.
    Timeout,
    Closed(Closed),
    System(Errno),
}

impl From<Errno> for Missed {
    fn from(errno: Errno) -> Missed {
        match errno {
            // The lock of a side was held on and on.
            Errno::TIMEDOUT => Missed::Timeout,
            other => Missed::System(other),
        }
    }
}

/// A handle of a queue.
pub(crate) struct Core {
    pub(crate) ring: Arc<Ring<Region>>,
    /// By place; who has no tasks has no third.
    bells: Vec<Bell>,
    patience_for_items: Patience,
    patience_for_room: Patience,
}

impl Core {
    #[track_caller]
    pub(crate) fn new(items: Option<u32>, bytes: Option<u32>, tasks: bool) -> Result<Core, Errno> {
        let ring = Arc::new(Ring::new(Sys::map, items, bytes)?);
        let places = if tasks { 3 } else { 2 };
        let mut bells = Vec::with_capacity(places);
        for _ in 0..places {
            bells.push(Bell::new()?);
        }
        introduce(&ring, &bells)?;
        Ok(Core::of(ring, bells))
    }

    fn of(ring: Arc<Ring<Region>>, bells: Vec<Bell>) -> Core {
        Core {
            ring,
            bells,
            patience_for_items: Patience::default(),
            patience_for_room: Patience::default(),
        }
    }

    #[track_caller]
    pub(crate) fn duplicate(&self) -> Result<Core, Errno> {
        let mut bells = Vec::with_capacity(self.bells.len());
        for bell in &self.bells {
            bells.push(bell.duplicate()?);
        }
        Ok(Core::of(Arc::clone(&self.ring), bells))
    }

    /// Whether this process gave this handle up.
    #[inline]
    pub(crate) fn is_closed_here(&self) -> bool {
        self.bells[0].reading.fd().is_none()
    }

    /// Gives the handle up.
    #[track_caller]
    pub(crate) fn leave(&self) {
        for bell in &self.bells {
            bell.reading.close();
            bell.writing.close();
        }
    }

    /// Puts an item.
    #[track_caller]
    #[inline]
    pub(crate) fn put(&self, item: &[u8], deadline: Option<Deadline>) -> Result<(), Missed> {
        let scope = Scope::begin();
        // Who was first in line stays so until it has what it came for: the next would only wake to find it taken.
        let mut first = None;
        loop {
            let (put, _) = self.put_by(deadline, |ring| {
                (ring.put(item, || self.ring_bell(Place::Items)), 0)
            })?;
            let slept = first.take().is_some();
            scope.forget(|| (put, slept));
            match put {
                Put::All => return Ok(()),
                Put::Closed => return Err(Missed::Closed(Closed::Everywhere)),
                Put::Full | Put::Behind => {}
            }
            let needs = ring::record_bytes(item.len()) as u32;
            first = self.await_room(needs, slept, deadline)?;
        }
    }

    /// How it ended, and how many bytes were put; it is never [`Put::Behind`].
    #[track_caller]
    #[inline]
    fn put_by(
        &self,
        deadline: Option<Deadline>,
        put: impl Fn(&Ring<Region>) -> (Put, usize),
    ) -> Result<(Put, usize), Missed> {
        if self.is_closed_here() {
            return Err(Missed::Closed(Closed::Here));
        }
        loop {
            let held = self.hold(ring::PUTTING, deadline)?;
            let ended = put(&self.ring);
            drop(held);
            if ended.0 != Put::Behind {
                return Ok(ended);
            }
            let _both = self.hold_both(deadline)?;
            self.ring.catch_up();
        }
    }

    /// Puts the records of `framed`; says how many it was done with, also when it was not done with all.
    #[track_caller]
    pub(crate) fn put_all(
        &self,
        framed: &Framed,
        deadline: Option<Deadline>,
    ) -> (u32, Result<(), Missed>) {
        let scope = Scope::begin();
        let all = framed.bytes();
        let (mut done, mut left) = (0, framed.records());
        let mut first = None;
        let answer = loop {
            let rest = &all[done..];
            let put = self.put_by(deadline, |ring| {
                ring.put_all(rest, left, || self.ring_bell(Place::Items))
            });
            match put {
                Ok((Put::All, _)) => {
                    left = 0;
                    break Ok(());
                }
                Ok((Put::Closed, _)) => break Err(Missed::Closed(Closed::Everywhere)),
                Ok((Put::Full | Put::Behind, bytes)) => {
                    left -= ring::records_in(&rest[..bytes]);
                    done += bytes;
                }
                Err(missed) => break Err(missed),
            }
            let slept = first.take().is_some();
            scope.forget(|| (done, left, slept));
            let needs = ring::first_record(&all[done..]).map_or(0, <[u8]>::len);
            match self.await_room(needs as u32, slept, deadline) {
                Ok(held) => first = held,
                Err(missed) => break Err(missed),
            }
        };
        drop(first);
        scope.forget(|| (left, answer));
        (framed.records() - left, answer)
    }

    #[track_caller]
    #[cold]
    fn await_room(
        &self,
        needs: u32,
        slept: bool,
        deadline: Option<Deadline>,
    ) -> Result<Option<Held<'_, Region>>, Missed> {
        if deadline == Some(Deadline::PAST) {
            return Err(Missed::Timeout);
        }
        if self.ring.linger_for_room(&self.patience_for_room, slept) {
            return Ok(None);
        }
        self.sleep(Place::Room, needs, deadline).map(Some)
    }

    /// Gets an item into `bytes`.
    #[track_caller]
    #[inline]
    pub(crate) fn get(
        &self,
        bytes: &mut Vec<u8>,
        deadline: Option<Deadline>,
    ) -> Result<(), Missed> {
        let scope = Scope::begin();
        let answer = self.get_by(deadline, |ring| {
            ring.get(bytes, || self.ring_bell(Place::Room))
        });
        scope.forget(|| (answer, &bytes[..]));
        answer
    }

    /// Gets an item into `small`, and says how long it is; nothing if the next one is longer.
    #[track_caller]
    #[inline]
    pub(crate) fn get_small(
        &self,
        small: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Option<usize>, Missed> {
        let scope = Scope::begin();
        let mut length = 0;
        let mut left = false;
        let answer = self.get_by(deadline, |ring| {
            let got = ring.get_small(small, &mut length, || self.ring_bell(Place::Room));
            left = got == Got::Left;
            got
        });
        scope.forget(|| (answer, left, small.get(..length)));
        answer.map(|()| (!left).then_some(length))
    }

    /// Gets up to `most` items, at least one, into `framed`, as records.
    #[track_caller]
    pub(crate) fn drain(
        &self,
        framed: &mut Vec<u8>,
        most: u32,
        deadline: Option<Deadline>,
    ) -> Result<(), Missed> {
        let scope = Scope::begin();
        let answer = self.get_by(deadline, |ring| {
            ring.drain(framed, most, || self.ring_bell(Place::Room))
        });
        scope.forget(|| (answer, &framed[..]));
        answer
    }

    #[track_caller]
    #[inline]
    fn get_by(
        &self,
        deadline: Option<Deadline>,
        mut get: impl FnMut(&Ring<Region>) -> Got,
    ) -> Result<(), Missed> {
        let scope = Scope::begin();
        // As in a put.
        let mut first = None;
        while !self.get_some(deadline, &mut get)? {
            let slept = first.take().is_some();
            scope.forget(|| slept);
            first = self.await_items(slept, deadline)?;
        }
        Ok(())
    }

    /// Whether there was something.
    #[track_caller]
    #[inline]
    fn get_some(
        &self,
        deadline: Option<Deadline>,
        get: impl FnOnce(&Ring<Region>) -> Got,
    ) -> Result<bool, Missed> {
        if self.is_closed_here() {
            return Err(Missed::Closed(Closed::Here));
        }
        let held = self.hold(ring::GETTING, deadline)?;
        let got = get(&self.ring);
        if got == Got::Some
            && self.ring.should_rewind()
            && let Ok(_putting) = self.ring.lock(ring::PUTTING, Some(Deadline::PAST))
        {
            self.ring.rewind();
        }
        drop(held);
        match got {
            Got::Some | Got::Left => Ok(true),
            Got::Empty => Ok(false),
            Got::Closed => Err(Missed::Closed(Closed::Everywhere)),
        }
    }

    #[track_caller]
    #[cold]
    fn await_items(
        &self,
        slept: bool,
        deadline: Option<Deadline>,
    ) -> Result<Option<Held<'_, Region>>, Missed> {
        if deadline == Some(Deadline::PAST) {
            return Err(Missed::Timeout);
        }
        if self.ring.linger_for_items(&self.patience_for_items, slept) {
            return Ok(None);
        }
        self.sleep(Place::Items, 0, deadline).map(Some)
    }

    /// As [`Core::get`], but ends when one of the processes has ended and nothing is there: then it answers which.
    #[track_caller]
    pub(crate) fn get_relying_on(
        &self,
        bytes: &mut Vec<u8>,
        deadline: Option<Deadline>,
        processes: &[Fd],
    ) -> Result<Option<usize>, Missed> {
        let mut get = |ring: &Ring<Region>| ring.get(bytes, || self.ring_bell(Place::Room));
        loop {
            if self.get_some(deadline, &mut get)? {
                return Ok(None);
            }
            if self.arm(deadline)? {
                continue;
            }
            let mut polls = vec![Poll::readable(self.bells[0].reading()?)];
            polls.extend(processes.iter().map(|&fd| Poll::readable(fd)));
            let ready = Sys::poll(&mut polls, deadline)?;
            if polls[0].is_ready() {
                continue;
            }
            // What it put before it ended is got first.
            if self.get_some(deadline, &mut get)? {
                return Ok(None);
            }
            match polls[1..].iter().position(Poll::is_ready) {
                None if ready == 0 => return Err(Missed::Timeout),
                died => return Ok(died),
            }
        }
    }

    /// Closes the queue for all.
    #[track_caller]
    pub(crate) fn close(&self) {
        let both = self.hold_both(None);
        debug_assert!(
            both.is_ok(),
            "a lock without a deadline is taken in the end"
        );
        // As with an item: first the others are woken, and then there is a reason.
        self.ring_bell(Place::Items);
        self.ring_bell(Place::Room);
        self.ring.close();
    }

    /// One task more is done; nothing if there was none.
    #[track_caller]
    pub(crate) fn task_done(&self) -> Result<Option<()>, Missed> {
        if self.is_closed_here() {
            return Err(Missed::Closed(Closed::Here));
        }
        let _held = self.ring.lock(ring::TASKS, None)?;
        let done = self.ring.region.load(ring::DONE);
        let put = self.ring.put_count();
        if done == put {
            return Ok(None);
        }
        if done.wrapping_add(1) == put {
            self.ring_bell(Place::Tasks);
        }
        self.ring.region.store(ring::DONE, done.wrapping_add(1));
        Ok(Some(()))
    }

    /// Waits until all tasks are done.
    #[track_caller]
    pub(crate) fn join(&self, deadline: Option<Deadline>) -> Result<(), Missed> {
        loop {
            if self.is_closed_here() {
                return Err(Missed::Closed(Closed::Here));
            }
            if self.is_satisfied(Place::Tasks, 0) {
                return Ok(());
            }
            if deadline == Some(Deadline::PAST) {
                return Err(Missed::Timeout);
            }
            drop(self.sleep(Place::Tasks, 0, deadline)?);
        }
    }

    /// The tasks that were put and are not done.
    pub(crate) fn unfinished(&self) -> u32 {
        let done = self.ring.region.load(ring::DONE);
        self.ring.put_count().wrapping_sub(done)
    }

    /// Takes the lock of a side, which is held for a moment only: that it is taken does not mean that there is no room or no
    /// item. `ETIMEDOUT`: it is held on and on, and the deadline has passed.
    #[track_caller]
    #[inline]
    fn hold(&self, lock: usize, deadline: Option<Deadline>) -> Result<Held<'_, Region>, Errno> {
        match deadline {
            None => self.ring.lock(lock, None),
            Some(deadline) => match self.ring.lock(lock, Some(Deadline::PAST)) {
                Err(Errno::TIMEDOUT) => {
                    let grace = Deadline::after(Sys::now(), GRACE);
                    self.ring.lock(lock, Some(deadline.max(grace)))
                }
                answer => answer,
            },
        }
    }

    #[track_caller]
    fn hold_both(&self, deadline: Option<Deadline>) -> Result<[Held<'_, Region>; 2], Errno> {
        let getting = self.hold(ring::GETTING, deadline)?;
        let putting = self.hold(ring::PUTTING, deadline)?;
        // In this order they are released too.
        Ok([putting, getting])
    }

    /// Sees to it that the pipe of the items becomes readable when there is one. Whether there is one already.
    #[track_caller]
    pub(crate) fn arm(&self, deadline: Option<Deadline>) -> Result<bool, Errno> {
        Ok(self.register(Place::Items, 0, ARMED, deadline)?.is_none())
    }

    /// Whether a get would not wait now.
    pub(crate) fn has_something(&self) -> bool {
        self.is_satisfied(Place::Items, 0)
    }

    /// What becomes readable after [`Core::arm`].
    pub(crate) fn items_fd(&self) -> Option<Fd> {
        self.bells[0].reading.fd()
    }
}

/// Tells a kernel that records it what the region and the pipes are.
fn introduce(ring: &Ring<Region>, bells: &[Bell]) -> Result<(), Errno> {
    let parts = QueueParts {
        put: ring::PUT,
        got: ring::GOT,
        closed: ring::CLOSED,
        putting: ring::PUTTING,
        getting: ring::GETTING,
        tasks: ring::TASKS,
        seats: ring::SEATS,
        bound: ring.bound().unwrap_or(0),
    };
    let mut places = Vec::with_capacity(bells.len());
    for (place, bell) in Place::ALL.into_iter().zip(bells) {
        places.push(QueuePlace {
            first: place.first(),
            word: place.bell(),
            bell: (bell.reading()?, bell.writing()?),
        });
    }
    Sys::introduce_queue(&ring.region, &parts, &places);
    Ok(())
}

/// The descriptors by which the ends of processes are seen.
#[track_caller]
pub(crate) fn sentinels(processes: &[&Process]) -> Result<Vec<Fd>, ProcessError> {
    let mut fds = Vec::with_capacity(processes.len());
    for process in processes {
        fds.push(process.sentinel_fd()?);
    }
    Ok(fds)
}

#[cfg(test)]
mod tests;
