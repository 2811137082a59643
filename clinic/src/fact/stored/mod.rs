//! The stored form of facts: JSON with a version number, which is written beside it. Each version has a file with
//! structs of its own, so that neither the wire nor the domain types can change what is on a disk. This module encodes
//! facts in the newest version and decodes every version that was ever written; it never guesses. A row that it does
//! not fully understand is [`Unreadable`].
//!
//! A new version is added in these steps: a file with the kinds of fact that change or are new, the others delegated to the version before; add it
//! to [`CODEC`], and commit its golden rows (`clinic/tests/golden`). A released version is never changed.

mod codec;
mod v1;
mod v2;
mod v2_intake;
mod v3;
mod v3_appointment;
mod v3_attachment;
mod v3_consent;
mod v3_dispensing;
mod v3_prescription;
mod v3_referral;
mod version;

pub use codec::{CODEC, Codec, Stored};
pub use version::{Body, Unreadable, Version};

#[cfg(test)]
mod tests;
