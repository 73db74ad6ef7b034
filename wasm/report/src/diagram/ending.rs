//! The last rows: how it ended, and in a deadlock what each waits for.

use std::collections::BTreeMap;

use super::super::fit::{width, wrapped};
use super::super::story::STOPS;
use super::Drawing;

impl Drawing<'_, '_> {
    /// How it ended: in a deadlock, what each waits for stands in its column.
    pub(super) fn end(&mut self) {
        let stuck = self.story.stuck();
        if self.story.is_deadlock() {
            match self.columns.words {
                None => self.stuck_in_columns(&stuck),
                Some(at) => self.stuck_behind(&stuck, at),
            }
        }
        let said = match self.story.end {
            Some(_) if self.story.is_deadlock() => "Deadlock: nobody can go on.",
            Some(end) => &end.sentence.en,
            None => STOPS,
        };
        self.lines.push_str(said);
        self.lines.push('\n');
    }

    fn stuck_in_columns(&mut self, stuck: &BTreeMap<i32, String>) {
        let lanes: Vec<(usize, &String)> = stuck
            .iter()
            .filter_map(|(pid, said)| Some((self.columns.lane(*pid)?, said)))
            .collect();
        let ends = lanes
            .iter()
            .skip(1)
            .map(|(at, _)| *at)
            .chain([self.columns.width]);
        let texts = lanes.iter().zip(ends);
        let texts: Vec<(usize, Vec<String>)> = texts
            .map(|((at, said), end)| {
                (
                    *at,
                    wrapped(
                        said,
                        (end - at).saturating_sub(4).min(3 * self.columns.pitch),
                    ),
                )
            })
            .collect();
        let most = texts
            .iter()
            .map(|(_, lines)| lines.len())
            .max()
            .unwrap_or(0);
        for number in 0..most {
            let mut canvas = self.canvas("");
            for (at, lines) in &texts {
                if number == 0 {
                    canvas.mark(*at, '╳');
                }
                if let Some(line) = lines.get(number) {
                    canvas.text(at + 2, line, width(line));
                }
            }
            self.add(&canvas);
        }
    }

    fn stuck_behind(&mut self, stuck: &BTreeMap<i32, String>, at: usize) {
        for (pid, said) in stuck {
            let said = format!("{} {said}", self.story.who(*pid));
            for (number, line) in wrapped(&said, self.columns.width.saturating_sub(at))
                .iter()
                .enumerate()
            {
                let mut canvas = self.canvas("");
                for other in stuck.keys().filter_map(|pid| self.columns.lane(*pid)) {
                    canvas.lifeline(other, '┊');
                }
                if let Some(at) = self.columns.lane(*pid).filter(|_| number == 0) {
                    canvas.mark(at, '╳');
                }
                canvas.text(at, line, width(line));
                self.add(&canvas);
            }
        }
    }
}
