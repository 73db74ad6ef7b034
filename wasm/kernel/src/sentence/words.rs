//! Names and numbers, as both languages say them.

use super::Sentence;
use crate::view::{Kind, ObjectView, Role, State, Status, View};

/// Something that can stand in a sentence.
pub(crate) trait Spoken {
    /// In English.
    fn en(&self) -> String;
    /// In Chinese.
    fn zh(&self) -> String;
}

impl Spoken for Sentence {
    fn en(&self) -> String {
        self.en.clone()
    }

    fn zh(&self) -> String {
        self.zh.clone()
    }
}

macro_rules! said_alike {
    ($($kind:ty),*) => {
        $(impl Spoken for $kind {
            fn en(&self) -> String {
                self.to_string()
            }

            fn zh(&self) -> String {
                self.to_string()
            }
        })*
    };
}

said_alike!(i32, u32, u64, usize, &str, String);

/// Says the same in both languages: `say!("English {}", "中文{}", things…)`.
macro_rules! say {
    ($en:literal, $zh:literal $(, $thing:expr)* $(,)?) => {
        $crate::sentence::Sentence {
            en: format!($en $(, $crate::sentence::Spoken::en(&$thing))*),
            zh: $crate::sentence::spaced(&format!($zh $(, $crate::sentence::Spoken::zh(&$thing))*)),
        }
    };
}
pub(crate) use say;

/// With a space between Chinese and Latin letters or digits, as Chinese is set, and none within Chinese. What stands
/// in quotation marks is left alone: it is somebody else's.
pub(crate) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 8);
    let mut quoted = false;
    let mut last = ' ';
    let mut characters = text.chars().peekable();
    while let Some(here) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let idle = here == ' ' && (last == '）' || (is_han(last) && !is_latin(next)));
        if quoted || !idle {
            let meets = (is_han(last) && is_latin(here)) || (is_latin(last) && is_han(here));
            if !quoted && meets {
                spaced.push(' ');
            }
            spaced.push(here);
            last = here;
        }
        quoted = (quoted || here == '“') && here != '”';
    }
    spaced
}

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '(' | ')' | 'µ')
}

/// The sentences one after the other, with something between them.
pub(crate) fn join(all: &[Sentence], en: &str, zh: &str) -> Sentence {
    Sentence {
        en: all
            .iter()
            .map(|s| s.en.as_str())
            .collect::<Vec<_>>()
            .join(en),
        zh: all
            .iter()
            .map(|s| s.zh.as_str())
            .collect::<Vec<_>>()
            .join(zh),
    }
}

/// "A", "A and B", "A, B and C"; of many, the first few and how many more.
pub(crate) fn list(all: &[Sentence]) -> Sentence {
    const MOST: usize = 6;
    const FIRST: usize = 4;
    match all {
        [] => Sentence::default(),
        [one] => one.clone(),
        many if many.len() > MOST => {
            let (first, others) = many.split_at(FIRST);
            say!(
                "{} and {} more",
                "{}以及另外 {} 个",
                join(first, ", ", "、"),
                others.len()
            )
        }
        [most @ .., last] => say!("{} and {}", "{}和{}", join(most, ", ", "、"), last.clone()),
    }
}

/// A process, by name and number.
pub(crate) fn who(view: &View, pid: i32) -> Sentence {
    match view.processes.get(&pid) {
        Some(process) if pid == 1 => {
            say!("{} ({})", "主进程 {} ({})", process.name.as_str(), pid)
        }
        Some(process) => say!("{} ({})", "子进程 {} ({})", process.name.as_str(), pid),
        None => say!("process {}", "进程 {}", pid),
    }
}

/// An object, by kind and name; a pipe that is a part of a queue by that.
pub(crate) fn object(view: &View, object: &ObjectView) -> Sentence {
    if let Some(of) = &object.queue {
        return super::queue(&of.name);
    }
    match (object.kind, object.pid) {
        (Kind::Pipe, _) => say!("pipe {}", "管道 {}", object.name.as_str()),
        (Kind::Channel, _) => say!("channel {}", "双向通道 {}", object.name.as_str()),
        (Kind::Process, Some(pid)) => say!("the watch on {}", "对{}的监视", who(view, pid)),
        (Kind::Process, None) => say!("watch {}", "监视 {}", object.name.as_str()),
    }
}

/// What a descriptor leads to; of a channel, which side, since a process may hold both.
pub(crate) fn end(view: &View, pid: i32, fd: i32) -> Sentence {
    let place = through(view, pid, fd);
    match view.descriptor(pid, fd) {
        Some((descriptor, Some(_))) if descriptor.role == Role::Both => {
            say!(
                "side {1} of {0}",
                "{}的第 {} 端",
                place,
                u32::from(descriptor.side)
            )
        }
        _ => place,
    }
}

