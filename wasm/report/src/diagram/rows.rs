//! Which steps share a row.

use super::super::story::Scene;

/// A diagram of more rows is made shorter.
const MOST_ROWS: usize = 200;

/// Calls that say little: they may share a row.
const SMALL: [&str; 14] = [
    "close",
    "fd_close",
    "duplicate",
    "lock",
    "unlock",
    "lay down",
    "take up",
    "poll",
    "set capacity",
    "yield",
    "load",
    "load wide",
    "copy in",
    "copy out",
];

/// One row: a step, or several of one process.
pub(super) struct Row<'s, 'a> {
    pub(super) scenes: &'s [Scene<'a>],
    pub(super) label: String,
}

/// A row for each step; if that were too many, like steps of one process share one.
pub(super) fn rows<'s, 'a>(scenes: &'s [Scene<'a>]) -> Vec<Row<'s, 'a>> {
    let may_share = |a: &Scene<'_>, b: &Scene<'_>| {
        scenes.len() > MOST_ROWS && a.step.pid == b.step.pid && are_alike(a, b)
    };
    scenes.chunk_by(may_share).map(Row::of).collect()
}

/// Whether two steps, one after the other, can be told as one.
fn are_alike(a: &Scene<'_>, b: &Scene<'_>) -> bool {
    let uneventful = |scene: &Scene<'_>| scene.deaths.is_empty() && scene.step.output.is_none();
    let same_words = a.label == b.label || (is_small(a) && is_small(b));
    let same_arrows = match (a.arrows.as_slice(), b.arrows.as_slice()) {
        ([], []) => true,
        ([one], [other]) => !one.is_sent_now() && !one.is_end() && one.goes_like(other),
        _ => false,
    };
    uneventful(a) && uneventful(b) && a.waits.is_empty() && same_words && same_arrows
}

fn is_small(scene: &Scene<'_>) -> bool {
    SMALL.contains(&scene.step.call.as_str())
}

impl<'s, 'a> Row<'s, 'a> {
    fn of(scenes: &'s [Scene<'a>]) -> Row<'s, 'a> {
        let label = match scenes {
            [only] => only.label.clone(),
            [first, others @ ..] if others.iter().all(|other| other.label == first.label) => {
                format!("{} × {}", scenes.len(), first.label)
            }
            several => format!("{} steps", several.len()),
        };
        Row { scenes, label }
    }

    /// "5", or "5–7".
    pub(super) fn number(&self) -> String {
        match self.scenes {
            [] => String::new(),
            [only] => only.step.step.to_string(),
            [first, .., last] => format!("{}–{}", first.step.step, last.step.step),
        }
    }

    /// File and line, if all steps of the row have the same.
    pub(super) fn place(&self) -> String {
        let place = self.scenes.first().map(Scene::place).unwrap_or_default();
        match self.scenes.iter().all(|scene| scene.place() == place) {
            true => place,
            false => String::new(),
        }
    }
}
