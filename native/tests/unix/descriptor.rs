use crate::{Check, in_child, join, waiting_for};
use core::time::Duration;
use forktalk_abi::{Conditions, Deadline, Errno, Fd, Poll, Result, System};
use forktalk_native::Unix;
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

pub(crate) const CHECKS: &[Check] = &[
    ("descriptor/what_was_written_is_read_in_parts", parts),
    ("descriptor/end_of_file_when_no_writer_is_left", end_of_file),
    ("descriptor/writing_without_a_reader_is_epipe", broken_pipe),
    ("descriptor/a_channel_carries_both_ways", channel),
    ("descriptor/a_channel_closed_unread_is_reset", reset),
    (
        "descriptor/a_descriptor_that_is_not_open_is_ebadf",
        not_open,
    ),
    ("descriptor/header_and_payload_arrive_as_one", gathered),
    (
        "descriptor/a_write_beyond_the_capacity_goes_on",
        large_write,
    ),
    (
        "descriptor/an_end_made_non_blocking_still_blocks",
        non_blocking,
    ),
    ("descriptor/all_are_closed_at_exec", close_on_exec),
    ("descriptor/capacity_is_a_wish", capacity),
    ("descriptor/poll_tells_all_conditions", conditions),
    ("descriptor/poll_lasts_until_the_deadline", poll_deadline),
    ("descriptor/a_signal_does_not_end_a_wait", interrupted),
    ("descriptor/read_append_keeps_what_was_there", append),
];

fn close_all<const N: usize>(ends: [Fd; N]) -> Result<()> {
    ends.into_iter().try_for_each(Unix::close)
}

fn parts() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    assert_eq!(Unix::write(writing, &[], b"hello")?, 5);
    let mut buffer = [0; 3];
    assert_eq!(Unix::read(reading, &mut buffer)?, 3);
    assert_eq!(&buffer, b"hel");
    assert_eq!(Unix::read(reading, &mut buffer)?, 2);
    assert_eq!(&buffer[..2], b"lo");
    assert_eq!(Unix::read(reading, &mut [])?, 0);
    close_all([reading, writing])
}

fn append() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    Unix::write(writing, &[], b"hello")?;
    let mut buffer = b">".to_vec();
    assert_eq!(Unix::read_append(reading, &mut buffer, 4)?, 4);
    assert_eq!(buffer, b">hell");
    assert_eq!(Unix::read_append(reading, &mut buffer, 9000)?, 1);
    assert_eq!(buffer, b">hello");
    Unix::close(reading)?;
    assert_eq!(Unix::read_append(reading, &mut buffer, 4), Err(Errno::BADF));
    assert_eq!(buffer, b">hello");
    Unix::close(writing)
}

fn end_of_file() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let other = Unix::duplicate(writing)?;
    Unix::write(writing, &[], b"x")?;
    Unix::close(writing)?;
    let mut buffer = [0; 8];
    assert_eq!(Unix::read(reading, &mut buffer)?, 1);
    let mut entry = [Poll::readable(reading)];
    assert_eq!(Unix::poll(&mut entry, Some(Deadline::PAST))?, 0);
    Unix::close(other)?;
    waiting_for("an end-of-file");
    assert_eq!(Unix::read(reading, &mut buffer)?, 0);
    Unix::close(reading)
}

fn broken_pipe() -> Result<()> {
    for (reading, writing) in [Unix::pipe()?, Unix::channel()?] {
        Unix::close(reading)?;
        assert_eq!(Unix::write(writing, &[], b"x"), Err(Errno::PIPE));
        assert_eq!(Unix::write(writing, b"h", &[0; 9000]), Err(Errno::PIPE));
        Unix::close(writing)?;
    }
    // The reader goes in the middle of a write that is larger than the pipe.
    let (reading, writing) = Unix::pipe()?;
    let reader = Unix::fork("reader", || {
        in_child(|| {
            Unix::close(writing)?;
            Unix::read(reading, &mut [0; 100_000]).map(drop)
        })
    })?;
    Unix::close(reading)?;
    waiting_for("a reader that leaves");
    assert_eq!(Unix::write(writing, b"h", &[7; 1 << 20]), Err(Errno::PIPE));
    Unix::close(writing)?;
    join(reader)
}

