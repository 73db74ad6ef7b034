//! What the kernel lets itself be told about queues: what it shows of them, and what it refuses.

use crate::{DATA, System};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Fd, QueueParts, QueuePlace};
use forktalk_kernel::view::{Awaited, QueuePart};

impl System {
    /// Writes what a queue in a region of 256 bytes is made of, with one place to wait at; this call tells of it.
    fn parts(&mut self, put: usize, bell: (u32, u32)) -> Call {
        let parts = QueueParts {
            put,
            got: 136,
            bound: 3,
            ..QueueParts::default()
        };
        let place = QueuePlace {
            first: 64,
            word: 144,
            bell: (Fd(bell.0 as i32), Fd(bell.1 as i32)),
        };
        let words = parts.words().into_iter().chain(place.words());
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        self.memory[DATA as usize..][..bytes.len()].copy_from_slice(&bytes);
        Call::IntroduceQueue {
            region: 0,
            parts: DATA,
            places: DATA + 4 * QueueParts::WORDS as u32,
            count: 1,
        }
    }
}

#[test]
fn an_introduced_queue_is_shown_with_its_items_and_the_pipe_that_wakes() {
    let mut system = System::new();
    let bell = system.pipe();
    system.ask(1, Call::Map { bytes: 256 }).unwrap();
    let call = system.parts(128, bell);
    assert_eq!(system.ask(1, call), Ok(0));
    let put = Call::StoreWide {
        region: 0,
        offset: 128,
        low: 40,
        high: 2,
    };
    system.ask(1, put).unwrap();
    let view = system.kernel.view(&[]);
    let queue = &view.queues["A"];
    assert_eq!(
        (queue.items, queue.bound, queue.closed),
        (2, Some(3), false)
    );
    let of = view.bell(1, bell.1 as i32).expect("the pipe is a part");
    assert_eq!(of.part, QueuePart::Bell(Awaited::Item));
}

#[test]
fn what_makes_no_queue_is_refused_and_a_region_is_one_queue_only() {
    let mut system = System::new();
    let bell = system.pipe();
    let call = system.parts(128, bell);
    assert_eq!(system.ask(1, call), Err(Errno::INVAL), "no such region");
    system.ask(1, Call::Map { bytes: 256 }).unwrap();
    for (put, bell, refused) in [
        (252, bell, Errno::INVAL),
        (128, (bell.1, bell.0), Errno::BADF),
        (128, (99, 99), Errno::BADF),
    ] {
        let call = system.parts(put, bell);
        assert_eq!(system.ask(1, call), Err(refused));
    }
    let nowhere = Call::IntroduceQueue {
        region: 0,
        parts: u32::MAX - 3,
        places: DATA,
        count: 1,
    };
    assert_eq!(system.ask(1, nowhere), Err(Errno::FAULT));
    let call = system.parts(128, bell);
    assert_eq!(system.ask(1, call), Ok(0));
    assert_eq!(system.ask(1, call), Err(Errno::INVAL), "it is one already");
}
