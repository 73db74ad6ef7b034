//! What the Mermaid text looks like, and that it is one: the part of the grammar that is used.

use std::collections::BTreeSet;

use forktalk_report::mermaid;
use insta::assert_snapshot;

use crate::guests::{Do, from_line};
use crate::stories;

const ARROWS: [&str; 3] = ["-->>", "->>", "-)"];

#[test]
fn a_forgotten_close_as_mermaid() {
    assert_snapshot!(mermaid(&stories::forgotten_close()));
}

#[test]
fn ping_pong_as_mermaid() {
    assert_snapshot!(mermaid(&stories::ping_pong()));
}

#[test]
fn kills_as_mermaid() {
    assert_snapshot!(mermaid(&stories::killed()));
}

#[test]
fn a_queue_as_mermaid() {
    assert_snapshot!(mermaid(&stories::queue()));
}

#[test]
fn every_text_obeys_the_grammar() {
    let child = from_line(
        20,
        [Do::Print("a; <b>bold</b> # %% $$x$$ \\n\nend\n"), Do::Panic],
    );
    let root = from_line(4, [Do::Fork("end; #1 <i> as x", child), Do::Wait(2)]);
    let strange = ("strange letters", stories::run(root, "1-linux-0"));
    for (name, trace) in stories::all().into_iter().chain([strange]) {
        let text = mermaid(&trace);
        check(&text).unwrap_or_else(|wrong| panic!("{name}: {wrong}\n{text}"));
    }
}

/// The statements that are used, each on a line of its own, about participants that are there.
fn check(text: &str) -> Result<(), String> {
    let mut lines = text.lines();
    if lines.next() != Some("sequenceDiagram") {
        return Err("it begins otherwise".to_owned());
    }
    let mut there = BTreeSet::new();
    let mut created: Option<String> = None;
    for line in lines {
        let statement = line
            .strip_prefix("    ")
            .ok_or(format!("not indented: {line}"))?;
        let wrong = |what: &str| Err(format!("{what}: {line}"));
        let participant = statement.strip_prefix("create participant ");
        if let Some(declared) = participant.or(statement.strip_prefix("participant ")) {
            let (id, alias) = declared
                .split_once(" as ")
                .ok_or(format!("no alias: {line}"))?;
            plain(alias)?;
            if !is_id(id) || !there.insert(id.to_owned()) {
                return wrong("no new participant");
            }
            created = participant.map(|_| id.to_owned());
            continue;
        }
        let (before, said) = statement
            .split_once(": ")
            .ok_or(format!("no text: {line}"))?;
        plain(said)?;
        if let Some(over) = before.strip_prefix("Note over ") {
            if created.is_some() || !over.split(',').all(|id| there.contains(id)) {
                return wrong("a note over nobody");
            }
            continue;
        }
        let ends = ARROWS.iter().find_map(|arrow| before.split_once(arrow));
        let (from, to) = ends.ok_or(format!("no arrow: {line}"))?;
        if !there.contains(from) || !there.contains(to) {
            return wrong("an arrow between nobody");
        }
        // Who is created must be reached by the next message.
        if created.take().is_some_and(|id| id != to) {
            return wrong("it reaches somebody else");
        }
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// A text ends at a `;`, `#` begins a letter's number, and what looks like HTML is taken for HTML.
fn plain(text: &str) -> Result<(), String> {
    let without_breaks = text.replace("<br/>", " ");
    let mut rest = without_breaks.as_str();
    while let Some((before, after)) = rest.split_once('#') {
        let (number, behind) = after.split_once(';').ok_or(format!("a bare #: {text}"))?;
        if before.contains(';') || number.parse::<u32>().is_err() {
            return Err(format!("no letter's number: {text}"));
        }
        rest = behind;
    }
    match without_breaks.contains(['<', '>', '&', '$']) || rest.contains(';') {
        true => Err(format!("not escaped: {text}")),
        false => Ok(()),
    }
}
