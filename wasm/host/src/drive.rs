//! The driver: resumes the process that goes next, until the run is over.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use forktalk_abi::Pid;
use forktalk_explore::{End, Next, Run, Settings, Strategy};
use forktalk_kernel::Output;

use crate::instance::Cell;
use crate::life::{self, Living};
use crate::machine::{self, Machine};
use crate::program::Program;

/// Runs a program, again and again.
pub struct Driver {
    program: Arc<Program>,
    /// Nothing while processes run.
    machine: Option<Box<Machine>>,
}

impl Driver {
    /// For runs of `program` with these settings.
    #[must_use]
    pub fn new(program: &Arc<Program>, settings: Settings) -> Driver {
        let mut run = Run::new(settings);
        run.describe(&program.name, &program.digest);
        Driver {
            program: Arc::clone(program),
            machine: Some(Box::new(Machine::new(program, run))),
        }
    }

    /// The run: under way, or over.
    #[must_use]
    pub fn run(&self) -> &Run {
        let machine = self.machine.as_deref();
        &machine.expect("no process runs").run
    }

    /// The run, for its settings.
    pub fn run_mut(&mut self) -> &mut Run {
        &mut self.machine().run
    }

    fn machine(&mut self) -> &mut Machine {
        self.machine.as_deref_mut().expect("no process runs")
    }

    /// What the host has to say of processes that it ended, since this was asked.
    pub fn take_remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.machine().remarks)
    }

    /// Begins again with another seed, and perhaps another strategy.
    pub fn reset(&mut self, seed: u64, strategy: Option<Box<dyn Strategy + Send>>) {
        let machine = self.machine();
        if let Some(strategy) = strategy {
            machine.run.set_strategy(strategy);
        }
        machine.reset(seed);
    }

    /// Runs to the end; `printed` is given what processes print, as they do.
    ///
    /// # Errors
    ///
    /// wasmtime could not make an instance: the machine has no memory left, or a limit of the host is met.
    pub fn drive(&mut self, mut printed: impl FnMut(Output)) -> wasmtime::Result<End> {
        let root = self.root()?;
        let root = (Pid(1), Living::Newborn(root, None));
        self.machine().living.push(root);
        machine::lend(&mut self.machine, || {
            let end = run_to_the_end(&mut printed);
            bury_all()?;
            end
        })
    }

    fn root(&mut self) -> wasmtime::Result<Box<Cell>> {
        if let Some(cell) = self.machine().spare.take_fresh(Pid(1)) {
            return Ok(cell);
        }
        let program = Arc::clone(&self.program);
        let mut cell = at_once(Cell::make(&program)).or_else(|_| {
            self.machine().spare.clear();
            at_once(Cell::make(&program))
        })?;
        cell.store.data_mut().pid = Pid(1);
        self.machine().spare.learn(&program, &cell);
        Ok(cell)
    }
}

fn run_to_the_end(printed: &mut impl FnMut(Output)) -> wasmtime::Result<End> {
    loop {
        let (next, output) = machine::with(Machine::look)?;
        output.into_iter().for_each(&mut *printed);
        while let Some(pid) = machine::with(|machine| machine.dead.pop())? {
            life::bury(pid)?;
        }
        match next {
            Next::Go(pid) => life::resume(pid)?,
            Next::Over(end) => return Ok(end),
        }
        if let Some(error) = machine::with(|machine| machine.failed.take())? {
            return Err(error);
        }
    }
}

fn bury_all() -> wasmtime::Result<()> {
    while let Some(pid) = machine::with(|machine| machine.living.last().map(|(pid, _)| *pid))? {
        life::bury(pid)?;
    }
    Ok(())
}

/// The result of a future that has nothing to wait for.
pub(crate) fn at_once<T>(future: impl Future<Output = wasmtime::Result<T>>) -> wasmtime::Result<T> {
    let mut future = std::pin::pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(result) => result,
        Poll::Pending => Err(wasmtime::Error::msg(
            "a module's start function waits for something",
        )),
    }
}
