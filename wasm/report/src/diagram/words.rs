//! The words of a row, where there is room for them.

use std::collections::BTreeMap;

use super::super::arrow::{Arrow, Passed};
use super::super::fit::width;
use super::super::story::ending;
use super::Drawing;
use super::canvas::Canvas;
use super::rows::Row;

/// What is drawn on a row beside lifelines.
pub(super) struct Words {
    pub(super) arrows: Vec<Arrow>,
    /// The mark on the lifeline of each process that has one, and what stands beside it.
    pub(super) said: BTreeMap<i32, (char, String)>,
}

impl Words {
    /// What a process may say instead, because the arrow says the rest.
    fn shorter(&self, pid: i32) -> Option<String> {
        self.arrows.iter().find_map(|arrow| match &arrow.what {
            Passed::Birth if arrow.from == pid => Some("fork".to_owned()),
            Passed::Signal { name } if arrow.from == pid => Some((*name).to_owned()),
            Passed::End { status } if arrow.to == pid => Some(format!("wait: {}", ending(status))),
            Passed::Items { items, .. } if arrow.to == pid => Some(format!("get {items}")),
            Passed::Bytes { object, bytes } if arrow.to == pid => {
                Some(format!("{object} {bytes} B"))
            }
            _ => None,
        })
    }
}

impl Drawing<'_, '_> {
    /// Each process's words stand beside its own lifeline, up to the next one.
    pub(super) fn say_in_columns(&self, canvas: &mut Canvas, words: &Words) {
        for (pid, (_, text)) in &words.said {
            let Some(at) = self.columns.lane(*pid).filter(|_| !text.is_empty()) else {
                continue;
            };
            let reached = words.arrows.iter().filter(|arrow| arrow.to == *pid);
            let from_right = reached
                .filter_map(|arrow| self.columns.lane(arrow.from))
                .any(|from| from > at);
            let start = if from_right { at + 3 } else { at + 2 };
            let room = self.room(canvas, words, start - 1).saturating_sub(1);
            // An arrow needs some places too.
            let room = room.saturating_sub(self.needed(words, at));
            let short = words.shorter(*pid).filter(|_| width(text) > room);
            canvas.text(start, short.as_deref().unwrap_or(text), room);
        }
    }

    /// How far words may go from here: up to the next lifeline or mark, or to what stands at the right.
    fn room(&self, canvas: &Canvas, words: &Words, start: usize) -> usize {
        let marks = words.said.keys().filter_map(|pid| self.columns.lane(*pid));
        let next = marks
            .filter(|at| *at > start)
            .min()
            .unwrap_or(self.columns.width);
        canvas.room(start, next)
    }

    /// All words stand behind the lifelines, with what the arrows would say.
    pub(super) fn say_behind(
        &self,
        canvas: &mut Canvas,
        at: usize,
        row: &Row<'_, '_>,
        words: &Words,
    ) {
        let Some(scene) = row.scenes.last() else {
            return;
        };
        let mut text = format!("{}: {}", self.story.who(scene.step.pid), row.label);
        for arrow in words.arrows.iter().filter(|arrow| !arrow.is_sent_now()) {
            text += &match arrow.is_end() {
                // Whose end it is, is said already.
                true => format!(" ◄ {}", arrow.when()),
                false => format!(" ◄ {}, {}", self.story.who(arrow.from), arrow.when()),
            };
        }
        for pid in scene.deaths.iter().filter(|pid| **pid != scene.step.pid) {
            text += &format!("; {}: {}", self.story.who(*pid), self.ending(*pid));
        }
        for wait in &scene.waits {
            text += &match wait.pid == scene.step.pid {
                true => format!("; {}", wait.what),
                false => format!("; {} {}", self.story.who(wait.pid), wait.what),
            };
        }
        canvas.text(at, &text, self.columns.place.saturating_sub(at + 1));
    }

    /// Where there is room, it is said what somebody waits for.
    pub(super) fn say_who_waits(&mut self, canvas: &mut Canvas) {
        let lanes: BTreeMap<i32, usize> = self
            .notes
            .keys()
            .filter_map(|pid| Some((*pid, self.columns.lane(*pid)?)))
            .collect();
        for (pid, at) in lanes {
            let room = canvas.room(at + 1, self.columns.place);
            // The last place may be kept free before file and line.
            let is_quiet = room + 2 >= self.columns.pitch;
            if let Some(note) = self.notes.get(&pid).filter(|_| is_quiet) {
                canvas.text(at + 2, note, room.saturating_sub(2));
                self.notes.remove(&pid);
            }
        }
    }
}
