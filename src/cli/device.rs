//! `teranga device`: lists tablets and revokes their rights.

use super::{Failure, data::DataCommand};
use crate::store::{Device, Devices, Revocations};
use teranga_clinic::id::PartyId;

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// All tablets.
    List,
    /// Takes every right from a tablet, for instance a stolen one; within 5 s also on a running server.
    Revoke {
        /// Its name, from `list`.
        device: String,
    },
}

/// Runs the action.
///
/// # Errors
/// There is no such device, or the store failed.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    match args.command {
        Command::List => opened.store.devices().await?.iter().for_each(print),
        Command::Revoke { device } => {
            let party = PartyId(device);
            if !opened.store.revoke(&party, opened.clock.timestamp()).await? {
                return Err(Failure::Usage(format!("no device {party}; `teranga device list` shows them")));
            }
            println!("{party} has no rights any more");
        }
    }
    Ok(())
}

fn print(device: &Device) {
    let state = match (&device.revoked_at, &device.public_key) {
        (Some(_), _) => "revoked",
        (None, Some(_)) => "in use",
        (None, None) => "waits for its code",
    };
    println!("{}\t{}\t{state}", device.identity.party, device.identity.place.name);
}
