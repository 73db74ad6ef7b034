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
use forktalk_kernel::footprint::Need;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The partial order of a run's steps. The steps themselves are passed to what asks about them.
#[derive(Clone, Debug, Default)]
pub struct Order {
    steps: Vec<Step>,
    /// For each step, how many steps of each process come before it, its own included; a row a step.
    clocks: Vec<u32>,
    /// How long a row is.
    width: usize,
}

/// What is asked most often of a step.
#[derive(Clone, Copy, Debug)]
struct Step {
    pid: Pid,
    /// How many steps its process has taken with it.
    turn: u32,
    /// The step before it by what its process is: the last of the same process, or the fork that made it.
    previous: Option<usize>,
}

/// A step that could have come earlier.
#[derive(Debug)]
pub(crate) struct Race {
    /// The step, counted from 0, before which it could have come.
    pub(crate) before: usize,
    /// What comes first then, and at last the step itself.
    pub(crate) then: Vec<Arc<Event>>,
}

impl Order {
    /// The order of these steps.
    #[must_use]
    pub fn new(events: &[Event]) -> Order {
        let mut order = Order::default();
        order.extend(events);
        order
    }

    /// Forgets all but the first so many steps.
    pub(crate) fn truncate(&mut self, steps: usize) {
        self.steps.truncate(steps);
        self.clocks.truncate(steps * self.width);
    }

    /// Takes over those of a run's steps that come behind the ones that it has.
    pub(crate) fn extend(&mut self, events: &[Event]) {
        let processes = events.iter().map(|event| event.pid().0).max().unwrap_or(0);
        self.widen(processes as usize + 1);
        for (index, event) in events.iter().enumerate().skip(self.steps.len()) {
            let own = event.pid().0 as usize;
            let previous = previous(&events[..index], event.pid());
            let begin = self.clocks.len();
            match previous {
                Some(previous) => self.clocks.extend_from_within(self.row(previous)),
                None => self.clocks.resize(begin + self.width, 0),
            }
            let turn = self.clocks[begin + own] + 1;
            for earlier in (0..index).rev() {
                let Step { pid, turn, .. } = self.steps[earlier];
                let is_in = self.clocks[begin + pid.0 as usize] >= turn;
                if !is_in && event.depends_on(&events[earlier]) {
                    let (theirs, mine) = self.clocks.split_at_mut(begin);
                    let theirs = &theirs[earlier * self.width..];
                    for (mine, theirs) in mine.iter_mut().zip(theirs) {
                        *mine = (*mine).max(*theirs);
                    }
                }
            }
            self.clocks[begin + own] = turn;
            self.steps.push(Step {
                pid: event.pid(),
                turn,
                previous,
            });
        }
    }

    fn widen(&mut self, width: usize) {
        if width <= self.width {
            return;
        }
        let rows = self.clocks.chunks(self.width.max(1));
        let padding = vec![0; width - self.width];
        self.clocks = rows.flat_map(|row| [row, &padding].concat()).collect();
        self.width = width;
    }

    fn row(&self, step: usize) -> std::ops::Range<usize> {
        step * self.width..(step + 1) * self.width
    }

    /// Whether step `one` comes before step `other` in every equivalent run, or is the same.
    fn precedes(&self, one: usize, other: usize) -> bool {
        let Step { pid, turn, .. } = self.steps[one];
        self.clocks[other * self.width + pid.0 as usize] >= turn
    }

