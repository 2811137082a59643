//! The journal in SQLite.

use super::{SqliteStore, millis, timestamp};
use crate::store::{History, Opening, Records, StoreError};
use async_trait::async_trait;
use sqlx::{Sqlite, Transaction};
use teranga_clinic::{
    fact::{
        Fact, What,
        stored::{CODEC, Stored},
    },
    id::{ConsultationId, PartyId, PhotoId},
    time::Timestamp,
};
use uuid::Uuid;

/// Pieces of a photo that are read within so long are one opening.
const ONE_OPENING_MS: i64 = 10 * 60 * 1_000;

/// A row of `fact`, without its number.
type Row = (Uuid, i64, Option<String>, String);

#[async_trait]
impl Records for SqliteStore {
    async fn append(&self, consultation: ConsultationId, fact: &Fact) -> Result<u32, StoreError> {
        let mut transaction = self.write().await?;
        index(&mut transaction, consultation, fact).await?;
        let number = insert(&mut transaction, consultation, fact).await?;
        transaction.commit().await?;
        Ok(number)
    }

    async fn current(&self, ended_since: Timestamp) -> Result<Vec<History>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT fact.consultation, at, by, what FROM fact JOIN consultation ON consultation.id = fact.consultation \
             WHERE ended_at IS NULL OR ended_at >= ? ORDER BY requested_at, fact.consultation, number",
        );
        histories(rows.bind(millis(ended_since)).fetch_all(&self.readers).await?)
    }

    async fn facts(&self, consultation: ConsultationId) -> Result<Vec<Fact>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT consultation, at, by, what FROM fact WHERE consultation = ? ORDER BY number",
        )
        .bind(consultation.0)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(fact).collect()
    }

    async fn has_ended(&self, consultation: ConsultationId) -> Result<bool, StoreError> {
        let ended = sqlx::query_scalar("SELECT 1 FROM consultation WHERE id = ? AND ended_at IS NOT NULL");
        let ended: Option<i64> = ended.bind(consultation.0).fetch_optional(&self.readers).await?;
        Ok(ended.is_some())
    }

    async fn of_party(&self, party: &PartyId, limit: u32) -> Result<Vec<History>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT fact.consultation, at, by, what FROM fact JOIN \
             (SELECT consultation, requested_at FROM member WHERE party = ? ORDER BY requested_at DESC LIMIT ?) \
             AS own ON own.consultation = fact.consultation \
             ORDER BY requested_at DESC, fact.consultation, number",
        );
        histories(rows.bind(&party.0).bind(limit).fetch_all(&self.readers).await?)
    }

    async fn note_opening(&self, opening: &Opening) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO opening (consultation, party, at, photo) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS \
             (SELECT 1 FROM opening WHERE consultation = ?1 AND party = ?2 AND photo = ?4 AND at > ?5)",
        )
        .bind(opening.consultation.0)
        .bind(&opening.by.0)
        .bind(millis(opening.at))
        .bind(opening.photo.map(|photo| photo.0))
        .bind(millis(opening.at) - ONE_OPENING_MS)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn openings(&self, consultation: ConsultationId) -> Result<Vec<Opening>, StoreError> {
        let rows: Vec<(String, i64, Option<Uuid>)> =
            sqlx::query_as("SELECT party, at, photo FROM opening WHERE consultation = ? ORDER BY number")
                .bind(consultation.0)
                .fetch_all(&self.readers)
                .await?;
        let opening = |(by, at, photo): (_, _, Option<Uuid>)| Opening {
            consultation,
            by: PartyId(by),
            at: timestamp(at),
            photo: photo.map(PhotoId),
        };
        Ok(rows.into_iter().map(opening).collect())
    }
}

/// Keeps the two tables that lists are read from in step with the journal, in the same transaction.
async fn index(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    fact: &Fact,
) -> Result<(), StoreError> {
    match &fact.what {
        What::Requested { post, .. } => {
            begin(transaction, consultation, fact.at).await?;
            join(transaction, consultation, &post.party).await
        }
        What::Claimed { doctor: member } | What::Entered { guest: member, .. } => {
            join(transaction, consultation, &member.party).await
        }
        What::Cancelled | What::Closed { .. } => end(transaction, consultation, fact.at).await,
        What::Escalated { .. }
        | What::Left
        | What::Noted { .. }
        | What::Advised { .. }
        | What::PhotoAsked { .. }
        | What::PhotoTaken { .. }
        | What::PhotoMarked { .. } => Ok(()),
    }
}

async fn begin(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO consultation (id, requested_at) VALUES (?, ?)")
        .bind(consultation.0)
        .bind(millis(at))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Makes a party a member; once is enough.
async fn join(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    party: &PartyId,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO member (party, requested_at, consultation) \
         SELECT ?, requested_at, id FROM consultation WHERE id = ? ON CONFLICT DO NOTHING",
    )
    .bind(&party.0)
    .bind(consultation.0)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn end(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE consultation SET ended_at = ? WHERE id = ?")
        .bind(millis(at))
        .bind(consultation.0)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Adds the fact under the next number; a consultation that never began has none.
async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    fact: &Fact,
) -> Result<u32, StoreError> {
    let Stored { json, .. } = CODEC.encode(&fact.what);
    sqlx::query_scalar(
        "INSERT INTO fact (consultation, number, at, by, what) \
         SELECT id, (SELECT COALESCE(MAX(number), 0) + 1 FROM fact WHERE consultation = id), ?, ?, ? \
         FROM consultation WHERE id = ? RETURNING number",
    )
    .bind(millis(fact.at))
    .bind(fact.by.as_ref().map(|by| &by.0))
    .bind(json)
    .bind(consultation.0)
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(StoreError::Missing)
}

/// Groups rows that stand together by consultation.
fn histories(rows: Vec<Row>) -> Result<Vec<History>, StoreError> {
    let mut histories: Vec<History> = Vec::new();
    for row in rows {
        let id = ConsultationId(row.0);
        if histories.last().is_none_or(|(last, _)| *last != id) {
            histories.push((id, Vec::new()));
        }
        let (_, facts) = histories.last_mut().expect("one was just pushed");
        facts.push(fact(row)?);
    }
    Ok(histories)
}

fn fact((_, at, by, what): Row) -> Result<Fact, StoreError> {
    let what = CODEC.decode(1, &what).map_err(|unreadable| StoreError::Corrupt(unreadable.to_string()))?;
    Ok(Fact { at: timestamp(at), by: by.map(PartyId), what })
}
