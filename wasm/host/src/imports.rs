//! What a guest asks, and the one checked door into its memory.
//!
//! A call announces itself, and the scheduler is asked at once, in here: if the same process goes on, the call is
//! performed and answered without leaving the guest's stack. If another goes, that one runs in here, too, and is suspended in
//! `wait` when the first goes on; one that runs within another's call is suspended whenever another goes.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use forktalk_abi::{Errno, Pid, wire};
use forktalk_kernel::stdio::{self, ValueType, WASI, WasiFunction};
use forktalk_kernel::{Position, Request, WasiAnswer};
use wasmtime::{Caller, Extern, ExternType, FuncType, Linker, Module, Val, ValType};

use crate::fork;
use crate::instance::Process;
use crate::life::{self, Living};
use crate::machine::{self, Turn};

/// Unwinds a guest whose process has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process has ended")
    }
}

impl std::error::Error for Ended {}

/// Ends a guest that asks for what nobody offers.
#[derive(Clone, Debug)]
pub(crate) struct Unknown(pub(crate) String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it called {}, which no simulated Unix has", self.0)
    }
}

impl std::error::Error for Unknown {}

/// Gives the guest all that it may import; what else `module` wants ends it when it is called.
pub(crate) fn link(linker: &mut Linker<Process>, module: &Module) -> wasmtime::Result<()> {
    linker.func_wrap(
        wire::MODULE,
        wire::CALL,
        |mut caller: Caller<'_, Process>,
         number: u32,
         a: u32,
         b: u32,
         c: u32,
         d: u32,
         e: u32,
         file: u32,
         file_bytes: u32,
         line: u32|
         -> wasmtime::Result<i32> {
            let Some(call) = wire::Call::decode(number, [a, b, c, d, e]) else {
                return Ok(-Errno::NOSYS.raw());
            };
            let turn = ask_or_announce(&mut caller, call, (file, file_bytes, line))?;
            Ok(answer(&mut caller, turn)?.unwrap_or(wire::SUSPEND))
        },
    )?;
    linker.func_wrap_async(wire::MODULE, wire::WAIT, |mut caller, (): ()| {
        Box::new(async move { wait(&mut caller).await })
    })?;
    for (index, function) in WASI.iter().enumerate() {
        link_wasi(linker, index, function)?;
    }
    refuse_others(linker, module)
}

fn link_wasi(
    linker: &mut Linker<Process>,
    index: usize,
    function: &'static WasiFunction,
) -> wasmtime::Result<()> {
    let parameters = function.parameters.iter().map(|parameter| match parameter {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
    });
    let result = function.result.then_some(ValType::I32);
    let shape = FuncType::new(linker.engine(), parameters, result);
    if !function.may_step {
        linker.func_new(
            stdio::MODULE,
            function.name,
            shape,
            move |mut caller, given, results| {
                if let (WasiAnswer::Now(answer), Some(result)) =
                    (ask_wasi(&mut caller, index, given)?, results.first_mut())
                {
                    *result = Val::I32(answer);
                }
                Ok(())
            },
        )?;
        return Ok(());
    }
    linker.func_new_async(
        stdio::MODULE,
        function.name,
        shape,
        move |mut caller, given, results| {
            Box::new(async move {
                let answer = match ask_wasi(&mut caller, index, given)? {
                    WasiAnswer::Now(answer) => answer,
                    WasiAnswer::Step(request) => {
                        let turn = announce(&mut caller, request)?;
                        match answer(&mut caller, turn)? {
                            Some(answer) => answer,
                            None => wait(&mut caller).await?,
                        }
                    }
                };
                if let Some(result) = results.first_mut() {
                    *result = Val::I32(answer);
                }
                Ok(())
            })
        },
    )?;
    Ok(())
}

fn ask_wasi(
    caller: &mut Caller<'_, Process>,
    index: usize,
    given: &[Val],
) -> wasmtime::Result<WasiAnswer> {
    let mut arguments = [0; 9];
    for (argument, value) in arguments.iter_mut().zip(given) {
        *argument = match value {
            Val::I32(word) => u64::from(*word as u32),
            Val::I64(wide) => *wide as u64,
            _ => 0,
        };
    }
    let (bytes, process) = open(caller)?;
    let pid = process.pid;
    let arguments = &arguments[..given.len().min(9)];
    machine::with(|machine| machine.run.wasi(pid, index, arguments, bytes))
}

/// The door: the guest's memory, and who it is.
#[inline]
fn open<'a>(
    caller: &'a mut Caller<'_, Process>,
) -> wasmtime::Result<(&'a mut [u8], &'a mut Process)> {
    let memory = match caller.data().memory {
        Some(memory) => memory,
        None => exported_memory(caller)?,
    };
    Ok(memory.data_and_store_mut(caller))
}

