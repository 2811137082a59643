//! The passwords and codes of the demonstration, in a file that only its owner can read. A real installation has no such file:
//! there a secret is shown once and only its hash is kept.

use super::error::DemoError;
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use teranga_clinic::pii::Pii;

const FILE: &str = "demo-secrets.json";

/// The secrets, by login or device.
#[derive(Debug)]
pub(super) struct Secrets {
    path: PathBuf,
    known: BTreeMap<String, Pii<String>>,
}

impl Secrets {
    /// Reads the file of a data folder. It is empty if there is no file.
    pub(super) fn open(folder: &Path) -> Result<Self, DemoError> {
        let path = folder.join(FILE);
        match read(&path) {
            Ok(known) => Ok(Self { path, known }),
            Err(cause) => Err(DemoError::Secrets { path, cause }),
        }
    }

    /// Returns the secret of `name`, and true if it was made now. A new secret is written at once.
    pub(super) fn of(
        &mut self,
        name: &str,
        make: fn() -> Pii<String>,
    ) -> Result<(Pii<String>, bool), DemoError> {
        if let Some(secret) = self.known.get(name) {
            return Ok((secret.clone(), false));
        }
        let secret = make();
        self.known.insert(name.to_owned(), secret.clone());
        write(&self.path, &self.known)
            .map_err(|cause| DemoError::Secrets { path: self.path.clone(), cause })?;
        Ok((secret, true))
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<String, Pii<String>>> {
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|_| io::Error::other("it is not what we wrote")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}

/// Writes a file that only its owner can read from its first byte on, and that is never half written under its name.
fn write(path: &Path, known: &BTreeMap<String, Pii<String>>) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(&serde_json::to_vec_pretty(known)?)?;
    file.sync_all()?;
    fs::rename(part, path)
}
