//! [`Builder`]: how a child is started, and what it does first and last.

use std::borrow::Cow;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, MutexGuard};

use forktalk_abi::{Pid, Place, System};

use crate::Sys;
use crate::acting::Acting;
use crate::children::{Child, reap};
use crate::current::Identity;
use crate::error::SpawnError;
use crate::inherit::{BirthPipe, State, state};
use crate::outcome::Outcome;
use crate::process::Process;

/// The exit code of a process that panicked, on every host: the one that a panic in `main` has.
const PANICKED: i32 = 101;

/// How to start a child: [`Process::builder`].
///
/// ```
/// use forktalk::Process;
///
/// let child = Process::builder().name("worker").daemon(true).spawn(|| ())?;
/// # child.join()?;
/// # Ok::<(), forktalk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    name: Option<String>,
    daemon: bool,
    allow_threads: bool,
}

impl Builder {
    /// A name for people: in traces, in pictures, in [`current`](crate::current). "child" if none is given.
    ///
    /// ```
    /// # use forktalk::Process;
    /// let child = Process::builder().name("worker").spawn(|| assert_eq!(forktalk::current().name(), "worker"))?;
    /// assert!(child.join()?.success());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Builder {
        self.name = Some(name.into());
        self
    }

    /// Whether the child is killed (`SIGKILL`) when this process ends, however it ends. It is not by default.
    ///
    /// On Linux "this process" is the thread that starts the child: start daemons from one that lives as long.
    ///
    /// ```
    /// # use forktalk::Process;
    /// let ticker = Process::builder().daemon(true).spawn(|| loop {
    ///     forktalk::sleep(std::time::Duration::from_secs(1));
    /// })?;
    /// # ticker.kill()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn daemon(mut self, daemon: bool) -> Builder {
        self.daemon = daemon;
        self
    }

    /// Whether a process with several threads may fork. The child has only the thread that forks: a lock that another
    /// thread holds at that moment, the allocator's included, is never released in it. Say so only where the child
    /// does next to nothing, or where the other threads are known to hold none.
    ///
    /// ```
    /// # use forktalk::{Process, SpawnError};
    /// let (done, wait) = std::sync::mpsc::channel::<()>();
    /// let thread = std::thread::spawn(move || wait.recv());
    /// assert!(matches!(Process::spawn(|| ()), Err(SpawnError::MultiThreaded { .. })));
    /// Process::builder().allow_threads(true).spawn(|| ())?.join()?;
    /// # drop(done);
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn allow_threads(mut self, allow: bool) -> Builder {
        self.allow_threads = allow;
        self
    }

    /// Starts the child; see [`Process::spawn`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// ```
    /// let child = forktalk::Process::builder().spawn(|| ())?;
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn<F, R>(self, f: F) -> Result<Process, SpawnError>
    where
        F: FnOnce() -> R + 'static,
        R: Outcome,
    {
        self.check_threads()?;
        let before = state().open_ends();
        if before.is_empty() {
            // There is none that the closure could own. (What another thread makes at this moment is not for the child.)
            return self.start(|state| state.close_all_but(&[]), f);
        }
        let birth = BirthPipe::new()?;
        let child = self.start(
            |state| {
                let keep = birth.listen();
                match keep {
                    Some(keep) => state.close_all_but(&keep),
                    // The parent ended before it could say what is ours: there is nobody to work for.
                    None => Sys::exit(PANICKED),
                }
            },
            f,
        )?;
        // The closure was dropped here by now, and with it every end that it owned.
        let given = state().gone_of(&before);
        birth.tell(&given);
        Ok(child)
    }

    /// Starts the child; see [`Process::fork`].
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// ```
    /// let greeting = String::from("borrowed");
    /// let child = forktalk::Process::builder().fork(|| println!("{greeting}"))?;
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn fork<F, R>(self, f: F) -> Result<Process, SpawnError>
    where
        F: FnOnce() -> R,
        R: Outcome,
    {
        self.check_threads()?;
        self.start(State::close_watches, f)
    }

    fn check_threads(&self) -> Result<(), SpawnError> {
        match Sys::thread_count() {
            threads if threads > 1 && !self.allow_threads => {
                Err(SpawnError::MultiThreaded { threads })
            }
            _ => Ok(()),
        }
    }

    #[track_caller]
    fn start<F, R>(self, prepare: impl FnOnce(&mut State), f: F) -> Result<Process, SpawnError>
    where
        F: FnOnce() -> R,
        R: Outcome,
    {
        let caller = Location::caller();
        flush();
        reap();
        let parent = Sys::own_pid();
        let name = self.name.map_or(Cow::Borrowed("child"), Cow::Owned);
        let identity = Identity {
            name: name.clone(),
            daemon: self.daemon,
        };

        let guard = state();
        guard.share_ends()?;
        let birth = Birth { guard, f };
        let forked = Sys::fork(&name, || {
            let acting = Acting::at(caller);
            let f = birth.enter(identity, parent, prepare);
            drop(acting);
            let code = run(f);
            // For good: the exit itself is still to come.
            Sys::place(Place::At(caller));
            leave(code)
        });
        let pid = match forked {
            Ok(pid) => pid,
            Err(errno) => {
                state().unshare_ends();
                return Err(errno.into());
            }
        };
        let child = Child::new(pid, parent, name);
        state().children.push(Arc::clone(&child));
        Ok(Process::new(child))
    }
}

/// What crosses the fork. The parent drops it: first the guard, since what `f` owns is closed under the same lock.
struct Birth<'a, F> {
    guard: MutexGuard<'a, State>,
    f: F,
}

impl<F> Birth<'_, F> {
    /// In the child: becomes a process of its own.
    #[inline(always)]
    #[track_caller]
    fn enter(self, identity: Identity, parent: Pid, prepare: impl FnOnce(&mut State)) -> F {
        let Birth {
            guard: mut state,
            f,
        } = self;
        if identity.daemon && Sys::die_with_parent(parent).is_err() {
            Sys::exit(0);
        }
        state.children.clear();
        state.me = Some(identity);
        if state.has_ends() {
            state.enter_child();
        }
        prepare(&mut state);
        f
    }
}

/// Runs the child's function; the answer is its exit code.
#[inline(always)]
fn run<R: Outcome>(f: impl FnOnce() -> R) -> i32 {
    catch_unwind(AssertUnwindSafe(|| f().exit_code())).unwrap_or(PANICKED)
}

/// The last that a child does.
#[inline(always)]
#[track_caller]
fn leave(code: i32) -> i32 {
    flush();
    let state = state();
    if state.has_ends() {
        state.leave_ends();
    }
    code
}

fn flush() {
    // Nobody can be told that output is lost but by output.
    let _ = std::io::stdout().flush();
}
