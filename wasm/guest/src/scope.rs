//! What of all that was told still matters.

use forktalk_abi::wire::Call;

use crate::perform;

pub(crate) fn begin() {
    // SAFETY: the call has no address.
    let _ = unsafe { perform(Call::BeginScope {}) };
}

pub(crate) fn end() {
    // SAFETY: the call has no address.
    let _ = unsafe { perform(Call::EndScope {}) };
}

pub(crate) fn forget(known: u64) {
    let (low, high) = (known as u32, (known >> 32) as u32);
    // SAFETY: the call has no address.
    let _ = unsafe { perform(Call::Forget { low, high }) };
}
