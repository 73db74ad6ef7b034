//! Installing Debian packages where they are missing, and saying so.

use std::fs;
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

use crate::command::{ask, command, find, run};

/// Whether the package lists were fetched by this run.
static LISTS_FETCHED: Mutex<bool> = Mutex::new(false);

/// Installs `packages`, which are wanted for `purpose`; an error that says what to do where that is not possible.
pub(crate) fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let list = packages.join(" ");
    if find("apt-get").is_none() {
        bail!("{purpose} is missing: on Debian it is in {list}; here, install it by hand");
    }
    let by_hand = format!("apt-get install --no-install-recommends {list}");
    if !is_root() {
        bail!("{purpose} is missing: as root, run: {by_hand}");
    }
    eprintln!("Installing {purpose} (Debian packages: {list}).");
    fetch_lists()?;
    // Quiet twice over: its pages of progress mean nothing to who waits for a demo.
    let mut install = command("apt-get");
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-qq", "-y", "--no-install-recommends"])
        .args(packages)
        .stdout(log()?);
    run(&mut install).with_context(|| format!("{purpose} could not be installed; try: {by_hand}"))
}

fn fetch_lists() -> Result<()> {
    let mut fetched = LISTS_FETCHED.lock().expect("nobody panics holding it");
    if !*fetched {
        run(command("apt-get").args(["update", "-qq"]).stdout(log()?))?;
        *fetched = true;
    }
    Ok(())
}

/// Where apt-get's chatter goes.
fn log() -> Result<fs::File> {
    let directory = crate::house::target();
    fs::create_dir_all(&directory)?;
    let path = directory.join("apt-get.log");
    fs::File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn is_root() -> bool {
    ask(command("id").arg("-u")).as_deref() == Some("0")
}
