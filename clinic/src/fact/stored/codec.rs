//! The codec: it writes facts in the newest version of the stored form, and finds the version in which a row is read.

use super::{
    v1, v2, v3,
    version::{Body, Unreadable, Version},
};
use crate::{fact::What, id::StaffId};

/// The codec of this program.
pub const CODEC: Codec = Codec::new(&[v1::VERSION, v2::VERSION, v3::VERSION]);

/// A fact in the form in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The version of the form, counted from 1.
    pub version: u32,
    /// The fact as JSON, with the patient's data in it.
    pub json: String,
}

/// Encodes and decodes the stored form in the versions that it is given.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    versions: &'static [Version],
}

impl Codec {
    /// A codec of these versions, oldest first; the last one is written.
    ///
    /// # Panics
    /// There must be one at least.
    pub const fn new(versions: &'static [Version]) -> Self {
        assert!(!versions.is_empty(), "a codec without versions");
        Self { versions }
    }

    /// Writes a fact in the newest version.
    pub fn encode(&self, what: &What, staff: Option<&StaffId>) -> Stored {
        let newest = &self.versions[self.versions.len() - 1];
        Stored { version: newest.number, json: (newest.encode)(what, staff) }
    }

    /// Reads a row that is said to be of this version.
    ///
    /// # Errors
    /// [`Unreadable`] if any part of it is not understood.
    pub fn decode(&self, version: u32, json: &str) -> Result<Body, Unreadable> {
        let known = self.versions.iter().find(|known| known.number == version).ok_or(Unreadable::Version)?;
        (known.decode)(json)
    }
}
