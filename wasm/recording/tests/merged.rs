//! What processes wrote down, made into one trace: files that are whole, and files that are not.

use forktalk_explore::Trace;
use forktalk_recording::{ReadError, Recording};

/// A parent that writes five bytes to a child, which reads them; the parent waits for it.
const PARENT: &str = r#"{"forktalk":"recording","version":1,"run":"70-1","pid":70,"at":1000,"program":"one","arguments":["one"]}
{"at":1010,"thread":1,"call":"pipe","file":"src/main.rs","line":3}
{"at":1020,"thread":1,"answer":0,"fds":[3,4]}
{"at":1030,"thread":1,"call":"fork","child":1,"name":"child","file":"src/main.rs","line":4}
{"at":1060,"thread":1,"answer":71}
{"at":1070,"thread":1,"call":"write","fd":4,"header":"00000001","payload":"07","bytes":5,"file":"src/main.rs","line":5}
{"at":1200,"thread":1,"answer":5}
{"at":1210,"thread":1,"call":"wait","pid":71,"block":1,"file":"src/main.rs","line":6}
{"at":1400,"thread":1,"answer":1,"status":0}
{"at":1410,"thread":1,"call":"exit","code":0}
"#;

/// Its read is over before the parent's write is: it came after all the same.
const CHILD: &str = r#"{"forktalk":"recording","version":1,"run":"70-1","pid":71,"at":1050}
{"at":1080,"thread":1,"call":"read","fd":3,"bytes":4096,"file":"src/main.rs","line":8}
{"at":1100,"thread":1,"answer":5}
{"at":1110,"thread":1,"call":"exit","code":0}
"#;

fn merged(files: &[(&str, &str)]) -> Trace {
    gathered(files).unwrap().trace()
}

fn gathered(files: &[(&str, &str)]) -> Result<Recording, ReadError> {
    Recording::gather(|suffix| {
        let file = files.iter().find(|(name, _)| *name == suffix);
        file.map(|(_, text)| text.as_bytes().to_vec())
    })
}

fn told(trace: &Trace) -> Vec<(i32, &str)> {
    let steps = trace.steps.iter();
    steps.map(|step| (step.pid, step.call.as_str())).collect()
}

fn notes(trace: &Trace) -> usize {
    trace.header.native.as_ref().unwrap().notes.len()
}

#[test]
fn a_read_comes_after_the_write_of_its_bytes_whatever_the_clock_says() {
    let trace = merged(&[("", PARENT), (".1", CHILD)]);
    assert_eq!(
        told(&trace),
        [
            (1, "begin"),
            (1, "pipe"),
            (1, "fork"),
            (2, "begin"),
            (1, "write"),
            (2, "read"),
            (2, "exit"),
            (1, "wait"),
            (1, "exit"),
        ]
    );
    assert_eq!(notes(&trace), 0);
    assert_eq!(trace.steps[5].answer, Some(5));
    assert_eq!(trace.steps[5].file.as_deref(), Some("src/main.rs"));
    assert_eq!(trace.steps[8].now_ns, 410, "since the beginning");
    let native = trace.header.native.unwrap();
    assert_eq!(native.pids, [(1, 70), (2, 71)].into());
    assert_eq!(trace.end.unwrap().end, "finished");
}

#[test]
fn what_was_written_stays_a_trace_when_it_is_read_back() {
    let trace = merged(&[("", PARENT), (".1", CHILD)]);
    assert_eq!(Trace::from_text(&trace.to_text()).unwrap(), trace);
}

#[test]
fn a_process_that_was_killed_ends_where_its_file_does() {
    let parent = PARENT.replace("\"status\":0", "\"status\":9");
    // Its file stops in the middle of a line.
    let child = &CHILD[..CHILD.find("{\"at\":1110").unwrap() + 12];
    let trace = merged(&[("", &parent), (".1", child)]);
    let kill = trace
        .steps
        .iter()
        .find(|step| step.choice == "kill")
        .unwrap();
    assert_eq!(kill.pid, 2);
    assert_eq!(trace.steps.last().unwrap().pid, 1);
    assert_eq!(notes(&trace), 0);
    assert_eq!(trace.end.unwrap().end, "finished");
}

