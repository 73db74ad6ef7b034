//! A trace, told for other tools, in a page: the very texts that the command writes.
//!
//! It is a module of its own and no part of the simulator's: a page loads it when somebody exports, and not before.

#![forbid(unsafe_code)]

use forktalk_explore::trace::Trace;
use wasm_bindgen::prelude::*;

/// A Mermaid sequence diagram of a trace.
///
/// # Errors
///
/// If the text is no trace.
#[wasm_bindgen]
pub fn mermaid(trace: &str) -> Result<String, JsError> {
    Ok(forktalk_report::mermaid(&Trace::from_text(trace)?))
}

/// A trace in Chrome's trace event format.
///
/// # Errors
///
/// If the text is no trace.
#[wasm_bindgen(js_name = chromeTrace)]
pub fn chrome_trace(trace: &str) -> Result<String, JsError> {
    Ok(forktalk_report::chrome_trace(&Trace::from_text(trace)?))
}
