//! Certificates and their keys as PEM files, and the errors of all sources of certificates.

use rustls::{
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The reasons why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path}: no usable {what} in PEM form")]
    Pem {
        /// The file.
        path: PathBuf,
        /// "certificate" or "private key".
        what: &'static str,
    },
    /// The internal authority may not certify a name.
    #[error(
        "the authority in {folder} may not certify {name}. Move the folder away, start again, and let the tablets trust the new authority.pem"
    )]
    Name {
        /// The name.
        name: String,
        /// The folder of the authority.
        folder: PathBuf,
    },
    /// There is no usable leaf, and no key to make one.
    #[error("{path}: the key of the internal authority is not here; run `teranga ca renew` where it is")]
    NoAuthorityKey {
        /// The place where it was looked for.
        path: PathBuf,
    },
    /// The machine's clock is so wrong that no certificate can be dated.
    #[error("the machine's clock is wrong")]
    Clock,
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    /// rustls refuses the pair, for instance because key and certificate do not belong together.
    #[error("the certificate and its key are not accepted: {0}")]
    Refused(#[from] rustls::Error),
}

/// The one provider of cryptography.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Reads a certificate chain and its key.
pub(super) fn from_files(cert: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = certificates(cert)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|_| TlsError::Pem { path: key.into(), what: "private key" })?;
    Ok(CertifiedKey::from_der(chain, key, &provider())?)
}

/// Reads the certificates of a PEM file. It must hold at least one.
pub(super) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| TlsError::Pem { path: file.into(), what: "certificate" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_named() {
        let error = from_files(Path::new("/dev/null"), Path::new("/dev/null")).unwrap_err();
        assert_eq!(error.to_string(), "/dev/null: no usable certificate in PEM form");
    }
}
