//! The ministry's authority of documents: a certificate and its key in a folder of their own, on a machine without a network. It
//! certifies the public keys of specialists, which come to it as requests (PKCS #10, RFC 2986).

use crate::{data_folder::write_private, store::Certificate};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use teranga_clinic::time::Timestamp;
use time::OffsetDateTime;
use x509_parser::{certificate::X509Certificate, prelude::FromDer, time::ASN1Time};

/// File name of the certificate, in PEM. Servers are told to believe it.
pub const CERTIFICATE_FILE: &str = "ministry.pem";

/// File name of the key, in PEM. It stays where it was made.
pub const KEY_FILE: &str = "ministry.key";

/// The days for which the authority's own certificate holds: ten years.
const AUTHORITY_DAYS: u64 = 3_650;

/// A certificate begins a day early, because the clock of a machine without a network is seldom right.
const EARLY_MS: u64 = DAY_MS;

/// The most days for which a specialist's key is certified: three years.
pub const SIGNER_DAYS_MAX: u16 = 1_096;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// An attribute that carries the number in the register of the order (`serialNumber`, X.520).
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];

/// The reason for which the authority did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// There is an authority in the folder already.
    #[error("there is an authority in {} already", .0.display())]
    Exists(PathBuf),
    /// The request is not signed by the key that it names, or cannot be read.
    #[error("this is no request for a certificate of a P-256 key: {0}")]
    Request(String),
    /// A certificate is not one, or is not one that may be used so.
    #[error("this certificate cannot be used: {0}")]
    Certificate(&'static str),
    /// The library refused.
    #[error(transparent)]
    Library(#[from] rcgen::Error),
}

/// A person whose key is to be certified.
#[derive(Clone)]
pub struct Subject<'a> {
    /// The name.
    pub name: &'a str,
    /// The number in the register of the order, if it is known.
    pub order_number: Option<&'a str>,
}

/// Makes an authority in an empty folder.
///
/// # Errors
/// [`AuthorityError`].
pub fn create(folder: &Path, name: &str, now: Timestamp) -> Result<(), AuthorityError> {
    let (certificate, key) = (folder.join(CERTIFICATE_FILE), folder.join(KEY_FILE));
    if certificate.exists() || key.exists() {
        return Err(AuthorityError::Exists(folder.to_owned()));
    }
    fs::create_dir_all(folder).map_err(file(folder))?;
    let pair = KeyPair::generate()?;
    let mut params = params(&Subject { name, order_number: None }, (now, AUTHORITY_DAYS))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let signed = params.self_signed(&pair)?;
    write_private(&key, pair.serialize_pem().as_bytes()).map_err(file(&key))?;
    write_private(&certificate, signed.pem().as_bytes()).map_err(file(&certificate))
}

/// A request for a certificate of this key, in PEM.
///
/// # Errors
/// The key is not in PKCS #8.
pub fn request(pkcs8: &[u8], subject: &Subject<'_>) -> Result<String, AuthorityError> {
    let pair = KeyPair::try_from(pkcs8)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(subject);
    Ok(params.serialize_request(&pair)?.pem()?)
}

/// Certifies the key of a request, under the name that it asks for, and gives the certificate in PEM. The person at the authority has
/// compared that name with the register.
///
/// # Errors
/// [`AuthorityError`].
pub fn certify(folder: &Path, request: &str, days: u16, now: Timestamp) -> Result<String, AuthorityError> {
    let (certificate, key) = (folder.join(CERTIFICATE_FILE), folder.join(KEY_FILE));
    let pair = KeyPair::from_pem(&fs::read_to_string(&key).map_err(file(&key))?)?;
    let issuer = fs::read_to_string(&certificate).map_err(file(&certificate))?;
    let issuer = Issuer::from_ca_cert_pem(&issuer, pair)?;
    let asked = CertificateSigningRequestParams::from_pem(request);
    let mut asked = asked.map_err(|error| AuthorityError::Request(error.to_string()))?;
    if asked.public_key.algorithm() != &rcgen::PKCS_ECDSA_P256_SHA256 {
        return Err(AuthorityError::Request("another algorithm".into()));
    }
    let name = std::mem::take(&mut asked.params.distinguished_name);
    asked.params = of_signer(name, (now, u64::from(days.min(SIGNER_DAYS_MAX))))?;
    Ok(asked.signed_by(&issuer)?.pem())
}

