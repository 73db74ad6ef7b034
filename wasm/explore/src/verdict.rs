//! How a run ended.

use forktalk_abi::ExitStatus;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every process has ended; the root like this.
    Finished(ExitStatus),
    /// Somebody waits, nobody can go on, and no wait has a deadline.
    Deadlock,
    /// The run took as many steps as it may.
    Limit,
}

impl End {
    /// Its name, as a trace writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            End::Finished(_) => "finished",
            End::Deadlock => "deadlock",
            End::Limit => "limit",
        }
    }
}
