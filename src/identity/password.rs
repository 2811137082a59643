//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use teranga_clinic::{pii::Pii, text};
use unicode_normalization::UnicodeNormalization;

/// Shortest password, in characters. Length is the only rule: others make passwords worse.
pub const LENGTH_MIN: usize = 12;

/// Longest password, in bytes: nobody types more, and hashing must stay bounded.
pub const LENGTH_MAX: usize = 256;

/// Longest sign-in name, in bytes.
const LOGIN_MAX: usize = 128;

/// The password is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has 12 characters at least and 256 bytes at most")]
pub struct BadLength;

/// The sign-in name as it is stored: spaces around it and case do not matter. None if it cannot be one.
pub fn fold_login(typed: &str) -> Option<String> {
    let login: String = typed.trim().nfkc().flat_map(char::to_lowercase).collect();
    // The same rules as for names: nothing that is not seen, nothing that turns the direction of writing.
    let is_name = text::name(&login).as_deref() == Ok(login.as_str());
    (is_name && login.len() <= LOGIN_MAX).then_some(login)
}

/// Hashes a new password, for some tens of milliseconds; nothing of it is trimmed. Composed and decomposed
/// accents are the same (NFC), as keyboards differ in which they send.
///
/// # Errors
/// [`BadLength`].
///
/// # Panics
/// Never: the length is within argon2's bounds.
pub fn hash(password: &str) -> Result<Pii<String>, BadLength> {
    let password: String = password.nfc().collect();
    if password.chars().count() < LENGTH_MIN || password.len() > LENGTH_MAX {
        return Err(BadLength);
    }
    let hash: PasswordHash =
        hasher().hash_password(password.as_bytes()).expect("the length is within argon2's bounds");
    Ok(hash.to_string().into())
}

/// Hashes the PIN of a member of staff. It has few digits by its nature, so tries are throttled, and the hash is no protection
/// against somebody who has the database and its keys.
///
/// # Panics
/// Never: the length is within argon2's bounds.
pub fn hash_pin(pin: &str) -> Pii<String> {
    let hash: PasswordHash =
        hasher().hash_password(pin.as_bytes()).expect("the length is within argon2's bounds");
    hash.to_string().into()
}

/// True if this is the password of `stored`. It takes as long without a stored password and returns false, so
/// that nobody can tell an unknown login from a wrong password by the time.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    let password: String = password.nfc().take(LENGTH_MAX).collect();
    let known = stored.and_then(|text| PasswordHash::new(text).ok());
    known
        .map_or_else(|| waste(&password), |hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Takes as long as hashing does.
fn waste(password: &str) -> bool {
    let mut unused = [0; 32];
    let _ = hasher().hash_password_into(password.as_bytes(), &[0; 16], &mut unused);
    false
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_opens() {
        let stored = hash("le fleuve à Matam").unwrap().into_inner();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("le fleuve à Matam", Some(&stored)));
        assert!(verify("le fleuve a\u{300} Matam", Some(&stored)), "decomposed accent");
        assert!(!verify("le fleuve a Matam", Some(&stored)));
        assert!(!verify("le fleuve à Matam", None));
        assert!(!verify("le fleuve à Matam", Some("not a hash")));
    }

    #[test]
    fn length_is_the_only_rule() {
        assert_eq!(hash("onze lettre").unwrap_err(), BadLength);
        assert_eq!(hash(&"x".repeat(257)).unwrap_err(), BadLength);
        assert!(hash("douze lettre").is_ok());
    }

    #[test]
    fn a_login_is_folded() {
        assert_eq!(fold_login("  Awa.Ndiaye "), Some("awa.ndiaye".into()));
        assert_eq!(fold_login(" "), None);
        assert_eq!(fold_login(&"x".repeat(129)), None);
    }
}
