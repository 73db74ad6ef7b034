//! A message as bytes on a stream: CPython's length header; read-ahead.
//!
//! A message is its length, four bytes big-endian and signed, and then that many bytes. Beyond 2 GiB - 1 the four
//! bytes are -1 and eight more, unsigned, hold the length. It is what CPython's `multiprocessing.Connection` writes.
//!
//! **Read-ahead.** An iteration takes as much as lies in the pipe by one system call and hands it out message by
//! message; so most messages cost none. What was taken but not handed out is no longer in the pipe, so this is
//! done only while this process alone holds the end (see `turn.rs`), and at a fork or clone it is laid into shared
//! memory, from where whoever reads next, in whichever process, takes it before it reads on from the pipe.
//!
//! A reader that gives up in the middle of a message keeps what it has and goes on from there the next time.

use std::cmp::min;
use std::sync::Arc;

use forktalk_abi::{Deadline, Errno, Fd, Poll, System};

use crate::Sys;
use crate::error::{Closed, RecvError, SendError};
use crate::inherit::End;
use crate::turn::{Leftover, Side, Turns, lock};

/// How much an iteration takes at once: at first some hundred small messages, which memory it costs anybody; and, while
/// it finds that full, twice as much each time, up to a pipe's usual capacity.
const READ_AHEAD_BYTES: usize = 4 * 1024;
const READ_AHEAD_MOST: usize = 64 * 1024;

/// The longest message that a receive guesses to come next, because the last was as long.
const GUESSED_BYTES: usize = 4096;

/// How much room is made for bytes that a header promises and that have not come yet.
const UNSEEN_BYTES: usize = 1024 * 1024;

/// From this length on a message is worth a larger pipe.
const LONG_BYTES: usize = 64 * 1024;

/// The larger pipe: what Linux lets any user have.
const WIDE_PIPE_BYTES: usize = 1024 * 1024;

/// A write of up to this many bytes into a pipe is never mixed with another's: Linux's `PIPE_BUF`.
const ATOMIC_BYTES: usize = 4096;

/// The longest message whose length fits the short header.
const SHORT_HEADER_MOST: usize = i32::MAX as usize;

/// What a process keeps to write messages with.
#[derive(Default)]
pub(crate) struct Writer {
    /// Where values are encoded.
    pub(crate) scratch: Vec<u8>,
    widened: bool,
}

/// What a process has in hand of the messages that it reads.
#[derive(Default)]
pub(crate) struct Reader {
    /// Read ahead by another process, or before a fork: comes first.
    pub(crate) leftover: Option<Arc<Leftover>>,
    /// Read ahead here; handed out up to `ahead_from`.
    ahead: Vec<u8>,
    ahead_from: usize,
    /// How much an iteration takes at once; 0 before the first.
    stride: usize,
    /// The message at hand, as far as it has come.
    header: Vec<u8>,
    payload: Vec<u8>,
    /// Its length, once the header is whole.
    expected: Option<usize>,
    /// The length of the message before it.
    last: usize,
    /// Whether the turn to read is ours, because a message was begun.
    has_turn: bool,
    /// Why nothing can be read here any more.
    broken: Option<RecvError>,
    /// Why an iteration ended: for the next receive to tell.
    untold: Option<RecvError>,
}

/// Why no message came.
pub(crate) enum Missed {
    /// The deadline passed.
    Timeout,
    Failed(RecvError),
}

impl From<RecvError> for Missed {
    fn from(error: RecvError) -> Missed {
        Missed::Failed(error)
    }
}

/// Sends one message. Blocks until it is in the pipe.
#[track_caller]
pub(crate) fn send(end: &End, payload: &[u8]) -> Result<(), SendError> {
    let mut writer = lock(&end.writer);
    send_with(end, &mut writer, payload)
}

