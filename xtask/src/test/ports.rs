//! Type-checks the library for the Unixes that are not at hand. It shows that the code is complete there, not that it
//! works: that is said, not counted as a host.

use anyhow::Result;

use crate::command::run;
use crate::house;
use crate::toolchain::toolchain;

const TARGETS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-unknown-freebsd"];

const PACKAGES: [&str; 4] = ["--package", "forktalk", "--package", "forktalk-native"];

pub(super) fn check() -> Result<()> {
    let toolchain = toolchain()?;
    for target in TARGETS {
        let Some(mut check) = toolchain.cargo_check(target) else {
            println!(
                "{target}: left out, the compiler in use has no such target (rustup target add {target})"
            );
            continue;
        };
        check
            .args(["--quiet", "--lib"])
            .args(PACKAGES)
            .env("CARGO_TARGET_DIR", house::target().join("ports"));
        run(&mut check)?;
        println!("{target}: type-checks; it was not run");
    }
    Ok(())
}
