//! What can be read at one sitting: the length of files, of functions, of the suite's programs.

use syn::visit::{self, Visit};

use super::{Finding, Source};

const FILE_LINES: usize = 500;
const FILE_LINES_MEDIAN: usize = 150;
const FUNCTION_LINES: usize = 70;
const PROGRAM_LINES: usize = 60;

/// Where the suite's programs lie, each in a folder of its theme.
const PROGRAMS: &str = "tests/programs/src/";

const CODE: [&str; 7] = [".rs", ".ts", ".svelte", ".css", ".mjs", ".js", ".py"];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sources
        .iter()
        .filter(|source| is_code(source))
        .flat_map(|source| {
            let mut found = long_functions(source);
            found.extend(long_file(source));
            found
        })
        .collect();
    let median = median(sources);
    if median > FILE_LINES_MEDIAN {
        findings.push(Finding {
            path: ".".to_owned(),
            line: 1,
            what: format!("half of the files are over {median} lines: aim at {FILE_LINES_MEDIAN}, split the longest"),
        });
    }
    findings
}

/// A line about the whole.
pub(super) fn summary(sources: &[Source]) -> String {
    let lengths: Vec<usize> = lengths(sources);
    format!(
        "{} files of code, {} lines; the median is {} lines, the longest {}.",
        lengths.len(),
        lengths.iter().sum::<usize>(),
        median(sources),
        lengths.last().unwrap_or(&0),
    )
}

fn is_code(source: &Source) -> bool {
    CODE.iter().any(|ending| source.path.ends_with(ending))
}

fn lengths(sources: &[Source]) -> Vec<usize> {
    let code = sources.iter().filter(|source| is_code(source));
    let mut lengths: Vec<usize> = code.map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    lengths
}

fn median(sources: &[Source]) -> usize {
    let lengths = lengths(sources);
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

fn long_file(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    if is_program(&source.path) && lines > PROGRAM_LINES {
        return Some(source.finding(
            PROGRAM_LINES + 1,
            format!("{lines} lines: a program of the suite has at most {PROGRAM_LINES}"),
        ));
    }
    (lines > FILE_LINES).then(|| {
        source.finding(
            FILE_LINES + 1,
            format!("{lines} lines: a file has at most {FILE_LINES}; give a part of it a file of its own"),
        )
    })
}

fn is_program(path: &str) -> bool {
    path.strip_prefix(PROGRAMS)
        .is_some_and(|rest| rest.contains('/'))
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let Some(file) = source.rust() else {
        return Vec::new();
    };
    let mut lengths = FunctionLengths(Vec::new());
    lengths.visit_file(&file);
    lengths
        .0
        .into_iter()
        .filter(|function| function.lines > FUNCTION_LINES)
        .map(|function| {
            source.finding(
                function.start,
                format!(
                    "fn {} has {} lines: a function has at most {FUNCTION_LINES}; split it where its height changes",
                    function.name, function.lines,
                ),
            )
        })
        .collect()
}

struct FunctionLength {
    name: String,
    start: usize,
    lines: usize,
}

struct FunctionLengths(Vec<FunctionLength>);

impl FunctionLengths {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let start = signature.fn_token.span.start().line;
        let end = block.brace_token.span.close().end().line;
        self.0.push(FunctionLength {
            name: signature.ident.to_string(),
            start,
            lines: end - start + 1,
        });
    }
}

impl<'ast> Visit<'ast> for FunctionLengths {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;

    fn lines(n: usize) -> String {
        "    f();\n".repeat(n)
    }

    #[test]
    fn a_function_of_70_lines_may_be_one_of_71_not() {
        let fits = example("a.rs", &format!("//! A.\nfn fits() {{\n{}}}\n", lines(68)));
        assert_eq!(check(&[fits]), []);
        let long = example(
            "a.rs",
            &format!("//! A.\nimpl A {{\nfn long() {{\n{}}}\n}}\n", lines(69)),
        );
        let found = check(&[long]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 3);
        assert!(
            found[0].what.starts_with("fn long has 71 lines"),
            "{}",
            found[0]
        );
    }

    #[test]
    fn a_file_of_501_lines_is_found_and_text_that_is_no_code_is_not() {
        let found = check(&[
            example("short.rs", ""),
            example("web/a.ts", &"x;\n".repeat(501)),
            example("notes.md", &"x\n".repeat(501)),
            example("short.ts", ""),
        ]);
        assert!(
            matches!(&found[..], [Finding { line: 501, path, .. }] if path == "web/a.ts"),
            "{found:?}"
        );
    }

    #[test]
    fn a_program_has_at_most_60_lines_and_the_list_of_programs_is_none() {
        let long = "//\n".repeat(61);
        let found = check(&[
            example("tests/programs/src/pipe/long.rs", &long),
            example("tests/programs/src/list.rs", &long),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "tests/programs/src/pipe/long.rs");
    }

    #[test]
    fn a_house_of_long_files_is_told_so() {
        let found = check(&[example("a.rs", &"//\n".repeat(151))]);
        assert!(found[0].what.contains("over 151 lines"), "{found:?}");
    }
}
