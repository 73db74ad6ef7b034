//! Folders that mirror each other hold the same names: who knows one knows the other.

use super::{Finding, Source};

/// Two folders, and the files that both must have.
struct Mirror {
    folders: [&'static str; 2],
    files: &'static [&'static str],
}

const MIRRORS: [Mirror; 2] = [
    Mirror {
        folders: ["native/src/", "wasm/guest/src/"],
        files: &[
            "lib.rs",
            "descriptor.rs",
            "process.rs",
            "clock.rs",
            "region.rs",
            "robust_lock.rs",
        ],
    },
    Mirror {
        folders: ["wasm/host/src/", "wasm/browser/src/"],
        files: &["lib.rs", "instance.rs", "fork.rs", "imports.rs"],
    },
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for mirror in &MIRRORS {
        for (folder, other) in [(0, 1), (1, 0)].map(|(a, b)| (mirror.folders[a], mirror.folders[b]))
        {
            for file in mirror.files {
                let path = format!("{folder}{file}");
                if !sources.iter().any(|source| source.path == path) {
                    findings.push(Finding {
                        what: format!("is missing: {other} has, or must have, the same file"),
                        path,
                        line: 1,
                    });
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn a_file_that_one_side_lacks_is_found() {
        let mut sources: Vec<Source> = MIRRORS
            .iter()
            .flat_map(|mirror| mirror.folders.map(|folder| (folder, mirror.files)))
            .flat_map(|(folder, files)| {
                files
                    .iter()
                    .map(move |file| example(&format!("{folder}{file}"), ""))
            })
            .collect();
        assert_eq!(check(&sources), []);
        sources.retain(|source| source.path != "wasm/browser/src/fork.rs");
        let found = check(&sources);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "wasm/browser/src/fork.rs");
    }
}
