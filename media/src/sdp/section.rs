//! One media section of an offer: what the client wrote, and what the engine is shown of it.
//!
//! The reader of an offer owns them. Whether a section is accepted depends on its neighbours, too, and is decided in
//! `media/src/sdp/offer.rs`.

use super::transport::Transport;
use crate::{
    command::{Kind, Refusal},
    limits::LAYERS,
};
use std::collections::HashSet;

/// A media section (m-line) of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedSection {
    /// The identification tag (`a=mid`, RFC 5888), if it has one.
    pub mid: Option<String>,
    /// The tag under which the engine knows it, which is the same if it is short and of letters and digits.
    pub engine_mid: String,
    /// Audio or video; `None` for the data channels' section. A rejected section of another medium counts as audio.
    pub kind: Option<Kind>,
    /// True if the answer accepts it. A section is rejected if it is stopped, outside of the bundle, or of nothing that we
    /// forward.
    pub accepted: bool,
    /// The simulcast layers that the client sends, in the order of `a=simulcast:send` (RFC 8853).
    pub layers: Vec<String>,
    /// The `<media>` word of its m-line (RFC 8866 section 5.14).
    pub(super) media: String,
    /// The `<proto>` word of its m-line, which an answer repeats.
    pub(super) profile: String,
    /// The first format of its m-line, which the answer to a rejected section repeats.
    pub(super) format: String,
    /// What the engine is shown of an accepted section, below its m-line and its tag.
    pub(super) body: String,
    /// The formats that the engine is shown.
    pub(super) formats: String,
}

/// A media section while it is read.
#[derive(Debug, Default)]
pub(super) struct SectionReader {
    media: String,
    profile: String,
    formats: Vec<String>,
    port_is_zero: bool,
    pub(super) mid: Option<String>,
    pub(super) transport: Transport,
    direction: Option<&'static str>,
    /// The `a=rtpmap` values, each behind its format.
    codecs: Vec<(String, String)>,
    /// The names and values of attributes that describe one format, or feedback for all with `*`.
    of_formats: Vec<(&'static str, String)>,
    extensions: Vec<String>,
    /// The lines that the engine is shown as they are.
    others: Vec<String>,
    simulcast: Vec<String>,
    layers: Vec<String>,
    /// A layer has a name that the engine cannot write, so the section is taken without simulcast.
    long_layers: bool,
}

impl SectionReader {
    /// Reads `<media> <port> <proto> <fmt> ...` (RFC 8866 section 5.14).
    ///
    /// # Errors
    /// [`Refusal::Malformed`], or [`Refusal::Insecure`] for a profile that does not promise DTLS.
    pub(super) fn new(line: &str) -> Result<Self, Refusal> {
        let mut words = line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
        let (Some(media), Some(port), Some(profile)) = (words.next(), words.next(), words.next()) else {
            return Err(Refusal::Malformed);
        };
        let (first, count) = port.split_once('/').unwrap_or((&port, "1"));
        let (Ok(port), Ok(_)) = (first.parse::<u16>(), count.parse::<u16>()) else {
            return Err(Refusal::Malformed);
        };
        let formats = without_repetition(words);
        let section = Self { media, profile, formats, port_is_zero: port == 0, ..Self::default() };
        let known = matches!(section.media.as_str(), "audio" | "video" | "application");
        if known && port != 0 && !section.is_protected() {
            return Err(Refusal::Insecure);
        }
        Ok(section)
    }

    /// True for a profile that promises DTLS (RFC 8829 section 5.1.2, RFC 8841 section 4).
    fn is_protected(&self) -> bool {
        let sctp = self.media == "application";
        match self.profile.as_str() {
            "UDP/TLS/RTP/SAVPF" | "UDP/TLS/RTP/SAVP" | "TCP/DTLS/RTP/SAVPF" | "TCP/DTLS/RTP/SAVP" => !sctp,
            "UDP/DTLS/SCTP" | "TCP/DTLS/SCTP" => sctp,
            _ => false,
        }
    }

