//! The shared suite: small programs that run on every host.
//!
//! A program is a file of at most 60 lines; its path is `theme/behaviour.rs`, and the same path names its CPython
//! twin (`tests/python`), the outcomes that are allowed (`tests/outcomes`) and its place in the page. It checks
//! itself: what must hold is asserted, and a failed assertion exits 101. What it prints is what a learner should see,
//! and is compared with the outcomes.
//!
//! What a program may not do, so that every host gives it the same outcome: start a thread, read the wall clock,
//! print what is drawn at random, wait in a loop without a call that blocks, rely on a timeout that is shorter than
//! what it waits for could take.
//!
//! The list is [`each_program!`], in `list.rs`; [`PROGRAMS`] is the same as data. The theme `gallery` holds programs that
//! go wrong in some orders only, and their repaired twins; [`BUGS`] says what is wrong with each.

#![forbid(unsafe_code)]
#![allow(
    unreachable_pub,
    missing_docs,
    reason = "programs are written as their readers would write them: a module comment and `pub fn main`"
)]

mod bugs;
mod command;
mod list;

pub use bugs::{BUGS, Bug};
pub use command::command;

use std::process::ExitCode;

/// A program of the suite.
#[derive(Debug)]
pub struct Program {
    /// Its theme and its behaviour, such as `pipe/forgotten_close`.
    pub path: &'static str,
    /// What it shows, in one line.
    pub line: &'static str,
    /// How it ends, on a host that can tell.
    pub expected: Expected,
    /// The hosts that do not run it.
    pub skips: &'static [Skip],
    /// Its source text; none in a guest, whose every fork would copy it.
    pub source: &'static str,
    /// Runs it in this process.
    pub main: fn() -> ExitCode,
}

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// By itself, with the status that its outcomes name.
    Ends,
    /// Never: all its processes wait for each other.
    Deadlocks,
    /// Well or badly: it depends on who goes first, on who dies when, or on how long somebody takes. Its outcomes name both,
    /// `exit 0` and what goes wrong.
    Depends,
}

/// A place where the suite runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// A real Unix.
    Native,
    /// The simulated Unix, under wasmtime.
    Wasmtime,
    /// The simulated Unix, in a page.
    Browser,
    /// A real Unix, the twin in Python.
    Cpython,
}

/// A host that does not run a program.
#[derive(Clone, Copy, Debug)]
pub struct Skip {
    /// The host.
    pub host: Host,
    /// Why it does not.
    pub reason: &'static str,
}

impl Program {
    /// Why `host` does not run it; nothing if it does.
    #[must_use]
    pub fn skipped(&self, host: Host) -> Option<&'static str> {
        let skip = self.skips.iter().find(|skip| skip.host == host)?;
        Some(skip.reason)
    }
}

/// The program of this path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.path == path)
}

macro_rules! modules_and_data {
    ([] $($theme:ident { $($name:ident $line:literal $expected:ident $(, skip $host:ident $reason:literal)* ;)* })*) => {
        $(mod $theme { $(pub mod $name;)* })*

        /// All programs, in the order of the list.
        pub static PROGRAMS: &[Program] = &[$($(Program {
            path: concat!(stringify!($theme), "/", stringify!($name)),
            line: $line,
            expected: Expected::$expected,
            skips: &[$(Skip { host: Host::$host, reason: $reason }),*],
            #[cfg(target_family = "wasm")]
            source: "",
            #[cfg(not(target_family = "wasm"))]
            source: include_str!(concat!(stringify!($theme), "/", stringify!($name), ".rs")),
            main: || std::process::Termination::report($theme::$name::main()),
        },)*)*];
    };
}

each_program!(modules_and_data);
