//! The beginning: a file is born whole or not at all, checked before it is trusted, and brought forward.

use super::{PATIENCE, StoreError};
use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// Forward only: there is no way back to an older schema but a backup.
static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

const FILE: &str = "teranga.db";

/// Up to this size the whole file is checked at every start: under a second from a slow disk. A larger
/// one is checked page by page as it is read.
const CHECKED_BYTES: u64 = 256 * 1024 * 1024;

/// Makes folder and file where there are none. What exists is not touched.
pub(super) async fn prepare(folder: &Path) -> Result<PathBuf, StoreError> {
    let mut private = fs::DirBuilder::new();
    private.recursive(true).mode(0o700).create(folder).map_err(StoreError::folder(folder))?;
    let file = folder.join(FILE);
    if !file.try_exists().map_err(StoreError::folder(&file))? {
        give_birth(folder, &file).await?;
    }
    refuse_empty(&file)?;
    Ok(file)
}

/// Makes the file under another name and renames it when it is complete: a power cut here leaves no
/// file, so an empty one under the right name is always damage.
async fn give_birth(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let unborn = folder.join(format!("{FILE}.new"));
    remove_leftover(&unborn).map_err(StoreError::folder(&unborn))?;
    let options =
        SqliteConnectOptions::new().filename(&unborn).create_if_missing(true).busy_timeout(PATIENCE);
    let mut connection: SqliteConnection = options.connect().await?;
    MIGRATIONS.run(&mut connection).await?;
    connection.close().await?;
    fs::rename(&unborn, file).map_err(StoreError::folder(file))?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreError::folder(folder))
}

/// What an earlier process could not finish.
pub(super) fn remove_leftover(unborn: &Path) -> io::Result<()> {
    match fs::remove_file(unborn) {
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

/// Brings the schema forward. Refuses one that is newer than this program.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    refuse_newer(pool).await?;
    Ok(MIGRATIONS.run(pool).await?)
}

async fn refuse_newer(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(pool).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    match found {
        Some(found) if found > known => Err(StoreError::Newer { found, known }),
        Some(_) => Ok(()),
        None => Err(StoreError::Corrupt("it has no schema".to_owned())),
    }
}
