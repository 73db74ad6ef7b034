//! Any sequence of operations gives what it gives on a plain queue.

use std::collections::VecDeque;
use std::convert::Infallible;

use proptest::prelude::*;

use super::heap::{self, Heap};
use crate::ring::{Framed, GETTING, Got, PUTTING, Put, Ring, first_record, item_of, record_bytes};

#[derive(Clone, Debug)]
enum Operation {
    /// Items of these lengths, at once.
    Put(Vec<usize>),
    Get,
    Drain(u32),
    Close,
}

fn operation(longest: usize) -> impl Strategy<Value = Operation> {
    prop_oneof![
        8 => prop::collection::vec(0..longest, 1..2).prop_map(Operation::Put),
        2 => prop::collection::vec(0..longest, 0..8).prop_map(Operation::Put),
        8 => Just(Operation::Get),
        2 => (1_u32..10).prop_map(Operation::Drain),
    ]
}

/// A ring, and the queue that it should be.
struct Pair {
    ring: Ring<Heap>,
    model: VecDeque<Vec<u8>>,
    items: Option<u32>,
    bytes: Option<u32>,
    closed: bool,
    /// The next item's contents.
    next: u8,
}

impl Pair {
    fn new(items: Option<u32>, bytes: Option<u32>) -> Pair {
        Pair {
            ring: Ring::new(heap::map, items, bytes).unwrap(),
            model: VecDeque::new(),
            items,
            bytes,
            closed: false,
            next: 0,
        }
    }

    fn has_room(&self, item: usize) -> bool {
        let used: usize = self.model.iter().map(|item| record_bytes(item.len())).sum();
        let fits = |bytes| used + record_bytes(item) <= bytes as usize;
        self.bytes.is_none_or(fits)
            && self
                .items
                .is_none_or(|items| self.model.len() < items as usize)
    }

    fn item(&mut self, length: usize) -> Vec<u8> {
        self.next = self.next.wrapping_add(1);
        (0..length)
            .map(|at| self.next.wrapping_add(at as u8))
            .collect()
    }

    fn put(&mut self, lengths: &[usize]) {
        let mut framed = Framed::default();
        let mut expected = Put::All;
        let mut records = Vec::new();
        for &length in lengths {
            let item = self.item(length);
            let add = |room: &mut [u8]| -> Result<_, Infallible> {
                let room = room.get_mut(..item.len());
                Ok(room.map(|room| {
                    room.copy_from_slice(&item);
                    item.len()
                }))
            };
            framed.add(add).unwrap();
            if self.closed {
                expected = Put::Closed;
            } else if expected == Put::All && self.has_room(length) {
                records.push(record_bytes(length));
                self.model.push_back(item);
            } else {
                expected = Put::Full;
            }
        }
        if self.closed {
            expected = Put::Closed;
        }
        let held = self.ring.lock(PUTTING, None).unwrap();
        let room = self
            .ring
            .has_room(record_bytes(lengths.first().copied().unwrap_or(0)) as u32);
        let mut woken = 0;
        let (ended, bytes) = match item_of(framed.bytes()) {
            // One alone goes another way.
            Some(item) if lengths.len() == 1 => {
                let ended = self.ring.put(item, || woken += 1);
                let bytes = if ended == Put::All {
                    framed.bytes().len()
                } else {
                    0
                };
                (ended, bytes)
            }
            _ => {
                let records = framed.records();
                self.ring.put_all(framed.bytes(), records, || woken += 1)
            }
        };
        drop(held);
        assert_eq!((ended, bytes), (expected, records.iter().sum::<usize>()));
        assert_eq!(
            woken,
            u32::from(!records.is_empty()),
            "who waits is woken once"
        );
        if !self.closed && !lengths.is_empty() {
            assert_eq!(
                room,
                !records.is_empty(),
                "who would wait for room would be right to"
            );
        }
    }

    fn get(&mut self) {
        let held = self.ring.lock(GETTING, None).unwrap();
        let mut bytes = vec![1, 2, 3];
        let got = self.ring.get(&mut bytes, || ());
        self.rewind();
        drop(held);
        match self.model.pop_front() {
            Some(item) => assert_eq!((got, bytes), (Got::Some, item)),
            None => assert_eq!(got, self.nothing()),
        }
    }

    fn drain(&mut self, most: u32) {
        let held = self.ring.lock(GETTING, None).unwrap();
        let mut framed = vec![1, 2, 3];
        let got = self.ring.drain(&mut framed, most, || ());
        self.rewind();
        drop(held);
        if self.model.is_empty() {
            assert_eq!(got, self.nothing());
            return;
        }
        let mut left = framed.as_slice();
        let mut count = 0;
        while let Some(record) = first_record(left) {
            assert_eq!(item_of(record).map(<[u8]>::to_vec), self.model.pop_front());
            left = &left[record.len()..];
            count += 1;
        }
        assert!(count >= 1 && count <= most);
        assert!(count == most || self.model.is_empty() || framed.len() >= 256 << 10);
    }

    fn nothing(&self) -> Got {
        if self.closed { Got::Closed } else { Got::Empty }
    }

    fn rewind(&self) {
        if self.ring.has_grown() {
            let _putting = self.ring.lock(PUTTING, None).unwrap();
            self.ring.rewind();
        }
    }

    fn perform(&mut self, operation: &Operation) {
        match operation {
            Operation::Put(lengths) => self.put(lengths),
            Operation::Get => self.get(),
            Operation::Drain(most) => self.drain(*most),
            Operation::Close => {
                self.ring.close();
                self.closed = true;
            }
        }
        assert_eq!(self.ring.len() as usize, self.model.len());
    }
}

fn compare(items: Option<u32>, bytes: Option<u32>, operations: &[Operation]) {
    let mut pair = Pair::new(items, bytes);
    operations
        .iter()
        .for_each(|operation| pair.perform(operation));
    pair.perform(&Operation::Close);
    while !pair.model.is_empty() {
        pair.perform(&Operation::Get);
    }
    pair.perform(&Operation::Get);
    pair.perform(&Operation::Put(vec![1]));
}

proptest! {
    #[test]
    fn a_ring_of_few_bytes_is_a_queue(
        bytes in 8_u32..80,
        operations in prop::collection::vec(operation(24), 0..300),
    ) {
        // An item that never fits is refused before it gets here.
        let most = bytes as usize / 4 * 4 - 4;
        let fit = operations.into_iter().map(|operation| match operation {
            Operation::Put(lengths) => Operation::Put(lengths.into_iter().map(|length| length.min(most)).collect()),
            other => other,
        });
        compare(None, Some(bytes / 4 * 4), &fit.collect::<Vec<_>>());
    }

    #[test]
    fn a_ring_of_few_items_is_a_queue(
        items in 1_u32..5,
        operations in prop::collection::vec(operation(24), 0..300),
    ) {
        compare(Some(items), None, &operations);
    }

    #[test]
    fn a_ring_that_grows_is_a_queue(operations in prop::collection::vec(operation(70_000), 0..40)) {
        compare(Some(12), None, &operations);
    }
}
