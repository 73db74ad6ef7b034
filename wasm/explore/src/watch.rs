//! Watching a run: what each step touched, what else could have been chosen, and all that its processes asked, so that
//! the run can be made again in another order without them ([`crate::shadow`]).

use crate::event::Event;
use crate::race::{Studied, Study};
use crate::schedule::{Act, Choice};
use crate::shadow::Shadow;
use crate::states::States;
use crate::tape::{Deed, Entry, Seen, Tape};
use forktalk_abi::Pid;
use forktalk_abi::wire::Call;
use forktalk_kernel::footprint::{Footprint, Moving, Need, Streams};
use forktalk_kernel::{Kernel, Performed};
use std::sync::Arc;

/// What was seen of a run.
#[derive(Default)]
pub struct Watch {
    /// Its steps.
    pub events: Vec<Event>,
    /// What could have been chosen at each step, all steps in a row.
    choices: Vec<Choice>,
    /// Where the choices of each step begin.
    begins: Vec<usize>,
    /// The faults that could strike, each with the number of the call at which its process stood.
    strikes: Vec<(Choice, u32)>,
    /// What each process stands at: by process number. Who has ended by its own step stands nowhere.
    standing: Vec<Option<Standing>>,
    streams: Streams,
    pub(crate) tape: Tape,
    /// If they are to be noted; then no tape is.
    pub(crate) states: Option<Box<States>>,
    /// So many of the first steps are known: of them is noted only what was chosen.
    known: usize,
    studied: Option<Arc<Studied>>,
    /// Kept for its memory.
    shadow: Option<Box<Shadow>>,
}

/// A call that was announced and not performed.
#[derive(Clone, Debug)]
struct Standing {
    call: u32,
    footprint: Footprint,
    need: Need,
}

impl Watch {
    /// Forgets the run, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.choices.clear();
        self.begins.clear();
        self.strikes.clear();
        self.standing.clear();
        self.streams.clear();
        self.tape.clear();
        if let Some(states) = &mut self.states {
            states.clear();
        }
        self.studied = None;
    }

    /// Notes from here on which states a run comes through behind so many steps, which are known, and nothing of what its
    /// processes asked; or no longer.
    pub fn note_states(&mut self, known: Option<usize>) {
        let states = self.states.take();
        self.states = known.map(|_| states.unwrap_or_default());
        self.known = known.unwrap_or(0);
    }

    /// Finds out what the search of the run wants to know. It would do so itself; but this can be done beside other runs.
    pub fn study(&mut self, study: &Study) {
        let mut shadow = self.shadow.take();
        self.studied = Some(Arc::new(study.of(self, &mut shadow)));
        self.shadow = shadow;
    }

    pub(crate) fn studied(&self) -> Option<&Arc<Studied>> {
        self.studied.as_ref()
    }

    /// What could have been chosen at step `index`, counted from 0.
    #[must_use]
    pub fn choices(&self, index: usize) -> &[Choice] {
        let end = self.begins.get(index + 1);
        &self.choices[self.begins[index]..end.copied().unwrap_or(self.choices.len())]
    }

    /// What could have been chosen when the run was over: faults, if processes were left.
    #[must_use]
    pub fn choices_at_end(&self) -> &[Choice] {
        match self.begins.get(self.events.len()) {
            Some(begin) => &self.choices[*begin..],
            None => &[],
        }
    }

    /// The faults that could strike, each with the number of the call at which its process stood.
    pub(crate) fn strikes(&self) -> &[(Choice, u32)] {
        &self.strikes
    }

    /// The calls that were announced and never performed: their processes wait at the end of the run, or were killed.
    /// Each as the step that it would have been.
    pub(crate) fn never_performed(&self) -> impl Iterator<Item = Event> {
        let numbered = self.standing.iter().enumerate();
        let epoch = self.epoch();
        numbered.filter_map(move |(pid, standing)| {
            let standing = standing.as_ref()?;
            Some(Event {
                choice: Choice::go(Pid(pid as i32)),
                call: standing.call,
                footprint: standing.footprint.clone(),
                child: None,
                answer: None,
                // What it would ask behind it is not known.
                need: match standing.need {
                    Need::Nothing => Need::Unknown,
                    need => need,
                },
                unsure: false,
                overlooked: None,
                early: false,
                epoch,
            })
        })
    }

    fn stand(&mut self, pid: Pid, standing: Option<Standing>) {
        let index = pid.0 as usize;
        if self.standing.len() <= index {
            self.standing.resize(index + 1, None);
        }
        self.standing[index] = standing;
    }

    fn footprint_of(&self, pid: Pid) -> Option<&Footprint> {
        let standing = self.standing.get(pid.0 as usize)?.as_ref()?;
        Some(&standing.footprint)
    }
}

