//! Running other programs; when one fails, the error says which.

use std::env;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::house;

/// A program, to be run in the checkout.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(house::root());
    command
}

/// The cargo that runs this.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(subcommand);
    cargo
}

/// Runs it; what it prints is seen. An error if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs it; what it prints is seen. Answers how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))
}

/// Runs it and answers what it printed; its errors are seen. An error if it fails.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", shown(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed what is not text", shown(command)))
}

/// Runs it unseen, and answers what it printed, or nothing if it is not there or fails: a question.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program of this name lies in the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|candidate| is_file(candidate))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name();
    let words = program.into_iter().chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a program printed, and how it ended.
pub(crate) struct Captured {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs it unseen, and answers what it did. An error if it is not done in time: it is ended then.
pub(crate) fn capture(command: &mut Command, deadline: Duration) -> Result<Captured> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let status = wait(&mut child, deadline)?.with_context(|| {
        let seconds = deadline.as_secs();
        format!("`{}` had not ended after {seconds} seconds", shown(command))
    })?;
    Ok(Captured {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

/// Waits for its end; ends it, and answers nothing, when that takes too long.
fn wait(child: &mut Child, deadline: Duration) -> Result<Option<ExitStatus>> {
    let end = Instant::now() + deadline;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Reads a stream to its end, beside the waiting: a full pipe would stop the program.
fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What cannot be read is missing in what is shown, and found there.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn text(stream: thread::JoinHandle<Vec<u8>>) -> String {
    let bytes = stream.join().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = command("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn what_a_program_did_is_captured() {
        let ran = capture(
            &mut shell("echo a; echo b >&2; exit 3"),
            Duration::from_secs(20),
        )
        .unwrap();
        assert_eq!(ran.status.code(), Some(3));
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("a\n", "b\n"));
    }

    #[test]
    fn a_program_that_takes_too_long_is_an_error_that_names_it() {
        let error = capture(&mut shell("exec sleep 60"), Duration::from_millis(100))
            .err()
            .unwrap();
        assert!(
            error.to_string().contains("exec sleep 60` had not ended"),
            "{error}"
        );
    }

    #[test]
    fn a_program_that_fails_is_named_with_how_it_ended() {
        let error = run(&mut shell("exit 4")).unwrap_err().to_string();
        assert!(
            error.contains("exit 4") && error.contains("exit status: 4"),
            "{error}"
        );
    }
}
