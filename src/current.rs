//! [`current`]: this process, as it knows itself.

use std::borrow::Cow;

use forktalk_abi::{Pid, System};

use crate::Sys;
use crate::inherit::state;

/// Who this process is, if forktalk started it.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) name: Cow<'static, str>,
    pub(crate) daemon: bool,
}

/// This process; see [`current`].
#[derive(Clone, Debug)]
pub struct Current {
    pid: Pid,
    parent_pid: Pid,
    name: String,
    daemon: bool,
}

/// What is known of this process.
///
/// ```
/// let me = forktalk::current();
/// assert_eq!(me.name(), "main");
/// assert!(!me.is_daemon());
/// ```
#[must_use]
pub fn current() -> Current {
    let me = state().me.clone();
    let Identity { name, daemon } = me.unwrap_or_else(|| Identity {
        name: "main".into(),
        daemon: false,
    });
    Current {
        pid: Sys::own_pid(),
        parent_pid: Sys::parent_pid(),
        name: name.into_owned(),
        daemon,
    }
}

impl Current {
    /// Its process number.
    ///
    /// ```
    /// assert!(forktalk::current().pid().0 >= 1);
    /// ```
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Its parent's process number; another's once the parent has ended.
    ///
    /// ```
    /// let me = forktalk::current();
    /// assert_ne!(me.parent_pid(), me.pid());
    /// ```
    #[must_use]
    pub fn parent_pid(&self) -> Pid {
        self.parent_pid
    }

    /// Its name: "main" if forktalk did not start it.
    ///
    /// ```
    /// assert_eq!(forktalk::current().name(), "main");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it was started as a [daemon](crate::Builder::daemon).
    ///
    /// ```
    /// assert!(!forktalk::current().is_daemon());
    /// ```
    #[must_use]
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }
}
