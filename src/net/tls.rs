//! TLS certificates. They come from files, from an ACME directory (RFC 8555), or from an internal certificate authority in the
//! data folder (`src/net/authority.rs`), for a data centre without internet and for the demonstration.

use super::{
    authority::{InternalAuthority, RenewedLeaf},
    certificate::{TlsError, certificates, from_files, provider},
};
use crate::{clock::Clock, config::Tls};
use futures_util::StreamExt;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig, crypto::aws_lc_rs, server::ResolvesServerCert,
    sign::SingleCertAndKey,
};
use rustls_acme::{AcmeConfig, EventError, acme::ACME_TLS_ALPN_NAME, caches::DirCache};
use std::{
    convert::Infallible,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The log message for a failed exchange with the ACME directory; the reason stands beside it.
const NO_CERTIFICATE: &str = "the ACME directory gave no certificate; it will be asked again";

/// Makes the TLS settings of the HTTPS port. `folder` is the data folder, `names` are certified by the internal authority.
///
/// # Errors
/// See [`TlsError`]; the message names the file.
pub fn server_config(
    tls: &Tls,
    folder: &Path,
    names: &[String],
    clock: Clock,
) -> Result<ServerConfig, TlsError> {
    match tls {
        Tls::Files { cert, key } => {
            Ok(with_resolver(Arc::new(SingleCertAndKey::from(from_files(cert, key)?)), &[]))
        }
        Tls::Internal { authority_key } => {
            let authority = InternalAuthority::new(folder.join("tls"), authority_key.as_deref(), names);
            let leaf = Arc::new(RenewedLeaf::open(authority, clock.timestamp())?);
            tokio::spawn(leaf.clone().keep_fresh(clock));
            Ok(with_resolver(leaf, &[]))
        }
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
