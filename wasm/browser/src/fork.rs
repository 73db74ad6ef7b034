//! The copy that fork makes.
//!
//! ```text
//!   parent's memory                                      child's memory
//!   0 ┌──────────────┐                                   ┌──────────────┐
//!     │ dead stack   │  below the pointer: never read    │ (anything)   │
//!  sp ├──────────────┤ ─────────────┐                    ├──────────────┤ sp, set to the parent's
//!     │ live stack   │              │                    │              │
//!     │ statics      │              │ copied as one      │ the same     │
//!     │ heap         │              │ block              │              │
//! end └──────────────┘ ─────────────┘                    └──────────────┘ end, grown to the parent's
//! ```
//!
//! The closure's address, and all that it borrows, is valid in the child because the memory is a copy. The parent is
//! suspended meanwhile. The child's own call stack begins at `forktalk_child`: what the parent was doing is not copied.

use wasm_bindgen::JsValue;

use crate::imports::Guests;
use crate::instance::Instances;

/// Makes the instance of a child as a copy of `parent`'s.
pub(crate) fn fork(
    guests: &Guests,
    instances: &mut Instances,
    parent: u32,
) -> Result<u32, JsValue> {
    let bytes = guests.bytes(parent);
    let child = instances.take(guests, bytes)?;
    let stack_pointer = guests.stack_pointer(parent);
    guests.copy(
        parent,
        child,
        instances.copied_from(stack_pointer).min(bytes),
    );
    guests.set_stack_pointer(child, stack_pointer);
    Ok(child)
}
