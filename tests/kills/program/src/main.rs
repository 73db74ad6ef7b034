//! Putters and getters of a queue, any of which may be killed at any moment; the first process, which is not, checks that
//! nothing was lost, got twice, or got out of order, and that nobody was told a lie.
//!
//! `under-kills PUTTERS GETTERS ITEMS gets|leaves|holds items|bytes|large BOUND`: so many items from each putter. The
//! first process gets too, or leaves the queue to the others, or holds it and does nothing. Items are bounded, or bytes, or items so large that the queue
//! must grow.

#![forbid(unsafe_code)]

mod ledger;

use std::time::Duration;

use forktalk::{Closed, GetError, Process, PutError, Queue};
use ledger::Ledger;

/// How a worker ends that was told that nobody is left.
const ALONE: u8 = 3;

struct Arguments {
    putters: u32,
    getters: u32,
    items: u32,
    root: Root,
    kind: Kind,
    bound: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Root {
    Gets,
    Leaves,
    Holds,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Items,
    Bytes,
    Large,
}

fn arguments() -> Option<Arguments> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [putters, getters, items, root, what, bound] = words.as_slice() else {
        return None;
    };
    Some(Arguments {
        putters: putters.parse().ok()?,
        getters: getters.parse().ok()?,
        items: items.parse().ok()?,
        root: match root.as_str() {
            "gets" => Root::Gets,
            "leaves" => Root::Leaves,
            "holds" => Root::Holds,
            _ => return None,
        },
        kind: match what.as_str() {
            "items" => Kind::Items,
            "bytes" => Kind::Bytes,
            "large" => Kind::Large,
            _ => return None,
        },
        bound: bound.parse().ok()?,
    })
}

fn main() -> forktalk::Result<()> {
    let Some(arguments) = arguments() else {
        eprintln!(
            "usage: under-kills PUTTERS GETTERS ITEMS gets|leaves|holds items|bytes|large BOUND"
        );
        std::process::exit(2);
    };
    let builder = Queue::<()>::builder();
    let queue = match arguments.kind {
        Kind::Bytes => builder.bytes(arguments.bound).build()?,
        Kind::Items | Kind::Large => builder.items(arguments.bound).build()?,
    };
    let ledger = Ledger::new(arguments.putters, arguments.getters + 1, arguments.items);
    let getters = (0..arguments.getters)
        .map(|getter| Process::fork(|| get(&queue, &ledger, arguments.kind, getter)));
    let getters = getters.collect::<Result<Vec<_>, _>>()?;
    let putters = (0..arguments.putters)
        .map(|putter| Process::fork(|| put(&queue, &ledger, &arguments, putter)));
    let putters = putters.collect::<Result<Vec<_>, _>>()?;
    match arguments.root {
        Root::Gets => assert_eq!(
            get(&queue, &ledger, arguments.kind, arguments.getters),
            ALONE
        ),
        Root::Leaves => {}
        Root::Holds => watch(&queue, &putters, &getters)?,
    }
    // Who joins does not help: the others must not hope for it.
    queue.leave();
    let codes = |workers: Vec<Process>| -> forktalk::Result<Vec<Option<i32>>> {
        let statuses = workers.iter().map(|worker| Ok(worker.join()?.code()));
        statuses.collect()
    };
    let (getters, putters) = (codes(getters)?, codes(putters)?);
    check(&arguments, &ledger, &getters, &putters);
    let counts: Vec<String> = queue
        .marks()
        .counted()
        .map(|(mark, count)| format!("{mark} {count}"))
        .collect();
    println!("{}", counts.join(", "));
    Ok(())
}

/// As long as the queue is held, nobody is told that nobody is left; what was put must be got all the same. (There is room
/// for all items.)
fn watch(queue: &Queue<()>, putters: &[Process], getters: &[Process]) -> forktalk::Result<()> {
    for putter in putters {
        putter.join()?;
    }
    // In virtual time: until nobody else can do anything.
    forktalk::sleep(Duration::from_secs(10));
    let somebody_gets = getters.iter().any(Process::is_alive);
    assert!(
        !somebody_gets || queue.is_empty(),
        "a getter sleeps, and there are {} items",
        queue.len()
    );
    queue.close();
    Ok(())
}

