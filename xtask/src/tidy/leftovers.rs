//! What was left behind: markers of unfinished work, names that say nothing, what belongs to one machine only, and
//! what a build made.

use super::{Finding, Source};

/// Put together so that this file is not found by its own rule.
const MARKERS: [(&str, &str); 9] = [
    (concat!("todo", "!("), "write it"),
    (concat!("unimplemented", "!("), "write it"),
    (concat!("dbg", "!("), "take it out"),
    (concat!("FIX", "ME"), "mend it"),
    (concat!("XX", "X"), "mend it"),
    (
        concat!("#[ig", "nore]"),
        "say why in it, or let the test run",
    ),
    (concat!(".on", "ly("), "let the other tests run"),
    (concat!(".sk", "ip("), "a test runs or is removed"),
    (concat!("debug", "ger;"), "take it out"),
];

/// `.skip(` is an iterator's in Rust and in Python nothing at all.
const ONLY_IN_SCRIPTS: [&str; 3] = [
    concat!(".on", "ly("),
    concat!(".sk", "ip("),
    concat!("debug", "ger;"),
];

const SCRIPTS: [&str; 4] = [".ts", ".svelte", ".mjs", ".js"];

const EMPTY_NAMES: [&str; 9] = [
    "utils", "util", "common", "helpers", "helper", "misc", "stuff", "mod", "shared",
];

/// Folders of one machine: nothing in the house may know them.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

/// Where a lock file may say that packages come from.
const REGISTRIES: [&str; 2] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "https://registry.npmjs.org/",
];

const PRODUCTS: [&str; 8] = [
    ".wasm",
    ".o",
    ".so",
    ".rlib",
    ".pyc",
    ".cwasm",
    ".log",
    ".tsbuildinfo",
];

const PRODUCT_FOLDERS: [&str; 4] = [
    "target/",
    "web/dist/",
    "web/generated/",
    "web/node_modules/",
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        findings.extend(empty_name(source));
        findings.extend(product(source));
        if is_lock(&source.path) {
            findings.extend(foreign_registry(source));
        } else {
            findings.extend(markers(source));
            findings.extend(machine_paths(source));
        }
    }
    findings
}

fn is_lock(path: &str) -> bool {
    path.ends_with(".lock") || path.ends_with("package-lock.json")
}

fn is_script(path: &str) -> bool {
    SCRIPTS.iter().any(|ending| path.ends_with(ending))
}

fn markers(source: &Source) -> Vec<Finding> {
    let code =
        is_script(&source.path) || source.path.ends_with(".rs") || source.path.ends_with(".py");
    if !code {
        return Vec::new();
    }
    let marks = |marker: &str| is_script(&source.path) || !ONLY_IN_SCRIPTS.contains(&marker);
    lines(source)
        .flat_map(|(number, line)| {
            MARKERS
                .iter()
                .filter(move |(marker, _)| marks(marker) && line.contains(marker))
                .map(move |(marker, advice)| {
                    source.finding(number, format!("{marker} is left here: {advice}"))
                })
        })
        .collect()
}

fn machine_paths(source: &Source) -> Vec<Finding> {
    lines(source)
        .filter_map(|(number, line)| {
            let path = MACHINE_PATHS
                .iter()
                .find(|path| starts_a_path(line, path))?;
            Some(source.finding(
                number,
                format!("{path}… is a folder of one machine: say it relative to the checkout"),
            ))
        })
        .collect()
}

/// Whether `path` begins there: in `src/home/` it does not.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|before| !(before.is_alphanumeric() || "._-~}*/".contains(before)))
    })
}

fn foreign_registry(source: &Source) -> Vec<Finding> {
    lines(source)
        .filter(|(_, line)| {
            let line = line.trim_start();
            line.starts_with("source = ") || line.starts_with("\"resolved\": ")
        })
        .filter(|(_, line)| !REGISTRIES.iter().any(|registry| line.contains(registry)))
        .map(|(number, _)| {
            source.finding(
                number,
                "names a registry that is not the public one: lock it again without",
            )
        })
        .collect()
}

fn empty_name(source: &Source) -> Option<Finding> {
    let file = source.path.rsplit('/').next()?;
    let stem = file.split('.').next()?;
    let code = is_script(file) || file.ends_with(".rs") || file.ends_with(".py");
    (code && EMPTY_NAMES.contains(&stem)).then(|| {
        source.finding(
            1,
            format!("{stem} says nothing: name the file by the one thing that it holds"),
        )
    })
}

fn product(source: &Source) -> Option<Finding> {
    let made = PRODUCT_FOLDERS
        .iter()
        .any(|folder| source.path.starts_with(folder))
        || PRODUCTS.iter().any(|ending| source.path.ends_with(ending));
    made.then(|| source.finding(1, "a build makes this: it is not kept in the repository"))
}

fn lines(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<(usize, String)> {
        let found = check(&[example(path, text)]);
        found
            .into_iter()
            .map(|finding| (finding.line, finding.what))
            .collect()
    }

    #[test]
    fn each_marker_is_found_at_its_line() {
        for (marker, _) in MARKERS {
            let found = whats("web/src/a.ts", &format!("a\nb {marker} c\n"));
            assert_eq!(found.len(), 1, "{marker}");
            assert_eq!(found[0].0, 2, "{marker}");
        }
    }

    #[test]
    fn an_iterator_may_skip_in_rust() {
        assert_eq!(whats("a.rs", concat!("words.sk", "ip(1)")), []);
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        assert_eq!(whats("src/utils.rs", "").len(), 1);
        assert_eq!(whats("web/src/helpers.test.ts", "").len(), 1);
        assert_eq!(whats("src/pipe.rs", ""), []);
    }

    #[test]
    fn a_machine_path_is_found_and_a_folder_of_that_name_is_not() {
        let path = MACHINE_PATHS[1];
        assert_eq!(whats("a.md", &format!("see {path}x")).len(), 1);
        assert_eq!(whats("a.md", &format!("see src{path}x")), []);
    }

    #[test]
    fn only_public_registries_are_locked() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert_eq!(whats("Cargo.lock", public), []);
        assert_eq!(
            whats(
                "Cargo.lock",
                "source = \"registry+https://mirror.example/\"\n"
            )
            .len(),
            1
        );
        assert_eq!(
            whats(
                "web/package-lock.json",
                "  \"resolved\": \"https://mirror.example/a.tgz\",\n"
            )
            .len(),
            1
        );
    }

    #[test]
    fn what_a_build_makes_is_found() {
        assert_eq!(whats("web/dist/index.html", "").len(), 1);
        assert_eq!(whats("tests/programs.wasm", "").len(), 1);
    }
}
