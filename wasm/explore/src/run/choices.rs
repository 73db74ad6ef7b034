//! What may be chosen at a step.

use crate::fault::{Fault, Faults};
use crate::schedule::{Act, Choice};
use crate::strategy::Transition;
use forktalk_abi::Pid;
use forktalk_kernel::Kernel;

/// The first process: a run without it has nothing left to show.
const ROOT: Pid = Pid(1);

/// The lists that a strategy chooses from; gathered anew at each step, and kept for their memory.
#[derive(Debug, Default)]
pub(super) struct Choices {
    pub(super) transitions: Vec<Transition>,
    pub(super) timeouts: Vec<Pid>,
    pub(super) faults: Vec<Choice>,
}

impl Choices {
    /// Collects what may be chosen, and says what the default policy would choose: whoever went last goes on until it
    /// blocks, then the lowest number; a timeout only when nobody can go. Nothing: the run is over. `left`: of the budget
    /// of faults.
    pub(super) fn gather(
        &mut self,
        kernel: &Kernel,
        last: Option<Pid>,
        left: &Faults,
    ) -> Option<Choice> {
        self.transitions.clear();
        self.timeouts.clear();
        self.faults.clear();
        let mut default = None;
        let mut earliest = u64::MAX;
        for &pid in kernel.pids() {
            if kernel.is_enabled(pid) {
                if default.is_none() || last == Some(pid) {
                    default = Some(Choice::go(pid));
                }
                self.transitions.push(Transition {
                    act: Act::Go,
                    pid,
                    grants: kernel.grants(pid),
                });
            } else if let Some(deadline) = kernel.deadline(pid) {
                self.timeouts.push(pid);
                earliest = earliest.min(deadline);
            }
        }
        if self.transitions.is_empty() {
            let due = self.timeouts.iter().copied();
            let due = due.filter(|pid| kernel.deadline(*pid) == Some(earliest));
            self.transitions.extend(due.map(|pid| Transition {
                act: Act::Timeout,
                pid,
                grants: None,
            }));
            default = self.transitions.first().map(|one| Choice::timeout(one.pid));
        }
        if !left.is_none() {
            let mut faults = std::mem::take(&mut self.faults);
            self.add_faults(kernel, left, &mut faults);
            self.faults = faults;
        }
        default
    }

    /// The faults that can happen now, of the kinds of which something is left.
    pub(super) fn add_faults(&self, kernel: &Kernel, left: &Faults, faults: &mut Vec<Choice>) {
        for kind in Fault::ALL {
            if left.count(kind) == 0 {
                continue;
            }
            for &pid in kernel.pids() {
                match kind {
                    Fault::Kill | Fault::Stop if pid == ROOT => {}
                    Fault::Kill => offer(kernel, Choice::kill(pid), faults),
                    Fault::Stop => offer(kernel, Choice::stop(pid), faults),
                    Fault::Interrupt => offer(kernel, Choice::interrupt(pid), faults),
                    Fault::Failure => offer(kernel, Choice::fail(pid), faults),
                    Fault::Timeout => self.offer_timeout(pid, faults),
                    Fault::Short => offer_short(kernel, pid, faults),
                }
            }
        }
    }

    /// A timeout is a fault if it comes before its time.
    fn offer_timeout(&self, pid: Pid, faults: &mut Vec<Choice>) {
        let is_due = |one: &Transition| (one.act, one.pid) == (Act::Timeout, pid);
        if self.timeouts.contains(&pid) && !self.transitions.iter().any(is_due) {
            faults.push(Choice::timeout(pid));
        }
    }
}

fn offer(kernel: &Kernel, choice: Choice, faults: &mut Vec<Choice>) {
    if kernel.can_happen(choice.pid, choice.act) {
        faults.push(choice);
    }
}

/// The least that can be moved, and half of the most. Where the number is open anyway it is no fault.
fn offer_short(kernel: &Kernel, pid: Pid, faults: &mut Vec<Choice>) {
    let (Some((least, most)), None) = (kernel.divisible(pid), kernel.grants(pid)) else {
        return;
    };
    faults.push(Choice::granted(pid, least));
    if most / 2 > least {
        faults.push(Choice::granted(pid, most / 2));
    }
}
