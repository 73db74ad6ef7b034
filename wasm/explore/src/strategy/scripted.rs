//! Programs without a kernel, for the tests of strategies: each process is a list of what it does.

use super::{RoundRobin, Situation, Strategy, Transition};
use crate::counts::Counts;
use crate::fault::Faults;
use crate::schedule::{Act, Choice};
use forktalk_abi::Pid;
use forktalk_kernel::{Config, Kernel};
use std::sync::LazyLock;

/// A step of a process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Does {
    /// What nobody else has to do with.
    Step,
    /// Something with this thing.
    Touch(&'static str),
    /// It forks the process that stands there in the program.
    Fork(usize),
    /// It raises this flag.
    Raise(u32),
    /// It waits until the flag is raised.
    Await(u32),
    /// It looks for the flag, again and again.
    Poll(u32),
}

/// What processes do, the root first.
pub(super) type Program<'a> = &'a [&'a [Does]];

/// Who went, and which step of its list it took.
pub(super) type Told = Vec<(i32, usize)>;

/// A test that takes more steps does not end.
const STEP_LIMIT: usize = 100_000;

struct World<'a> {
    program: Program<'a>,
    /// Which list each process goes by, and how far it is.
    processes: Vec<(usize, usize)>,
    /// How many steps each has taken.
    taken: Vec<u32>,
    raised: Vec<u32>,
    told: Told,
}

/// Runs a program to its end.
pub(super) fn run(strategy: &mut impl Strategy, seed: u64, program: Program<'_>) -> Told {
    strategy.start(seed);
    let mut world = World::of(program);
    while let Some(pid) = world.choose(strategy) {
        world.perform(pid);
        assert!(world.told.len() < STEP_LIMIT, "seed {seed}");
    }
    assert!(world.alive().is_empty(), "a deadlock at seed {seed}");
    world.told
}

/// Counts the steps of a program when everybody goes in turn.
pub(super) fn counts(program: Program<'_>) -> Counts {
    let mut counts = Counts::default();
    let mut world = World::of(program);
    while let Some(pid) = world.choose(&mut RoundRobin) {
        match world.perform(pid) {
            Does::Touch(thing) => counts.stepped(pid, &[thing]),
            _ => counts.stepped(pid, &[]),
        }
        if let Some(&Does::Fork(_)) = world.told.last().and_then(|told| world.step(*told)) {
            counts.forked(pid, Pid(world.processes.len() as i32));
        }
    }
    counts
}

/// Nobody asks it: nothing here is a fault.
static KERNEL: LazyLock<Kernel> = LazyLock::new(|| Kernel::new(Config::default(), false));

/// What a strategy is shown: these may go, of those who live; who went last, and how many steps it has taken.
pub(super) fn situation<'a>(
    step: u32,
    last: Option<(Pid, u32)>,
    transitions: &'a [Transition],
    alive: &'a [Pid],
) -> Situation<'a> {
    let first = transitions[0];
    Situation {
        events: &[],
        calls: &[],
        faults: &[],
        left: Faults::NONE,
        kernel: &KERNEL,
        step,
        last: last.map(|(pid, _)| pid),
        last_call: last.map_or(0, |(_, taken)| taken),
        transitions,
        timeouts: &[],
        alive,
        default_choice: match first.act {
            Act::Timeout => Choice::timeout(first.pid),
            _ => Choice::go(first.pid),
        },
        default_call: 0,
    }
}

impl<'a> World<'a> {
    fn of(program: Program<'a>) -> World<'a> {
        World {
            program,
            processes: vec![(0, 0)],
            taken: vec![0],
            raised: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Who goes, if anybody can.
    fn choose(&self, strategy: &mut impl Strategy) -> Option<Pid> {
        let alive = self.alive();
        let able = alive.iter().filter(|pid| self.is_able(**pid));
        let transitions: Vec<Transition> = able
            .map(|&pid| Transition {
                act: Act::Go,
                pid,
                grants: None,
            })
            .collect();
        if transitions.is_empty() {
            return None;
        }
        let last = self.told.last().map(|(pid, _)| Pid(*pid));
        let last = last.map(|pid| (pid, self.taken[index(pid)]));
        let step = self.told.len() as u32 + 1;
        let situation = situation(step, last, &transitions, &alive);
        let choice = strategy.choose(&situation);
        assert!(situation.allows(choice), "{choice:?} in {situation:?}");
        Some(choice.pid)
    }

    fn alive(&self) -> Vec<Pid> {
        let pids = (1..=self.processes.len() as i32).map(Pid);
        pids.filter(|pid| self.next(*pid).is_some()).collect()
    }

    fn is_able(&self, pid: Pid) -> bool {
        match self.next(pid) {
            Some(Does::Await(flag)) => self.raised.contains(&flag),
            _ => true,
        }
    }

    fn next(&self, pid: Pid) -> Option<Does> {
        let (list, at) = self.processes[index(pid)];
        self.program[list].get(at).copied()
    }

    fn step(&self, (pid, at): (i32, usize)) -> Option<&Does> {
        let (list, _) = self.processes[index(Pid(pid))];
        self.program[list].get(at)
    }

    fn perform(&mut self, pid: Pid) -> Does {
        let does = self.next(pid).expect("only who lives goes");
        let (_, at) = &mut self.processes[index(pid)];
        self.told.push((pid.0, *at));
        self.taken[index(pid)] += 1;
        match does {
            Does::Poll(flag) if !self.raised.contains(&flag) => {}
            _ => *at += 1,
        }
        match does {
            Does::Raise(flag) => self.raised.push(flag),
            Does::Fork(list) => {
                self.processes.push((list, 0));
                self.taken.push(0);
            }
            _ => {}
        }
        does
    }
}

fn index(pid: Pid) -> usize {
    pid.0 as usize - 1
}
