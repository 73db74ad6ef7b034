//! What is different while a run is watched.

use super::{Run, perform};
use crate::schedule::{Act, Choice};
use crate::tape::{Deed, Looking, Using};
use forktalk_abi::Pid;
use forktalk_kernel::footprint::Need;
use forktalk_kernel::{Memory, Performed, Position, Request, Stepping};

impl Run {
    pub(super) fn announce_watched<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        request: Request,
        position: Position,
        memory: &M,
    ) {
        let call = self.call(pid);
        let Some(watch) = &mut self.watch else { return };
        if !watch.keeps_tape() {
            self.kernel.announce(pid, request, position, memory);
            return watch.announced(&self.kernel, pid, call);
        }
        let memory = Looking::new(memory);
        self.kernel.announce(pid, request, position, &memory);
        watch.announced(&self.kernel, pid, call);
        watch.note(pid, Deed::Announce(request, position), memory.into_seen());
    }

    /// Whether a process may use shared memory between its steps.
    pub(crate) fn shares_memory(&self, pid: Pid) -> bool {
        self.stepping == Stepping::Coarse && self.kernel.shares_memory(pid)
    }

    pub(super) fn note_what_may_be_chosen(&mut self) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        if watch.is_known() {
            return watch.may_choose([].into_iter());
        }
        watch.look_around(&self.kernel, &self.calls);
        let transitions = self.choices.transitions.iter();
        watch.may_choose(transitions.map(|one| Choice {
            act: one.act,
            ..Choice::go(one.pid)
        }));
        for &fault in &self.choices.faults {
            let call = self.calls.get(fault.pid.0 as usize);
            watch.may_strike(&self.kernel, fault, call.copied().unwrap_or(0));
        }
        if let Some(states) = &mut watch.states {
            states.at(&self.kernel, watch.events.len(), self.faults_used);
        }
    }

    pub(super) fn note_choice(&mut self, choice: Choice) {
        let call = self.call(choice.pid);
        let transitions = &self.choices.transitions;
        let stuck = choice.act == Act::Timeout && !transitions.iter().any(|one| one.act == Act::Go);
        if let Some(watch) = &mut self.watch {
            if watch.is_known() {
                return watch.chosen_as_known(choice, call, stuck);
            }
            let act = if stuck { Act::Go } else { choice.act };
            let footprint = self.kernel.footprint(choice.pid, act);
            let need = match choice.act {
                Act::Go => self.kernel.need(choice.pid),
                _ => Need::Unknown,
            };
            watch.chosen(choice, call, footprint, need, stuck);
        }
    }

    pub(super) fn perform_watched<M: Memory + ?Sized>(
        &mut self,
        choice: Choice,
        memory: &mut M,
    ) -> Performed {
        let pid = choice.pid;
        let moving = self.kernel.moving(pid);
        let keeps_tape = self.watch.as_ref().is_some_and(|watch| watch.keeps_tape());
        let mut memory = Using::new(memory, keeps_tape);
        let printed = self.kernel.output().len();
        let performed = perform(&mut self.kernel, choice, &mut memory);
        if let Some(watch) = &mut self.watch {
            let (seen, wrote) = memory.into_seen();
            watch.saw(pid, seen);
            watch.performed(&self.kernel, pid, moving, performed);
            if let Some(states) = &mut watch.states {
                states.performed(pid, performed, wrote, &self.kernel.output()[printed..]);
            }
        }
        performed
    }
}
