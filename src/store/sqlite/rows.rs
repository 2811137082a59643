//! The columns that several subjects share: identities, places, and the end of somebody's sessions.

use super::{connection::millis, sealed};
use crate::store::{
    error::StoreError,
    names::{Named, from_list, from_name, to_list},
    sealing::RecordKeys,
};
use sqlx::{Decode, Row, Sqlite, Transaction, Type, sqlite::SqliteRow};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place},
    pii::Pii,
    text,
    time::Timestamp,
};

/// Columns of [`Identity`]; every query that reads one begins with them.
macro_rules! select_identity {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT party.id, role, sealed_name, specialities, place.id AS place_id, place.name AS place_name, ",
            "district, region, phone, ",
            $columns,
            " FROM party JOIN place ON place.id = party.place ",
            $rest
        )
    };
}
pub(super) use select_identity;

/// Selects the row of the name that is bound, or of the name nearest before it, or the first row. One row is read with the
/// same work in each case, so that the time of an answer does not tell which names exist. The caller compares `name`.
macro_rules! select_nearest {
    ($name:literal, $columns:literal, $table:literal) => {
        concat!(
            "SELECT ", $name, " AS name, ", $columns,
            " FROM ", $table, " JOIN party ON party.id = ", $table, ".party WHERE ", $name,
            // The scalar `max` evaluates both of its arguments; `COALESCE` would stop at the first that is not null.
            " = max(COALESCE((SELECT max(", $name, ") FROM ", $table, " WHERE ", $name, " <= ?), ''), ",
            "(SELECT min(", $name, ") FROM ", $table, "))",
        )
    };
}
pub(super) use select_nearest;

/// A value of the row that [`select_nearest`] selected, if it is that of `name`. It is decoded in either case.
pub(super) fn exactly<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    name: &str,
    column: &str,
) -> Result<Option<T>, StoreError> {
    let (read, value): (&str, T) = (row.try_get("name")?, row.try_get(column)?);
    Ok(Some(value).filter(|_| read == name))
}

/// Adds somebody who can sign in.
pub(super) async fn add_party(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    identity: &Identity,
    now: Timestamp,
) -> Result<(), StoreError> {
    let name = text::name(identity.name.reveal())?;
    sqlx::query(
        "INSERT INTO party (id, role, name, sealed_name, place, specialities, added_at) \
         VALUES (?, ?, '', ?, ?, ?, ?)",
    )
    .bind(&identity.party.0)
    .bind(identity.role.name())
    .bind(sealed::name(keys, &identity.party.0, &name))
    .bind(&identity.place.id)
    .bind(to_list(&identity.specialities))
    .bind(millis(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Ends the sessions of a party, and tells a running server to close its sockets.
pub(super) async fn end_sessions(
    transaction: &mut Transaction<'_, Sqlite>,
    party: &PartyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM http_session WHERE party = ?")
        .bind(&party.0)
        .execute(&mut **transaction)
        .await?;
    sqlx::query("INSERT INTO revocation (party, at) VALUES (?, ?)")
        .bind(&party.0)
        .bind(millis(now))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Makes every enrolment code of a device useless.
pub(super) async fn void_codes(
    transaction: &mut Transaction<'_, Sqlite>,
    party: &PartyId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM enrolment WHERE party = ?").bind(&party.0).execute(&mut **transaction).await?;
    Ok(())
}

/// The identity in a row that [`select_identity`] selected.
pub(super) fn identity(keys: &RecordKeys, row: &SqliteRow) -> Result<Identity, StoreError> {
    let party: String = row.try_get("id")?;
    let name = sealed::open_name(keys, &party, row.try_get("sealed_name")?)?;
    Ok(Identity {
        party: PartyId(party),
        role: from_name(row.try_get("role")?)?,
        name: Pii::new(name),
        place: place(row)?,
        specialities: from_list(row.try_get("specialities")?)?,
    })
}

/// The place in a row with its columns.
pub(super) fn place(row: &SqliteRow) -> Result<Place, StoreError> {
    Ok(Place {
        id: row.try_get("place_id")?,
        name: row.try_get("place_name")?,
        district: row.try_get("district")?,
        region: row.try_get("region")?,
        phone: row.try_get("phone")?,
    })
}
