//! Every behaviour once, with faults: each that the budget allows, at each call of each process.
//!
//! A fault that strikes a process at one of its calls is the step which that process takes there. So for each set of
//! faults there is a search of its own ([`Dpor`]), of the program in which just these strike; which faults there can be
//! is learnt from the runs.

use super::{Dpor, Plan, Search};
use crate::fault::{Fault, Faults};
use crate::schedule::{Act, Choice};
use crate::strategy::guided::Strike;
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;
use std::collections::{BTreeSet, VecDeque};

/// So many sets of faults are searched side by side: enough to keep all processors busy, and the same on every machine.
const SIDE_BY_SIDE: usize = 64;

/// See the module.
pub struct EveryFault {
    kernel: Config,
    budget: Faults,
    /// Sets of faults that are known, and those of them whose search has not begun.
    known: BTreeSet<Vec<Strike>>,
    waiting: VecDeque<Vec<Strike>>,
    active: Vec<Active>,
    /// Where the next plan is looked for first.
    turn: usize,
    /// The searches of the runs that are under way, by the number of their set.
    under_way: VecDeque<usize>,
    begun: usize,
    repeated: u64,
}

/// A search that goes on.
struct Active {
    number: usize,
    strikes: Vec<Strike>,
    search: Dpor,
}

impl EveryFault {
    /// For a program that runs with these settings, with so many faults at most in a run.
    #[must_use]
    pub fn new(kernel: Config, budget: Faults) -> EveryFault {
        EveryFault {
            kernel,
            budget,
            known: BTreeSet::new(),
            waiting: VecDeque::from([Vec::new()]),
            active: Vec::new(),
            turn: 0,
            under_way: VecDeque::new(),
            begun: 0,
            repeated: 0,
        }
    }

    fn begin_more(&mut self) {
        while self.active.len() < SIDE_BY_SIDE
            && let Some(strikes) = self.waiting.pop_front()
        {
            let search = Dpor::with_strikes(self.kernel.clone(), strikes.clone());
            self.active.push(Active {
                number: self.begun,
                strikes,
                search,
            });
            self.begun += 1;
        }
    }

    /// Takes note of the faults that could have struck beside those that did.
    fn note_faults(&mut self, strikes: &[Strike], watch: &Watch, waits: Vec<(Choice, u32)>) {
        let mut used = Faults::NONE;
        strikes
            .iter()
            .filter_map(|strike| Fault::of(strike.fault))
            .for_each(|kind| used.add(kind));
        let left = self.budget.without(&used);
        // A wait that gave up because nobody could go might give up early in another order.
        let timeouts = watch
            .events
            .iter()
            .filter(|event| event.choice.act == Act::Timeout && !event.early);
        let timeouts = timeouts.map(|event| (event.choice, event.call));
        let listed = watch.strikes().iter().copied();
        for (fault, call) in listed.chain(timeouts).chain(waits) {
            let strike = Strike { call, fault };
            let is_there = strikes
                .iter()
                .any(|one| (one.fault.pid, one.call) == (fault.pid, call));
            if is_there || Fault::of(fault).is_none_or(|kind| left.count(kind) == 0) {
                continue;
            }
            let mut more = strikes.to_vec();
            more.push(strike);
            more.sort_unstable();
            if self.known.insert(more.clone()) {
                self.waiting.push_back(more);
            }
        }
    }
}

impl Search for EveryFault {
    fn plan(&mut self) -> Option<Plan> {
        self.begin_more();
        for place in 0..self.active.len() {
            let place = (self.turn + place) % self.active.len();
            let active = &mut self.active[place];
            if let Some(plan) = active.search.plan() {
                self.turn = place + 1;
                self.under_way.push_back(active.number);
                return Some(plan);
            }
        }
        None
    }

    fn learn(&mut self, ran: &Ran, watch: Option<&Watch>) {
        let number = self.under_way.pop_front();
        let mut active = self.active.iter();
        let place = active.position(|active| Some(active.number) == number);
        let (Some(place), Some(watch)) = (place, watch) else {
            return;
        };
        let active = &mut self.active[place];
        active.search.learn(ran, Some(watch));
        let strikes = active.strikes.clone();
        let waits = active.search.take_waits();
        // Where one did not strike, this is a run of the others alone.
        let struck = |strike: &Strike| {
            let mut events = watch.events.iter();
            events.any(|event| (event.choice, event.call) == (strike.fault, strike.call))
        };
        self.repeated += u64::from(!strikes.iter().all(struck));
        if active.search.is_exhausted() {
            self.active.remove(place);
        }
        self.note_faults(&strikes, watch, waits);
    }

    fn is_exhausted(&self) -> bool {
        self.active.is_empty() && self.waiting.is_empty()
    }

    fn repeated(&self) -> u64 {
        self.repeated
    }
}
