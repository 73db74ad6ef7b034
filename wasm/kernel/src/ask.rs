//! Calls that need no step: nobody else can see that, or when, they happen; or they touch shared memory, and are steps
//! only where each such access is one.

use crate::Kernel;
use crate::memory::Memory;
use forktalk_abi::wire::Call;
use forktalk_abi::{Errno, Pid};

impl Kernel {
    /// Answers a call that is not a step of the run ([`Kernel::is_step`]); one that always is is `ENOSYS` here.
    pub fn ask<M: Memory + ?Sized>(&mut self, pid: Pid, call: Call, memory: &mut M) -> i32 {
        match self.answer(pid, call, memory) {
            Ok(answer) => answer,
            Err(errno) => -errno.raw(),
        }
    }

    fn answer<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        call: Call,
        memory: &mut M,
    ) -> Result<i32, Errno> {
        let process = self.processes.get_mut(pid).ok_or(Errno::SRCH)?;
        match call {
            // It does not matter to anybody here.
            Call::BeginScope {} | Call::Forget { .. } | Call::EndScope {} => {}
            Call::OwnPid {} => return Ok(pid.0),
            Call::ParentPid {} => return Ok(process.parent),
            Call::Now { out } => memory.write(out, &self.clock.now_ns().to_le_bytes())?,
            Call::Map { bytes } => {
                if process.regions.len() >= self.config.limits.regions {
                    return Err(Errno::NOMEM);
                }
                let region = self.regions.map(bytes, &self.config.limits)?;
                process.regions.push(region);
                return Ok(region as i32);
            }
            Call::Unmap { region } => {
                let place = process.regions.iter().position(|mapped| *mapped == region);
                process.regions.swap_remove(place.ok_or(Errno::INVAL)?);
                self.regions.release(region, pid);
            }
            Call::IntroduceQueue {
                region,
                parts,
                places,
                count,
            } => self.introduce_queue(pid, region, parts, (places, count), memory)?,
            Call::Load { region, .. }
            | Call::Store { region, .. }
            | Call::LoadWide { region, .. }
            | Call::StoreWide { region, .. }
            | Call::Discard { region, .. }
            | Call::Add { region, .. }
            | Call::CopyOut { region, .. }
            | Call::CopyIn { region, .. }
            | Call::Unlock { region, .. }
            | Call::Wake { region, .. } => {
                if !process.regions.contains(&region) {
                    return Err(Errno::INVAL);
                }
                self.use_region(pid, call, memory)?;
            }
            _ => return Err(Errno::NOSYS),
        }
        Ok(0)
    }

    /// What is done with a region that the process has mapped.
    fn use_region<M: Memory + ?Sized>(
        &mut self,
        pid: Pid,
        call: Call,
        memory: &mut M,
    ) -> Result<(), Errno> {
        match call {
            Call::Discard {
                region,
                offset,
                bytes,
            } => self.regions.get_mut(region)?.discard(offset, bytes),
            Call::CopyOut {
                region,
                offset,
                address,
                bytes,
            } => {
                let region = self.regions.get(region)?;
                region.copy_out(offset, memory, address, bytes)
            }
            Call::CopyIn {
                region,
                offset,
                address,
                bytes,
            } => {
                let region = self.regions.get_mut(region)?;
                region.copy_in(offset, memory, address, bytes)
            }
            Call::Wake { region, offset } => self.wake(region, offset),
            Call::Unlock { region, offset } => {
                let region = self.regions.get_mut(region)?;
                region.locks_at(offset)?.unlock(offset, pid)
            }
            _ => self.use_words(call, memory),
        }
    }

    /// Reads or writes one word, or two.
    fn use_words<M: Memory + ?Sized>(&mut self, call: Call, memory: &mut M) -> Result<(), Errno> {
        match call {
            Call::Load {
                region,
                offset,
                out,
            } => {
                let word = self.regions.get(region)?.load(offset)?;
                memory.write(out, &word.to_le_bytes())
            }
            Call::Store {
                region,
                offset,
                value,
            } => self.regions.get_mut(region)?.store(offset, value),
            Call::LoadWide {
                region,
                offset,
                out,
            } => {
                let words = self.regions.get(region)?.load_wide(offset)?;
                memory.write(out, &words.to_le_bytes())
            }
            Call::StoreWide {
                region,
                offset,
                low,
                high,
            } => {
                let region = self.regions.get_mut(region)?;
                region.store_wide(offset, low, high)
            }
            Call::Add {
                region,
                offset,
                value,
                out,
            } => {
                let region = self.regions.get_mut(region)?;
                let word = region.load(offset)?;
                memory.write(out, &word.to_le_bytes())?;
                region.store(offset, word.wrapping_add(value))
            }
            _ => Err(Errno::NOSYS),
        }
    }
}
