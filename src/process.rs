//! [`Process`]: spawn, fork, join, kill; [`Builder`].

use std::fmt;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use forktalk_abi::{Errno, ExitStatus, Fd, Pid, Place, Poll, Signal, System};

use crate::Sys;
use crate::error::{ProcessError, SpawnError};
use crate::inherit::{BirthPipe, End, Purpose, State, state};
use crate::outcome::Outcome;
use crate::turn::lock;

/// The exit code of a process that panicked, on every host: the one that a panic in `main` has.
const PANICKED: i32 = 101;

/// A child as its parent knows it; the handle and the list of children share it.
pub(crate) struct Child {
    pid: Pid,
    parent: Pid,
    name: String,
    status: Mutex<Option<ExitStatus>>,
    watch: OnceLock<Arc<End>>,
}

/// Who this process is, if forktalk started it.
#[derive(Clone)]
pub(crate) struct Identity {
    name: String,
    daemon: bool,
}

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
        Sys::poll(&mut [Poll::readable(fd)], Some(deadline))?;
        self.child.ask(false)
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
        lock(&self.child.status).is_some()
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
        match *lock(&self.child.status) {
            Some(status) => write!(f, ", {status})"),
            None => write!(f, ")"),
        }
    }
}

impl Child {
    fn must_be_ours(&self) -> Result<(), ProcessError> {
        if self.parent == Sys::own_pid() {
            Ok(())
        } else {
            Err(ProcessError::NotAChild)
        }
    }

    /// Its status if it is known or can be taken now, waiting for it if `block`.
    #[track_caller]
    fn ask(&self, block: bool) -> Result<Option<ExitStatus>, ProcessError> {
        self.must_be_ours()?;
        let mut status = lock(&self.status);
        if status.is_none() {
            *status = Sys::wait(self.pid, block)?;
        }
        Ok(*status)
    }
}

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
    /// A name for people: in traces, in pictures, in [`current`]. "child" if none is given.
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
        let birth = BirthPipe::new()?;
        let before = state().open_ends();
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
        let name = self.name.unwrap_or_else(|| "child".into());
        let identity = Identity {
            name: name.clone(),
            daemon: self.daemon,
        };

        let guard = state();
        guard.share_ends()?;
        let birth = Birth { guard, f };
        let forked = Sys::fork(&name, || {
            Sys::place(Place::At(caller));
            let f = birth.enter(identity, parent, prepare);
            Sys::place(Place::Caller);
            let code = run(f);
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
        let child = Arc::new(Child {
            pid,
            parent,
            name,
            status: Mutex::new(None),
            watch: OnceLock::new(),
        });
        state().children.push(Arc::clone(&child));
        Ok(Process { child })
    }
}

/// What crosses the fork. The parent drops it: first the guard, since what `f` owns is closed under the same lock.
struct Birth<'a, F> {
    guard: MutexGuard<'a, State>,
    f: F,
}

impl<F> Birth<'_, F> {
    /// In the child: becomes a process of its own.
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
        state.enter_child();
        prepare(&mut state);
        f
    }
}

/// Runs the child's function; the answer is its exit code.
fn run<R: Outcome>(f: impl FnOnce() -> R) -> i32 {
    catch_unwind(AssertUnwindSafe(|| f().exit_code())).unwrap_or(PANICKED)
}

/// The last that a child does.
#[track_caller]
fn leave(code: i32) -> i32 {
    flush();
    state().leave_ends();
    code
}

fn flush() {
    // Nobody can be told that output is lost but by output.
    let _ = std::io::stdout().flush();
    let _ = std::io::stderr().flush();
}

/// Takes the status of children that ended after their handle was dropped, so that no zombie stays.
#[track_caller]
fn reap() {
    let children = std::mem::take(&mut state().children);
    let living = children
        .into_iter()
        .filter(|child| match Arc::strong_count(child) {
            1 => matches!(child.ask(false), Ok(None)),
            _ => lock(&child.status).is_none(),
        });
    let living: Vec<_> = living.collect();
    state().children.extend(living);
}

/// The children of this process that have not ended, whether or not their handles were kept. Does not block.
///
/// Those that have ended are reaped; their handles still tell how.
///
/// ```
/// use forktalk::{Process, active_children};
///
/// let child = Process::spawn(|| forktalk::sleep(std::time::Duration::from_secs(60)))?;
/// assert_eq!(active_children(), [child.pid()]);
/// child.kill()?;
/// child.join()?;
/// assert!(active_children().is_empty());
/// # Ok::<(), forktalk::Error>(())
/// ```
#[track_caller]
#[must_use]
pub fn active_children() -> Vec<Pid> {
    let children = state().children.clone();
    let living: Vec<_> = children
        .into_iter()
        .filter(|child| matches!(child.ask(false), Ok(None)))
        .collect();
    let pids = living.iter().map(|child| child.pid).collect();
    state().children = living;
    pids
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
        name,
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

    /// Whether it was started as a [daemon](Builder::daemon).
    ///
    /// ```
    /// assert!(!forktalk::current().is_daemon());
    /// ```
    #[must_use]
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }
}
