//! How a process begins, goes on, lets others go and leaves its stack.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use forktalk_abi::{ExitStatus, Pid, Signal, wire};
use forktalk_explore::Resumed;
use wasmtime::Trap;

use crate::imports::{Ended, Unknown};
use crate::instance::Cell;
use crate::machine;

/// A process that has not run yet, or that is suspended in a call.
pub(crate) enum Living {
    /// At its first step it begins with this closure, or, the root, at the program's start.
    Newborn(Box<Cell>, Option<u32>),
    /// It goes on when this is polled.
    Suspended(Life),
}

type Life = Pin<Box<dyn Future<Output = (Box<Cell>, wasmtime::Result<()>)> + Send>>;

/// Lets process `pid` run on to a call at which another goes, or to its end.
pub(crate) fn resume(pid: Pid) -> wasmtime::Result<()> {
    let mut life = match machine::with(|machine| machine.take_living(pid))? {
        Some(Living::Suspended(life)) => life,
        Some(Living::Newborn(cell, closure)) => begin(pid, cell, closure)?,
        None => {
            // It did not wait to be told that it goes, and has ended.
            machine::with(|machine| machine.run.perform(pid, &mut [][..]))?;
            return Ok(());
        }
    };
    match poll(&mut life) {
        Poll::Pending => machine::with(|machine| {
            machine.living.push((pid, Living::Suspended(life)));
        }),
        Poll::Ready((cell, result)) => ended(pid, cell, &result),
    }
}

/// Lets the others run while process `pid` stays in its call, until that goes on, which is answered by true; or until only
/// the driver can say how.
///
/// So of two who take turns only one leaves its stack each time. Whoever runs meanwhile is suspended when another goes.
pub(crate) fn let_others_run(pid: Pid) -> wasmtime::Result<bool> {
    if machine::with(|machine| std::mem::replace(&mut machine.lets_others_run, true))? {
        return Ok(false);
    }
    let goes_on = loop {
        match machine::with(machine::Machine::next_of_the_living)? {
            Some(next) if next == pid => break true,
            Some(next) => resume(next)?,
            None => break false,
        }
    };
    machine::with(|machine| machine.lets_others_run = false)?;
    Ok(goes_on)
}

/// Drops a process that another ended, or that waits when the run is over. What it ran in is used again; one that waits in
/// a call is told that it has ended, so that it leaves its stack.
pub(crate) fn bury(pid: Pid) -> wasmtime::Result<()> {
    let cell = match machine::with(|machine| machine.take_living(pid))? {
        None => return Ok(()),
        Some(Living::Newborn(cell, _)) => cell,
        Some(Living::Suspended(mut life)) => {
            machine::with(|machine| machine.burying = true)?;
            let left = poll(&mut life);
            machine::with(|machine| machine.burying = false)?;
            match left {
                Poll::Ready((cell, _)) => cell,
                // It goes with its stack.
                Poll::Pending => return Ok(()),
            }
        }
    };
    machine::with(|machine| machine.spare.keep(&machine.program, cell))
}

fn poll(life: &mut Life) -> Poll<(Box<Cell>, wasmtime::Result<()>)> {
    life.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

fn begin(pid: Pid, mut cell: Box<Cell>, closure: Option<u32>) -> wasmtime::Result<Life> {
    let memory = cell.memory.data_mut(&mut cell.store);
    let begun = machine::with(|machine| machine.run.perform(pid, memory))?;
    debug_assert_eq!(
        begun,
        Resumed::Answer(0),
        "to begin is a step that answers nothing"
    );
    Ok(Box::pin(async move {
        let Cell {
            store,
            start,
            child,
            ..
        } = &mut *cell;
        let result = match (closure, child) {
            (None, _) => start.call_async(store, ()).await,
            (Some(closure), Some(child)) => child.call_async(store, closure as i32).await,
            (Some(_), None) => Err(Unknown(wire::CHILD.into()).into()),
        };
        (cell, result)
    }))
}

/// A process's stack is empty: it has exited, returned, or trapped.
fn ended(pid: Pid, cell: Box<Cell>, result: &wasmtime::Result<()>) -> wasmtime::Result<()> {
    machine::with(|machine| {
        let (status, remark) = match result {
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
        machine.spare.keep(&machine.program, cell);
        if let Some(remark) = remark {
            let remark = format!("process {pid} was ended: {remark}");
            machine.remarks.push(remark);
        }
    })
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
