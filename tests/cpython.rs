//! The CPython twins of the shared suite, `tests/python/<path>.py`: the same outcomes, from `multiprocessing`.
//!
//! Where there is no `python3`, nothing is compared, and each test says so.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use forktalk::{Receiver, Sender};
use forktalk_programs::{Program, each_program};
use forktalk_suite::{outcomes_of, run, tests_for};

/// The slowest twin forks a thousand times: some seconds on a machine that does nothing else.
const DEADLINE: Duration = Duration::from_secs(60);

each_program!(tests_for, Cpython, check);

fn check(program: &Program) {
    if !there_is_python() {
        return;
    }
    let twin = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(program.path)
        .with_extension("py");
    let mut command = Command::new("python3");
    // Where it is set, every part of a line is a write of its own, and lines tear.
    command.env_remove("PYTHONUNBUFFERED");
    let seen = match run(command.arg(&twin), DEADLINE) {
        Ok(seen) => seen,
        Err(overdue) => panic!("{}: {overdue}", twin.display()),
    };
    if let Err(report) = outcomes_of(program).check(&seen) {
        panic!("{}: {report}", twin.display());
    }
}

fn there_is_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok();
    if !found {
        println!("not compared: there is no python3 here");
    }
    found
}

/// Sends back each message that it gets, until end-of-file.
const ECHO: &str = "
from multiprocessing.connection import Connection
here, there = Connection(0, writable=False), Connection(1, readable=False)
try:
    while True: there.send_bytes(here.recv_bytes())
except EOFError: pass
";

#[test]
fn a_rust_and_a_python_process_talk_over_one_pipe() {
    if !there_is_python() {
        return;
    }
    let mut python = Command::new("python3")
        .args(["-c", ECHO])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let to = Sender::<()>::from(OwnedFd::from(python.stdin.take().unwrap()));
    let from = Receiver::<()>::from(OwnedFd::from(python.stdout.take().unwrap()));
    // CPython writes up to 16384 bytes together with their header, and longer messages apart from it.
    for bytes in [0, 1, 16_383, 16_384, 16_385, 65_536, 1_000_000] {
        let message: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
        to.send_bytes(&message).unwrap();
        assert!(from.recv_bytes().unwrap() == message, "{bytes} bytes");
    }
    drop(to);
    assert!(from.recv_bytes().is_err(), "end-of-file");
    assert!(python.wait().unwrap().success());
}
