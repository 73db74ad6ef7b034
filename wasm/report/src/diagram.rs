//! The run as a space-time diagram: a column for each process, time downward, an arrow for whatever passes.
//!
//! ```text
//! step  main (1)              child (2)
//!    3  ● fork child (2) ─────┐                       file.rs:9
//!    4  ● write A 5 B         │                       file.rs:18
//!    5  ┊ waits: read B       ● starts
//!    6  ○── A, step 4 ───────►● read A 5 B            file.rs:11
//! ```
//!
//! `●` is who takes the step, `│` who could, `┊` who waits. An arrow begins at `○`: it is drawn at the step at which it
//! arrives, and says when it was sent. `■` is an end, `✗` an end by force, `╳` a wait that nobody ends.

mod arrows;
mod canvas;
mod columns;
mod ending;
mod rows;
mod words;

use std::collections::BTreeMap;

use forktalk_explore::trace::Trace;
use forktalk_kernel::view::Status;

use self::arrows::together;
use self::canvas::Canvas;
use self::columns::Columns;
use self::rows::{Row, rows};
use self::words::Words;
use super::arrow::Passed;
use super::fit::{cut_front, width};
use super::story::{Scene, Story, ending};

/// The fewest places of a diagram: in fewer, nothing could be told.
const NARROWEST: usize = 60;

/// Draws a run into lines of at most so many places, or a few more if it has too many processes for that.
#[must_use]
pub fn diagram(trace: &Trace, width: usize) -> String {
    let story = Story::of(trace);
    let rows = rows(&story.scenes);
    let numbers = rows.iter().map(|row| self::width(&row.number()));
    let number_width = numbers.max().unwrap_or(0).max("step".len());
    let columns = Columns::of(&story, number_width, width.max(NARROWEST));
    let mut drawing = Drawing {
        lifelines: BTreeMap::new(),
        notes: BTreeMap::new(),
        story: &story,
        columns,
        lines: String::new(),
    };
    drawing.head();
    for row in &rows {
        drawing.row(row);
    }
    drawing.end();
    drawing.lines
}

/// The diagram, as far as it is drawn.
struct Drawing<'s, 'a> {
    story: &'s Story<'a>,
    columns: Columns,
    /// Those that are there, and whether they wait.
    lifelines: BTreeMap<i32, bool>,
    /// What those that wait wait for, as long as it is not said.
    notes: BTreeMap<i32, String>,
    lines: String,
}

impl Drawing<'_, '_> {
    fn head(&mut self) {
        let mut canvas = self.canvas("step");
        for life in &self.story.lives {
            if let (Some(at), None) = (self.columns.lane(life.pid), self.columns.words) {
                canvas.text(at, &life.who(), self.columns.pitch - 1);
            }
        }
        self.add(&canvas);
        let there = self.story.lives.iter().filter(|life| life.born == 0);
        self.lifelines.extend(there.map(|life| (life.pid, false)));
    }

    fn row(&mut self, row: &Row<'_, '_>) {
        let words = self.words(row);
        let mut canvas = self.canvas(&row.number());
        for (pid, waits) in &self.lifelines {
            if let Some(at) = self.columns.lane(*pid) {
                canvas.lifeline(at, if *waits { '┊' } else { '│' });
            }
        }
        for (pid, (mark, _)) in &words.said {
            if let Some(at) = self.columns.lane(*pid) {
                canvas.mark(at, *mark);
            }
        }
        let place = cut_front(&row.place(), self.columns.place_width);
        canvas.text(self.columns.place, &place, self.columns.place_width);
        match self.columns.words {
            None => self.say_in_columns(&mut canvas, &words),
            Some(at) => self.say_behind(&mut canvas, at, row, &words),
        }
        self.draw_arrows(&mut canvas, &words);
        if self.columns.words.is_none() {
            self.say_who_waits(&mut canvas);
        }
        self.add(&canvas);
        row.scenes.iter().for_each(|scene| self.pass(scene));
    }

    /// The marks of a row, and what is said beside them.
    fn words(&self, row: &Row<'_, '_>) -> Words {
        let scenes = row.scenes;
        let all = scenes.iter().flat_map(|scene| &scene.arrows);
        let arrows = together(all.filter(|arrow| arrow.from != arrow.to));
        let mut said = BTreeMap::new();
        for arrow in &arrows {
            let head = if arrow.what == Passed::Birth {
                self.corner(arrow)
            } else {
                '○'
            };
            let other = if arrow.is_sent_now() {
                arrow.to
            } else {
                arrow.from
            };
            said.insert(other, (head, String::new()));
        }
        for pid in scenes.iter().flat_map(|scene| &scene.deaths) {
            said.insert(*pid, (self.last_mark(*pid), self.ending(*pid)));
        }
        if let Some(scene) = scenes.last() {
            let dead = scene.deaths.contains(&scene.step.pid);
            let mark = if dead {
                self.last_mark(scene.step.pid)
            } else {
                '●'
            };
            said.insert(scene.step.pid, (mark, row.label.clone()));
        }
        Words { arrows, said }
    }

    fn last_mark(&self, pid: i32) -> char {
        match self.status(pid) {
            Some(Status::Exited { code }) if *code != 101 => '■',
            _ => '✗',
        }
    }

    fn ending(&self, pid: i32) -> String {
        self.status(pid).map(ending).unwrap_or_default()
    }

    fn status(&self, pid: i32) -> Option<&Status> {
        let death = self.story.life(pid)?.death.as_ref()?;
        Some(&death.status)
    }

    /// What is different from the next row on.
    fn pass(&mut self, scene: &Scene<'_>) {
        for birth in scene
            .arrows
            .iter()
            .filter(|arrow| arrow.what == Passed::Birth)
        {
            self.lifelines.insert(birth.to, false);
        }
        for pid in &scene.released {
            self.lifelines.insert(*pid, false);
            self.notes.remove(pid);
        }
        for wait in &scene.waits {
            self.lifelines.insert(wait.pid, true);
            self.notes.insert(wait.pid, wait.what.clone());
        }
        for pid in &scene.deaths {
            self.lifelines.remove(pid);
            self.notes.remove(pid);
        }
    }

    /// A line that begins with this number.
    fn canvas(&self, number: &str) -> Canvas {
        let mut canvas = Canvas::new(self.columns.width);
        let indent = self.columns.number_width.saturating_sub(width(number));
        canvas.text(indent, number, self.columns.number_width);
        canvas
    }

    fn add(&mut self, canvas: &Canvas) {
        self.lines.push_str(&canvas.to_string());
        self.lines.push('\n');
    }
}
