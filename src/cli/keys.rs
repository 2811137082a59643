//! `teranga keys`: the keys with which the records are sealed. They are never printed.

use super::{Failure, data::DataCommand};
use crate::store::sealing::KeyFile;

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Adds a key, which seals from the server's next start on. The earlier ones stay, and open what they sealed.
    Add,
    /// Tells where the key file is, and the identifier of the key that seals.
    Show,
}

/// Runs the action.
///
/// # Errors
/// There is no key file, or it cannot be used.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    // Opening the folder proves that these are its keys.
    let opened = args.data.open().await?;
    let file = KeyFile::at(&args.data.key_file());
    match args.command {
        Command::Add => println!("added {}; copy the file, then restart the server", file.add_key()?),
        Command::Show => println!("{}\t{}", file.path().display(), opened.store.record_keys().newest()),
    }
    Ok(())
}
