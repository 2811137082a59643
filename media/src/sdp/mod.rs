//! The SDP text of offers and answers (RFC 8829, RFC 8866). [`check`] reads an offer and rewrites it in the narrow form that the
//! engine takes; [`Offer::answer`] rewrites the engine's answer in the form that the client expects.
//!
//! Offers are read as widely as the standards allow: in any order of attributes, with any identification tag, with sections
//! that are stopped, unknown or outside of the bundle. The engine is shown only a bounded number of short lines, in one order,
//! of the codecs in use, and no candidates: we are ICE-lite and answer anybody who authenticates. All is pure. Fuzz entry points:
//! [`check`], [`Offer::answer`].

mod answer;
mod offer;
mod section;
mod transport;

pub use self::{
    offer::{IceCredentials, Offer, check},
    section::OfferedSection,
};

#[cfg(test)]
mod tests;
