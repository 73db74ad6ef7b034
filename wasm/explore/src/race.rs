//! Where a run could have been another: its races.
//!
//! A *race* is a pair of steps that do not commute, of which the second could have come first.

use crate::event::Event;
use crate::order::{Order, Step};
use crate::schedule::Choice;
use crate::shadow::Shadow;
use crate::strategy::guided::Strike;
use crate::watch::Watch;
use forktalk_kernel::Config;
use forktalk_kernel::footprint::{Need, Touch};
use std::sync::Arc;

/// What a search wants to know of a run: whoever makes it can find that out at once
/// ([`Watch::study`](crate::Watch::study)).
pub struct Study {
    /// The steps with which the run begins. Their races are known.
    pub(crate) known: Vec<Arc<Step>>,
    /// How many of them no step may come before.
    pub(crate) given: usize,
    /// The faults that strike.
    pub(crate) strikes: Vec<Strike>,
    /// What the run begins with.
    pub(crate) kernel: Config,
}

/// What was found out.
#[derive(Debug, Default)]
pub(crate) struct Studied {
    /// The steps behind the known ones.
    pub(crate) steps: Vec<Arc<Step>>,
    /// The races in which the later step is one of those: each could have gone the other way.
    pub(crate) races: Vec<Race>,
    /// The waits that give up at some time and did not wait here, but would in another order: each as that fault, with the
    /// number of its call.
    pub(crate) waits: Vec<(Choice, u32)>,
}

/// A step that could have come earlier.
#[derive(Debug)]
pub(crate) struct Race {
    /// The step, counted from 0, before which it could have come.
    pub(crate) before: usize,
    /// What comes first then, and at last the step itself.
    pub(crate) then: Vec<Arc<Event>>,
}

impl Study {
    /// In `shadow` other orders are tried, if they must be; it is kept for its memory.
    pub(crate) fn of(&self, watch: &Watch, shadow: &mut Option<Box<Shadow>>) -> Studied {
        let known = self.known.len();
        let mut order = Order::beginning(self.known.clone());
        order.extend(&watch.events);
        let mut finder = Finder {
            study: self,
            order: &order,
            watch,
            shadow,
            races: Vec::new(),
            waits: Vec::new(),
        };
        for (index, step) in order.steps().iter().enumerate().skip(known) {
            finder.look_back(index, &step.event, step.previous);
        }
        finder.look_back_again();
        for later in watch.never_performed() {
            let previous = order.previous(later.pid());
            finder.look_back(order.steps().len(), &Arc::new(later), previous);
        }
        Studied {
            races: finder.races,
            waits: finder.waits,
            steps: order.steps()[known..].to_vec(),
        }
    }
}

struct Finder<'a> {
    study: &'a Study,
    order: &'a Order,
    watch: &'a Watch,
    shadow: &'a mut Option<Box<Shadow>>,
    races: Vec<Race>,
    waits: Vec<(Choice, u32)>,
}

