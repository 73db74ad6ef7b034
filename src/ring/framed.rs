//! Records as bytes: a word with the length of the item, the item, zeros up to the next word.

use super::layout::UNIT;

/// The units of a record whose item has so many bytes.
#[inline]
pub(crate) fn units_of(bytes: u32) -> u32 {
    1 + bytes.div_ceil(UNIT as u32)
}

/// The bytes that the record of an item takes.
pub(crate) fn record_bytes(item_bytes: usize) -> usize {
    UNIT + item_bytes.next_multiple_of(UNIT)
}

/// The record with which `framed` begins, if it does.
#[inline]
pub(crate) fn first_record(framed: &[u8]) -> Option<&[u8]> {
    let length = u32::from_le_bytes(*framed.first_chunk()?);
    framed.get(..record_bytes(length as usize))
}

/// How many records `framed` is made of.
pub(crate) fn records_in(framed: &[u8]) -> u32 {
    let mut left = framed;
    let mut records = 0;
    while let Some(record) = first_record(left) {
        left = &left[record.len()..];
        records += 1;
    }
    records
}

/// The item of a record.
#[inline]
pub(crate) fn item_of(record: &[u8]) -> Option<&[u8]> {
    let (length, rest) = record.split_first_chunk()?;
    rest.get(..u32::from_le_bytes(*length) as usize)
}

/// Records that are about to be put, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Framed {
    /// The records, and room for more.
    bytes: Vec<u8>,
    used: usize,
    records: u32,
}

impl Framed {
    const FIRST_ROOM: usize = 256;

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.used = 0;
        self.records = 0;
    }

    #[inline]
    pub(crate) fn records(&self) -> u32 {
        self.records
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    pub(crate) fn room_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a record of what `encode` writes: it is given room, and answers how many bytes of it are the item, or nothing
    /// if it needs more.
    #[inline]
    pub(crate) fn add<E>(
        &mut self,
        mut encode: impl FnMut(&mut [u8]) -> Result<Option<usize>, E>,
    ) -> Result<(), E> {
        loop {
            let start = self.used + UNIT;
            // The last bytes stay, for the padding.
            let end = self.bytes.len().saturating_sub(UNIT).max(start);
            if let Some(room) = self.bytes.get_mut(start..end)
                && let Some(item) = encode(room)?
            {
                self.bytes[self.used..start].copy_from_slice(&(item as u32).to_le_bytes());
                self.bytes[start + item..start + item + UNIT].fill(0);
                self.used += record_bytes(item);
                self.records += 1;
                return Ok(());
            }
            let more = (2 * self.bytes.len()).max(Self::FIRST_ROOM);
            self.bytes.resize(more, 0);
        }
    }

    /// Takes the last record, which began at `start`, away again.
    pub(crate) fn truncate(&mut self, start: usize) {
        self.used = start;
        self.records -= 1;
    }
}
