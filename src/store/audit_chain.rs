//! The audit log as a hash chain: the hash of each row covers the row and the hash of the row before, so a copy of the
//! last hash ("head") that is kept elsewhere proves every row up to it. Pure: the rows come from a store.

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A hash of the chain: SHA-256.
pub type ChainHash = [u8; 32];

/// One row of the audit log, without its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The time, ms since 1970.
    pub at: i64,
    /// The stable name of what was done.
    pub did: String,
    /// The consultation.
    pub consultation: Uuid,
    /// The account or device; none for the server's own clock.
    pub party: Option<String>,
    /// The photo that was opened.
    pub photo: Option<Uuid>,
    /// The number of the fact that was recorded.
    pub fact: Option<i64>,
    /// SHA-256 of the sealed form of that fact, or of the circumstances of an opening.
    pub digest: Option<Vec<u8>>,
}

/// The end of the chain. Its text form, `ROWS:HASH`, is what operators keep elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of rows.
    pub rows: i64,
    /// The hash of the last one; zeros if there is none.
    pub hash: ChainHash,
}

/// The first thing that is wrong with an audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AuditFlaw {
    /// A row is missing before the end, or two have changed places.
    #[error("a row was deleted or moved")]
    Missing,
    /// A row is not what it was when it was written.
    #[error("a row was changed")]
    Changed,
    /// Rows at the end are missing.
    #[error("rows were cut off at the end")]
    CutOff,
    /// The end of the chain was not written by this server.
    #[error("the head was not written with the keys of this server")]
    Head,
    /// A fact was deleted, changed, or added without the log.
    #[error("a fact is not the one that the log names")]
    Fact,
    /// A head that was kept elsewhere does not belong to this log.
    #[error("the log is not the one from which the head was taken")]
    OtherLog,
}

impl AuditHead {
    /// The head of an empty log.
    pub const EMPTY: Self = Self { rows: 0, hash: [0; 32] };

    /// The head after one row more.
    ///
    /// # Panics
    /// Never: a SHA-256 has 32 bytes.
    #[must_use]
    pub fn followed_by(&self, row: &AuditRow) -> Self {
        let rows = self.rows + 1;
        let mut hash = Context::new(&SHA256);
        hash.update(&self.hash);
        hash.update(&rows.to_be_bytes());
        hash.update(&row.at.to_be_bytes());
        hash.update(row.consultation.as_bytes());
        let fact = row.fact.map(i64::to_be_bytes);
        let fields = [
            Some(row.did.as_bytes()),
            row.party.as_deref().map(str::as_bytes),
            row.photo.as_ref().map(|photo| &photo.as_bytes()[..]),
            fact.as_ref().map(|fact| &fact[..]),
            row.digest.as_deref(),
        ];
        for field in fields {
            // One more than the length, so that a field that is not there differs from an empty one.
            let length = field.map_or(0, |field| field.len() as u64 + 1);
            hash.update(&length.to_be_bytes());
            hash.update(field.unwrap_or_default());
        }
        Self { rows, hash: hash.finish().as_ref().try_into().expect("SHA-256 has 32 bytes") }
    }

    /// The bytes that the head's authentication code covers.
    pub(super) fn message(&self) -> Vec<u8> {
        [&self.rows.to_be_bytes()[..], &self.hash].concat()
    }
}

impl AuditFlaw {
    /// The stable name, for a log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::CutOff => "cut_off",
            Self::Head => "head",
            Self::Fact => "fact",
            Self::OtherLog => "other_log",
        }
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.rows)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AuditHead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a head looks like 1234:ab12…, with 64 hexadecimal digits";
        let (rows, digits) = text.trim().split_once(':').ok_or(wrong)?;
        let rows = rows.parse().ok().filter(|rows| *rows >= 0).ok_or(wrong)?;
        let mut hash = [0; 32];
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(wrong);
        }
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| wrong)?;
        }
        Ok(Self { rows, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        let (did, party) = ("opened".to_owned(), Some("doctor".to_owned()));
        AuditRow { at: 5, did, consultation: Uuid::nil(), party, photo: None, fact: None, digest: None }
    }

    #[test]
    fn every_field_and_the_row_before_change_the_hash() {
        let head = AuditHead::EMPTY.followed_by(&row());
        let others = [
            AuditRow { at: 6, ..row() },
            AuditRow { did: "refused".into(), ..row() },
            AuditRow { consultation: Uuid::max(), ..row() },
            AuditRow { party: None, ..row() },
            AuditRow { party: Some(String::new()), ..row() },
            AuditRow { photo: Some(Uuid::nil()), ..row() },
            AuditRow { fact: Some(0), ..row() },
            AuditRow { digest: Some(vec![]), ..row() },
        ];
        for other in others {
            assert_ne!(AuditHead::EMPTY.followed_by(&other), head, "{other:?}");
        }
        assert_ne!(head.followed_by(&row()).hash, head.hash);
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = AuditHead::EMPTY.followed_by(&row());
        assert_eq!(head.to_string().parse(), Ok(head));
        for text in ["", "1", "1:ab", "-1:00", &"é".repeat(40), &format!("1:{}", "é".repeat(32))] {
            assert!(text.parse::<AuditHead>().is_err(), "{text}");
        }
    }
}
