//! Unix processes that talk.
//!
//! A parent sends integers down a pipe to a child, which prints them up to end-of-file:
//!
//! ```
//! use forktalk::{Process, pipe};
//!
//! fn main() -> forktalk::Result<()> {
//!     let (rx, tx) = pipe::<u32>()?; // reading end, writing end, as pipe(2) orders them
//!     let child = Process::spawn(move || for n in rx { println!("{n}") })?; // to end-of-file
//!     for n in 0..1000 {
//!         tx.send(&n)?;
//!     }
//!     drop(tx);
//!     child.join()?;
//!     println!("the main process ended too");
//!     Ok(())
//! }
//! ```
//!
//! The same source runs in three places: natively, with a real `fork`; under wasmtime, where each process is a
//! WebAssembly instance and a simulated kernel decides, repeatably, who goes next; and in a browser page, where one
//! watches it. Build it for `wasm32-wasip1` and give it to the command `forktalk run`.
//!
//! # A pipe is based on fork
//!
//! The two ends are made in the parent; fork copies both into the child; so four ends exist, and each process
//! closes the one that it does not use. [`Receiver::recv`] fails with end-of-file **only when nothing is left to
//! read and every copy of the writing end, in every process, is closed**. Forget one inherited copy and the reader
//! waits for ever: the most common mistake. [`Process::spawn`] makes it impossible: what its closure owns goes to the
//! child and is closed here, everything else is closed there. [`Process::fork`] is fork itself, for those who want
//! it:
//!
//! ```
//! use forktalk::{Process, pipe};
//!
//! # fn main() -> forktalk::Result<()> {
//! let (rx, tx) = pipe::<u32>()?;
//! let child = Process::fork(|| {
//!     tx.close(); // leave this line out and the child never ends
//!     for n in &rx { println!("{n}") }
//! })?;
//! rx.close();
//! for n in 0..3 {
//!     tx.send(&n)?;
//! }
//! tx.close();
//! child.join()?;
//! # Ok(()) }
//! ```
//!
//! # Both ways, and many at once
//!
//! [`duplex`] makes two connected ends that both send and receive. [`wait`] waits for several ends and processes at
//! once, with or without a timeout:
//!
//! ```
//! use forktalk::{Process, duplex, wait};
//!
//! # fn main() -> forktalk::Result<()> {
//! let (here, there) = duplex::<u32, u32>()?;
//! let child = Process::spawn(move || -> forktalk::Result<()> {
//!     let n = there.recv()?;
//!     Ok(there.send(&(n + 1))?)
//! })?;
//! here.send(&1)?;
//! wait(&[&here, &child], None)?;
//! assert_eq!(here.recv()?, 2);
//! child.join()?;
//! # Ok(()) }
//! ```
//!
//! # A queue has many putters and many getters
//!
//! A [`Queue`] lies in shared memory: a put is done when it returns, nothing is lost with who put it, and a process that
//! is killed at any moment leaves the queue whole. Who waits is told when nobody is left who could help.
//!
//! ```
//! use std::time::Duration;
//! use forktalk::{GetError, Process, Queue};
//!
//! # fn main() -> forktalk::Result<()> {
//! let queue = Queue::<u32>::bounded(100)?;
//! let putter = Process::fork(|| (0..1000).try_for_each(|n| queue.put(&n)))?;
//! let mut got = 0;
//! while got < 1000 {
//!     match queue.get_timeout(Duration::from_secs(10)) {
//!         Ok(_) => got += 1,
//!         Err(GetError::Empty) => break, // nothing for ten seconds
//!         Err(other) => return Err(other.into()),
//!     }
//! }
//! assert_eq!(got, 1000);
//! putter.join()?;
//! # Ok(()) }
//! ```
//!
//! [`JoinableQueue`] counts the tasks that are done; [`Queue::put_all`] and [`Queue::drain`] move many values at once.
//!
//! # A run can be looked at
//!
//! With `FORKTALK_TRACE=FILE` in its environment a program writes down what its processes ask of the system, each into a
//! file of its own: the first into `FILE`, its first child into `FILE.1`, that one's second into `FILE.1.2`. The
//! command `forktalk view FILE` makes one story of them, with who waited for whom, also of a run that hung and was killed.
//! The environment is read once, at the first call; without the variable each call costs one look at a word of memory
//! more. Not written down are what is printed, the contents of a queue, and processes that another program became by
//! `exec` while `FILE` is being written. A failure to write is told on standard error, and the program goes on.
//!
//! # What it promises
//!
//! - A message arrives whole or not at all, whatever its size, however many processes send into a pipe or receive
//!   from it. A process killed between two messages harms nobody; one killed in the middle of a long message, on an
//!   end that it shares with others, leaves them an error ([`SendError::Torn`], [`RecvError::Torn`]), never a wrong
//!   message.
//! - A timeout bounds the whole operation, not its first wait.
//! - A queue has one order of puts and gets; [`Queue`] says what holds whoever dies, and how that was tested.
//! - Whatever comes over a pipe is an error at worst: no panic, and no memory is set aside for what a header
//!   claims.
//! - Only anonymous kernel objects are used: after a crash there is nothing to clean up.
//!
//! # What it does not do
//!
//! - It starts processes by `fork`, so a program that has threads must not start them by accident:
//!   [`SpawnError::MultiThreaded`].
//! - It hands no descriptors over a pipe; a child gets its ends when it is started.
//! - It talks between processes of one family on one machine: no names, no network.
//! - A `fork(2)` made beside this library, or a descriptor given away as a number, is not seen by it: give each such
//!   process ends of its own.
//!
//! The wire is that of CPython's `multiprocessing.Connection` for bytes ([`Sender::send_bytes`]), so the other end
//! may be Python. Typed values are [`serde`] by way of [`postcard`].

#![forbid(unsafe_code)]

mod acting;
mod builder;
mod children;
mod clock;
mod current;
mod duplex;
mod error;
mod frame;
mod inherit;
mod iter;
mod joinable_queue;
mod marks;
mod message;
mod outcome;
mod pipe;
mod process;
mod queue;
mod queue_builder;
mod ring;
mod turn;
mod wait;
mod waiting;

#[cfg(target_arch = "wasm32")]
use forktalk_guest::Guest as Sys;
#[cfg(unix)]
use forktalk_native::Unix as Sys;

pub use builder::Builder;
pub use children::active_children;
pub use clock::{now, sleep};
pub use current::{Current, current};
pub use duplex::{Connection, duplex};
pub use error::{
    Closed, Error, GetError, PipeError, ProcessError, PutAllError, PutError, QueueError, RecvError,
    RecvTimeoutError, Result, SendError, SpawnError, TaskError, TryRecvError, WaitError,
};
pub use forktalk_abi::{Errno, ExitStatus, Pid, Signal};
pub use iter::{IntoIter, Iter, QueueIter};
pub use joinable_queue::JoinableQueue;
#[cfg(feature = "marks")]
pub use marks::Marks;
pub use outcome::Outcome;
pub use pipe::{Receiver, Sender, pipe};
pub use process::Process;
pub use queue::{Drain, Queue};
pub use queue_builder::QueueBuilder;
pub use wait::{Waitable, wait, wait_relying_on};
