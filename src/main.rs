//! The program: it parses the arguments, runs the subcommand and returns its exit code. The library does everything else.

use clap::Parser;
use std::process::ExitCode;
use teranga::cli::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Cli::parse()).await
}
