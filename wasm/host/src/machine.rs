//! The machine: what all processes of a run share, and how it changes hands.

use std::cell::RefCell;
use std::sync::Arc;

use forktalk_abi::{Errno, Pid};
use forktalk_explore::{Next, Resumed, Run};
use forktalk_kernel::{Position, Request};

use crate::instance::{Cell, Spare};
use crate::program::Program;

/// How many steps a process may go on without the driver, which hands out what was printed.
const STEPS_ALONE: u32 = 1000;

/// What all processes of a run share: the run itself, and what waits to be used.
pub(crate) struct Machine {
    pub(crate) run: Run,
    pub(crate) program: Arc<Program>,
    pub(crate) spare: Spare,
    /// Children that were made and not taken over by the driver.
    pub(crate) newborn: Vec<(Pid, Box<Cell>, u32)>,
    /// Who goes next, as the process that was running has learnt.
    pub(crate) next: Option<Next>,
    pub(crate) steps_alone: u32,
    /// Whether the process that runs has ended, and is only to leave its stack.
    pub(crate) burying: bool,
    /// Why the run cannot go on: a child could not be made.
    pub(crate) failed: Option<wasmtime::Error>,
}

thread_local! {
    /// The machine of the process that runs on this thread.
    static RUNNING: RefCell<Option<Box<Machine>>> = const { RefCell::new(None) };
}

/// Uses the machine of the process that runs.
///
/// # Errors
///
/// None runs: a module's start function makes a call before there is a process.
#[inline]
pub(crate) fn with<R>(using: impl FnOnce(&mut Machine) -> R) -> wasmtime::Result<R> {
    RUNNING.with_borrow_mut(|running| match running {
        Some(machine) => Ok(using(machine)),
        None => Err(wasmtime::Error::msg("its start function makes a call")),
    })
}

/// Lets a process run, which uses this machine meanwhile.
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
