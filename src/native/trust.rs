//! The trust settings of the native client. It trusts the machine's authorities, or those of one named file; on loopback it can be
//! told to accept any certificate.

use super::NativeError;
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

/// The authorities that may certify the server.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// The machine's list of authorities.
    #[default]
    System,
    /// The authorities in a PEM file only.
    File(PathBuf),
    /// Any certificate, if the server is on this machine.
    Loopback,
}

impl Trust {
    /// The TLS settings for a server at `address`.
    pub fn client_config(&self, address: IpAddr) -> Result<ClientConfig, NativeError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| NativeError::Tls(std::io::Error::other(error)))?;
        let mut config = match self {
            Self::System => builder.with_root_certificates(system()?).with_no_client_auth(),
            Self::File(path) => builder.with_root_certificates(file(path)?).with_no_client_auth(),
            Self::Loopback if address.is_loopback() => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
                .with_no_client_auth(),
            Self::Loopback => return Err(NativeError::NotLoopback(address)),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn system() -> Result<RootCertStore, NativeError> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 { Err(NativeError::NoAuthorities) } else { Ok(roots) }
}

fn file(path: &Path) -> Result<RootCertStore, NativeError> {
    let unusable = || NativeError::Authority(path.to_owned());
    let certs = CertificateDer::pem_file_iter(path).map_err(|_| unusable())?;
    let mut roots = RootCertStore::empty();
    for cert in certs {
        roots.add(cert.map_err(|_| unusable())?).map_err(|_| unusable())?;
    }
    if roots.is_empty() { Err(unusable()) } else { Ok(roots) }
}

/// A verifier that accepts any certificate, and still checks that the server holds its key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
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
    fn certificates_are_always_checked_beyond_this_machine() {
        let refused = Trust::Loopback.client_config([192, 0, 2, 1].into());
        assert!(matches!(refused, Err(NativeError::NotLoopback(_))));
        assert!(Trust::Loopback.client_config([127, 0, 0, 1].into()).is_ok());
    }

    #[test]
    fn a_file_without_a_certificate_is_named() {
        let refused = Trust::File("/dev/null".into()).client_config([127, 0, 0, 1].into());
        assert!(refused.unwrap_err().to_string().contains("/dev/null"));
    }
}
