//! Which steps nobody else can see before their process goes on.

use crate::event::Event;
use crate::order::Order;
use crate::states::States;
use crate::watch::Watch;
use forktalk_abi::Pid;
use forktalk_kernel::Stepping;
use forktalk_kernel::fingerprint::Mixer;
use forktalk_kernel::footprint::{Need, Range, Thing, Touch};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// More bytes than this that are used at once are not looked at one by one.
const MOST_BYTES: u32 = 1024;

const WORD: u32 = 4;

/// What the runs so far taught about the program.
///
/// A process takes a step *alone* if what it touches there is never touched in a race: whoever else touches it too does so
/// before or behind this by something else, a lock or a message. If that is so in every run that is made, nobody can come
/// to it before this process has taken its step. So what was not seen yet is believed not to be there; if something hung
/// on that when it is seen, the search must begin anew.
pub(super) struct Alone {
    stepping: Stepping,
    /// Waits may give up early.
    timeouts: bool,
    /// Memory by word; by who touched it, and under which locks.
    touched: HashMap<(Thing, Pid, Locks), Touched, BuildHasherDefault<Mixer>>,
    /// What the process of each step of the run that is learnt from held before it, and what each holds at last.
    held: Vec<Locks>,
    held_at_last: HashMap<Pid, Locks>,
}

/// A number for the locks that a process holds; one that it did not get may be mixed in.
type Locks = u64;

/// What is known of how a process touches a part of the state: first where it looks, then where it releases a lock, then where
/// it does something else.
#[derive(Clone, Copy, Debug, Default)]
struct Touched {
    /// It was seen in a race.
    raced: [bool; 3],
    /// It was believed that it never is.
    relied_on: [bool; 3],
}

impl Alone {
    pub(super) fn new(stepping: Stepping, timeouts: bool) -> Alone {
        Alone {
            stepping,
            timeouts,
            touched: HashMap::default(),
            held: Vec::new(),
            held_at_last: HashMap::new(),
        }
    }

    /// Takes note of what was seen of a run behind so many steps, which are known. Whether all that was relied on still
    /// holds.
    pub(super) fn learn(
        &mut self,
        order: &Order,
        known: usize,
        watch: &Watch,
        states: &States,
    ) -> bool {
        let without_time = self.timeouts.then(|| order.without_time());
        let order = without_time.as_ref().unwrap_or(order);
        self.note_held(order);
        let mut is_new = false;
        for (index, step) in order.steps().iter().enumerate().skip(known) {
            is_new |= self.look_back(order, index, &step.event, step.previous, states);
        }
        // What waits for ever could have come before what it waits for.
        for later in watch.never_performed() {
            let previous = order.previous(later.pid());
            is_new |= self.look_back(order, order.steps().len(), &later, previous, states);
        }
        let breaks = |one: &Touched| {
            let mut both = one.raced.iter().zip(one.relied_on);
            both.any(|(raced, relied_on)| *raced && relied_on)
        };
        let holds = !is_new || !self.touched.values().any(breaks);
        if !holds {
            for one in self.touched.values_mut() {
                one.relied_on = [false; 3];
            }
        }
        holds
    }

    /// Notes with which of the first `index` steps `later` is in a race, as it comes behind them and behind step `previous`
    /// of its own process; whether something of that is new.
    fn look_back(
        &mut self,
        order: &Order,
        index: usize,
        later: &Event,
        previous: Option<usize>,
        states: &States,
    ) -> bool {
        let mut is_new = false;
        for (number, step) in order.steps()[..index].iter().enumerate() {
            let earlier = &step.event;
            let races = order.may_clash(number, later)
                && earlier.pid() != later.pid()
                && later.clashes_with(earlier)
                && !previous.is_some_and(|previous| order.precedes(number, previous))
                && !self.waited_for(later, earlier, states);
            if races {
                let at_last = || self.held_at_last.get(&later.pid());
                let held = self.held.get(index).or_else(at_last);
                let held = held.copied().unwrap_or(0);
                is_new |= self.note(later, held, earlier);
                is_new |= self.note(earlier, self.held[number], later);
            }
        }
        is_new
    }

