//! The accounts of doctors as a list from elsewhere sees them: by their number in the register of the professional order.

use super::NewAccount;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{contact::Contact, id::PartyId, people::Speciality, pii::Pii, time::Timestamp};

/// The account of a doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDoctor {
    /// The account.
    pub party: PartyId,
    /// The number in the register of the professional order; none if nobody has told it.
    pub order_number: Option<Pii<String>>,
    /// The identifier of the structure.
    pub place: String,
    /// The specialities.
    pub specialities: Vec<Speciality>,
    /// The telephone and the e-mail address.
    pub contact: Contact,
    /// True if the account has no rights any more.
    pub is_revoked: bool,
}

/// An account to be added, with how the doctor is reached.
#[derive(Clone, Debug)]
pub struct NewDoctor {
    /// The account.
    pub account: NewAccount,
    /// The telephone and the e-mail address.
    pub contact: Contact,
}

/// What is to be corrected of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoctorCorrection {
    /// The account.
    pub party: PartyId,
    /// The identifier of the structure, which must exist.
    pub place: String,
    /// The specialities.
    pub specialities: Vec<Speciality>,
    /// The telephone and the e-mail address; what it lacks stays as it is.
    pub contact: Contact,
}

/// A store that keeps other subjects, too.
pub trait HasDoctors {
    /// The accounts of doctors in it.
    fn doctors(&self) -> Arc<dyn Doctors>;
}

/// The accounts of doctors.
#[async_trait]
pub trait Doctors: Send + Sync + fmt::Debug {
    /// All of them, by account.
    async fn all(&self) -> Result<Vec<KnownDoctor>, StoreError>;

    /// Adds accounts and corrects others: all of them or none. [`StoreError::Exists`] if a login does.
    async fn put(
        &self,
        new: &[NewDoctor],
        corrected: &[DoctorCorrection],
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
