//! Runs a program natively, with a deadline.

use std::fmt;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Group, Observed, Status};

/// How long processes that the first one leaves behind may take to end by themselves.
const GRACE: Duration = Duration::from_secs(3);

/// How often the runner looks.
const TICK: Duration = Duration::from_millis(2);

/// A program that did not end in time, or left processes behind. They are killed by now.
#[derive(Debug)]
pub struct Overdue {
    what: &'static str,
    elapsed: Duration,
    stdout: String,
    stderr: String,
    /// One line a process: where it stands in the kernel.
    processes: Vec<String>,
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} after {:.1} s", self.what, self.elapsed.as_secs_f32())?;
        for process in &self.processes {
            writeln!(f, "  {process}")?;
        }
        let last = self.stdout.lines().last().unwrap_or("nothing");
        writeln!(f, "last output: {last}")?;
        write!(f, "standard error: {}", self.stderr)
    }
}

/// Runs `command` in a process group of its own, and waits until it has ended and nobody of the group is left.
///
/// # Errors
///
/// It did not end in time, or processes that it left behind did not: then all are killed.
///
/// # Panics
///
/// If the program cannot be started.
pub fn run(command: &mut Command, deadline: Duration) -> Result<Observed, Overdue> {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let group = Group::led_by(child.id());
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let overdue = |what| Overdue {
        what,
        elapsed: begun.elapsed(),
        stdout: text(&stdout),
        stderr: text(&stderr),
        processes: group.describe(),
    };

    let Some(status) = wait_until(begun + deadline, || ended(&mut child)) else {
        let overdue = overdue("it had not ended");
        group.kill();
        let _ = child.wait();
        return Err(overdue);
    };
    let alone = wait_until(Instant::now() + GRACE, || group.is_empty().then_some(()));
    if alone.is_none() {
        let overdue = overdue("the first process has ended, others are left");
        group.kill();
        return Err(overdue);
    }
    Ok(Observed {
        status: status_of(status),
        stdout: text_to_the_end(stdout),
        stderr: text_to_the_end(stderr),
    })
}

fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().expect("a child can be waited for")
}

fn wait_until<T>(deadline: Instant, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(TICK);
    }
}

fn status_of(status: ExitStatus) -> Status {
    match (status.code(), status.signal()) {
        (Some(code), _) => Status::Exited(code),
        (None, signal) => Status::Signaled(signal.unwrap_or_default()),
    }
}

/// What a stream has brought so far, and the thread that reads on.
type Collected = (Arc<Mutex<Vec<u8>>>, thread::JoinHandle<()>);

fn collect(stream: Option<impl Read + Send + 'static>) -> Collected {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&bytes);
    let reader = thread::spawn(move || {
        let Some(mut stream) = stream else { return };
        let mut buffer = vec![0; 65536];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => into
                    .lock()
                    .expect("nobody panics with it")
                    .extend(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    });
    (bytes, reader)
}

fn text((bytes, _): &Collected) -> String {
    let bytes = bytes.lock().expect("nobody panics with it");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Nobody holds the stream any more, so the reader comes to the end.
fn text_to_the_end((bytes, reader): Collected) -> String {
    reader.join().expect("the reader does not panic");
    String::from_utf8_lossy(&bytes.lock().expect("the reader has ended")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn output_and_status_are_those_of_the_program() {
        let seen = run(&mut shell("echo a; echo b >&2; exit 3"), GRACE).unwrap();
        assert_eq!(seen.status, Status::Exited(3));
        assert_eq!((seen.stdout.as_str(), seen.stderr.as_str()), ("a\n", "b\n"));
    }

    #[test]
    fn a_program_that_hangs_is_killed_and_described() {
        let begun = Instant::now();
        let overdue = run(
            &mut shell("echo waits; sleep 60; echo"),
            Duration::from_millis(300),
        );
        let report = overdue.unwrap_err().to_string();
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert!(report.contains("had not ended") && report.contains("last output: waits"));
        #[cfg(target_os = "linux")]
        assert!(report.contains("(sleep)"), "{report}");
    }

    #[test]
    fn a_process_left_behind_is_found_and_killed() {
        let overdue = run(&mut shell("sleep 60 & exit 0"), Duration::from_secs(5));
        assert!(overdue.unwrap_err().to_string().contains("others are left"));
    }
}
