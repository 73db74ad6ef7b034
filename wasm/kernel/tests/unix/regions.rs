//! Shared memory: words, pairs of words, bytes that are given back, the places of locks.

use crate::{DATA, OUT, System};
use forktalk_abi::wire::{Call, Step};
use forktalk_abi::{Errno, LOCK_BYTES, LOCKS, Pid};
use forktalk_kernel::{Config, Kernel, Performed, Stepping};

/// The only region of these tests.
const REGION: u32 = 0;

impl System {
    /// A system with a region of so many bytes, which two processes share.
    fn sharing(bytes: u32) -> System {
        System::new().share(bytes)
    }

    /// The same, where each access is a step.
    fn sharing_finely(bytes: u32) -> System {
        let config = Config {
            stepping: Stepping::Fine,
            ..Config::default()
        };
        let mut system = System::new();
        system.kernel = Kernel::new(config, false);
        system.share(bytes)
    }

    fn share(mut self, bytes: u32) -> System {
        assert_eq!(self.ask(1, Call::Map { bytes }), Ok(REGION as i32));
        self.fork(1).unwrap();
        self
    }

    fn load(&mut self, offset: u32) -> Result<u32, Errno> {
        self.ask(2, load(offset)).map(|_| self.word(OUT))
    }

    fn load_wide(&mut self, offset: u32) -> Result<(u32, u32), Errno> {
        let answer = self.ask(2, load_wide(offset));
        answer.map(|_| (self.word(OUT), self.word(OUT + 4)))
    }

    fn store(&mut self, offset: u32, value: u32) -> Result<i32, Errno> {
        self.ask(1, store(offset, value))
    }

    fn store_wide(&mut self, offset: u32, low: u32, high: u32) -> Result<i32, Errno> {
        let region = REGION;
        let call = Call::StoreWide {
            region,
            offset,
            low,
            high,
        };
        self.ask(1, call)
    }

    fn discard(&mut self, offset: u32, bytes: u32) -> Result<i32, Errno> {
        let region = REGION;
        let call = Call::Discard {
            region,
            offset,
            bytes,
        };
        self.ask(1, call)
    }
}

fn load(offset: u32) -> Call {
    let (region, out) = (REGION, OUT);
    Call::Load {
        region,
        offset,
        out,
    }
}

fn load_wide(offset: u32) -> Call {
    let (region, out) = (REGION, OUT);
    Call::LoadWide {
        region,
        offset,
        out,
    }
}

fn store(offset: u32, value: u32) -> Call {
    let region = REGION;
    Call::Store {
        region,
        offset,
        value,
    }
}

fn lock(offset: u32) -> Call {
    Call::Lock {
        region: REGION,
        offset,
        deadline: 0,
    }
}

#[test]
fn two_words_are_read_and_written_at_once_the_lower_one_first() {
    let mut system = System::sharing(32);
    assert_eq!(system.load_wide(8), Ok((0, 0)), "nobody wrote there");
    assert_eq!(system.store_wide(8, 3, 4), Ok(0));
    assert_eq!(system.load_wide(8), Ok((3, 4)));
    assert_eq!((system.load(8), system.load(12)), (Ok(3), Ok(4)));
    assert_eq!(system.store(12, 5), Ok(0));
    assert_eq!(system.load_wide(8), Ok((3, 5)));
    assert_eq!((system.load(4), system.load(16)), (Ok(0), Ok(0)));
}

#[test]
fn a_word_lies_at_a_multiple_of_four_two_at_one_of_eight_and_all_of_it_inside() {
    let mut system = System::sharing(28);
    assert_eq!(system.load(24), Ok(0));
    for offset in [1, 2, 3, 26, 28, 32, u32::MAX - 3, u32::MAX] {
        assert_eq!(system.load(offset), Err(Errno::INVAL), "{offset}");
        assert_eq!(system.store(offset, 1), Err(Errno::INVAL), "{offset}");
    }
    assert_eq!(system.load_wide(16), Ok((0, 0)));
    for offset in [1, 4, 12, 20, 24, 32, u32::MAX - 7, u32::MAX] {
        assert_eq!(system.load_wide(offset), Err(Errno::INVAL), "{offset}");
        assert_eq!(
            system.store_wide(offset, 1, 2),
            Err(Errno::INVAL),
            "{offset}"
        );
    }
    assert_eq!(system.load(24), Ok(0), "not even half of it was written");
    let nowhere = Call::LoadWide {
        region: REGION,
        offset: 8,
        out: u32::MAX - 3,
    };
    assert_eq!(system.ask(1, nowhere), Err(Errno::FAULT));
}

#[test]
fn what_is_given_back_reads_as_zeros_and_can_be_written_again() {
    let mut system = System::sharing(64);
    for offset in (0..64).step_by(4) {
        assert_eq!(system.store(offset, 9), Ok(0));
    }
    assert_eq!(system.discard(10, 8), Ok(0));
    assert_eq!(
        system.load(8),
        Ok(0x0000_0009),
        "its last two bytes are gone"
    );
    assert_eq!(system.load(12), Ok(0));
    assert_eq!(system.load(16), Ok(0));
    assert_eq!(system.load(20), Ok(9));
    // To the end, which then is as if it had never been written; and beyond what was ever written.
    assert_eq!(system.discard(32, 32), Ok(0));
    assert_eq!((system.load(28), system.load(32)), (Ok(9), Ok(0)));
    assert_eq!(system.discard(48, 16), Ok(0));
    assert_eq!(system.load(60), Ok(0));
    assert_eq!(system.store(60, 1), Ok(0));
    assert_eq!((system.load(56), system.load(60)), (Ok(0), Ok(1)));
    assert_eq!(system.discard(0, 64), Ok(0));
    assert_eq!(system.load(28), Ok(0));

    assert_eq!(system.discard(64, 0), Ok(0));
    for (offset, bytes) in [(64, 1), (60, 5), (0, 65), (1, u32::MAX), (u32::MAX, 1)] {
        assert_eq!(
            system.discard(offset, bytes),
            Err(Errno::INVAL),
            "{offset} {bytes}"
        );
    }
}

