//! The device key of a native post. It is made once, kept in a file that only its owner can read, and never shown.

use super::NativeError;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// A P-256 key (FIPS 186-5) and, once enrolled, the name that the server gave the device.
pub struct DeviceKey {
    key: EcdsaKeyPair,
    pkcs8: Vec<u8>,
    /// The name for signing in; none before the device is enrolled.
    pub name: Option<String>,
}

/// The contents of the key file.
#[derive(Serialize, Deserialize)]
struct Stored {
    device: Option<String>,
    key: String,
}

impl DeviceKey {
    /// Makes a key that is not enrolled yet.
    pub fn generate() -> Result<Self, NativeError> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Self::from_pkcs8(key.map_err(|_| NativeError::Key)?.as_ref().to_vec(), None)
    }

    /// Reads the key in `path`. It is `None` if there is no such file.
    pub fn load(path: &Path) -> Result<Option<Self>, NativeError> {
        let failed = |source| NativeError::File { path: path.to_owned(), source };
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(failed)?,
        };
        if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(NativeError::ReadableByOthers(path.to_owned()));
        }
        let stored: Stored = serde_json::from_str(&text).map_err(|_| NativeError::Key)?;
        let pkcs8 = BASE64.decode(stored.key).map_err(|_| NativeError::Key)?;
        Self::from_pkcs8(pkcs8, stored.device).map(Some)
    }

    /// Writes the key to `path`, readable by the owner only (mode 0600), whole or not at all.
    pub fn save(&self, path: &Path) -> Result<(), NativeError> {
        let stored = Stored { device: self.name.clone(), key: BASE64.encode(&self.pkcs8) };
        let text = serde_json::to_string(&stored).map_err(|_| NativeError::Key)?;
        write_private(path, text.as_bytes())
            .map_err(|source| NativeError::File { path: path.to_owned(), source })
    }

    /// The public key as a raw uncompressed point, the form of `docs/API.md`.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// Signs `challenge` with ECDSA and SHA-256. The signature is r‖s (IEEE P1363).
    pub fn sign(&self, challenge: &[u8]) -> Result<Vec<u8>, NativeError> {
        let signature = self.key.sign(&SystemRandom::new(), challenge).map_err(|_| NativeError::Key)?;
        Ok(signature.as_ref().to_vec())
    }

    fn from_pkcs8(pkcs8: Vec<u8>, name: Option<String>) -> Result<Self, NativeError> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8)
            .map_err(|_| NativeError::Key)?;
        Ok(Self { key, pkcs8, name })
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn a_key_comes_back_from_its_file_and_signs() {
        let path = std::env::temp_dir().join(format!("teranga-device-{}.json", std::process::id()));
        let mut device = DeviceKey::generate().unwrap();
        device.name = Some("kiosk-1".into());
        device.save(&path).unwrap();
        let again = DeviceKey::load(&path).unwrap().unwrap();
        assert_eq!((again.name.as_deref(), again.public_key()), (Some("kiosk-1"), device.public_key()));
        let signature = again.sign(b"challenge").unwrap();
        assert_eq!((signature.len(), device.public_key().len()), (64, 65));
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, device.public_key())
            .verify(b"challenge", &signature)
            .unwrap();

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(DeviceKey::load(&path), Err(NativeError::ReadableByOthers(_))));
        fs::remove_file(&path).unwrap();
        assert!(DeviceKey::load(&path).unwrap().is_none());
    }
}
