//! The one door into a guest's memory.

use forktalk_abi::Errno;

/// A guest's linear memory, from address 0 without gaps.
///
/// Every host has its own; all access is checked, and what lies outside is [`Errno::FAULT`].
pub trait Memory {
    /// Fills `buffer` from `address` on.
    ///
    /// # Errors
    ///
    /// `EFAULT`: not all of it is inside; then nothing was copied.
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno>;

    /// Copies `bytes` to `address`.
    ///
    /// # Errors
    ///
    /// `EFAULT`: not all of it is inside; then nothing was copied.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Errno>;
}

impl Memory for [u8] {
    #[inline]
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        let start = address as usize;
        let end = start.checked_add(buffer.len()).ok_or(Errno::FAULT)?;
        buffer.copy_from_slice(self.get(start..end).ok_or(Errno::FAULT)?);
        Ok(())
    }

    #[inline]
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Errno> {
        let start = address as usize;
        let end = start.checked_add(bytes.len()).ok_or(Errno::FAULT)?;
        self.get_mut(start..end)
            .ok_or(Errno::FAULT)?
            .copy_from_slice(bytes);
        Ok(())
    }
}

/// A stretch of a guest's memory that a call reads from or writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) address: u32,
    pub(crate) bytes: u32,
}

/// That `bytes` from `address` on are inside: since memory has no gaps, that its last byte is.
#[inline]
pub(crate) fn check<M: Memory + ?Sized>(memory: &M, address: u32, bytes: u32) -> Result<(), Errno> {
    let Some(beyond_first) = bytes.checked_sub(1) else {
        return Ok(());
    };
    let last = address.checked_add(beyond_first).ok_or(Errno::FAULT)?;
    memory.read(last, &mut [0])
}

#[inline]
pub(crate) fn read_u32<M: Memory + ?Sized>(memory: &M, address: u32) -> Result<u32, Errno> {
    let mut word = [0; 4];
    memory.read(address, &mut word)?;
    Ok(u32::from_le_bytes(word))
}

#[inline]
pub(crate) fn read_u64<M: Memory + ?Sized>(memory: &M, address: u32) -> Result<u64, Errno> {
    let mut word = [0; 8];
    memory.read(address, &mut word)?;
    Ok(u64::from_le_bytes(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_inside_when_its_last_byte_is() {
        let memory = [0_u8; 16];
        assert_eq!(check(&memory[..], 0, 16), Ok(()));
        assert_eq!(check(&memory[..], 0, 17), Err(Errno::FAULT));
        assert_eq!(check(&memory[..], 16, 0), Ok(()));
        assert_eq!(check(&memory[..], u32::MAX, 0), Ok(()));
        assert_eq!(check(&memory[..], u32::MAX, 2), Err(Errno::FAULT));
    }

    #[test]
    fn what_lies_outside_is_a_fault_and_copies_nothing() {
        let mut memory = [7_u8; 4];
        assert_eq!(memory[..].write(2, &[1, 2, 3]), Err(Errno::FAULT));
        assert_eq!(memory, [7; 4]);
        let mut buffer = [0; 3];
        assert_eq!(memory[..].read(u32::MAX, &mut buffer), Err(Errno::FAULT));
    }
}