/// What a putter's items are: of such lengths that they begin at each place of a small ring, and wrap at each of theirs.
fn item(kind: Kind, putter: u32, number: u32) -> Vec<u8> {
    let head = [putter as u8, number as u8];
    let more = match kind {
        Kind::Items => number % 2,
        Kind::Bytes => number % 4 * 3,
        Kind::Large => 40_000,
    };
    let more = (0..more).map(|at| (putter * 16 + number + at) as u8);
    head.into_iter().chain(more).collect()
}

fn put(queue: &Queue<()>, ledger: &Ledger, arguments: &Arguments, putter: u32) -> u8 {
    for number in 0..arguments.items {
        if arguments.root == Root::Holds {
            // So long that who waits does so with its ends laid down.
            forktalk::sleep(Duration::from_millis(100));
        }
        match queue.put_bytes(&item(arguments.kind, putter, number)) {
            Ok(()) => ledger.put(putter, number + 1),
            Err(PutError::Closed(Closed::Abandoned)) => return ALONE,
            Err(other) => panic!("{other}"),
        }
    }
    0
}

fn get(queue: &Queue<()>, ledger: &Ledger, kind: Kind, getter: u32) -> u8 {
    loop {
        match queue.get_bytes() {
            Ok(bytes) => {
                let (putter, number) = (u32::from(bytes[0]), u32::from(bytes[1]));
                assert!(bytes == item(kind, putter, number), "a torn item");
                ledger.got(getter, putter, number);
            }
            Err(GetError::Closed(Closed::Abandoned | Closed::Everywhere)) => return ALONE,
            Err(other) => panic!("{other}"),
        }
    }
}

fn check(arguments: &Arguments, ledger: &Ledger, getters: &[Option<i32>], putters: &[Option<i32>]) {
    let told = |codes: &[Option<i32>]| {
        codes
            .iter()
            .filter(|code| **code == Some(ALONE.into()))
            .count()
    };
    let killed = |codes: &[Option<i32>]| codes.iter().filter(|code| code.is_none()).count();
    let fine = |code: &Option<i32>, last: i32| {
        code.is_none_or(|code| code == last || code == ALONE.into())
    };
    assert!(
        putters.iter().all(|code| fine(code, 0)),
        "putters ended with {putters:?}"
    );
    assert!(
        getters.iter().all(|code| fine(code, ALONE.into())),
        "getters ended with {getters:?}"
    );

    let somebody_got_to_the_end = arguments.root == Root::Gets || told(getters) > 0;
    assert!(
        !somebody_got_to_the_end || told(putters) == 0,
        "a putter was told that nobody is left, and a getter was"
    );
    let mut lost = 0;
    let all: Vec<(u32, u32)> = (0..=arguments.getters)
        .flat_map(|getter| ledger.got_by(getter))
        .collect();
    for putter in 0..arguments.putters {
        let put = ledger.put_count(putter);
        for number in 0..arguments.items {
            let times = all.iter().filter(|got| **got == (putter, number)).count();
            assert!(
                times <= 1,
                "item {number} of putter {putter} was got {times} times"
            );
            assert!(
                number <= put || times == 0,
                "item {number} of putter {putter} was never put"
            );
            lost += usize::from(number < put && times == 0);
        }
    }
    for getter in 0..=arguments.getters {
        let order = ledger.got_by(getter);
        for putter in 0..arguments.putters {
            let numbers = order.iter().filter(|got| got.0 == putter).map(|got| got.1);
            assert!(numbers.is_sorted(), "getter {getter} got {order:?}");
        }
    }
    // What is left in the queue when all getters were killed, nobody can know.
    assert!(
        !somebody_got_to_the_end || lost <= killed(getters),
        "{lost} items are lost with {} killed getters",
        killed(getters)
    );
}
