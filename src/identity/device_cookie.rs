//! The device cookie: the proof that an account signed in from this browser before. It passes the throttle that strangers
//! share, and nothing else: it opens no session. Its key is the account's password hash, so that a new password voids the
//! cookies of the old one, and no key of the server's has to be kept.

use super::{secret, sign_in_throttle::CookieId};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use teranga_clinic::{pii::Pii, time::Timestamp};

/// The life of a device cookie, seconds: a doctor who was away for a season keeps it.
pub const LIFE_S: u64 = 180 * 24 * 60 * 60;

/// A cookie to be set.
#[derive(Debug)]
pub struct DeviceCookie {
    /// Its name, which differs by login, so that several people of one ward share a browser.
    pub name: String,
    /// Its value.
    pub value: Pii<String>,
}

/// The name of the cookie for a folded login. It tells the login only to somebody who knows it.
pub fn name(login: &str) -> String {
    let hash = secret::hash(login.as_bytes());
    format!("{PREFIX}{}", secret::encode(&hash[..NAME_BYTES]))
}

/// Makes a cookie for an account.
pub(super) fn make(login: &str, password_hash: &str, now: Timestamp) -> DeviceCookie {
    let (id, made_s) = (secret::random::<16>(), now.0 / 1_000);
    let mac = hmac::sign(&key(password_hash), &signed(login, &id, made_s));
    let value = [&id[..], &made_s.to_be_bytes(), mac.as_ref()].concat();
    DeviceCookie { name: name(login), value: secret::encode(&value).into() }
}

/// The identity of a cookie, if it was made for this account under its present password. It takes as long for a login
/// that does not exist, which has no password hash.
pub(super) fn check(
    value: &str,
    login: &str,
    password_hash: Option<&str>,
    now: Timestamp,
) -> Option<CookieId> {
    let value = secret::decode(value, ENCODED_CHARS)?;
    let (id, rest) = value.split_first_chunk::<16>()?;
    let (made_s, mac) = rest.split_first_chunk::<8>()?;
    let made_s = u64::from_be_bytes(*made_s);
    let is_ours =
        hmac::verify(&key(password_hash.unwrap_or(NO_ACCOUNT)), &signed(login, id, made_s), mac).is_ok();
    let is_fresh = (now.0 / 1_000).checked_sub(made_s).is_some_and(|age_s| age_s < LIFE_S);
    (is_ours && is_fresh && password_hash.is_some()).then_some(*id)
}

fn key(password_hash: &str) -> hmac::Key {
    hmac::Key::new(HMAC_SHA256, password_hash.as_bytes())
}

fn signed(login: &str, id: &CookieId, made_s: u64) -> Vec<u8> {
    [PURPOSE, login.as_bytes(), &[0], id, &made_s.to_be_bytes()].concat()
}

/// Browsers take a cookie with this prefix only if it is `Secure`, has the path `/` and belongs to this very host.
const PREFIX: &str = "__Host-teranga-device-";

/// The bytes of the login's hash in the cookie's name.
const NAME_BYTES: usize = 6;

/// The longest value that is read, in characters: 56 bytes in base64url are 75.
const ENCODED_CHARS: usize = 80;

/// The purpose of this use of the password hash as a key.
const PURPOSE: &[u8] = b"teranga device cookie\0";

/// The key of the check for a login that does not exist. It has the length of a real hash.
const NO_ACCOUNT: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000_000_000);

    #[test]
    fn a_cookie_is_good_for_its_account_and_its_password_only() {
        let cookie = make("awa", "hash", NOW);
        let read = |login, hash, now| check(cookie.value.reveal(), login, hash, now);
        assert!(read("awa", Some("hash"), NOW.plus_ms(LIFE_S * 1_000 - 1_000)).is_some());
        assert_eq!(read("awa", Some("hash"), NOW.plus_ms(LIFE_S * 1_000)), None, "too old");
        assert_eq!(read("awa", Some("hash"), Timestamp(0)), None, "from the future");
        assert_eq!(read("awa", Some("another"), NOW), None, "another password");
        assert_eq!(read("awa", None, NOW), None, "no account");
        assert_eq!(read("moussa", Some("hash"), NOW), None, "another account");
    }

    #[test]
    fn a_forged_cookie_is_none() {
        let cookie = make("awa", "hash", NOW).value.into_inner();
        for position in 0..cookie.len() - 1 {
            let mut forged = cookie.clone().into_bytes();
            forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(check(&forged, "awa", Some("hash"), NOW), None, "{position}");
        }
        for bad in ["", "A", "AAAA", &"A".repeat(75), &"A".repeat(4_000), "é"] {
            assert_eq!(check(bad, "awa", Some("hash"), NOW), None);
        }
        assert_eq!(check(&make("awa", NO_ACCOUNT, NOW).value.into_inner(), "awa", None, NOW), None);
    }

    #[test]
    fn cookies_of_several_people_do_not_meet() {
        assert_ne!(name("awa"), name("moussa"));
        assert!(name("awa").starts_with("__Host-"));
    }
}
