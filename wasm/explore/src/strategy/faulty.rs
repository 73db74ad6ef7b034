//! Faults where chance lets them fall, in the runs of any other strategy.

use super::{Situation, Strategy};
use crate::die::Die;
use crate::fault::{Fault, Faults};
use crate::schedule::Choice;
use std::fmt;

/// No more faults of a kind are planned, however large the budget: a run as long as the plan is has no room for more.
const MOST_PLANNED: u32 = 4096;

/// Lets faults of the run's budget ([`Run::set_faults`](crate::Run::set_faults)) strike at steps that chance decides;
/// at all others another strategy chooses.
///
/// The faults have a die of their own: until the first one a run is the same as without any. When the run begins each is
/// planned for a moment; whom it strikes then is left to chance too.
///
/// - To be killed, stopped or interrupted can happen at almost any step. So it is planned for a step, each with the same
///   chance, and put off to a later one where it cannot happen. Unless [`Faulty::within`] says how long the run is, that
///   is drawn as well, from 8 steps to 4096: short runs and long ones both have their faults, but not each.
/// - An early timeout, a short transfer and a failure can happen at some steps only, and nobody knows at how many. So it
///   is planned for one of the first 1, 2, 4, 8 and so on of those, each of these bounds with the same chance.
/// - A fault without limit is not planned: at each step it is as likely as each transition.
pub struct Faulty {
    inner: Box<dyn Strategy + Send>,
    die: Die,
    /// How many steps the run is expected to take, if that is known.
    within: Option<u32>,
    /// Nothing before the first step.
    plan: Option<Plan>,
    /// At how many steps each kind could have struck, in the order of [`Fault::ALL`].
    moments: [u32; Fault::ALL.len()],
}

/// What is to come.
#[derive(Debug)]
struct Plan {
    faults: Vec<Planned>,
    /// Whether any kind has no limit.
    unlimited: bool,
}

/// A fault that is to come.
#[derive(Clone, Copy, Debug)]
struct Planned {
    kind: Fault,
    /// The step; or, of what can strike at some only, which of those.
    at: u32,
    /// The last on which it might have fallen.
    last: u32,
}

impl Faulty {
    /// Faults in the runs of this strategy.
    #[must_use]
    pub fn new(inner: Box<dyn Strategy + Send>) -> Faulty {
        Faulty {
            inner,
            die: Die::of(0),
            within: None,
            plan: None,
            moments: [0; Fault::ALL.len()],
        }
    }

    /// The run takes about so many steps: faults fall on any of them with the same chance.
    #[must_use]
    pub fn within(mut self, steps: u32) -> Faulty {
        self.within = Some(steps);
        self
    }

    /// What can strike now. It is listed by kind.
    fn count(&mut self, faults: &[Choice]) {
        let mut before = None;
        for kind in faults.iter().filter_map(|one| Fault::of(*one)) {
            self.moments[kind as usize] += u32::from(before != Some(kind));
            before = Some(kind);
        }
    }

    fn make_plan(&mut self, budget: &Faults) -> Plan {
        let mut faults = Vec::new();
        let mut unlimited = false;
        for kind in Fault::ALL {
            let most = match budget.count(kind) {
                Faults::UNLIMITED => {
                    unlimited = true;
                    continue;
                }
                count => count.min(MOST_PLANNED),
            };
            for _ in 0..most {
                let last = self.last_moment(kind);
                let at = 1 + self.die.below(u64::from(last)) as u32;
                faults.push(Planned { kind, at, last });
            }
        }
        Plan { faults, unlimited }
    }

    /// The last step on which it may fall; or, of what can strike at some only, the last of those.
    fn last_moment(&mut self, kind: Fault) -> u32 {
        match self.within {
            length if is_rare(kind) => {
                let length = length.unwrap_or(MOST_PLANNED).max(1);
                1 << self.die.below(u64::from(length.ilog2()) + 1)
            }
            Some(length) => length,
            None => 8 << self.die.below(10),
        }
    }

