//! [`Process`]: spawn, fork, join, kill.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forktalk_abi::{Errno, ExitStatus, Fd, Pid, Poll, Signal, System};

use crate::Sys;
use crate::builder::Builder;
use crate::children::Child;
use crate::error::{ProcessError, SpawnError};
use crate::inherit::{End, Purpose};
use crate::outcome::Outcome;

/// A child process.
///
/// ```
/// use forktalk::Process;
///
/// let child = Process::spawn(|| println!("hello from the child"))?;
/// let status = child.join()?;
/// assert!(status.success());
/// # Ok::<(), forktalk::Error>(())
/// ```
///
/// A handle that is dropped detaches: the child goes on, and is reaped after it has ended. What the function
/// returns becomes the child's exit code (see [`Outcome`]); a panic prints and exits 101.
///
/// Standard output is flushed before the fork and when the child ends, so nothing is printed twice or lost.
pub struct Process {
    child: Arc<Child>,
}

impl Process {
    pub(crate) fn new(child: Arc<Child>) -> Process {
        Process { child }
    }

    /// Starts a child that runs `f` and holds exactly the ends that `f` owns.
    ///
    /// What `f` owns goes to the child and is closed here; every other end that forktalk made is closed there. So no
    /// sibling and no grandchild keeps a pipe open by accident. Does not wait for the child.
    ///
    /// # Errors
    ///
    /// [`SpawnError::MultiThreaded`]: this process has more than one thread; see [`Builder::allow_threads`].
    /// [`SpawnError::TooManyProcesses`].
    ///
    /// ```
    /// use forktalk::{Process, pipe};
    ///
    /// let (rx, tx) = pipe::<u32>()?;
    /// let child = Process::spawn(move || for n in rx { println!("{n}") })?;
    /// for n in 0..3 {
    ///     tx.send(&n)?;
    /// }
    /// drop(tx); // the last writing end: the child sees end-of-file
    /// child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn<F, R>(f: F) -> Result<Process, SpawnError>
    where
        F: FnOnce() -> R + 'static,
        R: Outcome,
    {
        Builder::default().spawn(f)
    }

    /// `fork(2)` itself: the child runs `f` in a copy of everything, and holds a copy of every end.
    ///
    /// Each side closes what it does not use: a writing end that is left open anywhere keeps every reader waiting.
    /// `f` may borrow, and needs neither `Send` nor `'static`: the child has its own copy of the whole memory.
    ///
    /// # Errors
    ///
    /// As [`Process::spawn`].
    ///
    /// ```
    /// use forktalk::{Process, pipe};
    ///
    /// let (rx, tx) = pipe::<u32>()?;
    /// let child = Process::fork(|| {
    ///     tx.close(); // leave this line out and the child never ends
    ///     for n in &rx { println!("{n}") }
    /// })?;
    /// rx.close();
    /// tx.send(&1)?;
    /// tx.close();
    /// child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn fork<F, R>(f: F) -> Result<Process, SpawnError>
    where
        F: FnOnce() -> R,
        R: Outcome,
    {
        Builder::default().fork(f)
    }

