//! The schema of the file: it is created whole or not at all, checked before it is trusted, and migrated forward. A
//! migration says which programs can still use the database after it, so that a program can be rolled back.

use super::connection::PATIENCE;
use crate::{data_folder::make_private, store::error::StoreError};
use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const FILE: &str = "teranga.db";

/// Up to this size the whole file is checked at every start: under a second from a slow disk. A larger
/// one is checked page by page as it is read.
const CHECKED_BYTES: u64 = 256 * 1024 * 1024;

/// Makes the data folder if there is none, and gives the path of the file in it.
pub(super) fn file_of(folder: &Path) -> Result<PathBuf, StoreError> {
    let mut private = fs::DirBuilder::new();
    private.recursive(true).mode(0o700).create(folder).map_err(StoreError::folder(folder))?;
    Ok(folder.join(FILE))
}

/// Makes folder and file where there are none. A file that exists is left as it is.
pub(super) async fn prepare(folder: &Path) -> Result<PathBuf, StoreError> {
    let file = file_of(folder)?;
    if !file.try_exists().map_err(StoreError::folder(&file))? {
        create(folder, &file).await?;
    }
    refuse_empty(&file)?;
    make_private(folder).map_err(StoreError::folder(folder))?;
    Ok(file)
}

/// Makes the file under another name and renames it when it is complete: a power cut here leaves no
/// file, so an empty one under the right name is always damage.
async fn create(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let unfinished = folder.join(format!("{FILE}.new"));
    remove_leftover(&unfinished).map_err(StoreError::folder(&unfinished))?;
    private_file(&unfinished).map_err(StoreError::folder(&unfinished))?;
    let options = SqliteConnectOptions::new().filename(&unfinished).busy_timeout(PATIENCE);
    let mut connection: SqliteConnection = options.connect().await?;
    migrator().run(&mut connection).await?;
    connection.close().await?;
    fs::rename(&unfinished, file).map_err(StoreError::folder(file))?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreError::folder(folder))
}

/// Makes an empty file that only its owner may read. SQLite takes it for a new database, and gives its log the same rights.
pub(super) fn private_file(path: &Path) -> io::Result<()> {
    fs::File::options().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

/// Removes a file that an earlier process could not finish.
pub(super) fn remove_leftover(unfinished: &Path) -> io::Result<()> {
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// SQLite takes an empty file for a new database; we know better.
fn refuse_empty(file: &Path) -> Result<(), StoreError> {
    match fs::metadata(file).map_err(StoreError::folder(file))?.len() {
        0 => Err(StoreError::Corrupt(format!("{} is empty", file.display()))),
        _ => Ok(()),
    }
}

/// Reads through the file, unless that takes too long.
pub(super) async fn check(pool: &SqlitePool, file: &Path) -> Result<(), StoreError> {
    if fs::metadata(file).map_err(StoreError::folder(file))?.len() > CHECKED_BYTES {
        return Ok(());
    }
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(pool).await?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt(verdict.replace('\n', ", "))) }
}

/// Migrates the schema forward. Refuses a database that needs a newer program; one that a newer program only added to
/// is used as it is.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    refuse_newer(pool).await?;
    Ok(migrator().run(pool).await?)
}

/// Our migrations; those of a newer program that were applied already are no fault.
fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("src/store/migrations/sqlite");
    migrator.set_ignore_missing(true);
    migrator
}

/// A migration beyond ours that does not say what it needs, needs its own program.
async fn refuse_newer(pool: &SqlitePool) -> Result<(), StoreError> {
    let known = migrator().iter().map(|migration| migration.version).max().unwrap_or_default();
    let found: Option<i64> =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(pool).await?;
    let found = found.ok_or_else(|| StoreError::Corrupt("it has no schema".to_owned()))?;
    if found <= known {
        return Ok(());
    }
    let needed: i64 = sqlx::query_scalar(
        "SELECT MAX(COALESCE(needs, _sqlx_migrations.version)) FROM _sqlx_migrations \
         LEFT JOIN schema_needs ON schema_needs.version = _sqlx_migrations.version \
         WHERE _sqlx_migrations.version > ?",
    )
    .bind(known)
    .fetch_one(pool)
    .await?;
    if needed <= known { Ok(()) } else { Err(StoreError::Newer { needed, known }) }
}
