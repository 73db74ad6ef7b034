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
    Ok(built("programs.wasm"))
}

/// Builds the tutorial's program alone, as a user would build his own; answers the module.
pub(crate) fn build_tutorial() -> Result<PathBuf> {
    let toolchain = toolchain()?;
    let mut build = toolchain.cargo("build", Target::Guests);
    build.args([
        "--release",
        "--package",
        "forktalk",
        "--example",
        "tutorial",
    ]);
    progress::build(
        "Building the tutorial's program for simulated processes",
        &mut build,
    )?;
    Ok(built("examples/tutorial.wasm"))
}

/// Builds the gallery of mistakes alone, as a user would build a program of his own, and the program of fifteen bare calls;
/// answers the two modules.
pub(crate) fn build_gallery() -> Result<[PathBuf; 2]> {
    let toolchain = toolchain()?;
    let mut build = toolchain.cargo("build", Target::Guests);
    build.args(["--release", "--package", "forktalk-bench-gallery"]);
    progress::build("Building the gallery for simulated processes", &mut build)?;
    Ok([
        built("forktalk-bench-gallery.wasm"),
        built("fifteen-calls.wasm"),
    ])
}

/// Builds the queue whose users are killed; answers the module.
pub(crate) fn build_under_kills() -> Result<PathBuf> {
    let toolchain = toolchain()?;
    let mut build = toolchain.cargo("build", Target::Guests);
    build.args(["--release", "--package", "forktalk-under-kills"]);
    progress::build("Building the queue whose users are killed", &mut build)?;
    Ok(built("under-kills.wasm"))
}

fn built(file: &str) -> PathBuf {
    let directory = Target::Guests.directory().join(Target::Guests.triple());
    directory.join("release").join(file)
}
