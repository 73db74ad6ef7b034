//! Guests are not trusted: whatever one does, it is an error for the guest or its end, and never a panic of the host.

use forktalk_abi::wire::SUSPEND;
use forktalk_abi::{ExitStatus, Signal};
use forktalk_explore::strategy::Default as RunOn;
use forktalk_explore::{End, Settings};
use forktalk_host::{Driver, LoadError, Program};
use forktalk_kernel::Config;

/// Runs a module given in the text format; how it ended, and what the host remarked.
fn run(text: &str) -> (End, Vec<String>) {
    let bytes = wat::parse_str(text).expect("the test's own module");
    let program = Program::from_bytes("guest", &bytes).expect("a program");
    let mut driver = Driver::new(&program, settings());
    let end = driver.drive(|_| {}).expect("instances can be made");
    (end, driver.take_remarks())
}

fn settings() -> Settings {
    Settings {
        kernel: Config::default(),
        strategy: Box::new(RunOn),
        record: true,
    }
}

fn refused(text: &str) -> LoadError {
    let bytes = wat::parse_str(text).expect("the test's own module");
    match Program::from_bytes("guest", &bytes) {
        Ok(_) => panic!("it was taken for a program"),
        Err(error) => error,
    }
}

/// A program whose `_start` has this body; `$check` exits with 1 unless two numbers are equal.
fn program(body: &str) -> String {
    program_with_child(body, "")
}

