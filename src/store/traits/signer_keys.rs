//! The keys with which specialists sign documents, and the authorities that certify them.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{id::PartyId, people::Identity, pii::Pii, time::Timestamp};

/// A store that keeps other subjects, too.
pub trait HasSignerKeys {
    /// The keys in it.
    fn signer_keys(&self) -> Arc<dyn SignerKeys>;
}

/// A person who signs.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The person.
    pub identity: Identity,
    /// Their number in the register of the professional order; none if it is not known.
    pub order_number: Option<Pii<String>>,
    /// The hashed password, argon2id in PHC format, which is asked again before a signature.
    pub password_hash: Pii<String>,
}

/// A key of a specialist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerKey {
    /// The specialist.
    pub party: PartyId,
    /// The specialist's name.
    pub name: Pii<String>,
    /// The specialist's number in the register of the professional order; none if it is not known.
    pub order_number: Option<Pii<String>>,
    /// The public key, an uncompressed point on P-256.
    pub public: Vec<u8>,
    /// The certificate; none until the authority has certified the key.
    pub certificate: Option<Certificate>,
    /// The end of its use before the certificate ends.
    pub withdrawn: Option<Withdrawal>,
}

/// A certificate of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate in DER (RFC 5280).
    pub der: Vec<u8>,
    /// The beginning of its validity.
    pub from: Timestamp,
    /// The end of its validity.
    pub to: Timestamp,
}

/// The end of the use of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The time.
    pub at: Timestamp,
    /// The reason.
    pub why: WithdrawalReason,
}

/// The reason for which a key is not used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithdrawalReason {
    /// Its holder does not sign any more. What was signed before stays valid.
    Left,
    /// Somebody else may have it. Nothing that it signed is believed.
    Lost,
}

/// The keys of specialists.
#[async_trait]
pub trait SignerKeys: Send + Sync + fmt::Debug {
    /// The person of an account, unless revoked.
    async fn signer(&self, party: &PartyId) -> Result<Option<Signer>, StoreError>;

    /// Keeps a new key. `pkcs8` is its private key; it is sealed before it reaches the disk.
    async fn add_key(
        &self,
        party: &PartyId,
        public: &[u8],
        pkcs8: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Every key, the newest first.
    async fn keys(&self) -> Result<Vec<SignerKey>, StoreError>;

    /// The private key in PKCS #8 (RFC 5208) of a public one; none if it is not kept here.
    async fn private_key(&self, public: &[u8]) -> Result<Option<Pii<Vec<u8>>>, StoreError>;

    /// Keeps the certificate of a key. [`StoreError::Missing`] if there is no such key, if it was withdrawn, or if it has a certificate: what it
    /// signed names that one.
    async fn put_certificate(&self, public: &[u8], certificate: &Certificate) -> Result<(), StoreError>;

    /// Withdraws every key of a specialist that is not withdrawn yet, and tells how many there were. A key that was withdrawn because
    /// its holder left can still be told to be lost.
    async fn withdraw(&self, party: &PartyId, withdrawal: Withdrawal) -> Result<u64, StoreError>;

    /// Believes the certificates of an authority, given in DER, from now on.
    async fn add_document_authority(&self, der: &[u8], now: Timestamp) -> Result<(), StoreError>;

    /// Believes an authority, given in DER, no more, and withdraws these public keys in the same step. It tells how many keys were
    /// withdrawn. [`StoreError::Missing`] if the authority is not believed.
    async fn remove_document_authority(
        &self,
        der: &[u8],
        keys: &[Vec<u8>],
        withdrawal: Withdrawal,
    ) -> Result<u64, StoreError>;

    /// The certificates of the authorities that are believed, in DER.
    async fn document_authorities(&self) -> Result<Vec<Vec<u8>>, StoreError>;
}
