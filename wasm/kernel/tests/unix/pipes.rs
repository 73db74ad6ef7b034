//! One way: what fits, what is torn and what never is, end-of-file.

use crate::{DATA, System, close, read, write};
use forktalk_abi::{Errno, Pid};
use forktalk_kernel::{Performed, Profile};

/// Measured on Linux 6.18: a pipe is sixteen slots of a page, not a ring of 65536 bytes.
#[test]
fn as_many_writes_fit_as_on_linux() {
    for (bytes, fit) in [(1, 65_536), (5, 13_104), (100, 640), (4096, 16)] {
        let mut system = System::new();
        let (_, writing) = system.pipe();
        assert_eq!(system.fill(writing, bytes), fit, "writes of {bytes} bytes");
    }
}

#[test]
fn up_to_4096_bytes_go_whole_or_wait() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    system.fill(writing, 4096);
    assert!(system.would_block(1, write(writing, 1)));
    // Not even a byte of it goes into a page that is not empty yet.
    system.fork(1).unwrap();
    system.announce(1, write(writing, 4096));
    assert_eq!(system.call(2, read(reading, 4095)), Ok(4095));
    assert!(!system.kernel.is_enabled(Pid(1)));
    assert_eq!(system.call(2, read(reading, 1)), Ok(1));
    assert_eq!(system.perform(1), Performed::Answer(4096));
}

#[test]
fn more_than_4096_bytes_go_in_parts_and_others_may_write_between() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    system.fill(writing, 4096);
    system.fork(1).unwrap();
    system.memory[DATA as usize..].fill(b'a');
    system.announce(1, write(writing, 8192));
    assert_eq!(system.call(2, read(reading, 4096)), Ok(4096));
    assert_eq!(system.perform(1), Performed::Partly);
    assert!(!system.kernel.is_enabled(Pid(1)), "half of it is there");
    assert_eq!(system.call(2, read(reading, 4096)), Ok(4096));
    system.memory[DATA as usize] = b'b';
    assert_eq!(system.call(2, write(writing, 1)), Ok(1));
    assert!(!system.kernel.is_enabled(Pid(1)));
    system.call(2, read(reading, 65_536)).unwrap();
    assert_eq!(system.perform(1), Performed::Answer(8192));
}

#[test]
fn a_read_takes_what_is_there_and_never_waits_for_more() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    assert!(system.would_block(1, read(reading, 10)));
    assert_eq!(system.call(1, read(reading, 0)), Ok(0));
    system.memory[DATA as usize..][..5].copy_from_slice(b"abcde");
    assert_eq!(system.call(1, write(writing, 3)), Ok(3));
    assert_eq!(system.call(1, write(writing, 5)), Ok(5));
    system.memory[DATA as usize..].fill(0);
    assert_eq!(system.call(1, read(reading, 7)), Ok(7));
    assert_eq!(system.memory[DATA as usize..][..7], *b"abcabcd");
    assert_eq!(system.call(1, read(reading, 7)), Ok(1));
}

#[test]
fn end_of_file_comes_after_the_last_byte_and_a_pipe_without_readers_is_broken() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    let copy = system
        .call(1, forktalk_abi::wire::Call::Duplicate { fd: writing })
        .unwrap();
    assert_eq!(system.call(1, write(writing, 2)), Ok(2));
    assert_eq!(system.call(1, close(writing)), Ok(0));
    assert_eq!(system.call(1, read(reading, 9)), Ok(2));
    assert!(system.would_block(1, read(reading, 9)), "a copy is open");
    assert_eq!(system.call(1, close(copy as u32)), Ok(0));
    assert_eq!(system.call(1, read(reading, 9)), Ok(0));
    assert_eq!(system.call(1, read(reading, 9)), Ok(0), "and again");

    let (reading, writing) = system.pipe();
    assert_eq!(system.call(1, write(reading, 1)), Err(Errno::BADF));
    assert_eq!(system.call(1, read(writing, 1)), Err(Errno::BADF));
    assert_eq!(system.call(1, close(reading)), Ok(0));
    assert_eq!(system.call(1, write(writing, 1)), Err(Errno::PIPE));
    assert_eq!(
        system.call(1, write(writing, 0)),
        Ok(0),
        "nothing breaks nothing"
    );
}

#[test]
fn under_posix_how_much_moves_is_left_open_but_small_writes_stay_whole() {
    let mut system = System::of(Profile::Posix);
    let (reading, writing) = system.pipe();
    system.announce(1, write(writing, 4096));
    assert_eq!(system.kernel.grants(Pid(1)), None, "whole or not at all");
    assert_eq!(system.perform(1), Performed::Answer(4096));
    system.announce(1, read(reading, 10));
    assert_eq!(system.kernel.grants(Pid(1)), Some((1, 10)));
    system.kernel.begin_step();
    let granted = system
        .kernel
        .perform(Pid(1), Some(4), &mut system.memory[..]);
    assert_eq!(granted, Performed::Answer(4));
}
