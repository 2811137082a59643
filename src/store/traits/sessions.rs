//! Sessions of the pages. A token comes in hashed, as 32 bytes of SHA-256.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place, Role},
    pii::Pii,
    time::Timestamp,
};

/// The SHA-256 of a session's token.
pub type TokenHash = [u8; 32];

/// An open session of the pages.
#[derive(Clone, Debug)]
pub struct Session {
    /// The person or device that signed in.
    pub identity: Identity,
    /// A doctor's number in the register of the professional order. It is read with a session, and not written.
    pub order_number: Option<Pii<String>>,
    /// The time of the sign-in.
    pub opened_at: Timestamp,
    /// The time of the last use, as far as it was noted.
    pub seen_at: Timestamp,
    /// The time at which it ends by itself.
    pub expires_at: Timestamp,
    /// The kind of the browser, as `Firefox, Windows`; empty if it is not known.
    pub browser: String,
}

/// An open session in the list of a party's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    /// The hash of its token.
    pub token: TokenHash,
    /// The time of the sign-in.
    pub opened_at: Timestamp,
    /// The time of the last use, as far as it was noted.
    pub seen_at: Timestamp,
    /// The kind of the browser; empty if it is not known.
    pub browser: String,
}

/// A tablet or a doctor whom operations expect to be connected. Nobody is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedParty {
    /// The account or device.
    pub party: PartyId,
    /// A tablet's or a doctor's.
    pub role: Role,
    /// The structure.
    pub place: Place,
    /// The time at which it was last connected; none if it never was.
    pub seen_at: Option<Timestamp>,
}

/// The open sessions.
#[async_trait]
pub trait Sessions: Send + Sync + fmt::Debug {
    /// Opens a session, and forgets those that expired. If the party has more than `at_most` then, the ones that were used
    /// longest ago end; the result is their tokens.
    async fn open_session(
        &self,
        token: &TokenHash,
        session: &Session,
        at_most: u32,
    ) -> Result<Vec<TokenHash>, StoreError>;

    /// The session of this token, unless expired or revoked.
    async fn session(&self, token: &TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError>;

    /// The open sessions of a party, the one that was used last first.
    async fn sessions_of(&self, party: &PartyId, now: Timestamp) -> Result<Vec<ListedSession>, StoreError>;

    /// Notes that a session is used, and lets it live until `expires_at`.
    async fn extend_session(
        &self,
        token: &TokenHash,
        seen_at: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes when parties were last connected. A party that is not known is left out.
    async fn note_seen(&self, seen: &[(PartyId, Timestamp)]) -> Result<(), StoreError>;

    /// The tablets with a key and the doctors that have not lost their rights, at most `limit`: tablets first, and whoever
    /// was connected last first.
    async fn expected_parties(&self, limit: u32) -> Result<Vec<ExpectedParty>, StoreError>;

    /// Ends a session.
    async fn close_session(&self, token: &TokenHash) -> Result<(), StoreError>;
}
