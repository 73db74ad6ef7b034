//! Whatever another program writes into a pipe is an error at worst: never a panic, never memory for what a header only
//! claims. The bytes come over a plain pipe of the standard library, as from a program that is not ours.

use std::io::{Write, pipe};
use std::os::fd::OwnedFd;
use std::thread;

use forktalk::{Closed, Receiver, RecvError};
use proptest::prelude::*;

/// A receiver that finds these bytes, and then end-of-file.
fn receiver_of<T>(bytes: &[u8]) -> Receiver<T> {
    let (reader, mut writer) = pipe().expect("two descriptors are free");
    let bytes = bytes.to_vec();
    // More than a pipe holds must not block the test; if the receiver gave up early nobody is there to read on.
    thread::spawn(move || writer.write_all(&bytes));
    Receiver::from(OwnedFd::from(reader))
}

fn first_error(bytes: &[u8]) -> RecvError {
    receiver_of::<()>(bytes)
        .recv_bytes()
        .expect_err("no message")
}

#[test]
fn nothing_at_all_is_end_of_file() {
    assert_eq!(first_error(&[]), RecvError::Closed(Closed::EndOfFile));
}

#[test]
fn a_negative_length_is_none_and_the_end_stays_unusable() {
    let receiver = receiver_of::<()>(&[0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 1, 7]);
    assert_eq!(receiver.recv_bytes(), Err(RecvError::BadLength(-2)));
    assert_eq!(
        receiver.recv_bytes(),
        Err(RecvError::BadLength(-2)),
        "what follows means nothing"
    );
}

#[test]
fn a_length_beyond_all_memory_is_none() {
    let header = [[0xff; 4].as_slice(), &u64::MAX.to_be_bytes()].concat();
    assert_eq!(first_error(&header), RecvError::BadLength(-1));
}

#[test]
fn a_length_that_is_only_claimed_takes_no_memory() {
    // Four exbibytes: setting them aside would end the test.
    let header = [
        [0xff; 4].as_slice(),
        &(1_u64 << 62).to_be_bytes(),
        b"ten bytes.",
    ]
    .concat();
    let cut = RecvError::CutShort {
        expected: (1 << 62) + 12,
        received: 22,
    };
    assert_eq!(first_error(&header), cut);
}

#[test]
fn a_message_cut_short_says_how_much_came() {
    let in_the_header = RecvError::CutShort {
        expected: 4,
        received: 2,
    };
    assert_eq!(first_error(&[0, 0]), in_the_header);
    let in_the_payload = RecvError::CutShort {
        expected: 9,
        received: 7,
    };
    assert_eq!(first_error(&[0, 0, 0, 5, 1, 2, 3]), in_the_payload);
}

#[test]
fn bytes_that_are_no_value_are_an_error_and_the_next_message_comes() {
    let receiver = receiver_of::<bool>(&[0, 0, 0, 1, 9, 0, 0, 0, 2, 1, 1, 0, 0, 0, 1, 1]);
    assert!(matches!(
        receiver.recv(),
        Err(RecvError::Decode { bytes: 1, .. })
    ));
    assert!(
        matches!(receiver.recv(), Err(RecvError::Decode { bytes: 2, .. })),
        "one is left over"
    );
    assert_eq!(receiver.recv(), Ok(true));
    assert_eq!(receiver.recv(), Err(RecvError::Closed(Closed::EndOfFile)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_come_to_messages_and_then_an_error(bytes in prop::collection::vec(prop_oneof![3 => 0..4_u8, 1 => any::<u8>()], 0..300)) {
        let receiver = receiver_of::<Vec<String>>(&bytes);
        let messages = (0..).map(|_| receiver.recv());
        let enough = messages.take(bytes.len() + 2);
        let ended = enough.filter_map(Result::err).any(|error| !matches!(error, RecvError::Decode { .. }));
        prop_assert!(ended, "each message takes bytes, so there is an end");
    }
}
