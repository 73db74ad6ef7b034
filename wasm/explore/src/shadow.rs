//! A run without its processes: what they did was watched once, and is told again in another order.
//!
//! That is possible as long as each process sees what it saw before: then it does what it did before. So one can ask
//! whether a step could have come earlier without running the program again.

use crate::event::Event;
use crate::schedule::Choice;
use crate::strategy::guided::{Guided, Strike};
use crate::tape::{Deed, Entry, Recalled, Seen, Tape};
use crate::{Next, Resumed, Run, Settings};
use forktalk_abi::Pid;
use forktalk_kernel::Config;

/// How a process went on to its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Went {
    /// It asked nothing.
    Steps,
    /// It asked what is no step.
    Asking,
    /// It was never seen to go on from here.
    BeyondWhatWasSeen,
}

/// The host of a run whose processes are remembered.
pub(crate) struct Shadow {
    run: Run,
    seed: u64,
    /// The faults that strike.
    strikes: Vec<Strike>,
    /// How far each process is in what it did, by process number.
    done: Vec<usize>,
}

impl Shadow {
    /// For runs with these settings.
    pub(crate) fn new(kernel: Config) -> Shadow {
        let seed = kernel.seed;
        let mut run = Run::new(Settings {
            kernel,
            strategy: Box::new(crate::strategy::Default),
            record: false,
        });
        run.set_watch(Some(Box::default()));
        let done = Vec::new();
        Shadow {
            run,
            seed,
            strikes: Vec::new(),
            done,
        }
    }

    /// These faults strike from now on.
    pub(crate) fn set_strikes(&mut self, strikes: &[Strike]) {
        self.strikes.clear();
        self.strikes.extend_from_slice(strikes);
    }

    /// What `then` is after these choices, which are an order of what `tape` tells. If it cannot be chosen there, as late
    /// as it can, but not before the first `least` of them; nothing if it cannot. Also says after how many it is.
    ///
    /// What its process asks after it is taken to be what it asked when it was seen.
    pub(crate) fn step_after(
        &mut self,
        tape: &Tape,
        choices: &[Choice],
        least: usize,
        then: &Event,
    ) -> Option<(usize, Event)> {
        if let Some(step) = self.try_after(tape, choices, then) {
            return Some((choices.len(), step));
        }
        let latest = self.latest(least, then)?;
        let step = self.try_after(tape, &choices[..latest], then)?;
        Some((latest, step))
    }

    fn try_after(&mut self, tape: &Tape, choices: &[Choice], then: &Event) -> Option<Event> {
        let choices: Vec<Choice> = choices.iter().copied().chain([then.way()]).collect();
        self.run.set_step_limit(choices.len() as u32);
        self.run.set_strategy(Box::new(
            Guided::new(choices.clone()).with_strikes(self.strikes.clone()),
        ));
        self.run.reset(self.seed);
        self.done.clear();
        let mut went = Went::Steps;
        while let Next::Go(pid) = self.run.next() {
            let chosen = choices.get(self.run.steps() as usize - 1);
            if chosen.is_none_or(|choice| choice.pid != pid) {
                return None;
            }
            went = self.go(tape, pid);
        }
        let events = &self.run.watch()?.events;
        let last = events.get(choices.len() - 1)?;
        if (last.pid(), last.call) != (then.pid(), then.call) {
            return None;
        }
        let is_known = went == Went::Steps && last.answer == then.answer;
        Some(Event {
            unsure: !is_known && self.run.shares_memory(then.pid()),
            ..last.clone()
        })
    }

    /// After how many of the steps that were tried `then` could be chosen last.
    fn latest(&self, least: usize, then: &Event) -> Option<usize> {
        let watch = self.run.watch()?;
        let offers = |index: &usize| {
            let stands_there = watch.events[..*index].iter();
            let taken = stands_there
                .filter(|event| event.pid() == then.pid())
                .count();
            let offered = watch.choices(*index);
            taken as u32 == then.call && offered.iter().any(|one| one.pid == then.pid())
        };
        (least..watch.events.len()).rev().find(offers)
    }

    fn go(&mut self, tape: &Tape, pid: Pid) -> Went {
        let done = self.done_by(pid);
        let entries = tape.of(pid);
        let last = done.checked_sub(1).and_then(|last| entries.get(last));
        let mut memory = Recalled(last.map_or(Seen::NONE, |entry| &entry.seen));
        match self.run.perform(pid, &mut memory) {
            Resumed::Answer(_) | Resumed::Forked { .. } => {}
            Resumed::Partly | Resumed::Gone => return Went::Steps,
        }
        let mut went = Went::Steps;
        for entry in &entries[done..] {
            self.done[pid.0 as usize] += 1;
            let Entry { deed, seen } = entry;
            match deed {
                Deed::Announce(request, position) => {
                    self.run.announce(pid, *request, *position, &Recalled(seen));
                    return went;
                }
                Deed::Ask(call) => {
                    went = Went::Asking;
                    self.run.ask(pid, *call, &mut Recalled(seen));
                }
                Deed::Wasi(function, arguments) => {
                    self.run
                        .wasi(pid, *function, arguments, &mut Recalled(seen));
                }
                Deed::Ended(status) => {
                    self.run.trapped(pid, *status);
                    return went;
                }
            }
        }
        Went::BeyondWhatWasSeen
    }

    fn done_by(&mut self, pid: Pid) -> usize {
        let index = pid.0 as usize;
        if self.done.len() <= index {
            self.done.resize(index + 1, 0);
        }
        self.done[index]
    }
}