impl Finder<'_> {
    fn event(&self, step: usize) -> &Arc<Event> {
        &self.order.steps()[step].event
    }

    /// Finds the steps before which `later`, which comes after the first `index` steps, could have come.
    ///
    /// From the last one that it does not commute with to the first. One that comes before another such is passed over:
    /// once that other one was swapped, it will be a neighbour. But if the other one cannot be swapped (it made room,
    /// or released the lock, so that `later` could go at all), then it is looked at now.
    fn look_back(&mut self, index: usize, later: &Arc<Event>, previous: Option<usize>) {
        let order = self.order;
        let mut swapped: Vec<usize> = Vec::new();
        for earlier in (self.study.given..index).rev() {
            let is_candidate = (order.may_clash(earlier, later) || later.hangs_on_time())
                && later.races_with(self.event(earlier))
                && !previous.is_some_and(|previous| order.precedes(earlier, previous));
            if !is_candidate || swapped.iter().any(|one| order.precedes(earlier, *one)) {
                continue;
            }
            if let Some(race) = self.swap(earlier, index, later) {
                swapped.push(earlier);
                self.races.push(race);
            } else if later.choice == Choice::go(later.pid()) && later.is_bounded() {
                let wait = (Choice::timeout(later.pid()), later.call);
                if !self.waits.contains(&wait) {
                    self.waits.push(wait);
                }
            }
        }
    }

    /// Of the known steps those whose races are others now: the step would ask for more if it came earlier, and there is
    /// a new step beside it to which that matters.
    fn look_back_again(&mut self) {
        let (order, known) = (self.order, self.study.known.len());
        let (known, new) = order.steps().split_at(known);
        for (index, step) in known.iter().enumerate() {
            let Some(end) = step.event.overlooked else {
                continue;
            };
            let mut new = (known.len()..).zip(new);
            if new.any(|(place, new)| {
                new.event.footprint.clashes_over(end, Touch::Look) && !order.precedes(index, place)
            }) {
                self.look_back(index, &step.event, step.previous);
            }
        }
    }

    /// `later` before `earlier`, and before both what does not come after `earlier`; nothing if that is impossible.
    fn swap(&mut self, earlier: usize, index: usize, later: &Arc<Event>) -> Option<Race> {
        let is_certain = self.is_certain(earlier, index, later)?;
        let (order, length) = (self.order, self.order.steps().len());
        let stays = |step: &usize| !order.precedes(earlier, *step) && *step != index;
        let between: Vec<Arc<Event>> = (earlier + 1..length)
            .filter(stays)
            .map(|step| Arc::clone(self.event(step)))
            .collect();
        if is_certain {
            return Some(Race {
                before: earlier,
                then: between.into_iter().chain([Arc::clone(later)]).collect(),
            });
        }
        let before = self.order.steps()[..earlier].iter();
        let before = before.map(|step| &step.event);
        let choices: Vec<Choice> = before.chain(&between).map(|event| event.way()).collect();
        let Study {
            kernel, strikes, ..
        } = self.study;
        let new = || Box::new(Shadow::new(kernel.clone()));
        let shadow = self.shadow.get_or_insert_with(new);
        shadow.set_strikes(strikes);
        let (after, swapped) = shadow.step_after(&self.watch.tape, &choices, earlier, later)?;
        let first = self.event(earlier);
        if !swapped.clashes_with(first) && swapped.epoch == first.epoch {
            // It could have, as far as was known; but it does not.
            return None;
        }
        let between = between.into_iter().take(after - earlier);
        Some(Race {
            before: earlier,
            then: between.chain([Arc::new(swapped)]).collect(),
        })
    }

    /// Whether it is known without trying that `later` can come before `earlier`, and that it is the same there; nothing if
    /// it is known that it cannot.
    fn is_certain(&self, earlier: usize, index: usize, later: &Event) -> Option<bool> {
        let order = self.order;
        let first = self.event(earlier);
        let stays = |step: &usize| !order.precedes(earlier, *step);
        match later.need {
            Need::Nothing => return Some(true),
            Need::Lock(lock) if later.took(lock) && first.took(lock) => return Some(true),
            // Before a lock is released it is held.
            Need::Lock(lock) if first.released(lock) && !later.is_bounded() => return None,
            // Before its end it was alive.
            Need::End(status) if first.ended(status) && later.answer.is_some_and(|pid| pid > 0) => {
                return None;
            }
            // Before it was woken it slept.
            Need::Wake(sleepers) if first.wakes(sleepers) => {
                let steps = &order.steps()[..index];
                let asleep_since = steps.iter().rposition(|one| one.event.pid() == later.pid());
                let since = asleep_since.map_or(0, |own| own + 1);
                let mut others = (since..earlier).chain((earlier + 1..index).filter(stays));
                if !others.any(|step| self.event(step).wakes(sleepers)) {
                    return None;
                }
            }
            // Before that was written nothing lay there.
            Need::Bytes(stream) if later.waited_for(first, stream) => {
                let goes = |step: usize| !stays(&step) && self.event(step).reads(stream);
                if !(earlier + 1..index).any(goes) {
                    return None;
                }
            }
            _ => {}
        }
        Some(false)
    }
}
