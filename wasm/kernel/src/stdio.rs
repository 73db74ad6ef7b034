//! The WASI calls of std: preview 1, as far as a process without files needs it.
//!
//! Arguments, environment, randomness and time are the run's; standard streams are the kernel's own; all that
//! concerns files is answered as on a system that has none. WASI numbers its errors otherwise than Linux.

use crate::limits::SEGMENTS;
use crate::memory::{Memory, Segment, check, read_u32, read_u64};
use crate::process::Pending;
use crate::{Kernel, Performed, Request};
use forktalk_abi::{Errno, ExitStatus, Pid};

/// A type of WebAssembly that WASI uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// 32 bits.
    I32,
    /// 64 bits.
    I64,
}

/// A function of module [`MODULE`], as a guest imports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WasiFunction {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub parameters: &'static [ValueType],
    /// Whether it answers an error number, of type [`ValueType::I32`]; else nothing.
    pub result: bool,
    /// Whether it may be a step of the run, so may suspend.
    pub may_step: bool,
}

/// The module that a guest imports.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The function that looks at the clock.
pub(crate) const CLOCK_TIME_GET: &str = "clock_time_get";

use ValueType::{I32, I64};

macro_rules! functions {
    ($($name:ident ($($parameter:ident),*) $($step:ident)?;)*) => {
        /// Every function of preview 1, in the order by which [`Kernel::wasi`] knows them.
        pub const WASI: &[WasiFunction] = &[$(WasiFunction {
            name: stringify!($name),
            parameters: &[$($parameter),*],
            result: !matches!(stringify!($name).as_bytes(), b"proc_exit"),
            may_step: !stringify!($($step)?).is_empty(),
        }),*];
    };
}

functions! {
    args_get(I32, I32);
    args_sizes_get(I32, I32);
    environ_get(I32, I32);
    environ_sizes_get(I32, I32);
    clock_res_get(I32, I32);
    clock_time_get(I32, I64, I32);
    fd_advise(I32, I64, I64, I32);
    fd_allocate(I32, I64, I64);
    fd_close(I32) step;
    fd_datasync(I32);
    fd_fdstat_get(I32, I32);
    fd_fdstat_set_flags(I32, I32);
    fd_fdstat_set_rights(I32, I64, I64);
    fd_filestat_get(I32, I32);
    fd_filestat_set_size(I32, I64);
    fd_filestat_set_times(I32, I64, I64, I32);
    fd_pread(I32, I32, I32, I64, I32);
    fd_prestat_get(I32, I32);
    fd_prestat_dir_name(I32, I32, I32);
    fd_pwrite(I32, I32, I32, I64, I32);
    fd_read(I32, I32, I32, I32) step;
    fd_readdir(I32, I32, I32, I64, I32);
    fd_renumber(I32, I32);
    fd_seek(I32, I64, I32, I32);
    fd_sync(I32);
    fd_tell(I32, I32);
    fd_write(I32, I32, I32, I32) step;
    path_create_directory(I32, I32, I32);
    path_filestat_get(I32, I32, I32, I32, I32);
    path_filestat_set_times(I32, I32, I32, I32, I64, I64, I32);
    path_link(I32, I32, I32, I32, I32, I32, I32);
    path_open(I32, I32, I32, I32, I32, I64, I64, I32, I32);
    path_readlink(I32, I32, I32, I32, I32, I32);
    path_remove_directory(I32, I32, I32);
    path_rename(I32, I32, I32, I32, I32, I32);
    path_symlink(I32, I32, I32, I32, I32);
    path_unlink_file(I32, I32, I32);
    poll_oneoff(I32, I32, I32, I32) step;
    proc_exit(I32) step;
    proc_raise(I32);
    random_get(I32, I32);
    sched_yield() step;
    sock_accept(I32, I32, I32);
    sock_recv(I32, I32, I32, I32, I32, I32);
    sock_send(I32, I32, I32, I32, I32);
    sock_shutdown(I32, I32);
}

