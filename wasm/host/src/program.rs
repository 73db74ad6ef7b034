//! A program: a module, compiled and looked at, from which processes are made.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use sha2::{Digest, Sha256};
use thiserror::Error;
use wasmtime::{
    Cache, Config, Enabled, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module,
    PoolingAllocationConfig,
};

use crate::imports;
use crate::instance::Process;
use crate::shape::{self, Shape};

/// The most bytes that a process's memory may grow to. Ours: a runaway program ends before the machine suffers.
pub const MEMORY_BYTES: usize = 256 << 20;

/// How many instances one driver may have at once: the processes of a run, and those that wait to be used again.
const INSTANCES: usize = 160;

/// So much of a memory that is given up is set back instead of being returned to the system.
const RESIDENT_BYTES: usize = 4 << 20;

/// How many drivers are thought of: one for each processor. Each instance reserves addresses, but takes no memory.
const MOST_DRIVERS: usize = 64;

/// What a guest's own calls may take of a fiber; the rest is for the host.
const GUEST_STACK_BYTES: usize = 512 << 10;
const FIBER_STACK_BYTES: usize = 1 << 20;

/// What every WebAssembly module begins with.
const MAGIC: &[u8] = b"\0asm";

/// Why a file cannot be run.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It could not be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        error: std::io::Error,
    },
    /// It is no module, or one that needs what is not offered.
    #[error("{0} is not a WebAssembly program that can run here: {1}")]
    NoModule(String, String),
    /// It is something else altogether.
    #[error(
        "{0} is not a WebAssembly module: give the .wasm file that `cargo build --target wasm32-wasip1` makes"
    )]
    OtherFile(String),
    /// It is a module, but no program.
    #[error(
        "{0} has no {1}: build a program (with `fn main`) for wasm32-wasip1, not a library or another target"
    )]
    NoProgram(String, &'static str),
    /// The host could not be set up.
    #[error("cannot set up wasmtime: {0}")]
    Host(String),
}

/// A module that can be run, again and again.
pub struct Program {
    /// What it is called: the file's name without its ending.
    pub name: String,
    /// The SHA-256 of the module, in hex.
    pub digest: String,
    pub(crate) engine: Engine,
    pub(crate) shape: Shape,
    pub(crate) pre: InstancePre<Process>,
}

impl Program {
    /// Reads and compiles a `.wasm` file. What was compiled is kept in the user's cache, for the next time.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the file, and what to do.
    pub fn load(path: &Path) -> Result<Arc<Program>, LoadError> {
        let bytes = std::fs::read(path).map_err(|error| LoadError::Unreadable {
            path: path.display().to_string(),
            error,
        })?;
        let name = path.file_stem().unwrap_or(path.as_os_str());
        Program::from_bytes(&name.to_string_lossy(), &bytes)
    }

    /// Compiles a module, which is to be called `name`.
    ///
    /// # Errors
    ///
    /// As [`Program::load`].
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Arc<Program>, LoadError> {
        let no_module =
            |error: &dyn std::fmt::Display| LoadError::NoModule(name.into(), error.to_string());
        if !bytes.starts_with(MAGIC) {
            return Err(LoadError::OtherFile(name.into()));
        }
        let (shape, completed) = shape::examine(bytes).map_err(|error| no_module(&error))?;
        let engine = engine().map_err(|error| LoadError::Host(error.to_string()))?;
        let module = Module::new(&engine, &completed).map_err(|error| no_module(&error))?;
        for (export, missing) in [("_start", "entry `_start`"), ("memory", "memory")] {
            if module.get_export(export).is_none() {
                return Err(LoadError::NoProgram(name.into(), missing));
            }
        }
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker, &module).map_err(|error| no_module(&error))?;
        let pre = linker
            .instantiate_pre(&module)
            .map_err(|error| no_module(&error))?;
        let digest = Sha256::digest(bytes);
        Ok(Arc::new(Program {
            name: name.to_owned(),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            engine,
            shape,
            pre,
        }))
    }
}

fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.consume_fuel(true);
    config.max_wasm_stack(GUEST_STACK_BYTES);
    // Nobody reads them, and every process that exits would pay for one.
    config.wasm_backtrace_max_frames(None);
    config.async_stack_size(FIBER_STACK_BYTES);
    // A cache that cannot be set up costs only time.
    config.cache(Cache::from_file(None).ok());
    let drivers = thread::available_parallelism().map_or(1, |most| most.get().min(MOST_DRIVERS));
    let instances = (INSTANCES * drivers) as u32;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(instances);
    pool.total_memories(instances);
    pool.total_tables(instances);
    pool.total_stacks(instances);
    pool.max_memory_size(MEMORY_BYTES);
    // A memory that has grown is of no use to a new run: where that happens in each, setting back pages costs a third of
    // what faults on new ones cost.
    pool.linear_memory_keep_resident(RESIDENT_BYTES);
    pool.pagemap_scan(Enabled::Auto);
    pool.table_elements(100_000);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
