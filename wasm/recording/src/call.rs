//! A recorded call as the simulated Unix takes it: its arguments as numbers, and what lies in memory for it.

use crate::known::Known;
use crate::line::{Line, bytes};
use crate::script::Turn;
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, QueueParts, QueuePlace};
use forktalk_kernel::Memory;

/// Words beyond are records of a queue, which no picture shows; to keep them would take as much memory as the queue had.
const LAST_WORD: u64 = 1 << 16;

/// The memory of a process, of which is known what was recorded: all the rest reads as zeros, and what is written there
/// is lost.
#[derive(Debug, Default)]
pub(crate) struct Arena(Vec<u8>);

impl Arena {
    /// Address 0 means that there is nothing.
    const FIRST: usize = 8;

    fn clear(&mut self) {
        self.0.clear();
        self.0.resize(Arena::FIRST, 0);
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        let address = self.0.len();
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        address as u32
    }

    fn put_words<const N: usize>(&mut self, words: [u32; N]) -> u32 {
        self.put(&words.map(u32::to_le_bytes).concat())
    }

    /// The word that a call wrote at an address.
    pub(crate) fn word(&self, address: u32) -> u32 {
        let mut word = [0; 4];
        // It never fails.
        let _ = self.read(address, &mut word);
        u32::from_le_bytes(word)
    }
}

