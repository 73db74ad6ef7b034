//! `cargo xtask tidy`: the house style, as far as a machine can hold it. Each rule is a file in `tidy/`.

mod arrows;
mod leftovers;
mod mirrors;
mod modules;
mod purity;
mod size;
mod unsafe_code;

use std::fmt;
use std::fs;

use anyhow::{Result, bail};

use crate::command::{command, read};
use crate::house;

/// A text file of the checkout.
struct Source {
    /// From the checkout's folder, with slashes.
    path: String,
    text: String,
}

/// Something that the style does not allow.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    /// What it is, and what to do.
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

impl Source {
    /// The Rust file that it is; nothing if it is something else. One that does not parse is the compiler's business.
    fn rust(&self) -> Option<syn::File> {
        if !self.path.ends_with(".rs") {
            return None;
        }
        syn::parse_file(&self.text).ok()
    }

    fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            what: what.into(),
        }
    }
}

pub(crate) fn tidy() -> Result<()> {
    let sources = sources()?;
    let mut findings = Vec::new();
    findings.extend(size::check(&sources));
    findings.extend(leftovers::check(&sources));
    findings.extend(modules::check(&sources));
    findings.extend(mirrors::check(&sources));
    findings.extend(purity::check(&sources));
    findings.extend(unsafe_code::check(&sources));
    findings.extend(arrows::check()?);

    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", size::summary(&sources));
    match findings.len() {
        0 => Ok(()),
        1 => bail!("the house is not tidy: 1 finding"),
        n => bail!("the house is not tidy: {n} findings"),
    }
}

/// All that is tracked, or would be if it were added now, and is text.
fn sources() -> Result<Vec<Source>> {
    let list =
        read(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let mut sources: Vec<Source> = list
        .lines()
        .filter_map(|path| {
            // A file that was removed and not yet committed is in the list still; a picture is no text.
            let text = fs::read_to_string(house::root().join(path)).ok()?;
            Some(Source {
                path: path.to_owned(),
                text,
            })
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources.dedup_by(|a, b| a.path == b.path);
    Ok(sources)
}

/// Examples for the rules' own tests.
#[cfg(test)]
fn example(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}
