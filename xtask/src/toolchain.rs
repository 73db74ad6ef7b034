//! Which compiler builds for WebAssembly here.
//!
//! Usually rustup's: `rust-toolchain.toml` names the two targets and rustup fetches them by itself. Where it cannot,
//! Debian's own compiler builds the standard library from Debian's copy of its source.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::command::{ask, command, find, status};
use crate::{debian, house};

/// What is built for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Programs that run as simulated processes.
    Guests,
    /// The simulated Unix, for the page.
    Page,
}

/// The flags that guests need, as in `.cargo/config.toml`: the variable that carries Debian's flags replaces those
/// there, so they are said again.
const GUEST_FLAGS: &str = "-Clink-arg=--export=__stack_pointer -Clink-arg=-zstack-size=65536";

/// What Debian's wasi-libc needs to be linked with, since its compiler ships none of its own. It is older than the
/// standard library and lacks two functions of threads, which the test harness names and never calls: a call would trap.
const DEBIAN_WASI_FLAGS: &str = "-Clink-self-contained=no -Clink-arg=-L/usr/lib/wasm32-wasi \
     -Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o -Clink-arg=--unresolved-symbols=ignore-all";

const DEBIAN_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "wasi-libc",
];

/// A file of each of [`DEBIAN_PACKAGES`].
const DEBIAN_FILES: [&str; 5] = [
    "/usr/bin/rustc",
    "/usr/bin/cargo",
    "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
    "/usr/bin/cargo-clippy",
    "/usr/lib/wasm32-wasi/libc.a",
];

impl Target {
    const ALL: [Target; 2] = [Target::Guests, Target::Page];

    /// The name that the compiler knows it by.
    pub(crate) fn triple(self) -> &'static str {
        match self {
            Target::Guests => "wasm32-wasip1",
            Target::Page => "wasm32-unknown-unknown",
        }
    }

    /// Where it is built: a directory of its own, so that no other build throws its standard library away.
    pub(crate) fn directory(self) -> PathBuf {
        house::target().join(match self {
            Target::Guests => "guests",
            Target::Page => "page",
        })
    }

    /// What Debian's compiler builds of the standard library: with the test harness, where there are tests. Always the same
    /// for a target, or all is built again.
    fn standard_library(self) -> &'static str {
        match self {
            Target::Guests => "std,panic_abort,test",
            Target::Page => "std,panic_abort",
        }
    }

    /// The variable that holds cargo's setting `name` for this target.
    fn variable(self, name: &str) -> String {
        let triple = self.triple().to_uppercase().replace('-', "_");
        format!("CARGO_TARGET_{triple}_{name}")
    }
}

/// The compiler that was chosen.
pub(crate) enum Toolchain {
    /// The one that is in use has the targets.
    Usual,
    /// Debian's, with this linker.
    Debian { linker: PathBuf },
}

/// Chooses, once; says in a line what it chose.
pub(crate) fn toolchain() -> Result<&'static Toolchain> {
    static CHOSEN: OnceLock<Toolchain> = OnceLock::new();
    if let Some(chosen) = CHOSEN.get() {
        return Ok(chosen);
    }
    let chosen = choose()?;
    Ok(CHOSEN.get_or_init(|| chosen))
}

fn choose() -> Result<Toolchain> {
    if targets_are_there() || rustup_adds_targets() {
        eprintln!("WebAssembly is built by the compiler in use, which has its targets.");
        return Ok(Toolchain::Usual);
    }
    let missing: Vec<&str> = missing_packages();
    if !missing.is_empty() {
        debian::install(&missing, "a compiler for WebAssembly").context(
            "rustup has no WebAssembly targets (rustup target add wasm32-wasip1 wasm32-unknown-unknown)",
        )?;
    }
    let linker = linker()?;
    eprintln!(
        "WebAssembly is built by Debian's compiler (/usr/bin/rustc), since rustup has no target for it; \
         the first time it builds the standard library too, about a minute for each of two targets."
    );
    Ok(Toolchain::Debian { linker })
}

fn targets_are_there() -> bool {
    Target::ALL.iter().all(|target| has_target(target.triple()))
}

/// Whether the compiler in use has the standard library for this target.
fn has_target(triple: &str) -> bool {
    ask(command("rustc").args(["--print", "target-libdir", "--target", triple]))
        .is_some_and(|directory| Path::new(&directory).exists())
}

/// Lets rustup try, unless it was told to fetch nothing by itself.
fn rustup_adds_targets() -> bool {
    let forbidden = env::var("RUSTUP_AUTO_INSTALL").is_ok_and(|value| value == "0");
    if forbidden || find("rustup").is_none() {
        return false;
    }
    eprintln!("Asking rustup for the WebAssembly targets.");
    let mut add = command("rustup");
    add.args(["target", "add"])
        .args(Target::ALL.map(Target::triple));
    status(&mut add).is_ok_and(|status| status.success()) && targets_are_there()
}

