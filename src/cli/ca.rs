//! `teranga ca`: the internal certificate authority of a data folder, for those who keep its key on no server.

use crate::{
    cli::{Failure, data::DataCommand},
    clock::Clock,
    net::authority::{InternalAuthority, LEAF_DAYS_MAX},
};
use std::path::PathBuf;

/// Subcommands of `ca`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Issue the server's certificate anew. A running server takes it over within an hour.
    Renew {
        /// The authority's key, brought here for this command.
        #[arg(long)]
        key: PathBuf,
        /// Days for which the certificate holds.
        #[arg(long, default_value_t = LEAF_DAYS_MAX, value_parser = clap::value_parser!(u16).range(1..=i64::from(LEAF_DAYS_MAX)))]
        days: u16,
    },
}

/// Issues a certificate.
///
/// # Errors
/// There is no internal authority in the data folder, or the key is not its key.
pub fn run(args: &DataCommand<Command>) -> Result<(), Failure> {
    let Command::Renew { key, days } = &args.command;
    let authority = InternalAuthority::existing(args.data.path(), key)?;
    authority.issue(*days, Clock::start().timestamp())?;
    println!("certified for {days} days: {}", authority.names().join(", "));
    Ok(())
}