/// A module's start function runs before its memory was looked for.
#[cold]
fn exported_memory(caller: &mut Caller<'_, Process>) -> wasmtime::Result<wasmtime::Memory> {
    match caller.get_export("memory") {
        Some(Extern::Memory(memory)) => Ok(memory),
        _ => Err(wasmtime::Error::msg("a call before there is a memory")),
    }
}

/// A call of forktalk's: answered at once if it is no step.
#[inline]
fn ask_or_announce(
    caller: &mut Caller<'_, Process>,
    call: wire::Call,
    place: (u32, u32, u32),
) -> wasmtime::Result<Turn> {
    let (bytes, process) = open(caller)?;
    let pid = process.pid;
    machine::with(|machine| {
        if !machine.run.is_step(call) {
            return Turn::Answer(machine.run.ask(pid, call, bytes));
        }
        let (file, file_bytes, line) = place;
        let file = machine.run.file_at(bytes, file, file_bytes);
        let position = Position { file, line };
        machine.announce(pid, Request::Call(call), position, bytes)
    })
}

/// A call of the standard library's that is a step: from where in the program is not known.
fn announce(caller: &mut Caller<'_, Process>, request: Request) -> wasmtime::Result<Turn> {
    let (bytes, process) = open(caller)?;
    let pid = process.pid;
    machine::with(|machine| machine.announce(pid, request, Position::default(), bytes))
}

/// What the call answers, unless it must wait for the driver.
#[inline]
fn answer(caller: &mut Caller<'_, Process>, mut turn: Turn) -> wasmtime::Result<Option<i32>> {
    loop {
        match turn {
            Turn::Answer(answer) => return Ok(Some(answer)),
            Turn::Gone => return Err(Ended.into()),
            Turn::Forked {
                child,
                closure,
                answer,
            } => return make_child(caller, child, closure).map(|()| Some(answer)),
            Turn::Another => {
                let pid = caller.data().pid;
                if !life::let_others_run(pid)? {
                    return Ok(None);
                }
                turn = take_turn(caller)?;
            }
        }
    }
}

/// The process goes on: its call is performed.
fn take_turn(caller: &mut Caller<'_, Process>) -> wasmtime::Result<Turn> {
    let (bytes, process) = open(caller)?;
    let pid = process.pid;
    machine::with(|machine| machine.take_turn(pid, bytes))
}

fn make_child(caller: &mut Caller<'_, Process>, child: Pid, closure: u32) -> wasmtime::Result<()> {
    let program = machine::with(|machine| Arc::clone(&machine.program))?;
    match fork::copy(&program, caller, child) {
        Ok(cell) => machine::with(|machine| {
            let newborn = Living::Newborn(cell, Some(closure));
            machine.living.push((child, newborn));
        }),
        Err(error) => {
            machine::with(|machine| machine.failed = Some(error))?;
            Err(Ended.into())
        }
    }
}

/// Suspends until the call at which the process stands is performed, and answers it.
async fn wait(caller: &mut Caller<'_, Process>) -> wasmtime::Result<i32> {
    let pid = caller.data().pid;
    if machine::with(|machine| machine.run.is_running(pid))? {
        return Ok(-Errno::INVAL.raw());
    }
    loop {
        Suspension::default().await;
        if machine::with(|machine| machine.burying)? {
            return Err(Ended.into());
        }
        let turn = take_turn(caller)?;
        if let Some(answer) = answer(caller, turn)? {
            return Ok(answer);
        }
    }
}

/// Waits once: whoever drives resumes it when its process is to go.
#[derive(Default)]
struct Suspension {
    suspended: bool,
}

impl Future for Suspension {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.suspended, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// A function that nobody offers may be imported, and ends the process that calls it.
fn refuse_others(linker: &mut Linker<Process>, module: &Module) -> wasmtime::Result<()> {
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        let known = from == wire::MODULE && [wire::CALL, wire::WAIT].contains(&name)
            || from == stdio::MODULE && WASI.iter().any(|function| function.name == name);
        let ExternType::Func(shape) = import.ty() else {
            return Err(wasmtime::Error::msg(format!(
                "it imports {from}.{name}, which is not a function; nothing else is offered"
            )));
        };
        if !known {
            let unknown = Unknown(format!("{from}.{name}"));
            linker.func_new(from, name, shape, move |_, _, _| {
                Err(unknown.clone().into())
            })?;
        }
    }
    Ok(())
}
