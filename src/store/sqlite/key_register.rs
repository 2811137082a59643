//! The register of the keys that have sealed something in a file: it tells a missing or foreign key file from the right one.

use crate::store::{
    error::StoreError,
    sealing::{KeyFile, KeyId, RecordKeys},
};
use sqlx::SqlitePool;

/// Reads the keys of a file. They are made if nothing was ever sealed in it.
///
/// # Errors
/// The key file is missing although something is sealed, cannot be used, or is another one.
pub(super) async fn keys(writer: &SqlitePool, file: &KeyFile) -> Result<RecordKeys, StoreError> {
    let used: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM record_key").fetch_all(writer).await?;
    let keys = match file.load()? {
        Some(keys) => keys,
        None if used.is_empty() => file.create()?,
        None => return Err(StoreError::KeyMissing(file.path().to_owned())),
    };
    for id in used {
        let id = id.try_into().map(KeyId);
        let id = id.map_err(|_| StoreError::Corrupt("a key's identifier is damaged".into()))?;
        if !keys.contains(id) {
            return Err(StoreError::WrongKey { path: file.path().to_owned(), id });
        }
    }
    sqlx::query("INSERT INTO record_key (id) VALUES (?) ON CONFLICT DO NOTHING")
        .bind(&keys.newest().0[..])
        .execute(writer)
        .await?;
    Ok(keys)
}
