//! `unsafe` stands where the house keeps it, and every other crate forbids it.

use proc_macro2::{TokenStream, TokenTree};

use super::{Finding, Source};

/// Where it may stand.
const ALLOWED: [&str; 4] = [
    "native/src/",
    "native/tests/",
    "wasm/guest/src/",
    "src/ring.rs",
];

/// Crates that have some, and so cannot forbid it.
const CRATES_WITH: [&str; 2] = ["native/src/lib.rs", "wasm/guest/src/lib.rs"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .flat_map(|source| {
            let mut found = misplaced(source);
            found.extend(unforbidden(source));
            found
        })
        .collect()
}

fn misplaced(source: &Source) -> Vec<Finding> {
    if ALLOWED.iter().any(|place| source.path.starts_with(place)) || !source.path.ends_with(".rs") {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if let Ok(tokens) = source.text.parse() {
        collect_lines(tokens, &mut lines);
    }
    lines
        .into_iter()
        .map(|line| {
            source.finding(
                line,
                "unsafe has its places (native, wasm/guest, src/ring.rs): move it there",
            )
        })
        .collect()
}

fn collect_lines(tokens: TokenStream, lines: &mut Vec<usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "unsafe" => lines.push(word.span().start().line),
            TokenTree::Group(group) => collect_lines(group.stream(), lines),
            _ => {}
        }
    }
}

fn unforbidden(source: &Source) -> Option<Finding> {
    let path = format!("/{}", source.path);
    let root = path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
    if !root || CRATES_WITH.contains(&source.path.as_str()) {
        return None;
    }
    let forbids = source.text.contains("#![forbid(unsafe_code)]")
        // The message logic has one file that needs it.
        || (source.path == "src/lib.rs" && source.text.contains("#![deny(unsafe_code)]"));
    (!forbids).then(|| source.finding(1, "say #![forbid(unsafe_code)] at the top of the crate"))
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    #[test]
    fn unsafe_is_found_outside_its_places_but_not_in_comments() {
        let text = "// unsafe\nfn f() {\n    unsafe { g() }\n}\n";
        let found = check(&[
            example("wasm/host/src/a.rs", text),
            example("native/src/a.rs", text),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].path.as_str(), found[0].line),
            ("wasm/host/src/a.rs", 3)
        );
    }

    #[test]
    fn a_crate_that_does_not_forbid_it_is_found() {
        assert_eq!(
            check(&[example("wasm/kernel/src/lib.rs", "//! A.\n")]).len(),
            1
        );
        assert_eq!(
            check(&[example(
                "wasm/kernel/src/lib.rs",
                "#![forbid(unsafe_code)]\n"
            )]),
            []
        );
        assert_eq!(check(&[example("native/src/lib.rs", "//! A.\n")]), []);
    }
}
