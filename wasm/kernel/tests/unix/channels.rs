//! Both ways: what fits, end-of-file, and the several ways in which the peer can be gone.

use crate::{System, close, read, write};
use forktalk_abi::{Errno, Pid};

/// Measured on Linux 6.18: each message costs what the kernel sets aside for it, so small ones count as much as larger.
/// Of messages of 65536 bytes three go whole and the fourth in parts.
#[test]
fn as_many_messages_fit_as_on_linux() {
    for (bytes, fit) in [(1, 278), (100, 278), (4096, 44)] {
        let mut system = System::new();
        let (side, _) = system.channel();
        assert_eq!(system.fill(side, bytes), fit, "messages of {bytes} bytes");
    }
    let mut system = System::new();
    let (side, _) = system.channel();
    assert_eq!(system.fill(side, 65_536), 3);
    assert!(!system.kernel.is_enabled(Pid(1)), "a part of the fourth");
}

#[test]
fn the_two_ways_are_apart() {
    let mut system = System::new();
    let (one, other) = system.channel();
    assert_eq!(system.call(1, write(one, 3)), Ok(3));
    assert!(
        system.would_block(1, read(one, 9)),
        "it is for the other side"
    );
    assert_eq!(system.call(1, read(other, 9)), Ok(3));
    assert_eq!(system.call(1, write(other, 2)), Ok(2));
    assert_eq!(system.call(1, read(one, 9)), Ok(2));
}

#[test]
fn a_peer_that_read_everything_and_closed_leaves_an_end_of_file() {
    let mut system = System::new();
    let (one, other) = system.channel();
    assert_eq!(system.call(1, write(other, 2)), Ok(2));
    assert_eq!(system.call(1, close(other)), Ok(0));
    assert_eq!(system.call(1, read(one, 9)), Ok(2), "first what it sent");
    assert_eq!(system.call(1, read(one, 9)), Ok(0));
    assert_eq!(system.call(1, write(one, 1)), Err(Errno::PIPE));
}

#[test]
fn a_peer_that_left_bytes_unread_resets_the_channel_and_that_is_told_once() {
    let mut system = System::new();
    let (one, other) = system.channel();
    assert_eq!(system.call(1, write(one, 3)), Ok(3));
    assert_eq!(system.call(1, close(other)), Ok(0));
    assert_eq!(system.call(1, read(one, 9)), Err(Errno::CONNRESET));
    assert_eq!(system.call(1, read(one, 9)), Ok(0));
}