#[test]
fn a_guest_reads_what_was_given_back_in_one_piece() {
    let mut system = System::sharing(1024);
    system.memory[DATA as usize..][..1024].fill(7);
    let (region, offset, address) = (REGION, 0, DATA);
    let copy_in = Call::CopyIn {
        region,
        offset,
        address,
        bytes: 1024,
    };
    assert_eq!(system.ask(1, copy_in), Ok(0));
    assert_eq!(system.discard(100, 1024 - 100), Ok(0));
    let copy_out = Call::CopyOut {
        region,
        offset,
        address,
        bytes: 1024,
    };
    assert_eq!(system.ask(2, copy_out), Ok(0));
    let seen = &system.memory[DATA as usize..][..1024];
    assert_eq!(seen[..100], [7; 100]);
    assert_eq!(seen[100..], [0; 924]);
}

#[test]
fn locks_lie_in_the_first_places_of_a_region_and_nowhere_else() {
    let most = (LOCKS * LOCK_BYTES) as u32;
    let mut system = System::sharing(most + 1024);
    let place = LOCK_BYTES as u32;
    for offset in [0, place, most - place] {
        assert_eq!(system.call(1, lock(offset)), Ok(0), "{offset}");
    }
    for offset in [4, place / 2, place + 1, most, most + place, u32::MAX] {
        assert_eq!(system.call(1, lock(offset)), Err(Errno::INVAL), "{offset}");
        let region = REGION;
        assert_eq!(
            system.ask(1, Call::Unlock { region, offset }),
            Err(Errno::INVAL)
        );
    }
    let mut small = System::sharing(place + place / 2);
    assert_eq!(small.call(1, lock(0)), Ok(0));
    assert_eq!(
        small.call(1, lock(place)),
        Err(Errno::INVAL),
        "half of it lies outside"
    );
}

#[test]
fn who_does_not_share_the_memory_is_told_so_at_once() {
    let mut system = System::sharing(64);
    assert_eq!(system.call(1, lock(0)), Ok(0));
    let region = REGION;
    assert_eq!(system.ask(2, Call::Unmap { region }), Ok(0));
    assert!(!system.would_block(2, lock(0)), "though another has it");
    assert_eq!(system.perform(2), Performed::Answer(-Errno::INVAL.raw()));
    assert_eq!(system.load(0), Err(Errno::INVAL));
}

#[test]
fn finely_each_access_to_shared_memory_is_a_step_too() {
    let coarse = Kernel::new(Config::default(), false);
    let fine = System::sharing_finely(64).kernel;
    let mut finely_only = Vec::new();
    for call in (0..100).filter_map(|number| Call::decode(number, [0; 5])) {
        assert_eq!(coarse.is_step(call), call.step() == Step::Always);
        assert_eq!(fine.is_step(call), call.step() != Step::Never);
        if fine.is_step(call) && !coarse.is_step(call) {
            finely_only.push(call.name());
        }
    }
    assert_eq!(
        finely_only,
        [
            "unlock",
            "load",
            "store",
            "add",
            "copy out",
            "copy in",
            "wake",
            "load wide",
            "store wide",
            "discard"
        ]
    );
}

#[test]
fn finely_an_access_is_announced_and_another_may_come_before_it() {
    let mut system = System::sharing_finely(64);
    system.announce(1, load(4));
    assert_eq!(system.call(2, store(4, 7)), Ok(0));
    assert_eq!(system.perform(1), Performed::Answer(0));
    assert_eq!(system.word(OUT), 7, "what stands there when it is its turn");
    assert_eq!(system.call(1, load(3)), Err(Errno::INVAL));
    assert_eq!(system.call(1, load_wide(60)), Err(Errno::INVAL));

    // Whoever takes a lock goes no further in that step, and to release it is one too.
    assert_eq!(system.call(2, lock(0)), Ok(0));
    assert_eq!(system.kernel.take_same_step(), None);
    assert!(system.would_block(1, lock(0)));
    let (region, offset) = (REGION, 0);
    assert_eq!(system.call(2, Call::Unlock { region, offset }), Ok(0));
    assert!(system.kernel.is_enabled(Pid(1)));
    assert_eq!(system.perform(1), Performed::Answer(0));
}

#[test]
fn finely_to_wake_is_a_step_of_its_own() {
    let mut system = System::sharing_finely(64);
    let (region, offset) = (REGION, 8);
    let wait = Call::WaitOnWord {
        region,
        offset,
        expected: 0,
        deadline: 0,
    };
    system.announce(2, wait);
    assert_eq!(system.perform(2), Performed::Partly);
    assert_eq!(system.call(1, store(8, 1)), Ok(0));
    assert!(!system.kernel.is_enabled(Pid(2)), "nobody woke it");
    assert_eq!(system.call(1, Call::Wake { region, offset }), Ok(0));
    assert!(system.kernel.is_enabled(Pid(2)));
    assert_eq!(system.perform(2), Performed::Answer(0));
}
