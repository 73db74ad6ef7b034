//! Every state once: for programs that have too many behaviours.
//!
//! Two behaviours may differ in the order of steps and still come to the same state: who took a lock first, to look and
//! release it. Where processes share memory that is so at every turn, and behaviours are many more than states. This
//! search makes runs until all that can be chosen in any state was chosen there, or need not be; states are told apart by
//! a number ([`Kernel::fingerprint`](forktalk_kernel::Kernel::fingerprint), and what each process was told), so two may be
//! taken for one by a coincidence in 2^64. Outcomes are the same as [`Dpor`](super::Dpor) sees, but not how many runs lead
//! to each.
//!
//! Two things are left out. A choice is *asleep* where all that begins with it was seen from an earlier state, and nothing
//! happened since that does not commute with it; with each state is kept what was asleep there, and if it is reached again
//! with less asleep, the difference is made up for (Godefroid, "Partial-Order Methods for the Verification of Concurrent
//! Systems", 1996, chapter 5). And where a process does what nobody else can see before it goes on ([`Alone`]), nobody else
//! is chosen there: such a step is a persistent set (the same, chapter 4).

use super::alone::Alone;
use super::{Plan, Search, Wish};
use crate::event::Event;
use crate::fault::Faults;
use crate::order::{Order, Step};
use crate::schedule::{Act, Choice};
use crate::states::States;
use crate::strategy::guided::Guided;
use crate::verdict::Ran;
use crate::watch::Watch;
use forktalk_kernel::Config;
use forktalk_kernel::fingerprint::Mixer;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// See the module.
pub struct EveryState {
    kernel: Config,
    /// The states that were seen, by their numbers, each with those of the choices there, a bit each, that were asleep
    /// whenever it was reached.
    known: HashMap<u64, u128, BuildHasherDefault<Mixer>>,
    /// What is still to be chosen; the last first, so that they are few.
    left: Vec<Branch>,
    under_way: VecDeque<Branch>,
    alone: Alone,
    /// Counts how often the search began anew.
    age: u32,
}

/// A choice in a state that was seen.
struct Branch {
    age: u32,
    /// The steps that lead to the state, and more.
    path: Arc<[Arc<Step>]>,
    /// How many of them.
    since: usize,
    /// Nothing at the very beginning.
    choice: Option<Choice>,
    /// What is asleep in the state.
    asleep: Vec<Arc<Event>>,
}

impl EveryState {
    /// For a program that runs with these settings, with so many faults at most in a run.
    #[must_use]
    pub fn new(kernel: Config, budget: Faults) -> EveryState {
        let mut search = EveryState {
            alone: Alone::new(kernel.stepping, budget.timeouts > 0),
            kernel,
            known: HashMap::default(),
            left: Vec::new(),
            under_way: VecDeque::new(),
            age: 0,
        };
        search.begin();
        search
    }

    fn begin(&mut self) {
        self.known.clear();
        self.left.clear();
        self.left.push(Branch {
            age: self.age,
            path: Arc::new([]),
            since: 0,
            choice: None,
            asleep: Vec::new(),
        });
    }

    /// Takes note of the states that a run came through behind its branch.
    fn take(&mut self, branch: Branch, order: &Order, watch: &Watch, states: &States) {
        let events = order.steps().iter().map(|step| &step.event);
        let events: Vec<Arc<Event>> = events.cloned().collect();
        let path: Arc<[Arc<Step>]> = order.steps().into();
        let mut asleep = branch.asleep;
        let mut at = branch.since;
        if branch.choice.is_some() {
            // A run that may take no more steps did not come to it.
            let Some(first) = events.get(at) else { return };
            wake(&mut asleep, first);
            at += 1;
        }
        while let Some(&fingerprint) = states.fingerprints.get(at) {
            let taken = events.get(at);
            let offered = match taken {
                Some(_) => watch.choices(at),
                None => watch.choices_at_end(),
            };
            let awake = self.awake(fingerprint, offered, &events, at, &asleep);
            let mut branch = |choice, asleep: &[Arc<Event>]| {
                self.left.push(Branch {
                    age: self.age,
                    path: Arc::clone(&path),
                    since: at,
                    choice: Some(choice),
                    asleep: asleep.to_vec(),
                });
            };
            // Those who come later need not show what those show who come earlier. A fault commutes with most that others
            // do: it comes first, so that it need not be tried between any two of their steps.
            let is_taken = |choice: &Choice| taken.is_some_and(|taken| taken.choice == *choice);
            let foreseen = |choice: &Choice| states.fault(at, *choice);
            let (faults, steps): (Vec<Choice>, Vec<Choice>) = awake
                .iter()
                .partition(|choice| foreseen(choice).is_some() && !is_taken(choice));
            for fault in faults {
                branch(fault, &asleep);
                asleep.extend(foreseen(&fault).cloned());
            }
            let goes_on = steps.iter().any(is_taken);
            let mut beside = asleep.clone();
            beside.extend(taken.cloned());
            for step in steps.into_iter().filter(|step| !is_taken(step)) {
                branch(step, &beside);
                beside.extend(next_step(step, &events[at..]).cloned());
            }
            let Some(taken) = taken.filter(|_| goes_on) else {
                break;
            };
            wake(&mut asleep, taken);
            at += 1;
        }
    }

