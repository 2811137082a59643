//! The challenges that kiosks sign to prove that they hold their key: 32 random bytes each, for one device and one use
//! within a minute.

use super::secret;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, UnparsedPublicKey};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// Life of a challenge.
const LIFE_MS: u64 = 60_000;

/// The number of challenges that may be open: two for every post of the country. More are an attack, and the oldest is
/// dropped.
const OPEN: usize = 4_096;

/// Bytes of an uncompressed P-256 point: 04, x, y.
const POINT_BYTES: usize = 65;

/// Open challenges.
#[derive(Debug, Default)]
pub struct Challenges {
    open: Mutex<HashMap<[u8; 32], (PartyId, Timestamp)>>,
}

impl Challenges {
    /// Makes a challenge. It is given for any name, so that asking does not tell which devices exist.
    pub fn issue(&self, device: PartyId, now: Timestamp) -> [u8; 32] {
        let challenge = secret::random();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= OPEN {
            make_room(&mut open, now);
        }
        open.insert(challenge, (device, now.plus_ms(LIFE_MS)));
        challenge
    }

    /// Uses a challenge up. True if it was issued to this device and is still valid.
    pub fn redeem(&self, challenge: &[u8], device: &PartyId, now: Timestamp) -> bool {
        let Ok(challenge) = <[u8; 32]>::try_from(challenge) else { return false };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&challenge).is_some_and(|(owner, until)| owner == *device && now < until)
    }
}

fn make_room(open: &mut HashMap<[u8; 32], (PartyId, Timestamp)>, now: Timestamp) {
    open.retain(|_, (_, until)| now < *until);
    if open.len() >= OPEN
        && let Some(oldest) =
            open.iter().min_by_key(|(_, (_, until))| *until).map(|(challenge, _)| *challenge)
    {
        open.remove(&oldest);
    }
}

/// True if these bytes can be a device's public key: an uncompressed point on the curve.
pub fn is_public_key(bytes: &[u8]) -> bool {
    bytes.len() == POINT_BYTES && ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).is_ok()
}

/// True if the device signed the challenge (ECDSA P-256, SHA-256, IEEE P1363 form).
pub fn is_signed(public_key: &[u8], challenge: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key).verify(challenge, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };

    const T: Timestamp = Timestamp(5);

    fn device(name: &str) -> PartyId {
        PartyId(name.into())
    }

    #[test]
    fn a_challenge_works_once_for_its_device_within_a_minute() {
        let challenges = Challenges::default();
        let challenge = challenges.issue(device("a"), T);
        assert!(challenges.redeem(&challenge, &device("a"), T));
        assert!(!challenges.redeem(&challenge, &device("a"), T), "used");
        let challenge = challenges.issue(device("a"), T);
        assert!(!challenges.redeem(&challenge, &device("b"), T), "another device");
        let challenge = challenges.issue(device("a"), T);
        assert!(!challenges.redeem(&challenge, &device("a"), T.plus_ms(LIFE_MS)), "too late");
        assert!(!challenges.redeem(b"short", &device("a"), T));
    }

    #[test]
    fn only_the_key_signs() {
        let key = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (ours, other) = (key(), key());
        let signature = ours.sign(&SystemRandom::new(), b"challenge").unwrap();
        assert!(is_public_key(ours.public_key().as_ref()));
        assert!(!is_public_key(&[4; POINT_BYTES]), "not on the curve");
        assert!(is_signed(ours.public_key().as_ref(), b"challenge", signature.as_ref()));
        assert!(!is_signed(ours.public_key().as_ref(), b"chalIenge", signature.as_ref()));
        assert!(!is_signed(other.public_key().as_ref(), b"challenge", signature.as_ref()));
        assert!(!is_signed(b"", b"challenge", signature.as_ref()));
    }

    #[test]
    fn open_challenges_are_bounded() {
        let challenges = Challenges::default();
        for _ in 0..OPEN + 5 {
            challenges.issue(device("a"), T);
        }
        assert!(challenges.open.lock().unwrap().len() <= OPEN);
    }
}