/// Checks that one of these authorities has certified this key for signing documents.
///
/// # Errors
/// [`AuthorityError::Certificate`].
pub fn check(der: &[u8], authorities: &[Vec<u8>]) -> Result<Certified, AuthorityError> {
    let certificate = parse(der)?;
    if !authorities.iter().any(|authority| is_issued_by(der, authority)) {
        return Err(AuthorityError::Certificate("no authority that is believed here has issued it"));
    }
    let usage = certificate.key_usage().ok().flatten();
    let signs = usage.is_some_and(|usage| usage.value.digital_signature());
    if certificate.is_ca() || !signs {
        return Err(AuthorityError::Certificate("it is not made for signing documents"));
    }
    let public = certificate.public_key().subject_public_key.data.to_vec();
    let time = |time: ASN1Time| Timestamp(u64::try_from(time.timestamp()).unwrap_or_default() * 1_000);
    let validity = certificate.validity();
    let (from, to) = (time(validity.not_before), time(validity.not_after));
    Ok(Certified { public, certificate: Certificate { der: der.to_vec(), from, to } })
}

/// True if an authority has signed a certificate, both in DER.
pub fn is_issued_by(der: &[u8], authority: &[u8]) -> bool {
    let (Ok(certificate), Ok(issuer)) = (parse(der), parse(authority)) else { return false };
    issuer.is_ca()
        && issuer.subject() == certificate.issuer()
        && certificate.verify_signature(Some(issuer.public_key())).is_ok()
}

/// A certificate that was checked.
#[derive(Clone, Debug)]
pub struct Certified {
    /// The public key, an uncompressed point.
    pub public: Vec<u8>,
    /// The certificate.
    pub certificate: Certificate,
}

/// The bytes of the one certificate in a PEM file, and of nothing else.
///
/// # Errors
/// [`AuthorityError::Certificate`].
pub fn der_of(pem: &[u8]) -> Result<Vec<u8>, AuthorityError> {
    let (rest, pem) = x509_parser::pem::parse_x509_pem(pem)
        .map_err(|_| AuthorityError::Certificate("the file is no certificate in PEM"))?;
    let is_one = pem.label == "CERTIFICATE" && rest.iter().all(u8::is_ascii_whitespace);
    is_one.then_some(pem.contents).ok_or(AuthorityError::Certificate("the file has something else in it"))
}

/// The name and the number of the holder of a certificate, as a line for the terminal.
///
/// # Errors
/// [`AuthorityError::Certificate`].
pub fn subject_of(der: &[u8]) -> Result<String, AuthorityError> {
    Ok(parse(der)?.subject().to_string())
}

/// Checks that a certificate is an authority's.
///
/// # Errors
/// [`AuthorityError::Certificate`].
pub fn check_authority(der: &[u8]) -> Result<(), AuthorityError> {
    let is_ca = parse(der)?.is_ca();
    is_ca.then_some(()).ok_or(AuthorityError::Certificate("it is not the certificate of an authority"))
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, AuthorityError> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(AuthorityError::Certificate("it cannot be read")),
    }
}

fn of_signer(
    name: DistinguishedName,
    validity: (Timestamp, u64),
) -> Result<CertificateParams, AuthorityError> {
    let mut params = params(&Subject { name: "", order_number: None }, validity)?;
    params.distinguished_name = name;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(DOCUMENT_SIGNING.to_vec())];
    Ok(params)
}

