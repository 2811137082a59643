//! Reads an offer line by line, decides which of its sections are accepted, and writes what the engine is shown.
//!
//! All accepted sections share one transport (bundle, RFC 9143), because we have one address.

use super::{
    section::{OfferedSection, SectionReader, direction},
    transport::Transport,
};
use crate::{
    command::Refusal,
    limits::{SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES, SDP_SECTIONS},
};
use std::fmt::Write;

/// An offer that may be shown to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its media sections in order.
    pub sections: Vec<OfferedSection>,
    /// The places of the accepted sections, in the order of the client's bundle. The first one describes the transport.
    pub(super) bundle: Vec<usize>,
    /// The client has grouped its sections, so the answer does so, too.
    pub(super) is_grouped: bool,
    /// The lines of the client's transport.
    transport: String,
}

/// ICE credentials (RFC 8839 section 5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceCredentials {
    /// The user name fragment.
    pub ufrag: String,
    /// The password.
    pub password: String,
}

impl Offer {
    /// The client's ICE credentials.
    pub fn ice(&self) -> IceCredentials {
        let value = |start| self.transport_line(start).unwrap_or_default().to_owned();
        IceCredentials { ufrag: value("a=ice-ufrag:"), password: value("a=ice-pwd:") }
    }

    /// The SHA-256 fingerprint of the client's certificate (RFC 8122 section 5), the first one; empty if it has only longer ones.
    pub fn fingerprint(&self) -> &str {
        const SHA_256: &str = "a=fingerprint:sha-256 ";
        self.transport_line(SHA_256).unwrap_or_default()
    }

    fn transport_line(&self, start: &str) -> Option<&str> {
        self.transport.lines().find_map(|line| line.strip_prefix(start))
    }

    /// True if this offer may follow `earlier` in one session: lines keep their place (RFC 8829 section 5.2.2), and new ones
    /// are added at the end or in the place of a rejected one.
    pub fn extends(&self, earlier: &[OfferedSection]) -> bool {
        let fits = |(now, before): (&OfferedSection, &OfferedSection)| {
            let same = now.mid == before.mid && now.media == before.media;
            // The engine cannot let go of its data channels, or give them the place of another section.
            let data_stays =
                (now.kind.is_none() && now.accepted) == (before.kind.is_none() && before.accepted);
            data_stays && (same || !before.accepted)
        };
        self.sections.len() >= earlier.len() && self.sections.iter().zip(earlier).all(fits)
    }

    /// The offer in the form that the engine takes.
    pub fn engine_text(&self) -> String {
        let mut text = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE".to_owned();
        for section in self.sections.iter().filter(|section| section.accepted) {
            text.push(' ');
            text.push_str(&section.engine_mid);
        }
        text.push_str("\r\n");
        text.push_str(&self.transport);
        for OfferedSection { media, formats, engine_mid, body, kind, accepted, .. } in &self.sections {
            let written = if *accepted {
                let profile = if kind.is_some() { "UDP/TLS/RTP/SAVPF" } else { "UDP/DTLS/SCTP" };
                write!(text, "m={media} 9 {profile} {formats}\r\na=mid:{engine_mid}\r\n{body}")
            } else {
                let media = if media == "video" { "video" } else { "audio" };
                write!(text, "m={media} 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:{engine_mid}\r\na=inactive\r\n")
            };
            debug_assert!(written.is_ok(), "a String takes every write");
        }
        text
    }
}

/// Checks an offer.
///
/// # Errors
/// [`Refusal::Malformed`] or [`Refusal::Insecure`].
pub fn check(offer: &str) -> Result<Offer, Refusal> {
    if offer.len() > SDP_BYTES || !offer.starts_with("v=0") {
        return Err(Refusal::Malformed);
    }
    let mut reader = Reader::default();
    for line in offer.lines() {
        reader.line(line.trim_end_matches([' ', '\t']))?;
    }
    reader.finish()
}

