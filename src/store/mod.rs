//! The store keeps what must survive the process: facts, people, devices, sessions, photos. The traits say what the server asks of a
//! store, subject by subject; [`SqliteStore`] keeps them all in one file of the data folder.
//!
//! "Acknowledged means durable": a method that writes returns when the disk has it, and not before.

pub mod audit_chain;
mod error;
mod names;
mod object_blobs;
pub mod sealing;
mod set_asides;
mod sqlite;
pub mod traits;
mod vault;

pub use error::StoreError;
pub use object_blobs::ObjectBlobs;
pub use set_asides::SetAsides;
pub use sqlite::SqliteStore;
pub use traits::{
    Accounts, AmbulanceLink, Ambulances, Appointments, AuditLog, Certificate, Contacts, Decided,
    Declarations, Device, Devices, DoctorCorrection, Doctors, Epoch, ExpectedParty, Feed, HasAmbulances,
    HasAppointments, HasDeclarations, HasDoctors, HasOutbox, HasPatients, HasPeople, HasPrescriptions,
    HasProposals, HasPublications, HasReferrals, HasRotas, HasSignerKeys, HasSpoken, HasStaff, HasStock,
    IndexedAppointment, IndexedReferral, Journal, KnownDoctor, LinkRates, Links, ListedSession, NewAccount,
    NewAmbulanceLink, NewDoctor, NewNotice, NewProposal, NewSpoken, Outbox, Patients, People, Places,
    PlanChange, Prescriptions, Proposals, Proposed, PublicationCounts, PublicationDecision, Publications,
    Referrals, Revocations, Rotas, SPOKEN_BYTES, SPOKEN_VERSIONS, Session, Sessions, Signer, SignerKey,
    SignerKeys, Spoken, SpokenBy, SpokenOutcome, SpokenVersion, Staff, StaffChange, StaffMember, Stock,
    StoredChange, StoredNotice, StoredPlan, StoredProposal, StoredPublication, Stores, TokenHash, Verdict,
    Withdrawal, WithdrawalReason,
};
pub use vault::{Appended, FileKey, FileName, SealedFiles, StoredFile, Upload};

/// Helpers for the tests of other modules.
#[cfg(test)]
pub(crate) mod testing {
    pub(crate) use super::sqlite::tests::{
        Folder, add, consultation, identity,
        last_build::last_build,
        place,
        publications::{close, publishable, withdraw},
        requested,
    };
}
