//! Texts fitted to the places of a terminal, where some letters take two.

use unicode_width::UnicodeWidthChar;

/// How many places a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|letter| letter.width().unwrap_or(0)).sum()
}

/// A text cut to so many places, with `…` if something is missing.
pub(super) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let mut short = String::new();
    for letter in text.chars() {
        let wide = letter.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        short.push(letter);
    }
    short.truncate(short.trim_end().len());
    if most > 0 {
        short.push('…');
    }
    short
}

/// The end of a text, of so many places, with `…` if something is missing before it.
pub(super) fn cut_front(text: &str, most: usize) -> String {
    let mut left = width(text);
    if left <= most {
        return text.to_owned();
    }
    let mut letters = text.chars();
    // The mark takes a place too.
    while left >= most
        && let Some(letter) = letters.next()
    {
        left -= letter.width().unwrap_or(0);
    }
    format!("…{}", letters.as_str())
}

/// A text in lines of so many places, broken between words.
pub(super) fn wrapped(text: &str, most: usize) -> Vec<String> {
    let most = most.max(8);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is one always");
        if line.is_empty() {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| cut(line, most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_matters_least() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut_front("several_readers.rs:12", 10), "…ers.rs:12");
        assert_eq!(cut_front("a.rs:12", 7), "a.rs:12");
        assert_eq!(cut_front("管道.rs:12", 9), "…道.rs:12");
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(
            wrapped("wants to read from A", 12),
            ["wants to", "read from A"]
        );
        assert_eq!(wrapped("", 12), [""]);
        assert_eq!(wrapped("supercalifragilistic", 12), ["supercalifr…"]);
    }
}
