//! A die for each step.

use super::{Situation, Strategy, Transition};
use crate::die::Die;
use crate::schedule::{Act, Choice};
use forktalk_abi::Pid;
use std::fmt;

/// The first process: if it is killed, nothing is left to be tried.
const ROOT: Pid = Pid(1);

/// Each transition that may be chosen is as likely as the others.
///
/// Where POSIX leaves open how many bytes a read or a write gets, half of the time it gets as many as possible, else
/// any number with the same chance: full grants keep a run short, short ones find what relies on them.
#[derive(Clone, Debug, Default)]
pub struct Random {
    die: Die,
    early_timeouts: bool,
    kills: Kills,
}

/// Which steps are kills. They have a die of their own: until the first kill a run is the same as without any.
#[derive(Clone, Debug, Default)]
struct Kills {
    die: Die,
    budget: u32,
    /// How many steps the run is expected to take, if that is known.
    within: Option<u32>,
    planned: Vec<Planned>,
}

/// A kill that is to come.
#[derive(Clone, Copy, Debug)]
struct Planned {
    step: u32,
    /// The last step on which it might have fallen.
    last: u32,
}

impl Random {
    /// A strategy that a run seeds when it starts.
    #[must_use]
    pub const fn new() -> Random {
        Random {
            die: Die::of(0),
            early_timeouts: false,
            kills: Kills {
                die: Die::of(0),
                budget: 0,
                within: None,
                planned: Vec::new(),
            },
        }
    }

    /// Lets the time of a wait be up before everybody else is stuck, too: as if the others were slow.
    #[must_use]
    pub fn with_early_timeouts(mut self) -> Random {
        self.early_timeouts = true;
        self
    }

    /// Kills up to so many processes, at steps that chance decides; never the root, whose end is that of the program.
    ///
    /// Unless [`Random::within`] says how long the run is, that is drawn too, from 8 steps to 4096: short runs and long
    /// ones both have their kills, but not each.
    #[must_use]
    pub fn with_kills(mut self, most: u32) -> Random {
        self.kills.budget = most;
        self
    }

    /// The run takes about so many steps: kills fall on any of them with the same chance.
    #[must_use]
    pub fn within(mut self, steps: u32) -> Random {
        self.kills.within = Some(steps);
        self
    }
}

impl fmt::Display for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("random")
    }
}

impl Strategy for Random {
    fn start(&mut self, seed: u64) {
        // The kernel draws the processes' randomness from the same seed: the dice must not run in step.
        self.die = Die::of(seed ^ 0x5ced_0111_a7e0_57e9);
        self.kills.start(seed ^ 0x0ddd_ea71_b01d_face);
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        if let Some(victim) = self.kills.strike(situation) {
            return Choice::kill(victim);
        }
        let listed = situation.transitions.len();
        let early = match self.early_timeouts && situation.default_choice.act == Act::Go {
            true => situation.timeouts,
            false => &[],
        };
        let at = self.die.below((listed + early.len()) as u64) as usize;
        let Some(transition) = situation.transitions.get(at) else {
            return Choice::timeout(early[at - listed]);
        };
        with_any_grant(transition, &mut self.die)
    }
}

/// This transition; chance says how many bytes it gets, where that is open.
pub(super) fn with_any_grant(transition: &Transition, die: &mut Die) -> Choice {
    let grant = transition.grants.and_then(|(least, most)| {
        let short = least < most && die.next() & 1 == 1;
        short.then(|| least + die.below(u64::from(most - least)) as u32)
    });
    Choice {
        act: transition.act,
        pid: transition.pid,
        grant,
    }
}

impl Kills {
    fn start(&mut self, seed: u64) {
        self.die = Die::of(seed);
        self.planned.clear();
        for _ in 0..self.budget {
            let last = match self.within {
                Some(steps) => steps,
                None => 8 << self.die.below(10),
            };
            let step = 1 + self.die.below(u64::from(last)) as u32;
            self.planned.push(Planned { step, last });
        }
    }

    /// Whom to kill now, if anybody.
    fn strike(&mut self, situation: &Situation<'_>) -> Option<Pid> {
        let step = situation.step;
        let due = self.planned.iter().position(|one| one.step <= step)?;
        let victims = situation.alive.iter().filter(|pid| **pid != ROOT);
        let count = victims.clone().count();
        if count == 0 {
            self.postpone(step);
            return None;
        }
        self.planned.swap_remove(due);
        let at = self.die.below(count as u64) as usize;
        victims.copied().nth(at)
    }

    /// Nobody is there to be killed: what was planned for now falls on any later step. To the next one with a victim it
    /// must not go, which would be the first of a child's life again and again.
    fn postpone(&mut self, step: u32) {
        let die = &mut self.die;
        for planned in self.planned.iter_mut().filter(|one| one.step <= step) {
            if planned.last <= step {
                planned.last = 2 * step;
            }
            let left = u64::from(planned.last - step);
            planned.step = step + 1 + die.below(left) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps at which kills fall in a run of so many, whose root forks at step 10 and takes its child's status, or is
    /// alone again, at the end.
    fn kills(random: &mut Random, seed: u64, steps: u32) -> Vec<u32> {
        random.start(seed);
        let alive = [ROOT, Pid(2), Pid(3), Pid(4)];
        let mut killed = Vec::new();
        for step in 1..=steps {
            let alive = match step {
                ..=10 => &alive[..1],
                _ => &alive[..4 - killed.len().min(3)],
            };
            let situation = Situation {
                step,
                last: None,
                last_call: 0,
                transitions: &[],
                timeouts: &[],
                alive,
                events: &[],
                default_choice: Choice::go(ROOT),
                default_call: 0,
            };
            if let Some(victim) = random.kills.strike(&situation) {
                assert!(alive.contains(&victim) && victim != ROOT);
                killed.push(step);
            }
        }
        killed
    }

    #[test]
    fn kills_fall_on_any_step_with_a_victim_about_as_often() {
        let mut random = Random::new().with_kills(1).within(50);
        let mut counts = [0; 51];
        for seed in 0..40_000 {
            for step in kills(&mut random, seed, 50) {
                counts[step as usize] += 1;
            }
        }
        assert_eq!(counts[..11], [0; 11]);
        assert!(
            counts[11..].iter().all(|c| (850..1150).contains(c)),
            "{counts:?}"
        );
    }

    #[test]
    fn where_the_length_is_not_known_kills_reach_short_runs_and_the_end_of_long_ones() {
        let mut random = Random::new().with_kills(2);
        let (mut short, mut late) = (0, 0);
        for seed in 0..10_000 {
            short += usize::from(!kills(&mut random, seed, 30).is_empty());
            let long = kills(&mut random, seed, 3000);
            assert!(long.len() <= 2);
            late += usize::from(long.iter().any(|step| *step > 1500));
        }
        assert!(short > 4000, "{short}");
        assert!(late > 500, "{late}");
    }
}
