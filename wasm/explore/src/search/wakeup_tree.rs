//! What is still to be explored from a state: beginnings of runs, as an ordered tree.
//!
//! After Abdulla, Aronis, Jonsson, Sagonas: "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction",
//! Journal of the ACM 64(4), 2017, sections 6 and 7.

use crate::event::Event;
use std::sync::Arc;

/// A step, and the ways on from it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) event: Arc<Event>,
    pub(super) rest: Vec<Tree>,
}

/// What is left of `sequence` once `first` was taken before it, if there is a run that begins with both: `first` comes
/// first in it, or commutes with all of it.
pub(super) fn after(first: &Event, sequence: &[Arc<Event>]) -> Option<Vec<Arc<Event>>> {
    let place = sequence.iter().position(|event| event.pid() == first.pid());
    let before = &sequence[..place.unwrap_or(sequence.len())];
    let depends = |event: &Arc<Event>| first.unsure || event.depends_on(first);
    if before.iter().any(depends) {
        return None;
    }
    let behind = place.map_or(&[][..], |place| &sequence[place + 1..]);
    Some(before.iter().chain(behind).cloned().collect())
}

/// Adds a beginning, unless a run that is to come will be equivalent to one that begins so.
pub(super) fn insert(trees: &mut Vec<Tree>, sequence: Vec<Arc<Event>>) {
    for tree in trees.iter_mut() {
        if let Some(rest) = after(&tree.event, &sequence) {
            if !tree.rest.is_empty() && !rest.is_empty() {
                insert(&mut tree.rest, rest);
            }
            return;
        }
    }
    trees.extend(chain(sequence));
}

fn chain(sequence: Vec<Arc<Event>>) -> Option<Tree> {
    let mut events = sequence.into_iter().rev();
    let last = events.next()?;
    let leaf = Tree {
        event: last,
        rest: Vec::new(),
    };
    Some(events.fold(leaf, |tree, event| Tree {
        event,
        rest: vec![tree],
    }))
}