/// The same, whose children run `child`; the local 0 is the closure that fork was given.
fn program_with_child(body: &str, child: &str) -> String {
    format!(
        r#"(module
            (import "forktalk" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
            (import "forktalk" "wait" (func $wait (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
            (memory (export "memory") 1)
            (global (export "__stack_pointer") (mut i32) (i32.const 1024))
            (func (export "forktalk_child") (param i32) {child})
            (func $ask (param $number i32) (param $a i32) (param $b i32) (param $c i32) (result i32) (local $answer i32)
                (local.set $answer (call $call (local.get $number) (local.get $a) (local.get $b) (local.get $c)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
                (if (i32.eq (local.get $answer) (i32.const {SUSPEND}))
                    (then (local.set $answer (call $wait))))
                (local.get $answer))
            (func $check (param i32 i32)
                (if (i32.ne (local.get 0) (local.get 1)) (then (call $proc_exit (i32.const 1)))))
            (func $recurse (export "recurse") (call $recurse))
            (func (export "_start") {body}))"#
    )
    .replace("{SUSPEND}", &SUSPEND.to_string())
}

const WELL: End = End::Finished(ExitStatus::Exited(0));

fn killed_by(signal: Signal) -> End {
    End::Finished(ExitStatus::Signaled(signal))
}

#[test]
fn bad_pointers_are_efault() {
    // pipe with its answer outside of memory; write from outside; a name of the file outside.
    let body = r#"
        (call $check (call $ask (i32.const 1) (i32.const 65533) (i32.const 0) (i32.const 0)) (i32.const -14))
        (call $check (call $ask (i32.const 1) (i32.const -4) (i32.const 0) (i32.const 0)) (i32.const -14))
        (call $check (call $call (i32.const 4) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 9)
            (i32.const -1) (i32.const -1) (i32.const 7)) (i32.const -14))
        (call $check (call $fd_write (i32.const 1) (i32.const 65532) (i32.const 1) (i32.const 0)) (i32.const 21))
        (call $check (call $random_get (i32.const 65530) (i32.const 100)) (i32.const 21))"#;
    assert_eq!(run(&program(body)), (WELL, vec![]));
}

#[test]
fn absurd_lengths_are_errors() {
    // A poll of 2^31 entries; a write of 2^32 bytes; a fork with a name of 4 GiB.
    let body = r#"
        (call $check (call $ask (i32.const 5) (i32.const 0) (i32.const -2147483648) (i32.const 0)) (i32.const -22))
        (call $check (call $call (i32.const 4) (i32.const 1) (i32.const 0) (i32.const -1) (i32.const 0) (i32.const -1)
            (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const -22))
        (call $check (call $ask (i32.const 9) (i32.const 0) (i32.const 65000) (i32.const -1)) (i32.const 2))
        (call $check (call $fd_write (i32.const 1) (i32.const 0) (i32.const -1) (i32.const 0)) (i32.const 28))"#;
    assert_eq!(run(&program(body)).0, WELL);
}

#[test]
fn a_number_that_is_no_call_is_enosys() {
    let body = r#"(call $check (call $ask (i32.const 999) (i32.const 0) (i32.const 0) (i32.const 0)) (i32.const -38))"#;
    assert_eq!(run(&program(body)), (WELL, vec![]));
}

#[test]
fn to_wait_without_a_call_is_einval() {
    assert_eq!(
        run(&program("(call $check (call $wait) (i32.const -22))")),
        (WELL, vec![])
    );
}

/// Runs a program whose root waits for a child, which runs `then` while its call is unanswered; checks how the child ends, and
/// answers what the host remarked.
fn suspended(then: &str, status: ExitStatus) -> Vec<String> {
    let root = format!(
        r#"
        (drop (call $ask (i32.const 9) (i32.const 1) (i32.const 0) (i32.const 0)))
        (call $check (call $ask (i32.const 11) (i32.const 2) (i32.const 1) (i32.const 64)) (i32.const 2))
        (call $check (i32.load (i32.const 64)) (i32.const {}))"#,
        status.to_raw()
    );
    // The child runs within the root's call. So when it forks and asks for that one's end, it is suspended.
    let child = format!(
        r#"
        (if (local.get 0) (then
            (drop (call $ask (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0)))
            (call $check (i32.const {{SUSPEND}}) (call $call (i32.const 11) (i32.const 3) (i32.const 1) (i32.const 64)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
            {then}))"#
    );
    let (end, remarks) = run(&program_with_child(&root, &child));
    assert_eq!(end, WELL);
    remarks
}

#[test]
fn a_call_while_another_is_unanswered_is_ebusy_and_changes_nothing() {
    let then = r#"
        (call $check (call $ask (i32.const 7) (i32.const 1) (i32.const 0) (i32.const 0)) (i32.const -16))
        (call $check (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)) (i32.const 10))
        (call $check (call $wait) (i32.const 3))"#;
    assert!(suspended(then, ExitStatus::Exited(0)).is_empty());
}

#[test]
fn who_returns_before_its_call_is_answered_is_ended() {
    let remarks = suspended("", ExitStatus::Signaled(Signal::SYS));
    assert!(remarks[0].contains("did not wait"), "{remarks:?}");
}

#[test]
fn a_trap_within_anothers_call_ends_only_who_trapped() {
    let signaled = ExitStatus::Signaled;
    suspended("unreachable", ExitStatus::Exited(101));
    suspended(
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        signaled(Signal::FPE),
    );
    suspended(
        "(drop (i32.load (i32.const 70000)))",
        signaled(Signal::SEGV),
    );
    suspended("(call $recurse)", signaled(Signal::SEGV));
}

#[test]
fn who_lets_others_run_may_be_killed_by_them() {
    // The child runs within the root's call, and kills the root.
    let root = r#"
        (drop (call $ask (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0)))
        (drop (call $ask (i32.const 11) (i32.const 2) (i32.const 1) (i32.const 64)))"#;
    let child = "(drop (call $ask (i32.const 12) (i32.const 1) (i32.const 9) (i32.const 0)))";
    let text = program_with_child(root, child);
    assert_eq!(run(&text), (killed_by(Signal::KILL), vec![]));
}

#[test]
fn who_returns_although_it_goes_next_is_ended() {
    // A process that goes on for long is answered "suspend" now and then, though nobody else is there.
    let body = r#"(local $left i32)
        (local.set $left (i32.const 5000))
        (loop $again
            (if (i32.ne (i32.const {SUSPEND}) (call $call (i32.const 7) (i32.const 99) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
                (then (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
        (call $check (i32.eqz (local.get $left)) (i32.const 0))"#;
    assert_eq!(run(&program(body)).0, killed_by(Signal::SYS));
}

#[test]
fn a_start_function_that_makes_a_call_is_an_error_of_the_program() {
    let text = r#"(module
        (import "forktalk" "call" (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func $begin (drop (call $call (i32.const 1) (i32.const 8) (i32.const 0) (i32.const 0)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
        (start $begin)
        (func (export "_start")))"#;
    let bytes = wat::parse_str(text).expect("the test's own module");
    let program = Program::from_bytes("guest", &bytes).expect("a program");
    let error = Driver::new(&program, settings()).drive(|_| {}).err();
    let error = error.expect("there is no process yet");
    assert!(format!("{error:?}").contains("start function"), "{error:?}");
}

#[test]
fn a_loop_without_calls_runs_out_of_fuel() {
    let (end, remarks) = run(&program("(loop $again (br $again))"));
    assert_eq!(end, killed_by(Signal::XCPU));
    assert!(remarks[0].contains("too long"), "{remarks:?}");
}

#[test]
fn a_fork_bomb_meets_the_limit_of_processes() {
    // Everybody forks until the answer is EAGAIN; children wait for nobody.
    let text = program(
        r#"(local $answer i32)
        (loop $again
            (local.set $answer (call $ask (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0)))
            (br_if $again (i32.gt_s (local.get $answer) (i32.const 0))))
        (call $check (local.get $answer) (i32.const -11))"#,
    );
    assert_eq!(run(&text).0, WELL);
}

#[test]
fn memory_does_not_grow_beyond_its_limit() {
    let body = r#"
        (call $check (memory.grow (i32.const 4096)) (i32.const -1))
        (drop (memory.grow (i32.const 100)))
        (call $check (memory.size) (i32.const 101))"#;
    assert_eq!(run(&program(body)).0, WELL);
}

/// An instance is used again, and its memory made what the next process must find.
#[test]
fn nothing_of_an_earlier_process_is_left_in_memory() {
    // A whole stretch, and one word among others that stay.
    let spoil = "(memory.fill (i32.const 16384) (i32.const 255) (i32.const 49152)) (i32.store (i32.const 8196) (i32.const 9))";
    let root = format!(
        r#"
        (call $check (i32.load (i32.const 8196)) (i32.const 0))
        (call $check (i32.load (i32.const 65532)) (i32.const 0))
        (i32.store (i32.const 8196) (i32.const 7))
        (drop (call $ask (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 0)))
        (call $check (call $ask (i32.const 11) (i32.const 2) (i32.const 1) (i32.const 64)) (i32.const 2))
        (call $check (i32.load (i32.const 64)) (i32.const 0))
        (call $check (i32.load (i32.const 65532)) (i32.const 0))
        {spoil}"#
    );
    let child = format!(
        r#"
        (call $check (i32.load (i32.const 8196)) (i32.const 7))
        (call $check (i32.load (i32.const 65532)) (i32.const 0))
        {spoil}"#
    );
    let bytes = wat::parse_str(program_with_child(&root, &child)).expect("the test's own module");
    let program = Program::from_bytes("guest", &bytes).expect("a program");
    let mut driver = Driver::new(&program, settings());
    for seed in 0..3 {
        driver.reset(seed, None);
        let end = driver.drive(|_| {}).expect("instances can be made");
        assert_eq!(end, WELL, "run {seed}");
    }
}

#[test]
fn traps_end_the_process_as_a_unix_would() {
    assert_eq!(
        run(&program("unreachable")).0,
        End::Finished(ExitStatus::Exited(101))
    );
    let outside = "(drop (i32.load (i32.const 70000)))";
    assert_eq!(run(&program(outside)).0, killed_by(Signal::SEGV));
    let division = "(drop (i32.div_u (i32.const 1) (i32.const 0)))";
    assert_eq!(run(&program(division)).0, killed_by(Signal::FPE));
    assert_eq!(run(&program("(call $recurse)")).0, killed_by(Signal::SEGV));
}

#[test]
fn an_import_that_nobody_offers_ends_who_calls_it_and_is_named() {
    let text = r#"(module
        (import "env" "launch" (func $launch))
        (memory (export "memory") 1)
        (func (export "_start") (call $launch)))"#;
    let (end, remarks) = run(text);
    assert_eq!(end, killed_by(Signal::SYS));
    assert!(remarks[0].contains("env.launch"), "{remarks:?}");
}

#[test]
fn what_is_no_program_is_refused_with_a_reason() {
    let no_entry = refused(r#"(module (memory (export "memory") 1))"#).to_string();
    assert!(
        no_entry.contains("_start") && no_entry.contains("wasm32-wasip1"),
        "{no_entry}"
    );
    let no_memory = refused(r#"(module (func (export "_start")))"#).to_string();
    assert!(no_memory.contains("no memory"), "{no_memory}");
    let global = refused(
        r#"(module (import "env" "x" (global i32)) (memory (export "memory") 1) (func (export "_start")))"#,
    );
    assert!(global.to_string().contains("env.x"), "{global}");
    let bytes = Program::from_bytes("text", b"not a module")
        .err()
        .expect("no module");
    assert!(
        bytes
            .to_string()
            .contains("text is not a WebAssembly module"),
        "{bytes}"
    );
    let cut = Program::from_bytes("cut", b"\0asm\x01\0")
        .err()
        .expect("no module");
    assert!(
        cut.to_string().contains("not a WebAssembly program"),
        "{cut}"
    );
}
