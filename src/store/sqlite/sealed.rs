//! The columns that are sealed, and to what each seal is bound.

use crate::store::{
    error::StoreError,
    sealing::{Place, RecordKeys},
};
use sqlx::{Row as _, sqlite::SqliteRow};
use teranga_clinic::{id::ConsultationId, pii::Pii};

/// What the seal of a fact is bound to: its place and everything else in its row that a reader trusts.
#[derive(Clone, Copy, Debug)]
pub(super) struct FactSeal<'a> {
    pub(super) consultation: ConsultationId,
    pub(super) number: i64,
    pub(super) version: i64,
    pub(super) at: i64,
    pub(super) by: Option<&'a str>,
}

impl<'a> FactSeal<'a> {
    /// The seal of a row with the columns `number`, `version`, `at` and `by`.
    pub(super) fn of(consultation: ConsultationId, row: &'a SqliteRow) -> Result<Self, StoreError> {
        let (number, version) = (row.try_get("number")?, row.try_get("version")?);
        Ok(Self { consultation, number, version, at: row.try_get("at")?, by: row.try_get("by")? })
    }

    /// Seals the stored form of the fact.
    pub(super) fn seal(&self, keys: &RecordKeys, what: &[u8]) -> Vec<u8> {
        keys.seal(self.place(), &self.bound(), what)
    }

    /// Opens the stored form; `None` if the row is not as it was written.
    pub(super) fn open(&self, keys: &RecordKeys, what: &[u8]) -> Option<String> {
        String::from_utf8(keys.open(self.place(), &self.bound(), what)?).ok()
    }

    fn place(&self) -> Place<'_> {
        Place { purpose: "fact", subject: self.consultation.0.as_bytes() }
    }

    fn bound(&self) -> Vec<u8> {
        let numbers = [self.number, self.version, self.at].map(i64::to_be_bytes).concat();
        let by = self.by.map_or_else(Vec::new, |by| [b"by ", by.as_bytes()].concat());
        [numbers, by].concat()
    }
}

/// Seals the name of a party.
pub(super) fn name(keys: &RecordKeys, party: &str, name: &str) -> Vec<u8> {
    keys.seal(Place { purpose: "party name", subject: party.as_bytes() }, b"", name.as_bytes())
}

/// Opens the name of a party.
///
/// # Errors
/// It was changed, or belongs to another party.
pub(super) fn open_name(keys: &RecordKeys, party: &str, sealed: &[u8]) -> Result<String, StoreError> {
    let place = Place { purpose: "party name", subject: party.as_bytes() };
    let name = keys.open(place, b"", sealed).and_then(|name| String::from_utf8(name).ok());
    name.ok_or_else(|| StoreError::Corrupt(format!("the name of {party} was changed")))
}

/// Seals the reason for a change of the rota, which may say why a doctor is away.
pub(super) fn rota_reason(keys: &RecordKeys, version: u32, reason: &str) -> Vec<u8> {
    keys.seal(Place { purpose: "rota reason", subject: &version.to_be_bytes() }, b"", reason.as_bytes())
}

/// Opens the reason for a change of the rota.
///
/// # Errors
/// It was changed, or belongs to another change.
pub(super) fn open_rota_reason(keys: &RecordKeys, version: u32, sealed: &[u8]) -> Result<String, StoreError> {
    let place = Place { purpose: "rota reason", subject: &version.to_be_bytes() };
    let reason = keys.open(place, b"", sealed).and_then(|reason| String::from_utf8(reason).ok());
    reason.ok_or_else(|| {
        StoreError::Corrupt(format!("the reason for version {version} of the rota was changed"))
    })
}

/// Seals a doctor's number in the register of the professional order.
pub(super) fn order_number(keys: &RecordKeys, party: &str, number: &str) -> Vec<u8> {
    keys.seal(Place { purpose: "order number", subject: party.as_bytes() }, b"", number.as_bytes())
}

/// Opens the number of a doctor.
///
/// # Errors
/// It was changed, or belongs to another party.
pub(super) fn open_order_number(
    keys: &RecordKeys,
    party: &str,
    sealed: &[u8],
) -> Result<Pii<String>, StoreError> {
    let place = Place { purpose: "order number", subject: party.as_bytes() };
    let number = keys.open(place, b"", sealed).and_then(|number| String::from_utf8(number).ok());
    number
        .map(Pii::new)
        .ok_or_else(|| StoreError::Corrupt(format!("the order number of {party} was changed")))
}

/// Seals the private key with which a specialist signs documents.
pub(super) fn signer_key(keys: &RecordKeys, public: &[u8], pkcs8: &[u8]) -> Vec<u8> {
    keys.seal(Place { purpose: "signer key", subject: public }, b"", pkcs8)
}

/// Opens the private key of a specialist.
///
/// # Errors
/// It was changed, or belongs to another public key.
pub(super) fn open_signer_key(
    keys: &RecordKeys,
    public: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let place = Place { purpose: "signer key", subject: public };
    keys.open(place, b"", sealed).ok_or_else(|| StoreError::Corrupt("a signing key was changed".into()))
}

/// The form in which a sign-in name is kept: it can be looked for, and not be read.
pub(super) fn login(keys: &RecordKeys, login: &str) -> String {
    keys.keyed_name("login", login)
}
