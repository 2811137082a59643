//! The attributes of one transport in an offer: ICE user name and password, certificate fingerprints, DTLS role.
//!
//! The reader of an offer owns one for the session and one for each media section. It decides nothing about sections.

use crate::command::Refusal;
use std::fmt::Write;

/// The attributes of one transport. Each may be absent, because it may stand in another part of the offer.
#[derive(Clone, Debug, Default)]
pub(super) struct Transport {
    ufrag: Option<String>,
    password: Option<String>,
    fingerprints: Vec<String>,
    setup: Option<String>,
}

impl Transport {
    /// Reads an attribute. True if it describes a transport.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] for a value that the standards do not allow.
    pub(super) fn read(&mut self, name: &str, value: &str) -> Result<bool, Refusal> {
        match name {
            "ice-ufrag" => self.ufrag = Some(ice_chars(value, 4)?),
            "ice-pwd" => self.password = Some(ice_chars(value, 22)?),
            "setup" if matches!(value, "actpass" | "active") => self.setup = Some(value.to_owned()),
            "setup" => return Err(Refusal::Malformed),
            "fingerprint" => self.fingerprint(value),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads a fingerprint (RFC 8122 section 5). A SHA-1 line is dropped, because it proves nothing any more.
    fn fingerprint(&mut self, value: &str) {
        let (hash, digest) = value.split_once(' ').unwrap_or_default();
        let hash = hash.to_ascii_lowercase();
        if matches!(hash.as_str(), "sha-256" | "sha-384" | "sha-512") {
            self.fingerprints.push(format!("{hash} {digest}"));
        }
    }

    /// Takes from `other` what is absent here.
    pub(super) fn or(mut self, other: &Self) -> Self {
        if self.ufrag.is_none() || self.password.is_none() {
            (self.ufrag, self.password) = (other.ufrag.clone(), other.password.clone());
        }
        if self.fingerprints.is_empty() {
            self.fingerprints.clone_from(&other.fingerprints);
        }
        self.setup = self.setup.or_else(|| other.setup.clone());
        self
    }

    /// Its lines.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] without ICE credentials, [`Refusal::Insecure`] without a usable fingerprint.
    pub(super) fn lines(&self) -> Result<String, Refusal> {
        let (Some(ufrag), Some(password)) = (&self.ufrag, &self.password) else {
            return Err(Refusal::Malformed);
        };
        if self.fingerprints.is_empty() {
            return Err(Refusal::Insecure);
        }
        let mut lines = format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n");
        // RFC 4145 section 4: an offer without the attribute has the role "active".
        let setup = self.setup.as_deref().unwrap_or("active");
        let fingerprints = self.fingerprints.iter().map(|fingerprint| ("fingerprint", fingerprint.as_str()));
        for (name, value) in fingerprints.chain([("setup", setup)]) {
            let written = write!(lines, "a={name}:{value}\r\n");
            debug_assert!(written.is_ok(), "a String takes every write");
        }
        Ok(lines)
    }
}

/// `least` to 256 characters of `ice-char` (RFC 8839 section 5.4).
fn ice_chars(value: &str, least: usize) -> Result<String, Refusal> {
    let ice = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    let valid = (least..=256).contains(&value.len()) && value.chars().all(ice);
    if valid { Ok(value.to_owned()) } else { Err(Refusal::Malformed) }
}
