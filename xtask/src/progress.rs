//! Builds that say what they are doing without cargo's hundreds of lines; on standard error, since what is built may have
//! something to print.

use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a log that is no terminal hears of a long build.
const INTERVAL: Duration = Duration::from_secs(60);

/// Runs a `cargo build` and shows how many crates it has compiled; `what` says what comes of it.
pub(crate) fn build(what: &str, cargo: &mut Command) -> Result<()> {
    let terminal = std::io::stderr().is_terminal();
    let mut child = cargo
        .args(["--quiet", "--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let messages = child.stdout.take().context("cargo's messages are piped")?;

    show(terminal, what, 0);
    let start = Instant::now();
    let mut told = start;
    let mut compiled = 0;
    for message in BufReader::new(messages).lines() {
        if !is_compiled(&message?) {
            continue;
        }
        compiled += 1;
        if terminal || told.elapsed() >= INTERVAL {
            told = Instant::now();
            show(terminal, what, compiled);
        }
    }
    let status = child.wait()?;
    if terminal {
        eprintln!();
    }
    if !status.success() {
        bail!("{what}: the build failed; what cargo says of it stands above");
    }
    Ok(())
}

fn is_compiled(message: &str) -> bool {
    message.starts_with(r#"{"reason":"compiler-artifact""#) && message.contains(r#""fresh":false"#)
}

/// On a terminal the line replaces itself.
fn show(terminal: bool, what: &str, compiled: usize) {
    let so_far = match compiled {
        0 => String::new(),
        1 => " (1 crate compiled)".to_owned(),
        n => format!(" ({n} crates compiled)"),
    };
    if terminal {
        eprint!("\r{what}{so_far}");
    } else {
        eprintln!("{what}{so_far}");
    }
}

#[cfg(test)]
mod tests {
    use super::is_compiled;

    #[test]
    fn only_what_was_compiled_now_counts() {
        let message = |fresh: bool| {
            format!(r#"{{"reason":"compiler-artifact","target":{{}},"fresh":{fresh}}}"#)
        };
        assert!(is_compiled(&message(false)));
        assert!(!is_compiled(&message(true)));
        assert!(!is_compiled(
            r#"{"reason":"build-finished","success":true}"#
        ));
    }
}
