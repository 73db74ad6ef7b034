//! What each stage of `cargo xtask test` runs.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::command::{cargo, run};
use crate::toolchain::{Target, toolchain};
use crate::{guests, house, page, tidy};

/// One stage.
pub(super) struct Stage {
    /// What `--only` calls it.
    pub(super) name: &'static str,
    /// What holds if it passes.
    pub(super) what: &'static str,
    pub(super) run: fn() -> Result<()>,
}

/// All of them: the quick ones first.
pub(super) const STAGES: &[Stage] = &[
    Stage {
        name: "tidy",
        what: "the house style",
        run: tidy::tidy,
    },
    Stage {
        name: "format",
        what: "rustfmt would change nothing",
        run: format,
    },
    Stage {
        name: "clippy",
        what: "no warning, natively",
        run: clippy,
    },
    Stage {
        name: "clippy-wasm",
        what: "no warning, in what is built for WebAssembly",
        run: clippy_wasm,
    },
    Stage {
        name: "unit",
        what: "each crate's own tests, and the examples in its documentation",
        run: unit,
    },
    Stage {
        name: "docs",
        what: "the documentation builds without a warning",
        run: docs,
    },
    Stage {
        name: "ports",
        what: "the library type-checks for macOS and FreeBSD",
        run: super::ports::check,
    },
    Stage {
        name: "host",
        what: "the simulator under wasmtime",
        run: host,
    },
    Stage {
        name: "native",
        what: "the shared suite with real processes",
        run: || suite("native"),
    },
    Stage {
        name: "cpython",
        what: "its twins in Python",
        run: || suite("cpython"),
    },
    Stage {
        name: "wasmtime",
        what: "the shared suite, simulated under wasmtime",
        run: || suite("wasmtime"),
    },
    Stage {
        name: "page",
        what: "the page: style, types, tests, journeys",
        run: page_checks,
    },
    Stage {
        name: "browser",
        what: "the shared suite, simulated in Chromium",
        run: || suite("browser"),
    },
    Stage {
        name: "agree",
        what: "the hosts agree",
        run: || suite("agree"),
    },
];

/// Needs wasmtime, or only runs with what others build: tested in stages of its own.
const APART: [&str; 2] = ["forktalk-host", "forktalk-suite"];

fn format() -> Result<()> {
    run(cargo("fmt").args(["--all", "--check"]))
}

fn clippy() -> Result<()> {
    run(cargo("clippy").args([
        "--quiet",
        "--workspace",
        "--all-targets",
        "--exclude",
        "forktalk-guest",
        "--",
        "-D",
        "warnings",
    ]))
}

fn clippy_wasm() -> Result<()> {
    let toolchain = toolchain()?;
    println!("{}", toolchain.describe()?);
    for (target, packages) in [
        (
            Target::Guests,
            &["forktalk", "forktalk-guest", "forktalk-programs"][..],
        ),
        (Target::Page, &["forktalk-browser"][..]),
    ] {
        let mut clippy = toolchain.cargo("clippy", target);
        clippy.args(["--quiet", "--release"]);
        for package in packages {
            clippy.args(["--package", package]);
        }
        run(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

fn unit() -> Result<()> {
    let mut test = cargo("test");
    test.args([
        "--quiet",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        "forktalk-guest",
    ]);
    for package in APART {
        test.args(["--exclude", package]);
    }
    run(&mut test)
}

fn docs() -> Result<()> {
    run(cargo("doc")
        .args([
            "--quiet",
            "--workspace",
            "--no-deps",
            "--exclude",
            "forktalk-guest",
        ])
        .env("RUSTDOCFLAGS", "-D warnings"))
}

fn host() -> Result<()> {
    run(cargo("test").args([
        "--quiet",
        "--no-fail-fast",
        "--release",
        "--package",
        "forktalk-host",
    ]))
}

/// Runs one of the suite's runners, with what it needs built and named.
fn suite(runner: &str) -> Result<()> {
    let mut test = cargo("test");
    test.args(["--quiet", "--package", "forktalk-suite", "--test", runner]);
    if matches!(runner, "native" | "cpython" | "agree") {
        test.env("FORKTALK_PROGRAMS", programs()?);
    }
    if matches!(runner, "wasmtime" | "agree") {
        test.env("FORKTALK_COMMAND", command()?);
    }
    if matches!(runner, "wasmtime" | "browser" | "agree") {
        test.env("FORKTALK_GUESTS", guests()?);
    }
    if matches!(runner, "browser" | "agree") {
        page_is_built()?;
        test.env("CHROMIUM", page::chromium()?);
    }
    run(&mut test)
}

/// The suite's programs for this machine.
fn programs() -> Result<PathBuf> {
    run(cargo("build").args([
        "--quiet",
        "--package",
        "forktalk-programs",
        "--bin",
        "programs",
    ]))?;
    Ok(house::built("debug", "programs"))
}

/// The command `forktalk`.
fn command() -> Result<PathBuf> {
    run(cargo("build").args(["--quiet", "--release", "--package", "forktalk-host"]))?;
    Ok(house::built("release", "forktalk"))
}

fn guests() -> Result<PathBuf> {
    guests::build().context("the suite's programs cannot be built for WebAssembly")
}

/// Builds the page, once in a run.
fn page_is_built() -> Result<()> {
    static BUILT: OnceLock<()> = OnceLock::new();
    if BUILT.get().is_none() {
        page::build()?;
        BUILT.get_or_init(|| ());
    }
    Ok(())
}

fn page_checks() -> Result<()> {
    page_is_built()?;
    run(page::npm()?.args(["run", "--silent", "lint"]))?;
    run(page::npm()?.args(["run", "--silent", "check"]))?;
    run(page::npm()?.args(["run", "--silent", "test"]))?;
    run(page::node()?
        .arg("tests/journey.mjs")
        .env("CHROMIUM", page::chromium()?))
}
