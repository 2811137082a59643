//! Structures of the health pyramid in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    rows::place,
};
use crate::store::{
    error::StoreError,
    names::{Named, from_list, from_name, to_list},
    traits::Places,
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use teranga_clinic::{
    people::Place,
    structure::{Capability, Position, PositionQuality, Structure, StructureKind},
    text,
};

#[async_trait]
impl Places for SqliteStore {
    async fn put_structures(&self, structures: &[Structure]) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        for structure in structures {
            put(&mut transaction, structure).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn structures(&self) -> Result<Vec<Structure>, StoreError> {
        let rows = sqlx::query("SELECT *, id AS place_id, name AS place_name FROM place ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(structure).collect()
    }

    async fn district_centre(&self, of: &Place) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query(
            "SELECT id AS place_id, name AS place_name, district, region, phone FROM place \
             WHERE kind = ? AND district = ? AND region = ? AND phone <> '' AND closed = 0 ORDER BY id LIMIT 1",
        )
        .bind(StructureKind::District.name())
        .bind(&of.district)
        .bind(&of.region)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(place).transpose()
    }
}

/// Adds a structure, or corrects what is known of it.
pub(super) async fn put(to: &mut Transaction<'_, Sqlite>, structure: &Structure) -> Result<(), StoreError> {
    let Structure { place, position, .. } = structure;
    let [name, district, region] = [&place.name, &place.district, &place.region].map(|part| text::name(part));
    let capabilities: Vec<Capability> = structure.capabilities.iter().copied().collect();
    sqlx::query(
        "INSERT INTO place (id, kind, level, name, district, region, phone, latitude, longitude, quality, capabilities, hours, \
         confirmed_at, closed, demo) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET \
         kind = excluded.kind, level = excluded.level, name = excluded.name, district = excluded.district, region = excluded.region, \
         phone = excluded.phone, latitude = excluded.latitude, longitude = excluded.longitude, \
         quality = excluded.quality, capabilities = excluded.capabilities, hours = excluded.hours, \
         confirmed_at = excluded.confirmed_at, closed = excluded.closed, demo = excluded.demo",
    )
    .bind(&place.id)
    .bind(older_kind(structure.kind).name())
    .bind(structure.kind.name())
    .bind(name?)
    .bind(district?)
    .bind(region?)
    .bind(&place.phone)
    .bind(position.map(|position| position.latitude))
    .bind(position.map(|position| position.longitude))
    .bind(structure.quality.name())
    .bind(to_list(&capabilities))
    .bind(structure.hours.name())
    .bind(structure.confirmed_at.map(millis))
    .bind(structure.closed)
    .bind(structure.demo)
    .execute(&mut **to)
    .await?;
    Ok(())
}

/// A structure that exists, as the transaction sees it.
pub(super) async fn one(from: &mut Transaction<'_, Sqlite>, id: &str) -> Result<Structure, StoreError> {
    let query = sqlx::query("SELECT *, id AS place_id, name AS place_name FROM place WHERE id = ?");
    structure(&query.bind(id).fetch_optional(&mut **from).await?.ok_or(StoreError::Missing)?)
}

/// The word for a level that older programs know.
const fn older_kind(kind: StructureKind) -> StructureKind {
    match kind {
        StructureKind::Case => StructureKind::Post,
        StructureKind::Eps1 | StructureKind::Eps2 | StructureKind::Eps3 => StructureKind::Hospital,
        same => same,
    }
}

/// The exact level of a row, unless an older program has changed its kind since.
fn kind(row: &SqliteRow) -> Result<StructureKind, StoreError> {
    let known = from_name(row.try_get("kind")?)?;
    let level: Option<&str> = row.try_get("level")?;
    let level = level.map(from_name).transpose()?;
    Ok(level.filter(|level| older_kind(*level) == known).unwrap_or(known))
}

/// What a position is worth. An older program changes a position and knows nothing of its worth.
fn quality(row: &SqliteRow, position: Option<Position>) -> Result<PositionQuality, StoreError> {
    Ok(match (position, from_name(row.try_get("quality")?)?) {
        (None, _) => PositionQuality::Unknown,
        (Some(_), PositionQuality::Unknown) => PositionQuality::Approximate,
        (Some(_), told) => told,
    })
}

fn structure(row: &SqliteRow) -> Result<Structure, StoreError> {
    let degrees = (row.try_get("latitude")?, row.try_get("longitude")?);
    let position = match degrees {
        (Some(latitude), Some(longitude)) => Some(Position { latitude, longitude }),
        _ => None,
    };
    let confirmed_at: Option<i64> = row.try_get("confirmed_at")?;
    Ok(Structure {
        place: place(row)?,
        kind: kind(row)?,
        position,
        quality: quality(row, position)?,
        capabilities: from_list(row.try_get("capabilities")?)?.into_iter().collect(),
        hours: from_name(row.try_get("hours")?)?,
        confirmed_at: confirmed_at.map(timestamp),
        closed: row.try_get("closed")?,
        demo: row.try_get("demo")?,
    })
}
