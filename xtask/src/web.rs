//! `cargo xtask web`: builds the page and serves it on this machine.

use anyhow::Result;

use crate::{page, serve};

/// What `cargo xtask web` is told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The port to serve on
    #[arg(long, default_value_t = 8117)]
    port: u16,
    /// Only build web/dist, do not serve it
    #[arg(long)]
    build_only: bool,
}

pub(crate) fn web(arguments: &Arguments) -> Result<()> {
    let directory = page::build()?;
    if arguments.build_only {
        println!(
            "The page is in {}; any static server can serve it.",
            directory.display()
        );
        return Ok(());
    }
    serve::serve(&directory, arguments.port)
}
