//! The index of appointments in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    traits::{APPOINTMENTS_LISTED, APPOINTMENTS_NEAR, Appointments, HasAppointments, IndexedAppointment},
};
use async_trait::async_trait;
use sqlx::{Sqlite, Transaction};
use std::{ops::Range, sync::Arc};
use teranga_clinic::{
    id::{AppointmentId, ConsultationId, PartyId},
    index::AppointmentChange,
    time::Timestamp,
};
use uuid::Uuid;

/// The index in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteAppointments(SqliteStore);

impl HasAppointments for Arc<SqliteStore> {
    fn appointments(&self) -> Arc<dyn Appointments> {
        Arc::new(SqliteAppointments(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Appointments for SqliteAppointments {
    async fn of_doctor(
        &self,
        doctor: &PartyId,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError> {
        self.list(OF_DOCTOR, &doctor.0, span, APPOINTMENTS_LISTED).await
    }

    async fn of_place(
        &self,
        place: &str,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError> {
        self.list(OF_PLACE, place, span, APPOINTMENTS_LISTED).await
    }

    async fn cancelled_of_place(
        &self,
        place: &str,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError> {
        self.list(CANCELLED_OF_PLACE, place, span, APPOINTMENTS_LISTED).await
    }

    async fn near(&self, span: Range<Timestamp>) -> Result<Vec<IndexedAppointment>, StoreError> {
        self.list(NEAR, "", span, APPOINTMENTS_NEAR).await
    }
}

impl SqliteAppointments {
    async fn list(
        &self,
        query: &'static str,
        party: &str,
        span: Range<Timestamp>,
        most: i64,
    ) -> Result<Vec<IndexedAppointment>, StoreError> {
        let rows: Vec<(Uuid, Uuid, i64, i64)> = sqlx::query_as(query)
            .bind(party)
            .bind(millis(span.start))
            .bind(millis(span.end))
            .bind(most)
            .fetch_all(&self.0.readers)
            .await?;
        let indexed = |(id, consultation, at, since)| IndexedAppointment {
            appointment: AppointmentId(id),
            consultation: ConsultationId(consultation),
            at: timestamp(at),
            since: timestamp(since),
        };
        Ok(rows.into_iter().map(indexed).collect())
    }
}

/// The list of those that a condition on `?1` names.
macro_rules! list {
    ($whose:literal) => {
        concat!(
            "SELECT id, consultation, at, since FROM appointment WHERE ",
            $whose,
            " AND at >= ?2 AND at < ?3 ORDER BY at, id LIMIT ?4"
        )
    };
}

const OF_DOCTOR: &str = list!("cancelled = 0 AND doctor = ?1");
const OF_PLACE: &str = list!("cancelled = 0 AND place = ?1");
const CANCELLED_OF_PLACE: &str = list!("cancelled = 1 AND place = ?1");
const NEAR: &str = list!("cancelled = 0 AND ?1 = ''");

/// Brings the index in step with a fact of `now`, in its transaction.
pub(super) async fn apply(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    change: AppointmentChange<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = match change {
        AppointmentChange::Made(made, doctor) => sqlx::query(
            "INSERT INTO appointment (id, consultation, place, doctor, at, since) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(made.appointment.0)
        .bind(consultation.0)
        .bind(&made.place)
        .bind(&doctor.0)
        .bind(millis(made.at))
        .bind(millis(now)),
        AppointmentChange::Moved(id, at) => {
            sqlx::query("UPDATE appointment SET at = ?, since = ? WHERE id = ?")
                .bind(millis(at))
                .bind(millis(now))
                .bind(id.0)
        }
        AppointmentChange::Cancelled(id) => {
            sqlx::query("UPDATE appointment SET cancelled = 1 WHERE id = ?").bind(id.0)
        }
    };
    query.execute(&mut **transaction).await?;
    Ok(())
}