/// As [`send`], for who holds the writer.
#[track_caller]
pub(crate) fn send_with(end: &End, writer: &mut Writer, payload: &[u8]) -> Result<(), SendError> {
    let fd = end.fd().ok_or(SendError::Closed(Closed::Here))?;
    if payload.len() >= LONG_BYTES && !writer.widened {
        writer.widened = true;
        // A wish: it goes slower without.
        let _ = Sys::set_capacity(fd, WIDE_PIPE_BYTES);
    }
    let mut long = [0xff; 12];
    let header: &[u8] = if payload.len() <= SHORT_HEADER_MOST {
        &(payload.len() as u32).to_be_bytes()
    } else {
        long[4..].copy_from_slice(&(payload.len() as u64).to_be_bytes());
        &long
    };
    match end.turns_with_others() {
        None => write(fd, header, payload),
        Some(turns) => write_in_turn(turns, fd, header, payload),
    }
}

#[track_caller]
fn write_in_turn(turns: &Turns, fd: Fd, header: &[u8], payload: &[u8]) -> Result<(), SendError> {
    turns.take(Side::Writing, None).map_err(SendError::System)?;
    let answer = if turns.torn(Side::Writing) {
        Err(SendError::Torn)
    } else if header.len() + payload.len() <= ATOMIC_BYTES {
        write(fd, header, payload)
    } else {
        turns.begin(Side::Writing);
        let answer = write(fd, header, payload);
        turns.end(Side::Writing);
        answer
    };
    turns.release(Side::Writing);
    answer
}

#[track_caller]
fn write(fd: Fd, header: &[u8], payload: &[u8]) -> Result<(), SendError> {
    match Sys::write(fd, header, payload) {
        Ok(written) => {
            debug_assert_eq!(
                written,
                header.len() + payload.len(),
                "a blocking write takes all"
            );
            Ok(())
        }
        Err(Errno::PIPE) => Err(SendError::Closed(Closed::BrokenPipe)),
        Err(Errno::CONNRESET) => Err(SendError::Closed(Closed::Reset)),
        Err(errno) => Err(SendError::System(errno)),
    }
}

/// Receives one message and gives its bytes to `take`.
///
/// Blocks until a whole message is there, until end-of-file, or until the deadline; `ahead` lets it take more from
/// the pipe than this message, where that is safe.
#[track_caller]
pub(crate) fn receive<R>(
    end: &End,
    deadline: Option<Deadline>,
    ahead: bool,
    take: impl FnOnce(&mut Vec<u8>) -> R,
) -> Result<R, Missed> {
    let mut reader = lock(&end.reader);
    let fd = end.fd().ok_or(RecvError::Closed(Closed::Here))?;
    if let Some(error) = reader.untold.take().or_else(|| reader.broken.clone()) {
        return Err(error.into());
    }
    // A turn that was kept in the middle of a message must be given back, even if the others have gone meanwhile.
    let turns = if reader.has_turn {
        end.turns()
    } else {
        end.turns_with_others()
    };
    let filled = match turns {
        Some(turns) => reader.fill_in_turn(turns, fd, deadline),
        None if !end.is_ours() => reader.fill(fd, deadline, 0),
        None if ahead => {
            let stride = reader.stride();
            reader.fill(fd, deadline, stride)
        }
        None => {
            let guessed = reader.guess();
            reader.fill(fd, deadline, guessed)
        }
    };
    if let Err(Missed::Failed(error)) = filled {
        reader.give_up(&error);
        return Err(error.into());
    }
    filled?;
    let bytes = reader.payload.len();
    let taken = take(&mut reader.payload);
    reader.start_over();
    reader.last = bytes;
    Ok(taken)
}

/// Keeps the error that ended an iteration, which cannot tell it, for the next receive.
pub(crate) fn keep_error(end: &End, error: RecvError) {
    if !matches!(error, RecvError::Closed(_)) {
        lock(&end.reader).untold = Some(error);
    }
}

