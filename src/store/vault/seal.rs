//! How a photo is sealed. From the one key of the data folder every photo has a file name and a key of its own, so
//! that the folder tells neither whose a photo is nor which belong together. A file is a row of records: length,
//! nonce, ciphertext and tag of ChaCha20-Poly1305; each knows its place in the row.

use super::{PhotoOf, StoreError, private, sync};
use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac, rand,
};
use std::{
    fmt::{self, Write as _},
    fs,
    io::{self, Write},
    path::Path,
};

const FILE: &str = "photos.key";
const KEY_BYTES: usize = 32;
const NAME_BYTES: usize = 16;
const LENGTH_BYTES: usize = 4;

/// The key of a data folder.
pub(super) struct Key(hmac::Key);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// Reads the key; makes it where nothing was ever sealed. A new one would open none of the old photos.
    pub(super) fn open(data: &Path, nothing_sealed: bool) -> Result<Self, StoreError> {
        let path = data.join(FILE);
        match fs::read(&path) {
            Ok(bytes) if bytes.len() == KEY_BYTES => Ok(Self::new(&bytes)),
            Ok(_) => Err(StoreError::Corrupt(format!("{} is no key", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && nothing_sealed => {
                make(data, &path).map_err(StoreError::folder(&path))
            }
            Err(error) => Err(StoreError::folder(&path)(error)),
        }
    }

    fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// What is this photo's own.
    pub(super) fn seal(&self, (consultation, photo): PhotoOf) -> Seal {
        let derive = |purpose: &[u8]| {
            hmac::sign(&self.0, &[purpose, consultation.0.as_bytes(), photo.0.as_bytes()].concat())
        };
        let name = derive(b"name").as_ref()[..NAME_BYTES].iter().fold(String::new(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        });
        let key = UnboundKey::new(&CHACHA20_POLY1305, derive(b"key").as_ref()).expect("32 bytes");
        Seal { name, key: LessSafeKey::new(key) }
    }
}

/// Written under another name first: a power cut leaves a key or none.
fn make(data: &Path, path: &Path) -> io::Result<Key> {
    let mut bytes = [0; KEY_BYTES];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    let unborn = path.with_extension("key.new");
    let mut file = private().write(true).create(true).truncate(true).open(&unborn)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&unborn, path)?;
    sync(data)?;
    Ok(Key::new(&bytes))
}

/// One photo's name and key.
pub(super) struct Seal {
    name: String,
    key: LessSafeKey,
}

impl Seal {
    /// Its file.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// One record, as it stands in the file.
    pub(super) fn record(&self, place: u32, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system gives random bytes");
        let mut sealed = plain.to_vec();
        let aad = Aad::from(place.to_be_bytes());
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .expect("a record is short");
        let length = u32::try_from(sealed.len()).expect("a record is short");
        [&length.to_be_bytes()[..], &nonce, &sealed].concat()
    }

    /// The records of a file, as far as they are good, and where they end.
    pub(super) fn unseal(&self, content: &[u8]) -> (Vec<Vec<u8>>, usize) {
        let (mut parts, mut end) = (Vec::new(), 0);
        for place in 0.. {
            let Some((plain, length)) = self.open(place, &content[end..]) else { break };
            parts.push(plain);
            end += length;
        }
        (parts, end)
    }

    fn open(&self, place: u32, rest: &[u8]) -> Option<(Vec<u8>, usize)> {
        let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let mut sealed = rest.get(..length)?.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.key.open_in_place(nonce, Aad::from(place.to_be_bytes()), &mut sealed).ok()?;
        Some((plain.to_vec(), LENGTH_BYTES + NONCE_LEN + length))
    }
}
