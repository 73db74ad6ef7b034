//! Commands that are printed to be pasted into a shell.

use std::path::Path;

/// `forktalk`, then these words as they are, the program and its arguments quoted where a shell needs it.
pub(crate) fn command(words: &[String], program: &Path, arguments: &[String]) -> String {
    let mut all = vec!["forktalk".to_owned()];
    all.extend_from_slice(words);
    all.push(quoted(&program.display().to_string()));
    if !arguments.is_empty() {
        all.push("--".into());
        all.extend(arguments.iter().map(|argument| quoted(argument)));
    }
    all.join(" ")
}

/// As a shell takes it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let arguments = ["it's".to_owned(), "a=b".to_owned(), String::new()];
        let words = ["replay".to_owned(), "1-linux-0".to_owned()];
        assert_eq!(
            command(&words, Path::new("my program.wasm"), &arguments),
            r"forktalk replay 1-linux-0 'my program.wasm' -- 'it'\''s' a=b ''"
        );
    }
}
