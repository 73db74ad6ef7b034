//! The states that a run came through: a number for each.

use crate::event::Event;
use crate::fault::Faults;
use crate::schedule::Choice;
use forktalk_abi::Pid;
use forktalk_kernel::fingerprint::Mixer;
use forktalk_kernel::{Kernel, Output, Performed};
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What was noted of a run's states.
#[derive(Debug, Default)]
pub(crate) struct States {
    /// A number for all that each process was told, from its beginning: it decides what the process does. By process
    /// number.
    told: Vec<u64>,
    /// The same, as it was when each of the scopes began that are not over; by process number.
    scopes: Vec<Vec<u64>>,
    /// A number for all that was printed.
    printed: u64,
    /// A number for the state before each step, and for the last.
    pub(crate) fingerprints: Vec<u64>,
    /// The faults that could strike at each step, as the steps that they would be.
    faults: Vec<(usize, Arc<Event>)>,
    /// The calls for a lock that did not wait for it at all, by process and number.
    pub(crate) tried: HashSet<(Pid, u32)>,
}

impl States {
    pub(crate) fn clear(&mut self) {
        self.told.clear();
        self.scopes.clear();
        self.printed = 0;
        self.fingerprints.clear();
        self.faults.clear();
        self.tried.clear();
    }

    /// Everybody stands at a call, and so many steps were taken.
    pub(crate) fn at(&mut self, kernel: &Kernel, step: usize, used: Faults) {
        let mut mixer = Mixer::default();
        mixer.write_u64(kernel.fingerprint());
        for pid in kernel.pids() {
            mixer.write_u64(self.told(*pid));
        }
        mixer.write_u64(self.printed);
        used.hash(&mut mixer);
        // Those before were known.
        self.fingerprints.resize(step, 0);
        self.fingerprints.push(mixer.finish());
    }

    /// This fault could strike at a step, and would be this then.
    pub(crate) fn may_strike(&mut self, step: usize, fault: Event) {
        self.faults.push((step, Arc::new(fault)));
    }

    /// What this fault, at this step, would be.
    pub(crate) fn fault(&self, step: usize, fault: Choice) -> Option<&Arc<Event>> {
        let first = self.faults.partition_point(|(at, _)| *at < step);
        let here = self.faults[first..].iter();
        let mut here = here.take_while(|(at, _)| *at == step);
        here.find_map(|(_, event)| (event.choice == fault).then_some(event))
    }

    /// A process stands at its call of this number.
    pub(crate) fn announced(&mut self, kernel: &Kernel, pid: Pid, call: u32) {
        if kernel.tries_lock(pid) {
            self.tried.insert((pid, call));
        }
    }

    /// A step was performed: this was answered, written to the process's memory, and printed.
    pub(crate) fn performed(
        &mut self,
        pid: Pid,
        performed: Performed,
        wrote: u64,
        output: &[Output],
    ) {
        for one in output {
            let mut mixer = Mixer::default();
            mixer.write_u64(self.printed);
            (one.pid, one.stream as u8, &one.bytes).hash(&mut mixer);
            self.printed = mixer.finish();
        }
        match performed {
            Performed::Answer(answer) => self.tell(pid, answer, wrote),
            Performed::Forked { child, closure } => {
                let born = self.told(pid);
                *of(&mut self.told, child) = born;
                self.tell(child, 0, closure.into());
                self.tell(pid, child.0, wrote);
            }
            Performed::Partly | Performed::Gone => {}
        }
    }

    /// A process was answered this, and this was written to its memory.
    pub(crate) fn tell(&mut self, pid: Pid, answer: i32, wrote: u64) {
        let mut mixer = Mixer::default();
        mixer.write_u64(self.told(pid));
        (answer, wrote).hash(&mut mixer);
        *of(&mut self.told, pid) = mixer.finish();
    }

    /// A function of a process begins that will say what of what it was told still matters.
    pub(crate) fn begin_scope(&mut self, pid: Pid) {
        let told = self.told(pid);
        of(&mut self.scopes, pid).push(told);
    }

    pub(crate) fn end_scope(&mut self, pid: Pid) {
        of(&mut self.scopes, pid).pop();
    }

    /// Of what a process was told since its last scope began, only this matters any more.
    pub(crate) fn forget(&mut self, pid: Pid, known: (u32, u32)) {
        if let Some(before) = of(&mut self.scopes, pid).last() {
            let mut mixer = Mixer::default();
            (before, known).hash(&mut mixer);
            *of(&mut self.told, pid) = mixer.finish();
        }
    }

    fn told(&self, pid: Pid) -> u64 {
        self.told.get(pid.0 as usize).copied().unwrap_or(0)
    }
}

/// What is kept of a process.
fn of<T: Clone + Default>(all: &mut Vec<T>, pid: Pid) -> &mut T {
    let index = pid.0 as usize;
    if all.len() <= index {
        all.resize(index + 1, T::default());
    }
    &mut all[index]
}
