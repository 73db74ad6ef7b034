//! A folder to begin the search path with, so that what a user types can be tried as it stands: `forktalk` is the one
//! of this checkout, and `cargo` can build for simulated processes, also where rustup cannot fetch the target.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{cargo, command, find, run};
use crate::house;
use crate::toolchain::{Target, Toolchain, toolchain};

/// Makes the folder, with this `forktalk`.
pub(crate) fn made(forktalk: &Path) -> Result<PathBuf> {
    let folder = house::target().join("search-path");
    fs::create_dir_all(&folder)?;
    let place = folder.join("forktalk");
    fs::copy(forktalk, &place).with_context(|| format!("cannot write {}", place.display()))?;
    let place = folder.join("cargo");
    match toolchain()? {
        Toolchain::Usual => drop(fs::remove_file(place)),
        chosen => {
            fs::write(&place, script(&chosen.cargo("test", Target::Guests))?)?;
            run(command("chmod").arg("+x").arg(place))?;
        }
    }
    Ok(folder)
}

/// A shell script that is a cargo: as `guests` says if it is called for their target, else the usual one.
fn script(guests: &Command) -> Result<String> {
    let usual = cargo("test");
    let usual = find_program(&usual)?;
    let chosen = find_program(guests)?;
    let mut script = format!(
        "#!/bin/sh\ncase \" $* \" in *\" {} \"*) ;; *) exec {} \"$@\" ;; esac\n",
        Target::Guests.triple(),
        quoted(usual.as_os_str()),
    );
    for (name, value) in guests.get_envs() {
        let name = name.display();
        script += &match value {
            Some(value) => format!("export {name}={}\n", quoted(value)),
            None => format!("unset {name}\n"),
        };
    }
    Ok(script + &format!("exec {} \"$@\"\n", quoted(chosen.as_os_str())))
}

/// Where the program lies; by its name alone the script would find itself.
fn find_program(command: &Command) -> Result<PathBuf> {
    let program = Path::new(command.get_program());
    if program.is_absolute() {
        return Ok(program.to_owned());
    }
    let name = program.to_string_lossy();
    find(&name).with_context(|| format!("{name} is not in the search path"))
}

fn quoted(word: &OsStr) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_sets_what_the_command_does() {
        let mut guests = Command::new("/bin/echo");
        guests.env("RUSTC", "it's here").env_remove("CARGO");
        let script = script(&guests).unwrap();
        assert!(
            script.contains("export RUSTC='it'\\''s here'\n"),
            "{script}"
        );
        assert!(script.contains("unset CARGO\n"), "{script}");
        assert!(script.ends_with("exec '/bin/echo' \"$@\"\n"), "{script}");
    }
}
