//! Every order as likely as every other.

use super::random::with_any_grant;
use super::{Situation, Strategy, Transition};
use crate::counts::{Counting, Counts};
use crate::die::Die;
use crate::schedule::Choice;
use forktalk_abi::Pid;
use std::fmt;

/// The uniform random walk: who goes next is drawn by how many steps each still has to take.
///
/// A die for each step ([`Random`](super::Random)) favours orders in which a process is soon done: if two take three
/// steps each, the one goes first all three times in an eighth of the runs, though that is one order in 20. Whoever
/// knows how many steps are left can do better. A process with three times as many steps ahead stands at the beginning
/// of three times as many of the orders that are left: let it go three times as often.
///
/// Until a child is forked, its steps belong to its parent's.
///
/// # What it guarantees
///
/// If each process takes as many steps as were counted, and nobody ever has to wait, all orders of the steps (each
/// child's after its fork) have the same probability. Forks make of the steps a forest, in which a step's share of
/// the orders, among all that could come next, is the share of the steps that come after it (Knuth, "The Art of
/// Computer Programming", volume 3, 5.1.4, exercise 20).
///
/// Where processes wait for each other, or take other steps in another order, it is an estimate. Each order remains
/// possible: whoever can go counts for at least one step, also those of whom nothing is known. So nobody starves either,
/// and a process that waits in a loop counts for less and less.
///
/// No wait is ended while anybody can go. Where POSIX leaves open how many bytes are granted, half of the time it is as
/// many as possible, else any number.
///
/// # Only some of the steps
///
/// Most steps touch what nobody else does, and of a long run no walk sees many of the orders. [`Uniform::selectively`]
/// picks one thing for each run, a pipe or a queue, which more than one process touched, and makes the orders of the
/// steps *on that thing* equally likely; all other steps are chosen by a die for each. To that end it draws, by how many
/// such steps each still has to take, who shall be the next to touch the thing; until that process has, the others wait
/// before it.
///
/// The guarantee is the same, for those steps alone. Which steps they are is known by their number within their
/// process: where a process takes another way than the counted one, other steps are taken for them. If the process that
/// shall be next cannot go, or will not touch the thing any more, another is drawn: so nobody waits for ever.
///
/// # Source
///
/// Zhao, Wolff, Mathur, Roychoudhury: "Selectively uniform concurrency testing", ASPLOS 2025,
/// doi 10.1145/3669940.3707214 (URW, and SURW for the selective walk), and its authors' code,
/// `github.com/zhaohuanqdcn/SURW`. To estimate the counts from one run, and to let everybody count for at least one
/// step, is also what shuttle's `UniformRandomScheduler` does.
#[derive(Clone, Debug)]
pub struct Uniform {
    counts: Counts,
    selective: bool,
    die: Die,
    // Of this run.
    counting: Counting,
    /// The counted steps of each process and its descendants, as in `counts`.
    families: Vec<u64>,
    /// The processes that were seen, by number.
    seen: Vec<Seen>,
    /// Who shall be the next to take a counted step, if that is drawn.
    intended: Option<Pid>,
}

/// A process of this run.
#[derive(Clone, Copy, Debug)]
struct Seen {
    pid: Pid,
    /// Which of the counted ones it is.
    counted: Option<usize>,
    /// How many steps it has taken, and how many children it has forked.
    taken: u32,
    born: usize,
}

impl Uniform {
    /// Makes all orders of steps equally likely, if the processes take as many as these.
    #[must_use]
    pub const fn new(counts: Counts) -> Uniform {
        Uniform {
            counts,
            selective: false,
            die: Die::of(0),
            counting: Counting::Everything,
            families: Vec::new(),
            seen: Vec::new(),
            intended: None,
        }
    }

    /// Makes only the orders of those steps equally likely that touch one thing, another in each run. If no thing is
    /// shared, it is all steps again.
    #[must_use]
    pub fn selectively(mut self) -> Uniform {
        self.selective = true;
        self
    }
}

impl fmt::Display for Uniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("uniform")
    }
}

impl Strategy for Uniform {
    fn start(&mut self, seed: u64) {
        // The kernel draws the processes' randomness from the same seed: the dice must not run in step.
        self.die = Die::of(seed ^ 0xe9a1_5ba2_e5f0_0a11);
        self.counting = self.select();
        self.families = self.counts.of_families(self.counting);
        self.seen.clear();
        self.intended = None;
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        self.look(situation);
        let able = situation.transitions;
        let at = match self.counting {
            Counting::Everything => self.draw(able),
            Counting::Thing(_) => self.walk(able),
        };
        let Some(transition) = able.get(at) else {
            return situation.default_choice;
        };
        if self.stands_before_one(transition.pid) {
            self.intended = None;
        }
        with_any_grant(transition, &mut self.die)
    }
}

