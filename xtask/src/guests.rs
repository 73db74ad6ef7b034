//! Building the suite's programs as a guest.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::run;
use crate::toolchain::{Target, toolchain};

/// Builds the suite's programs for simulated processes; answers the module.
pub(crate) fn build() -> Result<PathBuf> {
    let toolchain = toolchain()?;
    run(toolchain.cargo("build", Target::Guests).args([
        "--quiet",
        "--release",
        "--package",
        "forktalk-programs",
    ]))?;
    Ok(Target::Guests
        .directory()
        .join(Target::Guests.triple())
        .join("release/programs.wasm"))
}
