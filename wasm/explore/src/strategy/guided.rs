//! The way that a search wants.

use super::{Situation, Strategy};
use crate::event::Event;
use crate::schedule::{Act, Choice};
use std::fmt;

/// Makes given choices, and goes on by the default policy, but not with a process that is *asleep*: what would come of
/// its step now was seen in another run, unless something happens before it that does not commute with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guided {
    choices: Vec<Choice>,
    /// Who is asleep after the first `since` steps, and what each would do.
    since: usize,
    asleep: Vec<Event>,
    // Of the run that is under way:
    awake_until: usize,
    still_asleep: Vec<Event>,
}

impl Guided {
    pub(crate) fn new(choices: Vec<Choice>, since: usize, asleep: Vec<Event>) -> Guided {
        Guided {
            choices,
            since,
            asleep,
            ..Guided::default()
        }
    }

    fn sleeps(&self, choice: Choice) -> bool {
        let mut asleep = self.still_asleep.iter();
        asleep.any(|event| event.pid() == choice.pid)
    }

    /// Wakes those whose step does not commute with one that was taken.
    fn wake(&mut self, events: &[Event]) {
        for event in events.iter().skip(self.awake_until) {
            self.still_asleep.retain(|asleep| !asleep.depends_on(event));
        }
        self.awake_until = self.awake_until.max(events.len());
    }
}

impl fmt::Display for Guided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("exhaustive")
    }
}

impl Strategy for Guided {
    fn start(&mut self, _seed: u64) {
        self.awake_until = self.since;
        self.still_asleep.clone_from(&self.asleep);
    }

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let made = situation.step as usize - 1;
        if let Some(choice) = self.choices.get(made) {
            // Of several whose wait is over at once, the first is the one that time goes on for.
            let offered = situation.transitions.iter();
            let mut offered = offered.map(|one| (one.act, one.pid));
            return match offered.any(|one| one == (Act::Timeout, choice.pid)) {
                true => Choice::timeout(choice.pid),
                false => *choice,
            };
        }
        self.wake(situation.events);
        let default = situation.default_choice;
        if !self.sleeps(default) {
            return default;
        }
        let offered = situation.transitions.iter().map(|one| Choice {
            act: one.act,
            ..Choice::go(one.pid)
        });
        // If all are asleep, this run is one that was seen; the search notices.
        offered
            .filter(|choice| !self.sleeps(*choice))
            .min_by_key(|choice| choice.pid)
            .unwrap_or(default)
    }
}
