//! The states of a program from which something is or will be explored, as a tree.
//!
//! From a state its steps are explored one by one: whoever begins later takes it that all that begins with an earlier one
//! is seen, so that one *sleeps* there. Nobody need wait until it *was* seen. But what the earlier one teaches of runs
//! that begin with the later one must reach that, even if it has begun already ([`States::note`]).

use super::wakeup_tree::{self, Tree};
use crate::event::Event;
use crate::order::Step;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A state, by its place. A place is used again once nothing is left to be explored from its state.
pub(super) type StateId = usize;

/// The state before any step.
pub(super) const ROOT: StateId = 0;

#[derive(Debug, Default)]
struct State {
    /// What led here: the state before, and the step.
    from: Option<(StateId, Arc<Step>)>,
    /// How many steps led here.
    depth: usize,
    /// The steps that need not be taken from here.
    asleep: Vec<Arc<Event>>,
    /// The steps that are or were explored from here, in the order in which that began.
    begun: Vec<Begun>,
    /// What is still to be explored from here.
    rest: Vec<Tree>,
    /// How many runs are under way that begin behind this state, and how many states behind it are active.
    busy: usize,
    /// Whether something is left to be explored from here, or is under way.
    active: bool,
    /// A run is under way whose first step from here may touch more than is known. Who comes after it must know.
    unsure: bool,
}

/// A step that is explored.
#[derive(Debug)]
struct Begun {
    event: Arc<Event>,
    behind: Behind,
}

/// What is behind a step.
#[derive(Debug)]
enum Behind {
    /// The first run is under way; what was learnt meanwhile of runs that begin so.
    UnderWay(Vec<Vec<Arc<Event>>>),
    State(StateId),
    /// All was explored, and nobody can teach more.
    Done,
}

/// A beginning of a run that is to be made.
pub(super) struct Beginning {
    /// The state behind which it is new.
    pub(super) from: StateId,
    /// Which of the steps that are explored from there it begins with.
    place: usize,
    /// Who sleeps there.
    pub(super) asleep: Vec<Arc<Event>>,
}

/// All states that are not done.
#[derive(Debug)]
pub(super) struct States {
    all: Vec<State>,
    free: Vec<StateId>,
    /// Those from which a run can begin, each with its depth.
    open: BTreeSet<(usize, StateId)>,
}

impl States {
    pub(super) fn new() -> States {
        States {
            all: vec![State::default()],
            free: Vec::new(),
            open: BTreeSet::new(),
        }
    }

    /// The steps that led to a state.
    pub(super) fn path(&self, id: StateId) -> Vec<Arc<Step>> {
        let mut path = Vec::with_capacity(self.all[id].depth);
        let mut at = id;
        while let Some((before, step)) = &self.all[at].from {
            path.push(Arc::clone(step));
            at = *before;
        }
        path.reverse();
        path
    }

    /// The first run of all begins.
    pub(super) fn first(&mut self) -> Beginning {
        self.all[ROOT].busy += 1;
        self.update(ROOT);
        Beginning {
            from: ROOT,
            place: 0,
            asleep: Vec::new(),
        }
    }

    /// The next run begins, and what it is to take: as deep as there is one, so that few states are open at a time.
    pub(super) fn next(&mut self) -> Option<(Beginning, Tree)> {
        let (_, id) = *self.open.last()?;
        let state = &mut self.all[id];
        let tree = state.rest.remove(0);
        let begun = state.begun.iter().map(|begun| &begun.event);
        let beginning = Beginning {
            from: id,
            place: state.begun.len(),
            asleep: state.asleep.iter().chain(begun).cloned().collect(),
        };
        state.begun.push(Begun {
            event: Arc::clone(&tree.event),
            behind: Behind::UnderWay(Vec::new()),
        });
        state.unsure = tree.event.unsure;
        state.busy += 1;
        self.update(id);
        Some((beginning, tree))
    }

    /// A run that began so took these steps; what is noted beside each of those that come behind the first. The states
    /// that it came through, from the root.
    pub(super) fn take(
        &mut self,
        beginning: &Beginning,
        steps: &[Arc<Step>],
        beside: impl IntoIterator<Item = Vec<Tree>>,
    ) -> Vec<StateId> {
        let before = |at: &StateId| self.all[*at].from.as_ref().map(|(before, _)| *before);
        let mut way: Vec<StateId> = std::iter::successors(Some(beginning.from), before).collect();
        way.reverse();
        let mut beside = beside.into_iter();
        let mut asleep = beginning.asleep.clone();
        let mut learnt = Vec::new();
        let (mut at, mut place) = (beginning.from, beginning.place);
        self.all[at].unsure = false;
        for step in steps {
            asleep.retain(|one| !one.depends_on(&step.event));
            let new = self.add(State {
                from: Some((at, Arc::clone(step))),
                depth: self.all[at].depth + 1,
                asleep: asleep.clone(),
                rest: beside.next().unwrap_or_default(),
                ..State::default()
            });
            let begun = Begun {
                event: Arc::clone(&step.event),
                behind: Behind::State(new),
            };
            match self.all[at].begun.get_mut(place) {
                // It was only foreseen what it would be.
                Some(foreseen) => {
                    let foreseen = std::mem::replace(foreseen, begun);
                    if let Behind::UnderWay(late) = foreseen.behind {
                        learnt.extend(late.into_iter().map(|then| (new, then)));
                    }
                }
                None => self.all[at].begun.push(begun),
            }
            way.push(new);
            (at, place) = (new, 0);
        }
        for (id, then) in learnt {
            self.hand_on(id, then);
        }
        way
    }

