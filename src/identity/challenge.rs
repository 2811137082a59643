//! The challenges that kiosks sign to prove that they hold their key. A challenge is for one device, for one use within a
//! minute. The server keeps nothing of a challenge that it gives out: a message authentication code shows that it is ours.
//! Only those that opened a session are remembered, until they are too old.

use super::secret;
use aws_lc_rs::{
    hmac::{self, HMAC_SHA256},
    signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey, UnparsedPublicKey},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// Life of a challenge.
const LIFE_MS: u64 = 60_000;

/// The used challenges that are remembered: each opened a session of an enrolled tablet less than a minute ago, so this is
/// ten sign-ins a minute of every post of the country. If there are more, no tablet signs in until the oldest are too old.
const USED: usize = 16_384;

/// The longest name of a device, bytes. The longest that we make is below 50.
const NAME_BYTES: usize = 64;

/// Bytes of an uncompressed P-256 point: 04, x, y.
const POINT_BYTES: usize = 65;

/// The random bytes that make two challenges of one millisecond differ.
const NONCE_BYTES: usize = 8;

/// The bytes of the authentication code, 128 bits of HMAC-SHA-256 (RFC 2104 section 5 allows 80 and more).
const CODE_BYTES: usize = 16;

/// A challenge: the time in milliseconds, a nonce, and the authentication code.
pub type Challenge = [u8; 8 + NONCE_BYTES + CODE_BYTES];

/// The key of this process's challenges, and those that were used.
#[derive(Debug)]
pub struct Challenges {
    key: hmac::Key,
    used: Mutex<BTreeSet<Challenge>>,
}

impl Default for Challenges {
    fn default() -> Self {
        let key = hmac::Key::new(HMAC_SHA256, &secret::random::<32>());
        Self { key, used: Mutex::default() }
    }
}

impl Challenges {
    /// Makes a challenge. It is given for any name, so that asking does not tell which devices exist.
    pub fn issue(&self, device: &PartyId, now: Timestamp) -> Challenge {
        let mut head = [0; 8 + NONCE_BYTES];
        head[..8].copy_from_slice(&now.0.to_be_bytes());
        head[8..].copy_from_slice(&secret::random::<NONCE_BYTES>());
        let mut challenge = [0; size_of::<Challenge>()];
        challenge[..head.len()].copy_from_slice(&head);
        challenge[head.len()..].copy_from_slice(&self.code(&head, device));
        challenge
    }

    /// The challenge, if it is ours, for this device, not too old and not used.
    pub fn check(&self, challenge: &[u8], device: &PartyId, now: Timestamp) -> Option<Challenge> {
        let challenge = Challenge::try_from(challenge).ok()?;
        let (head, code) = challenge.split_at(8 + NONCE_BYTES);
        let is_ours = constant_time_eq(&self.code(head, device), code);
        let made = made_at(&challenge);
        let is_fresh = made <= now && now.since_ms(made) < LIFE_MS;
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        (is_ours && is_fresh && !used.contains(&challenge)).then_some(challenge)
    }

    /// Uses a challenge up that the device has signed. Returns false if another request was faster.
    pub fn use_up(&self, challenge: Challenge, now: Timestamp) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        // A challenge begins with its time, so the oldest stand first.
        while used.first().is_some_and(|oldest| now.since_ms(made_at(oldest)) >= LIFE_MS) {
            used.pop_first();
        }
        used.len() < USED && used.insert(challenge)
    }

    fn code(&self, head: &[u8], device: &PartyId) -> [u8; CODE_BYTES] {
        let signed = [head, device.0.as_bytes()].concat();
        let mut code = [0; CODE_BYTES];
        code.copy_from_slice(&hmac::sign(&self.key, &signed).as_ref()[..CODE_BYTES]);
        code
    }
}

fn made_at(challenge: &Challenge) -> Timestamp {
    let mut time = [0; 8];
    time.copy_from_slice(&challenge[..8]);
    Timestamp(u64::from_be_bytes(time))
}

fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// True if this can be the name of a device: letters, digits, `-`, `_` and `.`, at most 64.
pub fn is_device_name(name: &PartyId) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.0.is_empty() && name.0.len() <= NAME_BYTES && name.0.bytes().all(is_letter)
}