#[test]
fn what_a_killed_process_had_begun_took_effect_if_somebody_saw_it() {
    let parent = r#"{"forktalk":"recording","version":1,"run":"70-1","pid":70,"at":1000,"program":"one","arguments":["one"]}
{"at":1010,"thread":1,"call":"pipe"}
{"at":1020,"thread":1,"answer":0,"fds":[3,4]}
{"at":1030,"thread":1,"call":"fork","child":1,"name":"child"}
{"at":1060,"thread":1,"answer":71}
{"at":1070,"thread":1,"call":"read","fd":3,"bytes":5}
{"at":1200,"thread":1,"answer":5}
{"at":1210,"thread":1,"call":"wait","pid":71,"block":1}
{"at":1400,"thread":1,"answer":1,"status":9}
{"at":1410,"thread":1,"call":"exit","code":0}
"#;
    let child = r#"{"forktalk":"recording","version":1,"run":"70-1","pid":71,"at":1050}
{"at":1080,"thread":1,"call":"write","fd":4,"header":"00000001","payload":"07","bytes":5}
"#;
    let trace = merged(&[("", parent), (".1", child)]);
    let order = [(2, "write"), (1, "read")];
    assert!(
        told(&trace).windows(2).any(|pair| pair == order),
        "{:?}",
        told(&trace)
    );
    assert_eq!(notes(&trace), 0);
}

#[test]
fn a_child_that_wrote_nothing_or_another_run_s_file_is_there_all_the_same() {
    let parent = PARENT.replace("\"status\":0", "\"status\":9");
    let other = CHILD.replace("70-1", "60-1");
    for files in [
        &[("", parent.as_str())][..],
        &[("", &parent), (".1", &other)],
    ] {
        let trace = merged(files);
        assert!(
            trace
                .steps
                .iter()
                .any(|step| step.choice == "kill" && step.pid == 2)
        );
        assert_eq!(
            trace.header.native.unwrap().pids[&2],
            71,
            "the fork said so"
        );
    }
}

#[test]
fn a_run_that_was_cut_off_has_no_end() {
    // The parent goes on after its write, or not: nobody knows.
    let parent = &PARENT[..PARENT.find("{\"at\":1210").unwrap()];
    let trace = merged(&[("", parent), (".1", CHILD)]);
    assert_eq!(told(&trace).last(), Some(&(2, "exit")));
    assert_eq!(trace.end, None);
}

#[test]
fn an_answer_that_no_order_explains_is_owned_up_to() {
    let child = CHILD.replace("\"answer\":5", "\"answer\":9");
    let trace = merged(&[("", PARENT), (".1", &child)]);
    assert!(notes(&trace) > 0);
}

#[test]
fn a_call_about_a_descriptor_from_elsewhere_is_left_out_and_said() {
    let child = CHILD.replace("\"fd\":3", "\"fd\":33");
    let trace = merged(&[("", PARENT), (".1", &child)]);
    assert!(!told(&trace).contains(&(2, "read")));
    let note = &trace.header.native.as_ref().unwrap().notes[0];
    assert!(note.en.starts_with("1 "), "{}", note.en);
    assert!(note.zh.contains('1'), "{}", note.zh);
}

#[test]
fn files_that_are_something_else_are_refused_with_the_reason() {
    let error = |files: &[(&str, &str)]| gathered(files).unwrap_err().to_string();
    assert!(error(&[]).ends_with("is not there"));
    assert!(error(&[("", "{}")]).contains("not what a native process writes down"));
    assert!(error(&[("", CHILD)]).contains("one process of a run"));
    let broken = PARENT.replacen("\"answer\":0", "\"answer\":zero", 1);
    assert!(error(&[("", &broken)]).starts_with(": line 3: "));
    assert!(Recording::is_one(PARENT.as_bytes()));
    assert!(!Recording::is_one(b"\0asm"));
}
