//! Who decided something about a patient, in the columns of a row.

use crate::store::{error::StoreError, sqlite::connection::timestamp};
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::{
    id::{PartyId, StaffId},
    patient::Decision,
};

/// Who did something and when, by the columns that begin with this word; none if nobody did it.
pub(super) fn decided(row: &SqliteRow, word: &str) -> Result<Option<Decision>, StoreError> {
    let column = |what| format!("{word}_{what}");
    let by: Option<String> = row.try_get(&*column("by"))?;
    let at: Option<i64> = row.try_get(&*column("at"))?;
    let staff = row.try_get::<Option<String>, _>(&*column("staff"))?.map(StaffId);
    Ok(by.zip(at).map(|(by, at)| Decision { by: PartyId(by), staff, at: timestamp(at) }))
}
