//! The national record (DPP) that this server asks: one address, and nothing else is ever asked.

use super::{
    error::{ConfigError, demand},
    outbound::{is_near, secret},
};
use axum::http::Uri;
use serde::Deserialize;
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};
use teranga_clinic::pii::Pii;

/// A FHIR R4 server with the record of patients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DppServer {
    /// True for HTTPS. Plain HTTP is allowed to this machine and to private addresses.
    pub tls: bool,
    /// The host by name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path below which the resources are, as `/fhir`, or nothing.
    pub path: String,
    /// The system (URI) of the numbers by which patients are known.
    pub number_system: String,
    /// The bearer token; none if the server asks for none.
    pub token: Option<Pii<String>>,
    /// PEM file of the authority that certifies the server; none for the authorities of this machine.
    pub authority: Option<PathBuf>,
    /// Whom a patient asks to have something in the record hidden, in words for people; none if nobody is named.
    pub contact: Option<String>,
}

/// The section `dpp`, before it is checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDpp {
    base: String,
    number_system: String,
    token_file: Option<PathBuf>,
    authority: Option<PathBuf>,
    contact: Option<String>,
}

impl RawDpp {
    pub(super) fn check(self) -> Result<DppServer, ConfigError> {
        let advice = "give the address of its FHIR interface, as https://dpp.example.sn/fhir";
        let Some((tls, host, port, path)) = address(&self.base) else {
            return Err(ConfigError::Value { key: "dpp.base", value: self.base, advice });
        };
        demand(
            tls || is_near(&host),
            "dpp.base",
            &self.base,
            "begin with https://; without it the server must be on this machine or at a private address",
        )?;
        let is_uri = self.number_system.contains(':')
            && self.number_system.bytes().all(|byte| byte.is_ascii_graphic());
        demand(
            is_uri,
            "dpp.number_system",
            &self.number_system,
            "give the URI of the numbers, as the DPP's documentation names it",
        )?;
        let token = self.token_file.as_deref().map(|file| secret("dpp.token_file", file)).transpose()?;
        if let Some(file) = &self.authority {
            demand(
                is_pem(file),
                "dpp.authority",
                file.display(),
                "name a PEM file that this server may read",
            )?;
        }
        let contact = self.contact.map(|contact| contact.trim().to_owned());
        let contact = contact.filter(|contact| !contact.is_empty());
        if let Some(contact) = &contact {
            demand(
                contact.chars().count() <= CONTACT_CHARS && !contact.contains(char::is_control),
                "dpp.contact",
                contact,
                "give a name and a telephone number on one line, at most 120 characters",
            )?;
        }
        Ok(DppServer {
            tls,
            host,
            port,
            path,
            number_system: self.number_system,
            token,
            authority: self.authority,
            contact,
        })
    }
}

impl fmt::Display for DppServer {
    /// Writes what `--check-config` prints. The token is not among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tls, host, port, path, number_system, .. } = self;
        let scheme = if *tls { "https" } else { "http" };
        write!(f, "{scheme}://{host}:{port}{path}, numbers of {number_system}")
    }
}

/// Whether it is encrypted, host, port and path without the last slash.
fn address(base: &str) -> Option<(bool, String, u16, String)> {
    let uri: Uri = base.parse().ok()?;
    let tls = match uri.scheme_str()? {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let plain = uri.query().is_none() && !uri.authority()?.as_str().contains('@');
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
    plain.then(|| (tls, host, port, uri.path().trim_end_matches('/').to_owned()))
}

fn is_pem(file: &Path) -> bool {
    fs::read(file).is_ok_and(|pem| pem.starts_with(b"-----BEGIN"))
}

/// The longest contact: two lines on the screen of a telephone.
const CONTACT_CHARS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, number_system: &str) -> Result<DppServer, ConfigError> {
        let (base, number_system) = (base.to_owned(), number_system.to_owned());
        RawDpp { base, number_system, token_file: None, authority: None, contact: None }.check()
    }

    #[test]
    fn a_contact_is_one_short_line() {
        let check = |contact: &str| {
            let (base, number_system) = ("http://10.0.0.7:8080".to_owned(), "urn:x:y".to_owned());
            let contact = Some(contact.to_owned());
            RawDpp { base, number_system, token_file: None, authority: None, contact }.check()
        };
        let kept = check(" Cellule DPP, 33 800 00 00 ").unwrap().contact;
        assert_eq!(kept.as_deref(), Some("Cellule DPP, 33 800 00 00"));
        assert_eq!(check("  ").unwrap().contact, None);
        for wrong in ["two\nlines".to_owned(), "x".repeat(CONTACT_CHARS + 1)] {
            assert!(check(&wrong).unwrap_err().to_string().contains("dpp.contact"), "{wrong}");
        }
    }

    #[test]
    fn a_server_elsewhere_is_spoken_to_with_tls_only() {
        let server = check("https://dpp.example.sn/fhir/", "urn:oid:1.2.3").unwrap();
        assert_eq!((server.tls, server.port, server.path.as_str()), (true, 443, "/fhir"));
        let server = check("http://10.0.0.7:8080", "urn:oid:1.2.3").unwrap();
        assert_eq!((server.tls, server.port, server.path.as_str()), (false, 8080, ""));
        for (base, system, key) in [
            ("http://dpp.example.sn/fhir", "urn:x:y", "dpp.base"),
            ("https://user:secret@dpp.example.sn/", "urn:x:y", "dpp.base"),
            ("https://dpp.example.sn/fhir?x=1", "urn:x:y", "dpp.base"),
            ("dpp.example.sn", "urn:x:y", "dpp.base"),
            ("ftp://dpp.example.sn/", "urn:x:y", "dpp.base"),
            ("https://dpp.example.sn/fhir", "number", "dpp.number_system"),
        ] {
            let error = check(base, system).unwrap_err().to_string();
            assert!(error.contains(key), "{base} {system}: {error}");
        }
    }
}