impl Uniform {
    /// Which steps to count in this run.
    fn select(&mut self) -> Counting {
        let shared = match self.selective {
            true => self.counts.shared(),
            false => Vec::new(),
        };
        let at = self.die.below(shared.len() as u64) as usize;
        shared
            .get(at)
            .map_or(Counting::Everything, |thing| Counting::Thing(*thing))
    }

    /// Learns what the last step did: whose it was, and whether it forked.
    fn look(&mut self, situation: &Situation<'_>) {
        if let Some(last) = situation.last
            && let Ok(at) = self.find(last)
        {
            self.seen[at].taken = situation.last_call;
        }
        for &pid in situation.alive {
            if let Err(at) = self.find(pid) {
                let counted = match situation.last {
                    Some(parent) => self.born(parent, pid),
                    None => self.counts.root(),
                };
                let newborn = Seen {
                    pid,
                    counted,
                    taken: 0,
                    born: 0,
                };
                self.seen.insert(at, newborn);
            }
        }
    }

    /// A child was born: which of the counted ones it is. It takes its steps with it out of its parent's; so if its
    /// parent was to be the next, it is the child instead as often as the step was to be the child's.
    fn born(&mut self, parent: Pid, child: Pid) -> Option<usize> {
        let at = self.find(parent).ok()?;
        let before = self.weight(parent);
        let elder = self.seen[at].born;
        self.seen[at].born += 1;
        let counted = self.counts.child(self.seen[at].counted?, elder)?;
        if self.intended == Some(parent) && self.die.below(before) < self.families[counted] {
            self.intended = Some(child);
        }
        Some(counted)
    }

    /// One of those who can go, by how many counted steps each has to take.
    fn draw(&mut self, able: &[Transition]) -> usize {
        let weights = able.iter().map(|one| self.weight(one.pid));
        let mut left = self.die.below(weights.sum());
        let drawn = able.iter().position(|one| {
            let weight = self.weight(one.pid);
            let here = left < weight;
            left = left.saturating_sub(weight);
            here
        });
        drawn.unwrap_or(0)
    }

    /// One of those who can go; but before a counted step only if it is intended. Whose it shall be is drawn when chance
    /// has somebody take one, not earlier: then every order is possible, whoever had to wait before.
    fn walk(&mut self, able: &[Transition]) -> usize {
        let goes = |pid| able.iter().any(|one| one.pid == pid);
        self.intended = self
            .intended
            .filter(|pid| goes(*pid) && self.weight(*pid) > 0);
        if self.intended.is_none() {
            let at = self.die.below(able.len() as u64) as usize;
            if !self.stands_before_one(able[at].pid) {
                return at;
            }
            let drawn = self.draw(able);
            self.intended = Some(able[drawn].pid);
        }
        let free: Vec<usize> = (0..able.len())
            .filter(|at| {
                let pid = able[*at].pid;
                self.intended == Some(pid) || !self.stands_before_one(pid)
            })
            .collect();
        free[self.die.below(free.len() as u64) as usize]
    }

    /// How many counted steps a process and those who will come from it have to take; at least one if it stands before
    /// one. Nothing is to come of one that has taken more steps than were counted: it went another way.
    fn weight(&self, pid: Pid) -> u64 {
        let least = u64::from(self.stands_before_one(pid));
        let Ok(at) = self.find(pid) else {
            return least;
        };
        let Seen { taken, born, .. } = self.seen[at];
        let counted = self.seen[at].counted;
        let Some(process) = counted.filter(|process| self.counts.goes_on(*process, taken)) else {
            return least;
        };
        let own = self.counts.left(process, taken, self.counting);
        let unborn = self.counts.unborn(process, born).iter();
        let unborn: u64 = unborn.map(|child| self.families[*child]).sum();
        least.max(own + unborn)
    }

    /// Whether the next step of a process counts.
    fn stands_before_one(&self, pid: Pid) -> bool {
        let seen = self.find(pid).ok().map(|at| self.seen[at]);
        match seen.and_then(|seen| Some((seen.counted?, seen.taken))) {
            Some((process, taken)) => self.counts.counts(process, taken, self.counting),
            None => self.counting == Counting::Everything,
        }
    }

