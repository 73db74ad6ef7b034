//! Dead files: Rust files that no crate reaches by `mod`.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::{Finding, Source};

/// Files that cargo takes by where they lie.
const ROOTS: [&str; 3] = ["/src/lib.rs", "/src/main.rs", "/build.rs"];

/// Folders in which each file is a crate of its own.
const ROOT_FOLDERS: [&str; 4] = ["tests", "examples", "benches", "bin"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let files: HashMap<&str, &Source> = sources
        .iter()
        .filter(|source| source.path.ends_with(".rs"))
        .map(|source| (source.path.as_str(), source))
        .collect();
    let mut reached = BTreeSet::new();
    for path in files.keys().filter(|path| is_root(path)) {
        reach(path, &files, &mut reached);
    }
    let mut dead: Vec<&Source> = files
        .values()
        .filter(|source| !reached.contains(source.path.as_str()))
        .copied()
        .collect();
    dead.sort_by(|a, b| a.path.cmp(&b.path));
    dead.into_iter()
        .map(|source| source.finding(1, "no `mod` reaches this file: declare it or remove it"))
        .collect()
}

fn is_root(path: &str) -> bool {
    let slashed = format!("/{path}");
    let mut folders = path.rsplit('/').skip(1);
    let (folder, above) = (
        folders.next().unwrap_or_default(),
        folders.next().unwrap_or_default(),
    );
    ROOTS.iter().any(|root| slashed.ends_with(root))
        || ROOT_FOLDERS.contains(&folder)
        || (ROOT_FOLDERS.contains(&above) && slashed.ends_with("/main.rs"))
}

fn reach<'a>(path: &'a str, files: &HashMap<&'a str, &'a Source>, reached: &mut BTreeSet<&'a str>) {
    if !reached.insert(path) {
        return;
    }
    let Some(file) = files.get(path).and_then(|source| source.rust()) else {
        return;
    };
    let mut declared = Declared::default();
    declared.visit_file(&file);
    let children: Vec<&'a str> = files
        .keys()
        .copied()
        .filter(|candidate| declared.names(path, candidate))
        .collect();
    for child in children {
        reach(child, files, reached);
    }
}

/// The modules that a file declares.
#[derive(Default)]
struct Declared {
    /// From the file's own folder of modules: `a`, or `inline/a`.
    modules: BTreeSet<String>,
    /// From the folder that the file lies in.
    named_paths: BTreeSet<String>,
    /// Words inside macros, which may declare modules: a list of programs does.
    macro_words: BTreeSet<String>,
    /// The inline modules around.
    inside: Vec<String>,
}

impl Declared {
    fn names(&self, parent: &str, candidate: &str) -> bool {
        let folder = parent.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(rest) = below(candidate, folder)
            && self.named_paths.contains(rest)
        {
            return true;
        }
        let stem = candidate
            .rsplit('/')
            .next()
            .and_then(|file| file.strip_suffix(".rs"));
        let in_crate = candidate.starts_with(folder);
        if in_crate && stem.is_some_and(|stem| self.macro_words.contains(stem)) {
            return true;
        }
        let Some(rest) = below(candidate, &module_folder(parent)) else {
            return false;
        };
        let name = rest
            .strip_suffix("/mod.rs")
            .or_else(|| rest.strip_suffix(".rs"));
        name.is_some_and(|name| self.modules.contains(name))
    }
}

/// Where a file's modules lie: beside a crate's root, else in a folder of the file's name.
fn module_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    if matches!(file, "lib.rs" | "main.rs" | "mod.rs" | "build.rs") || is_root(path) {
        return folder.to_owned();
    }
    path.trim_end_matches(".rs").to_owned()
}

fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

impl<'ast> Visit<'ast> for Declared {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string().trim_start_matches("r#").to_owned();
        for attribute in &module.attrs {
            add_named_paths(attribute, &mut self.named_paths);
        }
        if module.content.is_none() {
            self.modules
                .insert([&self.inside[..], &[name]].concat().join("/"));
        } else {
            self.inside.push(name);
            visit::visit_item_mod(self, module);
            self.inside.pop();
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        collect_words(call.tokens.clone(), &mut self.macro_words);
    }
}

/// The files of `#[path = "…"]` and of `#[cfg_attr(…, path = "…")]`, whatever the condition.
fn add_named_paths(attribute: &syn::Attribute, paths: &mut BTreeSet<String>) {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => {
            if let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(path),
                ..
            }) = &pair.value
            {
                paths.insert(path.value());
            }
        }
        syn::Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
            for window in tokens.windows(3) {
                if let [
                    TokenTree::Ident(word),
                    TokenTree::Punct(_),
                    TokenTree::Literal(path),
                ] = window
                    && word == "path"
                {
                    paths.insert(path.to_string().trim_matches('"').to_owned());
                }
            }
        }
        _ => {}
    }
}

fn collect_words(tokens: TokenStream, words: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                words.insert(word.to_string());
            }
            TokenTree::Group(group) => collect_words(group.stream(), words),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn dead(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = sources
            .iter()
            .map(|(path, text)| example(path, text))
            .collect();
        check(&sources)
            .into_iter()
            .map(|finding| finding.path)
            .collect()
    }

    #[test]
    fn a_file_without_a_mod_is_dead() {
        let sources = [
            ("a/src/lib.rs", "mod used; mod inline { mod deep; }"),
            ("a/src/used.rs", "mod inner;"),
            ("a/src/used/inner.rs", ""),
            ("a/src/inline/deep.rs", ""),
            ("a/src/forgotten.rs", ""),
            ("a/src/inner.rs", ""),
            ("a/tests/any.rs", ""),
            ("a/tests/unix/main.rs", "mod clock;"),
            ("a/tests/unix/clock.rs", ""),
        ];
        assert_eq!(dead(&sources), ["a/src/forgotten.rs", "a/src/inner.rs"]);
    }

    #[test]
    fn either_file_of_a_condition_is_reached() {
        let sources = [
            (
                "a/src/lib.rs",
                "#[cfg_attr(unix, path = \"wait/poll.rs\")] #[cfg_attr(not(unix), path = \"wait/other.rs\")] mod wait;",
            ),
            ("a/src/wait/poll.rs", ""),
            ("a/src/wait/other.rs", ""),
            ("a/src/wait/third.rs", ""),
        ];
        assert_eq!(dead(&sources), ["a/src/wait/third.rs"]);
    }

    #[test]
    fn a_path_attribute_and_a_list_in_a_macro_reach_files() {
        let sources = [
            (
                "a/src/lib.rs",
                "#[path = \"wait/linux.rs\"] mod wait; programs! { pipe { first; } }",
            ),
            ("a/src/wait/linux.rs", ""),
            ("a/src/pipe/first.rs", ""),
            ("a/src/pipe/second.rs", ""),
        ];
        assert_eq!(dead(&sources), ["a/src/pipe/second.rs"]);
    }
}
