//! The rows of checks of identities at the national record. Who it was is sealed, and a row that another hand changed is left out.

use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    sealing::{Place, RecordKeys},
    sqlite::{
        SqliteStore,
        connection::{millis, timestamp},
    },
    traits::CHECKS,
};
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::{
    patient::{CheckWay, CheckedIdentity, IdentityCheck},
    pii::Pii,
    time::Timestamp,
};
use uuid::Uuid;

/// What of a person is sealed: number, name, date of birth and sex.
type Sealed = (Pii<String>, Pii<String>, Option<Pii<String>>, Option<Pii<String>>);

/// Keeps a check. The oldest beyond the bound go in the same transaction.
pub(super) async fn add(store: &SqliteStore, place: &str, check: &IdentityCheck) -> Result<(), StoreError> {
    let id = Uuid::new_v4();
    let mut transaction = store.write().await?;
    sqlx::query("INSERT INTO identity_check (id, place, at, way, sealed) VALUES (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(place)
        .bind(millis(check.at))
        .bind(check.way.name())
        .bind(seal(&store.keys, id, place, check))
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "DELETE FROM identity_check WHERE place = ?1 AND at < \
         (SELECT at FROM identity_check WHERE place = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)",
    )
    .bind(place)
    .bind(CHECKS)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Those of a post between two times, the oldest first.
pub(super) async fn between(
    store: &SqliteStore,
    place: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<IdentityCheck>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, place, at, way, sealed FROM identity_check WHERE place = ? AND at BETWEEN ? AND ? ORDER BY at, id",
    );
    let rows = rows.bind(place).bind(millis(from)).bind(millis(to)).fetch_all(&store.readers).await?;
    let read: Result<Vec<_>, _> = rows.iter().map(|row| check(&store.keys, row)).collect();
    Ok(read?.into_iter().flatten().collect())
}

fn check(keys: &RecordKeys, row: &SqliteRow) -> Result<Option<IdentityCheck>, StoreError> {
    let (id, place): (Uuid, String) = (row.try_get("id")?, row.try_get("place")?);
    let (at, way) = (timestamp(row.try_get("at")?), from_name(row.try_get("way")?)?);
    let sealed: Vec<u8> = row.try_get("sealed")?;
    let opened = keys.open(place_of(&id), &bound(&place, way, at), &sealed);
    let read: Option<Sealed> = opened.and_then(|json| serde_json::from_slice(&json).ok());
    let Some((number, name, born, gender)) = read else {
        tracing::error!(
            code = "identity_check_unreadable",
            "a row of a check of an identity is not as it was written"
        );
        return Ok(None);
    };
    Ok(Some(IdentityCheck { who: CheckedIdentity { number, name, born, gender }, way, at }))
}

fn seal(keys: &RecordKeys, id: Uuid, place: &str, IdentityCheck { who, way, at }: &IdentityCheck) -> Vec<u8> {
    let json = (&who.number, &who.name, &who.born, &who.gender);
    let json = serde_json::to_vec(&json).expect("four texts have a JSON form");
    keys.seal(place_of(&id), &bound(place, *way, *at), &json)
}

const fn place_of(id: &Uuid) -> Place<'_> {
    Place { purpose: "identity check", subject: id.as_bytes() }
}

/// What else of a row a reader trusts.
fn bound(place: &str, way: CheckWay, at: Timestamp) -> Vec<u8> {
    [at.0.to_be_bytes().as_slice(), way.name().as_bytes(), b"/", place.as_bytes()].concat()
}
