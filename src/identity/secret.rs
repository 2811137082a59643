//! Random secrets and their hashes. A secret is shown once; only its SHA-256 is kept.

use super::code;
use aws_lc_rs::{
    digest::{SHA256, digest},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use teranga_clinic::pii::Pii;

/// The length of a password that the server makes, characters.
const PASSWORD_LENGTH: usize = 15;

/// Makes `N` random bytes.
///
/// # Panics
/// If the system has no randomness: nothing could be kept secret.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Hash of a secret, as it is stored.
pub fn hash(secret: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret).as_ref());
    hash
}

/// Makes a session token: 256 random bits.
pub fn token() -> Pii<String> {
    encode(&random::<32>()).into()
}

/// Base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding, if it is that and not longer than `limit` characters.
pub fn decode(text: &str, limit: usize) -> Option<Vec<u8>> {
    (text.len() <= limit).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()
}

/// Makes an enrolment code, as it is printed: `7F3K-Q0M2-XV9R`.
pub fn code() -> Pii<String> {
    hyphenated::<{ code::LENGTH }>(4).into()
}

/// Makes a password to be handed to somebody: 75 bits in three groups.
pub fn password() -> Pii<String> {
    hyphenated::<PASSWORD_LENGTH>(5).to_lowercase().into()
}

/// Random letters in groups.
fn hyphenated<const N: usize>(group: usize) -> String {
    let letters = random::<N>().map(|byte| char::from(code::ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(group).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
