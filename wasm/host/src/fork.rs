//! The copy that fork makes.
//!
//! ```text
//!   parent's memory                                      child's memory
//!   0 ┌──────────────┐                                   ┌──────────────┐
//!     │ dead stack   │  below the pointer: never read    │ (anything)   │
//!  sp ├──────────────┤ ─────────────┐                    ├──────────────┤ sp, set to the parent's
//!     │ live stack   │              │                    │              │
//!     │ statics      │              │ copied             │ the same     │
//!     │ heap         │              │                    │              │
//! end └──────────────┘ ─────────────┘                    └──────────────┘ end, grown to the parent's
//! ```
//!
//! The parent is suspended in its call meanwhile. The addresses that it had are valid in the child, because the memory
//! is a copy; what it was doing is not: the child begins at its own entry, with the closure's address.

use forktalk_abi::Pid;
use wasmtime::{AsContextMut, Caller, Val};

use crate::drive::at_once;
use crate::instance::{Cell, Process};
use crate::machine;
use crate::program::Program;

/// The bytes of a page of WebAssembly memory.
const PAGE_BYTES: usize = 65_536;

/// Makes the instance of process `child` from its parent's, which is suspended in `caller`.
pub(crate) fn copy(
    program: &Program,
    caller: &mut Caller<'_, Process>,
    child: Pid,
) -> wasmtime::Result<Box<Cell>> {
    let parent = caller.data();
    let memory = parent
        .memory
        .ok_or_else(|| wasmtime::Error::msg("a process without memory"))?;
    let stack_pointer = parent.stack_pointer;
    let bytes = memory.data_size(&*caller);

    let spare = machine::with(|machine| machine.spare.take(child, bytes))?;
    let mut cell = match spare {
        Some(cell) => cell,
        None => match at_once(Cell::make(program)) {
            Ok(cell) => cell,
            // Those that wait to be used again, and are too large for this, may be in the way.
            Err(_) => {
                machine::with(|machine| machine.spare.clear())?;
                at_once(Cell::make(program))?
            }
        },
    };
    cell.store.data_mut().pid = child;
    let missing = bytes - cell.memory_bytes();
    if missing > 0 {
        let pages = (missing / PAGE_BYTES) as u64;
        at_once(cell.memory.grow_async(&mut cell.store, pages))?;
    }

    let mut from = 0;
    if let Some(global) = stack_pointer {
        let value = global.get(caller.as_context_mut());
        if let (Some(own), Val::I32(pointer)) = (cell.stack_pointer, value) {
            own.set(&mut cell.store, value)?;
            if program.shape.stack.is_some() {
                from = (pointer as u32 as usize).min(bytes);
            }
        }
    }
    cell.lay_over(from, &memory.data(&*caller)[from..]);
    Ok(cell)
}
