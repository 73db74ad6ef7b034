//! Which package may know which: the arrows of the house point one way.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::command::{cargo, read};

/// A package, and all that it may depend on within the house.
const ARROWS: [(&str, &[&str]); 23] = [
    ("forktalk-abi", &[]),
    ("forktalk-native", &["forktalk-abi"]),
    ("forktalk-guest", &["forktalk-abi"]),
    (
        "forktalk",
        &["forktalk-abi", "forktalk-native", "forktalk-guest"],
    ),
    ("forktalk-kernel", &["forktalk-abi"]),
    ("forktalk-explore", &["forktalk-kernel", "forktalk-abi"]),
    (
        "forktalk-report",
        &["forktalk-explore", "forktalk-kernel", "forktalk-abi"],
    ),
    (
        "forktalk-recording",
        &["forktalk-explore", "forktalk-kernel", "forktalk-abi"],
    ),
    (
        "forktalk-host",
        &[
            "forktalk-recording",
            "forktalk-report",
            "forktalk-explore",
            "forktalk-kernel",
            "forktalk-abi",
        ],
    ),
    (
        "forktalk-browser",
        &["forktalk-explore", "forktalk-kernel", "forktalk-abi"],
    ),
    (
        "forktalk-browser-report",
        &["forktalk-report", "forktalk-explore"],
    ),
    ("forktalk-programs", &["forktalk"]),
    (
        "forktalk-suite",
        &[
            "forktalk-programs",
            "forktalk",
            "forktalk-recording",
            "forktalk-explore",
            "forktalk-kernel",
        ],
    ),
    (
        "forktalk-storm",
        &["forktalk", "forktalk-native", "forktalk-abi"],
    ),
    (
        "forktalk-under-kills",
        &[
            "forktalk",
            "forktalk-native",
            "forktalk-guest",
            "forktalk-abi",
        ],
    ),
    (
        "forktalk-faults",
        &[
            "forktalk-suite",
            "forktalk-programs",
            "forktalk",
            "forktalk-host",
            "forktalk-explore",
            "forktalk-kernel",
            "forktalk-abi",
        ],
    ),
    (
        "forktalk-gallery",
        &[
            "forktalk-programs",
            "forktalk-host",
            "forktalk-explore",
            "forktalk-kernel",
        ],
    ),
    (
        "forktalk-kills",
        &["forktalk-host", "forktalk-explore", "forktalk-kernel"],
    ),
    (
        "forktalk-bench",
        &["forktalk", "forktalk-native", "forktalk-abi"],
    ),
    (
        "forktalk-bench-explore",
        &["forktalk-host", "forktalk-explore", "forktalk-kernel"],
    ),
    (
        "forktalk-bench-gallery",
        &[
            "forktalk",
            "forktalk-native",
            "forktalk-guest",
            "forktalk-abi",
        ],
    ),
    ("forktalk-bindings", &[]),
    ("xtask", &[]),
];

pub(super) fn check() -> Result<Vec<Finding>> {
    let metadata = read(cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is no JSON")?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?;
    let names: Vec<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .collect();
    Ok(packages
        .iter()
        .flat_map(|package| wrong(package, &names))
        .map(|(package, what)| Finding {
            path: format!("{package}'s Cargo.toml"),
            line: 1,
            what,
        })
        .collect())
}

/// The arrows of `package` that are not allowed: its name, and what is wrong.
fn wrong(package: &Value, house: &[&str]) -> Vec<(String, String)> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        let what = "has no place in the house: give it one in xtask/src/tidy/arrows.rs";
        return vec![(name.to_owned(), what.to_owned())];
    };
    let dependencies = package["dependencies"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    dependencies
        .iter()
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|dependency| house.contains(dependency) && !allowed.contains(dependency))
        .map(|dependency| {
            (
                name.to_owned(),
                format!("depends on {dependency}, against the direction of the house"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn whats(name: &str, dependencies: &[&str]) -> usize {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        let package = json!({ "name": name, "dependencies": dependencies });
        wrong(
            &package,
            &["forktalk-kernel", "forktalk-host", "forktalk-abi"],
        )
        .len()
    }

    #[test]
    fn an_arrow_against_the_direction_is_found() {
        assert_eq!(whats("forktalk-kernel", &["forktalk-abi", "serde"]), 0);
        assert_eq!(whats("forktalk-kernel", &["forktalk-host"]), 1);
    }

    #[test]
    fn a_package_without_a_place_is_found() {
        assert_eq!(whats("forktalk-stranger", &[]), 1);
    }
}