    /// A step of a run that came through these states could have come before the step from the one at `before`, and this
    /// is how. It is to be explored from there, unless a run that is or will be made shows the same.
    pub(super) fn note(&mut self, way: &[StateId], before: usize, then: &[Arc<Event>]) {
        let (id, taken) = (way[before], way[before + 1]);
        let state = &self.all[id];
        let is_taken = |begun: &Begun| matches!(begun.behind, Behind::State(to) if to == taken);
        let place = state.begun.iter().position(is_taken).unwrap_or(0);
        let earlier = state.begun[..place].iter().map(|begun| &begun.event);
        let mut seen = state.asleep.iter().chain(earlier);
        if !seen.any(|one| wakeup_tree::after(one, then).is_some()) {
            self.put(id, place + 1, then.to_vec());
        }
    }

    /// Puts the beginning of a run to that step, of those that are explored from a state, with which it can begin; the first
    /// so many are known to be none. If there is none, it is to be explored itself.
    fn put(&mut self, id: StateId, known: usize, then: Vec<Arc<Event>>) {
        let mut begun = self.all[id].begun.iter_mut().skip(known);
        let found = begun.find_map(|begun| {
            let rest = wakeup_tree::after(&begun.event, &then)?;
            Some((&mut begun.behind, rest))
        });
        match found {
            None => {
                wakeup_tree::insert(&mut self.all[id].rest, then);
                self.update(id);
            }
            Some((_, rest)) if rest.is_empty() => {}
            Some((Behind::Done, _)) => {}
            Some((Behind::UnderWay(late), rest)) => late.push(rest),
            Some((&mut Behind::State(behind), rest)) => self.hand_on(behind, rest),
        }
    }

    /// A run that begins so behind this state was noted before it. Where nobody sleeps, everything is explored anyway.
    fn hand_on(&mut self, id: StateId, then: Vec<Arc<Event>>) {
        let asleep = &self.all[id].asleep;
        let is_seen = |one: &Arc<Event>| wakeup_tree::after(one, &then).is_some();
        if !asleep.is_empty() && !asleep.iter().any(is_seen) {
            self.put(id, 0, then);
        }
    }

    /// What a run taught that began so and came through these states was noted.
    pub(super) fn finish(&mut self, beginning: &Beginning, way: &[StateId]) {
        let from = beginning.from;
        for id in way[self.all[from].depth + 1..].iter().rev() {
            self.forget_if_done(*id);
        }
        self.all[from].unsure = false;
        self.all[from].busy -= 1;
        self.update(from);
    }

    /// Whether nothing is left, and no run is under way.
    pub(super) fn are_done(&self) -> bool {
        !self.all[ROOT].active
    }

    fn add(&mut self, state: State) -> StateId {
        let id = self.free.pop().unwrap_or_else(|| {
            self.all.push(State::default());
            self.all.len() - 1
        });
        self.all[id] = state;
        self.update(id);
        id
    }

    /// What is to be explored from a state has changed, or what is under way.
    fn update(&mut self, mut id: StateId) {
        loop {
            let state = &mut self.all[id];
            let key = (state.depth, id);
            if state.rest.is_empty() || state.unsure {
                self.open.remove(&key);
            } else {
                self.open.insert(key);
            }
            let active = state.busy > 0 || !state.rest.is_empty();
            if active == state.active {
                return;
            }
            state.active = active;
            let Some((before, _)) = state.from.as_ref() else {
                return;
            };
            let before = *before;
            match active {
                true => self.all[before].busy += 1,
                false => self.all[before].busy -= 1,
            }
            self.forget_if_done(id);
            id = before;
        }
    }

    /// Forgets a state from which nothing is left, with all behind it. One at which somebody sleeps must be kept as long as
    /// something may be handed on to it: until one before it is forgotten.
    fn forget_if_done(&mut self, id: StateId) {
        let state = &self.all[id];
        let Some((before, _)) = state
            .from
            .as_ref()
            .filter(|_| !state.active && state.asleep.is_empty())
        else {
            return;
        };
        let before = *before;
        for begun in &mut self.all[before].begun {
            if matches!(begun.behind, Behind::State(behind) if behind == id) {
                begun.behind = Behind::Done;
            }
        }
        let mut left = vec![id];
        while let Some(id) = left.pop() {
            let state = std::mem::take(&mut self.all[id]);
            left.extend(state.begun.iter().filter_map(|begun| match begun.behind {
                Behind::State(behind) => Some(behind),
                _ => None,
            }));
            self.free.push(id);
        }
    }
}
