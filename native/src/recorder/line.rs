//! A line of JSON, made by hand: it is written while a program runs, perhaps just after a fork, and holds nothing but
//! numbers, short texts and the first bytes of messages.

use core::fmt::Write as _;
use std::ffi::OsString;

/// One JSON object, under way.
pub(crate) struct Line(String);

/// Most lines fit, so that they are made without asking for memory twice.
const USUAL_BYTES: usize = 256;

impl Line {
    /// That begins with a text.
    pub(super) fn new(name: &str, text: &str) -> Line {
        let mut line = Line(String::with_capacity(USUAL_BYTES));
        line.0.push('{');
        line.quoted(name);
        line.0.push(':');
        line.quoted(text);
        line
    }

    /// That begins with the moment it was made at.
    pub(super) fn at(now_ns: u64) -> Line {
        let mut line = Line(String::with_capacity(USUAL_BYTES));
        let _ = write!(line.0, "{{\"at\":{now_ns}");
        line
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        let _ = write!(self.0, "{value}");
    }

    /// A number.
    pub(super) fn signed(&mut self, name: &str, value: i64) {
        self.name(name);
        let _ = write!(self.0, "{value}");
    }

    /// Numbers.
    pub(super) fn numbers(&mut self, name: &str, values: impl IntoIterator<Item = i64>) {
        self.name(name);
        self.list(values, |line, value| {
            let _ = write!(line.0, "{value}");
        });
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
    }

    /// Texts; what is no UTF-8 in them is replaced.
    pub(super) fn texts(&mut self, name: &str, values: &[OsString]) {
        self.name(name);
        self.list(values, |line, value| line.quoted(&value.to_string_lossy()));
    }

    /// Bytes, in hex.
    pub(super) fn bytes(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.0.push('"');
        for byte in value {
            let _ = write!(self.0, "{byte:02x}");
        }
        self.0.push('"');
    }

    /// The whole line.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.0.push_str("}\n");
        self.0.into_bytes()
    }

    fn name(&mut self, name: &str) {
        self.0.push(',');
        self.quoted(name);
        self.0.push(':');
    }

    fn list<T>(&mut self, values: impl IntoIterator<Item = T>, one: impl Fn(&mut Line, T)) {
        self.0.push('[');
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            one(self, value);
        }
        self.0.push(']');
    }

    fn quoted(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.0.extend(['\\', character]),
                control if control < ' ' => {
                    let _ = write!(self.0, "\\u{:04x}", u32::from(control));
                }
                other => self.0.push(other),
            }
        }
        self.0.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_whatever_a_text_holds() {
        let mut line = Line::at(7);
        line.text("name", "a \"b\"\\\n名");
        line.signed("answer", -4);
        line.numbers("fds", [3, 4]);
        line.bytes("header", b"\0\xff");
        line.texts("arguments", &["a".into(), "b".into()]);
        let text = String::from_utf8(line.into_bytes()).unwrap();
        assert_eq!(
            text,
            "{\"at\":7,\"name\":\"a \\\"b\\\"\\\\\\u000a名\",\"answer\":-4,\"fds\":[3,4],\"header\":\"00ff\",\
             \"arguments\":[\"a\",\"b\"]}\n"
        );
    }
}
