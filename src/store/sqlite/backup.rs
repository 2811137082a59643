//! A copy of the store while it is in use, and its way back.

use super::{SqliteStore, schema};
use crate::store::{error::StoreError, sealing::KeyFile};
use sqlx::{ConnectOptions, Connection};
use std::{fs, path::Path};

impl SqliteStore {
    /// Writes everything that is stored at this moment to a new file, which is there whole and on the disk,
    /// or not at all. Writers do not wait for it. The texts in it are sealed as they are here, and only the owner may read
    /// the file.
    ///
    /// # Errors
    /// The file exists, or cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.try_exists().map_err(StoreError::folder(to))? {
            return Err(StoreError::Exists(to.display().to_string()));
        }
        let part = to.with_extension("part");
        schema::remove_leftover(&part).map_err(StoreError::folder(&part))?;
        schema::private_file(&part).map_err(StoreError::folder(&part))?;
        let name = part.to_str().ok_or_else(|| StoreError::Failed("the file's name is not UTF-8".into()))?;
        let mut own =
            self.readers.connect_options().as_ref().clone().pragma("query_only", "off").connect().await?;
        sqlx::query("VACUUM INTO ?").bind(name).execute(&mut own).await?;
        own.close().await?;
        keep(&part, to).map_err(StoreError::folder(to))
    }
}

impl SqliteStore {
    /// Puts a backup into a data folder that has no records yet. It is there whole, or not at all.
    ///
    /// # Errors
    /// The folder has records, the key file is missing, or the disk fails.
    pub fn restore(from: &Path, folder: &Path, key_file: &Path) -> Result<(), StoreError> {
        let file = schema::file_of(folder)?;
        if file.try_exists().map_err(StoreError::folder(&file))? {
            return Err(StoreError::Exists(file.display().to_string()));
        }
        KeyFile::at(key_file).load()?.ok_or_else(|| StoreError::KeyMissing(key_file.to_owned()))?;
        let part = file.with_extension("db.new");
        schema::remove_leftover(&part).map_err(StoreError::folder(&part))?;
        schema::private_file(&part).map_err(StoreError::folder(&part))?;
        let copy = || {
            let mut whole = fs::File::options().write(true).open(&part)?;
            std::io::copy(&mut fs::File::open(from)?, &mut whole)?;
            keep(&part, &file)?;
            fs::File::open(folder)?.sync_all()
        };
        copy().map_err(StoreError::folder(from))
    }
}

/// SQLite does not wait for the disk here; we do.
fn keep(part: &Path, to: &Path) -> std::io::Result<()> {
    fs::File::open(part)?.sync_all()?;
    fs::rename(part, to)
}