fn channel() -> Result<()> {
    let (one, other) = Unix::channel()?;
    let mut buffer = [0; 4];
    for (from, to) in [(one, other), (other, one)] {
        Unix::write(from, b"p", b"ing")?;
        assert_eq!(Unix::read(to, &mut buffer)?, 4);
        assert_eq!(&buffer, b"ping");
    }
    Unix::close(one)?;
    assert_eq!(Unix::read(other, &mut buffer)?, 0);
    Unix::close(other)
}

fn reset() -> Result<()> {
    let (one, other) = Unix::channel()?;
    Unix::write(one, &[], b"never read")?;
    Unix::close(other)?;
    assert_eq!(Unix::read(one, &mut [0; 4]), Err(Errno::CONNRESET));
    Unix::close(one)
}

fn not_open() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    assert_eq!(Unix::read(writing, &mut [0; 4]), Err(Errno::BADF));
    assert_eq!(Unix::write(reading, &[], b"x"), Err(Errno::BADF));
    close_all([reading, writing])?;
    for fd in [reading, Fd(-1), Fd(1_000_000)] {
        assert_eq!(Unix::read(fd, &mut [0; 4]), Err(Errno::BADF));
        assert_eq!(Unix::write(fd, &[], b""), Err(Errno::BADF));
        assert_eq!(Unix::duplicate(fd), Err(Errno::BADF));
        assert_eq!(Unix::close(fd), Err(Errno::BADF));
    }
    Ok(())
}

fn gathered() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    for (header, payload) in [(0, 0), (4, 0), (0, 9), (4, 508), (4, 509), (5, 4091)] {
        let header = vec![b'h'; header];
        let payload = vec![b'p'; payload];
        let expected = [header.clone(), payload.clone()].concat();
        assert_eq!(Unix::write(writing, &header, &payload)?, expected.len());
        let mut buffer = vec![0; expected.len()];
        if !expected.is_empty() {
            assert_eq!(Unix::read(reading, &mut buffer)?, expected.len());
        }
        assert_eq!(buffer, expected);
    }
    close_all([reading, writing])
}

fn large_write() -> Result<()> {
    const BYTES: usize = 3_000_000;
    for (reading, writing) in [Unix::pipe()?, Unix::channel()?] {
        let payload: Vec<u8> = (0..BYTES).map(|n| (n % 251) as u8).collect();
        let reader = Unix::fork("reader", || {
            in_child(|| {
                Unix::close(writing)?;
                read_all(reading, &payload)
            })
        })?;
        Unix::close(reading)?;
        waiting_for("room for a large write");
        assert_eq!(Unix::write(writing, b"head", &payload)?, BYTES + 4);
        Unix::close(writing)?;
        join(reader)?;
    }
    Ok(())
}

fn read_all(reading: Fd, payload: &[u8]) -> Result<()> {
    let mut all = Vec::new();
    while Unix::read_append(reading, &mut all, 70_000)? > 0 {}
    assert_eq!(&all[..4], b"head");
    assert!(all[4..] == *payload, "the bytes came otherwise");
    Unix::close(reading)
}

fn non_blocking() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    for end in [reading, writing] {
        // SAFETY: F_SETFL touches no memory.
        let set = unsafe { libc::fcntl(end.0, libc::F_SETFL, libc::O_NONBLOCK) };
        assert_eq!(set, 0);
    }
    let payload = vec![5; 500_000];
    let writer = Unix::fork("writer", || {
        in_child(|| {
            Unix::sleep(Deadline::after(Unix::now(), Duration::from_millis(20)));
            Unix::write(writing, b"head", &payload).map(drop)
        })
    })?;
    Unix::close(writing)?;
    waiting_for("bytes of a non-blocking end");
    read_all(reading, &payload)?;
    join(writer)
}

fn close_on_exec() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    let (one, other) = Unix::channel()?;
    let copy = Unix::duplicate(reading)?;
    for end in [reading, writing, one, other, copy] {
        // SAFETY: F_GETFD touches no memory.
        let flags = unsafe { libc::fcntl(end.0, libc::F_GETFD) };
        assert_eq!(
            flags & libc::FD_CLOEXEC,
            libc::FD_CLOEXEC,
            "descriptor {end}"
        );
    }
    close_all([reading, writing, one, other, copy])
}

