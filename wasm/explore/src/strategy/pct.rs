//! Priorities, and few moments at which one changes.

use super::random::with_any_grant;
use super::{Situation, Strategy};
use crate::die::Die;
use crate::schedule::Choice;
use forktalk_abi::Pid;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

/// Probabilistic concurrency testing: of those who can go, the process with the highest priority goes.
///
/// A process is given a random priority when it is first seen. At *depth* - 1 random moments within the steps that the
/// run is expected to take ([`Pct::within`]), the process that went falls below all that were not yet lowered. It
/// waits, then, for as long as anybody else can go: that is how a bug is met that needs one process to be far ahead of
/// another, which a die for each step hardly ever brings about.
///
/// # What it guarantees
///
/// The depth of a bug is how many demands "this step before that one" are enough for it to show: a use before its
/// preparation has depth 1, a step of another between two that belong together has depth 2. Let *n* processes take at
/// most *k* steps, and let the run be given the depth *d* and *k*. Then it meets a bug of depth *d* with a probability
/// of at least 1 / (n · k<sup>d-1</sup>), whatever the program. To miss it in *r* runs has a probability of at most
/// (1 - that)<sup>r</sup>. A shallower bug it meets with no less.
///
/// That counts processes that are forked on the way, since chance gives them a place among the others as if they had
/// been there. It does not count what else is a choice: whose wait ends first when several do, and how many bytes are
/// granted where POSIX leaves that open (half of the time as many as possible, else any number). No wait is ended while
/// anybody can go.
///
/// # Whoever waits in a loop
///
/// A process that polls until another has done something could go for ever, before that other goes at all. So a run
/// that takes more than *k* steps has one more change in each further *k* steps, which takes the process that went below
/// everybody. Hence whoever can go, and still can, goes within n · k steps. Runs of at most *k* steps know nothing of
/// that.
///
/// # Source
///
/// Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler with probabilistic guarantees of finding bugs",
/// ASPLOS 2010. What happens after *k* steps is ours.
#[derive(Clone, Debug)]
pub struct Pct {
    depth: u32,
    within: Option<u32>,
    die: Die,
    // Of this run.
    /// How many steps it is taken to have.
    expected: u32,
    /// The steps after which whoever took them falls, by the rank that it falls to.
    change_points: Vec<u32>,
    /// How often somebody fell since the expected steps were over, and the step at which somebody will.
    late: u32,
    late_point: u64,
    priorities: BTreeMap<Pid, Priority>,
}

/// The lower go when the higher cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Priority {
    /// It fell after the expected steps: below all before.
    Late(Reverse<u32>),
    /// It fell at a change point, to this rank.
    Fallen(u32),
    /// As chance gave it. Two of these are never equal, but for one case in 2^64.
    Given(u64),
}

impl Pct {
    /// Looks for bugs of this depth, at least 1.
    #[must_use]
    pub const fn new(depth: u32) -> Pct {
        Pct {
            depth,
            within: None,
            die: Die::of(0),
            expected: 1,
            change_points: Vec::new(),
            late: 0,
            late_point: 0,
            priorities: BTreeMap::new(),
        }
    }

    /// The run takes at most about so many steps, as an earlier one did.
    ///
    /// Unless this is said, each run draws a number, from 8 steps to 4096 by powers of two. What is guaranteed is then a
    /// tenth, with 2*k* (or 8, if that is more) in the place of *k*, for runs of up to 4096 steps.
    #[must_use]
    pub const fn within(mut self, steps: u32) -> Pct {
        self.within = Some(steps);
        self
    }
}

impl fmt::Display for Pct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pct")
    }
}

