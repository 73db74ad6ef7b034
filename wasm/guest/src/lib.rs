//! The seam of forktalk as WebAssembly imports.
