//! The key file: a text file with one key a line, the newest last. It lies outside the data folder, so that a copy of
//! the data folder, or a backup, tells nothing. It is made once and never overwritten.

use super::record_keys::{KEY_BYTES, KeyId, RecordKeys};
use crate::store::StoreError;
use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The path of a key file.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// The key file at this path.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads the keys; `None` if there is no file.
    ///
    /// # Errors
    /// The file cannot be read, others than its owner may read it, or it is no key file.
    pub fn load(&self) -> Result<Option<RecordKeys>, StoreError> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::folder(&self.0)(error)),
        };
        let mode = fs::metadata(&self.0).map_err(StoreError::folder(&self.0))?.permissions().mode();
        if mode & FOR_OTHERS != 0 {
            return Err(self.unfit("every user of this machine may read it: chmod 600"));
        }
        let secrets: Option<Vec<_>> = text.lines().filter(|line| !is_remark(line)).map(secret).collect();
        match secrets {
            Some(secrets) if (1..=KEYS_MAX).contains(&secrets.len()) => Ok(Some(RecordKeys::of(&secrets))),
            _ => Err(self.unfit("it must hold one key of 32 bytes a line, in base64url")),
        }
    }

    /// Makes the file with one new key, unless another process has just made it. It is durable when this returns.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub fn create(&self) -> Result<RecordKeys, StoreError> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        let text = format!("{REMARK}\n{}\n", new_secret());
        let make = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            match self.put(folder, &text, |part| fs::hard_link(part, &self.0)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                done => done,
            }
        };
        make().map_err(StoreError::folder(&self.0))?;
        self.load()?.ok_or_else(|| self.unfit("it vanished"))
    }

    /// Adds a new key, which seals from the next start on; the others go on opening what they sealed.
    ///
    /// # Errors
    /// There is no key file, it is full, or it cannot be written.
    pub fn add_key(&self) -> Result<KeyId, StoreError> {
        self.load()?.ok_or_else(|| StoreError::KeyMissing(self.0.clone()))?;
        let folder = self.0.parent().unwrap_or(Path::new("."));
        let add = || {
            let mut text = fs::read_to_string(&self.0)?;
            text.push_str(&new_secret());
            text.push('\n');
            self.put(folder, &text, |part| fs::rename(part, &self.0))
        };
        add().map_err(StoreError::folder(&self.0))?;
        Ok(self.load()?.ok_or_else(|| self.unfit("it vanished"))?.newest())
    }

    /// Writes a private file beside this one, and lets `place` give it its name.
    fn put(&self, folder: &Path, text: &str, place: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let part = self.0.with_extension(format!("{}.part", std::process::id()));
        let written = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&part);
        let placed = written.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            place(&part)
        });
        let _ = fs::remove_file(&part);
        placed?;
        fs::File::open(folder)?.sync_all()
    }

    fn unfit(&self, cause: &'static str) -> StoreError {
        StoreError::KeyUnfit { path: self.0.clone(), cause }
    }
}

fn new_secret() -> String {
    let mut secret = [0; KEY_BYTES];
    rand::fill(&mut secret).expect("the system gives random bytes");
    URL_SAFE_NO_PAD.encode(secret)
}

fn secret(line: &str) -> Option<[u8; KEY_BYTES]> {
    URL_SAFE_NO_PAD.decode(line.trim()).ok()?.try_into().ok()
}

fn is_remark(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

/// The first line of the file.
const REMARK: &str = "# Keys of the records of Teranga, newest last. Without them no record can be read: keep a copy elsewhere.";

/// The permission bits of users that are neither the owner nor in the group. systemd gives credentials to a group.
const FOR_OTHERS: u32 = 0o007;

/// The most keys of a file: one a month for five years.
const KEYS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data_folder::default_key_file, store::testing::Folder};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_made_once_private_and_outside_the_data_folder() {
        let folder = Folder::new();
        let path = default_key_file(&folder);
        assert!(!path.starts_with(&*folder));
        let file = KeyFile::at(&path);
        assert!(file.load().unwrap().is_none());
        let made = file.create().unwrap().newest();
        assert_eq!(file.create().unwrap().newest(), made, "a second process finds the first one's key");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_key_can_be_added_and_the_first_stays() {
        let folder = Folder::new();
        let file = KeyFile::at(&folder.key_file());
        assert!(matches!(file.add_key(), Err(StoreError::KeyMissing(_))));
        let first = file.create().unwrap().newest();
        let second = file.add_key().unwrap();
        let keys = file.load().unwrap().unwrap();
        assert_eq!((keys.newest(), keys.contains(first)), (second, true));
        assert_eq!(mode(file.path()), 0o600);
    }

    #[test]
    fn a_file_that_is_no_key_file_or_open_to_all_is_refused() {
        let folder = Folder::new();
        let file = KeyFile::at(&folder.key_file());
        file.create().unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        let error = file.load().unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "# only a remark\n", "c2hvcnQ\n", "not base64 at all!\n"] {
            fs::write(file.path(), text).unwrap();
            assert!(matches!(file.load(), Err(StoreError::KeyUnfit { .. })), "{text:?}");
        }
    }
}
