//! Putters and getters of which any may be killed at any of its calls: nothing is got twice or out of order, and only what a
//! killed getter had is lost. Arguments: putters, getters, items of each putter, and how many items the queue holds.

use forktalk::{ExitStatus, GetError, Process, Queue};
use std::{thread::sleep, time::Duration};

pub fn main() -> forktalk::Result<()> {
    let words = std::env::args().skip(2);
    let numbers: Vec<u8> = words.map(|word| word.parse().unwrap()).collect();
    let [putters, getters, items, bound] = numbers[..].try_into().unwrap_or([1, 1, 2, 1]);
    let queue = Queue::<u8>::bounded(bound.into())?;
    let getters = (0..getters).map(|_| Process::fork(|| get(&queue, items)));
    let getters = getters.collect::<Result<Vec<_>, _>>()?;
    let putters = (0..putters).map(|number| Process::fork(|| put(&queue, number * items, items)));
    let putters = putters.collect::<Result<Vec<_>, _>>()?;
    // Who joins does not help, and has left before they begin: simulated time goes on when nobody else can.
    queue.leave();
    let ends = |all: Vec<Process>| all.iter().map(|one| one.join()).collect::<Result<Vec<_>, _>>();
    let (put, got) = (ends(putters)?, ends(getters)?);
    let got_by: Vec<i32> = got.iter().filter_map(answer).collect();
    let all = got_by.iter().fold(0, |all, got| {
        assert!(all & got == 0, "got twice: {got_by:?}");
        all | got
    });
    if got_by.len() == got.len() {
        for (number, end) in (0..).zip(&put) {
            let count = answer(end).unwrap_or(0);
            let expected = ((1 << count) - 1) << (number * i32::from(items));
            assert!(all & expected == expected, "lost: {put:?}, {got_by:?}");
        }
    }
    Ok(())
}

const FIRST: u8 = 16; // an exit code that is no failure's
fn answer(end: &ExitStatus) -> Option<i32> {
    Some(end.code()? - i32::from(FIRST))
}

/// Answers how many it put, until nobody was left who could get.
fn put(queue: &Queue<u8>, first: u8, items: u8) -> u8 {
    sleep(Duration::from_millis(1));
    let put = (first..first + items).take_while(|item| queue.put(item).is_ok());
    FIRST + put.count() as u8
}

/// Answers which it got, a bit each.
fn get(queue: &Queue<u8>, items: u8) -> u8 {
    sleep(Duration::from_millis(1));
    let mut got = 0;
    loop {
        match queue.get() {
            // What one putter put comes in its order: nothing later was got before.
            Ok(item) if got >> item & ((1 << (items - item % items)) - 1) == 0 => got |= 1 << item,
            Ok(item) => panic!("{item} after {got:b}"),
            Err(GetError::Closed(_)) => return FIRST + got,
            Err(other) => panic!("{other}"),
        }
    }
}
