//! What a run has shown of its processes: how many steps each took, and at what.

use crate::trace::Trace;
use forktalk_abi::Pid;
use forktalk_kernel::view::View;
use std::collections::BTreeMap;

/// How many steps the processes of a program take, learnt from a run of it: what
/// [`Uniform`](crate::strategy::Uniform) needs to know.
///
/// It is taken from the trace of a recorded run ([`Counts::of`]), or told step by step.
///
/// Processes get their numbers in the order of the forks, and that is for a schedule to decide. So in another run a
/// process is found again by who forked it, and as which of its children.
///
/// ```
/// use forktalk_abi::Pid;
/// use forktalk_explore::Counts;
///
/// let mut counts = Counts::default();
/// counts.stepped(Pid(1), &[]);
/// counts.forked(Pid(1), Pid(2));
/// counts.stepped(Pid(2), &["pipe A"]);
/// counts.stepped(Pid(1), &["pipe A"]);
/// assert_eq!(counts.steps(Pid(1)), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the order of their births, the root first.
    processes: Vec<Counted>,
    /// The names of the things that were touched.
    things: Vec<String>,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Counted {
    pid: Pid,
    steps: u32,
    /// Where its children stand in the list, the eldest first.
    children: Vec<usize>,
    /// At which of its steps, counted from 0, it touched a thing.
    touched: BTreeMap<usize, Vec<u32>>,
}

/// The steps that are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Counting {
    /// All.
    #[default]
    Everything,
    /// Those that touch this thing.
    Thing(usize),
}

impl Counts {
    /// Counts what stands in a trace. A step touches what its call is about: an object, a queue with all of its parts, a
    /// region, standard input or output.
    #[must_use]
    pub fn of(trace: &Trace) -> Counts {
        let mut counts = Counts::default();
        let mut view = trace.start.view.clone();
        for step in &trace.steps {
            let pid = Pid(step.pid);
            if step.choice != "kill" {
                let things = things(&view, step.pid);
                let names: Vec<&str> = things.iter().map(String::as_str).collect();
                counts.stepped(pid, &names);
            }
            view.apply(&step.view);
            let child = step.answer.map(Pid).filter(|child| child.0 > 0);
            if let ("fork", Some(child)) = (step.call.as_str(), child) {
                counts.forked(pid, child);
            }
        }
        counts
    }

    /// A process took a step, at which it touched these things; the first that did is the root. Their names may be any,
    /// as long as the same thing has the same name.
    pub fn stepped(&mut self, pid: Pid, things: &[&str]) {
        let things: Vec<usize> = things.iter().map(|name| self.thing(name)).collect();
        let at = self.process(pid);
        let process = &mut self.processes[at];
        for thing in things {
            let steps = process.touched.entry(thing).or_default();
            if steps.last() != Some(&process.steps) {
                steps.push(process.steps);
            }
        }
        process.steps += 1;
    }

    /// A process forked a child.
    pub fn forked(&mut self, parent: Pid, child: Pid) {
        let (parent, child) = (self.process(parent), self.process(child));
        self.processes[parent].children.push(child);
    }

    /// How many steps a process took.
    #[must_use]
    pub fn steps(&self, pid: Pid) -> u32 {
        let process = self.processes.iter().find(|process| process.pid == pid);
        process.map_or(0, |process| process.steps)
    }

    /// Where a process stands in the list, from now on.
    fn process(&mut self, pid: Pid) -> usize {
        let known = self.processes.iter().position(|known| known.pid == pid);
        known.unwrap_or_else(|| {
            self.processes.push(Counted {
                pid,
                steps: 0,
                children: Vec::new(),
                touched: BTreeMap::new(),
            });
            self.processes.len() - 1
        })
    }

    fn thing(&mut self, name: &str) -> usize {
        let known = self.things.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            self.things.push(name.to_owned());
            self.things.len() - 1
        })
    }
}

/// What a strategy asks. Processes are named by where they stand in the list.
impl Counts {
    pub(crate) fn root(&self) -> Option<usize> {
        (!self.processes.is_empty()).then_some(0)
    }

    /// A child, by how many were born before it.
    pub(crate) fn child(&self, parent: usize, elder: usize) -> Option<usize> {
        self.processes[parent].children.get(elder).copied()
    }

    /// The children that are yet to come, when so many were born.
    pub(crate) fn unborn(&self, parent: usize, born: usize) -> &[usize] {
        self.processes[parent]
            .children
            .get(born..)
            .unwrap_or_default()
    }

    /// Whether a process that took so many steps had another to take.
    pub(crate) fn goes_on(&self, process: usize, taken: u32) -> bool {
        taken < self.processes[process].steps
    }

    /// How many counted steps a process still had to take, when it had taken so many of any kind.
    pub(crate) fn left(&self, process: usize, taken: u32, counting: Counting) -> u64 {
        let process = &self.processes[process];
        match counting {
            Counting::Everything => u64::from(process.steps.saturating_sub(taken)),
            Counting::Thing(thing) => {
                let steps = process.touched(thing);
                (steps.len() - steps.partition_point(|step| *step < taken)) as u64
            }
        }
    }

    /// Whether the step that a process took after so many is counted.
    pub(crate) fn counts(&self, process: usize, taken: u32, counting: Counting) -> bool {
        match counting {
            Counting::Everything => true,
            Counting::Thing(thing) => self.processes[process]
                .touched(thing)
                .binary_search(&taken)
                .is_ok(),
        }
    }

    /// The counted steps of each process and all who come from it.
    pub(crate) fn of_families(&self, counting: Counting) -> Vec<u64> {
        let mut totals: Vec<u64> = (0..self.processes.len())
            .map(|process| self.left(process, 0, counting))
            .collect();
        // A child stands behind its parent: backwards, the children of each are added up already.
        for (parent, process) in self.processes.iter().enumerate().rev() {
            totals[parent] += process
                .children
                .iter()
                .map(|child| totals[*child])
                .sum::<u64>();
        }
        totals
    }

    /// The things that more than one process touched.
    pub(crate) fn shared(&self) -> Vec<usize> {
        let touching = |thing| {
            let processes = self.processes.iter();
            processes
                .filter(|process| !process.touched(thing).is_empty())
                .count()
        };
        (0..self.things.len())
            .filter(|thing| touching(*thing) > 1)
            .collect()
    }
}

impl Counted {
    fn touched(&self, thing: usize) -> &[u32] {
        self.touched.get(&thing).map_or(&[], Vec::as_slice)
    }
}

/// What the call is about at which a process stands.
fn things(view: &View, pid: i32) -> Vec<String> {
    let process = view.processes.get(&pid);
    let Some(call) = process.and_then(|process| process.call.as_ref()) else {
        return Vec::new();
    };
    let watched = call.watches.iter().map(|watch| watch.fd);
    let descriptors = call.fd.into_iter().chain(watched);
    let objects = descriptors.filter_map(|fd| {
        let (descriptor, object) = view.descriptor(pid, fd)?;
        let queue = object.and_then(|object| object.queue.as_ref());
        Some(match queue {
            Some(queue) => format!("queue {}", queue.name),
            None => descriptor.object.clone(),
        })
    });
    let lock = call.lock.as_ref().map(|lock| (lock.region, &lock.queue));
    let part = call.part.as_ref().map(|part| (part.region, &part.queue));
    let word = call.word.as_ref().map(|word| (word.region, &word.queue));
    let regions = [lock, part, word].into_iter().flatten();
    let regions = regions.map(|(region, queue)| match queue {
        Some(queue) => format!("queue {}", queue.name),
        None => format!("region {region}"),
    });
    objects.chain(regions).collect()
}
