//! One line of the diagram: what was put first stays, so lines go around words.

use unicode_width::UnicodeWidthChar;

use super::super::fit::{cut, width};

/// What stands at a place of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Free,
    /// A letter or a mark; a wide one also covers the next place.
    Taken(char),
    Covered,
    /// A part of a lifeline, which an arrow may cross.
    Lifeline(char),
    /// A part of an arrow.
    Line,
}

/// A line of so many places.
#[derive(Debug)]
pub(super) struct Canvas(Vec<Place>);

impl Canvas {
    pub(super) fn new(places: usize) -> Canvas {
        Canvas(vec![Place::Free; places])
    }

    /// Puts a mark, whatever stood there.
    pub(super) fn mark(&mut self, at: usize, mark: char) {
        if let Some(place) = self.0.get_mut(at) {
            *place = Place::Taken(mark);
        }
    }

    pub(super) fn lifeline(&mut self, at: usize, line: char) {
        if let Some(place) = self.0.get_mut(at) {
            *place = Place::Lifeline(line);
        }
    }

    /// Puts a text, cut to `most` places, with a space on either side that no arrow fills.
    pub(super) fn text(&mut self, at: usize, text: &str, most: usize) {
        let text = cut(text, most.min(self.0.len().saturating_sub(at)));
        if text.is_empty() {
            return;
        }
        self.space(at.wrapping_sub(1));
        let mut at = at;
        for letter in text.chars() {
            let wide = letter.width().unwrap_or(0);
            if wide == 0 {
                continue;
            }
            self.mark(at, letter);
            for covered in at + 1..at + wide {
                self.0[covered] = Place::Covered;
            }
            at += wide;
        }
        self.space(at);
    }

    fn space(&mut self, at: usize) {
        if let Some(place) = self.0.get_mut(at).filter(|place| **place == Place::Free) {
            *place = Place::Taken(' ');
        }
    }

    /// How many places are free from here on, at most up to `to`.
    pub(super) fn room(&self, from: usize, to: usize) -> usize {
        let places = self.0.get(from..to.min(self.0.len())).unwrap_or(&[]);
        let free = places.iter().take_while(|place| **place == Place::Free);
        free.count()
    }

    /// Draws a line over the free places from `from` up to and without `to`, across lifelines and around words.
    pub(super) fn line(&mut self, from: usize, to: usize) {
        let to = to.min(self.0.len());
        for place in self.0.get_mut(from..to).unwrap_or(&mut []) {
            match place {
                Place::Free => *place = Place::Line,
                Place::Lifeline(_) => *place = Place::Lifeline('┼'),
                _ => {}
            }
        }
    }

    /// Writes on the longest straight part of a line within these places the first of the texts that fits there.
    pub(super) fn write_on_line(&mut self, from: usize, to: usize, texts: &[String]) {
        let Some((start, length)) = self.straight(from, to) else {
            return;
        };
        // Some of the line must be left on either side.
        let fits = |text: &&String| width(text) + 4 <= length;
        if let Some(text) = texts.iter().find(fits) {
            let start = start + (length - width(text)) / 2;
            for at in [start - 1, start + width(text)] {
                self.mark(at, ' ');
            }
            self.text(start, text, length);
        }
    }

    fn straight(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let (mut best, mut here) = ((0, 0), 0);
        for at in from..to.min(self.0.len()) {
            here = if self.0[at] == Place::Line {
                here + 1
            } else {
                0
            };
            if here > best.1 {
                best = (at + 1 - here, here);
            }
        }
        (best.1 > 0).then_some(best)
    }
}

impl std::fmt::Display for Canvas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.0.iter().filter_map(|place| match place {
            Place::Free => Some(' '),
            Place::Taken(mark) | Place::Lifeline(mark) => Some(*mark),
            Place::Line => Some('─'),
            Place::Covered => None,
        });
        let line: String = shown.collect();
        f.write_str(line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_around_words_and_across_lifelines() {
        let mut canvas = Canvas::new(24);
        canvas.lifeline(12, '│');
        canvas.text(2, "read A", 10);
        canvas.line(0, 20);
        canvas.write_on_line(13, 20, &["too long for it".to_owned(), "5".to_owned()]);
        assert_eq!(canvas.to_string(), "─ read A ───┼── 5 ──");
    }

    #[test]
    fn wide_letters_take_two_places() {
        let mut canvas = Canvas::new(9);
        canvas.text(0, "管道管道管道", 8);
        assert_eq!(canvas.to_string(), "管道管…");
    }
}
