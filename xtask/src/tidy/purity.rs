//! The simulated Unix and what chooses its steps are pure: they do no input or output, read no clock, draw no
//! randomness, start no thread. That is why a run can be repeated, and runs in a page too.

use syn::visit::{self, Visit};

use super::{Finding, Source};

const PURE: [&str; 2] = ["wasm/kernel/src/", "wasm/explore/src/"];

/// Modules of std that reach outside, and types that do.
const IMPURE: [&[&str]; 10] = [
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "thread"],
    &["std", "process"],
    &["std", "os"],
    &["std", "io"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["std", "collections", "hash_map", "RandomState"],
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        if !PURE.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        let Some(file) = source.rust() else { continue };
        let mut uses = Uses::default();
        uses.visit_file(&file);
        findings.extend(uses.impure().map(|(line, path)| {
            source.finding(
                line,
                format!("{path} reaches outside: let the host hand it in"),
            )
        }));
    }
    findings
}

/// The paths that a file names, tests excepted.
#[derive(Default)]
struct Uses(Vec<(usize, Vec<String>)>);

impl Uses {
    fn impure(&self) -> impl Iterator<Item = (usize, String)> {
        self.0.iter().filter_map(|(line, path)| {
            let impure = IMPURE.iter().any(|impure| begins_with(path, impure));
            impure.then(|| (*line, path.join("::")))
        })
    }

    fn add_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) => self
                .0
                .push((name.ident.span().start().line, with(&name.ident))),
            syn::UseTree::Rename(name) => self
                .0
                .push((name.ident.span().start().line, with(&name.ident))),
            syn::UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.0.push((line, before.to_vec()));
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, before);
                }
            }
        }
    }
}

fn begins_with(path: &[String], beginning: &[&str]) -> bool {
    path.len() >= beginning.len() && path.iter().zip(beginning).all(|(a, b)| a == b)
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if let Some(first) = path.segments.first() {
            self.0.push((first.ident.span().start().line, words));
        }
        visit::visit_path(self, path);
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&[example("wasm/kernel/src/a.rs", text)]);
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn what_reaches_outside_is_found() {
        assert_eq!(
            lines("use std::fs;\nuse std::{thread::spawn, fmt};\nuse std::time::Duration;"),
            [1, 2]
        );
        assert_eq!(
            lines("fn f() {\n let t = std::time::Instant::now();\n}"),
            [2]
        );
    }

    #[test]
    fn tests_and_hosts_may() {
        assert_eq!(
            lines("#[cfg(test)]\nmod tests {\n use std::fs;\n}"),
            [] as [usize; 0]
        );
        assert_eq!(check(&[example("wasm/host/src/a.rs", "use std::fs;")]), []);
    }
}
