//! A process is an instance: its memory, its stack, its fuel.

use forktalk_abi::{Pid, wire};
use wasmtime::{Global, Instance, Memory, Store, StoreLimits, StoreLimitsBuilder, TypedFunc, Val};

use crate::program::{MEMORY_BYTES, Program};

/// What a process may compute in its life, in wasmtime's units, about one for an instruction. Ours: a loop without
/// end is ended after some ten seconds.
pub const FUEL: u64 = 20_000_000_000;

/// So much of a memory is compared at a time, and written if it differs.
const BLOCK_BYTES: usize = 4096;

/// How many ended instances are kept to be used again.
const SPARE: usize = 80;

/// What a store knows of its process.
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) memory: Option<Memory>,
    pub(crate) stack_pointer: Option<Global>,
    limits: StoreLimits,
}

/// An instance with all that is needed to run a process in it.
pub(crate) struct Cell {
    pub(crate) store: Store<Process>,
    pub(crate) memory: Memory,
    pub(crate) start: TypedFunc<(), ()>,
    pub(crate) child: Option<TypedFunc<i32, ()>>,
    pub(crate) stack_pointer: Option<Global>,
    /// Mutable globals and what they were at first.
    globals: Vec<(Global, Val)>,
}

impl Cell {
    /// A new instance.
    pub(crate) async fn make(program: &Program) -> wasmtime::Result<Box<Cell>> {
        let process = Process {
            pid: Pid(0),
            memory: None,
            stack_pointer: None,
            limits: StoreLimitsBuilder::new().memory_size(MEMORY_BYTES).build(),
        };
        let mut store = Store::new(&program.engine, process);
        store.limiter(|process| &mut process.limits);
        store.set_fuel(FUEL)?;
        let instance = program.pre.instantiate_async(&mut store).await?;
        Cell::of(program, store, instance)
    }

    fn of(
        program: &Program,
        mut store: Store<Process>,
        instance: Instance,
    ) -> wasmtime::Result<Box<Cell>> {
        let memory = program.shape.memory.as_deref().unwrap_or("memory");
        let memory = instance
            .get_memory(&mut store, memory)
            .ok_or_else(|| wasmtime::Error::msg("its memory is not exported"))?;
        let start = instance.get_typed_func(&mut store, "_start")?;
        let child = instance.get_typed_func(&mut store, wire::CHILD).ok();
        let pointer = program
            .shape
            .stack
            .as_ref()
            .map(|stack| stack.pointer.as_str());
        let pointer = pointer.unwrap_or(wire::STACK_POINTER);
        let stack_pointer = instance.get_global(&mut store, pointer);
        let mut globals = Vec::new();
        for name in &program.shape.globals {
            if let Some(global) = instance.get_global(&mut store, name) {
                let value = global.get(&mut store);
                globals.push((global, value));
            }
        }
        let process = store.data_mut();
        process.memory = Some(memory);
        process.stack_pointer = stack_pointer;
        Ok(Box::new(Cell {
            store,
            memory,
            start,
            child,
            stack_pointer,
            globals,
        }))
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory.data_size(&self.store)
    }

    /// Makes the memory from this address on hold these bytes, and zeros behind them. What the last process of the same
    /// program left there is the same for the most part, and to see that takes less time than to write.
    pub(crate) fn lay_over(&mut self, address: usize, bytes: &[u8]) {
        let memory = &mut self.memory.data_mut(&mut self.store)[address..];
        let (begin, rest) = memory.split_at_mut(bytes.len());
        let blocks = begin.chunks_mut(BLOCK_BYTES);
        for (old, new) in blocks.zip(bytes.chunks(BLOCK_BYTES)) {
            if old != new {
                old.copy_from_slice(new);
            }
        }
        for old in rest.chunks_mut(BLOCK_BYTES) {
            if old.iter().fold(0, |any, byte| any | byte) != 0 {
                old.fill(0);
            }
        }
    }

    /// Sets back everything but the memory.
    fn renew(&mut self, pid: Pid) -> wasmtime::Result<()> {
        for (global, value) in &self.globals {
            global.set(&mut self.store, *value)?;
        }
        self.store.set_fuel(FUEL)?;
        self.store.data_mut().pid = pid;
        Ok(())
    }
}

/// Instances whose process has ended. A new one costs ten times what it costs to set one back.
#[derive(Default)]
pub(crate) struct Spare {
    #[allow(clippy::vec_box, reason = "a box is handed from process to process")]
    cells: Vec<Box<Cell>>,
    /// A memory in which nothing has run yet: its size, and how much of it, from its beginning, is room for the stack, and
    /// dead.
    fresh_bytes: usize,
    dead_bytes: usize,
    /// What lies behind that, up to the last byte that is not zero.
    image: Vec<u8>,
}

impl Spare {
    /// Keeps an instance, if it is worth it.
    pub(crate) fn keep(&mut self, program: &Program, cell: Box<Cell>) {
        if !program.shape.reusable {
            return;
        }
        self.cells.push(cell);
        if self.cells.len() > SPARE {
            // The smallest memories serve the most processes.
            let cells = self.cells.iter();
            let sizes = cells.map(|cell| cell.memory_bytes()).enumerate();
            if let Some((largest, _)) = sizes.max_by_key(|(_, bytes)| *bytes) {
                self.cells.swap_remove(largest);
            }
        }
    }

    /// Keeps none.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
    }

    /// An instance for process `pid` with at most so much memory, whatever lies in it: it is to be copied over.
    pub(crate) fn take(&mut self, pid: Pid, bytes: usize) -> Option<Box<Cell>> {
        // The last one used is the warmest.
        let mut cells = self.cells.iter();
        let place = cells.rposition(|cell| cell.memory_bytes() <= bytes)?;
        let mut cell = self.cells.swap_remove(place);
        cell.renew(pid).ok()?;
        Some(cell)
    }

    /// An instance for process `pid` as if nothing had ever run in it, if one is as small as at first.
    pub(crate) fn take_fresh(&mut self, pid: Pid) -> Option<Box<Cell>> {
        let mut cell = self.take(pid, self.fresh_bytes)?;
        cell.lay_over(self.dead_bytes, &self.image);
        Some(cell)
    }

    /// Remembers how the memory of a new instance looks.
    pub(crate) fn learn(&mut self, program: &Program, cell: &Cell) {
        if self.fresh_bytes == 0 {
            let memory = cell.memory.data(&cell.store);
            let end = memory.iter().rposition(|byte| *byte != 0);
            let stack = program.shape.stack.as_ref();
            self.dead_bytes = stack
                .map_or(0, |stack| stack.top as usize)
                .min(memory.len());
            let end = end.map_or(0, |last| last + 1).max(self.dead_bytes);
            self.image = memory[self.dead_bytes..end].to_vec();
            self.fresh_bytes = memory.len();
        }
    }
}
