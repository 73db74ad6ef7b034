//! forktalk.

use crate::case::{Case, Who};
use crate::number::number;
use forktalk::{Process, RecvError, Sender, pipe};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

pub(crate) fn measure(case: Case) -> Result<f64, Box<dyn Error>> {
    let count = case.count(Who::Forktalk);
    match case {
        Case::Bytes(size) => bytes(case, count, size),
        Case::Iterate => iterate(case, count),
        Case::Recv => receive(case, count),
        Case::ForkJoin => fork(case, count),
        Case::SpawnJoin => spawn(case, count),
    }
}

fn bytes(case: Case, count: u64, size: usize) -> Result<f64, Box<dyn Error>> {
    let (rx, tx) = pipe::<()>()?;
    let child = Process::spawn(move || -> forktalk::Result<()> {
        let mut message = vec![7; size];
        for n in 0..=count {
            message[..8].copy_from_slice(&number(n).to_ne_bytes());
            tx.send_bytes(&message)?;
        }
        Ok(())
    })?;
    rx.recv_bytes()?;
    let begun = Instant::now();
    let mut received = 0;
    loop {
        match rx.recv_bytes() {
            Ok(message) => assert_eq!(black_box(message).len(), size),
            Err(RecvError::Closed(_)) => break,
            Err(error) => return Err(error.into()),
        }
        received += 1;
    }
    let value = case.value(count, begun.elapsed());
    assert_eq!(received, count, "every message arrives");
    assert!(child.join()?.success());
    Ok(value)
}

fn send_numbers(tx: &Sender<u64>, count: u64) -> forktalk::Result<()> {
    for n in 0..=count {
        tx.send(&number(n))?;
    }
    Ok(())
}

fn iterate(case: Case, count: u64) -> Result<f64, Box<dyn Error>> {
    let (rx, tx) = pipe::<u64>()?;
    let child = Process::spawn(move || send_numbers(&tx, count))?;
    rx.iter().next();
    let begun = Instant::now();
    let mut received = 0;
    for value in &rx {
        received += 1;
        assert_eq!(value, number(received));
    }
    let value = case.value(count, begun.elapsed());
    assert_eq!(received, count, "every message arrives");
    assert!(child.join()?.success());
    Ok(value)
}

fn receive(case: Case, count: u64) -> Result<f64, Box<dyn Error>> {
    let (rx, tx) = pipe::<u64>()?;
    let child = Process::spawn(move || send_numbers(&tx, count))?;
    rx.recv()?;
    let begun = Instant::now();
    for n in 1..=count {
        assert_eq!(rx.recv()?, number(n));
    }
    let value = case.value(count, begun.elapsed());
    assert!(child.join()?.success());
    Ok(value)
}

fn fork(case: Case, count: u64) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    for _ in 0..count {
        Process::fork(|| ())?.join()?;
    }
    Ok(case.value(count, begun.elapsed()))
}

fn spawn(case: Case, count: u64) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    for _ in 0..count {
        Process::spawn(|| ())?.join()?;
    }
    Ok(case.value(count, begun.elapsed()))
}