impl Strategy for Pct {
    fn start(&mut self, seed: u64) {
        // The kernel draws the processes' randomness from the same seed: the dice must not run in step.
        self.die = Die::of(seed ^ 0x9107_11e5_fa11_1e55);
        self.expected = match self.within {
            Some(steps) => steps.max(1),
            None => 8 << self.die.below(10),
        };
        self.change_points.clear();
        for _ in 1..self.depth {
            let step = 1 + self.die.below(u64::from(self.expected)) as u32;
            self.change_points.push(step);
        }
        self.late = 0;
        self.late_point = self.draw_late_point();
        self.priorities.clear();
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        for &pid in situation.alive {
            let given = self.priorities.entry(pid);
            given.or_insert_with(|| Priority::Given(self.die.next()));
        }
        if let Some(last) = situation.last {
            self.change(last, situation.step - 1);
        }
        let highest = situation
            .transitions
            .iter()
            .max_by_key(|transition| self.priorities.get(&transition.pid));
        highest.map_or(situation.default_choice, |transition| {
            with_any_grant(transition, &mut self.die)
        })
    }
}

impl Pct {
    /// The process took the step of this number: it falls if that was a moment to change.
    ///
    /// To fall after a step is to fall before the process's next one, and every process has a first step, its
    /// beginning, at which it does nothing: so it can be made to wait before anything that it does.
    fn change(&mut self, pid: Pid, step: u32) {
        if let Some(rank) = self.change_points.iter().position(|point| *point == step) {
            self.priorities.insert(pid, Priority::Fallen(rank as u32));
        }
        if u64::from(step) >= self.late_point {
            self.late += 1;
            self.priorities
                .insert(pid, Priority::Late(Reverse(self.late)));
            self.late_point = self.draw_late_point();
        }
    }

