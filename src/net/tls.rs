//! TLS certificates. They come from files, from an ACME directory (RFC 8555), or from an internal certificate authority in the
//! data folder, for a data centre without internet and for the demonstration.

use crate::config::Tls;
use futures_util::StreamExt;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::ResolvesServerCert,
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_acme::{AcmeConfig, EventError, acme::ACME_TLS_ALPN_NAME, caches::DirCache};
use std::{
    convert::Infallible,
    fs, io,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
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
    /// A certificate could not be made.
    #[error("a certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),
    /// rustls refuses the pair, for instance because key and certificate do not belong together.
    #[error("the certificate and its key are not accepted: {0}")]
    Refused(#[from] rustls::Error),
}

/// File name of the internal authority's certificate. Tablets and desks must trust it.
pub const AUTHORITY_FILE: &str = "authority.pem";

const AUTHORITY_KEY_FILE: &str = "authority.key";
const LEAF_FILE: &str = "leaf.pem";
const LEAF_KEY_FILE: &str = "leaf.key";
const LEAF_NAMES_FILE: &str = "leaf.names";

/// The log message for a failed exchange with the ACME directory; the reason stands beside it.
const NO_CERTIFICATE: &str = "the ACME directory gave no certificate; it will be asked again";

/// Makes the TLS settings of the HTTPS port. `folder` is the data folder, `names` are certified by the internal authority.
///
/// # Errors
/// See [`TlsError`]; the message names the file.
pub fn server_config(tls: &Tls, folder: &Path, names: &[String]) -> Result<ServerConfig, TlsError> {
    match tls {
        Tls::Files { cert, key } => Ok(with_resolver(Arc::new(from_files(cert, key)?), &[])),
        Tls::Internal => Ok(with_resolver(Arc::new(from_authority(&folder.join("tls"), names)?), &[])),
        Tls::Acme { domains, contact, directory, authority } => {
            let client = directory_client(authority.as_deref())?;
            let order = AcmeConfig::new_with_client_config(domains, Arc::new(client))
                .contact_push(format!("mailto:{contact}"))
                .directory(directory);
            from_acme(order, directory.clone(), folder.join("acme"))
        }
    }
}

fn with_resolver(resolver: Arc<dyn ResolvesServerCert>, more_protocols: &[&[u8]]) -> ServerConfig {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_cert_resolver(resolver);
    // A page that reconnects resumes its session by ticket (RFC 5077, RFC 8446 section 2.2), which saves sending the certificate
    // again and needs no memory here.
    match aws_lc_rs::Ticketer::new() {
        Ok(ticketer) => config.ticketer = ticketer,
        Err(error) => tracing::warn!(%error, "TLS sessions are not resumed by ticket"),
    }
    config.alpn_protocols =
        [b"h2".as_slice(), b"http/1.1"].iter().chain(more_protocols).map(|p| p.to_vec()).collect();
    config
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn from_files(cert: &Path, key: &Path) -> Result<SingleCertAndKey, TlsError> {
    let chain = certificates(cert)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|_| TlsError::Pem { path: key.into(), what: "private key" })?;
    Ok(CertifiedKey::from_der(chain, key, &provider())?.into())
}

/// Reads the certificates of a PEM file. It must hold at least one.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or_else(|| TlsError::Pem { path: file.into(), what: "certificate" })
}

/// Reads the leaf certificate for `names`, signed by the authority in `folder`. Both are made once and kept, so that a browser
/// that was told to accept the certificate recognises it after a restart. Other names get another leaf.
fn from_authority(folder: &Path, names: &[String]) -> Result<SingleCertAndKey, TlsError> {
    let (authority_pem, issuer) = authority(folder)?;
    let [cert, key, list] = [LEAF_FILE, LEAF_KEY_FILE, LEAF_NAMES_FILE].map(|name| folder.join(name));
    let wanted = names.join("\n");
    if fs::read_to_string(&list).ok().as_ref() != Some(&wanted) {
        let (leaf_pem, key_pem) = make_leaf(names, &issuer)?;
        write_private(&cert, &(leaf_pem + &authority_pem))?;
        write_private(&key, &key_pem)?;
        write_private(&list, &wanted)?;
    }
    from_files(&cert, &key)
}

