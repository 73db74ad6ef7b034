//! Every limit of the simulated Unix, with its source.
//!
//! A constant is a fact of Linux that programs can see; a field of [`Limits`] is a choice that a run may change.

/// A page: the unit of a pipe's slots. x86-64 and the common build of arm64 have this size.
pub const PAGE_BYTES: usize = 4096;

/// A write of so many bytes is never torn: `PIPE_BUF` of `<linux/limits.h>`.
pub const PIPE_BUF: usize = 4096;

/// The slots of a new pipe: `PIPE_DEF_BUFFERS` of `<linux/pipe_fs_i.h>`, hence pipe(7)'s 64 KiB.
pub const PIPE_SLOTS: usize = 16;

/// The slots of a new pipe once all pipes together hold too many pages: `PIPE_MIN_DEF_BUFFERS`.
pub const PIPE_SLOTS_WHEN_SCARCE: usize = 2;

/// The most slots that a pipe may be given: `/proc/sys/fs/pipe-max-size`, 1 MiB, in pages.
pub const PIPE_MAX_SLOTS: usize = 256;

/// The pages that a user's pipes may hold before new ones are smaller: `/proc/sys/fs/pipe-user-pages-soft`.
pub const PIPE_PAGES_PER_USER: usize = 16_384;

/// What the messages that wait in one direction of a channel may cost: `/proc/sys/net/core/wmem_default`.
pub const SOCKET_BUFFER: usize = 212_992;

/// The most bytes of one read or write: `MAX_RW_COUNT` of Linux; beyond, `writev` answers `EINVAL`.
pub const TRANSFER_BYTES: u64 = 0x7fff_f000;

/// The most pieces that one `fd_read` or `fd_write` may be given: `UIO_MAXIOV` of Linux.
pub const SEGMENTS: u32 = 1024;

/// The most bytes of standard output that one step takes; POSIX lets a write be short. Ours: it bounds what a step
/// copies.
pub const PRINT_BYTES: usize = 65_536;

/// The bytes of a process's name that are kept. Ours: names are for pictures.
pub const NAME_BYTES: u32 = 64;

/// The numbers that processes may have in one run: `/proc/sys/kernel/pid_max`. They are never used again.
pub const PIDS: usize = 32_768;

/// What a run may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Processes that are there at once, zombies included; fork then answers `EAGAIN`, as for `RLIMIT_NPROC`.
    /// A browser tab holds 124 instances with memory.
    pub processes: usize,
    /// Descriptors of one process; `EMFILE`, as for `RLIMIT_NOFILE`, whose usual value this is.
    pub descriptors: usize,
    /// Pipes, channels and watched processes at once; `ENFILE`, as for `/proc/sys/fs/file-max`.
    pub objects: usize,
    /// Regions that one process has mapped; `ENOMEM`, as for `/proc/sys/vm/max_map_count`.
    pub regions: usize,
    /// Bytes of all regions together; `ENOMEM`.
    pub region_bytes: usize,
    /// Bytes that were printed and not yet taken by the host; a print beyond answers `EIO`.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            processes: 64,
            descriptors: 1024,
            objects: 1024,
            regions: 256,
            region_bytes: 256 << 20,
            output_bytes: 64 << 20,
        }
    }
}
