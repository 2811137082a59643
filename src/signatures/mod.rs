//! Signatures of documents: the key of each specialist, the ministry's authority that certifies them, and the list of keys that a
//! verifier believes ([docs/adr/0047](../../docs/adr/0047-signed-prescriptions.md)). What is signed is decided elsewhere.

pub mod authority;
mod signer;

pub use signer::{DocumentSigner, SignError};