/// Makes a leaf; returns its certificate and its private key in PEM form.
fn make_leaf(names: &[String], issuer: &Issuer<'_, KeyPair>) -> Result<(String, String), TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Teranga");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok((params.signed_by(&key, issuer)?.pem(), key.serialize_pem()))
}

/// Reads or makes the authority; returns its certificate in PEM form and the issuer that signs with its key.
fn authority(folder: &Path) -> Result<(String, Issuer<'static, KeyPair>), TlsError> {
    fs::create_dir_all(folder).map_err(|source| TlsError::File { path: folder.into(), source })?;
    let (cert_path, key_path) = (folder.join(AUTHORITY_FILE), folder.join(AUTHORITY_KEY_FILE));
    if !key_path.exists() {
        let _ = fs::remove_file(folder.join(LEAF_NAMES_FILE));
        make_authority(&cert_path, &key_path)?;
    }
    let read = |path: PathBuf| fs::read_to_string(&path).map_err(|source| TlsError::File { path, source });
    let (cert, key) = (read(cert_path)?, read(key_path)?);
    Ok((cert, Issuer::new(authority_params(), KeyPair::from_pem(&key)?)))
}

/// Makes the authority. The key is written last: a folder that holds it is complete.
fn make_authority(cert_path: &Path, key_path: &Path) -> Result<(), TlsError> {
    let key = KeyPair::generate()?;
    let cert = authority_params().self_signed(&key)?;
    write_private(cert_path, &cert.pem())?;
    write_private(key_path, &key.serialize_pem())
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Teranga, internal authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Writes a file that only its owner can read from its first byte on, and that is never half written under its name.
fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    let write = || {
        let part = path.with_extension("part");
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(part, path)
    };
    write().map_err(|source| TlsError::File { path: path.into(), source })
}

/// Orders certificates from an ACME directory (RFC 8555) and renews them. The server runs before it has one, because the
/// directory validates it on this very port (TLS-ALPN-01, RFC 8737). A failed order is repeated after 1 s, 2 s, 4 s and so on,
/// at most 18 h.
fn from_acme(
    order: AcmeConfig<Infallible>,
    directory: String,
    folder: PathBuf,
) -> Result<ServerConfig, TlsError> {
    make_private(&folder)?;
    let mut state = order.cache(DirCache::new(folder.clone())).state();
    let config = with_resolver(state.resolver(), &[ACME_TLS_ALPN_NAME]);
    tokio::spawn(async move {
        while let Some(event) = state.next().await {
            match event {
                Ok(event) => tracing::info!(directory, ?event, "certificate"),
                Err(EventError::Order(error)) => tracing::error!(directory, %error, "{NO_CERTIFICATE}"),
                Err(error) => tracing::error!(%error, folder = %folder.display(), "the certificate's files"),
            }
        }
    });
    Ok(config)
}

/// Makes the folder accessible to its owner only, because `rustls-acme` writes its keys readable for everybody.
fn make_private(folder: &Path) -> Result<(), TlsError> {
    let make = || {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
    };
    make().map_err(|source| TlsError::File { path: folder.into(), source })
}

/// Makes the TLS settings of the connection to the directory. It is trusted by `authority` if one is named, else by the
/// authorities of this machine.
fn directory_client(authority: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    let trusted = match authority {
        Some(file) => certificates(file)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    roots.add_parsable_certificates(trusted);
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authority_and_leaf_are_made_once_and_kept() {
        let folder = std::env::temp_dir().join(format!("teranga-tls-{}", std::process::id()));
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let leaf = |names: &[String]| {
            from_authority(&folder, names).unwrap();
            fs::read(folder.join(LEAF_FILE)).unwrap()
        };
        let (authority_pem, first) = (authority(&folder).unwrap().0, leaf(&names));
        assert_eq!((authority(&folder).unwrap().0, leaf(&names)), (authority_pem.clone(), first.clone()));
        assert_ne!(leaf(&names[..1]), first, "other names get another leaf");
        assert_eq!(authority(&folder).unwrap().0, authority_pem);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_broken_file_is_named() {
        let error = from_files(Path::new("/dev/null"), Path::new("/dev/null")).unwrap_err();
        assert_eq!(error.to_string(), "/dev/null: no usable certificate in PEM form");
    }
}
