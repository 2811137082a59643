//! Arguments and access that the subcommands on a data folder share.

use crate::{
    cli::Failure,
    clock::Clock,
    identity::Identities,
    store::{Places, SqliteStore, Stores},
};
use std::{path::PathBuf, sync::Arc};
use teranga_clinic::people::Place;

/// The data folder. A server may be running on it.
#[derive(Debug, clap::Args)]
pub struct Data {
    /// The server's data folder.
    #[arg(long, env = "TERANGA_DATA", default_value = "/var/lib/teranga", global = true)]
    data: PathBuf,
}

/// Arguments of a command that does one of several things to the data folder.
#[derive(Debug, clap::Args)]
pub struct On<C: clap::Subcommand> {
    /// The subcommand.
    #[command(subcommand)]
    pub command: C,
    /// The data folder.
    #[command(flatten)]
    pub data: Data,
}

/// An open data folder.
pub struct Opened {
    /// The store of records, accounts and devices.
    pub store: Arc<SqliteStore>,
    /// Accounts, devices and sessions.
    pub identities: Identities,
    /// The process's clock.
    pub clock: Clock,
}

impl Data {
    /// Opens the folder, which a server must have used before.
    ///
    /// # Errors
    /// The folder does not exist, or cannot be opened.
    pub async fn open(&self) -> Result<Opened, Failure> {
        if !self.data.is_dir() {
            let advice = "there is no such data folder; name the server's with --data";
            return Err(Failure::Usage(format!("{}: {advice}", self.data.display())));
        }
        let (store, clock) = (Arc::new(SqliteStore::open(&self.data).await?), Clock::start());
        let identities = Identities::new(&Stores::of(store.clone()), clock);
        Ok(Opened { store, identities, clock })
    }
}

impl Opened {
    /// The place with this identifier.
    ///
    /// # Errors
    /// There is no such place; the message lists those that there are.
    pub async fn place(&self, id: &str) -> Result<Place, Failure> {
        let places: Vec<_> =
            self.store.structures().await?.into_iter().map(|structure| structure.place).collect();
        let known = || places.iter().map(|place| place.id.as_str()).collect::<Vec<_>>().join(", ");
        let found = places.iter().find(|place| place.id == id);
        found.cloned().ok_or_else(|| Failure::Usage(format!("no structure {id:?}; there are: {}", known())))
    }
}
