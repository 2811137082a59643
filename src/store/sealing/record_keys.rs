//! The keys of the records, and what is done with them: sealing (ChaCha20-Poly1305, RFC 8439), keyed names and
//! authentication codes (HMAC-SHA-256). Every use derives a key of its own.

use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac, rand,
};
use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

/// The keys of a key file, oldest first. The newest one seals, and all of them open. Cheap to clone.
#[derive(Clone)]
pub struct RecordKeys(Arc<[RecordKey]>);

/// The public identifier of a key. It is derived from the key, so that a wrong key cannot pass for the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(pub [u8; ID_BYTES]);

/// The place of a sealed text: what it is, and to whom or what it belongs.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The kind of text, as `fact`.
    pub purpose: &'static str,
    /// The consultation or party, as bytes.
    pub subject: &'a [u8],
}

struct RecordKey {
    id: KeyId,
    secret: hmac::Key,
}

impl RecordKeys {
    /// The keys with these secrets, oldest first.
    ///
    /// # Panics
    /// There must be one at least.
    pub(super) fn of(secrets: &[[u8; KEY_BYTES]]) -> Self {
        assert!(!secrets.is_empty(), "a key file without keys");
        Self(secrets.iter().map(RecordKey::of).collect())
    }

    /// A key that exists only in this process, for tests.
    #[cfg(test)]
    pub(crate) fn of_test() -> Self {
        Self::of(&[[7; KEY_BYTES]])
    }

    /// The identifier of the key that seals.
    pub fn newest(&self) -> KeyId {
        self.sealing().id
    }

    /// True if there is a key with this identifier.
    pub fn contains(&self, id: KeyId) -> bool {
        self.find(id).is_some()
    }

    /// Seals `plain` for its place. `bound` is authenticated with it and must be the same when it is opened.
    ///
    /// # Panics
    /// The system gives no random bytes, without which nothing may be sealed.
    pub fn seal(&self, place: Place<'_>, bound: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system gives random bytes");
        let key = self.sealing();
        let mut sealed = plain.to_vec();
        key.derive(place)
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed)
            .expect("a text is short");
        [&[FORMAT][..], &key.id.0, &nonce, &sealed].concat()
    }

    /// Opens what was sealed for this place; `None` if it was changed, moved, or sealed with a key that is not here.
    pub fn open(&self, place: Place<'_>, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (&format, rest) = sealed.split_first()?;
        let (id, rest) = rest.split_first_chunk::<ID_BYTES>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = self.find(KeyId(*id)).filter(|_| format == FORMAT)?;
        let mut plain = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = key.derive(place).open_in_place(nonce, Aad::from(bound), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }

    /// A keyed name by which a row is found without telling the text, such as a sign-in name. It comes from the first
    /// key, so that it stays the same when keys are added.
    pub fn keyed_name(&self, purpose: &str, text: &str) -> String {
        let code = self.0[0].code(purpose, text.as_bytes());
        code.as_ref().iter().fold(String::new(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        })
    }

    /// The authentication code of a message, under the newest key.
    pub fn code(&self, purpose: &str, message: &[u8]) -> Vec<u8> {
        let key = self.sealing();
        [&key.id.0, key.code(purpose, message).as_ref()].concat()
    }

    /// True if one of the keys made this authentication code.
    pub fn verifies(&self, purpose: &str, message: &[u8], code: &[u8]) -> bool {
        let Some((id, code)) = code.split_first_chunk::<ID_BYTES>() else { return false };
        let message = spell(purpose, message);
        self.find(KeyId(*id)).is_some_and(|key| hmac::verify(&key.secret, &message, code).is_ok())
    }

    fn sealing(&self) -> &RecordKey {
        self.0.last().expect("there is one at least")
    }

    fn find(&self, id: KeyId) -> Option<&RecordKey> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl RecordKey {
    fn of(secret: &[u8; KEY_BYTES]) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&secret, &spell("key id", b""));
        let id = KeyId(*tag.as_ref().first_chunk().expect("32 bytes"));
        Self { id, secret }
    }

    fn derive(&self, Place { purpose, subject }: Place<'_>) -> LessSafeKey {
        let key = self.code(purpose, subject);
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).expect("32 bytes"))
    }

    fn code(&self, purpose: &str, message: &[u8]) -> hmac::Tag {
        hmac::sign(&self.secret, &spell(purpose, message))
    }
}

impl fmt::Debug for RecordKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| key.id)).finish()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Purpose and message as one text, such that no two pairs give the same.
fn spell(purpose: &str, message: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), &[0], message].concat()
}

/// Bytes of a key.
pub(super) const KEY_BYTES: usize = 32;

/// Bytes of a key's identifier: enough to tell the few keys of one server apart.
const ID_BYTES: usize = 4;

/// The first byte of everything sealed: the format that this file writes.
const FORMAT: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { purpose: "fact", subject: b"one" };

    #[test]
    fn a_seal_opens_only_unchanged_in_its_place_with_its_key() {
        let keys = RecordKeys::of(&[[1; 32]]);
        let sealed = keys.seal(PLACE, b"7", b"Awa Ndiaye");
        assert_eq!(keys.open(PLACE, b"7", &sealed).unwrap(), b"Awa Ndiaye");
        assert!(!sealed.windows(3).any(|part| part == b"Awa"));
        assert_eq!(keys.open(PLACE, b"8", &sealed), None, "another row");
        assert_eq!(
            keys.open(Place { subject: b"two", ..PLACE }, b"7", &sealed),
            None,
            "another consultation"
        );
        assert_eq!(keys.open(Place { purpose: "name", ..PLACE }, b"7", &sealed), None, "another column");
        assert_eq!(RecordKeys::of(&[[2; 32]]).open(PLACE, b"7", &sealed), None, "another key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(keys.open(PLACE, b"7", &changed), None, "byte {at}");
            assert_eq!(keys.open(PLACE, b"7", &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn an_added_key_seals_and_the_old_one_still_opens() {
        let (old, both) = (RecordKeys::of(&[[1; 32]]), RecordKeys::of(&[[1; 32], [2; 32]]));
        let sealed = old.seal(PLACE, b"", b"x");
        assert_eq!(both.open(PLACE, b"", &sealed).unwrap(), b"x");
        assert_ne!(both.newest(), old.newest());
        assert_eq!(old.open(PLACE, b"", &both.seal(PLACE, b"", b"x")), None);
        assert_eq!(both.keyed_name("login", "awa"), old.keyed_name("login", "awa"));
        assert!(both.verifies("head", b"3", &old.code("head", b"3")));
        assert!(!both.verifies("head", b"4", &old.code("head", b"3")));
    }

    #[test]
    fn a_key_is_never_printed() {
        assert!(!format!("{:?}", RecordKeys::of(&[[0x41; 32]])).contains("41414141"));
    }
}
