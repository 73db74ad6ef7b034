//! Building the suite's programs as a guest.

use std::path::PathBuf;

use anyhow::Result;

use crate::progress;
use crate::toolchain::{Target, toolchain};

/// Builds the suite's programs for simulated processes; answers the module.
pub(crate) fn build() -> Result<PathBuf> {
    let toolchain = toolchain()?;
    let mut build = toolchain.cargo("build", Target::Guests);
    build.args(["--release", "--package", "forktalk-programs"]);
    progress::build("Building the programs for simulated processes", &mut build)?;
    Ok(Target::Guests
        .directory()
        .join(Target::Guests.triple())
        .join("release/programs.wasm"))
}