    /// A number that equivalent runs share, and others, but for a coincidence in 2^64, do not.
    #[must_use]
    pub fn fingerprint(&self, events: &[Event]) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut left: Vec<usize> = (0..events.len()).collect();
        while !left.is_empty() {
            // Of the steps that nothing left comes before, that of the lowest process: the same in every equivalent run.
            let free = left.iter().enumerate().filter(|(_, step)| {
                let mut others = left.iter().filter(|other| *other < *step);
                others.all(|other| !self.precedes(*other, **step))
            });
            let first = free.min_by_key(|(_, step)| events[**step].pid());
            let Some((place, _)) = first else { break };
            let step = left.remove(place);
            let event = &events[step];
            let epoch = Some(event.epoch).filter(|_| !event.any_time);
            (event.way(), event.call, epoch).hash(&mut hasher);
            let mut touched = event.footprint.touched().to_vec();
            touched.sort_unstable();
            touched.hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// Of these steps, the last before a step of process `pid` by what the process is: its own, or the fork that made it.
fn previous(events: &[Event], pid: Pid) -> Option<usize> {
    events
        .iter()
        .rposition(|event| event.pid() == pid || event.child == Some(pid))
}

/// Where the races of runs are found.
pub(crate) struct Races<'a> {
    /// The order of the run's steps.
    pub(crate) order: &'a Order,
    /// The run.
    pub(crate) watch: &'a Watch,
    /// Its first steps, which no step may come before.
    pub(crate) given: usize,
    /// Where another order is tried.
    pub(crate) shadow: &'a mut Shadow,
}

impl Races<'_> {
    /// The races in which the later step is none of the first `known`: each could have gone the other way.
    pub(crate) fn behind(&mut self, known: usize) -> Vec<Race> {
        let mut found = Vec::new();
        let events = &self.watch.events;
        for (index, event) in events.iter().enumerate().skip(known) {
            let previous = self.order.steps[index].previous;
            self.look_back(index, event, previous, &mut found);
        }
        for later in self.watch.never_performed() {
            let previous = previous(events, later.pid());
            self.look_back(events.len(), &later, previous, &mut found);
        }
        found
    }

    /// Finds the steps before which `later`, which comes after the first `index` steps, could have come.
    ///
    /// From the last one that it does not commute with to the first. One that comes before another such is passed over:
    /// once that other one was swapped, it will be a neighbour. But if the other one cannot be swapped (it made room,
    /// or released the lock, so that `later` could go at all), then it is looked at now.
    fn look_back(
        &mut self,
        index: usize,
        later: &Event,
        previous: Option<usize>,
        found: &mut Vec<Race>,
    ) {
        let (events, order) = (&self.watch.events, self.order);
        let mut swapped: Vec<usize> = Vec::new();
        for earlier in (self.given..index).rev() {
            let is_candidate = !previous.is_some_and(|previous| order.precedes(earlier, previous))
                && later.clashes_with(&events[earlier]);
            if !is_candidate || swapped.iter().any(|one| order.precedes(earlier, *one)) {
                continue;
            }
            if let Some(race) = self.swap(earlier, index, later) {
                swapped.push(earlier);
                found.push(race);
            }
        }
    }

    /// Whether it is known without trying that `later` can come before `earlier`, and that it is the same there; nothing if
    /// it is known that it cannot.
    fn is_certain(&self, earlier: usize, index: usize, later: &Event) -> Option<bool> {
        let (events, order) = (&self.watch.events, self.order);
        let first = &events[earlier];
        let behind = &events[earlier + 1..index];
        let goes_too = |(place, _): &(usize, &Event)| order.precedes(earlier, earlier + 1 + place);
        match later.need {
            Need::Nothing => return Some(true),
            Need::Lock(lock) if later.took(lock) && first.took(lock) => return Some(true),
            // Before a lock is released it is held.
            Need::Lock(lock) if first.released(lock) && !later.is_bounded() => return None,
            // Before its end it was alive.
            Need::End(status) if first.ended(status) && later.answer.is_some_and(|pid| pid > 0) => {
                return None;
            }
            Need::Wake(sleepers) if first.wakes(sleepers) => {
                let asleep_since = previous(&events[..index], later.pid());
                let before = &events[asleep_since.map_or(0, |own| own + 1)..earlier];
                let stays = behind.iter().enumerate().filter(|one| !goes_too(one));
                let mut others = before.iter().chain(stays.map(|(_, event)| event));
                if !others.any(|event| event.wakes(sleepers)) {
                    return None;
                }
            }
            _ => {}
        }
        let mut gone = behind.iter().enumerate().filter(goes_too);
        let waits = later.waited_for(first) && !gone.any(|(_, event)| event.reads_as(later));
        (!waits).then_some(false)
    }

    /// `later` before `earlier`, and before both what does not come after `earlier`; nothing if that is impossible.
    fn swap(&mut self, earlier: usize, index: usize, later: &Event) -> Option<Race> {
        let events = &self.watch.events;
        let stays = |step: &usize| !self.order.precedes(earlier, *step) && *step != index;
        let between: Vec<usize> = (earlier + 1..events.len()).filter(stays).collect();
        if self.is_certain(earlier, index, later)? {
            let between = between.iter().map(|step| &events[*step]);
            return Some(Race {
                before: earlier,
                then: between.chain([later]).cloned().map(Arc::new).collect(),
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
            then: between.chain([swapped]).map(Arc::new).collect(),
        })
    }
}
