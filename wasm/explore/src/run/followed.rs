//! A run that nobody chooses: it happened elsewhere, and is followed.
//!
//! Who follows it knows the order of its steps, and their times, and calls these instead of [`Run::next`].

use super::Run;
use crate::schedule::{Act, Choice};
use forktalk_abi::{ExitStatus, Pid, Signal};
use forktalk_kernel::Kernel;

impl Run {
    /// The state that the run is in.
    #[must_use]
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// So much time had passed when the next step was taken; never less than before.
    pub fn advance_to(&mut self, now_ns: u64) {
        self.kernel.advance_to(now_ns);
    }

    /// The next step is this one, of a process that can go; who is to perform now ([`Run::perform`]). That is another
    /// process if its step was not over: the choice is to be made again, then.
    pub fn follow(&mut self, choice: Choice) -> Pid {
        if let Some(pid) = self.kernel.take_same_step() {
            self.chosen = Some(Choice::go(pid));
            self.same_step(pid);
            return pid;
        }
        self.settle();
        self.take_step(choice);
        self.step_ns = Some(self.kernel.now_ns());
        choice.pid
    }

    /// A process ended without having asked for it. To be killed is a step.
    pub fn struck(&mut self, pid: Pid, status: ExitStatus) {
        if status == ExitStatus::Signaled(Signal::KILL) {
            self.settle();
            self.take_step(Choice::kill(pid));
            self.step_ns = Some(self.kernel.now_ns());
            self.chosen = None;
        }
        self.kernel.kill(pid, status);
    }

    /// Nothing more is known of the run: writes down its last step, and how it ended, if it has: all have ended, or all
    /// who have not wait for ever.
    pub fn conclude(&mut self) {
        self.settle();
        let goes_on = |pid: &Pid| {
            let waits_for_ever =
                !self.kernel.can_happen(*pid, Act::Go) && self.kernel.deadline(*pid).is_none();
            self.kernel.is_running(*pid) || !waits_for_ever
        };
        if self.end.is_none() && !self.kernel.pids().iter().any(goes_on) {
            self.choices
                .gather(&self.kernel, self.last, &self.faults_left);
            self.finish();
        }
    }
}
