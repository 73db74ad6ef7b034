//! How the demo shows what it ran.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::house;

pub(super) fn title(text: &str) {
    println!("\n{text}\n{}", "─".repeat(text.chars().count()));
}

/// The command as it can be typed in the checkout.
pub(super) fn command(command: &Command) {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words
        .map(|word| {
            let path = Path::new(word);
            path.strip_prefix(house::root())
                .unwrap_or(path)
                .display()
                .to_string()
        })
        .collect();
    println!("\n$ {}", words.join(" "));
}

/// The lines of an output, each marked as such; of a long one the `first` and the `last`.
pub(super) fn shortened(output: &str, first: usize, last: usize) {
    let lines: Vec<&str> = output.lines().collect();
    let between = lines.len().saturating_sub(first + last);
    if between <= 1 {
        print(&lines);
        return;
    }
    print(&lines[..first]);
    println!("  │ … {between} more lines …");
    print(&lines[lines.len() - last..]);
}

fn print(lines: &[&str]) {
    for line in lines {
        println!("  │ {line}");
    }
}

/// In what order a simulated run's processes went, as far as a line can say it.
#[derive(PartialEq, Eq)]
pub(super) struct Order {
    steps: usize,
    /// How often another process went on than the one that had gone last.
    switches: usize,
}

impl Order {
    /// Reads it from a trace.
    pub(super) fn read(trace: &Path) -> Result<Order> {
        let text = fs::read_to_string(trace)
            .with_context(|| format!("no trace in {}", trace.display()))?;
        let mut order = Order {
            steps: 0,
            switches: 0,
        };
        let mut last = None;
        for line in text.lines() {
            let line: Value =
                serde_json::from_str(line).context("a line of the trace is no JSON")?;
            let Some(pid) = line["pid"].as_i64() else {
                continue;
            };
            order.steps += 1;
            order.switches += usize::from(last.is_some_and(|last| last != pid));
            last = Some(pid);
        }
        Ok(order)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "It took {} steps, and {} times the other process went on.",
            self.steps, self.switches
        )
    }
}
