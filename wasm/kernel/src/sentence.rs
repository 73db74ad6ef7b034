//! One sentence for a step and one for an end: the words, in English and in Chinese.
//!
//! [`step`] and [`end`] are the only writers of sentences: the rows of the table, the caption in the page, the screen
//! reader's text and the deadlock report all say what is said here. They read the picture before and after
//! ([`View`]) and nothing else, so a sentence can be checked against what is drawn. In `calls.rs` stands what a call
//! did (in `deeds.rs`, `memory.rs` and `queues.rs` the verbs), in `waiting.rs` why somebody waits, in `effects.rs` what followed for the others.

mod calls;
mod deeds;
mod effects;
mod errors;
mod memory;
mod queues;
mod waiting;
mod words;

pub(crate) use queues::queue;
pub(crate) use waiting::stopped;
pub(crate) use waiting::waits_for;
pub(crate) use words::{Spoken, is_stopped, join, object, say, spaced, who};

use crate::view::{CallView, Status, View};
use serde::{Deserialize, Serialize};

/// The same, said in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// The process performs its call.
    Go,
    /// The bounded wait of the process gives up.
    Timeout,
    /// The process is killed, before it performs its call.
    Kill,
    /// The call of the process fails for want of something, and is not performed.
    Fail,
    /// A signal interrupts the call of the process, before anything of it was performed.
    Interrupt,
    /// The process is stopped, before it performs its call, and never goes on.
    Stop,
}

/// A step, as the sentence needs it.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What happened.
    pub act: Act,
    /// To which process.
    pub pid: i32,
    /// The call that it stood at.
    pub call: &'a CallView,
    /// What the call answered; nothing if it does not return.
    pub answer: Option<i32>,
    /// What it printed.
    pub printed: Option<&'a str>,
    /// The virtual clock after the step.
    pub now_ns: u64,
}

/// How a run ended, as the sentence needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// Every process has ended; the root like this.
    Finished(&'a Status),
    /// Nobody can go on.
    Deadlock,
    /// It took more steps than a run may.
    Limit(u32),
}

/// How many waiting processes the sentence of a deadlock names.
const MOST_NAMED: usize = 4;

/// The sentence of a step: what the process did, what followed for the others, and whether it waits now.
#[must_use]
pub fn step(before: &View, after: &View, event: &Event<'_>) -> Sentence {
    let mut said = calls::happened(before, after, event).closed();
    said.add(effects::followed(before, after, event));
    said
}

/// The sentence of an end.
#[must_use]
pub fn end(view: &View, outcome: &Outcome<'_>) -> Sentence {
    match outcome {
        Outcome::Finished(status) => say!(
            "The run is over: {} {}.",
            "运行结束：{}{}。",
            who(view, 1),
            words::ended(status)
        ),
        Outcome::Limit(steps) => say!(
            "Stopped after {} steps: perhaps the program would never have ended.",
            "运行了 {} 步后停下：这个程序也许永远不会结束。",
            *steps
        ),
        Outcome::Deadlock => {
            let mut waiting: Vec<Sentence> = waiting::all(view).collect();
            if waiting.len() > MOST_NAMED {
                let more = waiting.split_off(MOST_NAMED).len();
                waiting.push(say!("{} more wait.", "另外还有 {} 个进程在等待。", more));
            }
            waiting.extend(waiting::all_stopped(view));
            say!(
                "Deadlock: nobody can go on. {}",
                "死锁：谁也无法继续。{}",
                join(&waiting, " ", "")
            )
        }
    }
}

impl Sentence {
    /// Adds a whole sentence, if there is anything to say.
    fn add(&mut self, more: Sentence) {
        if more.en.is_empty() {
            return;
        }
        if !self.en.is_empty() {
            self.en.push(' ');
        }
        self.en.push_str(&more.en);
        self.zh.push_str(&more.zh);
    }

    /// With its full stop.
    fn closed(mut self) -> Sentence {
        if !self.en.is_empty() {
            self.en.push('.');
            self.zh.push('。');
        }
        self
    }
}
