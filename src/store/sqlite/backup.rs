//! A copy of the store while it is in use.

use super::{SqliteStore, schema};
use crate::store::error::StoreError;
use sqlx::{ConnectOptions, Connection};
use std::{fs, path::Path};

impl SqliteStore {
    /// Writes everything that is stored at this moment to a new file, which is there whole and on the disk,
    /// or not at all. Writers do not wait for it.
    ///
    /// # Errors
    /// The file exists, or cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.try_exists().map_err(StoreError::folder(to))? {
            return Err(StoreError::Exists(to.display().to_string()));
        }
        let part = to.with_extension("part");
        schema::remove_leftover(&part).map_err(StoreError::folder(&part))?;
        let name = part.to_str().ok_or_else(|| StoreError::Failed("the file's name is not UTF-8".into()))?;
        let mut own =
            self.readers.connect_options().as_ref().clone().pragma("query_only", "off").connect().await?;
        sqlx::query("VACUUM INTO ?").bind(name).execute(&mut own).await?;
        own.close().await?;
        keep(&part, to).map_err(StoreError::folder(to))
    }
}

/// SQLite does not wait for the disk here; we do.
fn keep(part: &Path, to: &Path) -> std::io::Result<()> {
    fs::File::open(part)?.sync_all()?;
    fs::rename(part, to)
}
