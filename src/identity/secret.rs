//! Random secrets and their hashes. A secret is shown once; only its SHA-256 is kept.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use teranga_signaling::pii::Pii;

/// Crockford's base 32: no I, L, O, U, so that a code can be read out on the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters of an enrolment code: 50 bits, good for one use in a day behind a throttle.
const CODE_LENGTH: usize = 10;

/// Letters of a password that we make.
const PASSWORD_LENGTH: usize = 15;

/// `N` random bytes.
///
/// # Panics
/// When the system has no randomness: nothing could be kept secret.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// What is stored of a secret.
pub fn hash(secret: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, secret).as_ref());
    hash
}

/// 256 random bits for a cookie.
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

/// A new enrolment code, as it is printed: `7F3KQ-0M2XV`.
pub fn code() -> Pii<String> {
    hyphenated::<CODE_LENGTH>().into()
}

/// A new password for somebody to be handed one: 75 bits, three groups to type.
pub fn password() -> Pii<String> {
    hyphenated::<PASSWORD_LENGTH>().to_lowercase().into()
}

/// Random letters in groups of five.
fn hyphenated<const N: usize>() -> String {
    let letters = random::<N>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The code that a person meant: case, spaces and hyphens do not matter, O is 0, I and L are 1.
pub fn read_code(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(CODE_LENGTH + 1);
    let code = letters.map(canonical).collect::<Option<String>>()?;
    (code.len() == CODE_LENGTH).then_some(code)
}

fn canonical(letter: char) -> Option<char> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.contains(&u8::try_from(letter).ok()?).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_the_telephone() {
        let code = code().into_inner();
        let plain = code.replace('-', "");
        assert_eq!(read_code(&code), Some(plain.clone()));
        assert_eq!(read_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), Some(plain));
        assert_eq!(read_code("oOiIl LLL00"), Some("0011111100".into()));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "1234", "12345678901", "12345-6789U", "12345-6789é"] {
            assert_eq!(read_code(typed), None, "{typed}");
        }
    }
}
