//! A run as a story: who was born when and died how, and at each step what passed between whom and who waits.
//!
//! It is made once from a [`Trace`], and all pictures of a run are drawn from it.

use std::collections::BTreeMap;

use forktalk_explore::trace::{Ending, Step, Trace};
use forktalk_kernel::view::{ProcessView, State, Status, View};

use super::arrow::{Arrow, Queues, arrows};
use super::label;

/// What is said where a run was not told to its end.
pub(super) const STOPS: &str = "Here the story stops; the run would go on.";

/// A run, as the pictures of it need it.
pub(super) struct Story<'a> {
    /// The processes in the order of their births.
    pub(super) lives: Vec<Life>,
    /// What happened, a scene for each step.
    pub(super) scenes: Vec<Scene<'a>>,
    /// The view after the last step.
    pub(super) last: View,
    /// How it ended; nothing if it goes on.
    pub(super) end: Option<&'a Ending>,
}

/// A process, from birth to death.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub(super) pid: i32,
    pub(super) name: String,
    /// The step of the fork that made it; 0 for the root.
    pub(super) born: u32,
    pub(super) death: Option<Death>,
}

/// How a process ended, and at which step.
#[derive(Clone, Debug)]
pub(super) struct Death {
    pub(super) step: u32,
    pub(super) status: Status,
}

/// A step, and what it meant.
#[derive(Clone, Debug)]
pub(super) struct Scene<'a> {
    pub(super) step: &'a Step,
    /// What its process did, in a few words.
    pub(super) label: String,
    /// What passed between processes.
    pub(super) arrows: Vec<Arrow>,
    /// Those that ended, in whatever way.
    pub(super) deaths: Vec<i32>,
    /// Those that wait from here on.
    pub(super) waits: Vec<Wait>,
    /// Those that waited and can go on.
    pub(super) released: Vec<i32>,
}

/// A process that waits.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) pid: i32,
    /// For what, in a few words.
    pub(super) what: String,
}

impl<'a> Story<'a> {
    pub(super) fn of(trace: &'a Trace) -> Story<'a> {
        let mut story = Story {
            lives: Vec::new(),
            scenes: Vec::with_capacity(trace.steps.len()),
            last: trace.start.view.clone(),
            end: trace.end.as_ref(),
        };
        let there = trace.start.view.processes.values();
        story
            .lives
            .extend(there.map(|process| Life::of(process, 0)));
        let mut queues = Queues::default();
        for step in &trace.steps {
            let before = std::mem::take(&mut story.last);
            let mut after = before.clone();
            after.apply(&step.view);
            story.follow(step, (&before, &after), &mut queues);
            story.last = after;
        }
        story
    }

    /// Writes down one step, with the views before and after it.
    fn follow(&mut self, step: &'a Step, views: (&View, &View), queues: &mut Queues) {
        let (before, after) = views;
        let mut scene = Scene {
            step,
            label: label::step(before, after, step),
            arrows: Vec::new(),
            deaths: Vec::new(),
            waits: Vec::new(),
            released: Vec::new(),
        };
        for process in step.view.processes.values().flatten() {
            let old = before.processes.get(&process.pid);
            match old {
                None => self.lives.push(Life::of(process, step.step)),
                Some(old) if old.status.is_none() => {
                    if let Some(status) = &process.status {
                        scene.deaths.push(process.pid);
                        self.bury(process.pid, step.step, status);
                    }
                }
                Some(_) => {}
            }
            let waited = old.is_some_and(|old| old.state == State::Waiting);
            let moved = process.pid == step.pid;
            match process.state == State::Waiting {
                true if moved || !waited => scene.waits.push(Wait {
                    pid: process.pid,
                    what: label::wish(after, process),
                }),
                false if waited => scene.released.push(process.pid),
                _ => {}
            }
        }
        scene.arrows = arrows(before, after, step, queues);
        scene.arrows.iter_mut().for_each(|arrow| self.date(arrow));
        self.scenes.push(scene);
    }

    fn bury(&mut self, pid: i32, step: u32, status: &Status) {
        let status = status.clone();
        if let Some(life) = self.lives.iter_mut().find(|life| life.pid == pid) {
            life.death = Some(Death { step, status });
        }
    }

    /// What a process leaves behind is sent when it ends.
    fn date(&self, arrow: &mut Arrow) {
        let death = self.life(arrow.from).and_then(|life| life.death.as_ref());
        if let Some(death) = death.filter(|_| arrow.is_end()) {
            arrow.sent = (death.step, death.step);
        }
    }

    pub(super) fn life(&self, pid: i32) -> Option<&Life> {
        self.lives.iter().find(|life| life.pid == pid)
    }

    /// A process, as people name it.
    pub(super) fn who(&self, pid: i32) -> String {
        match self.life(pid) {
            Some(life) => life.who(),
            None => format!("process {pid}"),
        }
    }

    /// Those that wait when the story ends, with what they are said to wait for, and where.
    pub(super) fn stuck(&self) -> BTreeMap<i32, String> {
        let waiting = self.last.processes.values();
        let waiting = waiting.filter(|process| process.state == State::Waiting);
        let said = waiting.map(|process| {
            let mut said = match &process.waits_for {
                Some(said) => said.en.clone(),
                None => label::wish(&self.last, process),
            };
            let place = place(process.file.as_deref(), process.line);
            if !place.is_empty() {
                said += &format!(" ({place})");
            }
            (process.pid, said)
        });
        said.collect()
    }

    pub(super) fn is_deadlock(&self) -> bool {
        self.end.is_some_and(|end| end.end == "deadlock")
    }
}

impl Life {
    fn of(process: &ProcessView, born: u32) -> Life {
        Life {
            pid: process.pid,
            name: process.name.clone(),
            born,
            death: None,
        }
    }

    pub(super) fn who(&self) -> String {
        format!("{} ({})", self.name, self.pid)
    }
}

impl Scene<'_> {
    /// Where the program made the call: the file's own name and the line, since the whole path would fill the row.
    pub(super) fn place(&self) -> String {
        place(self.step.file.as_deref(), self.step.line)
    }
}

/// Where the program made a call; empty if that is unknown.
pub(super) fn place(file: Option<&str>, line: u32) -> String {
    match file {
        Some(file) => format!("{}:{line}", file.rsplit('/').next().unwrap_or(file)),
        None => String::new(),
    }
}

/// How a process ended, in a word or two.
pub(super) fn ending(status: &Status) -> String {
    match status {
        // What Rust's runtime does at a panic.
        Status::Exited { code: 101 } => "panic (101)".to_owned(),
        Status::Exited { code } => format!("exit {code}"),
        Status::Signaled { name, .. } => name.clone(),
    }
}
