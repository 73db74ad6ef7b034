//! Typed value <-> bytes: serde by way of postcard.

use std::mem;

use forktalk_abi::Deadline;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{RecvError, SendError};
use crate::frame::{self, Missed};
use crate::inherit::End;
use crate::turn::lock;

/// Sends a value as one message.
#[track_caller]
pub(crate) fn send<T: Serialize + ?Sized>(end: &End, value: &T) -> Result<(), SendError> {
    let mut writer = lock(&end.writer);
    let mut scratch = mem::take(&mut writer.scratch);
    scratch.clear();
    let bytes = postcard::to_extend(value, scratch)
        .map_err(|error| SendError::Encode(error.to_string()))?;
    let answer = frame::send_with(end, &mut writer, &bytes);
    writer.scratch = bytes;
    answer
}

/// Receives a message as a value; see [`frame::receive`].
#[track_caller]
pub(crate) fn receive<T: DeserializeOwned>(
    end: &End,
    deadline: Option<Deadline>,
    ahead: bool,
) -> Result<T, Missed> {
    frame::receive(end, deadline, ahead, |bytes| decode(bytes))?.map_err(Missed::Failed)
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RecvError> {
    let failed = |reason: String| RecvError::Decode {
        bytes: bytes.len(),
        reason,
    };
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(failed(format!("{} bytes are left over", rest.len()))),
        Err(error) => Err(failed(error.to_string())),
    }
}