    /// What is still to be chosen in a state that a run of these steps came to behind so many of them.
    fn awake(
        &mut self,
        fingerprint: u64,
        offered: &[Choice],
        events: &[Arc<Event>],
        at: usize,
        asleep: &[Arc<Event>],
    ) -> Vec<Choice> {
        // More choices than there are bits never sleep.
        let numbered = || offered.iter().enumerate().take(u128::BITS as usize);
        let sleeps = |choice: &Choice| asleep.iter().any(|event| event.choice == *choice);
        let sleeping = numbered()
            .filter(|(_, choice)| sleeps(choice))
            .fold(0, |bits, (place, _)| bits | 1_u128 << place);
        let is_in = |bits: u128, place: usize| bits.checked_shr(place as u32).unwrap_or(0) & 1 == 1;
        match self.known.entry(fingerprint) {
            Entry::Vacant(new) => {
                let taken = events.get(at);
                let alone = taken.filter(|taken| self.alone.is(taken, at));
                let is_needed = |choice: &Choice| {
                    alone.is_none_or(|alone| alone.pid() == choice.pid)
                        && !is_same_later(*choice, &events[at..])
                };
                let needed = |(_, choice): &(usize, &Choice)| is_needed(choice);
                let asleep = numbered().filter(needed);
                new.insert(asleep.fold(0, |bits, (place, _)| bits | 1 << place) & sleeping);
                let places = offered.iter().enumerate().filter(needed);
                let awake = places.filter(|(place, _)| !is_in(sleeping, *place));
                awake.map(|(_, choice)| *choice).collect()
            }
            Entry::Occupied(mut known) => {
                let missed = *known.get() & !sleeping;
                *known.get_mut() &= sleeping;
                let missed = numbered().filter(|(place, _)| is_in(missed, *place));
                missed.map(|(_, choice)| *choice).collect()
            }
        }
    }
}

/// Wakes those whose order beside a step that was taken matters.
fn wake(asleep: &mut Vec<Arc<Event>>, taken: &Event) {
    asleep.retain(|event| !event.depends_on(taken));
}

/// The next step of the process of this choice, if that is the choice, whatever the others do before.
fn next_step(choice: Choice, events: &[Arc<Event>]) -> Option<&Arc<Event>> {
    let next = events.iter().find(|event| event.pid() == choice.pid)?;
    let is_certain = next.is_as_foreseen() && next.epoch == events[0].epoch;
    (next.choice == choice && is_certain).then_some(next)
}

/// Whether to kill a process here is as good as behind its next step, since that only looks.
fn is_same_later(choice: Choice, events: &[Arc<Event>]) -> bool {
    let next = || next_step(Choice::go(choice.pid), events);
    choice.act == Act::Kill && next().is_some_and(|next| next.footprint.only_looks())
}

impl Search for EveryState {
    fn plan(&mut self) -> Option<Plan> {
        let branch = self.left.pop()?;
        let before = branch.path[..branch.since].iter();
        let before = before.map(|step| step.event.choice);
        let steps = branch
            .asleep
            .iter()
            .filter(|event| matches!(event.choice.act, Act::Go | Act::Timeout));
        let strategy = Guided::new(before.chain(branch.choice).collect())
            .with_sleepers(branch.since, steps.cloned().collect());
        let since = branch.since;
        self.under_way.push_back(branch);
        Some(Plan {
            seed: self.kernel.seed,
            strategy: Box::new(strategy),
            wish: Wish::States(since),
        })
    }

    fn learn(&mut self, _: &Ran, watch: Option<&Watch>) {
        let (Some(branch), Some(watch)) = (self.under_way.pop_front(), watch) else {
            return;
        };
        let Some(states) = &watch.states else { return };
        let mut order = Order::beginning(branch.path[..branch.since].to_vec());
        order.extend(&watch.events);
        if !self.alone.learn(&order, branch.since, watch, states) {
            self.age += 1;
            self.begin();
        }
        if branch.age == self.age {
            self.take(branch, &order, watch, states);
        }
    }

    fn is_exhausted(&self) -> bool {
        self.left.is_empty() && self.under_way.is_empty()
    }

    fn states(&self) -> Option<u64> {
        Some(self.known.len() as u64)
    }
}
