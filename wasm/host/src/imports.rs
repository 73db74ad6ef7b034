//! What a guest asks, and the one checked door into its memory.
//!
//! A call announces itself, and the scheduler is asked at once, in here: if the same process goes on, the call is
//! performed and answered without leaving the guest's stack. Only when another goes is the guest suspended.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use forktalk_abi::{Pid, Signal, wire};
use forktalk_kernel::stdio::{self, ValueType, WASI, WasiFunction};
use forktalk_kernel::{Position, Request, WasiAnswer};
use wasmtime::{Caller, Extern, ExternType, FuncType, Linker, Module, Val, ValType};

use crate::drive::Turn;
use crate::fork;
use crate::instance::Process;

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

impl Unknown {
    /// As Linux ends a process for a system call that is forbidden to it.
    pub(crate) const SIGNAL: Signal = Signal(31);
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it called {}, which no simulated Unix has", self.0)
    }
}

impl std::error::Error for Unknown {}

/// Gives the guest all that it may import; what else `module` wants ends it when it is called.
pub(crate) fn link(linker: &mut Linker<Process>, module: &Module) -> wasmtime::Result<()> {
    linker.func_wrap_async(
        wire::MODULE,
        wire::CALL,
        |mut caller: Caller<'_, Process>,
         (number, a, b, c, d, e, file, file_bytes, line): Arguments| {
            Box::new(async move {
                let arguments = [a, b, c, d, e];
                let Some(call) =
                    wire::Call::decode(number, arguments).filter(|call| call.is_step())
                else {
                    return Ok(-forktalk_abi::Errno::NOSYS.raw());
                };
                let place = (file, file_bytes, line);
                let turn = announce(&mut caller, Request::Call(call), place)?;
                finish(&mut caller, turn).await
            })
        },
    )?;
    linker.func_wrap(
        wire::MODULE,
        wire::ASK,
        |mut caller: Caller<'_, Process>,
         number: u32,
         a: u32,
         b: u32,
         c: u32,
         d: u32,
         e: u32,
         _: u32,
         _: u32,
         _: u32|
         -> wasmtime::Result<i32> {
            let (bytes, process) = open(&mut caller)?;
            Ok(match wire::Call::decode(number, [a, b, c, d, e]) {
                Some(call) if !call.is_step() => {
                    let pid = process.pid;
                    process.machine().run.ask(pid, call, bytes)
                }
                _ => -forktalk_abi::Errno::NOSYS.raw(),
            })
        },
    )?;
    for (index, function) in WASI.iter().enumerate() {
        link_wasi(linker, index, function)?;
    }
    refuse_others(linker, module)
}

type Arguments = (u32, u32, u32, u32, u32, u32, u32, u32, u32);

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
                        let turn = announce(&mut caller, request, (0, 0, 0))?;
                        finish(&mut caller, turn).await?
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
    Ok(process
        .machine()
        .run
        .wasi(pid, index, &arguments[..given.len().min(9)], bytes))
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

#[inline]
fn announce(
    caller: &mut Caller<'_, Process>,
    request: Request,
    place: (u32, u32, u32),
) -> wasmtime::Result<Turn> {
    let (bytes, process) = open(caller)?;
    let pid = process.pid;
    let mut machine = process.machine();
    let (file, file_bytes, line) = place;
    let file = machine.run.file_at(bytes, file, file_bytes);
    let position = Position { file, line };
    machine.run.announce(pid, request, position, bytes);
    Ok(machine.go_on(pid, bytes))
}

/// Suspends until the call is performed, and answers it.
async fn finish(caller: &mut Caller<'_, Process>, mut turn: Turn) -> wasmtime::Result<i32> {
    loop {
        match turn {
            Turn::Answer(answer) => return Ok(answer),
            Turn::Gone => return Err(Ended.into()),
            Turn::Forked {
                child,
                closure,
                answer,
            } => {
                // Set apart, so that the future of every other call stays small.
                Box::pin(make_child(caller, child, closure)).await?;
                return Ok(answer);
            }
            Turn::Another => {
                Suspension::default().await;
                let (bytes, process) = open(caller)?;
                let pid = process.pid;
                turn = process.machine().take_turn(pid, bytes);
            }
        }
    }
}

async fn make_child(
    caller: &mut Caller<'_, Process>,
    child: Pid,
    closure: u32,
) -> wasmtime::Result<()> {
    let program = caller.data().machine().program.clone();
    let cell = fork::copy(&program, caller, child).await?;
    let mut machine = caller.data().machine();
    machine.newborn.push((child, cell, closure));
    Ok(())
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
        let known = from == wire::MODULE && [wire::CALL, wire::ASK].contains(&name)
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
