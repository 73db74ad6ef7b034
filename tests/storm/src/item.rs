//! What is put: who put it, its number, and bytes that follow from both, so that a torn item shows.

/// An item's head: its putter and its number, four bytes each.
const HEAD_BYTES: usize = 8;

/// The most bytes that an item has.
pub(crate) const MOST_BYTES: usize = 4096;

/// Writes item `number` of `putter`.
pub(crate) fn write(putter: u32, number: u32, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.extend_from_slice(&putter.to_le_bytes());
    bytes.extend_from_slice(&number.to_le_bytes());
    let mut random = fastrand::Rng::with_seed(u64::from(putter) << 32 | u64::from(number));
    // Most are short; now and then one is long.
    let more = match random.u32(0..64) {
        0 => random.usize(0..MOST_BYTES - HEAD_BYTES),
        1..8 => random.usize(0..300),
        _ => random.usize(0..24),
    };
    bytes.extend((0..more).map(|_| random.u8(..)));
}

/// Who put it and its number; nothing if it is not as [`write()`] writes it.
pub(crate) fn read(bytes: &[u8]) -> Option<(u32, u32)> {
    let (putter, rest) = bytes.split_first_chunk()?;
    let (number, _) = rest.split_first_chunk()?;
    let (putter, number) = (u32::from_le_bytes(*putter), u32::from_le_bytes(*number));
    let mut whole = Vec::new();
    write(putter, number, &mut whole);
    (whole == bytes).then_some((putter, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_item_shows() {
        let mut bytes = Vec::new();
        for number in 0..1000 {
            write(7, number, &mut bytes);
            assert_eq!(read(&bytes), Some((7, number)));
            if let Some(last) = bytes.get_mut(HEAD_BYTES) {
                *last ^= 1;
                assert_eq!(read(&bytes), None, "one bit");
            }
            write(7, number, &mut bytes);
            bytes.push(0);
            assert_eq!(read(&bytes), None, "one byte more");
        }
    }
}
