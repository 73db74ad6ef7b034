//! Faults: what may happen to a process at its call, other than that the call is performed or gives up.
//!
//! A process does nothing between two calls that others could see, so whatever strikes it strikes at a call. Which fault
//! strikes when is the scheduler's choice; here stands which can, and what it does. A read or write that is cut short is
//! no fault of this file: it is performed, with a grant ([`Kernel::divisible`]).

use crate::descriptor::End;
use crate::process::Pending;
use crate::sentence::Act;
use crate::{Kernel, Performed, Request};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, ExitStatus, Pid};

impl Kernel {
    /// Whether this can happen to a process now.
    ///
    /// [`Act::Fail`] and [`Act::Interrupt`] depend on nothing but the process itself: a call may fail, or be interrupted,
    /// whatever the others have done.
    #[must_use]
    pub fn can_happen(&self, pid: Pid, act: Act) -> bool {
        let process = self.processes.get(pid).filter(|one| one.is_alive());
        let Some(process) = process else {
            return false;
        };
        match act {
            Act::Go => self.is_enabled(pid),
            Act::Timeout => !self.is_enabled(pid) && self.deadline(pid).is_some(),
            Act::Kill => true,
            Act::Stop => !process.stopped,
            Act::Fail | Act::Interrupt => self.refusal(pid, act).is_some(),
        }
    }

    /// The scheduler ends a process.
    pub fn kill(&mut self, pid: Pid, status: ExitStatus) {
        self.dead.push(pid);
        self.end(pid, status);
    }

    /// The scheduler stops a process for ever, as `SIGSTOP` does if nobody continues it: it takes no further step and its
    /// waits do not give up, but it has not ended, and keeps its descriptors and its locks.
    pub fn stop(&mut self, pid: Pid) {
        if let Some(process) = self.processes.get_mut(pid) {
            process.stopped = true;
        }
    }

    /// The call at which a process stands answers that it failed or was interrupted, and is not performed: nothing is
    /// different afterwards, but that the process runs on.
    pub fn refuse(&mut self, pid: Pid, act: Act) -> Performed {
        let refusal = self.refusal(pid, act);
        let (Some(errno), Some(process)) = (refusal, self.processes.get_mut(pid)) else {
            debug_assert!(false, "only what can happen is chosen");
            return Performed::Partly;
        };
        process.spare = process.pending.take();
        Performed::Answer(-errno.raw())
    }

    /// What the call at which a process stands would answer, if it failed or was interrupted.
    fn refusal(&self, pid: Pid, act: Act) -> Option<Errno> {
        let process = self.processes.get(pid).filter(|one| one.is_able())?;
        let pending = process.pending.as_ref()?;
        let Request::Call(call) = pending.request else {
            // The standard library would not take such an answer: it does not expect it of a WASI.
            return None;
        };
        match act {
            _ if pending.error.is_some() => None,
            Act::Fail => self.failure(pid, call),
            Act::Interrupt => self
                .can_be_interrupted(pid, call, pending)
                .then_some(Errno::INTR),
            _ => None,
        }
    }

    /// What is answered where there are too many processes, or descriptors, already; nothing if the call needs neither.
    fn failure(&self, pid: Pid, call: Call) -> Option<Errno> {
        match call {
            Call::Fork { .. } => Some(Errno::AGAIN),
            Call::Pipe { .. } | Call::Channel { .. } | Call::OpenProcess { .. } => {
                Some(Errno::MFILE)
            }
            // Linux looks first whether there is anything to have another descriptor of.
            Call::Duplicate { fd } | Call::TakeUp { reading: fd, .. } => {
                self.end_of(pid, fd).ok().map(|_| Errno::MFILE)
            }
            _ => None,
        }
    }

    /// Whether it is a call that may wait, and whose wait a signal interrupts (signal(7)); a wait for a lock goes on. A
    /// read or write that has moved bytes answers how many instead.
    fn can_be_interrupted(&self, pid: Pid, call: Call, pending: &Pending) -> bool {
        let may_wait = |end: Result<End, Errno>| match end {
            Ok(End::Reading(_) | End::Writing(_) | End::Side(..)) => {
                pending.total > 0 && pending.done == 0
            }
            _ => false,
        };
        match call {
            Call::Read { fd, .. } => may_wait(self.end_of(pid, fd).and_then(End::to_read)),
            Call::Write { fd, .. } => may_wait(self.end_of(pid, fd).and_then(End::to_write)),
            Call::Wait { child, block, .. } => block != 0 && self.child_of(pid, child).is_ok(),
            Call::Poll { .. } | Call::Sleep { .. } | Call::WaitOnWord { .. } => true,
            _ => false,
        }
    }
}