/// Whether a receive would find something without waiting for a first byte: part of a message, or end-of-file.
#[track_caller]
pub(crate) fn poll(end: &End, deadline: Option<Deadline>) -> Result<bool, RecvError> {
    let fd = end.fd().ok_or(RecvError::Closed(Closed::Here))?;
    if has_in_hand(end) {
        return Ok(true);
    }
    readable(fd, deadline).map_err(RecvError::System)
}

/// Whether bytes were taken from the pipe that no receive has handed out.
#[track_caller]
pub(crate) fn has_in_hand(end: &End) -> bool {
    let reader = lock(&end.reader);
    reader.broken.is_some()
        || reader.untold.is_some()
        || !reader.is_between_messages()
        || reader.ahead_from < reader.ahead.len()
        || reader.has_leftover()
}

#[track_caller]
fn readable(fd: Fd, deadline: Option<Deadline>) -> Result<bool, Errno> {
    Ok(Sys::poll(&mut [Poll::readable(fd)], deadline)? > 0)
}

impl Reader {
    /// How long the next message is, with its header, if it is as long as the last: then one read takes it whole, and
    /// nothing of those behind it.
    fn guess(&self) -> usize {
        if self.last <= GUESSED_BYTES {
            4 + self.last
        } else {
            0
        }
    }

    /// How much an iteration takes at once, as what was found so far suggests.
    fn stride(&mut self) -> usize {
        if self.stride == 0 {
            self.stride = READ_AHEAD_BYTES;
        } else if self.ahead.len() == self.stride {
            self.stride = min(2 * self.stride, READ_AHEAD_MOST);
        }
        self.stride
    }

    /// Reads until the message at hand is whole; where less than `ahead` is missing, takes up to that much.
    #[track_caller]
    fn fill(&mut self, fd: Fd, deadline: Option<Deadline>, ahead: usize) -> Result<(), Missed> {
        loop {
            let missing = self.missing()?;
            if missing == 0 {
                return Ok(());
            }
            if self.take_from_hand(missing) {
                continue;
            }
            if deadline.is_some() && !readable(fd, deadline).map_err(RecvError::System)? {
                return Err(Missed::Timeout);
            }
            let answer = if missing < ahead {
                self.ahead.clear();
                self.ahead_from = 0;
                Sys::read_append(fd, &mut self.ahead, ahead)
            } else {
                Sys::read_append(fd, self.current(), min(missing, UNSEEN_BYTES))
            };
            match answer {
                Ok(0) => return Err(self.end_of_file().into()),
                Ok(_) => {}
                Err(Errno::CONNRESET) => return Err(RecvError::Closed(Closed::Reset).into()),
                Err(errno) => return Err(RecvError::System(errno).into()),
            }
        }
    }

    /// As [`Reader::fill`], while others read from the same end: from the first byte of a message to its last the
    /// turn is ours.
    #[track_caller]
    fn fill_in_turn(
        &mut self,
        turns: &Turns,
        fd: Fd,
        deadline: Option<Deadline>,
    ) -> Result<(), Missed> {
        while !self.has_turn {
            // Who waits for a first byte does not have the turn: its death leaves the end whole.
            if !self.has_leftover() && !readable(fd, deadline).map_err(RecvError::System)? {
                return Err(Missed::Timeout);
            }
            match turns.take(Side::Reading, deadline) {
                Ok(()) => {}
                Err(Errno::TIMEDOUT) => return Err(Missed::Timeout),
                Err(errno) => return Err(RecvError::System(errno).into()),
            }
            if turns.torn(Side::Reading) {
                turns.release(Side::Reading);
                return Err(RecvError::Torn.into());
            }
            if self.has_leftover()
                || readable(fd, Some(Deadline::PAST)).map_err(RecvError::System)?
            {
                turns.begin(Side::Reading);
                self.has_turn = true;
            } else {
                turns.release(Side::Reading);
            }
        }
        let filled = self.fill(fd, deadline, 0);
        if !matches!(filled, Err(Missed::Timeout)) {
            turns.end(Side::Reading);
            turns.release(Side::Reading);
            self.has_turn = false;
        }
        filled
    }

