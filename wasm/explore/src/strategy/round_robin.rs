//! Everybody in turn.

use super::{Situation, Strategy};
use crate::schedule::{Act, Choice};
use std::fmt;

/// One step each, by number, round and round.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoundRobin;

impl fmt::Display for RoundRobin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("round-robin")
    }
}

impl Strategy for RoundRobin {
    fn start(&mut self, _seed: u64) {}

    fn choose(&mut self, situation: &Situation<'_>) -> Choice {
        let goes = situation.transitions.iter().filter(|t| t.act == Act::Go);
        let next = goes.clone().find(|t| Some(t.pid) > situation.last);
        let first = next.or_else(|| goes.clone().next());
        first.map_or(situation.default_choice, |t| Choice::go(t.pid))
    }
}
