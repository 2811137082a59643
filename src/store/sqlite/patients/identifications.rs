//! The rows of decisions about who a patient is in the national record. Each is written and undone with its rows of the audit log.

use super::decided::decided;
use crate::store::{
    error::StoreError,
    sealing::{Place, RecordKeys},
    sqlite::{SqliteStore, audit_rows, connection::millis},
    traits::MERGES,
};
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::{
    audit::RecordOpening,
    id::PatientId,
    patient::{Decision, Identification, NationalIdentity},
    pii::Pii,
};
use uuid::Uuid;

/// All of a post, the oldest first. A row that was changed by another hand is left out.
pub(super) async fn of_post(store: &SqliteStore, place: &str) -> Result<Vec<Identification>, StoreError> {
    let rows = sqlx::query("SELECT * FROM patient_identification WHERE place = ? ORDER BY made_at, id")
        .bind(place)
        .fetch_all(&store.readers)
        .await?;
    let read: Result<Vec<_>, _> = rows.iter().map(|row| identification(&store.keys, row)).collect();
    Ok(read?.into_iter().flatten().collect())
}

/// Keeps a decision, once.
pub(super) async fn add(
    store: &SqliteStore,
    place: &str,
    new: &Identification,
    noted: &[RecordOpening],
) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM patient_identification WHERE id = ?")
        .bind(new.id)
        .fetch_optional(&mut *transaction)
        .await?;
    if known.is_some() {
        return Ok(false);
    }
    let inserted = sqlx::query(
        "INSERT INTO patient_identification (id, place, patient, sealed, confirmed, made_by, made_staff, made_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT COUNT(*) FROM patient_identification WHERE place = ?2) < ?9",
    )
    .bind(new.id)
    .bind(place)
    .bind(new.patient.0)
    .bind(seal(&store.keys, new))
    .bind(new.identity.confirmed)
    .bind(&new.made.by.0)
    .bind(new.made.staff.as_ref().map(|staff| &staff.0))
    .bind(millis(new.made.at))
    .bind(MERGES)
    .execute(&mut *transaction)
    .await?;
    if inserted.rows_affected() != 1 {
        return Err(StoreError::TooLarge);
    }
    for one in noted {
        audit_rows::add_opening(&mut transaction, &store.keys, one).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Undoes a decision of this post. False if there is no such, or if it is undone already.
pub(super) async fn undo(
    store: &SqliteStore,
    (place, id): (&str, Uuid),
    Decision { by, staff, at }: &Decision,
    noted: &[RecordOpening],
) -> Result<bool, StoreError> {
    let mut transaction = store.write().await?;
    let undone = sqlx::query(
        "UPDATE patient_identification SET undone_by = ?, undone_at = ?, undone_staff = ? \
         WHERE id = ? AND place = ? AND undone_at IS NULL",
    )
    .bind(&by.0)
    .bind(millis(*at))
    .bind(staff.as_ref().map(|staff| &staff.0))
    .bind(id)
    .bind(place)
    .execute(&mut *transaction)
    .await?;
    if undone.rows_affected() != 1 {
        return Ok(false);
    }
    for one in noted {
        audit_rows::add_opening(&mut transaction, &store.keys, one).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

fn identification(keys: &RecordKeys, row: &SqliteRow) -> Result<Option<Identification>, StoreError> {
    let (id, patient, confirmed) =
        (row.try_get("id")?, PatientId(row.try_get("patient")?), row.try_get("confirmed")?);
    let sealed: Vec<u8> = row.try_get("sealed")?;
    let opened = keys.open(place_of(&id), &bound(patient, confirmed), &sealed);
    let Some((number, name)) = opened.and_then(|json| serde_json::from_slice(&json).ok()) else {
        tracing::error!(
            code = "identification_unreadable",
            "a row of a patient's identification is not as it was written"
        );
        return Ok(None);
    };
    let identity = NationalIdentity { number, name, confirmed };
    let (made, undone) = (decided(row, "made")?, decided(row, "undone")?);
    Ok(made.map(|made| Identification { id, patient, identity, made, undone }))
}

fn seal(keys: &RecordKeys, Identification { id, patient, identity, .. }: &Identification) -> Vec<u8> {
    let NationalIdentity { number, name, confirmed } = identity;
    let json: (&Pii<String>, &Option<Pii<String>>) = (number, name);
    let json = serde_json::to_vec(&json).expect("two texts have a JSON form");
    keys.seal(place_of(id), &bound(*patient, *confirmed), &json)
}

const fn place_of(id: &Uuid) -> Place<'_> {
    Place { purpose: "patient identification", subject: id.as_bytes() }
}

/// What else of a row a reader trusts.
fn bound(PatientId(patient): PatientId, confirmed: bool) -> Vec<u8> {
    [patient.as_bytes().as_slice(), &[u8::from(confirmed)]].concat()
}