    /// For a child with a name, a daemon, or a parent with threads.
    ///
    /// ```
    /// use forktalk::Process;
    ///
    /// let child = Process::builder().name("worker").spawn(|| ())?;
    /// assert_eq!(child.name(), "worker");
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Waits for the child to end and tells how it did; again and again the same.
    ///
    /// Blocks until then. A child that itself waits for this process (for messages, for end-of-file on a pipe whose
    /// writing end is open here) never ends.
    ///
    /// # Errors
    ///
    /// [`ProcessError::NotAChild`]: asked by another process than the one that started it.
    ///
    /// ```
    /// use forktalk::{ExitStatus, Process};
    ///
    /// let child = Process::spawn(|| 3)?;
    /// assert_eq!(child.join()?, ExitStatus::Exited(3));
    /// assert_eq!(child.join()?, ExitStatus::Exited(3));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn join(&self) -> Result<ExitStatus, ProcessError> {
        let status = self.child.ask(true)?;
        status.ok_or(ProcessError::StatusTaken)
    }

    /// Waits for the child to end, at most for `timeout`; nothing if it goes on. Zero only looks.
    ///
    /// The timeout holds even while a grandchild lives.
    ///
    /// # Errors
    ///
    /// As [`Process::join`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use forktalk::Process;
    ///
    /// let child = Process::spawn(|| forktalk::sleep(Duration::from_secs(60)))?;
    /// assert_eq!(child.join_timeout(Duration::from_millis(1))?, None);
    /// child.kill()?;
    /// child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> Result<Option<ExitStatus>, ProcessError> {
        let deadline = crate::clock::after(timeout);
        if let Some(status) = self.child.ask(false)? {
            return Ok(Some(status));
        }
        if timeout.is_zero() {
            return Ok(None);
        }
        let fd = self.sentinel_fd()?;
        let ended = Sys::poll(&mut [Poll::readable(fd)], Some(deadline))? > 0;
        // If another thread is about to take the status, that takes it no time now.
        self.child.ask(ended)
    }

    /// Whether the child has not ended yet. Does not block.
    ///
    /// ```
    /// let child = forktalk::Process::spawn(|| ())?;
    /// child.join()?;
    /// assert!(!child.is_alive());
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn is_alive(&self) -> bool {
        matches!(self.child.ask(false), Ok(None))
    }

    /// How the child ended, or nothing if it has not, or if this process is not its parent. Does not block.
    ///
    /// ```
    /// let child = forktalk::Process::spawn(|| ())?;
    /// child.join()?;
    /// assert!(child.exit_status().is_some_and(|status| status.success()));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    #[must_use]
    pub fn exit_status(&self) -> Option<ExitStatus> {
        self.child.ask(false).ok().flatten()
    }

    /// Asks the child to end (`SIGTERM`), which by default it does at once, wherever it is. Does not wait.
    ///
    /// Nothing to do if it has ended already.
    ///
    /// # Errors
    ///
    /// [`ProcessError::NotAChild`].
    ///
    /// ```
    /// use forktalk::{ExitStatus, Process, Signal};
    ///
    /// let child = Process::spawn(|| loop { forktalk::sleep(std::time::Duration::from_secs(1)) })?;
    /// child.terminate()?;
    /// assert_eq!(child.join()?, ExitStatus::Signaled(Signal::TERM));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn terminate(&self) -> Result<(), ProcessError> {
        self.signal(Signal::TERM)
    }

    /// Ends the child (`SIGKILL`), whatever it does. Does not wait.
    ///
    /// Nothing to do if it has ended already.
    ///
    /// # Errors
    ///
    /// [`ProcessError::NotAChild`].
    ///
    /// ```
    /// use forktalk::{ExitStatus, Process, Signal};
    ///
    /// let child = Process::spawn(|| loop { forktalk::sleep(std::time::Duration::from_secs(1)) })?;
    /// child.kill()?;
    /// assert_eq!(child.join()?, ExitStatus::Signaled(Signal::KILL));
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn kill(&self) -> Result<(), ProcessError> {
        self.signal(Signal::KILL)
    }

    #[track_caller]
    fn signal(&self, signal: Signal) -> Result<(), ProcessError> {
        // A status not taken yet keeps the pid from being given to another process.
        if self.child.ask(false)?.is_some() {
            return Ok(());
        }
        Ok(Sys::kill(self.child.pid, signal)?)
    }

    /// The child's process number.
    ///
    /// ```
    /// let child = forktalk::Process::spawn(|| ())?;
    /// assert!(child.pid().0 > 1);
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[must_use]
    pub fn pid(&self) -> Pid {
        self.child.pid
    }

    /// The child's name: what the [builder](Builder::name) was given, or "child".
    ///
    /// ```
    /// let child = forktalk::Process::spawn(|| ())?;
    /// assert_eq!(child.name(), "child");
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.child.name
    }

    /// The number of a descriptor that becomes readable when the child has ended; this handle keeps it open. For an
    /// event loop of one's own; [`wait`](crate::wait) takes the process itself.
    ///
    /// # Errors
    ///
    /// [`ProcessError::NotAChild`]; [`ProcessError::StatusTaken`]: it was joined before anybody asked for this;
    /// [`ProcessError::TooManyDescriptors`].
    ///
    /// ```
    /// let child = forktalk::Process::spawn(|| ())?;
    /// assert!(child.sentinel()? >= 0);
    /// # child.join()?;
    /// # Ok::<(), forktalk::Error>(())
    /// ```
    #[track_caller]
    pub fn sentinel(&self) -> Result<std::os::fd::RawFd, ProcessError> {
        Ok(self.sentinel_fd()?.0)
    }

    #[track_caller]
    pub(crate) fn sentinel_fd(&self) -> Result<Fd, ProcessError> {
        self.child.must_be_ours()?;
        if let Some(fd) = self.child.watch.get().and_then(|end| end.fd()) {
            return Ok(fd);
        }
        let fd = match Sys::open_process(self.child.pid) {
            Err(Errno::SRCH) => return Err(ProcessError::StatusTaken),
            answer => answer?,
        };
        let end = self
            .child
            .watch
            .get_or_init(|| End::register(fd, Purpose::Watch));
        end.fd().ok_or(ProcessError::NotAChild)
    }

    /// Whether its end is known already, so that nothing needs to be watched.
    pub(crate) fn is_known_to_have_ended(&self) -> bool {
        self.child.known_status().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(end) = self.child.watch.get() {
            end.drop_owner();
        }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Process({} ({})", self.child.name, self.child.pid)?;
        match self.child.known_status() {
            Some(status) => write!(f, ", {status})"),
            None => write!(f, ")"),
        }
    }
}
