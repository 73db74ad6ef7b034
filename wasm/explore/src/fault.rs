//! Faults: what goes wrong in a run beside the order of its steps, and how often it may.
//!
//! Each fault is a [`Choice`] like any other, so a schedule replays it. A [`Faults`] is a budget: how many of each kind
//! a run may offer to its strategy ([`Run::set_faults`](crate::Run::set_faults)). The strategy decides which of them
//! strike, and when; [`Faulty`](crate::strategy::Faulty) lets chance decide that for any other strategy. A replay needs
//! no budget: what its schedule says was in the budget of the run that wrote it.
//!
//! Faults strike between steps, and a coarse step may be more than one call: to take a lock, and to read or write under
//! it and release it. Who wants a process stopped, or a transfer cut short, under the lock makes each access to shared
//! memory a step ([`Stepping::Fine`](forktalk_kernel::Stepping)).

use crate::schedule::{Act, Choice};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A process is killed (`SIGKILL`), at any of its calls. What it held is closed and released.
    Kill,
    /// The time of a wait is up while others could still go: as if they, or the clock, were that slow.
    Timeout,
    /// A read or write moves fewer bytes than it could.
    Short,
    /// A signal interrupts a call that waits (`EINTR`). forktalk hides that: its call is made again.
    Interrupt,
    /// A call finds no room: fork fails with `EAGAIN`, what makes a descriptor with `EMFILE`.
    Failure,
    /// A process is stopped (`SIGSTOP`) for ever, at any of its calls. It keeps what it holds.
    Stop,
}

/// How many faults of each kind there may be in a run; by default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Faults {
    /// Processes that are killed; never the root, whose end is that of the program.
    pub kills: u32,
    /// Waits whose time is up early; [`Faults::UNLIMITED`]: as many as the strategy likes.
    pub timeouts: u32,
    /// Reads and writes that are cut short. Where POSIX leaves the number of bytes open anyway
    /// ([`Profile::Posix`](forktalk_kernel::Profile::Posix)), that is no fault, and costs nothing.
    pub shorts: u32,
    /// Calls that a signal interrupts.
    pub interrupts: u32,
    /// Calls that fail for want of a process or a descriptor.
    pub failures: u32,
    /// Processes that are stopped for ever; never the root.
    pub stops: u32,
}

impl Fault {
    /// All kinds, in the order of [`Faults`].
    pub const ALL: [Fault; 6] = [
        Fault::Kill,
        Fault::Timeout,
        Fault::Short,
        Fault::Interrupt,
        Fault::Failure,
        Fault::Stop,
    ];

    /// The kind of a choice that is a fault; nothing for a plain step. A timeout may be none
    /// ([`Situation::fault`](crate::strategy::Situation::fault) knows).
    #[must_use]
    pub const fn of(choice: Choice) -> Option<Fault> {
        match (choice.act, choice.grant) {
            (Act::Go, None) => None,
            (Act::Go, Some(_)) => Some(Fault::Short),
            (Act::Timeout, _) => Some(Fault::Timeout),
            (Act::Kill, _) => Some(Fault::Kill),
            (Act::Fail, _) => Some(Fault::Failure),
            (Act::Interrupt, _) => Some(Fault::Interrupt),
            (Act::Stop, _) => Some(Fault::Stop),
        }
    }
}

impl Faults {
    /// No faults.
    pub const NONE: Faults = Faults {
        kills: 0,
        timeouts: 0,
        shorts: 0,
        interrupts: 0,
        failures: 0,
        stops: 0,
    };

    /// A budget that is never used up.
    pub const UNLIMITED: u32 = u32::MAX;

    /// Whether there are none of any kind.
    #[inline]
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Faults::NONE
    }

    /// How many there are of a kind.
    #[must_use]
    pub const fn count(&self, kind: Fault) -> u32 {
        match kind {
            Fault::Kill => self.kills,
            Fault::Timeout => self.timeouts,
            Fault::Short => self.shorts,
            Fault::Interrupt => self.interrupts,
            Fault::Failure => self.failures,
            Fault::Stop => self.stops,
        }
    }

    /// What is left of this budget once so many were used.
    #[must_use]
    pub fn without(&self, used: &Faults) -> Faults {
        let mut left = *self;
        for kind in Fault::ALL {
            let of_kind = left.count_mut(kind);
            if *of_kind != Faults::UNLIMITED {
                *of_kind = of_kind.saturating_sub(used.count(kind));
            }
        }
        left
    }

    /// One more of a kind.
    pub(crate) fn add(&mut self, kind: Fault) {
        let count = self.count_mut(kind);
        *count = count.saturating_add(1);
    }

    const fn count_mut(&mut self, kind: Fault) -> &mut u32 {
        match kind {
            Fault::Kill => &mut self.kills,
            Fault::Timeout => &mut self.timeouts,
            Fault::Short => &mut self.shorts,
            Fault::Interrupt => &mut self.interrupts,
            Fault::Failure => &mut self.failures,
            Fault::Stop => &mut self.stops,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_goes_down_to_nothing_and_an_unlimited_one_never() {
        let budget = Faults {
            kills: 2,
            timeouts: Faults::UNLIMITED,
            ..Faults::NONE
        };
        let mut used = Faults::NONE;
        for _ in 0..3 {
            used.add(Fault::Kill);
            used.add(Fault::Timeout);
        }
        let left = budget.without(&used);
        assert_eq!((left.kills, left.timeouts), (0, Faults::UNLIMITED));
        assert!(!left.is_none());
        assert!(Faults::default().is_none());
    }

    #[test]
    fn each_kind_is_counted_by_itself() {
        for kind in Fault::ALL {
            let mut used = Faults::NONE;
            used.add(kind);
            for other in Fault::ALL {
                assert_eq!(used.count(other), u32::from(other == kind));
            }
        }
    }
}
