//! Structures of the health pyramid in SQLite.

use super::{SqliteStore, rows::place};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    traits::{Places, Position, Structure, StructureKind},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use teranga_clinic::{people::Place, text};

#[async_trait]
impl Places for SqliteStore {
    async fn put_structure(&self, structure: &Structure) -> Result<(), StoreError> {
        let Structure { place, kind, position, demo } = structure;
        let [name, district, region] =
            [&place.name, &place.district, &place.region].map(|part| text::name(part));
        sqlx::query(
            "INSERT INTO place (id, kind, name, district, region, phone, latitude, longitude, demo) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, \
             name = excluded.name, district = excluded.district, region = excluded.region, phone = excluded.phone, \
             latitude = excluded.latitude, longitude = excluded.longitude, demo = excluded.demo",
        )
        .bind(&place.id)
        .bind(kind.name())
        .bind(name?)
        .bind(district?)
        .bind(region?)
        .bind(&place.phone)
        .bind(position.map(|position| position.latitude))
        .bind(position.map(|position| position.longitude))
        .bind(demo)
        .execute(&self.writer)
        .await?;
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
             WHERE kind = ? AND district = ? AND region = ? AND phone <> '' ORDER BY id LIMIT 1",
        )
        .bind(StructureKind::District.name())
        .bind(&of.district)
        .bind(&of.region)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(place).transpose()
    }
}

fn structure(row: &SqliteRow) -> Result<Structure, StoreError> {
    let degrees = (row.try_get("latitude")?, row.try_get("longitude")?);
    let position = match degrees {
        (Some(latitude), Some(longitude)) => Some(Position { latitude, longitude }),
        _ => None,
    };
    Ok(Structure {
        place: place(row)?,
        kind: from_name(row.try_get("kind")?)?,
        position,
        demo: row.try_get("demo")?,
    })
}