/// What a run tells.
impl Watch {
    pub(crate) fn keeps_tape(&self) -> bool {
        self.states.is_none()
    }

    /// Whether the step that comes is known.
    pub(crate) fn is_known(&self) -> bool {
        self.events.len() < self.known
    }

    /// Whether the step that is under way, or was last, is known.
    fn was_known(&self) -> bool {
        self.events.len() <= self.known && !self.events.is_empty()
    }

    /// The steps that are known are over: notes what each process stands at.
    pub(crate) fn look_around(&mut self, kernel: &Kernel, calls: &[u32]) {
        if self.known > 0 && self.events.len() == self.known {
            for &pid in kernel.pids() {
                let call = calls.get(pid.0 as usize);
                self.stands(kernel, pid, call.copied().unwrap_or(0));
            }
        }
    }

    /// A known step was chosen.
    pub(crate) fn chosen_as_known(&mut self, choice: Choice, call: u32, stuck: bool) {
        let footprint = Footprint::none(choice.pid);
        self.chosen(choice, call, footprint, Need::Unknown, stuck);
    }

    /// These could be chosen for the step that comes.
    pub(crate) fn may_choose(&mut self, choices: impl Iterator<Item = Choice>) {
        if self.begins.len() > self.events.len()
            && let Some(begin) = self.begins.pop()
        {
            self.choices.truncate(begin);
        }
        self.begins.push(self.choices.len());
        self.choices.extend(choices);
    }

    /// This fault could strike its process at its call of this number.
    pub(crate) fn may_strike(&mut self, kernel: &Kernel, fault: Choice, call: u32) {
        self.choices.push(fault);
        if matches!(fault.act, Act::Kill | Act::Stop) {
            let epoch = self.epoch();
            if let Some(states) = &mut self.states {
                let strike = Event {
                    choice: fault,
                    call,
                    footprint: kernel.footprint(fault.pid, fault.act),
                    child: None,
                    answer: None,
                    need: Need::Unknown,
                    unsure: false,
                    overlooked: None,
                    early: false,
                    epoch,
                };
                states.may_strike(self.events.len(), strike);
            }
        }
        if !self.strikes.contains(&(fault, call)) {
            self.strikes.push((fault, call));
        }
    }

    /// A process stands at its call of this number.
    pub(crate) fn announced(&mut self, kernel: &Kernel, pid: Pid, call: u32) {
        if !self.was_known() {
            self.stands(kernel, pid, call);
        }
        if let Some(states) = &mut self.states {
            states.announced(kernel, pid, call);
        }
    }

    fn stands(&mut self, kernel: &Kernel, pid: Pid, call: u32) {
        let standing = Standing {
            call,
            footprint: kernel.footprint(pid, Act::Go),
            need: kernel.need(pid),
        };
        self.stand(pid, Some(standing));
    }

    fn epoch(&self) -> u32 {
        self.events.last().map_or(0, |event| event.epoch)
    }

    /// A step was chosen, if `stuck` since nobody could go, so that time goes on; what its process asked and did comes later.
    pub(crate) fn chosen(
        &mut self,
        choice: Choice,
        call: u32,
        footprint: Footprint,
        need: Need,
        stuck: bool,
    ) {
        if self.begins.len() == self.events.len() {
            // Nothing else was looked at.
            self.begins.push(self.choices.len());
            self.choices.push(choice);
        }
        self.stand(choice.pid, None);
        self.events.push(Event {
            choice,
            call,
            footprint,
            child: None,
            answer: None,
            need,
            unsure: false,
            overlooked: None,
            early: choice.act == Act::Timeout && !stuck,
            epoch: self.epoch() + u32::from(stuck),
        });
    }

