//! The seals of texts at rest: what a patient or a person can be known by is encrypted before it reaches the database,
//! with keys that lie outside the data folder ([docs/adr/0025](../../../docs/adr/0025-records-at-rest.md)).
//!
//! A seal is bound to its place: the key is derived for one consultation or one party, and the row's own columns are
//! authenticated with the text, so that rows cannot be exchanged. This module reads no database.

mod key_file;
mod record_keys;

pub use key_file::KeyFile;
pub use record_keys::{KeyId, Place, RecordKeys};
