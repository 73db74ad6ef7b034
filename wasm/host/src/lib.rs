//! Programs as processes under wasmtime.
#![forbid(unsafe_code)]
