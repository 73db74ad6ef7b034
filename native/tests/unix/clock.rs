use crate::{Check, waiting_for};
use core::time::Duration;
use forktalk_abi::{Deadline, Result, System};
use forktalk_native::Unix;

pub(crate) const CHECKS: &[Check] = &[
    ("clock/never_goes_back", never_back),
    ("clock/sleep_lasts_until_the_deadline", sleep),
];

fn never_back() -> Result<()> {
    let mut before = Unix::now();
    for _ in 0..10_000 {
        let now = Unix::now();
        assert!(now >= before);
        before = now;
    }
    Ok(())
}

fn sleep() -> Result<()> {
    waiting_for("a sleep to end");
    Unix::sleep(Deadline::PAST);
    for wait in [1, 200, 20_000].map(Duration::from_micros) {
        let begun = Unix::now();
        Unix::sleep(Deadline::after(begun, wait));
        assert!(Unix::now() - begun >= wait, "shorter than {wait:?}");
    }
    Ok(())
}