/// True if these bytes can be a device's public key: an uncompressed point on the curve.
pub fn is_public_key(bytes: &[u8]) -> bool {
    bytes.len() == POINT_BYTES && ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes).is_ok()
}

/// True if the device signed the challenge (ECDSA P-256, SHA-256, IEEE P1363 form).
pub fn is_signed(public_key: &[u8], challenge: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key).verify(challenge, signature).is_ok()
}

/// A point on the curve that is no device's key. Signatures of devices that do not exist are checked against it, so that the
/// time of the answer does not tell which devices exist.
/// It is the generator of P-256 (SEC 2 version 2, section 2.4.2).
pub const NO_KEY: [u8; POINT_BYTES] = [
    0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
    0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F,
    0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE,
    0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5,
];

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };

    const T: Timestamp = Timestamp(1_000_000);

    fn device(name: &str) -> PartyId {
        PartyId(name.into())
    }

    #[test]
    fn a_challenge_works_once_for_its_device_within_a_minute() {
        let challenges = Challenges::default();
        let challenge = challenges.issue(&device("a"), T);
        let check = |device: &PartyId, now| challenges.check(&challenge, device, now);
        assert_eq!(check(&device("b"), T), None, "another device");
        assert_eq!(check(&device("a"), T.plus_ms(LIFE_MS)), None, "too late");
        assert_eq!(check(&device("a"), Timestamp(T.0 - 1)), None, "from the future");
        assert_eq!(check(&device("a"), T.plus_ms(LIFE_MS - 1)), Some(challenge));
        assert!(challenges.use_up(challenge, T));
        assert!(!challenges.use_up(challenge, T), "a second request with it at the same time");
        assert_eq!(check(&device("a"), T), None, "used");
    }

    #[test]
    fn a_forged_challenge_is_none() {
        let challenges = Challenges::default();
        let challenge = challenges.issue(&device("a"), T);
        for position in 0..challenge.len() {
            let mut forged = challenge;
            forged[position] ^= 1;
            assert_eq!(challenges.check(&forged, &device("a"), T), None, "{position}");
        }
        assert_eq!(challenges.check(b"short", &device("a"), T), None);
        let of_another_process = Challenges::default().issue(&device("a"), T);
        assert_eq!(challenges.check(&of_another_process, &device("a"), T), None);
    }

    #[test]
    fn asking_keeps_nothing_and_pushes_nothing_out() {
        let challenges = Challenges::default();
        let open = challenges.issue(&device("a"), T);
        let stranger = device(&"x".repeat(60_000));
        for _ in 0..4_200 {
            challenges.issue(&stranger, T);
        }
        assert!(challenges.used.lock().unwrap().is_empty());
        assert_eq!(challenges.check(&open, &device("a"), T), Some(open));
    }

    #[test]
    fn used_challenges_are_bounded_and_forgotten() {
        let challenges = Challenges::default();
        for _ in 0..USED {
            assert!(challenges.use_up(challenges.issue(&device("a"), T), T));
        }
        assert!(!challenges.use_up(challenges.issue(&device("a"), T), T));
        let later = T.plus_ms(LIFE_MS);
        assert!(challenges.use_up(challenges.issue(&device("a"), later), later));
        assert_eq!(challenges.used.lock().unwrap().len(), 1);
    }

    #[test]
    fn names_of_devices_are_short_and_plain() {
        assert!(is_device_name(&device("kiosk-nabadji-1")));
        for bad in ["", "a b", "a\n", "é", &"x".repeat(NAME_BYTES + 1)] {
            assert!(!is_device_name(&device(bad)), "{bad}");
        }
    }

    #[test]
    fn only_the_key_signs() {
        let key = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (ours, other) = (key(), key());
        let signature = ours.sign(&SystemRandom::new(), b"challenge").unwrap();
        assert!(is_public_key(ours.public_key().as_ref()));
        assert!(is_public_key(&NO_KEY));
        assert!(!is_public_key(&[4; POINT_BYTES]), "not on the curve");
        assert!(is_signed(ours.public_key().as_ref(), b"challenge", signature.as_ref()));
        assert!(!is_signed(ours.public_key().as_ref(), b"chalIenge", signature.as_ref()));
        assert!(!is_signed(other.public_key().as_ref(), b"challenge", signature.as_ref()));
        assert!(!is_signed(b"", b"challenge", signature.as_ref()));
    }
}
