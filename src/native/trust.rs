//! Whom a native peer takes for the server: the machine's authorities, one named file, or, on loopback only
//! and only when asked, anybody.

use super::Trouble;
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

/// Whom to trust.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// The machine's own list of authorities.
    #[default]
    System,
    /// The authorities in a PEM file, and nobody else.
    File(PathBuf),
    /// Anybody, as long as it is this very machine.
    Loopback,
}

impl Trust {
    /// TLS settings for a server at `address`.
    pub fn client_config(&self, address: IpAddr) -> Result<ClientConfig, Trouble> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Trouble::Tls(std::io::Error::other(error)))?;
        let mut config = match self {
            Self::System => builder.with_root_certificates(system()?).with_no_client_auth(),
            Self::File(path) => builder.with_root_certificates(file(path)?).with_no_client_auth(),
            Self::Loopback if address.is_loopback() => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
                .with_no_client_auth(),
            Self::Loopback => return Err(Trouble::NotLoopback(address)),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn system() -> Result<RootCertStore, Trouble> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 { Err(Trouble::NoAuthorities) } else { Ok(roots) }
}

fn file(path: &Path) -> Result<RootCertStore, Trouble> {
    let unusable = || Trouble::Authority(path.to_owned());
    let certs = CertificateDer::pem_file_iter(path).map_err(|_| unusable())?;
    let mut roots = RootCertStore::empty();
    for cert in certs {
        roots.add(cert.map_err(|_| unusable())?).map_err(|_| unusable())?;
    }
    if roots.is_empty() { Err(unusable()) } else { Ok(roots) }
}

/// Checks that the other side holds the key of the certificate it shows, whatever that certificate is.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_trusted_blindly_beyond_this_machine() {
        let refused = Trust::Loopback.client_config([192, 0, 2, 1].into());
        assert!(matches!(refused, Err(Trouble::NotLoopback(_))));
        assert!(Trust::Loopback.client_config([127, 0, 0, 1].into()).is_ok());
    }

    #[test]
    fn a_file_without_a_certificate_is_named() {
        let refused = Trust::File("/dev/null".into()).client_config([127, 0, 0, 1].into());
        assert!(refused.unwrap_err().to_string().contains("/dev/null"));
    }
}
