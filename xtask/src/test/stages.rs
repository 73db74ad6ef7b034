//! What each stage of `cargo xtask test` runs.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Result;

use crate::command::{cargo, command, run};
use crate::toolchain::{Target, toolchain};
use crate::{guests, house, page, progress, search_path, storm, tidy};

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
        name: "storm",
        what: "the queue under load, natively: users killed at random; histories",
        run: storm::of_the_suite,
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
        name: "kills",
        what: "the queue, simulated, its users killed at every step",
        run: || storm::simulated(200_000, None),
    },
    Stage {
        name: "faults",
        what: "the shared suite, simulated, its calls interrupted and its transfers cut short",
        run: faults,
    },
    Stage {
        name: "gallery",
        what: "the gallery of mistakes, explored: all are found, and no repaired program fails",
        run: gallery,
    },
    Stage {
        name: "wasmtime",
        what: "the shared suite, simulated under wasmtime",
        run: || suite("wasmtime"),
    },
    Stage {
        name: "runner",
        what: "a project from nothing, tested by cargo with forktalk as its runner",
        run: runner,
    },
    Stage {
        name: "recorded",
        what: "the shared suite with real processes, recorded: the traces tell what happened",
        run: || suite("recorded"),
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
const APART: [&str; 6] = [
    "forktalk-bench-explore",
    "forktalk-host",
    "forktalk-suite",
    "forktalk-kills",
    "forktalk-faults",
    "forktalk-gallery",
];

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
        (
            Target::Page,
            &["forktalk-browser", "forktalk-browser-report"][..],
        ),
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
    run(&mut test)?;
    println!("The same for the ways of other Unixes, as far as Linux can go them.");
    run(cargo("test").args([
        "--quiet",
        "--package",
        "forktalk-native",
        "--features",
        "portable",
    ]))
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
    if matches!(runner, "wasmtime" | "recorded" | "agree") {
        // Where the page is there anyway, it stays in the command: nothing is built again.
        let page = (runner == "agree").then(built_page).transpose()?;
        test.env("FORKTALK_COMMAND", simulator(page)?);
        test.env("FORKTALK_GUESTS", guests::build()?);
    }
    if matches!(runner, "browser" | "agree") {
        test.env("FORKTALK_PAGE", built_page()?);
        test.env("CHROMIUM", page::chromium()?);
    }
    run(&mut test)
}

/// What a user does who has nothing but the README.
fn runner() -> Result<()> {
    let mut test = cargo("test");
    test.args(["--quiet", "--package", "forktalk-suite", "--test", "runner"]);
    test.env(
        "FORKTALK_SEARCH_PATH",
        search_path::made(&simulator(None)?)?,
    );
    run(&mut test)
}

/// The shared suite under the faults that forktalk hides.
fn faults() -> Result<()> {
    on_the_suite("forktalk-faults")
}

/// The gallery of mistakes, explored.
fn gallery() -> Result<()> {
    on_the_suite("forktalk-gallery")
}

/// Runs a package's program on the suite's programs.
fn on_the_suite(package: &str) -> Result<()> {
    let module = guests::build()?;
    let mut build = cargo("build");
    build.args(["--release", "--package", package]);
    progress::build("Building the simulator", &mut build)?;
    run(command(house::built("release", package)).arg(module))
}

/// The command `forktalk`, with this page in it.
fn simulator(page: Option<&Path>) -> Result<PathBuf> {
    let mut build = cargo("build");
    build.args(["--release", "--package", "forktalk-host"]);
    match page {
        Some(page) => build.env("FORKTALK_PAGE", page),
        None => build.env_remove("FORKTALK_PAGE"),
    };
    progress::build("Building the simulator", &mut build)?;
    Ok(house::built("release", "forktalk"))
}

/// Builds the page, once in a run; answers its directory.
fn built_page() -> Result<&'static Path> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(built) = BUILT.get() {
        return Ok(built);
    }
    let built = page::build()?;
    Ok(BUILT.get_or_init(|| built))
}

fn page_checks() -> Result<()> {
    let forktalk = simulator(Some(built_page()?))?;
    for script in ["lint", "check", "test", "journey"] {
        run(page::npm()?
            .args(["run", "--silent", script])
            .env("FORKTALK_COMMAND", &forktalk)
            .env("CHROMIUM", page::chromium()?))?;
    }
    Ok(())
}