    /// The fault that was planned for now, if it can strike.
    fn planned(&mut self, situation: &Situation<'_>) -> Option<Choice> {
        let step = situation.step;
        let Plan { faults, .. } = self.plan.as_mut()?;
        for index in 0..faults.len() {
            let Planned { kind, at, .. } = faults[index];
            let now = match is_rare(kind) {
                true => self.moments[kind as usize],
                false => step,
            };
            if at > now {
                continue;
            }
            let of_kind = |choice: &&Choice| Fault::of(**choice) == Some(kind);
            let candidates = situation.faults.iter().filter(of_kind);
            match candidates.clone().count() as u64 {
                // Another one struck at its moment: it takes the next.
                0 if is_rare(kind) => {}
                0 => faults[index].postpone(step, &mut self.die),
                count => {
                    faults.swap_remove(index);
                    let chosen = self.die.below(count) as usize;
                    return candidates.copied().nth(chosen);
                }
            }
        }
        None
    }

    /// A fault of a kind that has no limit, if one strikes now.
    fn unplanned(&mut self, situation: &Situation<'_>) -> Option<Choice> {
        let is_unlimited = |choice: &&Choice| {
            let kind = Fault::of(**choice);
            kind.is_some_and(|kind| situation.left.count(kind) == Faults::UNLIMITED)
        };
        let candidates = situation.faults.iter().filter(is_unlimited);
        let count = candidates.clone().count();
        if count == 0 {
            return None;
        }
        let steps = situation.transitions.len();
        let at = self.die.below((steps + count) as u64) as usize;
        candidates.copied().nth(at.checked_sub(steps)?)
    }
}

/// Whether it can strike at some steps only.
fn is_rare(kind: Fault) -> bool {
    matches!(kind, Fault::Timeout | Fault::Short | Fault::Failure)
}

impl Planned {
    /// It cannot strike now, and falls on any later step. To the next one on which it can it must not go: a kill would
    /// fall on the first step of a child's life again and again.
    fn postpone(&mut self, step: u32, die: &mut Die) {
        if self.last <= step {
            self.last = 2 * step;
        }
        self.at = step + 1 + die.below(u64::from(self.last - step)) as u32;
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with faults", self.inner)
    }
}

impl Strategy for Faulty {
    fn start(&mut self, seed: u64) {
        self.inner.start(seed);
        // Another seed than those of the other dice that are thrown in this run.
        self.die = Die::of(seed ^ 0x0ddd_ea71_b01d_face);
        self.plan = None;
        self.moments = [0; Fault::ALL.len()];
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        if self.plan.is_none() {
            self.plan = Some(self.make_plan(&situation.left));
        }
        self.count(situation.faults);
        self.planned(situation)
            .or_else(|| self.unplanned(situation))
            .unwrap_or_else(|| self.inner.choose(situation))
    }

    fn runs_on(&self) -> bool {
        let over = |plan: &Plan| plan.faults.is_empty() && !plan.unlimited;
        self.plan.as_ref().is_some_and(over) && self.inner.runs_on()
    }

