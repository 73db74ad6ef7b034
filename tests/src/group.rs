//! A process group: the processes of one native run.

use std::fs;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// The group that a program was started as, named by its first process.
#[derive(Clone, Copy, Debug)]
pub struct Group(Pid);

impl Group {
    /// The group whose leader is this process.
    #[must_use]
    pub fn led_by(leader: u32) -> Group {
        Group(Pid::from_raw(leader.cast_signed()))
    }

    /// Kills all of its processes.
    pub fn kill(self) {
        // It fails only if nobody is left, which is what is wanted.
        let _ = killpg(self.0, Signal::SIGKILL);
    }

    /// Whether no process of it runs any more.
    #[must_use]
    pub fn is_empty(self) -> bool {
        // Orphans that have ended may wait long for a lazy init to reap them: on Linux they are told apart.
        killpg(self.0, None).is_err() || (cfg!(target_os = "linux") && self.members().is_empty())
    }

    /// A line for each process: its name, its state, and where it stands in the kernel, as far as that is told.
    #[must_use]
    pub fn describe(self) -> Vec<String> {
        let members = self.members().into_iter();
        members
            .map(|(pid, name, state)| {
                let read = |file| fs::read_to_string(format!("/proc/{pid}/{file}"));
                let channel = read("wchan").unwrap_or_default();
                let call = read("syscall").unwrap_or_default();
                let call: Vec<&str> = call.split(' ').take(4).collect();
                format!(
                    "process {pid} ({name}), state {state}, waits in {channel}, system call {}",
                    call.join(" ").trim_end()
                )
            })
            .collect()
    }

    /// Pid, name and state of its processes that have not ended.
    fn members(self) -> Vec<(i32, String, char)> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        entries
            .flatten()
            .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
            .filter_map(|stat| parse_stat(&stat))
            .filter(|(_, _, state, group)| *group == self.0.as_raw() && !"ZX".contains(*state))
            .map(|(pid, name, state, _)| (pid, name, state))
            .collect()
    }
}

/// Pid, name, state and process group from `/proc/<pid>/stat`; the name may hold spaces and brackets (proc(5)).
fn parse_stat(stat: &str) -> Option<(i32, String, char, i32)> {
    let (pid, rest) = stat.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let state = fields.next()?.chars().next()?;
    let group = fields.nth(1)?.parse().ok()?;
    Some((pid.parse().ok()?, name.to_string(), state, group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_is_read_whole() {
        let stat = "12 (a) (b)) S 1 34 34 0 -1";
        assert_eq!(parse_stat(stat), Some((12, "a) (b)".to_string(), 'S', 34)));
    }
}
