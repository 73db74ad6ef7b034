//! What one process did, as turns: a call, and what it did with shared memory until the next.
//!
//! A process of several threads becomes one that makes their calls one after the other, in the order in which they were
//! answered: a call that waits is answered after what it waited for.

use crate::line::{File, Line};

/// A call of a process, with all that it did before the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    /// The call; without a name it is the process's beginning.
    pub(crate) asked: Line,
    /// Nothing: it was not answered any more, or does not return.
    pub(crate) answer: Option<Line>,
    /// What it did with shared memory then.
    pub(crate) then: Vec<Line>,
}

impl Turn {
    pub(crate) fn name(&self) -> &str {
        self.asked.call.as_deref().unwrap_or("begin")
    }

    /// What the call answered: a number, or a negative error number.
    pub(crate) fn answered(&self) -> Option<i64> {
        self.answer.as_ref()?.answer
    }

    /// Whether it waited for something in vain, or looked and found it was not so.
    pub(crate) fn found_nothing(&self) -> bool {
        match (self.name(), self.answered()) {
            ("poll" | "wait", Some(0)) => true,
            ("lock" | "wait on word", Some(answer)) => {
                answer == -i64::from(forktalk_abi::Errno::TIMEDOUT.raw())
            }
            _ => false,
        }
    }

    /// Whether the process is known to have gone on from it, or to have ended by it.
    pub(crate) fn is_done(&self) -> bool {
        self.answer.is_some() || matches!(self.name(), "begin" | "exit")
    }

    /// When others could have seen it first. What is done under a lock is done when it is there.
    pub(crate) fn earliest(&self) -> u64 {
        match &self.answer {
            Some(answer) if self.name() == "lock" => answer.at,
            _ => self.asked.at,
        }
    }

    /// The moment at which it is taken to have happened, unless others say otherwise.
    ///
    /// It took effect between its beginning and its end. The end is right for what had to wait, and for what others had to
    /// wait for it is never too late: they are the ones who say otherwise. What found nothing was right before that came.
    pub(crate) fn moment(&self) -> u64 {
        let begin = self.asked.at;
        let Some(answer) = &self.answer else {
            return begin;
        };
        match self.name() {
            "fork" => begin,
            _ if self.found_nothing() => {
                let up = self.asked.deadline.unwrap_or(0);
                up.clamp(begin, answer.at.max(begin))
            }
            // What is done under a lock is one with taking it: it is when it is over that others see it.
            "lock" => {
                let released = |line: &&Line| {
                    line.does("unlock")
                        && (line.region, line.offset) == (self.asked.region, self.asked.offset)
                };
                self.then.iter().find(released).unwrap_or(answer).at
            }
            _ => answer.at,
        }
    }
}

/// The turns of a process; the first is its beginning. Those that were not answered are the last.
pub(crate) fn turns(file: &File) -> Vec<Turn> {
    let mut begin = Turn::default();
    begin.asked.at = file.header.at;
    let mut turns = vec![begin];
    // The calls that are under way, by thread.
    let mut open: Vec<Turn> = Vec::new();
    for line in file.lines.iter().filter(|line| line.says_anything()) {
        if line.call.is_some() {
            let turn = Turn {
                asked: line.clone(),
                ..Turn::default()
            };
            match turn.name() {
                // Nothing comes after it, whatever other threads were at.
                "exit" => {
                    turns.push(turn);
                    return turns;
                }
                _ => open.push(turn),
            }
        } else if line.answer.is_some() {
            let its = |turn: &Turn| turn.asked.thread == line.thread;
            if let Some(index) = open.iter().rposition(its) {
                let mut turn = open.remove(index);
                turn.answer = Some(line.clone());
                turns.push(turn);
            }
        } else if let Some(last) = turns.last_mut() {
            last.then.push(line.clone());
        }
    }
    turns.append(&mut open);
    turns
}