    /// Where a process stands among those that were seen, or would stand.
    fn find(&self, pid: Pid) -> Result<usize, usize> {
        self.seen.binary_search_by_key(&pid, |seen| seen.pid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Act;
    use crate::strategy::Random;
    use crate::strategy::scripted::{Does, Program, Told, counts, run, situation};
    use std::collections::BTreeMap;

    const F: Does = Does::Fork(1);
    const S: Does = Does::Step;
    const A: Does = Does::Touch("pipe A");
    const B: Does = Does::Touch("queue B");

    /// Two processes of three steps each, once there are two.
    const PAIR: [&[Does]; 2] = [&[F, S, S, S], &[S, S, S]];

    /// How often each order comes, of what is told of so many runs.
    fn orders(
        strategy: &mut impl Strategy,
        seeds: u64,
        program: Program<'_>,
        of: impl Fn(Told) -> Told,
    ) -> BTreeMap<Vec<i32>, u32> {
        let mut orders = BTreeMap::new();
        for seed in 0..seeds {
            let told = of(run(strategy, seed, program));
            let order = told.into_iter().map(|(pid, _)| pid).collect();
            *orders.entry(order).or_default() += 1;
        }
        orders
    }

    /// Five times the deviation that chance has, and every order is there.
    fn assert_even(orders: &BTreeMap<Vec<i32>, u32>, number: usize) {
        assert_eq!(orders.len(), number, "{orders:?}");
        let expected = f64::from(orders.values().sum::<u32>()) / number as f64;
        for (order, times) in orders {
            let off = (f64::from(*times) - expected).abs();
            assert!(
                off < 5.0 * expected.sqrt(),
                "{order:?}: {times} of {expected}"
            );
        }
    }

    #[test]
    fn every_order_of_two_processes_is_as_likely_as_every_other_and_by_dice_it_is_not() {
        let mut uniform = Uniform::new(counts(&PAIR));
        assert_even(&orders(&mut uniform, 10_000, &PAIR, |told| told), 20);

        let by_dice = orders(&mut Random::new(), 10_000, &PAIR, |told| told);
        assert_eq!(by_dice.len(), 20);
        let least = by_dice.values().min().copied().unwrap_or(0);
        let most = by_dice.values().max().copied().unwrap_or(0);
        // An eighth of the runs, and a thirty-second.
        assert!(most > 3 * least, "{least} and {most}");
        let root_first = by_dice[&vec![1, 1, 1, 1, 2, 2, 2]];
        assert!((1_100..1_400).contains(&root_first), "{root_first}");
    }

    #[test]
    fn processes_of_different_lengths_are_ordered_evenly() {
        let program: [&[Does]; 2] = [&[F, S], &[S; 9]];
        let mut uniform = Uniform::new(counts(&program));
        assert_even(&orders(&mut uniform, 5_000, &program, |told| told), 10);
    }

    #[test]
    fn three_processes_are_ordered_evenly_though_one_is_forked_later() {
        let program: [&[Does]; 3] = [&[F, Does::Fork(2), S], &[S; 2], &[S; 2]];
        let mut uniform = Uniform::new(counts(&program));
        // By the hook lengths: 7! / (7 · 4 · 2 · 2).
        assert_even(&orders(&mut uniform, 13_500, &program, |told| told), 45);
    }

    #[test]
    fn a_grandchild_is_found_again_though_its_number_is_another() {
        // Who forks first gives the number 4 away: to a child of one step, or of four.
        let program: [&[Does]; 5] = [
            &[F, Does::Fork(2)],
            &[Does::Fork(3)],
            &[Does::Fork(4)],
            &[S],
            &[S; 4],
        ];
        let mut uniform = Uniform::new(counts(&program));
        let mut seen = BTreeMap::new();
        for seed in 0..8_400 {
            let told = run(&mut uniform, seed, &program);
            let fork = |pid| told.iter().position(|told| *told == (pid, 0)).unwrap_or(0);
            // The names that the processes have whoever forks first.
            let swapped = fork(3) < fork(2);
            let order = told.iter().map(|(pid, _)| match (pid, swapped) {
                (4, true) => 5,
                (5, true) => 4,
                _ => *pid,
            });
            *seen.entry(order.collect::<Vec<i32>>()).or_default() += 1;
        }
        // By the hook lengths: 9! / (9 · 2 · 6 · 5 · 4!).
        assert_even(&seen, 28);
    }

    #[test]
    fn a_process_of_which_nothing_is_known_counts_for_one_step() {
        let mut uniform = Uniform::new(Counts::default());
        let orders = orders(&mut uniform, 10_000, &PAIR, |told| told);
        assert_eq!(orders.len(), 20);
        let first: u32 = orders
            .iter()
            .filter(|(order, _)| order[1] == 2)
            .map(|(_, times)| times)
            .sum();
        assert!((4_700..5_300).contains(&first), "{first}");
    }

    /// The root touches the pipe when it has done much else, the child before it does.
    const APART: [&[Does]; 2] = [
        &[F, S, S, S, S, S, S, S, S, A, A, A],
        &[A, A, A, S, S, S, S, S, S, S, S],
    ];

    fn touches(mut told: Told) -> Told {
        told.retain(|told| matches!(told, (1, 9..) | (2, ..3)));
        told
    }

    #[test]
    fn the_steps_on_one_thing_are_ordered_evenly_whatever_lies_between() {
        let mut selective = Uniform::new(counts(&APART)).selectively();
        assert_even(&orders(&mut selective, 10_000, &APART, touches), 20);

        let all = orders(&mut Uniform::new(counts(&APART)), 10_000, &APART, touches);
        let child_first = all[&vec![2, 2, 2, 1, 1, 1]];
        assert!(child_first > 7_500, "{child_first} of 10000");
    }

    #[test]
    fn each_shared_thing_has_its_turn_and_a_child_takes_its_share_of_the_steps_with_it() {
        let program: [&[Does]; 3] = [&[S, F, S, Does::Fork(2), A], &[A, S, B], &[B, S, A]];
        let counts = counts(&program);
        let on_a = |mut told: Told| {
            told.retain(|told| matches!(told, (1, 4) | (2, 0) | (3, 2)));
            told
        };
        let mut selective = Uniform::new(counts.clone()).selectively();
        let mut things = [0; 2];
        let mut orders_of_a = BTreeMap::new();
        for seed in 0..12_000 {
            let told = on_a(run(&mut selective, seed, &program));
            let Counting::Thing(thing) = selective.counting else {
                panic!("there are two things");
            };
            things[thing] += 1;
            if thing == 0 {
                let order: Vec<i32> = told.into_iter().map(|(pid, _)| pid).collect();
                *orders_of_a.entry(order).or_default() += 1;
            }
        }
        assert!(things.iter().all(|times| *times > 5_700), "{things:?}");
        assert_even(&orders_of_a, 6);
    }

    #[test]
    fn a_selective_walk_leaves_every_order_possible_where_processes_wait() {
        let program: [&[Does]; 3] = [
            &[F, Does::Fork(2), Does::Raise(1), S],
            &[Does::Await(1), A],
            &[A, A],
        ];
        let mut random = Random::new();
        let possible = orders(&mut random, 10_000, &program, |told| told);
        let mut selective = Uniform::new(counts(&program)).selectively();
        let seen = orders(&mut selective, 10_000, &program, |told| told);
        assert!(possible.keys().eq(seen.keys()));
    }

    #[test]
    fn whoever_polls_waits_for_nobody_who_is_held_back() {
        let program: [&[Does]; 4] = [
            &[F, Does::Fork(2), Does::Fork(3), Does::Await(2), A],
            &[Does::Poll(1), Does::Raise(2), A],
            &[A, Does::Raise(1)],
            &[Does::Poll(2), A],
        ];
        let counts = counts(&program);
        for strategy in [
            Uniform::new(counts.clone()),
            Uniform::new(counts).selectively(),
        ] {
            let mut strategy = strategy;
            let lengths = (0..2_000).map(|seed| run(&mut strategy, seed, &program).len());
            let longest = lengths.max().unwrap_or(0);
            assert!(longest < 200, "{longest}");
        }
    }

    #[test]
    fn a_parent_that_polls_before_its_fork_is_not_waited_for_without_end() {
        let program: [&[Does]; 3] = [
            &[F, Does::Poll(1), Does::Fork(2)],
            &[A, Does::Raise(1)],
            &[A],
        ];
        let mut selective = Uniform::new(counts(&program)).selectively();
        let lengths = (0..2_000).map(|seed| run(&mut selective, seed, &program).len());
        let longest = lengths.max().unwrap_or(0);
        assert!(longest < 50, "{longest}");
    }

    #[test]
    fn a_wait_ends_when_nobody_can_go() {
        let waits = [2, 3].map(|pid| Transition {
            act: Act::Timeout,
            pid: Pid(pid),
            grants: None,
        });
        let mut uniform = Uniform::new(Counts::default());
        let mut ended = [0; 4];
        for seed in 0..10_000 {
            uniform.start(seed);
            let choice = uniform.choose(&situation(1, None, &waits, &[Pid(2), Pid(3)]));
            assert_eq!(choice.act, Act::Timeout);
            ended[choice.pid.0 as usize] += 1;
        }
        assert!(ended[2..].iter().all(|times| *times > 4500), "{ended:?}");
    }
}