    /// The step goes on with another call of its process.
    pub(crate) fn goes_on(&mut self, kernel: &Kernel, pid: Pid) {
        let standing = self.standing.get_mut(pid.0 as usize).and_then(Option::take);
        if let (Some(standing), Some(event)) = (standing, self.events.last_mut()) {
            event.footprint.add(&standing.footprint);
            event.overlooked = kernel.moving(pid).map(|moving| moving.peer());
        }
    }

    /// The step would have gone on with this process's call, had that been possible.
    pub(crate) fn looked(&mut self, pid: Pid) {
        let Some(footprint) = self.footprint_of(pid).cloned() else {
            return;
        };
        if let Some(event) = self.events.last_mut() {
            event.footprint.add(&footprint);
        }
    }

    /// The step's call was performed.
    pub(crate) fn performed(
        &mut self,
        kernel: &Kernel,
        pid: Pid,
        moving: Option<Moving>,
        performed: Performed,
    ) {
        let Some(event) = self.events.last_mut() else {
            return;
        };
        if let Some(moving) = moving {
            let footprint = &mut event.footprint;
            self.streams
                .moved(kernel, pid, moving, performed, footprint);
        }
        match performed {
            Performed::Forked { child, .. } => {
                event.child = Some(child);
                self.announced(kernel, child, 0);
            }
            Performed::Partly => {
                let call = event.call + 1;
                self.announced(kernel, pid, call);
            }
            Performed::Answer(answer) => event.answer = Some(answer),
            Performed::Gone => {}
        }
    }

    /// The process ended before its next step, and this is what its end touched.
    pub(crate) fn ended(&mut self, footprint: &Footprint) {
        if let Some(event) = self.events.last_mut() {
            event.footprint.add(footprint);
        }
    }

    /// What is no step was answered, and this was written to its memory.
    pub(crate) fn answered(&mut self, pid: Pid, answer: i32, wrote: u64) {
        if let Some(states) = &mut self.states {
            states.tell(pid, answer, wrote);
        }
    }

    /// Whether a process says what of what it was told still matters: it asks nothing then, and nobody can see it.
    pub(crate) fn scoped(&mut self, pid: Pid, call: Call) -> bool {
        match (call, &mut self.states) {
            (Call::BeginScope {}, Some(states)) => states.begin_scope(pid),
            (Call::Forget { low, high }, Some(states)) => states.forget(pid, (low, high)),
            (Call::EndScope {}, Some(states)) => states.end_scope(pid),
            (Call::BeginScope {} | Call::Forget { .. } | Call::EndScope {}, None) => {}
            _ => return false,
        }
        true
    }

    /// A process asks what is no step.
    pub(crate) fn asks(&mut self, kernel: &Kernel, pid: Pid, call: Call) {
        if self.was_known() {
            return;
        }
        if let Some(event) = self.events.last_mut() {
            kernel.add_ask(pid, call, &mut event.footprint);
        }
    }

    /// A process asked the standard library's function of this number.
    pub(crate) fn asked_wasi(&mut self, pid: Pid, function: usize, arguments: &[u64], seen: Seen) {
        if let Some(event) = self.events.last_mut() {
            event.footprint.add_wasi(function);
        }
        if self.keeps_tape() {
            self.note(pid, Deed::Wasi(function, arguments.to_vec()), seen);
        }
    }

    /// The kernel read this when it performed a process's call.
    pub(crate) fn saw(&mut self, pid: Pid, seen: Seen) {
        if self.keeps_tape() {
            self.tape.saw(pid, seen);
        }
    }

    pub(crate) fn note(&mut self, pid: Pid, deed: Deed, seen: Seen) {
        if self.keeps_tape() {
            self.tape.note(pid, Entry { deed, seen });
        }
    }
}
