//! The program's source files: a guest says with each call where it was made, by the address of a file's name.
//!
//! A compiler keeps each name at one place, the same in every process of a module, so it is read only once.

use forktalk_kernel::{FileId, Memory};

/// The longest name that is looked at: a guest may claim any length.
const NAME_BYTES: u32 = 1024;

/// So many places are remembered, and names. Ours: a guest may invent new ones for ever.
const PLACES: usize = 4096;

/// The files that were named so far.
#[derive(Debug)]
pub(crate) struct Files {
    /// By [`FileId`]; the first is unknown.
    names: Vec<String>,
    places: Vec<((u32, u32), FileId)>,
}

impl Files {
    pub(crate) fn new() -> Files {
        Files {
            names: vec![String::new()],
            places: Vec::new(),
        }
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of a name.
    pub(crate) fn intern(&mut self, name: &str) -> FileId {
        let index = match self.names.iter().position(|known| known == name) {
            Some(index) => index,
            None if self.names.len() >= PLACES => 0,
            None => {
                self.names.push(name.to_owned());
                self.names.len() - 1
            }
        };
        FileId(index as u16)
    }

    /// The file whose name, of so many bytes, stands at this address.
    #[inline]
    pub(crate) fn at<M: Memory + ?Sized>(
        &mut self,
        memory: &M,
        address: u32,
        bytes: u32,
    ) -> FileId {
        if bytes == 0 {
            return FileId(0);
        }
        let place = (address, bytes);
        match self.places.iter().find(|(known, _)| *known == place) {
            Some((_, file)) => *file,
            None => self.learn(memory, place),
        }
    }

    #[cold]
    fn learn<M: Memory + ?Sized>(&mut self, memory: &M, place: (u32, u32)) -> FileId {
        if self.places.len() >= PLACES {
            return FileId(0);
        }
        let (address, bytes) = place;
        let mut name = vec![0; bytes.min(NAME_BYTES) as usize];
        let file = match memory.read(address, &mut name) {
            Ok(()) => self.intern(&String::from_utf8_lossy(&name)),
            Err(_) => FileId(0),
        };
        self.places.push((place, file));
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_where_it_stands_and_known_again() {
        let mut files = Files::new();
        let memory = b"..src/main.rs..src/main.rs".as_slice();
        let file = files.at(memory, 2, 11);
        assert_eq!(files.names()[usize::from(file.0)], "src/main.rs");
        assert_eq!(files.at(memory, 15, 11), file, "the same name elsewhere");
        assert_eq!(files.at([].as_slice(), 2, 11), file, "it is not read again");
    }

    #[test]
    fn what_is_no_name_is_unknown() {
        let mut files = Files::new();
        assert_eq!(files.at(b"name".as_slice(), 0, 0), FileId(0));
        assert_eq!(files.at(b"name".as_slice(), 2, 9), FileId(0));
        assert_eq!(files.at(b"name".as_slice(), u32::MAX, u32::MAX), FileId(0));
    }

    #[test]
    fn a_guest_that_invents_places_for_ever_fills_nothing() {
        let mut files = Files::new();
        let memory = vec![b'a'; 2 * PLACES];
        for address in 0..2 * PLACES as u32 - 8 {
            files.at(&memory[..], address, 1 + address % 8);
        }
        assert!(files.names.len() <= PLACES && files.places.len() <= PLACES);
        for number in 0..2 * PLACES {
            files.intern(&number.to_string());
        }
        assert_eq!(files.names.len(), PLACES);
    }
}
