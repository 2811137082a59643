//! People and places: roles, specialities, health structures, identities.

use crate::{id::PartyId, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Role of a party, which decides its rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The tablet of a health post, used by its nurse or midwife.
    Kiosk,
    /// A specialist.
    Doctor,
    /// A guest who is invited into consultations: a district doctor or an interpreter.
    Guest,
    /// Operations. This role sees links and loads, and never a patient.
    Operator,
    /// The coordinator of the rota. This role sees who is on duty and which cases wait, and never a patient.
    Coordinator,
}

/// Medical specialities that a post can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Speciality {
    /// Obstetrics ("Gynécologie-obstétrique").
    Obstetrics,
    /// Paediatrics ("Pédiatrie").
    Paediatrics,
    /// General medicine ("Médecine interne et générale").
    General,
    /// Surgery ("Chirurgie").
    Surgery,
}

/// Health structure in which somebody works. Its data is public and describes no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Place {
    /// Identifier of the structure, as `poste-nabadji`.
    pub id: String,
    /// Name of the structure, as `Poste de santé de Nabadji Civol`.
    pub name: String,
    /// Health district.
    pub district: String,
    /// Medical region ("Région médicale").
    pub region: String,
    /// Telephone number for when nobody answers; empty if there is none.
    pub phone: String,
}

/// Availability of a specialist, which decides when they are rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// The specialist may be rung.
    Available,
    /// The specialist is there, and is rung only if nobody else is available.
    Busy,
    /// The specialist is rung only for a request that found nobody else.
    #[default]
    Away,
}

/// What a specialist declared about their availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The state.
    pub state: Availability,
    /// The end of it; none until the specialist changes it.
    pub until: Option<Timestamp>,
    /// The time at which an absence was declared without an end. Its end then follows from the rota, and moves with it.
    pub open_since: Option<Timestamp>,
}

/// The addressee of a deferred case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// Whoever is on duty for this speciality.
    Speciality(Speciality),
    /// One specialist.
    Party(PartyId),
}

/// Identity of a client, as the server has authenticated it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Identity {
    /// Account or device.
    pub party: PartyId,
    /// Role.
    pub role: Role,
    /// Name shown to the other members: a person's or a post's.
    pub name: Pii<String>,
    /// Post or hospital.
    pub place: Place,
    /// Specialities of a specialist; empty for others.
    pub specialities: Vec<Speciality>,
}
