//! What happens before what: the steps of a run as a partial order.
//!
//! Two runs are *equivalent* if one becomes the other by swapping neighbours that commute (Mazurkiewicz): they have the
//! same steps in the same partial order, each process sees the same in both, and they end alike.

use crate::event::Event;
use forktalk_abi::Pid;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The partial order of a run's steps.
#[derive(Clone, Debug, Default)]
pub struct Order {
    steps: Vec<Arc<Step>>,
    /// What is asked most of the steps, side by side.
    briefs: Vec<Brief>,
}

/// What is asked most of a step.
#[derive(Clone, Copy, Debug)]
struct Brief {
    pid: Pid,
    /// How many steps its process has taken with it.
    turn: u32,
    epoch: u32,
    marks: u128,
}

/// A step, and what comes before it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) event: Arc<Event>,
    brief: Brief,
    /// The step before it by what its process is: the last of the same process, or the fork that made it.
    pub(crate) previous: Option<usize>,
    /// How many steps of each process come before it, its own included; by process number, those without any may be
    /// missing at the end.
    clock: Box<[u32]>,
}

impl Order {
    /// The order of these steps.
    #[must_use]
    pub fn new(events: &[Event]) -> Order {
        let mut order = Order::default();
        order.extend(events);
        order
    }

    /// The order of a run that begins with these steps.
    pub(crate) fn beginning(steps: Vec<Arc<Step>>) -> Order {
        let briefs = steps.iter().map(|step| step.brief).collect();
        Order { steps, briefs }
    }

    /// The same steps, where any wait may give up early: then none comes behind another only since nobody could go.
    pub(crate) fn without_time(&self) -> Order {
        let events = self.steps.iter().map(|step| Event {
            epoch: 0,
            ..(*step.event).clone()
        });
        Order::new(&events.collect::<Vec<_>>())
    }

    /// Takes over those of a run's steps that come behind the ones that it has.
    pub(crate) fn extend(&mut self, events: &[Event]) {
        let mut clock = Vec::new();
        for event in &events[self.steps.len()..] {
            let previous = self.previous(event.pid());
            let before = previous.map(|previous| &*self.steps[previous].clock);
            clock.clear();
            clock.extend_from_slice(before.unwrap_or(&[]));
            let own = event.pid().0 as usize;
            if clock.len() <= own {
                clock.resize(own + 1, 0);
            }
            let brief = Brief {
                pid: event.pid(),
                turn: clock[own] + 1,
                epoch: event.epoch,
                marks: event.footprint.marks(),
            };
            for (earlier, step) in self.briefs.iter().zip(&self.steps).rev() {
                let depends = || brief.may_depend_on(earlier) && event.depends_on(&step.event);
                if !earlier.is_in(&clock) && depends() {
                    join(&mut clock, &step.clock);
                }
            }
            clock[own] = brief.turn;
            self.briefs.push(brief);
            self.steps.push(Arc::new(Step {
                event: Arc::new(event.clone()),
                brief,
                previous,
                clock: clock.as_slice().into(),
            }));
        }
    }

    pub(crate) fn steps(&self) -> &[Arc<Step>] {
        &self.steps
    }

    /// The last step before one of process `pid` by what the process is: its own, or the fork that made it.
    pub(crate) fn previous(&self, pid: Pid) -> Option<usize> {
        let mut steps = self.briefs.iter().zip(&self.steps);
        steps.rposition(|(brief, step)| brief.pid == pid || step.event.child == Some(pid))
    }

    /// Whether step `one` comes before step `other` in every equivalent run, or is the same; the first step is 0.
    #[must_use]
    pub fn precedes(&self, one: usize, other: usize) -> bool {
        self.briefs[one].is_in(&self.steps[other].clock)
    }

    /// Whether what this step touches may not commute with what `event` touches.
    pub(crate) fn may_clash(&self, step: usize, event: &Event) -> bool {
        let brief = &self.briefs[step];
        brief.pid == event.pid() || brief.marks & event.footprint.marks() != 0
    }

    /// A number that equivalent runs share, and others, but for a coincidence in 2^64, do not.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let mut left: Vec<usize> = (0..self.steps.len()).collect();
        while !left.is_empty() {
            // Of the steps that nothing left comes before, that of the lowest process: the same in every equivalent run.
            let free = left.iter().enumerate().filter(|(_, step)| {
                let mut others = left.iter().filter(|other| *other < *step);
                others.all(|other| !self.precedes(*other, **step))
            });
            let first = free.min_by_key(|(_, step)| self.steps[**step].event.pid());
            let Some((place, _)) = first else { break };
            let event = &self.steps[left.remove(place)].event;
            (event.way(), event.call, event.epoch).hash(&mut hasher);
            let mut touched = event.footprint.touched().to_vec();
            touched.sort_unstable();
            touched.hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Brief {
    fn is_in(&self, clock: &[u32]) -> bool {
        let seen = clock.get(self.pid.0 as usize);
        seen.is_some_and(|seen| *seen >= self.turn)
    }

    /// Nothing but this can be a reason why the order of the two matters.
    fn may_depend_on(&self, other: &Brief) -> bool {
        self.epoch != other.epoch || self.pid == other.pid || self.marks & other.marks != 0
    }
}

fn join(clock: &mut Vec<u32>, other: &[u32]) {
    if clock.len() < other.len() {
        clock.resize(other.len(), 0);
    }
    for (mine, theirs) in clock.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}
