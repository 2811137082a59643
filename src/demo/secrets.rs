//! Passwords and codes of the demonstration, in a file that only its owner reads. A real installation has
//! no such file: there, a secret is shown once and only its hash is kept.

use super::DemoError;
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use teranga_clinic::pii::Pii;

const FILE: &str = "demo-secrets.json";

/// Secrets by login or device.
#[derive(Debug)]
pub(super) struct Secrets {
    path: PathBuf,
    known: BTreeMap<String, Pii<String>>,
}

impl Secrets {
    /// Reads the file of a data folder, if there is one.
    pub(super) fn open(folder: &Path) -> Result<Self, DemoError> {
        let path = folder.join(FILE);
        match read(&path) {
            Ok(known) => Ok(Self { path, known }),
            Err(cause) => Err(DemoError::Secrets { path, cause }),
        }
    }

    /// The secret of `name`, made and kept if there is none; and whether it is new.
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

/// Readable by nobody else from the first byte, and never half written under its name.
fn write(path: &Path, known: &BTreeMap<String, Pii<String>>) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(&serde_json::to_vec_pretty(known)?)?;
    file.sync_all()?;
    fs::rename(part, path)
}