fn missing_packages() -> Vec<&'static str> {
    DEBIAN_PACKAGES
        .into_iter()
        .zip(DEBIAN_FILES)
        .filter(|(_, file)| !Path::new(file).exists())
        .map(|(package, _)| package)
        .collect()
}

/// A linker for WebAssembly: the one that rustup's toolchain ships, or Debian's.
fn linker() -> Result<PathBuf> {
    if let Some(shipped) = shipped_linker() {
        return Ok(shipped);
    }
    if find("wasm-ld-22").is_none() {
        debian::install(&["lld-22"], "a linker for WebAssembly")?;
    }
    find("wasm-ld-22").context("lld-22 is installed but has no wasm-ld-22")
}

fn shipped_linker() -> Option<PathBuf> {
    let sysroot = ask(command("rustc").args(["--print", "sysroot"]))?;
    let version = ask(command("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))?;
    let linker = Path::new(&sysroot)
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    linker.exists().then_some(linker)
}

impl Toolchain {
    /// `cargo SUBCOMMAND` for `target`, with all that it needs.
    pub(crate) fn cargo(&self, subcommand: &str, target: Target) -> Command {
        let mut cargo = match self {
            Toolchain::Usual => crate::command::cargo(subcommand),
            Toolchain::Debian { linker } => {
                let flags = match target {
                    Target::Guests => format!("{DEBIAN_WASI_FLAGS} {GUEST_FLAGS}"),
                    Target::Page => String::new(),
                };
                let mut cargo = debian_cargo(subcommand, target.standard_library());
                cargo
                    .env(target.variable("LINKER"), linker)
                    .env(target.variable("RUSTFLAGS"), flags);
                cargo
            }
        };
        cargo
            .args(["--target", target.triple()])
            .env("CARGO_TARGET_DIR", target.directory())
            // These would replace the target's own flags.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            // Every fork copies a module's memory and every visitor loads it: no debug information.
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        if let Target::Page = target {
            // It is loaded before anything is seen: as small as it gets.
            cargo
                .env("CARGO_PROFILE_RELEASE_LTO", "fat")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
        }
        cargo
    }

    /// `cargo check` for `triple`, a target that can be checked here but not linked; nothing if it cannot be checked.
    pub(crate) fn cargo_check(&self, triple: &str) -> Option<Command> {
        let mut check = match self {
            Toolchain::Debian { .. } => debian_cargo("check", "std,panic_abort"),
            Toolchain::Usual if has_target(triple) => crate::command::cargo("check"),
            Toolchain::Usual => return None,
        };
        check.args(["--target", triple]);
        Some(check)
    }

    /// A line for who reads a log: the version of the compiler.
    pub(crate) fn describe(&self) -> Result<String> {
        let compiler = match self {
            Toolchain::Usual => "rustc",
            Toolchain::Debian { .. } => "/usr/bin/rustc",
        };
        match ask(command(compiler).arg("--version")) {
            Some(version) => Ok(version),
            None => bail!("{compiler} does not run"),
        }
    }
}

/// Debian's cargo and compiler, which build the standard library from source: these crates of it, for any target.
fn debian_cargo(subcommand: &str, standard_library: &str) -> Command {
    let mut cargo = if subcommand == "clippy" {
        // By its own path: cargo would look into rustup's folder first.
        let mut clippy = command("/usr/bin/cargo-clippy");
        clippy.arg("clippy").env("CARGO", "/usr/bin/cargo");
        clippy
    } else {
        let mut cargo = command("/usr/bin/cargo");
        cargo.arg(subcommand).env_remove("CARGO");
        cargo
    };
    cargo
        // Lets a stable compiler build the standard library.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTDOC", "/usr/bin/rustdoc")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("CARGO_UNSTABLE_BUILD_STD", standard_library);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn guests_get_the_same_flags_by_either_compiler() {
        let config = fs::read_to_string(house::root().join(".cargo/config.toml")).unwrap();
        for flag in GUEST_FLAGS.split(' ') {
            assert!(
                config.contains(&format!("\"{flag}\"")),
                "{flag} is not in .cargo/config.toml"
            );
        }
    }

    #[test]
    fn a_setting_of_a_target_is_named_as_cargo_names_it() {
        assert_eq!(
            Target::Guests.variable("LINKER"),
            "CARGO_TARGET_WASM32_WASIP1_LINKER"
        );
    }
}
