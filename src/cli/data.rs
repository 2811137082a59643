//! Arguments and access that the subcommands on a data folder share, such as `teranga user`. They may work beside a
//! running server, whose store they open a second time; they never start one.

use crate::{
    cli::Failure,
    clock::Clock,
    data_folder::default_key_file,
    identity::Identities,
    store::{Places, SqliteStore, Stores},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use teranga_clinic::people::Place;

/// The data folder. A server may be running on it.
#[derive(Debug, clap::Args)]
pub struct DataFolder {
    /// The server's data folder.
    #[arg(
        id = "data",
        long = "data",
        env = "TERANGA_DATA",
        default_value = "/var/lib/teranga",
        global = true
    )]
    path: PathBuf,
    /// The file of the keys of the records, if it is not beside the data folder.
    #[arg(long, env = "TERANGA_RECORD_KEYS", global = true)]
    record_keys: Option<PathBuf>,
}

/// Arguments of a command on the data folder, such as `user`: one of its subcommands `C`, and the folder.
#[derive(Debug, clap::Args)]
pub struct DataCommand<C: clap::Subcommand> {
    /// The subcommand.
    #[command(subcommand)]
    pub command: C,
    /// The data folder.
    #[command(flatten)]
    pub data: DataFolder,
}

/// An open data folder.
pub struct OpenData {
    /// The store of records, accounts and devices.
    pub store: Arc<SqliteStore>,
    /// Accounts, devices and sessions.
    pub identities: Identities,
    /// The process's clock.
    pub clock: Clock,
}

impl DataFolder {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.record_keys.clone().unwrap_or_else(|| default_key_file(&self.path))
    }

    /// Opens the folder, which a server must have used before.
    ///
    /// # Errors
    /// The folder does not exist, or cannot be opened.
    pub async fn open(&self) -> Result<OpenData, Failure> {
        if !self.path.is_dir() {
            let hint = "there is no such data folder; name the server's with --data";
            return Err(Failure::Usage(format!("{}: {hint}", self.path.display())));
        }
        let (store, clock) =
            (Arc::new(SqliteStore::open(&self.path, &self.key_file()).await?), Clock::start());
        let identities = Identities::new(&Stores::of(store.clone()), clock);
        Ok(OpenData { store, identities, clock })
    }
}

impl OpenData {
    /// The place of the health structure with this identifier.
    ///
    /// # Errors
    /// There is no such structure; the message lists the identifiers that exist.
    pub async fn place(&self, id: &str) -> Result<Place, Failure> {
        let places: Vec<_> =
            self.store.structures().await?.into_iter().map(|structure| structure.place).collect();
        let known_ids = || places.iter().map(|place| place.id.as_str()).collect::<Vec<_>>().join(", ");
        let found = places.iter().find(|place| place.id == id);
        found
            .cloned()
            .ok_or_else(|| Failure::Usage(format!("no structure {id:?}; there are: {}", known_ids())))
    }
}
