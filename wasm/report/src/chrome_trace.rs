//! The run in Chrome's trace event format, which Perfetto opens: <https://ui.perfetto.dev>.
//!
//! A process has a row of its own; a step lasts one microsecond, and begins at as many as its number says. Between two of
//! its steps a process shows what it waits for. Flows lead from who sent something to who received it. The format is
//! described in <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>.

use std::collections::BTreeMap;

use forktalk_explore::trace::Trace;
use serde_json::{Value, json};

use super::arrow::{Arrow, Passed};
use super::story::{Life, Scene, Story, ending};

/// The JSON text, an event a line.
#[must_use]
pub fn chrome_trace(trace: &Trace) -> String {
    let story = Story::of(trace);
    let mut events = Events::default();
    for (order, life) in story.lives.iter().enumerate() {
        events.name(life, order);
    }
    for scene in &story.scenes {
        events.scene(&story, scene);
    }
    events.end(trace.steps.len() as u32);
    let lines: Vec<String> = events.all.iter().map(Value::to_string).collect();
    format!(
        "{{\"displayTimeUnit\":\"ms\",\"otherData\":{},\"traceEvents\":[\n{}\n]}}\n",
        json!({"program": trace.header.program, "schedule": trace.header.schedule}),
        lines.join(",\n")
    )
}

#[derive(Default)]
struct Events {
    all: Vec<Value>,
    /// Those that wait: from which moment on, and for what.
    waiting: BTreeMap<i32, (u32, String)>,
    flows: u32,
}

impl Events {
    fn name(&mut self, life: &Life, order: usize) {
        let pid = life.pid;
        let about = |name: &str, args: Value| json!({"ph": "M", "name": name, "pid": pid, "tid": pid, "args": args});
        self.all
            .push(about("process_name", json!({"name": life.name})));
        self.all
            .push(about("process_sort_index", json!({"sort_index": order})));
        self.all
            .push(about("thread_name", json!({"name": life.who()})));
    }

    fn scene(&mut self, story: &Story<'_>, scene: &Scene<'_>) {
        let step = scene.step;
        self.stop_waiting(step.pid, step.step);
        let place = step
            .file
            .as_ref()
            .map(|file| format!("{file}:{}", step.line));
        let args = json!({
            "step": step.step,
            "sentence": step.sentence.en,
            "call": step.call,
            "answer": step.answer,
            "choice": step.choice,
            "place": place,
        });
        self.slice("step", step.pid, step.step, 1, &scene.label, args);
        for pid in scene.deaths.iter().filter(|pid| **pid != step.pid) {
            self.stop_waiting(*pid, step.step);
            let death = story.life(*pid).and_then(|life| life.death.as_ref());
            let how = death.map(|death| ending(&death.status)).unwrap_or_default();
            self.slice("end", *pid, step.step, 1, &how, json!({"step": step.step}));
        }
        for arrow in &scene.arrows {
            if arrow.what == Passed::Birth {
                self.slice(
                    "birth",
                    arrow.to,
                    step.step,
                    1,
                    "born",
                    json!({"step": step.step}),
                );
            }
            self.flow(arrow, scene);
        }
        for pid in &scene.released {
            self.stop_waiting(*pid, step.step + 1);
        }
        for wait in &scene.waits {
            self.stop_waiting(wait.pid, step.step + 1);
            self.waiting
                .insert(wait.pid, (step.step + 1, wait.what.clone()));
        }
    }

    /// A wait that nobody ended goes on beyond the last step, so that one sees it.
    fn end(&mut self, steps: u32) {
        let moment = steps + steps / 10 + 3;
        for pid in self.waiting.keys().copied().collect::<Vec<_>>() {
            self.stop_waiting(pid, moment);
        }
    }

    fn stop_waiting(&mut self, pid: i32, moment: u32) {
        if let Some((since, what)) = self
            .waiting
            .remove(&pid)
            .filter(|(since, _)| *since < moment)
        {
            self.slice("wait", pid, since, moment - since, &what, json!({}));
        }
    }

    fn slice(
        &mut self,
        category: &str,
        pid: i32,
        moment: u32,
        lasts: u32,
        name: &str,
        args: Value,
    ) {
        self.all.push(json!({
            "ph": "X", "cat": category, "name": name, "pid": pid, "tid": pid, "ts": moment, "dur": lasts, "args": args,
        }));
    }

    /// From the step at which something was sent, the last one if it was sent at several, to the one at which it arrived.
    fn flow(&mut self, arrow: &Arrow, scene: &Scene<'_>) {
        self.flows += 1;
        let category = match &arrow.what {
            Passed::Bytes { .. } | Passed::Items { .. } => "message",
            Passed::Birth => "fork",
            Passed::End { .. } => "end",
            Passed::Signal { .. } => "signal",
        };
        let arrives = scene.step.step;
        let sent = if arrow.is_sent_now() {
            arrives
        } else {
            arrow.sent.1
        };
        let name = arrow.load();
        let ends = [("s", arrow.from, sent), ("f", arrow.to, arrives)];
        for (phase, pid, moment) in ends {
            // In the middle of the step: there is no other slice.
            let moment = f64::from(moment) + 0.5;
            let mut event = json!({
                "ph": phase, "cat": category, "name": name, "id": self.flows, "pid": pid, "tid": pid, "ts": moment,
            });
            if phase == "f" {
                // It arrives in the slice around it, not in the next one.
                event["bp"] = json!("e");
            }
            self.all.push(event);
        }
    }
}
