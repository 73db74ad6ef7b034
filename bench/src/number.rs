//! The numbers that are sent.

/// The `n`th number that is sent: all 64 bits are in use, so none is cheaper to encode than another.
#[inline]
pub(crate) fn number(n: u64) -> u64 {
    n.wrapping_add(1).wrapping_mul(FACTOR)
}

/// Odd, so that no number of a run is zero.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
