//! One operation after the other in one process: what they cost by themselves.

use super::case::{Deed, Size};
use super::rig::{Answer, RUN};
use crate::number::number;
use std::time::{Duration, Instant};

/// How many seconds a put or a get takes when nobody is in the way: as many are put as there is room for, and all are got,
/// again and again.
pub(crate) fn seconds(
    deed: Deed,
    put: impl Fn(u64) -> Answer<()>,
    get: impl Fn() -> Answer<u64>,
) -> Answer<f64> {
    let numbers = 0..Size::U64.capacity() as u64;
    let (mut putting, mut getting, mut count) = (Duration::ZERO, Duration::ZERO, 0);
    while putting + getting < RUN {
        let begun = Instant::now();
        numbers.clone().try_for_each(|n| put(number(n)))?;
        putting += begun.elapsed();
        let begun = Instant::now();
        for n in numbers.clone() {
            if get()? != number(n) {
                return Err("another number came".into());
            }
        }
        getting += begun.elapsed();
        count += numbers.end;
    }
    let spent = if deed == Deed::Put { putting } else { getting };
    Ok(spent.as_secs_f64() / count as f64)
}