    /// How many bytes the header, or else the payload, still lacks; 0 when the message is whole.
    fn missing(&mut self) -> Result<usize, RecvError> {
        if let Some(expected) = self.expected {
            return Ok(expected - self.payload.len());
        }
        let Some(short) = self.header.first_chunk::<4>() else {
            return Ok(4 - self.header.len());
        };
        let short = i32::from_be_bytes(*short);
        let expected = if short >= 0 {
            short as usize
        } else if short != -1 {
            return Err(RecvError::BadLength(short.into()));
        } else {
            let Some(long) = self.header[4..].first_chunk::<8>() else {
                return Ok(12 - self.header.len());
            };
            let long = u64::from_be_bytes(*long);
            match isize::try_from(long) {
                Ok(length) => length as usize,
                Err(_) => return Err(RecvError::BadLength(long as i64)),
            }
        };
        self.expected = Some(expected);
        Ok(expected)
    }

    fn current(&mut self) -> &mut Vec<u8> {
        if self.expected.is_none() {
            &mut self.header
        } else {
            &mut self.payload
        }
    }

    /// Takes what it can of the bytes read already; false if there are none.
    #[track_caller]
    fn take_from_hand(&mut self, missing: usize) -> bool {
        if let Some(leftover) = self.leftover.clone() {
            if leftover.take(self.current(), missing) > 0 {
                return true;
            }
            self.leftover = None;
        }
        let count = min(missing, self.ahead.len() - self.ahead_from);
        let from = self.ahead_from;
        self.ahead_from += count;
        let target = if self.expected.is_none() {
            &mut self.header
        } else {
            &mut self.payload
        };
        target.extend_from_slice(&self.ahead[from..from + count]);
        count > 0
    }

    #[track_caller]
    fn has_leftover(&self) -> bool {
        self.leftover
            .as_ref()
            .is_some_and(|leftover| leftover.remaining() > 0)
    }

    fn is_between_messages(&self) -> bool {
        self.header.is_empty()
    }

    fn end_of_file(&self) -> RecvError {
        if self.is_between_messages() {
            return RecvError::Closed(Closed::EndOfFile);
        }
        let received = (self.header.len() + self.payload.len()) as u64;
        let whole_header = if self.header.first() == Some(&0xff) {
            12
        } else {
            4
        };
        let expected = whole_header + self.expected.unwrap_or(0) as u64;
        RecvError::CutShort { expected, received }
    }

    fn start_over(&mut self) {
        self.header.clear();
        self.payload.clear();
        self.payload.shrink_to(UNSEEN_BYTES);
        self.expected = None;
    }

    /// After an error: what follows in the stream means nothing, except after an end-of-file, which stays one.
    fn give_up(&mut self, error: &RecvError) {
        self.start_over();
        if matches!(error, RecvError::BadLength(_) | RecvError::Torn) {
            self.broken = Some(error.clone());
        }
    }

    /// Before a fork or a clone: lays what is in hand where every holder of the end finds it.
    #[track_caller]
    pub(crate) fn lay_out(&mut self) -> Result<(), Errno> {
        if self.has_turn || (self.is_between_messages() && self.ahead_from == self.ahead.len()) {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.header);
        bytes.append(&mut self.payload);
        bytes.extend_from_slice(&self.ahead[self.ahead_from..]);
        if let Some(leftover) = self.leftover.take() {
            let remaining = leftover.remaining();
            leftover.take(&mut bytes, remaining);
        }
        self.leftover = Some(Arc::new(Leftover::new(&bytes)?));
        self.ahead.clear();
        self.ahead_from = 0;
        self.start_over();
        Ok(())
    }

    /// In a child: a message that the parent has begun to read under its turn is the parent's.
    pub(crate) fn enter_child(&mut self) {
        if self.has_turn {
            self.has_turn = false;
            self.start_over();
        }
    }
}