/// A call of the standard library's that is a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WasiRequest {
    /// `fd_write`: `count` pieces at `iovs`; how many bytes were taken goes to `out`.
    Write {
        /// The descriptor.
        fd: u32,
        /// The address of the pieces.
        iovs: u32,
        /// How many there are.
        count: u32,
        /// Where the number of bytes goes.
        out: u32,
    },
    /// `fd_read`, likewise.
    Read {
        /// The descriptor.
        fd: u32,
        /// The address of the pieces.
        iovs: u32,
        /// How many there are.
        count: u32,
        /// Where the number of bytes goes.
        out: u32,
    },
    /// `fd_close`.
    Close {
        /// The descriptor.
        fd: u32,
    },
    /// `poll_oneoff` for one clock: a sleep.
    Sleep {
        /// When it ends, on the monotonic clock.
        until_ns: u64,
        /// What the event carries back.
        user_data: u64,
        /// Where the event goes.
        event: u32,
        /// Where the number of events goes.
        out: u32,
    },
    /// `proc_exit`.
    Exit {
        /// The code.
        code: u32,
    },
    /// `sched_yield`.
    Yield,
}

/// What becomes of a WASI call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasiAnswer {
    /// It answers this error number (0 is success).
    Now(i32),
    /// It is a step of the run: announce this; what it then answers is WASI's error number.
    Step(Request),
}

/// The bytes of a subscription and of an event of `poll_oneoff`.
const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;

impl WasiRequest {
    /// Reads what the call's arguments point to.
    pub(crate) fn parse<M: Memory + ?Sized>(
        self,
        pending: &mut Pending,
        memory: &M,
    ) -> Result<(), Errno> {
        let (iovs, count, out) = match self {
            WasiRequest::Write {
                iovs, count, out, ..
            }
            | WasiRequest::Read {
                iovs, count, out, ..
            } => (iovs, count, out),
            WasiRequest::Sleep {
                until_ns,
                event,
                out,
                ..
            } => {
                pending.deadline_ns = Some(until_ns);
                check(memory, event, EVENT_BYTES)?;
                return check(memory, out, 4);
            }
            WasiRequest::Close { .. } | WasiRequest::Exit { .. } | WasiRequest::Yield => {
                return Ok(());
            }
        };
        if count > SEGMENTS {
            return Err(Errno::INVAL);
        }
        check(memory, out, 4)?;
        check(memory, iovs, count * 8)?;
        for index in 0..count {
            let address = read_u32(memory, iovs + index * 8)?;
            let bytes = read_u32(memory, iovs + index * 8 + 4)?;
            if matches!(self, WasiRequest::Write { .. }) {
                check(memory, address, bytes)?;
            }
            pending.segments.push(Segment { address, bytes });
            pending.total = pending.total.saturating_add(bytes as usize);
        }
        match pending.total as u64 > crate::limits::TRANSFER_BYTES {
            true => Err(Errno::INVAL),
            false => Ok(()),
        }
    }
}

/// What WASI calls `EBUSY`.
pub const BUSY: i32 = 10;

