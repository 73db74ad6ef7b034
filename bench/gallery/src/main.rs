//! The gallery's programs that are measured, in a module that holds nothing else. The suite's module carries the text of all
//! its programs, and whatever a module holds is copied at each fork.

#![forbid(unsafe_code)]

#[path = "../../../tests/programs/src/gallery"]
#[allow(unreachable_pub, reason = "they are written as users would write them")]
mod gallery {
    pub(crate) mod check_then_act;
    pub(crate) mod check_then_act_repaired;
    pub(crate) mod full_pipes_facing;
    pub(crate) mod full_pipes_facing_repaired;
    pub(crate) mod join_before_drain;
    pub(crate) mod join_before_drain_repaired;
    pub(crate) mod late_joiner;
    pub(crate) mod late_joiner_repaired;
    pub(crate) mod lock_order;
    pub(crate) mod lock_order_repaired;
    pub(crate) mod lost_wakeup;
    pub(crate) mod lost_wakeup_repaired;
    pub(crate) mod timeout_taken_for_death;
    pub(crate) mod two_winners;
    pub(crate) mod two_winners_repaired;
    pub(crate) mod wrong_reply;
    pub(crate) mod wrong_reply_repaired;
}

use gallery::*;

fn main() -> forktalk::Result<()> {
    let name = std::env::args().nth(1);
    match name.as_deref().unwrap_or_default() {
        "check_then_act" => check_then_act::main(),
        "check_then_act_repaired" => check_then_act_repaired::main(),
        "full_pipes_facing" => full_pipes_facing::main(),
        "full_pipes_facing_repaired" => full_pipes_facing_repaired::main(),
        "join_before_drain" => join_before_drain::main(),
        "join_before_drain_repaired" => join_before_drain_repaired::main(),
        "late_joiner" => late_joiner::main(),
        "late_joiner_repaired" => late_joiner_repaired::main(),
        "lock_order" => lock_order::main(),
        "lock_order_repaired" => lock_order_repaired::main(),
        "lost_wakeup" => lost_wakeup::main(),
        "lost_wakeup_repaired" => lost_wakeup_repaired::main(),
        "timeout_taken_for_death" => timeout_taken_for_death::main(),
        "two_winners" => two_winners::main(),
        "two_winners_repaired" => two_winners_repaired::main(),
        "wrong_reply" => wrong_reply::main(),
        "wrong_reply_repaired" => wrong_reply_repaired::main(),
        other => panic!("the gallery has no {other:?}"),
    }
}
