//! What a queue takes of this machine: memory that is given back, and no processor time while nothing happens.

#![cfg(target_os = "linux")]

use std::fs;
use std::time::Duration;

use forktalk::Queue;

/// How long it takes until a queue counts as idle, and somewhat more.
const A_WHILE: Duration = Duration::from_millis(80);

/// The words of a file under `/proc/self` that is one line of them.
fn words(file: &str) -> Vec<String> {
    let line = fs::read_to_string(format!("/proc/self/{file}")).expect("/proc is there");
    line.split_whitespace().map(str::to_owned).collect()
}

/// KiB of shared memory that this process has in use.
fn shared_kib() -> u64 {
    words("statm")[2].parse::<u64>().expect("a number of pages") * 4
}

/// Hundredths of a second that this process has computed.
fn computed() -> u64 {
    let stat = words("stat");
    let part = |index: usize| stat[index].parse::<u64>().expect("a number of ticks");
    part(13) + part(14)
}

#[test]
fn the_memory_of_a_drained_queue_is_given_back_when_it_is_idle() {
    let queue = Queue::<()>::unbounded().unwrap();
    let before = shared_kib();
    let item = vec![1; 1000];
    for _ in 0..60_000 {
        queue.put_bytes(&item).unwrap();
    }
    let full = shared_kib();
    assert!(full > before + 50_000, "{before} KiB, and full {full} KiB");
    while queue.get_bytes_timeout(Duration::ZERO).is_ok() {}
    assert!(queue.get_bytes_timeout(A_WHILE).is_err());
    let idle = shared_kib();
    assert!(idle < before + 2_000, "{before} KiB, and idle {idle} KiB");

    let computed_before = computed();
    assert!(queue.get_bytes_timeout(Duration::from_secs(1)).is_err());
    let spent = computed() - computed_before;
    assert!(
        spent < 50,
        "a second of waiting took {spent} hundredths of computing"
    );
    queue.put_bytes(&item).unwrap();
    assert_eq!(queue.get_bytes().unwrap(), item, "it goes on as before");
}
