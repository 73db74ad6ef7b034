//! Programs as processes under wasmtime: the library of the command `forktalk`.
//!
//! A [`Program`] is a module that was compiled once; a [`Driver`] runs it, as often as one likes, each process an
//! instance with a memory and a stack of its own. Who goes next is decided by `forktalk-explore`, and what the
//! processes ask is answered by `forktalk-kernel`; this crate only carries bytes between them and the guests.

#![forbid(unsafe_code)]

mod drive;
mod fork;
mod imports;
mod instance;
mod life;
mod machine;
mod program;
mod shape;
mod workers;

pub use drive::Driver;
pub use instance::FUEL;
pub use program::{LoadError, MEMORY_BYTES, Program};
pub use workers::{BATCH, Job, Report, Worker, Workers};
