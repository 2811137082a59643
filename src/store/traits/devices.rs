//! Tablets of posts: each signs in with a key of its own, which a one-time code binds to it. A code comes in hashed, as
//! 32 bytes of SHA-256.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{id::PartyId, people::Identity, time::Timestamp};

/// A post's device.
#[derive(Clone, Debug)]
pub struct Device {
    /// The device and its post.
    pub identity: Identity,
    /// Uncompressed P-256 point; none while its code waits to be used.
    pub public_key: Option<Vec<u8>>,
    /// The time since which it has no rights; none if it has them.
    pub revoked_at: Option<Timestamp>,
}

/// The devices of posts.
#[async_trait]
pub trait Devices: Send + Sync + fmt::Debug {
    /// Adds a device that has no key yet; [`StoreError::Exists`] if it does.
    async fn add_device(&self, identity: &Identity, now: Timestamp) -> Result<(), StoreError>;

    /// The key of a device, revoked or not; none if it has none or is not known. The time does not tell which.
    async fn device_key(&self, party: &PartyId) -> Result<Option<Vec<u8>>, StoreError>;

    /// The device, revoked or not. The time tells if there is one, so this is asked only for somebody who has
    /// proved the key.
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

    /// Uses a code up and binds `public_key` to its device, which regains its rights; the sessions of an earlier key
    /// end. None if the code is unknown, used or expired.
    async fn enroll(
        &self,
        code: &[u8; 32],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError>;
}
