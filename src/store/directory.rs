//! What the house asks of the directory: places, accounts, devices, sessions.

use super::StoreError;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place},
    pii::Pii,
    time::Timestamp,
};

/// Level of the health pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// Poste de santé: a nurse, a midwife, a tablet.
    Post,
    /// Centre de santé of a district.
    District,
    /// Établissement public de santé.
    Hospital,
    /// Where operations or the ministry sit.
    Office,
}

/// A point on the map, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// North.
    pub latitude: f64,
    /// East.
    pub longitude: f64,
}

/// A structure of the health pyramid.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// As everyone sees it.
    pub place: Place,
    /// Its level.
    pub kind: Kind,
    /// Where it is, if known.
    pub position: Option<Position>,
    /// Demonstration data: not to be trusted on the ground.
    pub demo: bool,
}

/// A person's account, to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Who; the place must exist.
    pub identity: Identity,
    /// Sign-in name, already folded.
    pub login: Pii<String>,
    /// argon2id in PHC format.
    pub password_hash: Pii<String>,
}

/// What signing in needs to know of an account that was not revoked.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who.
    pub identity: Identity,
    /// argon2id in PHC format.
    pub password_hash: Pii<String>,
}

/// A post's device.
#[derive(Clone, Debug)]
pub struct Device {
    /// Who.
    pub identity: Identity,
    /// Uncompressed P-256 point; none while its code waits to be used.
    pub public_key: Option<Vec<u8>>,
    /// Since when it has no rights any more.
    pub revoked_at: Option<Timestamp>,
}

/// What a link carried when it was measured last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRates {
    /// Towards the server, bits a second.
    pub up_bps: u32,
    /// From the server, bits a second.
    pub down_bps: u32,
}

/// An open session of the pages.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose.
    pub identity: Identity,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// People, devices and their rights. Secrets are handed in hashed; a hash is 32 bytes of SHA-256.
#[async_trait]
pub trait Directory: Send + Sync + fmt::Debug {
    /// Adds a place, or corrects what is known of it.
    async fn put_structure(&self, structure: &Structure) -> Result<(), StoreError>;

    /// All places, by identifier.
    async fn structures(&self) -> Result<Vec<Structure>, StoreError>;

    /// The health centre of the district where this place is, if it has a telephone.
    async fn district_centre(&self, place: &Place) -> Result<Option<Place>, StoreError>;

    /// Adds an account; [`StoreError::Exists`] if the login or the party does.
    async fn add_account(&self, account: &NewAccount, now: Timestamp) -> Result<(), StoreError>;

    /// The account of this login, unless revoked.
    async fn account(&self, login: &str) -> Result<Option<Account>, StoreError>;

    /// Changes a password and ends every session of the account; none if there is no such login.
    async fn set_password(
        &self,
        login: &str,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError>;

    /// Adds a device that has no key yet; [`StoreError::Exists`] if it does.
    async fn add_device(&self, identity: &Identity, now: Timestamp) -> Result<(), StoreError>;

    /// The device, revoked or not.
    async fn device(&self, party: &PartyId) -> Result<Option<Device>, StoreError>;

    /// All devices, by identifier.
    async fn devices(&self) -> Result<Vec<Device>, StoreError>;

    /// Makes a code valid for one use until `expires_at`. An older one of the device is void.
    async fn put_code(
        &self,
        code: &[u8; 32],
        device: &PartyId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Uses a code up and binds `public_key` to its device, which regains its rights; the sessions of an
    /// earlier key end. None if the code is unknown, used or expired.
    async fn enroll(
        &self,
        code: &[u8; 32],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError>;

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

    /// The party of a login, revoked or not.
    async fn party_of_login(&self, login: &str) -> Result<Option<PartyId>, StoreError>;

    /// Takes every right from a party, ends its sessions, voids its codes; false if there is no such.
    async fn revoke(&self, party: &PartyId, now: Timestamp) -> Result<bool, StoreError>;

    /// Keeps what a party's link carried; [`StoreError::Missing`] if there is no such party.
    async fn put_link(&self, party: &PartyId, link: LinkRates, now: Timestamp) -> Result<(), StoreError>;

    /// What every party's link carried last time.
    async fn links(&self) -> Result<Vec<(PartyId, LinkRates)>, StoreError>;

    /// Number of the last revocation; zero before the first.
    async fn last_revocation(&self) -> Result<i64, StoreError>;

    /// Revocations after `number`, oldest first.
    async fn revocations_after(&self, number: i64) -> Result<Vec<(i64, PartyId)>, StoreError>;
}
