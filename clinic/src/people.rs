//! People and places: roles, specialities, structures of the health pyramid, and who somebody is.

use crate::{id::PartyId, pii::Pii};
use serde::{Deserialize, Serialize};

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The tablet of a health post, used by its nurse or midwife.
    Kiosk,
    /// A specialist.
    Doctor,
    /// Somebody who is invited into consultations: district doctor, interpreter.
    Guest,
    /// Operations. Sees links and loads, never a patient.
    Operator,
}

/// Medical specialities that a post can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Speciality {
    /// Gynécologie-obstétrique.
    Obstetrics,
    /// Pédiatrie.
    Paediatrics,
    /// Médecine interne et générale.
    General,
    /// Chirurgie.
    Surgery,
}

/// Where somebody works. Public facts about a structure, not about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Place {
    /// Identifier of the structure, as `poste-nabadji`.
    pub id: String,
    /// `Poste de santé de Nabadji Civol`.
    pub name: String,
    /// Health district.
    pub district: String,
    /// Région médicale.
    pub region: String,
    /// Telephone to fall back on; empty if there is none.
    pub phone: String,
}

/// Whether a specialist can be rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// May be rung.
    Available,
    /// There, but rung only when nobody else is.
    Busy,
    /// Not to be rung, but for a request that found nobody else.
    #[default]
    Away,
}

/// Who the server takes the client for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Identity {
    /// Account or device.
    pub party: PartyId,
    /// What it may do.
    pub role: Role,
    /// Name shown to the other members: a person's or a post's.
    pub name: Pii<String>,
    /// Post or hospital.
    pub place: Place,
    /// What a specialist answers for; empty for others.
    pub specialities: Vec<Speciality>,
}
