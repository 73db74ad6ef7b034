//! A step, as one must know it to say what would come of another order.

use crate::schedule::{Act, Choice};
use forktalk_abi::Pid;
use forktalk_kernel::footprint::{Footprint, Need, Thing, Touch, commutes};

/// A step of a run that was watched.
#[derive(Clone, Debug)]
pub struct Event {
    /// What was chosen.
    pub choice: Choice,
    /// The number of the call at which its process stood; 0 is its beginning.
    pub call: u32,
    /// What the step touched, and what its process asked before its next step.
    pub footprint: Footprint,
    /// The child that it made.
    pub child: Option<Pid>,
    /// What its call answered; nothing if it does not return, or was not performed.
    pub answer: Option<i32>,
    /// What must be so that it can come.
    pub need: Need,
    /// That its process may touch more of the memory that it shares than is noted here: it was not seen to take this
    /// step, or saw something else when it did.
    pub unsure: bool,
    /// The end of which it would have asked who holds it, had it found nothing to move: it took a lock and went on to a
    /// read or write under it, which it might not do if it came earlier.
    pub overlooked: Option<Thing>,
    /// That it is a wait that gave up while others could go: a fault.
    pub early: bool,
    /// How often, up to this step, nobody could go, so that time went on until somebody's wait was over. All steps before
    /// that moment come before all steps behind it.
    pub epoch: u32,
}

impl Event {
    /// The process whose step it is.
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.choice.pid
    }

    /// What was chosen, whether or not it is the one for which time goes on: of several whose wait is over at the same
    /// moment, that is the first.
    #[must_use]
    pub fn way(&self) -> Choice {
        match self.choice.act {
            Act::Timeout if !self.early => Choice::go(self.choice.pid),
            _ => self.choice,
        }
    }

    /// Whether it is the same whatever others do before it.
    pub(crate) fn is_as_foreseen(&self) -> bool {
        self.need == Need::Nothing && !self.unsure
    }

    /// Whether it matters in which order the two come.
    #[must_use]
    pub fn depends_on(&self, other: &Event) -> bool {
        self.epoch != other.epoch || self.pid() == other.pid() || self.clashes_with(other)
    }

    /// Whether it took this lock, and did nothing else.
    pub(crate) fn took(&self, lock: Thing) -> bool {
        self.need == Need::Lock(lock) && self.answer.is_some_and(|answer| answer >= 0)
    }

    /// Whether its wait, if it waits, gives up at some time.
    pub(crate) fn is_bounded(&self) -> bool {
        self.footprint.has(Thing::Clock, Touch::Look)
    }

    /// Whether it released this lock, which it held.
    pub(crate) fn released(&self, lock: Thing) -> bool {
        let changes = self.footprint.has(lock, Touch::Change);
        changes && self.need == Need::Nothing && self.answer == Some(0)
    }

    /// Whether it is the end of the process of this status.
    pub(crate) fn ended(&self, status: Thing) -> bool {
        let is_own = status == Thing::Status(self.pid());
        is_own && self.answer.is_none() && self.footprint.has(status, Touch::Change)
    }

    /// Whether it wakes who sleeps here.
    pub(crate) fn wakes(&self, sleepers: Thing) -> bool {
        self.footprint.has(sleepers, Touch::Release(self.pid()))
    }

    /// Whether it reads from this stream what `earlier` wrote, or found that `earlier` had closed it: before that it would
    /// wait, if nothing else was written.
    pub(crate) fn waited_for(&self, earlier: &Event, stream: Thing) -> bool {
        let theirs = earlier.footprint.touched();
        let waited = |&(thing, touch): &(Thing, Touch)| {
            let Touch::Take { from, to, short } = touch else {
                return false;
            };
            let mut same = theirs.iter().filter(|(other, _)| *other == stream);
            let wrote = same.any(
                |(_, touch)| matches!(touch, Touch::Append { from: begin, .. } if *begin <= from),
            );
            let found_end = from == to && short && self.answer == Some(0);
            thing == stream && (wrote || (found_end && self.looked_at_what_was_closed(theirs)))
        };
        self.footprint.touched().iter().any(waited)
    }

    fn looked_at_what_was_closed(&self, theirs: &[(Thing, Touch)]) -> bool {
        theirs.iter().any(|&(thing, touch)| {
            let is_end = matches!((thing, touch), (Thing::Ends(..), Touch::Release(_)));
            is_end && self.footprint.has(thing, Touch::Look)
        })
    }

    /// Whether it reads from this stream.
    pub(crate) fn reads(&self, stream: Thing) -> bool {
        let mut touched = self.footprint.touched().iter();
        touched.any(|(thing, touch)| *thing == stream && matches!(touch, Touch::Take { .. }))
    }

    /// Whether the one that came first may be tried behind the other.
    ///
    /// Time goes on behind all that came before. But a fault can strike who waits before that moment or behind it.
    pub(crate) fn races_with(&self, other: &Event) -> bool {
        let strikes_beside =
            |one: &Event, other: &Event| one.can_strike_who_waits() && other.lets_time_go_on();
        self.clashes_with(other) || strikes_beside(self, other) || strikes_beside(other, self)
    }

    /// Whether it may race with what it does not clash with.
    pub(crate) fn hangs_on_time(&self) -> bool {
        self.can_strike_who_waits() || self.lets_time_go_on()
    }

    fn can_strike_who_waits(&self) -> bool {
        self.early || matches!(self.choice.act, Act::Kill | Act::Stop)
    }

    fn lets_time_go_on(&self) -> bool {
        self.choice.act == Act::Timeout && !self.early
    }

    /// Whether what the two touch does not commute.
    pub(crate) fn clashes_with(&self, other: &Event) -> bool {
        !commutes(&self.footprint, &other.footprint)
    }
}
