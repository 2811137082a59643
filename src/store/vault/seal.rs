//! The seal of one file: ChaCha20-Poly1305 (RFC 8439) with the file's own key. A record is a length, a nonce, the
//! ciphertext and its tag. The record's number is authenticated with it, so that records cannot be exchanged.

use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
};
use std::fmt::{self, Write as _};

/// The overhead of a record over its content, bytes: length, nonce and tag.
pub(super) const OVERHEAD_BYTES: usize = LENGTH_BYTES + NONCE_LEN + TAG_BYTES;

/// The name and the key of one file.
pub(super) struct FileSeal {
    name: String,
    key: LessSafeKey,
}

impl fmt::Debug for FileSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileSeal")
    }
}

impl FileSeal {
    /// Takes the name from the first 16 bytes of `name`, and the key from the 32 bytes of `key`.
    pub(super) fn new(name: &[u8], key: &[u8]) -> Self {
        let name = name[..NAME_BYTES].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("32 bytes");
        Self { name, key: LessSafeKey::new(key) }
    }

    /// The name of the file's file or blob: 32 hexadecimal digits.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Seals the record with this number, as it stands in the file.
    pub(super) fn seal(&self, number: u32, content: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system gives random bytes");
        let length = u32::try_from(content.len() + TAG_BYTES).expect("a record is short");
        let mut sealed = content.to_vec();
        let aad = Aad::from(number.to_be_bytes());
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a record is short");
        [&length.to_be_bytes()[..], &nonce, &sealed].concat()
    }

    /// Opens the record with this number, of which `sealed` is the whole; `None` if it was sealed otherwise.
    pub(super) fn open(&self, number: u32, sealed: &[u8]) -> Option<Vec<u8>> {
        let (_length, rest) = sealed.split_first_chunk::<LENGTH_BYTES>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let mut content = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.key.open_in_place(nonce, Aad::from(number.to_be_bytes()), &mut content).ok()?;
        let length = plain.len();
        content.truncate(length);
        Some(content)
    }
}

/// The length of the record with which `rest` begins, bytes; `None` if `rest` does not hold all of it.
pub(super) fn record_bytes(rest: &[u8]) -> Option<usize> {
    let sealed = usize::try_from(u32::from_be_bytes(*rest.first_chunk::<LENGTH_BYTES>()?)).ok()?;
    let length = (LENGTH_BYTES + NONCE_LEN).checked_add(sealed)?;
    (sealed >= TAG_BYTES && length <= rest.len()).then_some(length)
}

/// The length field: the bytes of ciphertext and tag, big-endian.
const LENGTH_BYTES: usize = 4;

const TAG_BYTES: usize = 16;

const NAME_BYTES: usize = 16;
