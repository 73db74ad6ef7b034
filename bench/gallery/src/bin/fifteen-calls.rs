//! Three numbers down a pipe by the seam alone: two processes that make fifteen calls, with nothing of the library between
//! them and the kernel, and nothing printed. What is left of a run is what a run of the simulator costs.

#![forbid(unsafe_code)]

use forktalk_abi::{ExitStatus, Fd, System};
#[cfg(target_arch = "wasm32")]
use forktalk_guest::Guest as Sys;
#[cfg(unix)]
use forktalk_native::Unix as Sys;

const NUMBERS: u32 = 3;

fn main() -> forktalk_abi::Result<()> {
    let (reading, writing) = Sys::pipe()?;
    let child = Sys::fork("child", || match receive(reading, writing) {
        Ok(NUMBERS) => 0,
        _ => 1,
    })?;
    Sys::close(reading)?;
    for number in 0..NUMBERS {
        Sys::write(writing, &[], &number.to_le_bytes())?;
    }
    Sys::close(writing)?;
    let status = Sys::wait(child, true)?;
    assert_eq!(status, Some(ExitStatus::Exited(0)));
    Ok(())
}

/// How many numbers came before end-of-file.
fn receive(reading: Fd, writing: Fd) -> forktalk_abi::Result<u32> {
    Sys::close(writing)?;
    let mut number = [0; 4];
    let mut count = 0;
    while Sys::read(reading, &mut number)? > 0 {
        count += 1;
    }
    Sys::close(reading)?;
    Ok(count)
}
