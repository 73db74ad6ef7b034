//! `forktalk-bindings MODULE.wasm DIRECTORY`: writes the JavaScript and the types around a module that was built with
//! wasm-bindgen.
//!
//! A package of its own, because its dependency takes longer to build than all the rest of xtask: only what needs the
//! page pays for it.

#![forbid(unsafe_code)]

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, directory] = arguments.as_slice() else {
        bail!("usage: forktalk-bindings MODULE.wasm DIRECTORY");
    };
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        // The page says where the module lies.
        .omit_default_module_path(true)
        .keep_debug(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(directory)
        .with_context(|| format!("no bindings for {}", module.display()))
}
