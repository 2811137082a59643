//! The staff of posts in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    sealing::{Place, RecordKeys},
    traits::{HasStaff, Staff, StaffChange, StaffMember, TokenHash},
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, StaffId},
    pii::Pii,
    text,
    time::Timestamp,
};

/// The staff in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteStaff(SqliteStore);

impl HasStaff for Arc<SqliteStore> {
    fn staff(&self) -> Arc<dyn Staff> {
        Arc::new(SqliteStaff(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Staff for SqliteStaff {
    async fn add_member(
        &self,
        member: &StaffMember,
        pin_hash: &str,
        noted: &StaffChange,
    ) -> Result<(), StoreError> {
        let (name, title) = sealed(&self.0.keys, member)?;
        let mut transaction = self.0.write().await?;
        sqlx::query(
            "INSERT INTO staff (id, place, sealed_name, sealed_title, responsible, pin_hash, added_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&member.id.0)
        .bind(&member.place)
        .bind(name)
        .bind(title)
        .bind(member.responsible)
        .bind(pin_hash)
        .bind(millis(noted.at))
        .execute(&mut *transaction)
        .await?;
        note(&mut transaction, noted).await?;
        Ok(transaction.commit().await?)
    }

    async fn members(&self, place: &str) -> Result<Vec<StaffMember>, StoreError> {
        let query = sqlx::query("SELECT * FROM staff WHERE place = ? ORDER BY added_at, id LIMIT ?");
        let rows = query.bind(place).bind(LISTED).fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| member(&self.0.keys, row)).collect()
    }

    async fn change_member(&self, member: &StaffMember, noted: &StaffChange) -> Result<(), StoreError> {
        let (name, title) = sealed(&self.0.keys, member)?;
        let mut transaction = self.0.write().await?;
        sqlx::query(
            "UPDATE staff SET sealed_name = ?, sealed_title = ?, responsible = ?, left_at = ? WHERE id = ?",
        )
        .bind(name)
        .bind(title)
        .bind(member.responsible)
        .bind(member.left.then(|| millis(noted.at)))
        .bind(&member.id.0)
        .execute(&mut *transaction)
        .await?;
        if member.left {
            void_proofs(&mut transaction, &member.id).await?;
        }
        note(&mut transaction, noted).await?;
        Ok(transaction.commit().await?)
    }

    async fn set_pin(&self, pin_hash: &str, noted: &StaffChange) -> Result<(), StoreError> {
        let id = &noted.staff;
        let mut transaction = self.0.write().await?;
        let query = sqlx::query("UPDATE staff SET pin_hash = ? WHERE id = ?");
        query.bind(pin_hash).bind(&id.0).execute(&mut *transaction).await?;
        void_proofs(&mut transaction, id).await?;
        note(&mut transaction, noted).await?;
        Ok(transaction.commit().await?)
    }

    async fn changes(&self, place: &str) -> Result<Vec<StaffChange>, StoreError> {
        let query =
            sqlx::query("SELECT * FROM staff_change WHERE place = ? ORDER BY at DESC, rowid DESC LIMIT ?");
        let rows = query.bind(place).bind(LISTED).fetch_all(&self.0.readers).await?;
        rows.iter().map(change).collect()
    }

    async fn member(&self, id: &StaffId) -> Result<Option<(StaffMember, Pii<String>)>, StoreError> {
        let query = sqlx::query("SELECT * FROM staff WHERE id = ? AND left_at IS NULL");
        let Some(row) = query.bind(&id.0).fetch_optional(&self.0.readers).await? else { return Ok(None) };
        Ok(Some((member(&self.0.keys, &row)?, Pii::new(row.try_get("pin_hash")?))))
    }

    async fn add_proof(&self, hash: &TokenHash, id: &StaffId, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.0.write().await?;
        let query = sqlx::query("INSERT INTO staff_proof (hash, staff, made_at) VALUES (?, ?, ?)");
        query.bind(&hash[..]).bind(&id.0).bind(millis(now)).execute(&mut *transaction).await?;
        sqlx::query(
            "DELETE FROM staff_proof WHERE staff = ?1 AND hash NOT IN \
             (SELECT hash FROM staff_proof WHERE staff = ?1 ORDER BY made_at DESC LIMIT ?2)",
        )
        .bind(&id.0)
        .bind(PROOFS)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn of_proof(&self, hash: &TokenHash) -> Result<Option<StaffMember>, StoreError> {
        let query = sqlx::query(
            "SELECT staff.* FROM staff_proof JOIN staff ON staff.id = staff WHERE hash = ? AND left_at IS NULL",
        );
        let row = query.bind(&hash[..]).fetch_optional(&self.0.readers).await?;
        row.map(|row| member(&self.0.keys, &row)).transpose()
    }

    async fn take_charge(
        &self,
        consultation: ConsultationId,
        id: &StaffId,
        now: Timestamp,
    ) -> Result<StaffId, StoreError> {
        let query =
            "INSERT INTO staff_charge (consultation, staff, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        let query = sqlx::query(query).bind(&consultation.0.as_bytes()[..]);
        query.bind(&id.0).bind(millis(now)).execute(&self.0.writer).await?;
        Ok(self.in_charge(consultation).await?.unwrap_or_else(|| id.clone()))
    }

    async fn in_charge(&self, consultation: ConsultationId) -> Result<Option<StaffId>, StoreError> {
        let query = sqlx::query_scalar("SELECT staff FROM staff_charge WHERE consultation = ?");
        let staff: Option<String> =
            query.bind(&consultation.0.as_bytes()[..]).fetch_optional(&self.0.readers).await?;
        Ok(staff.map(StaffId))
    }
}

/// Notes a change in the transaction that makes it, so that nothing is changed without its row.
async fn note(transaction: &mut Transaction<'_, Sqlite>, noted: &StaffChange) -> Result<(), StoreError> {
    let StaffChange { by, at, staff, change } = noted;
    sqlx::query(
        "INSERT INTO staff_change (at, place, by, staff, change) SELECT ?1, place, ?2, id, ?4 FROM staff WHERE id = ?3",
    )
    .bind(millis(*at))
    .bind(by.as_ref().map(|by| &by.0))
    .bind(&staff.0)
    .bind(change)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn change(row: &SqliteRow) -> Result<StaffChange, StoreError> {
    Ok(StaffChange {
        by: row.try_get::<Option<String>, _>("by")?.map(StaffId),
        at: timestamp(row.try_get("at")?),
        staff: StaffId(row.try_get("staff")?),
        change: row.try_get("change")?,
    })
}

async fn void_proofs(transaction: &mut Transaction<'_, Sqlite>, id: &StaffId) -> Result<(), StoreError> {
    let query = sqlx::query("DELETE FROM staff_proof WHERE staff = ?");
    query.bind(&id.0).execute(&mut **transaction).await?;
    Ok(())
}

fn sealed(keys: &RecordKeys, member: &StaffMember) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
    let seal = |purpose, text: &Pii<String>| {
        let place = Place { purpose, subject: member.id.0.as_bytes() };
        Ok::<_, StoreError>(keys.seal(place, b"", text::name(text.reveal())?.as_bytes()))
    };
    Ok((seal(NAME, &member.name)?, seal(TITLE, &member.title)?))
}

fn member(keys: &RecordKeys, row: &SqliteRow) -> Result<StaffMember, StoreError> {
    let id: String = row.try_get("id")?;
    let open = |purpose, column| {
        let sealed: Vec<u8> = row.try_get(column)?;
        let place = Place { purpose, subject: id.as_bytes() };
        let text = keys.open(place, b"", &sealed).and_then(|text| String::from_utf8(text).ok());
        text.map(Pii::new).ok_or_else(|| StoreError::Corrupt(format!("the name of {id} was changed")))
    };
    Ok(StaffMember {
        name: open(NAME, "sealed_name")?,
        title: open(TITLE, "sealed_title")?,
        place: row.try_get("place")?,
        responsible: row.try_get("responsible")?,
        left: row.try_get::<Option<i64>, _>("left_at")?.is_some(),
        id: StaffId(id),
    })
}

const NAME: &str = "staff name";
const TITLE: &str = "staff title";

/// The tablets on which one member is known. A post has one or two.
const PROOFS: i64 = 10;

/// The most members of a post that are read, with those who left.
const LISTED: i64 = 500;