    /// A step within the next stretch, each of which is as long as the run was expected to be.
    fn draw_late_point(&mut self) -> u64 {
        let expected = u64::from(self.expected);
        let before = expected * u64::from(self.late + 1);
        before + 1 + self.die.below(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Act;
    use crate::strategy::Transition;
    use crate::strategy::scripted::{Does, Told, run, situation};

    const SEEDS: u64 = 10_000;

    const F: Does = Does::Fork(1);
    const S: Does = Does::Step;

    /// Two processes of 13 steps each; the root begins with the fork.
    const PAIR: [&[Does]; 2] = [
        &[F, S, S, S, S, S, S, S, S, S, S, S, S],
        &[S, S, S, S, S, S, S, S, S, S, S, S, S],
    ];
    const PAIR_STEPS: u32 = 26;

    fn at(told: &Told, pid: i32, step: usize) -> usize {
        let found = told.iter().position(|told| *told == (pid, step));
        found.expect("every step is taken once")
    }

    /// In how many runs the bug shows.
    fn found(mut pct: Pct, program: &[&[Does]], bug: impl Fn(&Told) -> bool) -> u64 {
        let runs = (0..SEEDS).map(|seed| run(&mut pct, seed, program));
        runs.filter(bug).count() as u64
    }

    #[test]
    fn a_bug_of_depth_1_shows_in_one_of_n_runs() {
        let program: [&[Does]; 4] = [
            &[F, Does::Fork(2), Does::Fork(3), S],
            &[S; 3],
            &[S; 3],
            &[S; 3],
        ];
        // Somebody's step comes only when all the others are done; the root's, behind its forks.
        for (late, step) in [(1, 3), (2, 0), (3, 0), (4, 0)] {
            let comes_last = |told: &Told| {
                let others = (2..=4).filter(|pid| *pid != late);
                others
                    .map(|pid| at(told, pid, 2))
                    .all(|end| end < at(told, late, step))
            };
            let times = found(Pct::new(1).within(13), &program, comes_last);
            assert!(times >= SEEDS / 4 * 95 / 100, "{late}: {times}");
        }
    }

    /// The child's step 6 comes between the root's steps 6 and 7.
    fn comes_between(told: &Told) -> bool {
        let (before, after) = (at(told, 1, 6), at(told, 1, 7));
        (before..after).contains(&at(told, 2, 6))
    }

    #[test]
    fn a_bug_of_depth_2_shows_in_one_of_n_times_k_runs_and_never_without_a_change() {
        // Here the guarantee is exact: the root has to go first and to fall after the one step.
        let exact = SEEDS / (2 * u64::from(PAIR_STEPS));
        let times = found(Pct::new(2).within(PAIR_STEPS), &PAIR, comes_between);
        assert!(times >= exact * 8 / 10, "{times} of about {exact}");
        let without = found(Pct::new(1).within(PAIR_STEPS), &PAIR, comes_between);
        assert_eq!(without, 0);
    }

    #[test]
    fn a_bug_of_depth_3_shows_in_one_of_n_times_k_squared_runs_and_never_with_one_change() {
        let program: [&[Does]; 2] = [&[F, S, S, S], &[S, S, S, S]];
        // The child's step 1 comes between the root's steps 1 and 2, and those between the child's steps 1 and 3.
        let come_between_each_other = |told: &Told| {
            let child_waits = at(told, 1, 1) < at(told, 2, 1);
            let root_waits = at(told, 2, 2) < at(told, 1, 2);
            child_waits && root_waits && at(told, 1, 2) < at(told, 2, 3)
        };
        let exact = SEEDS / (2 * 8 * 8);
        let times = found(Pct::new(3).within(8), &program, come_between_each_other);
        assert!(times >= exact * 8 / 10, "{times} of about {exact}");
        let with_one = found(Pct::new(2).within(8), &program, come_between_each_other);
        assert_eq!(with_one, 0);
    }

    #[test]
    fn a_deeper_search_finds_what_is_not_as_deep() {
        let least = SEEDS / (2 * u64::from(PAIR_STEPS).pow(2));
        let times = found(Pct::new(3).within(PAIR_STEPS), &PAIR, comes_between);
        assert!(times >= least, "{times} of at least {least}");
    }

    #[test]
    fn where_the_length_is_not_known_it_is_a_tenth_at_least() {
        let least = SEEDS / (10 * 2 * 2 * u64::from(PAIR_STEPS));
        let times = found(Pct::new(2), &PAIR, comes_between);
        assert!(times >= least, "{times} of at least {least}");
    }

    #[test]
    fn whoever_polls_lets_the_others_go_after_the_expected_steps() {
        let pollers: [&[Does]; 3] = [
            &[F, Does::Fork(2), Does::Poll(1), Does::Poll(2)],
            &[Does::Poll(2), Does::Raise(1)],
            &[S, S, Does::Raise(2)],
        ];
        for depth in 1..=3 {
            let mut pct = Pct::new(depth).within(20);
            let longest = (0..2000).map(|seed| run(&mut pct, seed, &pollers).len());
            let longest = longest.max().unwrap_or(0);
            // Of the nine steps that do something, five are polled for: each comes within 3 · 20 steps.
            assert!((21..=309).contains(&longest), "{depth}: {longest}");
        }
        let mut pct = Pct::new(2);
        for seed in 0..1000 {
            run(&mut pct, seed, &pollers);
        }
    }

    #[test]
    fn a_child_goes_before_its_parent_as_often_as_after() {
        let first = |told: &Told| told[1].0 == 2;
        let times = found(Pct::new(1).within(PAIR_STEPS), &PAIR, first);
        assert!((4800..5200).contains(&times), "{times}");
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let (mut pct, mut other) = (Pct::new(3).within(26), Pct::new(3).within(26));
        run(&mut other, 99, &PAIR);
        for seed in 0..100 {
            assert_eq!(run(&mut pct, seed, &PAIR), run(&mut other, seed, &PAIR));
        }
    }

    #[test]
    fn the_wait_of_the_one_with_the_highest_priority_ends_when_nobody_can_go() {
        let waits = [2, 3].map(|pid| Transition {
            act: Act::Timeout,
            pid: Pid(pid),
            grants: None,
        });
        let mut pct = Pct::new(1);
        let mut ended = [0; 4];
        for seed in 0..SEEDS {
            pct.start(seed);
            let choice = pct.choose(&situation(1, None, &waits, &[Pid(2), Pid(3)]));
            assert_eq!(choice.act, Act::Timeout);
            ended[choice.pid.0 as usize] += 1;
        }
        assert!(
            ended[2..].iter().all(|times| *times > 4500),
            "{ended:?} of {SEEDS}"
        );
    }
}
