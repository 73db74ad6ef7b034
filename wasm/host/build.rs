//! Takes the built page into the command, if `FORKTALK_PAGE` says where it is: `forktalk view` serves it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const PAGE: &str = "FORKTALK_PAGE";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed={PAGE}");
    let mut files = Vec::new();
    if let Some(page) = env::var_os(PAGE) {
        let page = PathBuf::from(page).canonicalize()?;
        println!("cargo::rerun-if-changed={}", page.display());
        list(&page, &page, &mut files)?;
    }
    let mut list = String::from("&[\n");
    for (name, path) in files {
        let written = writeln!(list, "    ({name:?}, include_bytes!({path:?})),");
        written.map_err(io::Error::other)?;
    }
    list += "]\n";
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("page.rs"), list)
}

/// All files below a folder, each by its address in the page.
fn list(page: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(page, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(page) {
            files.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
    files.sort();
    Ok(())
}
