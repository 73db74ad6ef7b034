//! [`Outcome`]: what a child's function may return.

use std::fmt::Debug;

/// What a child's function may return, and the exit code that it becomes.
///
/// | returned | exit code |
/// | --- | --- |
/// | `()` | 0 |
/// | `u8`, `i32` | that number; of an `i32` the lowest eight bits, as Unix does |
/// | `Ok(value)` | that of `value` |
/// | never, as `loop { … }` | |
/// | `Err(error)` | 1, after `Error: …` is printed on standard error, as `main` does |
///
/// ```
/// use forktalk::{ExitStatus, Process};
///
/// let child = Process::spawn(|| -> Result<u8, String> { Ok(4) })?;
/// assert_eq!(child.join()?, ExitStatus::Exited(4));
/// # Ok::<(), forktalk::Error>(())
/// ```
pub trait Outcome {
    /// The exit code, 0 to 255; prints what is to be said about it.
    ///
    /// ```
    /// use forktalk::Outcome;
    ///
    /// assert_eq!(().exit_code(), 0);
    /// ```
    fn exit_code(self) -> i32;
}

impl Outcome for () {
    fn exit_code(self) -> i32 {
        0
    }
}

impl Outcome for u8 {
    fn exit_code(self) -> i32 {
        self.into()
    }
}

impl Outcome for i32 {
    fn exit_code(self) -> i32 {
        self & 0xff
    }
}

/// Names the type `!`, which stable Rust does not let one write but which `|| loop { … }` returns.
#[allow(
    unreachable_pub,
    reason = "public only so that an implementation for a public trait may name it"
)]
pub trait Returns {
    /// What the function returns.
    type Output;
}

impl<R> Returns for fn() -> R {
    type Output = R;
}

impl Outcome for <fn() -> ! as Returns>::Output {
    fn exit_code(self) -> i32 {
        self
    }
}

impl<T: Outcome, E: Debug> Outcome for Result<T, E> {
    fn exit_code(self) -> i32 {
        match self {
            Ok(value) => value.exit_code(),
            Err(error) => {
                eprintln!("Error: {error:?}");
                1
            }
        }
    }
}
