//! The shared suite on a real Unix, recorded: what its processes wrote down becomes a trace that tells the same run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use forktalk_explore::Trace;
use forktalk_kernel::view::Status as Ended;
use forktalk_programs::{Program, each_program, find};
use forktalk_recording::Recording;
use forktalk_suite::{Status, run, tests_for, trace_under_wasmtime};

/// As of the runner of native programs.
const DEADLINE: Duration = Duration::from_secs(20);

/// As long as a program may take to come to the point at which it hangs.
const UNTIL_IT_HANGS: Duration = Duration::from_secs(2);

each_program!(tests_for, Native, check);

/// The end that was seen from outside is the end of the trace, and nobody is left in it that was not left in fact.
fn check(program: &Program) {
    let recorded = Recorded::new(program.path);
    let seen = match run(&mut recorded.command(), DEADLINE) {
        Ok(seen) => seen,
        Err(overdue) => panic!("{}: {overdue}", program.path),
    };
    let trace = recorded.trace();
    let end = trace.end.as_ref();
    let end = end.unwrap_or_else(|| panic!("{}: the trace has no end", program.path));
    assert_eq!(end.end, "finished", "{}: {}", program.path, end.sentence.en);
    let status = match end.status.as_ref().expect("it finished") {
        Ended::Exited { code } => Status::Exited(*code),
        Ended::Signaled { signal, .. } => Status::Signaled(*signal),
    };
    assert_eq!(status, seen.status, "{}", program.path);
}

/// Where one run is recorded.
struct Recorded {
    folder: PathBuf,
    program: &'static str,
}

impl Recorded {
    fn new(program: &'static str) -> Recorded {
        Recorded::in_folder(program, &program.replace('/', "-"))
    }

    fn in_folder(program: &'static str, name: &str) -> Recorded {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("recorded-{name}"));
        // What an earlier test run left there would be mistaken for this one's.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder of this test's own");
        Recorded { folder, program }
    }

    fn file(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("run.jsonl{suffix}"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_run-program"));
        command.arg(self.program);
        command.env("FORKTALK_TRACE", self.file(""));
        command
    }

    fn trace(&self) -> Trace {
        let recording = Recording::gather(|suffix| fs::read(self.file(suffix)).ok());
        recording.expect("the files can be read").trace()
    }
}

/// What does not depend on who went when.
#[derive(Debug, PartialEq, Eq)]
struct Essentials {
    /// How each process ended, in the order of their births.
    ends: Vec<Option<Ended>>,
    /// How many bytes each process read.
    read: BTreeMap<i32, i64>,
    /// Of each queue, how many items were put and got.
    queues: BTreeMap<String, (u32, u32)>,
}

fn essentials(trace: &Trace) -> Essentials {
    let mut view = trace.start.view.clone();
    let mut read = BTreeMap::new();
    let mut queues = BTreeMap::new();
    for step in &trace.steps {
        view.apply(&step.view);
        if step.call == "read" {
            *read.entry(step.pid).or_default() += i64::from(step.answer.unwrap_or(0).max(0));
        }
        for (name, queue) in &view.queues {
            queues.insert(name.clone(), (queue.put, queue.got));
        }
    }
    let processes = view.processes.into_values();
    Essentials {
        ends: processes.map(|process| process.status).collect(),
        read,
        queues,
    }
}

#[test]
fn a_recorded_run_is_in_essence_a_simulated_one() {
    for path in [
        "pipe/three_integers",
        "pipe/thousand_integers_by_fork",
        "pipe/broken_pipe",
        "duplex/ping_pong",
        "process/exit_codes",
        "process/child_panics",
        "process/tree_in_order",
        "queue/putter_and_getter",
        "queue/task_done_and_join",
    ] {
        let program = find(path).expect("it is in the list");
        let recorded = Recorded::in_folder(path, &format!("{}-twice", path.replace('/', "-")));
        run(&mut recorded.command(), DEADLINE).expect("it ends");
        let simulated = trace_under_wasmtime(program, None, "linux").expect("it is simulated");
        let simulated = Trace::from_text(&simulated).expect("it is a trace");
        let native = recorded.trace();
        assert_eq!(essentials(&native), essentials(&simulated), "{path}");
        let header = native.header;
        let said = header.native.expect("it says that it is native");
        assert_eq!(
            said.pids.len(),
            simulated.view_after(u32::MAX).processes.len()
        );
        // Who looks at a queue at the very moment at which it changes may be left out.
        if !path.starts_with("queue/") {
            assert_eq!(said.notes, [], "{path}: all of it is shown");
        }
        assert_eq!(header.schedule, "", "nothing makes it again");
    }
}

#[test]
fn a_run_that_hangs_and_is_killed_is_explained() {
    let recorded = Recorded::new("pipe/forgotten_close");
    run(&mut recorded.command(), UNTIL_IT_HANGS)
        .expect_err("it hangs, and its processes are killed");
    let end = recorded.trace().end.expect("nobody can go on");
    assert_eq!(end.end, "deadlock");
    let waiters = end.deadlock.expect("it is explained").waiters;
    let said: Vec<&str> = waiters.iter().map(|one| one.sentence.en.as_str()).collect();
    assert!(
        said.iter()
            .any(|said| said.contains("it still holds a writing end itself")),
        "{said:?}"
    );
}

#[test]
fn a_run_that_nobody_records_leaves_nothing_behind() {
    let recorded = Recorded::in_folder("pipe/three_integers", "unset");
    let mut command = recorded.command();
    let command = command.env_remove("FORKTALK_TRACE");
    run(command.current_dir(&recorded.folder), DEADLINE).expect("it ends");
    let left = fs::read_dir(&recorded.folder).expect("the folder is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn who_cannot_write_says_so_and_runs_as_ever() {
    let recorded = Recorded::in_folder("pipe/three_integers", "nowhere");
    let mut command = recorded.command();
    let command = command.env("FORKTALK_TRACE", recorded.file("/nowhere"));
    let seen = run(command, DEADLINE).expect("it ends");
    assert_eq!(seen.status, Status::Exited(0));
    assert!(
        seen.stderr.contains("this process is not recorded in"),
        "{}",
        seen.stderr
    );
}