/// What a descriptor leads to.
pub(crate) fn through(view: &View, pid: i32, fd: i32) -> Sentence {
    match view.descriptor(pid, fd) {
        Some((_, Some(leads_to))) => object(view, leads_to),
        Some((descriptor, None)) => match descriptor.object.as_str() {
            "stdin" => say!("standard input", "标准输入"),
            "stdout" => say!("standard output", "标准输出"),
            "stderr" => say!("standard error", "标准错误"),
            other => say!("{}", " {}", other),
        },
        None => say!(
            "descriptor {}, which is not open",
            "没有打开的描述符 {}",
            fd
        ),
    }
}

/// How a process ended, as a predicate.
pub(crate) fn ended(status: &Status) -> Sentence {
    match status {
        Status::Exited { code } => say!("ended with exit code {}", "以退出码 {} 结束", *code),
        Status::Signaled { name, .. } => say!("was ended by {}", "被 {} 终止", name.as_str()),
    }
}

/// Whether a process has ended, as far as the picture knows.
pub(crate) fn has_ended(view: &View, pid: i32) -> bool {
    view.processes
        .get(&pid)
        .is_none_or(|p| matches!(p.state, State::Ended | State::Reaped))
}

/// Whether a process was stopped for ever.
pub(crate) fn is_stopped(view: &View, pid: i32) -> bool {
    let process = view.processes.get(&pid);
    process.is_some_and(|process| process.state == State::Stopped)
}

/// A count of bytes.
pub(crate) fn bytes(count: u64) -> Sentence {
    if count == 1 {
        say!("1 byte", "1 字节")
    } else {
        say!("{} bytes", "{} 字节", count)
    }
}

/// A reading of the clock, in the unit that suits it.
pub(crate) fn time(nanoseconds: u64) -> Sentence {
    let (unit, en, zh) = match nanoseconds {
        0 => return say!("0 s", "0 秒"),
        1_000_000_000.. => (1_000_000_000, "s", "秒"),
        1_000_000.. => (1_000_000, "ms", "毫秒"),
        1_000.. => (1_000, "µs", "微秒"),
        _ => (1, "ns", "纳秒"),
    };
    let (whole, part) = (
        nanoseconds / unit,
        nanoseconds % unit * (1_000_000_000 / unit),
    );
    let number = format!("{whole}.{part:09}");
    let number = number.trim_end_matches('0').trim_end_matches('.');
    Sentence {
        en: format!("{number} {en}"),
        zh: format!("{number} {zh}"),
    }
}

/// A text in quotation marks: one line, not too long.
pub(crate) fn quoted(text: &str) -> Sentence {
    const LONGEST: usize = 60;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut shown: String = text
        .chars()
        .flat_map(|c| match c {
            '\n' => vec!['⏎'],
            c if c.is_control() => c.escape_default().collect(),
            c => vec![c],
        })
        .take(LONGEST + 1)
        .collect();
    if shown.chars().count() > LONGEST {
        shown.pop();
        shown.push('…');
    }
    Sentence {
        en: format!("\"{shown}\""),
        zh: format!("“{shown}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_the_unit_that_suits_it() {
        let said = |ns| time(ns).en;
        assert_eq!(said(0), "0 s");
        assert_eq!(said(999), "999 ns");
        assert_eq!(said(1_500), "1.5 µs");
        assert_eq!(said(250_000_000), "250 ms");
        assert_eq!(said(10_000_000_000), "10 s");
        assert_eq!(said(1_000_000_001), "1.000000001 s");
    }

    #[test]
    fn chinese_is_set_with_spaces_around_latin_words() {
        assert_eq!(
            spaced("主进程 main (1)从管道A读取 4 字节。"),
            "主进程 main (1) 从管道 A 读取 4 字节。"
        );
        assert_eq!(spaced("走到 5 秒 时"), "走到 5 秒时");
        assert_eq!(spaced("4（写端） 随之"), "4（写端）随之");
        assert_eq!(spaced("打印“a管b”完"), "打印“a管b”完");
    }

    #[test]
    fn a_quotation_stays_on_one_line_and_short() {
        assert_eq!(quoted("hello\n").en, "\"hello\"");
        assert_eq!(quoted("a\nb\u{7}").en, "\"a⏎b\\u{7}\"");
        assert_eq!(quoted(&"x".repeat(100)).en.chars().count(), 63);
    }
}
