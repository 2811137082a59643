//! The patients of posts in SQLite: requests are read from the journal, and only decisions have rows of their own. A request is
//! opened and decoded once, because no fact changes: what was read of a post is kept, and only the requests after it are read.

mod checks;
mod decided;
mod identifications;
mod known;

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    traits::{HasPatients, MERGES, Patients},
};
use async_trait::async_trait;
use decided::decided;
use known::{Known, KnownVisits};
use sqlx::{Row, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    audit::RecordOpening,
    fact::What,
    id::{ConsultationId, PatientId},
    patient::{Decision, Identification, IdentityCheck, Merge, Visit},
    time::Timestamp,
};
use uuid::Uuid;

/// The patients in a store that keeps other subjects, too.
#[derive(Debug)]
struct SqlitePatients {
    store: Arc<SqliteStore>,
    known: KnownVisits,
}

impl HasPatients for Arc<SqliteStore> {
    fn patients(&self) -> Arc<dyn Patients> {
        Arc::new(SqlitePatients { store: Self::clone(self), known: KnownVisits::default() })
    }
}

#[async_trait]
impl Patients for SqlitePatients {
    async fn visits(&self, place: &str, limit: u32) -> Result<Vec<Visit>, StoreError> {
        let before = match self.known.take(place, limit) {
            Some(known) if self.older_than(place, known.newest).await? == known.older => known,
            // Nothing was read, or a tablet came from another post with older requests.
            _ => Known::nothing(place, limit),
        };
        let (newest, visits) = self.visits_since(place, before.newest, limit).await?;
        let older = self.older_than(place, newest).await?;
        let known = before.followed_by(visits, newest, older);
        let visits = known.visits.clone();
        self.known.keep(known);
        Ok(visits)
    }

    async fn merges(&self, place: &str) -> Result<Vec<Merge>, StoreError> {
        let rows = sqlx::query("SELECT * FROM patient_merge WHERE place = ? ORDER BY made_at, id");
        rows.bind(place).fetch_all(&self.store.readers).await?.iter().map(merge).collect()
    }

    async fn add_merge(&self, place: &str, merge: &Merge) -> Result<(), StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO patient_merge (id, place, from_patient, into_patient, made_by, made_at, made_staff) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8 WHERE (SELECT COUNT(*) FROM patient_merge WHERE place = ?2) < ?7",
        )
        .bind(merge.id)
        .bind(place)
        .bind(merge.from.0)
        .bind(merge.into.0)
        .bind(&merge.made.by.0)
        .bind(millis(merge.made.at))
        .bind(MERGES)
        .bind(merge.made.staff.as_ref().map(|staff| &staff.0))
        .execute(&self.store.writer)
        .await?;
        if inserted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::TooLarge) }
    }

    async fn undo_merge(&self, place: &str, merge: Uuid, decision: &Decision) -> Result<bool, StoreError> {
        let undone = sqlx::query(
            "UPDATE patient_merge SET undone_by = ?, undone_at = ?, undone_staff = ? \
             WHERE id = ? AND place = ? AND undone_at IS NULL",
        );
        let Decision { by, staff, at } = decision;
        let staff = staff.as_ref().map(|staff| &staff.0);
        let undone = undone.bind(&by.0).bind(millis(*at)).bind(staff).bind(merge).bind(place);
        Ok(undone.execute(&self.store.writer).await?.rows_affected() == 1)
    }

    async fn identifications(&self, place: &str) -> Result<Vec<Identification>, StoreError> {
        identifications::of_post(&self.store, place).await
    }

    async fn add_identification(
        &self,
        place: &str,
        new: &Identification,
        noted: &[RecordOpening],
    ) -> Result<bool, StoreError> {
        identifications::add(&self.store, place, new, noted).await
    }

    async fn undo_identification(
        &self,
        place: &str,
        id: Uuid,
        undone: &Decision,
        noted: &[RecordOpening],
    ) -> Result<bool, StoreError> {
        identifications::undo(&self.store, (place, id), undone, noted).await
    }

    async fn add_check(&self, place: &str, check: &IdentityCheck) -> Result<(), StoreError> {
        checks::add(&self.store, place, check).await
    }

    async fn checks(
        &self,
        place: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<IdentityCheck>, StoreError> {
        checks::between(&self.store, place, from, to).await
    }
}

impl SqlitePatients {
    /// The newest requests of a post's tablets since a time, at most `limit`, with the time of the newest one, which may be none that can be read.
    async fn visits_since(
        &self,
        place: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<(Timestamp, Vec<Visit>), StoreError> {
        let rows = sqlx::query(
            "SELECT own.id, number, version, fact.at, by, what FROM (SELECT DISTINCT member.consultation AS id, \
             member.requested_at FROM party JOIN member ON member.party = party.id AND member.requested_at >= ? \
             WHERE party.place = ? AND party.role = 'kiosk' ORDER BY member.requested_at DESC LIMIT ?) AS own \
             JOIN fact ON fact.consultation = own.id AND number = 1",
        );
        let rows = rows.bind(millis(since)).bind(place).bind(limit).fetch_all(&self.store.readers).await?;
        let times = rows.iter().map(|row| row.try_get("at"));
        let newest = times.collect::<Result<Vec<i64>, _>>()?.into_iter().max();
        let visits: Result<Vec<_>, _> = rows.iter().map(|row| self.visit(place, row)).collect();
        Ok((newest.map_or(since, timestamp), visits?.into_iter().flatten().collect()))
    }

    /// The number of requests of a post's tablets before a time.
    async fn older_than(&self, place: &str, at: Timestamp) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar(
            "SELECT COUNT(*) FROM party JOIN member ON member.party = party.id AND member.requested_at < ? \
             WHERE party.place = ? AND party.role = 'kiosk'",
        );
        Ok(count.bind(millis(at)).bind(place).fetch_one(&self.store.readers).await?)
    }

    /// The request of a row, if it can be read and was this post's.
    fn visit(&self, place: &str, row: &SqliteRow) -> Result<Option<Visit>, StoreError> {
        let consultation = ConsultationId(row.try_get("id")?);
        let row = self.store.row(consultation, row)?;
        let body = row.what.as_ref().zip(u32::try_from(row.version).ok());
        let body = body.and_then(|(what, version)| self.store.codec.decode(version, what.reveal()).ok());
        Ok(match body.map(|body| body.what) {
            Some(What::Requested { post, request }) if post.place.id == place => {
                Some(Visit::of(request, row.at))
            }
            _ => None,
        })
    }
}

fn merge(row: &SqliteRow) -> Result<Merge, StoreError> {
    let made =
        decided(row, "made")?.ok_or_else(|| StoreError::Corrupt("a merge was made by nobody".into()))?;
    Ok(Merge {
        id: row.try_get("id")?,
        from: PatientId(row.try_get("from_patient")?),
        into: PatientId(row.try_get("into_patient")?),
        made,
        undone: decided(row, "undone")?,
    })
}
