//! The machine: what all processes of a run share, and how it changes hands.

use std::cell::RefCell;
use std::sync::Arc;

use forktalk_abi::{Errno, Pid};
use forktalk_explore::{Next, Resumed, Run};
use forktalk_kernel::{Output, Position, Request};

use crate::instance::Spare;
use crate::life::Living;
use crate::program::Program;

/// How many steps processes may take without the driver, which hands out what was printed.
const STEPS_ALONE: u32 = 1000;

/// What all processes of a run share: the run itself, they themselves, and what waits to be used.
pub(crate) struct Machine {
    pub(crate) run: Run,
    pub(crate) program: Arc<Program>,
    pub(crate) spare: Spare,
    /// The processes that do not run now.
    pub(crate) living: Vec<(Pid, Living)>,
    /// Those that another ended, and that are to leave their stacks.
    pub(crate) dead: Vec<Pid>,
    /// Who goes next, as the process that was running has learnt.
    next: Option<Next>,
    steps_alone: u32,
    /// Whether a process stays in its call and lets the others run.
    pub(crate) lets_others_run: bool,
    /// Whether the process that runs has ended, and is only to leave its stack.
    pub(crate) burying: bool,
    /// Why the run cannot go on: a child could not be made.
    pub(crate) failed: Option<wasmtime::Error>,
    /// What is to be told of processes that the host ended.
    pub(crate) remarks: Vec<String>,
}

thread_local! {
    /// The machine of the process that runs on this thread.
    static RUNNING: RefCell<Option<Box<Machine>>> = const { RefCell::new(None) };
}

/// Uses the machine of the process that runs, or of the driver.
///
/// # Errors
///
/// There is none: a module's start function makes a call before there is a process.
#[inline]
pub(crate) fn with<R>(using: impl FnOnce(&mut Machine) -> R) -> wasmtime::Result<R> {
    RUNNING.with_borrow_mut(|running| match running {
        Some(machine) => Ok(using(machine)),
        None => Err(wasmtime::Error::msg("its start function makes a call")),
    })
}

/// Lets processes run, which use this machine meanwhile.
pub(crate) fn lend<R>(machine: &mut Option<Box<Machine>>, run: impl FnOnce() -> R) -> R {
    let before = RUNNING.replace(machine.take());
    let result = run();
    *machine = RUNNING.replace(before);
    result
}

/// What a process does now that it was asked who goes next.
pub(crate) enum Turn {
    /// Its call answers this.
    Answer(i32),
    /// It has a child to be made; then its call answers.
    Forked {
        child: Pid,
        closure: u32,
        answer: i32,
    },
    /// It has ended.
    Gone,
    /// Another goes; or the driver wants a look.
    Another,
}

impl Machine {
    pub(crate) fn new(program: &Arc<Program>, run: Run) -> Machine {
        Machine {
            run,
            program: Arc::clone(program),
            spare: Spare::default(),
            living: Vec::new(),
            dead: Vec::new(),
            next: None,
            steps_alone: 0,
            lets_others_run: false,
            burying: false,
            failed: None,
            remarks: Vec::new(),
        }
    }

    /// Begins again, after a run that is over or could not go on.
    pub(crate) fn reset(&mut self, seed: u64) {
        self.run.reset(seed);
        self.dead.clear();
        self.next = None;
    }

    /// The driver has a look: who goes next, and what was printed meanwhile.
    pub(crate) fn look(&mut self) -> (Next, Vec<Output>) {
        self.steps_alone = 0;
        let next = self.choose();
        self.next = None;
        (next, self.run.take_output())
    }

    /// Who goes next, as long as there is nothing that the driver must see to.
    pub(crate) fn next_of_the_living(&mut self) -> Option<Pid> {
        let printed = self.run.has_printed();
        if printed || self.failed.is_some() || self.steps_alone > STEPS_ALONE {
            return None;
        }
        match self.choose() {
            Next::Go(pid) if self.dead.is_empty() => {
                self.next = None;
                Some(pid)
            }
            _ => None,
        }
    }

    fn choose(&mut self) -> Next {
        let next = self.next.take().unwrap_or_else(|| self.run.next());
        self.next = Some(next);
        self.dead.append(&mut self.run.take_dead());
        next
    }

    pub(crate) fn take_living(&mut self, pid: Pid) -> Option<Living> {
        let place = self.living.iter().position(|(one, _)| *one == pid)?;
        Some(self.living.swap_remove(place).1)
    }

    /// Process `pid` stops at this call; who stands at one already is told `EBUSY`.
    #[inline]
    pub(crate) fn announce(
        &mut self,
        pid: Pid,
        request: Request,
        position: Position,
        memory: &mut [u8],
    ) -> Turn {
        if !self.run.is_running(pid) {
            return Turn::Answer(-Errno::BUSY.raw());
        }
        self.run.announce(pid, request, position, memory);
        self.go_on(pid, memory)
    }

    /// Asks who goes next, now that process `pid` stands at a call; performs it if that one goes on.
    #[inline]
    pub(crate) fn go_on(&mut self, pid: Pid, memory: &mut [u8]) -> Turn {
        loop {
            let next = self.run.next();
            self.steps_alone += 1;
            if next != Next::Go(pid) || self.steps_alone > STEPS_ALONE {
                self.next = Some(next);
                return Turn::Another;
            }
            if let Some(turn) = self.perform(pid, memory) {
                return turn;
            }
        }
    }

    /// The driver has resumed process `pid`: its call is performed.
    pub(crate) fn take_turn(&mut self, pid: Pid, memory: &mut [u8]) -> Turn {
        match self.perform(pid, memory) {
            Some(turn) => turn,
            None => self.go_on(pid, memory),
        }
    }

    /// Nothing if the process stays where it is.
    #[inline]
    fn perform(&mut self, pid: Pid, memory: &mut [u8]) -> Option<Turn> {
        match self.run.perform(pid, memory) {
            Resumed::Answer(answer) => Some(Turn::Answer(answer)),
            Resumed::Forked {
                child,
                closure,
                answer,
            } => Some(Turn::Forked {
                child,
                closure,
                answer,
            }),
            Resumed::Gone => Some(Turn::Gone),
            Resumed::Partly => None,
        }
    }
}