impl Kernel {
    /// Answers `function`, an index into [`WASI`], or says that it is a step. Too few arguments count as zeros.
    pub fn wasi<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        function: usize,
        arguments: &[u64],
        memory: &mut M,
    ) -> WasiAnswer {
        let wide = |index: usize| arguments.get(index).copied().unwrap_or(0);
        let word = |index: usize| wide(index) as u32;
        let name = WASI.get(function).map_or("", |function| function.name);
        let (fd, iovs, count, out) = (word(0), word(1), word(2), word(3));
        let step = match name {
            "fd_write" => WasiRequest::Write {
                fd,
                iovs,
                count,
                out,
            },
            "fd_read" => WasiRequest::Read {
                fd,
                iovs,
                count,
                out,
            },
            "fd_close" => WasiRequest::Close { fd },
            "proc_exit" => WasiRequest::Exit { code: word(0) },
            "sched_yield" => WasiRequest::Yield,
            "poll_oneoff" => match self.parse_sleep([word(0), word(1), word(2), word(3)], memory) {
                Ok(sleep) => sleep,
                Err(errno) => return WasiAnswer::Now(wasi_errno(errno)),
            },
            _ => {
                let answered = self.answer_wasi(pid, name, &word, memory);
                return WasiAnswer::Now(answered.err().map_or(0, wasi_errno));
            }
        };
        WasiAnswer::Step(Request::Wasi(step))
    }

    fn answer_wasi<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        name: &str,
        word: &dyn Fn(usize) -> u32,
        memory: &mut M,
    ) -> Result<(), Errno> {
        match name {
            "args_sizes_get" => {
                write_sizes(self.config.arguments.iter().map(String::len), word, memory)
            }
            "args_get" => {
                let strings = self
                    .config
                    .arguments
                    .iter()
                    .map(|text| text.as_bytes().to_vec());
                write_strings(strings, word, memory)
            }
            "environ_sizes_get" => {
                let lengths = self
                    .config
                    .environment
                    .iter()
                    .map(|(name, value)| name.len() + 1 + value.len());
                write_sizes(lengths, word, memory)
            }
            "environ_get" => {
                let strings = self
                    .config
                    .environment
                    .iter()
                    .map(|(name, value)| format!("{name}={value}").into_bytes());
                write_strings(strings, word, memory)
            }
            "clock_res_get" => memory.write(word(1), &1_u64.to_le_bytes()),
            CLOCK_TIME_GET => {
                let ns = match word(0) {
                    0 => self.clock.calendar_ns(),
                    1..=3 => self.clock.now_ns(),
                    _ => return Err(Errno::INVAL),
                };
                memory.write(word(2), &ns.to_le_bytes())
            }
            "random_get" => self.fill_random(pid, word(0), word(1), memory),
            "fd_fdstat_get" => {
                self.end_of(pid, word(0))?;
                // A character device, no flags, every right.
                let mut stat = [0xff; 24];
                stat[..8].copy_from_slice(&[2, 0, 0, 0, 0, 0, 0, 0]);
                memory.write(word(1), &stat)
            }
            "fd_prestat_get" | "fd_prestat_dir_name" => Err(Errno::BADF),
            "fd_seek" | "fd_tell" | "fd_pread" | "fd_pwrite" => {
                self.end_of(pid, word(0))?;
                Err(Errno::SPIPE)
            }
            _ => Err(Errno::NOSYS),
        }
    }

    fn fill_random<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        address: u32,
        bytes: u32,
        memory: &mut M,
    ) -> Result<(), Errno> {
        check(memory, address, bytes)?;
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        let mut done = 0;
        while done < bytes {
            let mut part = [0; 64];
            let part = &mut part[..(bytes - done).min(64) as usize];
            process.random.fill(part);
            memory.write(address + done, part)?;
            done += part.len() as u32;
        }
        Ok(())
    }

    /// One subscription to a clock is a sleep; to wait for descriptors there is `poll`.
    fn parse_sleep<M: Memory + ?Sized>(
        &self,
        [subscriptions, events, count, out]: [u32; 4],
        memory: &M,
    ) -> Result<WasiRequest, Errno> {
        const ABSOLUTE: u8 = 1;
        if count != 1 {
            return Err(Errno::NOTSUP);
        }
        let mut subscription = [0; SUBSCRIPTION_BYTES as usize];
        memory.read(subscriptions, &mut subscription)?;
        if subscription[8] != 0 {
            return Err(Errno::NOTSUP);
        }
        let timeout_ns = read_u64(memory, subscriptions + 24)?;
        let is_calendar = read_u32(memory, subscriptions + 16)? == 0;
        let until_ns = match subscription[40] & ABSOLUTE {
            0 => self.clock.now_ns().saturating_add(timeout_ns),
            _ if is_calendar => timeout_ns.saturating_sub(crate::clock::EPOCH_NS),
            _ => timeout_ns,
        };
        Ok(WasiRequest::Sleep {
            until_ns,
            user_data: read_u64(memory, subscriptions)?,
            event: events,
            out,
        })
    }

    /// Performs a step of the standard library's; the answer is WASI's error number.
    pub(crate) fn perform_wasi<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        request: WasiRequest,
        pending: &mut Pending,
        memory: &mut M,
    ) -> Result<Performed, Errno> {
        match request {
            WasiRequest::Write { fd, out, .. } => {
                let performed = self.write(pid, fd, pending, None, memory)?;
                if let Performed::Answer(bytes) = performed {
                    memory.write(out, &bytes.to_le_bytes())?;
                    return Ok(Performed::Answer(0));
                }
                Ok(performed)
            }
            WasiRequest::Read { fd, out, .. } => {
                let bytes = self.read(pid, fd, pending, None, memory)?;
                memory.write(out, &bytes.to_le_bytes())?;
                Ok(Performed::Answer(0))
            }
            WasiRequest::Close { fd } => self.close(pid, fd).map(Performed::Answer),
            WasiRequest::Sleep {
                user_data,
                event,
                out,
                ..
            } => {
                let mut told = [0; EVENT_BYTES as usize];
                told[..8].copy_from_slice(&user_data.to_le_bytes());
                memory.write(event, &told)?;
                memory.write(out, &1_u32.to_le_bytes())?;
                Ok(Performed::Answer(0))
            }
            WasiRequest::Exit { code } => {
                self.end(pid, ExitStatus::Exited((code & 0xff) as i32));
                Ok(Performed::Gone)
            }
            WasiRequest::Yield => Ok(Performed::Answer(0)),
        }
    }
}