    /// Notes which locks are held at each step.
    fn note_held(&mut self, order: &Order) {
        self.held.clear();
        self.held_at_last.clear();
        for step in order.steps() {
            let event = &step.event;
            let held = self.held_at_last.entry(event.pid()).or_default();
            self.held.push(*held);
            for &(thing, touch) in event.footprint.touched() {
                if let (Thing::Lock(..), Touch::Change) = (thing, touch) {
                    let mut mixer = Mixer::default();
                    thing.hash(&mut mixer);
                    // Taken, or released again.
                    *held ^= mixer.finish();
                }
            }
        }
    }

    /// Whether `later` could not have come before `earlier`, which made way for it.
    fn waited_for(&self, later: &Event, earlier: &Event, states: &States) -> bool {
        match later.need {
            Need::Lock(lock) => {
                let gives_up = later.is_bounded()
                    && (self.timeouts || states.tried.contains(&(later.pid(), later.call)));
                earlier.released(lock) && later.took(lock) && !gives_up
            }
            Need::End(status) => earlier.ended(status) && later.answer.is_some_and(|pid| pid > 0),
            _ => false,
        }
    }

    /// Notes what one step touches in a race with another; whether something of that is new.
    fn note(&mut self, one: &Event, held: Locks, other: &Event) -> bool {
        let mut is_new = false;
        for &(thing, touch) in one.footprint.touched() {
            if !other.footprint.clashes_over(thing, touch) {
                continue;
            }
            for part in parts(thing) {
                let known = self.touched.entry((part, one.pid(), held)).or_default();
                let raced = &mut known.raced[kind(one, thing, touch)];
                is_new |= !std::mem::replace(raced, true);
            }
        }
        is_new
    }

    /// Whether nobody else can see this step of the run, the one of this number, before its process goes on. From here on that
    /// is relied on.
    pub(super) fn is(&mut self, event: &Event, step: usize) -> bool {
        let held = self.held[step];
        let stays_possible = match event.need {
            Need::Nothing => true,
            Need::Lock(lock) => event.took(lock),
            Need::End(_) => event.answer.is_some_and(|pid| pid > 0),
            _ => false,
        };
        let touched = event.footprint.touched();
        let races = |&(thing, touch): &(Thing, Touch)| {
            parts(thing).any(|part| {
                let known = self.touched.get(&(part, event.pid(), held));
                known.is_some_and(|known| known.raced[kind(event, thing, touch)])
            })
        };
        let is_alone = self.stepping == Stepping::Fine
            && stays_possible
            && !event.unsure
            && !touched.iter().any(races);
        if is_alone {
            for &(thing, touch) in touched {
                for part in parts(thing) {
                    let known = self.touched.entry((part, event.pid(), held)).or_default();
                    known.relied_on[kind(event, thing, touch)] = true;
                }
            }
        }
        is_alone
    }
}

fn kind(event: &Event, thing: Thing, touch: Touch) -> usize {
    match touch {
        Touch::Look | Touch::Held(_) => 0,
        _ if event.released(thing) => 1,
        _ => 2,
    }
}

/// Memory by word; all of a region, if it is much.
fn parts(thing: Thing) -> impl Iterator<Item = Thing> {
    let words = match thing {
        Thing::Memory(_, range) if range.to - range.from <= MOST_BYTES => {
            range.from / WORD..range.to.div_ceil(WORD)
        }
        _ => 0..0,
    };
    let whole = words.is_empty().then_some(match thing {
        Thing::Memory(region, _) => Thing::Memory(
            region,
            Range {
                from: 0,
                to: u32::MAX,
            },
        ),
        other => other,
    });
    let word = move |word: u32| match thing {
        Thing::Memory(region, _) => Thing::Memory(
            region,
            Range {
                from: word * WORD,
                to: (word + 1) * WORD,
            },
        ),
        other => other,
    };
    words.map(word).chain(whole)
}
