//! How one sleeps and is woken: nap, watch, seats.

use std::sync::MutexGuard;
use std::time::Duration;

use forktalk_abi::{Conditions, Deadline, Errno, LOCK_BYTES, Poll, Region as _, System};

use super::bell::{ARMED, NAPPING, Place, RUNG};
use super::scope::Scope;
use super::{Core, Missed, Region};
use crate::Sys;
use crate::error::Closed;
use crate::frame::Reader;
use crate::marks::Mark;
use crate::ring::{self, Held};
use crate::turn::lock;

/// How long one sleeps before one asks whether anybody is left: long enough that a queue in use never gets there.
const NAP: Duration = Duration::from_millis(50);

/// Between two looks at somebody who was woken and is slow to get up.
const PAUSE: Duration = Duration::from_millis(1);

impl Core {
    /// Wakes who waits at a place. For who holds the lock of its word, and before what they wait for is there.
    #[track_caller]
    #[inline]
    pub(crate) fn ring_bell(&self, place: Place) {
        let wanted = self.ring.region.load(place.wanted());
        if wanted & (NAPPING | ARMED) != 0 {
            self.ring_for(place, wanted);
        }
    }

    #[track_caller]
    #[cold]
    fn ring_for(&self, place: Place, wanted: u32) {
        let region = &self.ring.region;
        let mut left = wanted & RUNG;
        ring::note_waking();
        if wanted & NAPPING != 0 {
            region.add(place.bell(), 1);
            region.wake(place.bell());
        }
        if wanted & ARMED != 0 {
            left = RUNG;
            region.store(place.wanted(), wanted | RUNG);
            if let Ok(fd) = self.bells[place as usize].writing() {
                // There is a reader, this process; and not so many bytes that it could be full.
                let _ = Sys::write(fd, &[], &[1]);
            }
        }
        region.store(place.wanted(), left);
    }

