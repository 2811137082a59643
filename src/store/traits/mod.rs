//! The traits of a store, one for each subject. [`Stores`] carries one implementation of each to those
//! who need them, so that another database can stand beside SQLite without a change elsewhere.

mod accounts;
mod ambulances;
mod appointments;
mod audit_log;
pub mod blobs;
mod contacts;
mod declarations;
mod devices;
mod doctors;
mod journal;
mod links;
mod outbox;
mod patients;
mod people;
mod places;
mod prescriptions;
mod proposals;
mod publications;
mod referrals;
mod revocations;
mod rotas;
mod sessions;
mod signer_keys;
mod spoken;
mod staff;
mod stock;

pub use accounts::{Accounts, NewAccount};
pub use ambulances::{AmbulanceLink, Ambulances, HasAmbulances, NewAmbulanceLink};
pub use appointments::{
    APPOINTMENTS_LISTED, APPOINTMENTS_NEAR, Appointments, HasAppointments, IndexedAppointment,
};
pub use audit_log::AuditLog;
pub use contacts::Contacts;
pub use declarations::{Declarations, HasDeclarations};
pub use devices::{Device, Devices};
pub use doctors::{DoctorCorrection, Doctors, HasDoctors, KnownDoctor, NewDoctor};
pub use journal::{Epoch, Journal};
pub use links::{LinkRates, Links};
pub use outbox::{HasOutbox, NOTICES_WAITING, NewNotice, Outbox, StoredNotice};
pub use patients::{CHECKS, HasPatients, MERGES, Patients};
pub use people::{HasPeople, People};
pub use places::Places;
pub use prescriptions::{HasPrescriptions, Prescriptions};
pub use proposals::{Decided, HasProposals, NewProposal, Proposals, Proposed, StoredProposal, Verdict};
pub use publications::{
    HasPublications, PublicationCounts, PublicationDecision, Publications, StoredPublication,
};
pub use referrals::{HasReferrals, IndexedReferral, Referrals};
pub use revocations::Revocations;
pub use rotas::{Feed, HasRotas, PlanChange, Rotas, StoredChange, StoredPlan};
pub use sessions::{ExpectedParty, ListedSession, Session, Sessions, TokenHash};
pub use signer_keys::{
    Certificate, HasSignerKeys, Signer, SignerKey, SignerKeys, Withdrawal, WithdrawalReason,
};
pub use spoken::{
    HasSpoken, NewSpoken, SPOKEN_BYTES, SPOKEN_VERSIONS, Spoken, SpokenBy, SpokenOutcome, SpokenVersion,
};
pub use staff::{HasStaff, Staff, StaffChange, StaffMember};
pub use stock::{HasStock, Stock};

use std::sync::Arc;

/// All stores of a running server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Facts of consultations, and who opened their records.
    pub journal: Arc<dyn Journal>,
    /// The audit log.
    pub audit: Arc<dyn AuditLog>,
    /// Structures of the health pyramid.
    pub places: Arc<dyn Places>,
    /// People who sign in with a password.
    pub accounts: Arc<dyn Accounts>,
    /// Tablets of posts.
    pub devices: Arc<dyn Devices>,
    /// Open sessions of the pages.
    pub sessions: Arc<dyn Sessions>,
    /// Rights that were taken away.
    pub revocations: Arc<dyn Revocations>,
    /// The rates that links carried last time.
    pub links: Arc<dyn Links>,
    /// Recordings of the sentences for patients.
    pub spoken: Arc<dyn Spoken>,
    /// The rota of specialists.
    pub rotas: Arc<dyn Rotas>,
    /// The staff of posts.
    pub staff: Arc<dyn Staff>,
    /// The patients of posts.
    pub patients: Arc<dyn Patients>,
    /// Who stands behind a party.
    pub people: Arc<dyn People>,
    /// What specialists declared about being available.
    pub declarations: Arc<dyn Declarations>,
    /// Notices by SMS and e-mail, and how people are reached.
    pub outbox: Arc<dyn Outbox>,
    /// The keys with which specialists sign documents.
    pub signer_keys: Arc<dyn SignerKeys>,
    /// The index of prescriptions.
    pub prescriptions: Arc<dyn Prescriptions>,
    /// The stock of posts.
    pub stock: Arc<dyn Stock>,
    /// The index of referrals.
    pub referrals: Arc<dyn Referrals>,
    /// The index of appointments.
    pub appointments: Arc<dyn Appointments>,
    /// The versions of records that are owed to the national record.
    pub publications: Arc<dyn Publications>,
    /// The links of ambulances.
    pub ambulances: Arc<dyn Ambulances>,
    /// What posts propose about structures.
    pub proposals: Arc<dyn Proposals>,
}

impl Stores {
    /// One store that keeps every subject.
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: Journal
            + AuditLog
            + Places
            + Accounts
            + Devices
            + Sessions
            + Revocations
            + Links
            + HasSpoken
            + 'static,
        Arc<S>: HasRotas
            + HasStaff
            + HasPatients
            + HasPeople
            + HasDeclarations
            + HasOutbox
            + HasSignerKeys
            + HasPrescriptions
            + HasProposals
            + HasPublications
            + HasReferrals
            + HasStock
            + HasAppointments
            + HasAmbulances,
    {
        Self {
            journal: store.clone(),
            audit: store.clone(),
            places: store.clone(),
            accounts: store.clone(),
            devices: store.clone(),
            sessions: store.clone(),
            revocations: store.clone(),
            spoken: store.recordings(),
            rotas: store.rotas(),
            staff: store.staff(),
            patients: store.patients(),
            people: store.people(),
            declarations: store.declared(),
            outbox: store.outbox(),
            signer_keys: store.signer_keys(),
            prescriptions: store.prescriptions(),
            stock: store.stock(),
            referrals: store.referrals(),
            appointments: store.appointments(),
            publications: store.publications(),
            ambulances: store.ambulances(),
            proposals: store.proposals(),
            links: store,
        }
    }
}
