//! The program: arguments in, exit code out. Everything else is in the library.

use clap::Parser;
use std::process::ExitCode;
use teranga::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Cli::parse()).await
}
