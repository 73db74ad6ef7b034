//! The arrows of a row, and what stands on them.

use super::super::arrow::{Arrow, Passed};
use super::super::fit::width;
use super::Drawing;
use super::canvas::Canvas;
use super::words::Words;

impl Drawing<'_, '_> {
    pub(super) fn draw_arrows(&self, canvas: &mut Canvas, words: &Words) {
        for arrow in &words.arrows {
            let Some((left, right)) = self.span(arrow).filter(|(left, right)| left < right) else {
                continue;
            };
            let to_the_right = self.columns.lane(arrow.to) == Some(right);
            if right - left > 1 && arrow.what != Passed::Birth {
                match to_the_right {
                    true => canvas.mark(right - 1, '►'),
                    false => canvas.mark(left + 1, '◄'),
                }
            }
            canvas.line(left + 1, right);
        }
        if self.columns.words.is_none() {
            self.write_on_arrows(canvas, words);
        }
    }

    /// What arrives says when it was sent, on the part of the line that it has for itself where several arrive.
    fn write_on_arrows(&self, canvas: &mut Canvas, words: &Words) {
        let marked = words.said.keys();
        let marks: Vec<usize> = marked.filter_map(|pid| self.columns.lane(*pid)).collect();
        for arrow in words.arrows.iter().filter(|arrow| !arrow.is_sent_now()) {
            let Some((mut left, mut right)) = self.span(arrow) else {
                continue;
            };
            if self.columns.lane(arrow.from) == Some(left) {
                let next = marks.iter().filter(|mark| **mark > left).min();
                right = next.copied().unwrap_or(right);
            } else {
                let next = marks.iter().filter(|mark| **mark < right).max();
                left = next.copied().unwrap_or(left);
            }
            canvas.write_on_line(left + 1, right, &texts(arrow));
        }
    }

    /// Where a child's lifeline begins.
    pub(super) fn corner(&self, birth: &Arrow) -> char {
        match self.columns.lane(birth.from) < self.columns.lane(birth.to) {
            true => '┐',
            false => '┌',
        }
    }

    /// How much room words leave to the arrows between this lifeline and what is to the right of it.
    pub(super) fn needed(&self, words: &Words, at: usize) -> usize {
        let crossing = words.arrows.iter().filter(|arrow| {
            let span = self.span(arrow);
            span.is_some_and(|(left, right)| left <= at && at < right)
        });
        let number = |arrow: &Arrow| {
            if arrow.is_sent_now() {
                0
            } else {
                width(&number(arrow))
            }
        };
        crossing.map(|arrow| 4 + number(arrow)).max().unwrap_or(1)
    }

    fn span(&self, arrow: &Arrow) -> Option<(usize, usize)> {
        let (from, to) = (self.columns.lane(arrow.from)?, self.columns.lane(arrow.to)?);
        Some((from.min(to), from.max(to)))
    }
}

/// The arrows of a row; those that several steps have alike are one.
pub(super) fn together<'r>(all: impl Iterator<Item = &'r Arrow>) -> Vec<Arrow> {
    let mut arrows: Vec<Arrow> = Vec::new();
    for arrow in all {
        let alike = |other: &&mut Arrow| other.goes_like(arrow) && !arrow.is_sent_now();
        match arrows.iter_mut().find(alike) {
            Some(first) => first.join(arrow),
            None => arrows.push(arrow.clone()),
        }
    }
    arrows
}

/// What an arrow says, the longest first.
fn texts(arrow: &Arrow) -> Vec<String> {
    let when = arrow.when();
    let short = number(arrow);
    match &arrow.what {
        Passed::Bytes { object, .. } => vec![format!("{object}, {when}"), when, short],
        Passed::Items { queue, .. } => vec![format!("queue {queue}, {when}"), when, short],
        _ => vec![when, short],
    }
}

/// When something was sent, without a word.
fn number(arrow: &Arrow) -> String {
    let when = arrow.when();
    when.trim_start_matches(|letter: char| !letter.is_ascii_digit())
        .to_owned()
}
