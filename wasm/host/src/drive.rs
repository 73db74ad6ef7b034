//! The driver: resumes the process that goes next, until the run is over.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use forktalk_abi::{ExitStatus, Pid, Signal};
use forktalk_explore::{End, Next, Resumed, Run, Settings, Strategy};
use forktalk_kernel::Output;
use wasmtime::Trap;

use crate::imports::{Ended, Unknown};
use crate::instance::{Cell, Spare};
use crate::machine::{self, Machine};
use crate::program::Program;

type Life = Pin<Box<dyn Future<Output = (Box<Cell>, wasmtime::Result<()>)> + Send>>;

/// A process, as the driver has it.
enum Living {
    /// It has not run yet: at its first step it begins with this closure, or, the root, at the program's start.
    Newborn(Box<Cell>, Option<u32>),
    /// It is suspended in a call.
    Suspended(Life),
}

/// Runs a program, again and again.
pub struct Driver {
    program: Arc<Program>,
    /// Nothing while a process runs.
    machine: Option<Box<Machine>>,
    living: Vec<(Pid, Living)>,
    /// What is to be told of processes that the host ended.
    remarks: Vec<String>,
}

impl Driver {
    /// For runs of `program` with these settings.
    #[must_use]
    pub fn new(program: &Arc<Program>, settings: Settings) -> Driver {
        let mut run = Run::new(settings);
        run.describe(&program.name, &program.digest);
        Driver {
            program: Arc::clone(program),
            machine: Some(Box::new(Machine {
                run,
                program: Arc::clone(program),
                spare: Spare::default(),
                newborn: Vec::new(),
                next: None,
                steps_alone: 0,
                burying: false,
                failed: None,
            })),
            living: Vec::new(),
            remarks: Vec::new(),
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
        std::mem::take(&mut self.remarks)
    }

    /// Begins again with another seed, and perhaps another strategy.
    pub fn reset(&mut self, seed: u64, strategy: Option<Box<dyn Strategy + Send>>) {
        self.bury_all();
        let machine = self.machine();
        if let Some(strategy) = strategy {
            machine.run.set_strategy(strategy);
        }
        machine.run.reset(seed);
        machine.newborn.clear();
    }

    /// Runs to the end; `printed` is given what processes print, as they do.
    ///
    /// # Errors
    ///
    /// wasmtime could not make an instance: the machine has no memory left, or a limit of the host is met.
    pub fn drive(&mut self, mut printed: impl FnMut(Output)) -> wasmtime::Result<End> {
        let root = self.root()?;
        self.living.push((Pid(1), Living::Newborn(root, None)));
        loop {
            let next = self.next(&mut printed);
            match next {
                Next::Go(pid) => {
                    self.resume(pid)?;
                    if let Some(error) = self.machine().failed.take() {
                        self.bury_all();
                        return Err(error);
                    }
                }
                Next::Over(end) => {
                    self.bury_all();
                    return Ok(end);
                }
            }
        }
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

    /// Takes over what happened while processes ran, and asks who goes next if they have not.
    fn next(&mut self, printed: &mut impl FnMut(Output)) -> Next {
        let machine = self.machine.as_deref_mut().expect("no process runs");
        machine.steps_alone = 0;
        let next = match machine.next.take() {
            Some(next) => next,
            None => machine.run.next(),
        };
        let output = machine.run.take_output();
        let dead = machine.run.take_dead();
        for (pid, cell, closure) in machine.newborn.drain(..) {
            self.living
                .push((pid, Living::Newborn(cell, Some(closure))));
        }
        output.into_iter().for_each(printed);
        for pid in dead {
            self.bury(pid);
        }
        next
    }

    /// Lets a process run on to its next call, or to its end.
    fn resume(&mut self, pid: Pid) -> wasmtime::Result<()> {
        let Some(place) = self.living.iter().position(|(one, _)| *one == pid) else {
            // It did not wait to be told that it goes, and has ended.
            self.machine().run.perform(pid, &mut [][..]);
            return Ok(());
        };
        let (_, living) = self.living.swap_remove(place);
        let mut life = match living {
            Living::Suspended(life) => life,
            Living::Newborn(cell, closure) => self.begin(pid, cell, closure),
        };
        let mut context = Context::from_waker(Waker::noop());
        match machine::lend(&mut self.machine, || life.as_mut().poll(&mut context)) {
            Poll::Pending => self.living.push((pid, Living::Suspended(life))),
            Poll::Ready((cell, result)) => self.ended(pid, cell, result),
        }
        Ok(())
    }

    fn begin(&mut self, pid: Pid, mut cell: Box<Cell>, closure: Option<u32>) -> Life {
        let memory = cell.memory.data_mut(&mut cell.store);
        let begun = self.machine().run.perform(pid, memory);
        debug_assert_eq!(
            begun,
            Resumed::Answer(0),
            "to begin is a step that answers nothing"
        );
        Box::pin(async move {
            let Cell {
                store,
                start,
                child,
                ..
            } = &mut *cell;
            let result = match (closure, child) {
                (None, _) => start.call_async(store, ()).await,
                (Some(closure), Some(child)) => child.call_async(store, closure as i32).await,
                (Some(_), None) => Err(Unknown(forktalk_abi::wire::CHILD.into()).into()),
            };
            (cell, result)
        })
    }

    /// A process's stack is empty: it has exited, returned, or trapped.
    fn ended(&mut self, pid: Pid, cell: Box<Cell>, result: wasmtime::Result<()>) {
        let machine = self.machine.as_deref_mut().expect("no process runs");
        let (status, remark) = match &result {
            Err(error) if error.is::<Ended>() => (None, None),
            Err(error) => (Some(status_of(error)), remark_on(error)),
            Ok(()) if machine.run.is_running(pid) => (Some(ExitStatus::Exited(0)), None),
            Ok(()) => {
                let remark = "it did not wait for the answer to its call";
                (Some(ExitStatus::Exited(0)), Some(remark.to_owned()))
            }
        };
        if let Some(status) = status {
            machine.run.trapped(pid, status);
        }
        machine.spare.keep(&self.program, cell);
        if let Some(remark) = remark {
            self.remarks
                .push(format!("process {pid} was ended: {remark}"));
        }
    }

    /// A process that another ended, or that waits when the run is over. What it ran in is used again; one that waits in a
    /// call is told that it has ended, so that it leaves its stack.
    fn bury(&mut self, pid: Pid) {
        let Some(place) = self.living.iter().position(|(one, _)| *one == pid) else {
            return;
        };
        let cell = match self.living.swap_remove(place).1 {
            Living::Newborn(cell, _) => cell,
            Living::Suspended(mut life) => {
                self.machine().burying = true;
                let mut context = Context::from_waker(Waker::noop());
                let left = machine::lend(&mut self.machine, || life.as_mut().poll(&mut context));
                self.machine().burying = false;
                match left {
                    Poll::Ready((cell, _)) => cell,
                    // It goes with its stack.
                    Poll::Pending => return,
                }
            }
        };
        let program = Arc::clone(&self.program);
        self.machine().spare.keep(&program, cell);
    }

    fn bury_all(&mut self) {
        while let Some((pid, _)) = self.living.last() {
            self.bury(*pid);
        }
    }
}

/// How a process ends that traps.
fn status_of(error: &wasmtime::Error) -> ExitStatus {
    if error.is::<Unknown>() {
        // As Linux ends a process for a call that is forbidden to it.
        return ExitStatus::Signaled(Signal::SYS);
    }
    match error.downcast_ref::<Trap>() {
        // What a Rust panic comes to on this target, where it cannot unwind.
        Some(Trap::UnreachableCodeReached) => ExitStatus::Exited(101),
        Some(
            Trap::IntegerDivisionByZero | Trap::IntegerOverflow | Trap::BadConversionToInteger,
        ) => ExitStatus::Signaled(Signal::FPE),
        Some(Trap::OutOfFuel) => ExitStatus::Signaled(Signal::XCPU),
        _ => ExitStatus::Signaled(Signal::SEGV),
    }
}

/// What is to be said of an end that the program's own output does not explain.
fn remark_on(error: &wasmtime::Error) -> Option<String> {
    if let Some(unknown) = error.downcast_ref::<Unknown>() {
        return Some(unknown.to_string());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => None,
        Some(Trap::OutOfFuel) => Some("it computed for too long without end".into()),
        Some(trap) => Some(trap.to_string()),
        None => Some(format!("{error:#}")),
    }
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
