//! The run as a Mermaid sequence diagram, for a page or an issue that renders it: version 10.3 or newer.
//!
//! It tells what passes and who waits, and leaves out the steps in between; the number before each text is the step's. A
//! process that has ended keeps its line, since what it wrote may still arrive.

use std::fmt::Write as _;

use forktalk_explore::trace::Trace;

use super::arrow::{Arrow, Passed};
use super::fit::wrapped;
use super::story::{STOPS, Scene, Story, ending};

/// A note is broken into lines of so many letters.
const NOTE: usize = 60;

/// The text of a `sequenceDiagram`.
#[must_use]
pub fn mermaid(trace: &Trace) -> String {
    let story = Story::of(trace);
    let mut text = String::from("sequenceDiagram\n");
    for life in story.lives.iter().filter(|life| life.born == 0) {
        let _ = writeln!(
            text,
            "    participant {} as {}",
            id(life.pid),
            escaped(&life.who())
        );
    }
    for scene in &story.scenes {
        tell(&mut text, &story, scene);
    }
    end(&mut text, &story);
    text
}

fn tell(text: &mut String, story: &Story<'_>, scene: &Scene<'_>) {
    let number = scene.step.step;
    // What an arrow says needs no note.
    if scene.arrows.is_empty() && is_told(scene) {
        note(
            text,
            &id(scene.step.pid),
            &format!("{number}: {}", scene.label),
        );
    }
    for arrow in &scene.arrows {
        text.push_str(&message(story, arrow, number));
    }
    for pid in scene.deaths.iter().filter(|pid| **pid != scene.step.pid) {
        let death = story.life(*pid).and_then(|life| life.death.as_ref());
        let how = death.map(|death| ending(&death.status)).unwrap_or_default();
        note(text, &id(*pid), &format!("{number}: {how}"));
    }
    for wait in &scene.waits {
        note(text, &id(wait.pid), &wait.what);
    }
}

/// Whether a step is told though nothing passes: a print, an error, the end of a file or of the process, a fault. That
/// a time has come is told only to who waited for something else.
fn is_told(scene: &Scene<'_>) -> bool {
    let step = scene.step;
    let is_fault = match step.choice.as_str() {
        "go" => false,
        "timeout" => step.call != "sleep",
        _ => true,
    };
    is_fault
        || step.output.is_some()
        || step.answer.is_some_and(|answer| answer < 0)
        || scene.label.ends_with("end-of-file")
        || scene.deaths.contains(&step.pid)
}

fn note(text: &mut String, over: &str, said: &str) {
    let lines: Vec<String> = wrapped(said, NOTE)
        .iter()
        .map(|line| escaped(line))
        .collect();
    let _ = writeln!(text, "    Note over {over}: {}", lines.join("<br/>"));
}

/// An arrow, at the step at which it arrives.
fn message(story: &Story<'_>, arrow: &Arrow, number: u32) -> String {
    let (from, to) = (id(arrow.from), id(arrow.to));
    let load = escaped(&arrow.load());
    let when = arrow.when();
    match &arrow.what {
        Passed::Birth => format!(
            "    create participant {to} as {}\n    {from}->>{to}: {number}: fork\n",
            escaped(&story.who(arrow.to))
        ),
        Passed::Signal { .. } => format!("    {from}-){to}: {number}: {load}\n"),
        Passed::End { .. } => format!("    {from}-->>{to}: {number}: {load} (at {when})\n"),
        Passed::Bytes { .. } | Passed::Items { .. } => {
            format!("    {from}->>{to}: {number}: {load} (sent at {when})\n")
        }
    }
}

fn end(text: &mut String, story: &Story<'_>) {
    let said = match story.end {
        Some(end) => end.sentence.en.as_str(),
        None => STOPS,
    };
    let everybody = match story.lives.as_slice() {
        [] => return,
        [only] => id(only.pid),
        [first, .., last] => format!("{},{}", id(first.pid), id(last.pid)),
    };
    note(text, &everybody, said);
}

/// A participant's name in the text.
fn id(pid: i32) -> String {
    format!("P{pid}")
}

/// A text without what means something in Mermaid, or in the HTML that it becomes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' | ';' | '<' | '>' | '&' | '$' | '\\' => {
                let _ = write!(escaped, "#{};", u32::from(letter));
            }
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_mermaid_is_written_as_a_number() {
        assert_eq!(
            escaped("a; <b> #1 & $$x$$"),
            "a#59; #60;b#62; #35;1 #38; #36;#36;x#36;#36;"
        );
        assert_eq!(escaped("one\ntwo"), "one two");
    }
}
