//! What a run is written into, for other tools.

use std::path::{Path, PathBuf};

use clap::Args;
use forktalk_explore::Trace;
use forktalk_report as report;

use crate::printer::say;

/// The files that a run is written into; `-` is standard output, which is then for that alone.
#[derive(Args, Default)]
pub(crate) struct Exports {
    /// Write every step to this file, as JSON Lines; `-` is standard output
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,

    /// Write a Mermaid sequence diagram to this file: what passed, who waited; `-` is standard output
    #[arg(long, value_name = "FILE")]
    mermaid: Option<PathBuf>,

    /// Write the run as a Chrome trace to this file, which ui.perfetto.dev opens; `-` is standard output
    #[arg(long, value_name = "FILE")]
    chrome_trace: Option<PathBuf>,
}

impl Exports {
    fn files(&self) -> [&Option<PathBuf>; 3] {
        [&self.trace, &self.mermaid, &self.chrome_trace]
    }

    /// Whether the run has to be recorded for them.
    pub(crate) fn any(&self) -> bool {
        self.files().into_iter().any(Option::is_some)
    }

    /// Whether standard output is for one of them.
    pub(crate) fn to_stdout(&self) -> bool {
        self.on_stdout() > 0
    }

    fn on_stdout(&self) -> usize {
        let files = self.files().into_iter().flatten();
        files.filter(|file| is_stdout(file)).count()
    }

    /// Says what cannot be done, before the run.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.on_stdout() {
            0 | 1 => Ok(()),
            _ => Err("only one of the files can be standard output".to_owned()),
        }
    }

    /// Writes them all.
    pub(crate) fn write(&self, trace: &Trace) -> Result<(), String> {
        if let Some(file) = &self.trace {
            write(file, &trace.to_text())?;
        }
        if let Some(file) = &self.mermaid {
            write(file, &report::mermaid(trace))?;
        }
        if let Some(file) = &self.chrome_trace {
            write(file, &report::chrome_trace(trace))?;
        }
        Ok(())
    }
}

fn is_stdout(file: &Path) -> bool {
    file == Path::new("-")
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    if is_stdout(file) {
        say(text);
        return Ok(());
    }
    std::fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}