impl Memory for Arena {
    fn read(&self, address: u32, buffer: &mut [u8]) -> Result<(), Errno> {
        let there = self.0.get(address as usize..).unwrap_or_default();
        let known = there.len().min(buffer.len());
        buffer[..known].copy_from_slice(&there[..known]);
        buffer[known..].fill(0);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Errno> {
        let there = self.0.get_mut(address as usize..).unwrap_or_default();
        let known = there.len().min(bytes.len());
        there[..known].copy_from_slice(&bytes[..known]);
        Ok(())
    }
}

/// The call of a turn. Nothing: it is about something that came from elsewhere, or failed in a way that is not simulated.
pub(crate) fn call(turn: &Turn, known: &Known, arena: &mut Arena) -> Option<Call> {
    arena.clear();
    let asked = &turn.asked;
    let fd = || known.fd(asked.fd);
    let failed = turn.answered().is_some_and(|answer| answer < 0);
    Some(match turn.name() {
        // Nothing came of it.
        "pipe" | "channel" | "duplicate" | "fork" | "lay down" | "take up" | "open process"
            if failed =>
        {
            return None;
        }
        // Only that it is no pipe fails here as there.
        "set capacity" if failed && turn.answered() != Some(-i64::from(Errno::BADF.raw())) => {
            return None;
        }
        "pipe" => Call::Pipe {
            out: arena.put(&[0; 8]),
        },
        "channel" => Call::Channel {
            out: arena.put(&[0; 8]),
        },
        "read" => Call::Read {
            fd: fd()?,
            address: u32::MAX / 2,
            bytes: read_bytes(turn),
        },
        "write" => write(asked, fd()?, arena),
        "poll" => poll(asked, known, arena)?,
        "duplicate" => Call::Duplicate { fd: fd()? },
        "close" => Call::Close { fd: fd()? },
        "set capacity" => Call::SetCapacity {
            fd: fd()?,
            bytes: small(asked.bytes),
        },
        "lay down" => Call::LayDown {
            writing: fd()?,
            reading: known.fd(asked.reading)?,
        },
        "take up" => Call::TakeUp {
            writing: fd()?,
            reading: known.fd(asked.reading)?,
        },
        "fork" => Call::Fork {
            closure: 0,
            name: arena.put(asked.name.as_bytes()),
            name_bytes: asked.name.len() as u32,
        },
        "exit" => Call::Exit {
            code: asked.code as u32,
        },
        "sleep" => Call::Sleep {
            deadline: deadline(asked, known, arena),
        },
        _ => return call_by_number(asked, known, arena),
    })
}

/// A call about another process, or about shared memory.
fn call_by_number(asked: &Line, known: &Known, arena: &mut Arena) -> Option<Call> {
    let pid = || known.pid(asked.pid).map(|pid| pid.0 as u32);
    let offset = small(asked.offset);
    Some(match asked.call.as_deref()? {
        "wait" => Call::Wait {
            child: pid()?,
            block: asked.block,
            status: arena.put(&[0; 4]),
        },
        "kill" => Call::Kill {
            pid: pid()?,
            signal: asked.signal as u32,
        },
        "open process" => Call::OpenProcess { child: pid()? },
        "die with parent" => Call::DieWithParent { parent: pid()? },
        "lock" => Call::Lock {
            region: known.region(asked.region)?,
            offset,
            deadline: deadline(asked, known, arena),
        },
        "wait on word" => Call::WaitOnWord {
            region: known.region(asked.region)?,
            offset,
            expected: asked.value as u32,
            deadline: deadline(asked, known, arena),
        },
        _ => return None,
    })
}

/// What is done with shared memory. Nothing: with memory that is not known, or with a record.
pub(crate) fn ask(line: &Line, known: &Known, arena: &mut Arena) -> Option<Call> {
    arena.clear();
    let what = line.does.as_deref()?;
    if what == "map" {
        let bytes = small(line.bytes);
        return Some(Call::Map { bytes });
    }
    let region = known.region(line.region)?;
    let offset = small(line.offset);
    let value = line.value as u32;
    Some(match what {
        "unmap" => Call::Unmap { region },
        "introduce queue" => introduce_queue(line, region, known, arena)?,
        _ if line.offset > LAST_WORD => return None,
        "unlock" => Call::Unlock { region, offset },
        "store" => Call::Store {
            region,
            offset,
            value,
        },
        "store wide" => Call::StoreWide {
            region,
            offset,
            low: value,
            high: (line.value >> 32) as u32,
        },
        "add" => Call::Add {
            region,
            offset,
            value,
            out: arena.put(&[0; 4]),
        },
        "wake" => Call::Wake { region, offset },
        _ => return None,
    })
}

/// As many bytes as it got, so that no more are taken where more lie there by now; what it asked for if it got none.
fn read_bytes(turn: &Turn) -> u32 {
    match turn.answered() {
        Some(got) if got > 0 => small(got.unsigned_abs()),
        _ => small(turn.asked.bytes),
    }
}

fn write(asked: &Line, fd: u32, arena: &mut Arena) -> Call {
    let header = bytes(&asked.header);
    let header_bytes = header.len() as u32;
    let header = arena.put(&header);
    // Last, since what lies behind the bytes that are known is zeros.
    let payload = arena.put(&bytes(&asked.payload));
    Call::Write {
        fd,
        header,
        header_bytes,
        payload,
        payload_bytes: small(asked.bytes).saturating_sub(header_bytes),
    }
}

fn poll(asked: &Line, known: &Known, arena: &mut Arena) -> Option<Call> {
    let all = asked.fds.iter().zip(&asked.interests);
    // A negative one is passed over, here as there.
    let is = |fd: i32| known.fd(fd).or((fd < 0).then_some(fd as u32));
    let entries: Vec<(u32, u16)> = all
        .filter_map(|(fd, interest)| Some((is(*fd)?, *interest)))
        .collect();
    if entries.is_empty() && !asked.fds.is_empty() {
        return None;
    }
    let laid = |(fd, interest): &(u32, u16)| {
        let [a, b, c, d] = fd.to_le_bytes();
        let [low, high] = interest.to_le_bytes();
        [a, b, c, d, low, high, 0, 0]
    };
    let count = entries.len() as u32;
    let laid: Vec<[u8; 8]> = entries.iter().map(laid).collect();
    Some(Call::Poll {
        entries: arena.put(&laid.concat()),
        count,
        deadline: deadline(asked, known, arena),
    })
}

fn introduce_queue(line: &Line, region: u32, known: &Known, arena: &mut Arena) -> Option<Call> {
    let parts: [u32; QueueParts::WORDS] = line.parts.as_slice().try_into().ok()?;
    let parts = arena.put_words(parts);
    let mut places = Vec::new();
    for place in line.places.chunks_exact(QueuePlace::WORDS) {
        let [first, word, reading, writing] = place.try_into().ok()?;
        let end = |fd: u32| known.fd(fd as i32);
        places.extend([first, word, end(reading)?, end(writing)?]);
    }
    let count = (places.len() / QueuePlace::WORDS) as u32;
    let places: Vec<[u8; 4]> = places.into_iter().map(u32::to_le_bytes).collect();
    Some(Call::IntroduceQueue {
        region,
        parts,
        places: arena.put(&places.concat()),
        count,
    })
}

/// The address of the deadline; 0 for none.
fn deadline(asked: &Line, known: &Known, arena: &mut Arena) -> u32 {
    let Some(deadline) = asked.deadline else {
        return 0;
    };
    arena.put(&known.since_start(deadline).to_le_bytes())
}

/// Numbers of the simulated Unix have 32 bits; what is larger stays as large as it can.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(i32::MAX as u32)
}
