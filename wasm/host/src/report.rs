//! A run, told in the terminal.

mod table;

pub use table::table;