    fn finish(&mut self, steps: u32) -> Option<crate::schedule::Divergence> {
        self.inner.finish(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::{Default, Transition};
    use crate::{Schedule, strategy::Replay};
    use forktalk_abi::Pid;
    use forktalk_kernel::{Config, Kernel, sentence::Act};

    /// The steps at which the faults of a budget strike in a run of so many; `possible` says what could at a step.
    fn strikes(
        faulty: &mut Faulty,
        seed: u64,
        steps: u32,
        budget: Faults,
        possible: impl Fn(u32) -> Vec<Choice>,
    ) -> Vec<u32> {
        let kernel = Kernel::new(Config::default(), false);
        let transitions = [1, 2].map(|pid| Transition {
            act: Act::Go,
            pid: Pid(pid),
            grants: None,
        });
        faulty.start(seed);
        let mut used = Faults::NONE;
        let mut struck = Vec::new();
        for step in 1..=steps {
            let left = budget.without(&used);
            let mut faults = possible(step);
            faults.retain(|one| Fault::of(*one).is_some_and(|kind| left.count(kind) > 0));
            let situation = Situation {
                step,
                last: None,
                last_call: 0,
                transitions: &transitions,
                timeouts: &[],
                alive: kernel.pids(),
                events: &[],
                calls: &[],
                faults: &faults,
                left,
                default_choice: Choice::go(Pid(1)),
                default_call: 0,
                kernel: &kernel,
            };
            let choice = faulty.choose(&situation);
            if let Some(kind) = situation.fault(choice) {
                assert!(faults.contains(&choice));
                used.add(kind);
                struck.push(step);
            }
        }
        struck
    }

    fn faulty() -> Faulty {
        Faulty::new(Box::new(Default))
    }

    fn kills(most: u32) -> Faults {
        Faults {
            kills: most,
            ..Faults::NONE
        }
    }

    /// The root forks at step 10.
    fn children(step: u32) -> Vec<Choice> {
        match step {
            ..=10 => Vec::new(),
            _ => [2, 3, 4].map(|pid| Choice::kill(Pid(pid))).to_vec(),
        }
    }

    #[test]
    fn faults_fall_on_any_step_at_which_they_can_about_as_often() {
        let mut faulty = faulty().within(50);
        let mut counts = [0; 51];
        for seed in 0..10_000 {
            for step in strikes(&mut faulty, seed, 50, kills(1), children) {
                counts[step as usize] += 1;
            }
        }
        assert_eq!(counts[..11], [0; 11]);
        assert!(
            counts[11..].iter().all(|c| (190..310).contains(c)),
            "{counts:?}"
        );
    }

    #[test]
    fn where_the_length_is_not_known_faults_reach_short_runs_and_the_end_of_long_ones() {
        let mut faulty = faulty();
        let (mut short, mut late) = (0, 0);
        for seed in 0..500 {
            short += usize::from(!strikes(&mut faulty, seed, 30, kills(2), children).is_empty());
            let long = strikes(&mut faulty, seed, 3000, kills(2), children);
            assert!(long.len() <= 2);
            late += usize::from(long.iter().any(|step| *step > 1500));
        }
        assert!(short > 200, "{short}");
        assert!(late > 25, "{late}");
    }

    #[test]
    fn a_failure_falls_on_the_first_calls_that_can_fail_and_on_late_ones() {
        let can_fail = |step| match step {
            1 | 2 | 30 => vec![Choice::fail(Pid(1))],
            _ => Vec::new(),
        };
        let one = Faults {
            failures: 1,
            ..Faults::NONE
        };
        let mut faulty = faulty().within(40);
        let mut counts = [0; 41];
        for seed in 0..1_000 {
            for step in strikes(&mut faulty, seed, 40, one, can_fail) {
                counts[step as usize] += 1;
            }
        }
        let [first, second, late] = [1, 2, 30].map(|step| counts[step]);
        assert!(
            first > 250 && second > 100 && late > 50,
            "{first} {second} {late}"
        );
    }

    #[test]
    fn what_has_no_limit_is_as_likely_as_each_transition() {
        let early = |_| vec![Choice::timeout(Pid(3))];
        let any = Faults {
            timeouts: Faults::UNLIMITED,
            ..Faults::NONE
        };
        let struck = strikes(&mut faulty(), 7, 3000, any, early).len();
        assert!((900..1100).contains(&struck), "{struck} of 3000");
    }

    #[test]
    fn it_runs_on_as_the_other_does_once_nothing_is_to_come() {
        let mut faulty = faulty().within(20);
        assert!(!faulty.runs_on(), "nobody knows yet what is to come");
        assert_eq!(strikes(&mut faulty, 7, 60, kills(2), children).len(), 2);
        assert!(faulty.runs_on());
        let schedule: Schedule = "1-linux-7_1.1.2".parse().expect("a schedule");
        let mut faulty = Faulty::new(Box::new(Replay::new(&schedule)));
        assert_eq!(
            strikes(&mut faulty, 7, 5, Faults::NONE, children),
            Vec::<u32>::new()
        );
        assert!(!faulty.runs_on(), "the other waits for its departure");
        assert!(faulty.finish(5).is_some());
    }
}
