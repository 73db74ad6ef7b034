//! How those wait who cannot sleep.

use std::hint::spin_loop;
use std::thread::yield_now;

/// So many looks take some microseconds: longer than the other side needs if it has a processor.
const LOOKS: u32 = 256;

/// Looks until there is something: first at once again, and then on a processor that is left to others between looks.
#[inline]
pub(crate) fn until<T, E>(mut look: impl FnMut() -> Result<Option<T>, E>) -> Result<T, E> {
    let mut looks = 0;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if looks < LOOKS {
            looks += 1;
            spin_loop();
        } else {
            yield_now();
        }
    }
}
