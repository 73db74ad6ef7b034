//! Building the page: the simulated Unix as WebAssembly, its bindings, the guests, and then what a browser loads.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{ask, cargo, command, find, read, run};
use crate::toolchain::{Target, toolchain};
use crate::{debian, guests, house, progress};

/// The oldest Node.js that the page's tools run on.
const NODE_MAJOR: u32 = 20;

/// The packages that the page loads as WebAssembly, and what cargo calls their modules.
const MODULES: [(&str, &str); 2] = [
    ("forktalk-browser", "forktalk_browser"),
    ("forktalk-browser-report", "forktalk_browser_report"),
];

/// Builds the whole page into `web/dist`; answers that directory.
pub(crate) fn build() -> Result<PathBuf> {
    generate()?;
    install_tools()?;
    println!("Building the page");
    run(npm()?.args(["run", "--silent", "build", "--", "--logLevel", "warn"]))?;
    Ok(house::root().join("web/dist"))
}

/// Makes what the page imports, into `web/generated`.
pub(crate) fn generate() -> Result<()> {
    let directory = house::root().join("web/generated");
    fs::create_dir_all(&directory).context("cannot make web/generated")?;

    let toolchain = toolchain()?;
    let mut build = toolchain.cargo("build", Target::Page);
    build.arg("--release");
    for (package, _) in MODULES {
        build.args(["--package", package]);
    }
    progress::build("Building the simulated Unix for the browser", &mut build)?;
    progress::build(
        "Building the tool that makes its JavaScript",
        cargo("build").args(["--package", "forktalk-bindings"]),
    )?;
    for (_, module) in MODULES {
        bind(module, &directory)?;
    }

    fs::copy(guests::build()?, directory.join("programs.wasm"))
        .context("cannot copy the guests")?;
    progress::build(
        "Building the programs for this machine",
        cargo("build").args(["--package", "forktalk-programs"]),
    )?;
    let list = read(command(house::built("debug", "programs")).arg("--json"))?;
    fs::write(directory.join("programs.json"), list).context("cannot write programs.json")
}

/// Writes a module and its JavaScript into `directory`.
fn bind(module: &str, directory: &Path) -> Result<()> {
    let built = Target::Page
        .directory()
        .join(Target::Page.triple())
        .join(format!("release/{module}.wasm"));
    run(command(house::built("debug", "forktalk-bindings"))
        .arg(&built)
        .arg(directory))?;
    // The bindings call it so; the page imports it under its own name.
    fs::rename(
        directory.join(format!("{module}_bg.wasm")),
        directory.join(format!("{module}.wasm")),
    )
    .or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error.into()),
    })
}

/// Brings the page's tools to what the lock file says, if they are not.
pub(crate) fn install_tools() -> Result<()> {
    if tools_are_current() {
        return Ok(());
    }
    println!("Installing the page's tools (npm ci)");
    run(npm()?.args(["ci", "--silent"]))
}

/// npm notes in `node_modules` when it installed: older than the lock file means that something changed since.
fn tools_are_current() -> bool {
    let modified = |path: &str| {
        let path = house::root().join(path);
        path.metadata().and_then(|data| data.modified()).ok()
    };
    match (
        modified("web/node_modules/.package-lock.json"),
        modified("web/package-lock.json"),
    ) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}

/// npm, in the page's folder.
pub(crate) fn npm() -> Result<std::process::Command> {
    ensure_node()?;
    let mut npm = command("npm");
    npm.current_dir(house::root().join("web"));
    Ok(npm)
}

fn ensure_node() -> Result<()> {
    if find("node").is_none() || find("npm").is_none() {
        debian::install(&["nodejs", "npm"], "Node.js, which builds the page")?;
    }
    let version = ask(command("node").arg("--version")).unwrap_or_default();
    match major(&version) {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => bail!(
            "the page needs Node.js {NODE_MAJOR} or newer, but `node --version` says {version:?}"
        ),
    }
}

/// 20, from `v20.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// A Chromium, installed if there is none.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    let there = || {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]
        .into_iter()
        .find_map(find)
    };
    if there().is_none() {
        debian::install(&["chromium"], "Chromium, in which the page is tested")?;
    }
    there().context("Chromium is installed, but not in the search path; name it in CHROMIUM")
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8.1"), Some(8));
        assert_eq!(major(""), None);
    }
}
