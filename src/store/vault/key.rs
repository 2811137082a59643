//! The key of the data folder, and what is derived from it: every file has a name and a key of its own, so that the
//! folder tells neither whose a file is nor which files belong together.

use super::{seal::FileSeal, staging};
use crate::store::{
    StoreError,
    sealing::{Place, RecordKeys},
};
use aws_lc_rs::{hmac, rand};
use std::{
    fmt, fs,
    io::{self, Write as _},
    path::Path,
};
use teranga_clinic::id::{AttachmentId, ConsultationId, PhotoId};

/// The identifiers of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileKey {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The file of it.
    pub file: FileName,
}

/// A file of a consultation. The files of two variants are never the same, whatever identifiers a page chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileName {
    /// A photo that was asked for.
    Photo(PhotoId),
    /// The original of an attachment.
    Attachment(AttachmentId),
    /// The picture of a page of an attachment, counted from 0.
    Page(AttachmentId, u8),
}

impl FileName {
    /// The bytes from which name and key are derived, beside those of the consultation. Those of a photo have 16 bytes, as
    /// earlier versions wrote them, and the others have more.
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Photo(photo) => photo.0.as_bytes().to_vec(),
            Self::Attachment(attachment) => [&attachment.0.as_bytes()[..], b"attachment"].concat(),
            Self::Page(attachment, number) => [&attachment.0.as_bytes()[..], b"page", &[number]].concat(),
        }
    }
}

/// The key of a data folder, from which the keys of the files are derived by HMAC-SHA-256.
pub(super) struct FolderKey(hmac::Key);

impl fmt::Debug for FolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FolderKey")
    }
}

impl FolderKey {
    /// Reads the key of a data folder. It is made if there is none and nothing was ever sealed: a new key would open
    /// none of the old files.
    ///
    /// # Errors
    /// The disk fails, the key is missing though files exist, or the file is no key.
    pub(super) fn open(data: &Path, keys: &RecordKeys, nothing_sealed: bool) -> Result<Self, StoreError> {
        let path = data.join(FILE);
        match fs::read(&path) {
            // Earlier versions kept it as it is.
            Ok(bytes) if bytes.len() == KEY_BYTES => {
                keep(data, &path, keys, &bytes).map_err(StoreError::folder(&path))
            }
            Ok(sealed) => match keys.open(PLACE, b"", &sealed) {
                Some(bytes) => Ok(Self::new(&bytes)),
                None => Err(StoreError::Corrupt(format!("{} is no key", path.display()))),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound && nothing_sealed => {
                let mut bytes = [0; KEY_BYTES];
                rand::fill(&mut bytes).expect("the system gives random bytes");
                keep(data, &path, keys, &bytes).map_err(StoreError::folder(&path))
            }
            Err(error) => Err(StoreError::folder(&path)(error)),
        }
    }

    fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The name and the key of one file.
    pub(super) fn derive(&self, FileKey { consultation, file }: FileKey) -> FileSeal {
        let derive = |purpose: &[u8]| {
            hmac::sign(&self.0, &[purpose, consultation.0.as_bytes(), &file.bytes()].concat())
        };
        FileSeal::new(derive(b"name").as_ref(), derive(b"key").as_ref())
    }
}

/// Keeps a key, sealed. It is written under another name first, so that a power cut leaves a whole key or none.
fn keep(data: &Path, path: &Path, keys: &RecordKeys, bytes: &[u8]) -> io::Result<FolderKey> {
    let unborn = path.with_extension("key.new");
    let mut file = staging::private_file().write(true).create(true).truncate(true).open(&unborn)?;
    file.write_all(&keys.seal(PLACE, b"", bytes))?;
    file.sync_all()?;
    fs::rename(&unborn, path)?;
    staging::sync_folder(data)?;
    Ok(FolderKey::new(bytes))
}

/// The file of the key in the data folder.
const FILE: &str = "photos.key";

/// The place to which the seal of the key is bound.
const PLACE: Place<'static> = Place { purpose: "key of photos", subject: b"" };

const KEY_BYTES: usize = 32;
