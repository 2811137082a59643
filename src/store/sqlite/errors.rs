//! SQLite's result codes as errors of the store.

use crate::store::error::StoreError;
use sqlx::{error::DatabaseError, migrate::MigrateError};

/// The low byte of an extended result code: <https://sqlite.org/rescode.html>.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => told(error.as_ref()),
            sqlx::Error::PoolTimedOut => Self::Busy,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

fn told(error: &dyn DatabaseError) -> StoreError {
    if error.is_foreign_key_violation() {
        return StoreError::Missing;
    }
    if error.is_unique_violation() {
        return StoreError::Exists(error.message().to_owned());
    }
    match primary_code(error) {
        Some(code::FULL) => StoreError::Full,
        Some(code::BUSY | code::LOCKED) => StoreError::Busy,
        Some(code::CORRUPT | code::NOT_A_DATABASE) => StoreError::Corrupt(error.message().to_owned()),
        _ => StoreError::Failed(error.message().to_owned()),
    }
}

fn primary_code(error: &dyn DatabaseError) -> Option<i32> {
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}
