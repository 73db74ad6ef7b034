//! What was chosen at each step of a run, and what could have been: for a person who steers it.

use super::choices::Choices;
use crate::fault::Faults;
use crate::schedule::Choice;
use forktalk_kernel::Kernel;

/// Every kind of fault, as often as one likes.
const ANY: Faults = Faults {
    kills: Faults::UNLIMITED,
    timeouts: Faults::UNLIMITED,
    shorts: Faults::UNLIMITED,
    interrupts: Faults::UNLIMITED,
    failures: Faults::UNLIMITED,
    stops: Faults::UNLIMITED,
};

/// See the module.
#[derive(Debug, Default)]
pub struct Offers {
    chosen: Vec<Choice>,
    offered: Vec<Choice>,
    /// Where the offers of each step begin, and what the default policy would choose there.
    steps: Vec<(usize, Option<Choice>)>,
}

impl Offers {
    /// The choices that were made, step by step.
    #[must_use]
    pub fn chosen(&self) -> &[Choice] {
        &self.chosen
    }

    /// What could be chosen after so many steps, all faults that can happen among them.
    #[must_use]
    pub fn after(&self, steps: usize) -> &[Choice] {
        let Some((begin, _)) = self.steps.get(steps) else {
            return &[];
        };
        let end = self
            .steps
            .get(steps + 1)
            .map_or(self.offered.len(), |next| next.0);
        &self.offered[*begin..end]
    }

    /// What the default policy would choose after so many steps; nothing if nobody could go.
    #[must_use]
    pub fn default_after(&self, steps: usize) -> Option<Choice> {
        self.steps.get(steps)?.1
    }

    pub(super) fn clear(&mut self) {
        self.chosen.clear();
        self.offered.clear();
        self.steps.clear();
    }

    pub(super) fn may_choose(
        &mut self,
        kernel: &Kernel,
        choices: &Choices,
        default: Option<Choice>,
    ) {
        self.steps.push((self.offered.len(), default));
        let transitions = choices.transitions.iter();
        self.offered
            .extend(transitions.map(|one| Choice::of(one.act, one.pid)));
        choices.add_faults(kernel, &ANY, &mut self.offered);
    }

    pub(super) fn choose(&mut self, choice: Choice) {
        self.chosen.push(choice);
    }
}
