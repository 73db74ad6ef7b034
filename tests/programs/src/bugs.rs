//! The gallery: twelve mistakes, each as a small program that goes wrong in some orders only, and the program's twin in
//! which it is repaired, `gallery/<name>_repaired`.

use crate::{Program, find};

/// A mistake, and what must happen so that it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bug {
    /// The program that has it.
    pub path: &'static str,
    /// What is wrong, in one line.
    pub line: &'static str,
    /// How many processes must be killed at some moment; never the root.
    pub kills: u32,
    /// Whether the time of a wait must be up early, as if the others were slow.
    pub timeouts: bool,
}

/// All of them.
pub static BUGS: [Bug; 12] = [
    by_order(
        "gallery/forgotten_close",
        "the forgotten close: a worker holds a writing end that it inherited of an earlier one's pipe",
    ),
    by_order(
        "gallery/full_pipes_facing",
        "two full pipes facing: both send more than a pipe holds before they receive",
    ),
    by_order(
        "gallery/join_before_drain",
        "join before drain: the parent waits for the end of a worker that waits for room",
    ),
    by_order(
        "gallery/lock_order",
        "lock order: of two tokens each process has one and waits for the other",
    ),
    by_order(
        "gallery/check_then_act",
        "check-then-act: between the look whether there is an item and the get another process gets it",
    ),
    Bug {
        kills: 1,
        ..by_order(
            "gallery/getter_dies",
            "a getter dies holding work: the item is in nobody's hands and not in the queue",
        )
    },
    by_order(
        "gallery/lost_wakeup",
        "a lost wake-up: the work comes after the look for it and before the word that somebody sleeps",
    ),
    by_order(
        "gallery/late_joiner",
        "a broadcast misses a late joiner: it goes only to those who are known by then",
    ),
    by_order(
        "gallery/wrong_reply",
        "a reply goes to the wrong worker: all take the next one from one pipe",
    ),
    Bug {
        timeouts: true,
        ..by_order(
            "gallery/timeout_taken_for_death",
            "a timeout is taken for death: what a slow worker does is done again",
        )
    },
    Bug {
        kills: 1,
        ..by_order(
            "gallery/last_worker_dies",
            "the last worker dies: who waits for its answer is not told",
        )
    },
    by_order(
        "gallery/two_winners",
        "two winners: both see that nobody has claimed, and then both claim",
    ),
];

/// One that shows in some orders, without any fault.
const fn by_order(path: &'static str, line: &'static str) -> Bug {
    Bug {
        path,
        line,
        kills: 0,
        timeouts: false,
    }
}

impl Bug {
    /// The program that has the mistake.
    ///
    /// # Panics
    ///
    /// If the list does not name it.
    #[must_use]
    pub fn program(&self) -> &'static Program {
        find(self.path).expect("the list names it")
    }

    /// The program in which it is repaired: it must hold in every order, also with the faults that the mistake needs.
    ///
    /// # Panics
    ///
    /// If the list does not name it.
    #[must_use]
    pub fn repaired(&self) -> &'static Program {
        let path = format!("{}_repaired", self.path);
        find(&path).expect("the list names the twin too")
    }
}
