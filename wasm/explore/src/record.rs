//! Writing a run down while it goes.
//!
//! A step is written when the next is chosen: only then has its process announced what it does next, and the
//! sentence can say that it waits now.

use crate::schedule::{Act, Choice, profile_name};
use crate::trace::{Ending, Header, Printed, Step, Trace};
use crate::verdict::End;
use forktalk_abi::Pid;
use forktalk_kernel::deadlock::Deadlock;
use forktalk_kernel::sentence::{self, Event, Outcome};
use forktalk_kernel::view::{CallView, Status, View};
use forktalk_kernel::{Config, Output, Performed, Stream};

/// The trace so far, and the step that is under way.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    trace: Trace,
    /// The view before the step that is under way.
    before: View,
    under_way: Option<UnderWay>,
    /// The first and last step that are written down, if not all are.
    only: Option<(u32, u32)>,
}

/// A step that was chosen, and not written yet.
#[derive(Debug)]
struct UnderWay {
    choice: Choice,
    call: CallView,
    answer: Option<i32>,
    printed: Option<Printed>,
}

impl Recorder {
    /// A recorder of a run that is made from this.
    pub(crate) fn new(kernel: &Config, strategy: String) -> Recorder {
        let mut recorder = Recorder::default();
        recorder.trace.header = Header {
            arguments: kernel.arguments.clone(),
            seed: kernel.seed,
            strategy,
            profile: profile_name(kernel.profile).to_owned(),
            ..Header::default()
        };
        recorder
    }

    /// Forgets the run and keeps the header.
    pub(crate) fn reset(&mut self, seed: u64) {
        let mut header = std::mem::take(&mut self.trace.header);
        header.seed = seed;
        header.schedule.clear();
        *self = Recorder {
            only: self.only,
            ..Recorder::default()
        };
        self.trace.header = header;
    }

    pub(crate) fn describe(&mut self, program: &str, module: &str) {
        self.trace.header.program = program.to_owned();
        self.trace.header.module = module.to_owned();
    }

    pub(crate) fn set_strategy(&mut self, strategy: String) {
        self.trace.header.strategy = strategy;
    }

    pub(crate) fn set_schedule(&mut self, schedule: String) {
        self.trace.header.schedule = schedule;
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The view before the first step.
    fn start(&mut self, view: View) {
        self.trace.start.view = view.clone();
        self.before = view;
    }

    pub(crate) fn record_only(&mut self, first: u32, last: u32) {
        self.only = Some((first, last));
    }

    /// Whether the state after so many steps is needed: a step is written from the states before and after it.
    pub(crate) fn looks_at(&self, steps: u32) -> bool {
        self.only
            .is_none_or(|(first, last)| (first.saturating_sub(1)..=last).contains(&steps))
    }

    /// Step number `step` was chosen.
    pub(crate) fn chosen(&mut self, choice: Choice, step: u32) {
        if self
            .only
            .is_some_and(|(first, last)| !(first..=last).contains(&step))
        {
            return;
        }
        let process = self.before.processes.get(&choice.pid.0);
        let call = process.and_then(|process| process.call.clone());
        self.under_way = Some(UnderWay {
            choice,
            call: call.unwrap_or_default(),
            answer: None,
            printed: None,
        });
    }

    /// The step goes on with the call at which its process stands now: that is the one which it is told by.
    pub(crate) fn goes_on(&mut self, pid: Pid, now: &View) {
        let process = now.processes.get(&pid.0);
        if let (Some(under_way), Some(call)) = (
            &mut self.under_way,
            process.and_then(|process| process.call.clone()),
        ) {
            under_way.call = call;
        }
    }

    /// The step's call was performed; `output` is everything that was printed lately.
    pub(crate) fn performed(&mut self, performed: Performed, step: u32, output: &[Output]) {
        let Some(under_way) = &mut self.under_way else {
            return;
        };
        under_way.answer = match performed {
            Performed::Answer(answer) => Some(answer),
            Performed::Forked { child, .. } => Some(child.0),
            Performed::Partly | Performed::Gone => None,
        };
        for part in output.iter().filter(|part| part.step == step) {
            let printed = under_way.printed.get_or_insert_with(|| Printed {
                stream: stream_name(part.stream).to_owned(),
                text: String::new(),
            });
            printed.text.push_str(&String::from_utf8_lossy(&part.bytes));
        }
    }

    /// Writes down the step that was under way, now that this is the view after it.
    pub(crate) fn settle(&mut self, after: View, now_ns: u64) {
        let Some(step) = self.under_way.take() else {
            self.start(after);
            return;
        };
        let pid = step.choice.pid.0;
        let event = Event {
            act: step.choice.act,
            pid,
            call: &step.call,
            answer: step.answer,
            printed: step.printed.as_ref().map(|printed| printed.text.as_str()),
            now_ns,
        };
        let said = sentence::step(&self.before, &after, &event);
        let process = self.before.processes.get(&pid);
        self.trace.steps.push(Step {
            step: self.only.map_or(1, |(first, _)| first) + self.trace.steps.len() as u32,
            choice: act_name(step.choice.act).to_owned(),
            grant: step.choice.grant,
            pid,
            process: process.map_or_else(String::new, |process| process.name.clone()),
            call: step.call.name,
            answer: step.answer,
            file: process.and_then(|process| process.file.clone()),
            line: process.map_or(0, |process| process.line),
            now_ns,
            sentence: said,
            output: step.printed,
            view: View::difference(&self.before, &after),
        });
        self.before = after;
    }

    /// The run is over, after so many steps.
    pub(crate) fn end(
        &mut self,
        end: End,
        steps: u32,
        now_ns: u64,
        status: Option<Status>,
        deadlock: Option<Deadlock>,
    ) {
        let outcome = match (&end, &status) {
            (End::Finished(_), Some(status)) => Outcome::Finished(status),
            (End::Limit, _) => Outcome::Limit(steps),
            _ => Outcome::Deadlock,
        };
        self.trace.end = Some(Ending {
            end: end.name().to_owned(),
            sentence: sentence::end(&self.before, &outcome),
            status,
            steps,
            now_ns,
            deadlock,
        });
    }
}

fn stream_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    }
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::Go => "go",
        Act::Timeout => "timeout",
        Act::Kill => "kill",
        Act::Fail => "fail",
        Act::Interrupt => "interrupt",
        Act::Stop => "stop",
    }
}