/// Reads an offer line by line.
#[derive(Default)]
struct Reader {
    sections: Vec<SectionReader>,
    /// The identification tags of `a=group:BUNDLE`.
    bundle: Option<Vec<String>>,
    /// The transport that the session part describes for all sections.
    transport: Transport,
    direction: Option<&'static str>,
    candidates: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Refusal> {
        if line.len() > SDP_LINE_BYTES || line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(Refusal::Malformed);
        }
        match line.split_once('=') {
            Some(("m", _)) if self.sections.len() == SDP_SECTIONS => Err(Refusal::Malformed),
            Some(("m", media)) => {
                self.sections.push(SectionReader::new(media)?);
                Ok(())
            }
            Some(("a", attribute)) => self.attribute(attribute),
            Some((key, _)) if key.len() == 1 => Ok(()),
            _ if line.is_empty() => Ok(()),
            _ => Err(Refusal::Malformed),
        }
    }

    fn attribute(&mut self, attribute: &str) -> Result<(), Refusal> {
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        match name {
            "crypto" => return Err(Refusal::Insecure),
            "candidate" => {
                self.candidates += 1;
                return if self.candidates > SDP_CANDIDATES { Err(Refusal::Malformed) } else { Ok(()) };
            }
            _ => {}
        }
        let Some(section) = self.sections.last_mut() else { return self.session_attribute(name, value) };
        if section.transport.read(name, value)? { Ok(()) } else { section.attribute(name, value) }
    }

    fn session_attribute(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        if self.transport.read(name, value)? {
            return Ok(());
        }
        if let ("group", Some(mids)) = (name, value.strip_prefix("BUNDLE")) {
            // A client may offer several bundles (RFC 9143 section 7.1); one transport carries the first.
            let mids = mids.split(' ').filter(|mid| !mid.is_empty()).map(str::to_owned);
            self.bundle.get_or_insert_with(|| mids.collect());
        }
        self.direction = self.direction.or_else(|| direction(name));
        Ok(())
    }

    fn finish(self) -> Result<Offer, Refusal> {
        let mut mids: Vec<&String> =
            self.sections.iter().filter_map(|section| section.mid.as_ref()).collect();
        mids.sort_unstable();
        if mids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Refusal::Malformed);
        }
        let bundle = self.accepted();
        let first = *bundle.first().ok_or(Refusal::Malformed)?;
        let transport = self.transport_of(first).lines()?;
        let default = self.direction.unwrap_or("sendrecv");
        let is_grouped = self.bundle.is_some();
        let finish = |(place, section): (usize, SectionReader)| {
            section.finish(place, bundle.contains(&place), default)
        };
        let sections = self.sections.into_iter().enumerate().map(finish).collect();
        Ok(Offer { sections, bundle, is_grouped, transport })
    }

    /// The places of the sections that are accepted, in the order of the bundle. Without a bundle only the first one is,
    /// because each of the others would need a transport of its own.
    fn accepted(&self) -> Vec<usize> {
        let alive = |place: &usize| !self.sections[*place].is_stopped(self.bundle.is_some());
        let mut places: Vec<usize> = match &self.bundle {
            Some(mids) => {
                let place =
                    |mid: &String| self.sections.iter().position(|section| section.mid.as_ref() == Some(mid));
                mids.iter().take(SDP_SECTIONS).filter_map(place).filter(alive).collect()
            }
            None => (0..self.sections.len()).find(|place| alive(place)).into_iter().collect(),
        };
        let data = places.iter().copied().find(|place| self.sections[*place].is_data());
        let mut seen = [false; SDP_SECTIONS];
        places.retain(|place| {
            let again = std::mem::replace(&mut seen[*place], true);
            !again && (!self.sections[*place].is_data() || Some(*place) == data)
        });
        places
    }

    /// The transport of a section: its own attributes, else those of the session, else the first that are given anywhere.
    fn transport_of(&self, place: usize) -> Transport {
        let own = self.sections[place].transport.clone().or(&self.transport);
        self.sections.iter().fold(own, |transport, section| transport.or(&section.transport))
    }
}
