//! What happens before what: the steps of a run as a partial order, and where it could have been another.
//!
//! Two runs are *equivalent* if one becomes the other by swapping neighbours that commute (Mazurkiewicz): they have the
//! same steps in the same partial order, each process sees the same in both, and they end alike. A *race* is a pair of
//! steps that do not commute, of which the second could have come first.

use crate::event::Event;
use crate::schedule::Choice;
use crate::shadow::Shadow;
use crate::watch::Watch;
use forktalk_abi::Pid;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The partial order of a run's steps.
#[derive(Debug)]
pub struct Order<'a> {
    events: &'a [Event],
    /// How many steps each process has taken with this step, it included.
    turns: Vec<u32>,
    /// For each step, how many steps of each process come before it, its own included; a row a step.
    clocks: Vec<Clock>,
    /// What comes before a step whatever it touches: what its process did, and what that saw.
    bases: Vec<Clock>,
}

/// How many steps of each process, by its number.
type Clock = Vec<u32>;

/// A step that could have come earlier.
#[derive(Debug)]
pub(crate) struct Race {
    /// The step, counted from 0, before which it could have come.
    pub(crate) before: usize,
    /// What comes first then, and at last the step itself.
    pub(crate) then: Vec<Event>,
}

impl<'a> Order<'a> {
    /// The order of these steps.
    #[must_use]
    pub fn new(events: &'a [Event]) -> Order<'a> {
        let mut order = Order {
            events,
            turns: Vec::with_capacity(events.len()),
            clocks: Vec::with_capacity(events.len()),
            bases: Vec::with_capacity(events.len()),
        };
        let processes = events.iter().map(|event| event.pid().0).max().unwrap_or(0);
        for (index, event) in events.iter().enumerate() {
            let base = order.base(index, event.pid(), processes as usize + 1);
            let mut clock = base.clone();
            order.join(index, event, &mut clock);
            let turn = base[event.pid().0 as usize] + 1;
            clock[event.pid().0 as usize] = turn;
            order.turns.push(turn);
            order.clocks.push(clock);
            order.bases.push(base);
        }
        order
    }

    /// What comes before the step that process `pid` takes after the first `index` steps, by what the process is.
    fn base(&self, index: usize, pid: Pid, width: usize) -> Clock {
        let before = self.events[..index]
            .iter()
            .rposition(|event| event.pid() == pid || event.child == Some(pid));
        match before {
            Some(before) => self.clocks[before].clone(),
            None => vec![0; width],
        }
    }

    /// Adds to a clock what comes before `event` by what it touches.
    fn join(&self, index: usize, event: &Event, clock: &mut Clock) {
        for earlier in (0..index).rev() {
            if !self.is_in(earlier, clock) && event.depends_on(&self.events[earlier]) {
                for (mine, theirs) in clock.iter_mut().zip(&self.clocks[earlier]) {
                    *mine = (*mine).max(*theirs);
                }
            }
        }
    }

    fn is_in(&self, index: usize, clock: &Clock) -> bool {
        clock[self.events[index].pid().0 as usize] >= self.turns[index]
    }

    /// Whether step `one` comes before step `other` in every equivalent run, or is the same.
    fn precedes(&self, one: usize, other: usize) -> bool {
        self.is_in(one, &self.clocks[other])
    }

    /// A number that equivalent runs share, and others, but for a coincidence in 2^64, do not.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut left: Vec<usize> = (0..self.events.len()).collect();
        while !left.is_empty() {
            // Of the steps that nothing left comes before, that of the lowest process: the same in every equivalent run.
            let free = left.iter().enumerate().filter(|(_, step)| {
                let mut others = left.iter().filter(|other| *other < *step);
                others.all(|other| !self.precedes(*other, **step))
            });
            let first = free.min_by_key(|(_, step)| self.events[**step].pid());
            let Some((place, _)) = first else { break };
            let step = left.remove(place);
            let event = &self.events[step];
            let epoch = Some(event.epoch).filter(|_| !event.any_time);
            (event.way(), event.call, epoch).hash(&mut hasher);
            let mut touched = event.footprint.touched().to_vec();
            touched.sort_unstable();
            touched.hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// The races of a run that was watched, behind its first `given` steps: each could have gone the other way.
pub(crate) fn races(watch: &Watch, given: usize, shadow: &mut Shadow) -> Vec<Race> {
    let order = Order::new(&watch.events);
    let mut finder = Finder {
        order: &order,
        watch,
        given,
        shadow,
        found: Vec::new(),
    };
    for index in 0..watch.events.len() {
        finder.look_back(index, &watch.events[index], &order.bases[index]);
    }
    let (end, width) = (watch.events.len(), order.clocks.first().map_or(0, Vec::len));
    for later in watch.never_performed() {
        let base = order.base(end, later.pid(), width);
        finder.look_back(end, &later, &base);
    }
    finder.found
}

struct Finder<'a> {
    order: &'a Order<'a>,
    watch: &'a Watch,
    given: usize,
    shadow: &'a mut Shadow,
    found: Vec<Race>,
}

impl Finder<'_> {
    /// Finds the steps before which `later`, which comes after the first `index` steps, could have come.
    ///
    /// From the last one that it does not commute with to the first. One that comes before another such is passed over:
    /// once that other one was swapped, it will be a neighbour. But if the other one cannot be swapped (it made room,
    /// or released the lock, so that `later` could go at all), then it is looked at now.
    fn look_back(&mut self, index: usize, later: &Event, base: &Clock) {
        let events = self.order.events;
        let mut swapped: Vec<usize> = Vec::new();
        for earlier in (self.given..index).rev() {
            let is_candidate =
                !self.order.is_in(earlier, base) && later.clashes_with(&events[earlier]);
            if !is_candidate || swapped.iter().any(|one| self.order.precedes(earlier, *one)) {
                continue;
            }
            if let Some(race) = self.swap(earlier, index, later) {
                swapped.push(earlier);
                self.found.push(race);
            }
        }
    }

    /// `later` before `earlier`, and before both what does not come after `earlier`; nothing if that is impossible.
    fn swap(&mut self, earlier: usize, index: usize, later: &Event) -> Option<Race> {
        let events = self.order.events;
        let stays = |step: &usize| !self.order.precedes(earlier, *step) && *step != index;
        let between: Vec<usize> = (earlier + 1..events.len()).filter(stays).collect();
        let takes_too = match later.takes {
            Some(lock) if later.took(lock) && events[earlier].took(lock) => true,
            // Before a lock is released it is held.
            Some(lock) if events[earlier].released(lock) && !later.is_bounded() => return None,
            _ => false,
        };
        if later.fixed || takes_too {
            let between = between.iter().map(|step| &events[*step]);
            return Some(Race {
                before: earlier,
                then: between.chain([later]).cloned().collect(),
            });
        }
        let before = events[..earlier].iter();
        let choices: Vec<Choice> = before
            .chain(between.iter().map(|step| &events[*step]))
            .map(Event::way)
            .collect();
        let tape = &self.watch.tape;
        let (after, swapped) = self.shadow.step_after(tape, &choices, earlier, later)?;
        if !swapped.clashes_with(&events[earlier]) {
            // It could have, as far as was known; but it does not.
            return None;
        }
        let between = between.into_iter().take(after - earlier);
        let between = between.map(|step| events[step].clone());
        Some(Race {
            before: earlier,
            then: between.chain([swapped]).collect(),
        })
    }
}
