//! How many threads this process has, from `/proc`.

use nix::sys::stat::stat;
use std::fs;

/// Asked before every fork, so it must be cheap: a directory's link count is 2 and one for each folder in it, and
/// `task` has a folder for each thread. One call instead of opening and reading a file.
const TASKS: &str = "/proc/self/task";

/// The links that a directory has without any folder in it.
const OWN_LINKS: usize = 2;

/// `PF_EXITING`, in the flags of `/proc/PID/stat` (Linux, `include/linux/sched.h`).
const EXITING: u64 = 0x4;

/// Where `/proc` is not mounted nothing can be known, and the answer is 1.
pub(crate) fn thread_count() -> usize {
    let links = stat(TASKS).map_or(0, |task| task.st_nlink as usize);
    match links.saturating_sub(OWN_LINKS) {
        1 => 1,
        _ => count_living().max(1),
    }
}

/// A thread that was joined may still be listed for some microseconds: whoever joined it was woken on its way out.
#[cold]
fn count_living() -> usize {
    let Ok(tasks) = fs::read_dir(TASKS) else {
        return 1;
    };
    let stats = tasks.flatten().map(|task| task.path().join("stat"));
    stats
        .filter_map(|stat| fs::read_to_string(stat).ok())
        .filter(|stat| !is_exiting(stat))
        .count()
}

/// The flags are the seventh field after the name, which stands in parentheses and may hold anything.
fn is_exiting(stat: &str) -> bool {
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let flags = after_name.split_whitespace().nth(6);
    flags
        .and_then(|flags| flags.parse::<u64>().ok())
        .is_some_and(|flags| flags & EXITING != 0)
}

#[cfg(test)]
mod tests {
    use super::is_exiting;

    #[test]
    fn flags_are_found_behind_any_name() {
        assert!(!is_exiting("12 (a) b (c) S 1 12 12 0 -1 4194304 100 0 0"));
        assert!(is_exiting("12 (x y) R 1 12 12 0 -1 4194308 100 0 0"));
        assert!(!is_exiting(""));
    }
}
