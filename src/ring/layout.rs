//! Where everything lies in the shared memory of a ring, in bytes from its beginning.

use forktalk_abi::{LOCK_BYTES, LOCKS};

use crate::marks::Mark;

/// Lock: the putting side.
pub(crate) const PUTTING: usize = 0;
/// Lock: the getting side. Who takes both takes this one first.
pub(crate) const GETTING: usize = LOCK_BYTES;
/// Lock: who waits for an item and is first in line.
pub(crate) const FIRST_FOR_ITEMS: usize = 2 * LOCK_BYTES;
/// Lock: who waits for room and is first in line.
pub(crate) const FIRST_FOR_ROOM: usize = 3 * LOCK_BYTES;
/// Lock: the tasks that are done.
pub(crate) const TASKS: usize = 4 * LOCK_BYTES;
/// Lock: who waits for all tasks and is first in line.
pub(crate) const FIRST_FOR_TASKS: usize = 5 * LOCK_BYTES;
/// Locks: the seats of those who have laid down their ends.
pub(crate) const SEATS: usize = 6 * LOCK_BYTES;
/// How many seats there are. Who finds none free keeps its ends: it is then not told that nobody is left.
pub(crate) const SEAT_COUNT: usize = 64;

/// What is written by one side only has a cache line of its own.
pub(crate) const LINE: usize = 64;
pub(crate) const WORDS: usize = SEATS + SEAT_COUNT * LOCK_BYTES;
/// Word: not zero once the queue is closed. Written under both locks.
pub(crate) const CLOSED: usize = WORDS;
/// Wide word, `put published`: the putting side's state.
pub(crate) const PUT: usize = WORDS + LINE;
/// Wide word, `get published`: the getting side's state.
pub(crate) const GOT: usize = WORDS + 2 * LINE;
/// Wide word, under the putting lock: the getting side's state as putters last saw it.
pub(crate) const GOT_SEEN: usize = WORDS + 3 * LINE;
/// Word, under the putting lock: who wants to be told of items.
pub(crate) const ITEMS_WANTED: usize = GOT_SEEN + 8;
/// Wide word, under the getting lock: the putting side's state as getters last saw it.
pub(crate) const PUT_SEEN: usize = WORDS + 4 * LINE;
/// Word, under the getting lock: who wants to be told of room.
pub(crate) const ROOM_WANTED: usize = PUT_SEEN + 8;
/// Word, under the getting lock: how often a large queue was drained.
pub(crate) const DRAINED: usize = PUT_SEEN + 12;
/// Word: counts the wakings of who sleeps until there are items.
pub(crate) const ITEMS_BELL: usize = WORDS + 5 * LINE;
/// Word: counts the wakings of who sleeps until there is room.
pub(crate) const ROOM_BELL: usize = ITEMS_BELL + 4;
/// Word: counts the wakings of who sleeps until all tasks are done.
pub(crate) const TASKS_BELL: usize = ITEMS_BELL + 8;
/// Word, under the lock of the tasks: who wants to be told.
pub(crate) const TASKS_WANTED: usize = WORDS + 6 * LINE;
/// Word, under the lock of the tasks: how many were done.
pub(crate) const DONE: usize = TASKS_WANTED + 4;
/// Words: what each seat waits for.
pub(crate) const SEAT_WORDS: usize = WORDS + 7 * LINE;
/// Words: how often each rare path was gone, where that is counted.
pub(crate) const MARKS: usize = SEAT_WORDS + 4 * SEAT_COUNT;
/// The first record; a page of its own, since pages of records are given back.
pub(crate) const DATA: usize = 8192;
// Behind the marks are two words more, where those are counted.
const _: () = assert!(MARKS + 4 * (Mark::COUNT + 2) <= DATA);
const _: () = assert!(SEATS / LOCK_BYTES + SEAT_COUNT <= LOCKS);

/// Records are counted in units of a word.
pub(crate) const UNIT: usize = 4;
/// A segment is never filled to the last unit, which would look empty; and there is always room for a jump.
pub(crate) const SPARE: u32 = 2;
/// The first segment of a ring that grows, in units: 64 KiB, which stays in a processor's cache.
pub(crate) const FIRST_SEGMENT: u32 = 16_384;
/// Records beyond this, in units, are so many that their memory is given back even if the queue is never idle: 16 MiB.
pub(crate) const KEPT: u32 = FIRST_SEGMENT * 255;
/// How often a queue so large is drained before that.
pub(crate) const DRAINS: u32 = 1024;
/// The segments of a ring that grows: together 1 GiB where addresses are plenty, which is only reserved; elsewhere 16 MiB.
pub(crate) const MOST_SEGMENTS: u32 = if usize::BITS == 64 { 14 } else { 8 };
/// After so many bytes a getter lets others go on.
pub(crate) const MOST_BATCH_BYTES: usize = 256 << 10;
/// In the place of a length: go on in the segment of this number.
pub(crate) const JUMP: u32 = 1 << 31;
/// The most that a ring holds, so that counts can be told apart.
pub(crate) const MOST_ITEMS: u32 = 1 << 31;
/// The most bytes that may be asked for.
pub(crate) const MOST_BYTES: u32 = 1 << 30;
