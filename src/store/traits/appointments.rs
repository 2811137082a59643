//! The index of appointments: who has one, and when. It is written with the fact.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, ops::Range, sync::Arc};
use teranga_clinic::{
    id::{AppointmentId, ConsultationId, PartyId},
    time::Timestamp,
};

/// The most appointments that the list of a doctor or of a post holds.
pub const APPOINTMENTS_LISTED: i64 = 100;

/// The most appointments of everybody that are near: two days of a country's posts. More of them mean a fault.
pub const APPOINTMENTS_NEAR: i64 = 10_000;

/// A store that keeps other subjects, too.
pub trait HasAppointments {
    /// The index in it.
    fn appointments(&self) -> Arc<dyn Appointments>;
}

/// An appointment as the index knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexedAppointment {
    /// The appointment.
    pub appointment: AppointmentId,
    /// The consultation in which it stands.
    pub consultation: ConsultationId,
    /// The time at which it begins.
    pub at: Timestamp,
    /// The time at which it was made, or moved to this time.
    pub since: Timestamp,
}

/// The index of appointments. Each list holds those that begin in `span`, the first first, without those that were cancelled if
/// it does not say otherwise.
#[async_trait]
pub trait Appointments: Send + Sync + fmt::Debug {
    /// Those of a doctor, [`APPOINTMENTS_LISTED`] at most.
    async fn of_doctor(
        &self,
        doctor: &PartyId,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError>;

    /// Those of the post of a structure, [`APPOINTMENTS_LISTED`] at most.
    async fn of_place(
        &self,
        place: &str,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError>;

    /// Those of the post of a structure that were cancelled, [`APPOINTMENTS_LISTED`] at most.
    async fn cancelled_of_place(
        &self,
        place: &str,
        span: Range<Timestamp>,
    ) -> Result<Vec<IndexedAppointment>, StoreError>;

    /// Those of everybody, [`APPOINTMENTS_NEAR`] at most.
    async fn near(&self, span: Range<Timestamp>) -> Result<Vec<IndexedAppointment>, StoreError>;
}
