//! Signing for a specialist, with the key that is kept sealed on the server, and the list of keys that verifiers believe.

use crate::{
    clock::Clock,
    store::{Certificate, SignerKey, SignerKeys, StoreError, WithdrawalReason},
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    pii::Pii,
    prescription::{SignedPrescription, VALID_MS},
    time::Timestamp,
};
use teranga_exchange::prescription::{self, KeyId, TooLong};

/// The issuer in every signed document: the country's code (ISO 3166-1).
const ISSUER: &str = "SN";

/// Signs documents for specialists.
#[derive(Clone, Debug)]
pub struct DocumentSigner {
    keys: Arc<dyn SignerKeys>,
    clock: Clock,
}

/// The reason for which a document is not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The specialist has no key, or it is not certified yet, or it was withdrawn.
    #[error("no key that may sign")]
    NoKey,
    /// The certificate of the key is over.
    #[error("the certificate of the key is over")]
    Expired,
    /// By the clock of this server the certificate of the key has not begun. An authority lets it begin a day early, so this clock is probably slow.
    #[error("by this clock the certificate of the key has not begun")]
    NotBegun,
    /// The document is too long for a QR code.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The store failed, or the key in it cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DocumentSigner {
    /// A signer with the keys of a store.
    pub fn new(keys: Arc<dyn SignerKeys>, clock: Clock) -> Self {
        Self { keys, clock }
    }

    /// The key with which a specialist signs at this moment: the newest that is certified.
    ///
    /// # Errors
    /// [`SignError::NoKey`], [`SignError::Expired`] and [`SignError::NotBegun`].
    pub async fn key_of(&self, party: &PartyId) -> Result<(SignerKey, Certificate), SignError> {
        let now = self.clock.timestamp();
        let keys = self.keys.keys().await?;
        let own = keys.into_iter().filter(|key| key.party == *party && key.withdrawn.is_none());
        let certified = own.filter_map(|key| key.certificate.clone().map(|certificate| (key, certificate)));
        let (valid, others): (Vec<_>, Vec<_>) =
            certified.partition(|(_, one)| (one.from..one.to).contains(&now));
        valid.into_iter().next().ok_or_else(|| match others.first() {
            None => SignError::NoKey,
            Some((_, newest)) if newest.from > now => SignError::NotBegun,
            Some(_) => SignError::Expired,
        })
    }

    /// Signs a prescription for a specialist: fills in its text.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn sign(
        &self,
        party: &PartyId,
        prescription: SignedPrescription,
    ) -> Result<SignedPrescription, SignError> {
        let (key, certificate) = self.key_of(party).await?;
        let pkcs8 = self.keys.private_key(&key.public).await?.ok_or(SignError::NoKey)?;
        let broken = || StoreError::Corrupt(format!("the signing key of {party} cannot be used"));
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.reveal());
        let pair = pair.map_err(|_| broken())?;
        let mut failed = false;
        let sign = |bytes: &[u8]| {
            let signature = pair.sign(&SystemRandom::new(), bytes);
            failed = signature.is_err();
            signature.map(|signature| signature.as_ref().to_vec()).unwrap_or_default()
        };
        let text = prescription::text(&prescription, ISSUER, KeyId::of_certificate(&certificate.der), sign)?;
        if failed {
            return Err(broken().into());
        }
        Ok(SignedPrescription { text: Pii::new(text), ..prescription })
    }

    /// Every key of every specialist, the newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn keys(&self) -> Result<Vec<SignerKey>, StoreError> {
        self.keys.keys().await
    }

    /// The keys that may have signed a prescription that is still valid, and those that were lost, for those who verify; and the time at
    /// which they were read.
    ///
    /// # Errors
    /// The store failed.
    pub async fn trusted(&self) -> Result<(Timestamp, Vec<SignerKey>), StoreError> {
        let (now, keys) = (self.clock.timestamp(), self.keys.keys().await?);
        let is_wanted = |key: &SignerKey| {
            let lost = key.withdrawn.is_some_and(|end| end.why == WithdrawalReason::Lost);
            key.certificate.as_ref().is_some_and(|one| lost || one.to.plus_ms(VALID_MS) > now)
        };
        Ok((now, keys.into_iter().filter(is_wanted).collect()))
    }
}
