//! What [`Run::next`](super::Run::next) is made of, in its order.

use super::Run;
use crate::schedule::{Choice, Departure};
use crate::strategy::Situation;
use crate::verdict::End;
use forktalk_abi::Pid;
use forktalk_kernel::view::Status;

impl Run {
    /// Writes down the step before, now that everybody stands at a call again.
    pub(super) fn settle(&mut self) {
        let Some(recorder) = &mut self.recorder else {
            return;
        };
        if !recorder.looks_at(self.step) {
            return;
        }
        let view = self.kernel.view(self.files.names());
        recorder.settle(view, self.step_ns.unwrap_or(self.kernel.now_ns()));
    }

    /// The step that is under way goes on, with another call.
    pub(super) fn same_step(&mut self, pid: Pid) {
        if let Some(watch) = &mut self.watch {
            watch.goes_on(&self.kernel, pid);
        }
        if let Some(recorder) = &mut self.recorder
            && recorder.looks_at(self.step)
        {
            let view = self.kernel.view(self.files.names());
            recorder.goes_on(pid, &view);
        }
    }

    /// The quick way: the process that went last can go on, and nothing else would be chosen.
    #[inline]
    pub(super) fn run_on(&mut self) -> Option<Choice> {
        let last = self.last?;
        let goes_on = self.step < self.step_limit
            && self.offers.is_none()
            && self.strategy.runs_on()
            && self.kernel.is_enabled(last);
        goes_on.then_some(Choice::go(last))
    }

    /// Lets the strategy choose, and notes where it departs from the default policy. Nothing: the run is over.
    pub(super) fn choose(&mut self) -> Option<Choice> {
        let left = self.faults_left;
        let default = self.choices.gather(&self.kernel, self.last, &left);
        self.note_what_may_be_chosen();
        if let Some(offers) = &mut self.offers {
            offers.may_choose(&self.kernel, &self.choices, default);
        }
        if self.step == self.step_limit {
            return None;
        }
        let is_stuck = default.is_none();
        if is_stuck && !self.strategy.strikes_when_stuck() {
            return None;
        }
        let default = default.or_else(|| self.kernel.pids().first().copied().map(Choice::go))?;
        let situation = Situation {
            step: self.step + 1,
            last: self.last,
            last_call: self.last.map_or(0, |pid| self.call(pid)),
            transitions: &self.choices.transitions,
            timeouts: &self.choices.timeouts,
            alive: self.kernel.pids(),
            events: self.watch.as_ref().map_or(&[], |watch| &watch.events),
            faults: &self.choices.faults,
            left,
            calls: &self.calls,
            default_choice: default,
            default_call: self.call(default.pid),
            kernel: &self.kernel,
        };
        let choice = self.strategy.choose(&situation);
        if choice == default || !situation.allows(choice) {
            return (!is_stuck).then_some(default);
        }
        if let Some(kind) = situation.fault(choice) {
            self.faults_used.add(kind);
            self.faults_left = self.faults.without(&self.faults_used);
        }
        self.departures.push(Departure {
            pid: default.pid,
            call: situation.default_call,
            choice,
        });
        Some(choice)
    }

    pub(super) fn call(&self, pid: Pid) -> u32 {
        let index = usize::try_from(pid.0).unwrap_or(0);
        self.calls.get(index).copied().unwrap_or(0)
    }

    pub(super) fn count(&mut self, pid: Pid) {
        let index = usize::try_from(pid.0).unwrap_or(0);
        if self.calls.len() <= index {
            self.calls.resize(index + 1, 0);
        }
        self.calls[index] += 1;
    }

    /// Nobody can be chosen.
    pub(super) fn finish(&mut self) {
        let status = self.status();
        let end = match status {
            _ if !self.choices.transitions.is_empty() => End::Limit,
            Some(status) if self.kernel.pids().is_empty() => End::Finished(status),
            _ => End::Deadlock,
        };
        self.end = Some(end);
        self.divergence = self.strategy.finish(self.step);
        let deadlock = self.recorder.as_ref().and_then(|_| self.explain());
        let schedule = self.recorder.as_ref().map(|_| self.schedule());
        if let Some(recorder) = &mut self.recorder {
            recorder.set_schedule(schedule.unwrap_or_default());
            recorder.end(
                end,
                self.step,
                self.kernel.now_ns(),
                status.map(Status::from),
                deadlock,
            );
        }
    }
}