/// The usage of a key that signs documents (RFC 9336, `id-kp-documentSigning`).
const DOCUMENT_SIGNING: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 36];

fn params(subject: &Subject<'_>, (now, days): (Timestamp, u64)) -> Result<CertificateParams, AuthorityError> {
    let time = |at: Timestamp| {
        let seconds = i64::try_from(at.0 / 1_000).unwrap_or_default();
        OffsetDateTime::from_unix_timestamp(seconds)
            .map_err(|_| AuthorityError::Certificate("its time is impossible"))
    };
    let mut serial = [0; 16];
    aws_lc_rs::rand::fill(&mut serial).map_err(|_| rcgen::Error::RingUnspecified)?;
    // A serial number is positive (RFC 5280, section 4.1.2.2).
    serial[0] &= 0x7f;
    let mut params = CertificateParams::default();
    params.not_before = time(Timestamp(now.0.saturating_sub(EARLY_MS)))?;
    params.not_after = time(now.plus_ms(days * DAY_MS))?;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.distinguished_name = distinguished_name(subject);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn distinguished_name(subject: &Subject<'_>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "SN");
    name.push(DnType::CommonName, subject.name);
    if let Some(number) = subject.order_number {
        name.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), number);
    }
    name
}

fn file(path: &Path) -> impl Fn(io::Error) -> AuthorityError {
    let path = path.to_owned();
    move |source| AuthorityError::File { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const SUBJECT: Subject<'_> = Subject { name: "Dr Awa Ndiaye", order_number: Some("SN-1234") };

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("teranga-ministry-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn pem_der(pem: &str) -> Vec<u8> {
        der_of(pem.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_is_certified_for_its_holder_and_by_nobody_else() {
        let (own, foreign) = (folder("own"), folder("foreign"));
        for folder in [&own, &foreign] {
            create(folder, "Autorité de démonstration", NOW).unwrap();
        }
        let pair = KeyPair::generate().unwrap();
        let request = request(&pair.serialize_der(), &SUBJECT).unwrap();
        let certificate = pem_der(&certify(&own, &request, 730, NOW).unwrap());
        let read = |folder: &Path| pem_der(&fs::read_to_string(folder.join(CERTIFICATE_FILE)).unwrap());
        let certified = check(&certificate, &[read(&foreign), read(&own)]).unwrap();
        assert_eq!(certified.public, pair.public_key_raw());
        assert_eq!(certified.certificate.from, Timestamp(NOW.0 - EARLY_MS));
        assert_eq!(certified.certificate.to, NOW.plus_ms(730 * DAY_MS));
        let name = parse(&certificate).unwrap().subject().to_string();
        assert!(name.contains("Dr Awa Ndiaye") && name.contains("SN-1234"), "{name}");
        assert!(check(&certificate, &[read(&foreign)]).is_err(), "an authority of the same name");
        assert!(check(&read(&own), &[read(&own)]).is_err(), "an authority signs no prescription");
        for folder in [own, foreign] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn an_authority_is_not_made_twice_and_keeps_its_key_to_itself() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder("twice");
        create(&folder, "Autorité", NOW).unwrap();
        assert!(matches!(create(&folder, "Autorité", NOW), Err(AuthorityError::Exists(_))));
        let mode = fs::metadata(folder.join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_no_request_and_what_is_no_certificate_is_refused() {
        let folder = folder("bad");
        create(&folder, "Autorité", NOW).unwrap();
        let certificate = fs::read_to_string(folder.join(CERTIFICATE_FILE)).unwrap();
        for bad in [
            "",
            "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
            &certificate,
        ] {
            assert!(matches!(certify(&folder, bad, 30, NOW), Err(AuthorityError::Request(_))));
        }
        assert!(der_of(b"rien").is_err());
        assert!(der_of(format!("{certificate}{certificate}").as_bytes()).is_err());
        assert!(check(b"rien", &[]).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
