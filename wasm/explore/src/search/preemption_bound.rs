//! Every sequence of choices with few preemptions, those with fewer first.
//!
//! A *preemption* is a choice that takes the processor from a process that could have gone on. Most mistakes need one or
//! two (Musuvathi, Qadeer: "Iterative Context Bounding for Systematic Testing of Multithreaded Programs", PLDI 2007), and
//! there are only polynomially many sequences with so few. Faults do not count as preemptions.
//!
//! Without a bound it is brute force: every sequence once, equivalent or not. That is for proofs, and for programs that
//! are very small.

use super::{Plan, Search, Wish};
use crate::schedule::{Act, Choice};
use crate::strategy::Interactive;
use crate::verdict::Ran;
use crate::watch::Watch;
use std::collections::VecDeque;

/// See the module.
pub struct PreemptionBound {
    seed: u64,
    most: Option<u32>,
    /// Beginnings to be explored now, the next one last; and those that need one preemption more.
    now: Vec<Beginning>,
    later: Vec<Beginning>,
    under_way: VecDeque<Beginning>,
}

/// What a run begins with; behind it the default policy goes on.
#[derive(Clone, Debug, Default)]
struct Beginning {
    choices: Vec<Choice>,
}

impl PreemptionBound {
    /// For runs with this seed, with so many preemptions at most; nothing: as many as there are.
    #[must_use]
    pub fn new(seed: u64, most: Option<u32>) -> PreemptionBound {
        PreemptionBound {
            seed,
            most,
            now: vec![Beginning::default()],
            later: Vec::new(),
            under_way: VecDeque::new(),
        }
    }

    /// Once all that needs as few preemptions as now was seen, one more is allowed.
    fn go_on_to_more(&mut self) {
        if self.now.is_empty() && self.under_way.is_empty() && self.most != Some(0) {
            self.most = self.most.map(|most| most - 1);
            std::mem::swap(&mut self.now, &mut self.later);
        }
    }
}

/// Whether this choice, after a step of `last`, takes the processor from it.
fn preempts(choice: Choice, last: Option<Choice>, offered: &[Choice]) -> bool {
    let Some(last) = last else { return false };
    choice.act == Act::Go && choice.pid != last.pid && offered.contains(&Choice::go(last.pid))
}

impl Search for PreemptionBound {
    fn plan(&mut self) -> Option<Plan> {
        self.go_on_to_more();
        let beginning = self.now.pop()?;
        let strategy = Box::new(Interactive::new(beginning.choices.clone()));
        self.under_way.push_back(beginning);
        Some(Plan {
            seed: self.seed,
            strategy,
            wish: Wish::Steps,
        })
    }

    fn learn(&mut self, _: &Ran, watch: Option<&Watch>) {
        let (Some(beginning), Some(watch)) = (self.under_way.pop_front(), watch) else {
            return;
        };
        let taken: Vec<Choice> = watch.events.iter().map(|event| event.choice).collect();
        for fault in watch.choices_at_end() {
            let choices = taken.iter().copied().chain([*fault]).collect();
            self.now.push(Beginning { choices });
        }
        for index in (beginning.choices.len()..taken.len()).rev() {
            let last = index.checked_sub(1).map(|before| taken[before]);
            let offered = watch.choices(index);
            for &choice in offered.iter().filter(|choice| **choice != taken[index]) {
                let choices = taken[..index].iter().copied().chain([choice]).collect();
                let preempts = self.most.is_some() && preempts(choice, last, offered);
                let list = if preempts {
                    &mut self.later
                } else {
                    &mut self.now
                };
                list.push(Beginning { choices });
            }
        }
    }

    fn is_exhausted(&self) -> bool {
        let nothing_more = self.later.is_empty() || self.most == Some(0);
        self.now.is_empty() && self.under_way.is_empty() && nothing_more
    }
}
