//! Sessions of the pages. A token comes in hashed, as 32 bytes of SHA-256.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{people::Identity, time::Timestamp};

/// An open session of the pages.
#[derive(Clone, Debug)]
pub struct Session {
    /// The person or device that signed in.
    pub identity: Identity,
    /// The time at which it ends by itself.
    pub expires_at: Timestamp,
}

/// The open sessions.
#[async_trait]
pub trait Sessions: Send + Sync + fmt::Debug {
    /// Opens a session, and forgets those that expired.
    async fn open_session(
        &self,
        token: &[u8; 32],
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The session of this token, unless expired or revoked.
    async fn session(&self, token: &[u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError>;

    /// Lets a session live until `expires_at`.
    async fn extend_session(&self, token: &[u8; 32], expires_at: Timestamp) -> Result<(), StoreError>;

    /// Ends a session.
    async fn close_session(&self, token: &[u8; 32]) -> Result<(), StoreError>;
}
