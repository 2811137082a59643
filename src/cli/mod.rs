//! The command line: one file a subcommand.

pub mod audit;
pub mod backup;
pub mod data;
pub mod demo;
pub mod device;
pub mod enroll;
pub mod loadtest;
pub mod place;
pub mod probe;
pub mod serve;
pub mod user;

use crate::{app::StartError, config::ConfigError, demo::DemoError, native::Trouble, store::StoreError};
use clap::{Parser, Subcommand};
use data::On;
use std::{io, process::ExitCode};

/// What was asked on the command line.
#[derive(Debug, Parser)]
#[command(name = "teranga", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Args),
    /// Run the server with a demonstration country, with nothing to configure.
    Demo(demo::Args),
    /// Make a one-time code that turns a tablet into the kiosk of a post.
    Enroll(enroll::Args),
    /// People's accounts.
    User(On<user::Command>),
    /// Tablets.
    Device(On<device::Command>),
    /// Structures: posts, districts, hospitals.
    Place(On<place::Command>),
    /// Who did what in a consultation, and who opened its record.
    Audit(audit::Args),
    /// Copy all records to a file, while the server runs.
    Backup(backup::Args),
    /// Call oneself through a server, as a post does, and tell how the link is.
    Probe(probe::Args),
    /// Fill rooms of one's own server with native participants, and tell who hears whom.
    Loadtest(loadtest::Args),
}

/// Why a command failed: one line for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demonstration cannot be set up.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A native participant met trouble.
    #[error(transparent)]
    Witness(#[from] Trouble),
    /// It was measured, and it is not good.
    #[error("{0}")]
    Unfit(&'static str),
    /// A file or the terminal failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something the person at the keyboard can mend.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// 2: what was asked cannot be done as it stands; 1: it could, but something failed.
    const fn code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) => 2,
            _ => 1,
        }
    }
}

/// Does what was asked.
pub async fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve(args) => serve::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Enroll(args) => enroll::run(args).await,
        Command::User(args) => user::run(args).await,
        Command::Device(args) => device::run(args).await,
        Command::Place(args) => place::run(args).await,
        Command::Audit(args) => audit::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Probe(args) => probe::run(args).await,
        Command::Loadtest(args) => loadtest::run(args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("teranga: {failure}");
            ExitCode::from(failure.code())
        }
    }
}
