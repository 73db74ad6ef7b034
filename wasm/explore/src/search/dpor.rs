//! Every behaviour once: dynamic partial-order reduction.
//!
//! Runs that are equivalent ([`Order`]) tell the same; this search makes one of each. It makes a run, finds its races,
//! and for each notes, at the state before the first of the two steps, the beginning of a run in which the second comes
//! first, if no run that was made or is noted already has that order: "optimal DPOR" with wakeup trees and sleep sets,
//! Abdulla, Aronis, Jonsson, Sagonas, Journal of the ACM 64(4), 2017, algorithm 2. What waits is treated otherwise than
//! there: whether a step could have come earlier is not guessed from what kind of step it is, but tried on the kernel
//! with what the processes were seen to do ([`crate::shadow`]).
//!
//! It needs memory for one run and what is noted along it.

use super::wakeup_tree::{self, Tree};
use super::{Plan, Search};
use crate::event::Event;
use crate::order::{Order, Races};
use crate::schedule::Choice;
use crate::shadow::Shadow;
use crate::strategy::guided::{Guided, Strike};
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;
use std::sync::Arc;

/// A state of the run that was made last.
#[derive(Debug)]
struct Frame {
    /// The step that was taken from it.
    event: Arc<Event>,
    /// The steps that need not be taken from it.
    asleep: Vec<Arc<Event>>,
    /// What is to be explored from it, beside that step.
    rest: Vec<Tree>,
}

/// See the module.
pub struct Dpor {
    seed: u64,
    shadow: Shadow,
    /// The faults that strike.
    strikes: Vec<Strike>,
    /// How many steps at the beginning are given.
    given: usize,
    frames: Vec<Frame>,
    /// The order of the frames' steps.
    order: Order,
    /// The beginning of the run that comes, behind the frames; with each step, what is noted beside it.
    ahead: Vec<(Choice, Vec<Tree>)>,
    /// Who is asleep where the frames end.
    asleep: Vec<Arc<Event>>,
    state: State,
    redundant: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    UnderWay,
    Exhausted,
}

impl Dpor {
    /// For a program that runs with these settings.
    #[must_use]
    pub fn new(kernel: Config) -> Dpor {
        Dpor::of(kernel, &[], Vec::new())
    }

    /// The same, of the runs that begin with these choices.
    #[must_use]
    pub fn behind(kernel: Config, choices: &[Choice]) -> Dpor {
        Dpor::of(kernel, choices, Vec::new())
    }

    /// The same, with these faults in every run that comes to them.
    pub(super) fn with_strikes(kernel: Config, strikes: Vec<Strike>) -> Dpor {
        Dpor::of(kernel, &[], strikes)
    }

    fn of(kernel: Config, choices: &[Choice], strikes: Vec<Strike>) -> Dpor {
        let given = choices.iter().map(|choice| (*choice, Vec::new()));
        Dpor {
            seed: kernel.seed,
            shadow: Shadow::new(kernel, strikes.clone()),
            strikes,
            given: choices.len(),
            frames: Vec::new(),
            order: Order::default(),
            ahead: given.collect(),
            asleep: Vec::new(),
            state: State::Ready,
            redundant: 0,
        }
    }

    /// How many runs were equivalent to earlier ones. None, as long as it is what it claims to be.
    #[must_use]
    pub fn redundant(&self) -> u64 {
        self.redundant
    }

    /// Takes over a run: its states become frames.
    fn take(&mut self, watch: &Watch) {
        let mut asleep = std::mem::take(&mut self.asleep);
        let mut ahead = std::mem::take(&mut self.ahead).into_iter();
        let begin = self.frames.len();
        let mut was_seen = false;
        for event in &watch.events[begin..] {
            let noted = ahead.next();
            was_seen |= noted.is_none() && asleep.iter().any(|one| one.pid() == event.pid());
            self.frames.push(Frame {
                event: Arc::new(event.clone()),
                asleep: asleep.clone(),
                rest: noted.map_or_else(Vec::new, |(_, rest)| rest),
            });
            asleep.retain(|one| !one.depends_on(event));
        }
        self.redundant += u64::from(was_seen);
    }

    /// Notes what would come of the races of a run. Those within its first `known` steps were noted with an earlier run.
    fn note_races(&mut self, watch: &Watch, known: usize) {
        self.order.truncate(known);
        self.order.extend(&watch.events);
        let mut races = Races {
            order: &self.order,
            watch,
            given: self.given,
            shadow: &mut self.shadow,
        };
        for race in races.behind(known) {
            let frame = &mut self.frames[race.before];
            let was_seen = |asleep: &Arc<Event>| wakeup_tree::after(asleep, &race.then).is_some();
            if !frame.asleep.iter().any(was_seen) {
                wakeup_tree::insert(&mut frame.rest, race.then);
            }
        }
    }

    /// Goes back to the last state from which something is left, and prepares the run that begins so.
    fn go_back(&mut self) {
        while self.frames.len() > self.given
            && let Some(mut frame) = self.frames.pop()
        {
            if frame.rest.is_empty() {
                continue;
            }
            let next = frame.rest.remove(0);
            self.asleep = frame.asleep;
            self.asleep.push(frame.event);
            self.ahead.push((next.event.way(), frame.rest));
            let mut trees = next.rest;
            while !trees.is_empty() {
                let next = trees.remove(0);
                self.ahead.push((next.event.way(), trees));
                trees = next.rest;
            }
            self.state = State::Ready;
            return;
        }
        self.state = State::Exhausted;
    }
}

impl Search for Dpor {
    fn plan(&mut self) -> Option<Plan> {
        if self.state != State::Ready {
            return None;
        }
        self.state = State::UnderWay;
        let frames = self.frames.iter().map(|frame| frame.event.way());
        let ahead = self.ahead.iter().map(|(choice, _)| *choice);
        let choices = frames.chain(ahead).collect();
        let guided = Guided::new(choices)
            .with_sleepers(self.frames.len(), self.asleep.clone())
            .with_strikes(self.strikes.clone());
        Some(Plan {
            seed: self.seed,
            strategy: Box::new(guided),
            watch: true,
        })
    }

    fn learn(&mut self, _: &Ran, watch: Option<&Watch>) {
        let Some(watch) = watch else { return };
        let known = self.frames.len();
        self.take(watch);
        self.note_races(watch, known);
        self.go_back();
    }

    fn is_exhausted(&self) -> bool {
        self.state == State::Exhausted
    }
}

/// A number that tells runs apart that are not equivalent.
#[must_use]
pub fn fingerprint(watch: &Watch) -> u64 {
    Order::new(&watch.events).fingerprint(&watch.events)
}
