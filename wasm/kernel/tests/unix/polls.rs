//! Which of many descriptors are ready, and what is told of each.

use crate::{DEADLINE, OUT, System, close, read, write};
use forktalk_abi::wire::Call;
use forktalk_abi::{Conditions, Errno, Pid};
use forktalk_kernel::Performed;

/// Where the entries of a poll lie.
const ENTRIES: u32 = 32;

impl System {
    /// A poll over these descriptors, each asked for what stands beside it.
    fn poll(&mut self, entries: &[(i32, Conditions)], deadline: u32) -> Call {
        for (index, (fd, interest)) in entries.iter().enumerate() {
            let entry = &mut self.memory[ENTRIES as usize + 8 * index..][..8];
            entry[..4].copy_from_slice(&fd.to_le_bytes());
            entry[4..6].copy_from_slice(&interest.0.to_le_bytes());
            entry[6..].fill(0xff);
        }
        Call::Poll {
            entries: ENTRIES,
            count: entries.len() as u32,
            deadline,
        }
    }

    /// What was told of the entry of this index.
    fn told(&self, index: u32) -> Conditions {
        Conditions((self.word(ENTRIES + 8 * index + 4) >> 16) as u16)
    }
}

#[test]
fn bytes_and_the_end_of_file_both_make_an_end_readable() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    let poll = system.poll(&[(reading as i32, Conditions::READABLE)], 0);
    assert!(system.would_block(1, poll));
    assert_eq!(system.call(1, write(writing, 1)), Ok(1));
    assert_eq!(system.call(1, poll), Ok(1));
    assert_eq!(system.told(0), Conditions::READABLE);
    assert_eq!(system.call(1, poll), Ok(1), "asking takes nothing away");
    assert_eq!(system.call(1, close(writing)), Ok(0));
    assert_eq!(system.call(1, poll), Ok(1));
    assert_eq!(
        system.told(0),
        Conditions(Conditions::READABLE.0 | Conditions::HANGUP.0)
    );
    assert_eq!(system.call(1, read(reading, 1)), Ok(1));
    assert_eq!(system.call(1, poll), Ok(1));
    assert_eq!(
        system.told(0),
        Conditions::HANGUP,
        "nothing is left but the end"
    );
}

#[test]
fn a_pipe_is_writable_while_a_slot_is_free_and_broken_without_readers() {
    let mut system = System::new();
    let (reading, writing) = system.pipe();
    let poll = system.poll(&[(writing as i32, Conditions::WRITABLE)], 0);
    assert_eq!(system.call(1, poll), Ok(1));
    assert_eq!(system.told(0), Conditions::WRITABLE);
    system.fill(writing, 4096);
    assert!(system.would_block(1, poll));
    assert_eq!(system.call(1, read(reading, 4096)), Ok(4096));
    let poll = system.poll(&[(writing as i32, Conditions::WRITABLE)], 0);
    assert_eq!(system.call(1, poll), Ok(1));
    assert_eq!(system.call(1, close(reading)), Ok(0));
    assert_eq!(system.call(1, poll), Ok(1));
    assert!(system.told(0).any(Conditions::ERROR));
}

#[test]
fn every_ready_one_is_told_and_the_others_are_told_nothing() {
    let mut system = System::new();
    let (one, to_one) = system.pipe();
    let (other, _) = system.pipe();
    assert_eq!(system.call(1, write(to_one, 1)), Ok(1));
    let entries = [
        (other as i32, Conditions::READABLE),
        (one as i32, Conditions::READABLE),
        (to_one as i32, Conditions::WRITABLE),
        (-1, Conditions::READABLE),
        (99, Conditions::READABLE),
    ];
    let poll = system.poll(&entries, 0);
    assert_eq!(system.call(1, poll), Ok(3));
    let told = [0, 1, 2, 3, 4].map(|index| system.told(index));
    assert_eq!(
        told,
        [
            Conditions::NONE,
            Conditions::READABLE,
            Conditions::WRITABLE,
            Conditions::NONE,
            Conditions::INVALID
        ]
    );
}

#[test]
fn a_deadline_ends_it_and_without_entries_it_sleeps() {
    let mut system = System::new();
    let (reading, _) = system.pipe();
    for entries in [&[(reading as i32, Conditions::READABLE)][..], &[]] {
        let deadline = system.kernel.now_ns() + 1_000;
        system.set_deadline(deadline);
        let poll = system.poll(entries, DEADLINE);
        assert!(system.would_block(1, poll));
        system.kernel.time_out(Pid(1));
        assert_eq!(system.perform(1), Performed::Answer(0));
        assert_eq!(system.kernel.now_ns(), deadline);
        assert_eq!(system.call(1, poll), Ok(0), "a time that is past");
    }
}

#[test]
fn entries_outside_of_memory_or_beyond_the_limit_are_refused() {
    let mut system = System::new();
    let outside = Call::Poll {
        entries: u32::MAX - 7,
        count: 1,
        deadline: 0,
    };
    assert_eq!(system.call(1, outside), Err(Errno::FAULT));
    let many = Call::Poll {
        entries: OUT,
        count: 2_000,
        deadline: 0,
    };
    assert_eq!(system.call(1, many), Err(Errno::INVAL));
}
