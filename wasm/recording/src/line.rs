//! The lines that a native process writes, read. Their meaning is said where they are written, in `forktalk-native`.

use serde::Deserialize;

/// The only version that is read.
const VERSION: u32 = 1;

/// Why a file is not what a native process wrote down; to be read behind the first process's file's name.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no file of the first process.
    #[error(": the first process's file is not there")]
    Missing,
    /// It is the file of another process than the first.
    #[error(": one process of a run; the first process's file has a shorter name")]
    OfChild,
    /// The first line is not that of such a file, or of another version.
    #[error("{name}: not what a native process writes down, in version {VERSION}")]
    Another {
        /// What the file's name has behind that of the first process's.
        name: String,
    },
    /// A line other than the last is not one.
    #[error("{name}: line {line}: {cause}")]
    Malformed {
        /// What the file's name has behind that of the first process's.
        name: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        cause: serde_json::Error,
    },
}

/// The first line of a file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    forktalk: String,
    version: u32,
    pub(crate) run: String,
    pub(crate) pid: i32,
    pub(crate) at: u64,
    #[serde(default)]
    pub(crate) program: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
}

/// Another line: a call, its answer, or something that is done with shared memory.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    pub(crate) at: u64,
    pub(crate) thread: u32,
    // What it is: one of these.
    pub(crate) call: Option<String>,
    pub(crate) does: Option<String>,
    pub(crate) answer: Option<i64>,
    // What else an answer says.
    pub(crate) status: Option<i32>,
    pub(crate) taken_over: u32,
    // Arguments.
    pub(crate) fd: i32,
    pub(crate) reading: i32,
    pub(crate) fds: Vec<i32>,
    pub(crate) interests: Vec<u16>,
    pub(crate) bytes: u64,
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) deadline: Option<u64>,
    pub(crate) child: u32,
    pub(crate) name: String,
    pub(crate) code: i32,
    pub(crate) pid: i32,
    pub(crate) block: u32,
    pub(crate) signal: i32,
    pub(crate) region: u64,
    pub(crate) offset: u64,
    pub(crate) value: u64,
    pub(crate) parts: Vec<u32>,
    pub(crate) places: Vec<u32>,
    // Where the program asked.
    pub(crate) file: Option<String>,
    pub(crate) line: u32,
}

/// What one process wrote down.
#[derive(Debug)]
pub(crate) struct File {
    /// What its name has behind that of the first process's.
    pub(crate) name: String,
    pub(crate) header: Header,
    pub(crate) lines: Vec<Line>,
}

impl Header {
    pub(crate) fn read(line: &[u8]) -> Result<Header, ()> {
        let header: Header = serde_json::from_slice(line).map_err(drop)?;
        match header.forktalk == "recording" && header.version == VERSION {
            true => Ok(header),
            false => Err(()),
        }
    }
}

impl File {
    pub(crate) fn read(name: String, text: &[u8]) -> Result<File, ReadError> {
        let mut all = text.split(|byte| *byte == b'\n');
        let header = Header::read(all.next().unwrap_or_default());
        let Ok(header) = header else {
            return Err(ReadError::Another { name });
        };
        let mut lines = Vec::new();
        let mut all = (2..)
            .zip(all)
            .filter(|(_, line)| !line.is_empty())
            .peekable();
        while let Some((number, line)) = all.next() {
            match serde_json::from_slice(line) {
                Ok(read) => lines.push(read),
                // Its process was killed, or the disk full, while it was written.
                Err(_) if all.peek().is_none() => break,
                Err(cause) => {
                    return Err(ReadError::Malformed {
                        name,
                        line: number,
                        cause,
                    });
                }
            }
        }
        Ok(File {
            name,
            header,
            lines,
        })
    }

    /// Whether it is the first process's, which alone says what the program is.
    pub(crate) fn is_first(&self) -> bool {
        !self.header.program.is_empty()
    }

    /// The numbers of the children that it set out to make.
    pub(crate) fn children(&self) -> impl Iterator<Item = u32> {
        let forks = self.lines.iter().filter(|line| line.is_call("fork"));
        forks.map(|line| line.child)
    }
}

impl Line {
    pub(crate) fn is_call(&self, name: &str) -> bool {
        self.call.as_deref() == Some(name)
    }

    pub(crate) fn does(&self, what: &str) -> bool {
        self.does.as_deref() == Some(what)
    }

    /// Whether it is one of the lines that the format knows; a newer writer's others are passed over.
    pub(crate) fn says_anything(&self) -> bool {
        self.call.is_some() || self.does.is_some() || self.answer.is_some()
    }
}

/// Bytes that are written in hex; what is none is passed over.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let pairs = hex.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    pairs.filter_map(byte).collect()
}