/// Writes how many strings there are, and how many bytes they take with their terminators.
fn write_sizes<M: Memory + ?Sized>(
    lengths: impl ExactSizeIterator<Item = usize>,
    word: &dyn Fn(usize) -> u32,
    memory: &mut M,
) -> Result<(), Errno> {
    let count = lengths.len() as u32;
    let bytes: usize = lengths.map(|length| length + 1).sum();
    memory.write(word(0), &count.to_le_bytes())?;
    memory.write(word(1), &(bytes as u32).to_le_bytes())
}

/// Writes the strings, each with a terminator, and a list of their addresses.
fn write_strings<M: Memory + ?Sized>(
    strings: impl Iterator<Item = Vec<u8>>,
    word: &dyn Fn(usize) -> u32,
    memory: &mut M,
) -> Result<(), Errno> {
    let (mut place, mut text) = (word(0), word(1));
    for mut string in strings {
        string.push(0);
        memory.write(place, &text.to_le_bytes())?;
        memory.write(text, &string)?;
        place = place.wrapping_add(4);
        text = text.wrapping_add(string.len() as u32);
    }
    Ok(())
}

/// The error that WASI has this number for.
pub(crate) fn errno_of_wasi(number: i32) -> Errno {
    let mut all = (1..256).map(Errno::from_raw);
    all.find(|errno| wasi_errno(*errno) == number)
        .unwrap_or(Errno::IO)
}

/// The number that WASI has for an error.
pub(crate) fn wasi_errno(errno: Errno) -> i32 {
    match errno {
        Errno::ACCES => 2,
        Errno::AGAIN => 6,
        Errno::BADF => 8,
        Errno::BUSY => BUSY,
        Errno::CHILD => 12,
        Errno::CONNRESET => 15,
        Errno::DEADLK => 16,
        Errno::FAULT => 21,
        Errno::INTR => 27,
        Errno::INVAL => 28,
        Errno::MFILE => 33,
        Errno::MSGSIZE => 35,
        Errno::NFILE => 41,
        Errno::NOENT => 44,
        Errno::NOMEM => 48,
        Errno::NOSYS => 52,
        Errno::NOTSOCK => 57,
        Errno::NOTSUP => 58,
        Errno::OVERFLOW => 61,
        Errno::OWNERDEAD => 62,
        Errno::PERM => 63,
        Errno::PIPE => 64,
        Errno::SPIPE => 70,
        Errno::SRCH => 71,
        Errno::TIMEDOUT => 73,
        _ => 29,
    }
}
