//! Where the processes stand in the diagram.
//!
//! If there is room, each has a column, with its words beside its lifeline:
//!
//! ```text
//! step  main (1)             child (2)                place
//!    5  ● write A 8 B        │                        file.rs:8
//! ```
//!
//! If there are too many for that, the lifelines stand close together, and the words stand behind them all. A process
//! whose parent has waited for it then leaves its place to one that is born later:
//!
//! ```text
//! step                                                place
//!    5  ● │ │ │ │ │  main (1): write A 8 B            file.rs:8
//! ```

use std::collections::BTreeMap;

use super::super::fit::width;
use super::super::story::Story;

/// A column of fewer places has no room for words.
const NARROWEST: usize = 14;

/// A column of more places would only make arrows longer.
const WIDEST: usize = 44;

/// Of two lifelines that stand close.
const CLOSE: usize = 2;

/// So much is kept for words behind the lifelines.
const WORDS: usize = 40;

/// File and line may have this part of the whole width.
const PLACES: usize = 4;

/// Where what is.
pub(super) struct Columns {
    /// Where the lifeline of each process is.
    lanes: BTreeMap<i32, usize>,
    /// From one lifeline to the next.
    pub(super) pitch: usize,
    /// Where the words of all processes begin, if they do not stand in columns.
    pub(super) words: Option<usize>,
    /// Where file and line begin, and how many places they have.
    pub(super) place: usize,
    pub(super) place_width: usize,
    /// How many places the step's number has.
    pub(super) number_width: usize,
    /// How many places there are.
    pub(super) width: usize,
}

impl Columns {
    /// For a diagram of so many places, with step numbers of so many.
    pub(super) fn of(story: &Story<'_>, number_width: usize, most: usize) -> Columns {
        let places = story.scenes.iter().map(|scene| width(&scene.place()));
        let place_width = places.max().unwrap_or(0).min(most / PLACES);
        let left = number_width + 2;
        let room = most.saturating_sub(left + place_width);
        let pitch = room / story.lives.len().max(1);
        if pitch >= NARROWEST {
            let pitch = pitch.min(WIDEST);
            let lanes = story
                .lives
                .iter()
                .map(|life| life.pid)
                .zip((left..).step_by(pitch));
            let place = left + pitch * story.lives.len();
            return Columns {
                lanes: lanes.collect(),
                pitch,
                words: None,
                place,
                place_width,
                number_width,
                width: (place + place_width).max(most),
            };
        }
        let (lanes, count) = close_together(story);
        let pitch = if count * CLOSE + WORDS <= room {
            CLOSE
        } else {
            1
        };
        let words = left + count * pitch + 1;
        let place = (most.saturating_sub(place_width)).max(words + WORDS);
        Columns {
            lanes: lanes
                .into_iter()
                .map(|(pid, lane)| (pid, left + lane * pitch))
                .collect(),
            pitch,
            words: Some(words),
            place,
            place_width,
            number_width,
            width: place + place_width,
        }
    }

    /// The lifeline of a process.
    pub(super) fn lane(&self, pid: i32) -> Option<usize> {
        self.lanes.get(&pid).copied()
    }
}

/// The number of each process's lane, and how many lanes there are: a lane is used again when nobody speaks any more of
/// the process that had it.
fn close_together(story: &Story<'_>) -> (BTreeMap<i32, usize>, usize) {
    let mut last_mention: BTreeMap<i32, u32> = BTreeMap::new();
    for scene in &story.scenes {
        let named = scene.arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]);
        for pid in named.chain(scene.deaths.iter().copied()) {
            last_mention.insert(pid, scene.step.step);
        }
    }
    let mut lanes = BTreeMap::new();
    let mut busy_until: Vec<u32> = Vec::new();
    for life in &story.lives {
        let mentioned = last_mention.get(&life.pid).copied().unwrap_or(0);
        let until = match &life.death {
            Some(death) => mentioned.max(death.step),
            None => u32::MAX,
        };
        let free = busy_until.iter().position(|until| *until < life.born);
        let lane = free.unwrap_or(busy_until.len());
        match busy_until.get_mut(lane) {
            Some(busy) => *busy = until,
            None => busy_until.push(until),
        }
        lanes.insert(life.pid, lane);
    }
    (lanes, busy_until.len())
}
