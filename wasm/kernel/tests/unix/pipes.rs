//! One way: what fits, what is torn and what never is, end-of-file.

use crate::{DATA, System, close, read, write};
use forktalk_abi::wire::Call;
use forktalk_abi::{Conditions, Errno, Pid};
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
    let copy = system.call(1, Call::Duplicate { fd: writing }).unwrap();
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

/// Where a poll's one entry lies.
const ENTRY: u32 = 32;

impl System {
    /// What a poll tells of a reading end that is asked for bytes; nothing if it would wait.
    fn told_of(&mut self, reading: u32) -> Option<Conditions> {
        let entry = &mut self.memory[ENTRY as usize..][..8];
        entry[..4].copy_from_slice(&reading.to_le_bytes());
        entry[4..6].copy_from_slice(&Conditions::READABLE.0.to_le_bytes());
        let poll = Call::Poll {
            entries: ENTRY,
            count: 1,
            deadline: 0,
        };
        if self.would_block(1, poll) {
            return None;
        }
        assert_eq!(self.perform(1), Performed::Answer(1));
        Some(Conditions((self.word(ENTRY + 4) >> 16) as u16))
    }
}

#[test]
fn a_writing_end_that_is_laid_down_keeps_nobody_from_the_end_of_file_until_it_is_taken_up() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    system.fork(1).unwrap();
    let (down, up) = (lay_down(writing, reading), take_up(writing, reading));
    assert_eq!(system.call(2, down), Ok(0));
    assert_eq!(system.told_of(reading), None, "process 1 has its own");
    assert_eq!(system.call(1, down), Ok(0));
    assert_eq!(system.told_of(reading), Some(Conditions::HANGUP));
    assert_eq!(system.call(1, read(reading, 9)), Ok(0));
    assert_eq!(system.call(1, read(writing, 9)), Ok(0), "it reads now");
    assert_eq!(system.call(1, write(writing, 1)), Err(Errno::BADF));

    assert_eq!(system.call(2, up), Ok(0));
    assert_eq!(
        system.told_of(reading),
        None,
        "end-of-file was not for ever"
    );
    assert_eq!(system.call(2, write(writing, 3)), Ok(3));
    assert_eq!(system.told_of(reading), Some(Conditions::READABLE));
    assert_eq!(system.call(2, down), Ok(0));
    let last = Conditions::READABLE.0 | Conditions::HANGUP.0;
    assert_eq!(system.told_of(reading), Some(Conditions(last)));
    assert_eq!(system.call(1, read(reading, 9)), Ok(3));
}

#[test]
fn a_fork_copies_what_is_laid_down_and_either_takes_up_its_own() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    assert_eq!(system.call(1, lay_down(writing, reading)), Ok(0));
    system.fork(1).unwrap();
    assert_eq!(system.told_of(reading), Some(Conditions::HANGUP));
    assert_eq!(system.call(2, take_up(writing, reading)), Ok(0));
    assert_eq!(system.told_of(reading), None);
    assert_eq!(system.call(1, write(writing, 1)), Err(Errno::BADF));
    system.exit(2, 0);
    assert_eq!(system.told_of(reading), Some(Conditions::HANGUP));
    // The end that is laid down reads as well: the pipe is not broken while it is there.
    assert_eq!(system.call(1, close(reading)), Ok(0));
    assert_eq!(system.call(1, read(writing, 1)), Ok(0));
}

#[test]
fn only_a_writing_end_of_the_same_pipe_is_laid_down_and_only_what_is_laid_down_taken_up() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    let (other_reading, other_writing) = system.pipe();
    let (side, _) = system.channel();
    for (from, to) in [
        (reading, writing),
        (reading, reading),
        (writing, writing),
        (writing, other_reading),
        (other_writing, reading),
        (side, reading),
        (writing, side),
        (writing, 99),
        (99, reading),
        (u32::MAX, reading),
        (1, 0),
    ] {
        let down = system.call(1, lay_down(from, to));
        assert_eq!(down, Err(Errno::BADF), "{from} as {to}");
    }
    for (from, to) in [
        (writing, reading),
        (reading, reading),
        (other_reading, reading),
        (reading, writing),
        (99, reading),
        (reading, 99),
    ] {
        let up = system.call(1, take_up(from, to));
        assert_eq!(up, Err(Errno::BADF), "{from} beside {to}");
    }
    assert_eq!(system.call(1, write(writing, 1)), Ok(1), "nothing changed");
    assert_eq!(system.call(1, read(reading, 1)), Ok(1));
}

fn lay_down(writing: u32, reading: u32) -> Call {
    Call::LayDown { writing, reading }
}

fn take_up(writing: u32, reading: u32) -> Call {
    Call::TakeUp { writing, reading }
}