    /// Sleeps at a place until it is worth another try, and is then first in line. Who waits for room says how many bytes
    /// its record takes.
    #[track_caller]
    pub(crate) fn sleep(
        &self,
        place: Place,
        needs: u32,
        deadline: Option<Deadline>,
    ) -> Result<Held<'_, Region>, Missed> {
        let scope = Scope::begin();
        let end_of_nap = Deadline::after(Sys::now(), NAP);
        let until = deadline.unwrap_or(end_of_nap);
        let napped = self.nap(place, needs, until, deadline);
        if napped
            .as_ref()
            .is_err_and(|errno| *errno == Errno::TIMEDOUT)
            && until >= end_of_nap
        {
            self.give_memory_back();
        }
        let slept = match napped {
            Err(Errno::TIMEDOUT) if deadline.is_none() => {
                scope.forget(|| "watch");
                self.watch(place, needs).map_err(Missed::System)
            }
            answer => answer.map(Some).map_err(Missed::from),
        };
        scope.forget(|| {
            slept
                .as_ref()
                .map(Option::is_some)
                .map_err(|missed| *missed)
        });
        slept?.ok_or(Missed::Closed(Closed::Abandoned))
    }

    /// Nothing was put for a while. If one of the locks is taken, something is about to be.
    #[track_caller]
    fn give_memory_back(&self) {
        if self.ring.has_grown()
            && let Ok(_getting) = self.ring.lock(ring::GETTING, Some(Deadline::PAST))
            && let Ok(_putting) = self.ring.lock(ring::PUTTING, Some(Deadline::PAST))
        {
            self.ring.rewind();
        }
    }

    #[track_caller]
    fn nap(
        &self,
        place: Place,
        needs: u32,
        until: Deadline,
        deadline: Option<Deadline>,
    ) -> Result<Held<'_, Region>, Errno> {
        let scope = Scope::begin();
        let first = self.ring.lock(place.first(), Some(until))?;
        if let Some(seen) = self.register(place, needs, NAPPING, deadline)? {
            let region = &self.ring.region;
            scope.forget(|| seen);
            region.wait_on_word(place.bell(), seen, Some(until))?;
            self.ring.mark(Mark::Woken);
        }
        Ok(first)
    }

    /// Leaves a mark that somebody wants to be told; answers the count of the bell. Nothing if there is no need to wait.
    #[track_caller]
    pub(crate) fn register(
        &self,
        place: Place,
        needs: u32,
        how: u32,
        deadline: Option<Deadline>,
    ) -> Result<Option<u32>, Errno> {
        let region = &self.ring.region;
        let _held = self.hold_for(place, deadline)?;
        if self.is_satisfied(place, needs) {
            self.ring.mark(Mark::FoundBeforeSleep);
            return Ok(None);
        }
        let mut wanted = region.load(place.wanted());
        if how == ARMED && wanted & RUNG != 0 {
            self.take_bytes(place)?;
            wanted &= !RUNG;
        }
        region.store(place.wanted(), wanted | how);
        Ok(Some(region.load(place.bell())))
    }

    /// The locks under which what one waits for at a place stays as it is.
    #[track_caller]
    fn hold_for(
        &self,
        place: Place,
        deadline: Option<Deadline>,
    ) -> Result<Vec<Held<'_, Region>>, Errno> {
        Ok(match place {
            Place::Items | Place::Room => self.hold_both(deadline)?.into(),
            Place::Tasks => vec![self.hold(ring::TASKS, deadline)?],
        })
    }

    pub(crate) fn is_satisfied(&self, place: Place, needs: u32) -> bool {
        match place {
            Place::Items => self.ring.len() > 0 || self.ring.is_closed(),
            Place::Room => self.ring.has_room(needs) || self.ring.is_closed(),
            Place::Tasks => self.unfinished() == 0,
        }
    }

    /// Takes out the bytes that woke others.
    #[track_caller]
    fn take_bytes(&self, place: Place) -> Result<(), Errno> {
        let fd = self.bells[place as usize].reading()?;
        let mut poll = [Poll::readable(fd)];
        // Who was killed before it wrote has left none.
        if Sys::poll(&mut poll, Some(Deadline::PAST))? > 0
            && poll[0].ready.any(Conditions::READABLE)
        {
            Sys::read(fd, &mut [0; 64])?;
        }
        Ok(())
    }

    /// Waits with the writing ends laid down; is then first in line. Nothing: nobody is left who could help.
    #[track_caller]
    fn watch(&self, place: Place, needs: u32) -> Result<Option<Held<'_, Region>>, Errno> {
        let Some((seat, held)) = self.take_seat(place, needs)? else {
            return self.watch_from(place, needs, ring::SEAT_COUNT);
        };
        let scope = Scope::begin();
        let busy = self.lay_down()?;
        scope.forget(|| busy.len());
        let slept = self.watch_from(place, needs, seat);
        let taken_up = self.take_up(busy.len());
        drop(busy);
        drop(held);
        if let Err(errno) = taken_up {
            // Others would not hope for it, and might be told so while it lives: it takes no part any more.
            self.leave();
            return Err(errno);
        }
        slept
    }

    /// A seat that nobody has; what this process waits for is written there.
    #[track_caller]
    fn take_seat(
        &self,
        place: Place,
        needs: u32,
    ) -> Result<Option<(usize, Held<'_, Region>)>, Errno> {
        let region = &self.ring.region;
        for seat in 0..ring::SEAT_COUNT {
            let lock = ring::SEATS + seat * LOCK_BYTES;
            let held = match self.ring.lock(lock, Some(Deadline::PAST)) {
                Err(Errno::TIMEDOUT) => continue,
                answer => answer?,
            };
            let waits_for = ((place as u32 + 1) << 30) | (needs / 4);
            region.store(ring::SEAT_WORDS + 4 * seat, waits_for);
            return Ok(Some((seat, held)));
        }
        Ok(None)
    }

    /// Lays all writing ends down. No child of another thread may use them so: that is what the answer is for. It is
    /// empty where they cannot be laid down.
    #[track_caller]
    fn lay_down(&self) -> Result<Vec<[MutexGuard<'_, Reader>; 2]>, Errno> {
        let mut busy = Vec::with_capacity(self.bells.len());
        for bell in &self.bells {
            let guards = [lock(&bell.writing.reader), lock(&bell.reading.reader)];
            if Sys::lay_down(bell.writing()?, bell.reading()?).is_err() {
                self.take_up(busy.len())?;
                return Ok(Vec::new());
            }
            busy.push(guards);
        }
        Ok(busy)
    }

    #[track_caller]
    fn take_up(&self, bells: usize) -> Result<(), Errno> {
        for bell in &self.bells[..bells] {
            Sys::take_up(bell.writing()?, bell.reading()?)?;
        }
        Ok(())
    }

    #[track_caller]
    fn watch_from(
        &self,
        place: Place,
        needs: u32,
        seat: usize,
    ) -> Result<Option<Held<'_, Region>>, Errno> {
        let scope = Scope::begin();
        let first = self.ring.lock(place.first(), None)?;
        loop {
            if self.register(place, needs, ARMED, None)?.is_none() {
                return Ok(Some(first));
            }
            let mut poll = [Poll::readable(self.bells[place as usize].reading()?)];
            scope.forget(|| "poll");
            Sys::poll(&mut poll, None)?;
            if poll[0].ready.any(Conditions::READABLE) {
                self.ring.mark(Mark::WokenByByte);
                return Ok(Some(first));
            }
            if self.is_abandoned(place, needs, seat)? {
                self.ring.mark(Mark::Abandoned);
                return Ok(None);
            }
            scope.forget(|| "pause");
            Sys::sleep(Deadline::after(Sys::now(), PAUSE));
        }
    }

    /// Whether nobody is left who could help who waits at `place`, in `seat`.
    #[track_caller]
    fn is_abandoned(&self, place: Place, needs: u32, seat: usize) -> Result<bool, Errno> {
        let _both = self.hold_both(None)?;
        let _tasks = self.ring.lock(ring::TASKS, None)?;
        if self.is_satisfied(place, needs) {
            return Ok(false);
        }
        let region = &self.ring.region;
        for other in (0..ring::SEAT_COUNT).filter(|other| *other != seat) {
            let word = region.load(ring::SEAT_WORDS + 4 * other);
            if word == 0 {
                // Nobody ever sat here, or who is about to has its ends still up.
                break;
            }
            let lock = ring::SEATS + other * LOCK_BYTES;
            match self.ring.lock(lock, Some(Deadline::PAST)) {
                // Free, or of one who was killed.
                Ok(_) => {}
                Err(Errno::TIMEDOUT) => {
                    let waits_at = Place::ALL[(word >> 30) as usize - 1];
                    if self.is_satisfied(waits_at, word << 2) {
                        return Ok(false);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        let mut poll = [Poll::readable(self.bells[place as usize].reading()?)];
        Sys::poll(&mut poll, Some(Deadline::PAST))?;
        Ok(poll[0].ready == Conditions::HANGUP)
    }
}