fn capacity() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    if cfg!(target_os = "linux") {
        Unix::set_capacity(writing, 1 << 20)?;
        let megabyte = vec![0; 1 << 20];
        waiting_for("room in a pipe of a mebibyte");
        assert_eq!(Unix::write(writing, &[], &megabyte)?, 1 << 20);
        assert_eq!(Unix::set_capacity(writing, 4096), Err(Errno::BUSY));
        assert_eq!(Unix::set_capacity(writing, usize::MAX), Err(Errno::PERM));
    } else {
        assert_eq!(Unix::set_capacity(writing, 1 << 20), Err(Errno::NOTSUP));
    }
    close_all([reading, writing])
}

fn conditions() -> Result<()> {
    let both = Conditions::READABLE.with(Conditions::WRITABLE);
    let ask = |fd: Fd| -> Result<Conditions> {
        let mut entries = [Poll {
            fd,
            interest: both,
            ready: Conditions::NONE,
        }];
        let ready = Unix::poll(&mut entries, Some(Deadline::PAST))?;
        assert_eq!(ready == 1, entries[0].is_ready());
        Ok(entries[0].ready)
    };
    let (reading, writing) = Unix::pipe()?;
    assert_eq!(ask(reading)?, Conditions::NONE);
    assert_eq!(ask(writing)?, Conditions::WRITABLE);
    assert_eq!(ask(Fd(-1))?, Conditions::NONE);
    Unix::write(writing, &[], b"x")?;
    assert_eq!(ask(reading)?, Conditions::READABLE);
    Unix::close(writing)?;
    assert_eq!(ask(writing)?, Conditions::INVALID);
    assert_eq!(ask(reading)?, Conditions::READABLE.with(Conditions::HANGUP));
    Unix::read(reading, &mut [0; 4])?;
    assert!(ask(reading)?.any(Conditions::HANGUP));
    Unix::close(reading)?;
    let (reading, writing) = Unix::pipe()?;
    Unix::close(reading)?;
    assert!(ask(writing)?.any(Conditions::ERROR.with(Conditions::HANGUP)));
    Unix::close(writing)
}

fn poll_deadline() -> Result<()> {
    let (reading, writing) = Unix::pipe()?;
    waiting_for("poll to give up");
    for wait in [
        Duration::from_nanos(1),
        Duration::from_micros(300),
        Duration::from_millis(30),
    ] {
        let begun = Unix::now();
        let deadline = Deadline::after(begun, wait);
        assert_eq!(
            Unix::poll(&mut [Poll::readable(reading)], Some(deadline))?,
            0
        );
        assert!(Unix::now() - begun >= wait, "poll gave up before {wait:?}");
        assert_eq!(
            Unix::poll(&mut [], Some(Deadline::after(Unix::now(), wait)))?,
            0
        );
        assert!(
            Unix::now() - begun >= wait + wait,
            "poll of nothing gave up before {wait:?}"
        );
    }
    // The far end of the clock is no overflow.
    Unix::write(writing, &[], b"x")?;
    let never = Deadline::after(Unix::now(), Duration::MAX);
    assert_eq!(Unix::poll(&mut [Poll::readable(reading)], Some(never))?, 1);
    close_all([reading, writing])
}

/// Every millisecond a signal comes that is handled, and that restarts nothing by itself.
fn interrupted() -> Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}
    let handler = SigAction::new(
        SigHandler::Handler(nothing),
        SaFlags::empty(),
        SigSet::empty(),
    );
    // SAFETY: the handler does nothing.
    unsafe { sigaction(Signal::SIGUSR1, &handler) }.expect("a handler for SIGUSR1");
    let (reading, writing) = Unix::pipe()?;
    let target = Unix::own_pid();
    let disturber = Unix::fork("disturber", || {
        in_child(|| {
            for _ in 0..60 {
                Unix::sleep(Deadline::after(Unix::now(), Duration::from_millis(1)));
                Unix::kill(target, forktalk_abi::Signal(libc::SIGUSR1))?;
            }
            Unix::write(writing, &[], b"x").map(drop)
        })
    })?;
    waiting_for("waits that signals interrupt");
    let begun = Unix::now();
    let deadline = Deadline::after(begun, Duration::from_millis(20));
    assert_eq!(
        Unix::poll(&mut [Poll::readable(reading)], Some(deadline))?,
        0
    );
    assert!(Unix::now() - begun >= Duration::from_millis(20));
    assert_eq!(Unix::read(reading, &mut [0; 4])?, 1);
    assert!(Unix::now() - begun >= Duration::from_millis(60));
    close_all([reading, writing])?;
    join(disturber)
}
