//! Where things lie in the checkout.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies inside the checkout")
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        // Relative to where the user stands, as cargo takes it.
        Some(directory) => env::current_dir().unwrap_or_default().join(directory),
        None => root().join("target"),
    }
}

/// A program that `cargo build` made: `profile` is `debug` or `release`.
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    target()
        .join(profile)
        .join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
