//! Signals: what each does to a process that has no handlers.

use forktalk_abi::{Errno, Signal};

/// What a signal does by default; see signal(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The process ends.
    End,
    /// Nothing. `SIGPIPE` is among these, because Rust's runtime ignores it.
    Nothing,
}

/// What `signal` does. `EINVAL`: there is no such signal, or it would stop the process, which is not simulated.
pub(crate) fn action(signal: Signal) -> Result<Action, Errno> {
    const PIPE: i32 = 13;
    const CHLD: i32 = 17;
    const CONT: i32 = 18;
    const STOP: i32 = 19;
    const TTOU: i32 = 22;
    const URG: i32 = 23;
    const WINCH: i32 = 28;
    const LAST: i32 = 64;
    match signal.0 {
        0 | PIPE | CHLD | CONT | URG | WINCH => Ok(Action::Nothing),
        STOP..=TTOU => Err(Errno::INVAL),
        1..=LAST => Ok(Action::End),
        _ => Err(Errno::INVAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_end_a_process_unless_they_are_ignored_or_unknown() {
        for signal in [Signal::TERM, Signal::KILL, Signal::INT, Signal(64)] {
            assert_eq!(action(signal), Ok(Action::End), "{signal}");
        }
        assert_eq!(action(Signal::NONE), Ok(Action::Nothing));
        assert_eq!(action(Signal(19)), Err(Errno::INVAL));
        assert_eq!(action(Signal(65)), Err(Errno::INVAL));
        assert_eq!(action(Signal(-1)), Err(Errno::INVAL));
    }
}
