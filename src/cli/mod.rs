//! The command line: one file for each subcommand. Messages go to the terminal in plain sentences.

pub mod audit;
pub mod backup;
pub mod ca;
pub mod data;
pub mod demo;
pub mod device;
pub mod enroll;
mod failure;
pub mod keys;
mod list_file;
pub mod loadtest;
pub mod ministry;
pub mod place;
mod practitioners;
pub mod probe;
pub mod render_document;
pub mod restore;
pub mod serve;
pub mod signer;
pub mod staff;
pub mod user;

pub use failure::Failure;

use crate::attachment_check::document::SUBCOMMAND;
use clap::{Parser, Subcommand};
use data::DataCommand;
use rustix::{fs::Mode, process::umask};
use std::process::ExitCode;

/// The parsed command line.
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
    User(DataCommand<user::Command>),
    /// The staff of posts, who share a tablet.
    Staff(DataCommand<staff::Command>),
    /// Tablets.
    Device(DataCommand<device::Command>),
    /// Structures: posts, districts, hospitals.
    Place(DataCommand<place::Command>),
    /// Keys with which the records are sealed.
    Keys(DataCommand<keys::Command>),
    /// Show who did what in a consultation and who opened its record, or verify that nothing was deleted.
    Audit(audit::Args),
    /// Copy all records to a file, while the server runs.
    Backup(backup::Args),
    /// The internal certificate authority.
    Ca(DataCommand<ca::Command>),
    /// The authority that certifies the keys with which doctors sign; for a machine without a network.
    #[command(subcommand)]
    Ministry(ministry::Command),
    /// The keys with which doctors sign.
    Signer(DataCommand<signer::Command>),
    /// Put a backup into an empty data folder.
    Restore(restore::Args),
    /// Call oneself through a server, as a post does, and tell how the link is.
    Probe(probe::Args),
    /// Draw a document in a process of its own; the server starts it.
    #[command(hide = true, name = SUBCOMMAND)]
    RenderDocument,
    /// Fill rooms of one's own server with native participants, and tell who hears whom.
    Loadtest(loadtest::Args),
}

/// Runs the subcommand.
pub async fn run(cli: Cli) -> ExitCode {
    // Whatever the process writes, only its user may read.
    umask(Mode::RWXG | Mode::RWXO);
    let done = match cli.command {
        Command::Serve(args) => serve::run(args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Enroll(args) => enroll::run(args).await,
        Command::User(args) => user::run(args).await,
        Command::Staff(args) => staff::run(args).await,
        Command::Device(args) => device::run(args).await,
        Command::Place(args) => place::run(args).await,
        Command::Keys(args) => keys::run(args).await,
        Command::Restore(args) => restore::run(args).await,
        Command::Audit(args) => audit::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Ca(args) => ca::run(&args),
        Command::Ministry(command) => ministry::run(command),
        Command::Signer(args) => signer::run(args).await,
        Command::Probe(args) => probe::run(args).await,
        Command::RenderDocument => render_document::run(),
        Command::Loadtest(args) => loadtest::run(args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("teranga: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