    /// Reads an attribute that does not describe the transport.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "mid" if self.mid.is_some() || !is_token(value) => return Err(Refusal::Malformed),
            "mid" => self.mid = Some(value.to_owned()),
            "rtpmap" => {
                let (format, codec) = value.split_once(' ').ok_or(Refusal::Malformed)?;
                self.codecs.push((format.to_owned(), codec.trim().to_owned()));
            }
            "rtcp-fb" if value.starts_with('*') => self.feedback_of_all(value),
            "rtcp-fb" => self.of_formats.push(("rtcp-fb", value.to_owned())),
            "fmtp" => self.of_formats.push(("fmtp", value.to_owned())),
            "extmap" if self.wants_extension(value) => self.extensions.push(value.to_owned()),
            "rid" => self.rid(value)?,
            "simulcast" => self.simulcast(value)?,
            "rtcp-mux" | "rtcp-rsize" => self.others.push(format!("a={name}\r\n")),
            "ssrc" | "ssrc-group" | "sctp-port" | "max-message-size" => {
                self.others.push(format!("a={name}:{value}\r\n"));
            }
            _ => self.direction = self.direction.or_else(|| direction(name)),
        }
        Ok(())
    }

    /// True if a header extension is worth its 8 to 16 B per packet, and has a number of the one-byte form (RFC 8285 section
    /// 4.2). Voice carries only its mid, until it is acknowledged.
    fn wants_extension(&self, value: &str) -> bool {
        let mut words = value.split(' ');
        let number = words.next().and_then(|word| word.split('/').next()?.parse::<u8>().ok());
        let wanted = match words.next().unwrap_or_default() {
            MID_EXTENSION => true,
            "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
            | "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
            | "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01" => {
                self.media != "audio"
            }
            _ => false,
        };
        wanted && number.is_some_and(|number| (1..=14).contains(&number))
    }

    /// Reads feedback that is offered for all formats. The engine is shown it once for each of them, so each word that we use counts once.
    fn feedback_of_all(&mut self, value: &str) {
        let is_used = value.strip_prefix("* ").is_some_and(|word| FEEDBACK_OF_ALL.contains(&word));
        if is_used && self.of_formats.iter().all(|(_, known)| known != value) {
            self.of_formats.push(("rtcp-fb", value.to_owned()));
        }
    }

    /// Reads `a=rid:<id> send` (RFC 8851).
    fn rid(&mut self, value: &str) -> Result<(), Refusal> {
        let id = value.split(' ').next().unwrap_or_default();
        self.long_layers |= !is_engine_rid(id);
        self.simulcast.push(format!("a=rid:{value}\r\n"));
        if self.simulcast.len() <= 2 * LAYERS + 1 { Ok(()) } else { Err(Refusal::Malformed) }
    }

    /// Reads `a=simulcast:send q;h;f` (RFC 8853 section 5.1). Alternatives (`,`) and paused layers (`~`) are read as their
    /// first, unpaused form.
    fn simulcast(&mut self, value: &str) -> Result<(), Refusal> {
        let mut words = value.split(' ');
        while let (Some(direction), Some(list)) = (words.next(), words.next()) {
            if direction != "send" {
                continue;
            }
            let first =
                |layer: &str| layer.split(',').next().unwrap_or("").trim_start_matches('~').to_owned();
            self.layers = list.split(';').map(first).collect();
        }
        self.long_layers |= self.layers.iter().any(|id| !is_engine_rid(id));
        self.simulcast.push(format!("a=simulcast:{value}\r\n"));
        if self.layers.len() <= LAYERS { Ok(()) } else { Err(Refusal::Malformed) }
    }

    /// True if we can forward something of it.
    fn is_usable(&self) -> bool {
        match self.media.as_str() {
            "application" => self.formats.iter().any(|format| format == "webrtc-datachannel"),
            "audio" => self.used_codecs().any(|(_, codec)| codec.starts_with("opus/48000/2")),
            "video" => self.used_codecs().any(|(_, codec)| codec == "vp8/90000"),
            _ => false,
        }
    }

    /// True if the client has stopped it: port 0 means that, unless the section is bundled (RFC 9143 section 7.3).
    pub(super) fn is_stopped(&self, bundled: bool) -> bool {
        (self.port_is_zero && !bundled) || !self.is_protected() || !self.is_usable()
    }

    pub(super) fn is_data(&self) -> bool {
        self.media == "application"
    }

    /// The codecs in use with their formats, in the client's order and in lower case.
    fn used_codecs(&self) -> impl Iterator<Item = (&str, String)> {
        let codec =
            |format: &String| Some(self.codecs.iter().find(|(of, _)| of == format)?.1.to_ascii_lowercase());
        self.formats.iter().filter_map(move |format| {
            let codec = codec(format)?;
            let name = codec.split('/').next().unwrap_or_default();
            let in_use = matches!(name, "opus" | "red" | "vp8" | "rtx");
            let valid =
                format.parse::<u8>().is_ok_and(|number| number < 128 && number.to_string() == *format);
            (in_use && valid).then_some((format.as_str(), codec))
        })
    }

    /// The section as it is answered. `place` is its number in the offer, and `default` the session's direction.
    pub(super) fn finish(self, place: usize, accepted: bool, default: &str) -> OfferedSection {
        let short = |mid: &&String| mid.len() < 16 && mid.chars().all(|c| c.is_ascii_alphanumeric());
        let engine_mid = self.mid.as_ref().filter(short).cloned();
        let is_translated = engine_mid.is_none();
        let simulcast = accepted && !self.long_layers;
        let kind = match self.media.as_str() {
            "video" => Some(Kind::Video),
            "application" if accepted => None,
            _ => Some(Kind::Audio),
        };
        let format = self.formats.first().map_or("0", String::as_str).to_owned();
        OfferedSection {
            // Sixteen characters, so that it is never the tag of another section.
            engine_mid: engine_mid.unwrap_or_else(|| format!("section{place:09}")),
            kind,
            accepted,
            layers: if simulcast { self.layers.clone() } else { Vec::new() },
            body: if accepted { self.body(default, is_translated) } else { String::new() },
            formats: self.engine_formats(),
            media: self.media,
            profile: self.profile,
            mid: self.mid,
            format,
        }
    }

    fn engine_formats(&self) -> String {
        if self.is_data() {
            return "webrtc-datachannel".to_owned();
        }
        self.used_codecs().map(|(format, _)| format).collect::<Vec<_>>().join(" ")
    }

    /// The lines below the section's m-line and tag. The engine writes its own tag into packets, so a section with another one
    /// goes without tags in its packets, and the client knows our streams by their SSRC (RFC 9143 section 9.2).
    fn body(&self, default: &str, is_translated: bool) -> String {
        let mut body = self.others.concat();
        if self.is_data() {
            return body;
        }
        let mut add = |line: &[&str]| {
            body.push_str("a=");
            for part in line {
                body.push_str(part);
            }
            body.push_str("\r\n");
        };
        add(&[self.direction.unwrap_or(default)]);
        let extensions =
            self.extensions.iter().filter(|value| !is_translated || !value.contains(MID_EXTENSION));
        extensions.for_each(|value| add(&["extmap:", value]));
        for (format, codec) in self.used_codecs() {
            add(&["rtpmap:", format, " ", &codec]);
            for (name, value) in &self.of_formats {
                let (of, rest) = value.split_once(' ').unwrap_or_default();
                let all = of == "*" && !codec.starts_with("rt") && !codec.starts_with("red");
                let transport_cc = self.media == "audio" && rest == "transport-cc";
                if (of == format || all) && !transport_cc {
                    add(&[name, ":", format, " ", rest]);
                }
            }
        }
        if !self.long_layers {
            body.push_str(&self.simulcast.concat());
        }
        body
    }
}

/// Feedback that may be offered for all formats at once (`a=rtcp-fb:*`, RFC 4585 section 4.2).
const FEEDBACK_OF_ALL: [&str; 5] = ["nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"];

/// The header extension with a section's tag (RFC 9143 section 15.2).
const MID_EXTENSION: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";

/// The formats of an m-line, each once: the engine is shown the attributes of a format as often as the format stands there.
fn without_repetition(formats: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    formats.filter(|format| seen.insert(format.clone())).collect()
}

/// The attribute of a direction (RFC 8866 section 6.7).
pub(super) fn direction(name: &str) -> Option<&'static str> {
    ["sendrecv", "sendonly", "recvonly", "inactive"].into_iter().find(|known| *known == name)
}

/// True for a `token` (RFC 8866 section 9) of at most 64 characters.
pub(super) fn is_token(text: &str) -> bool {
    let special = |c: char| "!#$%&'*+-.^_`{|}~".contains(c);
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || special(c))
}

/// True for a layer's name that the engine can write: 1 to 8 letters and digits.
fn is_engine_rid(id: &str) -> bool {
    (1..=8).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric())
}
