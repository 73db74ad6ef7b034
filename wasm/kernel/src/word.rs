//! Sleeping on a word of a region, and being woken.
//!
//! As with futex(2), to look at the word and to fall asleep is one: a change in between cannot be missed. From then on
//! only a wake counts; who changes the word and wakes nobody leaves everybody asleep, here as there.

use crate::process::Pending;
use crate::{Kernel, Performed, Request};
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Pid};

/// A wait on a word, from its first look at the word on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Sleep {
    /// It has not looked yet.
    #[default]
    Awake,
    /// The word was as expected: from here on only a wake counts, not what stands there.
    Asleep,
    /// Somebody woke it.
    Woken,
}

impl Kernel {
    /// Its first step looks at the word, and its process goes to sleep there if it finds what it expects. Its second
    /// comes when somebody wakes it, or its time is up.
    pub(crate) fn wait_on_word(
        &self,
        pid: Pid,
        region: u32,
        offset: u32,
        expected: u32,
        pending: &mut Pending,
    ) -> Result<Performed, Errno> {
        match pending.sleep {
            Sleep::Awake => {
                let process = self.processes.get(pid).ok_or(Errno::SRCH)?;
                if !process.regions.contains(&region) {
                    return Err(Errno::INVAL);
                }
                if self.regions.get(region)?.load(offset)? != expected {
                    return Ok(Performed::Answer(0));
                }
                pending.sleep = Sleep::Asleep;
                Ok(Performed::Partly)
            }
            Sleep::Asleep => Err(Errno::TIMEDOUT),
            Sleep::Woken => Ok(Performed::Answer(0)),
        }
    }

    /// Wakes all who sleep on a word.
    pub(crate) fn wake(&mut self, region: u32, offset: u32) -> Result<(), Errno> {
        self.regions.get(region)?.load(offset)?;
        for process in &mut self.processes.all {
            if let Some(pending) = &mut process.pending
                && let Request::Call(Call::WaitOnWord {
                    region: at,
                    offset: word,
                    ..
                }) = pending.request
                && (at, word) == (region, offset)
                && pending.sleep == Sleep::Asleep
            {
                pending.sleep = Sleep::Woken;
            }
        }
        Ok(())
    }
}
