//! The SDP text of offers and answers (RFC 8829, RFC 8866): checks and strips offers before the engine sees them, and rewrites
//! the engine's answers for browsers.
//!
//! The engine's parser is shown only a bounded number of short lines, protected profiles, and no candidates: we are ICE-lite and
//! answer anybody who authenticates. Fuzz entry points: [`check`], [`dress`].

use crate::{
    command::{Kind, Refusal},
    limits::{LAYERS, SDP_BYTES, SDP_CANDIDATES, SDP_LINE_BYTES, SDP_SECTIONS},
};
use std::fmt::Write;

/// An offer that may be shown to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The text without the lines that we do not use.
    pub text: String,
    /// Its media sections in order.
    pub sections: Vec<OfferedSection>,
}

/// One media section (m-line) of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedSection {
    /// The identification tag (`a=mid`, RFC 5888).
    pub mid: String,
    /// Audio or video; `None` for the data channels' section.
    pub kind: Option<Kind>,
    /// True for port 0: the section is rejected for good, unless it is bundled (RFC 9143 section 7.3).
    pub stopped: bool,
    /// The simulcast layers that the client sends, in the order of `a=simulcast:send` (RFC 8853).
    pub layers: Vec<String>,
}

impl Offer {
    /// True if this offer may follow `earlier` in one session: lines keep their place (RFC 8829 section 5.2.2),
    /// and only new ones are added at the end.
    pub fn extends(&self, earlier: &[OfferedSection]) -> bool {
        let same = |(a, b): (&OfferedSection, &OfferedSection)| a.mid == b.mid && a.kind == b.kind;
        self.sections.len() >= earlier.len() && self.sections.iter().zip(earlier).all(same)
    }
}

/// Checks an offer and strips it.
///
/// # Errors
/// [`Refusal::Malformed`] or [`Refusal::Insecure`].
pub fn check(offer: &str) -> Result<Offer, Refusal> {
    if offer.len() > SDP_BYTES || !offer.starts_with("v=0") {
        return Err(Refusal::Malformed);
    }
    let mut reader = Reader::default();
    for line in offer.lines() {
        reader.line(line)?;
    }
    reader.finish()
}

/// Reads an offer line by line.
#[derive(Default)]
struct Reader {
    text: String,
    sections: Vec<OfferedSection>,
    /// The identification tags of `a=group:BUNDLE`.
    bundle: Vec<String>,
    candidates: usize,
    fingerprint: bool,
    ufrag: bool,
    password: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Refusal> {
        if line.len() > SDP_LINE_BYTES || line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(Refusal::Malformed);
        }
        match line.split_once('=') {
            Some(("m", media)) => self.media(media)?,
            Some(("a", attribute)) if !self.attribute(attribute)? => return Ok(()),
            Some((key, _)) if key.len() == 1 => {}
            _ if line.is_empty() => return Ok(()),
            _ => return Err(Refusal::Malformed),
        }
        self.text.push_str(line);
        self.text.push_str("\r\n");
        Ok(())
    }

    /// Reads `m=<media> <port> <proto> <fmt> ...` (RFC 8866 section 5.14).
    fn media(&mut self, media: &str) -> Result<(), Refusal> {
        self.close_section()?;
        let mut words = media.split(' ');
        let (name, port, profile) = (words.next(), words.next(), words.next());
        let kind = match name {
            Some("audio") => Some(Kind::Audio),
            Some("video") => Some(Kind::Video),
            Some("application") => None,
            _ => return Err(Refusal::Malformed),
        };
        let wanted = if kind.is_some() { "UDP/TLS/RTP/SAVPF" } else { "UDP/DTLS/SCTP" };
        match profile {
            Some(profile) if profile == wanted => {}
            Some(_) => return Err(Refusal::Insecure),
            None => return Err(Refusal::Malformed),
        }
        if self.sections.len() == SDP_SECTIONS {
            return Err(Refusal::Malformed);
        }
        let stopped = port == Some("0");
        self.sections.push(OfferedSection { mid: String::new(), kind, stopped, layers: Vec::new() });
        Ok(())
    }

    /// Reads an attribute. True if the engine shall see it.
    fn attribute(&mut self, attribute: &str) -> Result<bool, Refusal> {
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        match name {
            "group" => Ok(self.group(value)),
            "candidate" => self.candidate().map(|()| false),
            "end-of-candidates" | "remote-candidates" => Ok(false),
            "crypto" => Err(Refusal::Insecure),
            "fingerprint" => Ok(self.fingerprint(value)),
            "ice-ufrag" => accept(&mut self.ufrag, is_ice(value, 4)),
            "ice-pwd" => accept(&mut self.password, is_ice(value, 22)),
            "setup" if !matches!(value, "actpass" | "active") => Err(Refusal::Malformed),
            "mid" => self.mid(value).map(|()| true),
            "extmap" => Ok(self.wants_extension(value)),
            "rtcp-fb" => Ok(!(self.in_audio() && value.ends_with(" transport-cc"))),
            "rid" => is_rid_line(value),
            "simulcast" => self.simulcast(value).map(|()| true),
            _ => Ok(true),
        }
    }

    fn group(&mut self, value: &str) -> bool {
        if let Some(mids) = value.strip_prefix("BUNDLE ") {
            self.bundle = mids.split(' ').map(str::to_owned).collect();
        }
        true
    }

    fn candidate(&mut self) -> Result<(), Refusal> {
        self.candidates += 1;
        if self.candidates > SDP_CANDIDATES { Err(Refusal::Malformed) } else { Ok(()) }
    }

    /// Reads a fingerprint. A SHA-1 line is dropped, because it proves nothing any more; an offer without another is refused.
    fn fingerprint(&mut self, value: &str) -> bool {
        let strong = ["sha-256 ", "sha-384 ", "sha-512 "];
        let usable = strong.iter().any(|hash| value.to_ascii_lowercase().starts_with(hash));
        self.fingerprint |= usable;
        usable
    }

    fn mid(&mut self, mid: &str) -> Result<(), Refusal> {
        let token = !mid.is_empty() && mid.len() <= 16 && mid.chars().all(|c| c.is_ascii_alphanumeric());
        let known = self.sections.iter().any(|s| s.mid == mid);
        let section = self.sections.last_mut().ok_or(Refusal::Malformed)?;
        if !token || known || !section.mid.is_empty() {
            return Err(Refusal::Malformed);
        }
        section.mid.push_str(mid);
        Ok(())
    }

    /// True if a header extension is worth its 8 to 16 B per packet. Voice carries only its mid, until it is acknowledged.
    fn wants_extension(&self, value: &str) -> bool {
        let uri = value.split(' ').nth(1).unwrap_or_default();
        let always = ["urn:ietf:params:rtp-hdrext:sdes:mid"];
        let video = [
            "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        ];
        always.contains(&uri) || (!self.in_audio() && video.contains(&uri))
    }

    fn in_audio(&self) -> bool {
        self.sections.last().is_some_and(|s| s.kind == Some(Kind::Audio))
    }

    /// Reads `a=simulcast:send q;h;f` (RFC 8853 section 5.1). Alternatives (`,`) and paused layers (`~`) are
    /// read as their first, unpaused form.
    fn simulcast(&mut self, value: &str) -> Result<(), Refusal> {
        let mut words = value.split(' ');
        let section = self.sections.last_mut().ok_or(Refusal::Malformed)?;
        while let (Some(direction), Some(list)) = (words.next(), words.next()) {
            if direction != "send" {
                continue;
            }
            let first =
                |layer: &str| layer.split(',').next().unwrap_or("").trim_start_matches('~').to_owned();
            section.layers = list.split(';').map(first).collect();
        }
        let sane = section.layers.len() <= LAYERS && section.layers.iter().all(|id| is_rid(id));
        if sane { Ok(()) } else { Err(Refusal::Malformed) }
    }

    /// Refuses a section without a mid, because it cannot be bundled (RFC 9143 section 7.1).
    fn close_section(&self) -> Result<(), Refusal> {
        let named = self.sections.last().is_none_or(|s| !s.mid.is_empty());
        if named { Ok(()) } else { Err(Refusal::Malformed) }
    }

    fn finish(self) -> Result<Offer, Refusal> {
        self.close_section()?;
        let bundled = |section: &OfferedSection| section.stopped || self.bundle.contains(&section.mid);
        let one_transport = self.sections.iter().all(bundled);
        if self.sections.is_empty() || !one_transport || !self.ufrag || !self.password {
            return Err(Refusal::Malformed);
        }
        if !self.fingerprint {
            return Err(Refusal::Insecure);
        }
        Ok(Offer { text: self.text, sections: self.sections })
    }
}

fn accept(seen: &mut bool, valid: bool) -> Result<bool, Refusal> {
    *seen = true;
    if valid { Ok(true) } else { Err(Refusal::Malformed) }
}

/// True for `least` to 256 characters of `ice-char` (RFC 8839 section 5.4).
fn is_ice(value: &str, least: usize) -> bool {
    let ice = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    (least..=256).contains(&value.len()) && value.chars().all(ice)
}

/// Checks `a=rid:<id> send` (RFC 8851), whose id may have 8 letters and digits here.
fn is_rid_line(value: &str) -> Result<bool, Refusal> {
    let id = value.split(' ').next().unwrap_or_default();
    if is_rid(id) { Ok(true) } else { Err(Refusal::Malformed) }
}

fn is_rid(id: &str) -> bool {
    (1..=8).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Rewrites the engine's answer for browsers. Each section gets a stream id of its own: browsers play tracks of one stream (RFC
/// 8830) in lip-sync, so a late picture would delay the voice (adr/0010). Its copies per SSRC are left out, because nobody reads
/// them.
pub fn dress(answer: &str) -> String {
    let mut dressed = String::with_capacity(answer.len());
    let (mut audio, mut video, mut name) = (0, 0, (' ', 0));
    for line in answer.lines() {
        if line.starts_with("m=audio") {
            name = ('a', audio);
            audio += 1;
        } else if line.starts_with("m=video") {
            name = ('v', video);
            video += 1;
        }
        if line.starts_with("a=ssrc:") && line.contains(" msid:") {
            continue;
        }
        let (kind, rank) = name;
        let written = match line.split_once(':') {
            Some(("a=msid", _)) => write!(dressed, "a=msid:{kind}{rank} {kind}{rank}\r\n"),
            Some(("a=msid-semantic", _)) => write!(dressed, "a=msid-semantic: WMS *\r\n"),
            _ => write!(dressed, "{line}\r\n"),
        };
        debug_assert!(written.is_ok(), "a String takes every write");
    }
    dressed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SESSION: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 v\r\n\
        a=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n\
        a=setup:actpass\r\n";

    fn offer(media: &str) -> String {
        format!("{SESSION}{media}")
    }

    const AUDIO: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\n";

    #[test]
    fn a_plain_offer_passes() {
        let text = offer(&format!("{AUDIO}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n"));
        let offer = check(&text).unwrap();
        assert_eq!(offer.text, text);
        assert_eq!(offer.sections[0].kind, Some(Kind::Audio));
        assert_eq!((offer.sections[1].kind, offer.sections[1].mid.as_str()), (None, "1"));
    }

    #[test]
    fn unprotected_media_is_insecure() {
        for media in [
            "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n",
            "m=audio 9 RTP/SAVPF 0\r\na=mid:0\r\n",
            "m=application 9 TCP/DTLS/SCTP x\r\na=mid:0\r\n",
            "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=crypto:1 AES_CM_128 inline:x\r\n",
        ] {
            assert_eq!(check(&offer(media)), Err(Refusal::Insecure), "{media}");
        }
        let weak = offer(AUDIO).replace("sha-256", "sha-1");
        assert_eq!(check(&weak), Err(Refusal::Insecure));
    }

    #[test]
    fn offers_beyond_a_bound_are_refused() {
        let line = "a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n";
        let stripped = check(&offer(&format!("{AUDIO}{}", line.repeat(SDP_CANDIDATES)))).unwrap();
        assert_eq!(stripped.text, offer(AUDIO), "no candidate reaches the engine");
        let many = offer(&format!("{AUDIO}{}", line.repeat(1_000)));
        let huge = offer(&format!("{AUDIO}{}", "a=x:y\r\n".repeat(SDP_BYTES)));
        let long = offer(&format!("{AUDIO}a=x:{}\r\n", "y".repeat(SDP_LINE_BYTES)));
        let lines: String = (0..=SDP_SECTIONS).map(|i| AUDIO.replace("mid:0", &format!("mid:{i}"))).collect();
        for hostile in [many, huge, long, offer(&lines)] {
            assert_eq!(check(&hostile), Err(Refusal::Malformed));
        }
    }

    #[test]
    fn a_truncated_offer_is_refused_or_shorter() {
        let text = offer(AUDIO);
        for end in 0..text.len() {
            if let Ok(offer) = check(&text[..end]) {
                assert!(offer.text.len() <= end + 2);
            }
        }
        for missing in ["ice-ufrag", "ice-pwd", "mid", "group"] {
            let text = text.replace(&format!("a={missing}:"), "a=x:");
            assert_eq!(check(&text), Err(Refusal::Malformed), "{missing}");
        }
    }

    #[test]
    fn voice_carries_no_extension_but_its_mid() {
        let extensions = "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
            a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
            a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
            a=rtcp-fb:111 transport-cc\r\n";
        let text = check(&offer(&format!("{AUDIO}{extensions}"))).unwrap().text;
        assert!(text.contains("sdes:mid") && !text.contains("audio-level") && !text.contains("transport"));
        let video = AUDIO.replace("audio", "video");
        let text = check(&offer(&format!("{video}{extensions}"))).unwrap().text;
        assert!(text.contains("transport-wide-cc") && text.contains("a=rtcp-fb:111 transport-cc"));
    }

    #[test]
    fn simulcast_layers_are_read_in_order() {
        let video = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=rid:q send\r\na=rid:f send\r\n\
            a=simulcast:send q;~f\r\n";
        assert_eq!(check(&offer(video)).unwrap().sections[0].layers, ["q", "f"]);
        let many = video.replace("q;~f", "a;b;c;d;e");
        assert_eq!(check(&offer(&many)), Err(Refusal::Malformed));
    }

    #[test]
    fn a_later_offer_must_keep_its_sections_in_place() {
        let first = check(&offer(AUDIO)).unwrap();
        let video = AUDIO.replace("audio", "video").replace("mid:0", "mid:1");
        let second = check(&offer(&format!("{AUDIO}{video}"))).unwrap();
        assert!(second.extends(&first.sections) && first.extends(&first.sections));
        assert!(!first.extends(&second.sections), "a line is gone");
        assert!(!check(&offer(&video)).unwrap().extends(&first.sections), "another line");
    }

    #[test]
    fn each_section_of_an_answer_has_a_stream_of_its_own() {
        let answer = "m=audio 9 x 1\r\na=msid:r4nd0m t\r\na=ssrc:1 cname:c\r\na=ssrc:1 msid:r4nd0m t\r\n\
            m=video 9 x 2\r\na=msid:0ther t\r\nm=audio 9 x 1\r\na=msid:third t\r\n";
        let dressed = dress(answer);
        let expected = "m=audio 9 x 1\r\na=msid:a0 a0\r\na=ssrc:1 cname:c\r\n\
            m=video 9 x 2\r\na=msid:v0 v0\r\nm=audio 9 x 1\r\na=msid:a1 a1\r\n";
        assert_eq!(dressed, expected);
    }

    proptest! {
        #[test]
        fn never_panics(text in "v=0\r\n([a-z]=[ -~]{0,40}(\r\n|\n)){0,30}", garbage: String) {
            let _ = check(&text);
            let _ = check(&garbage);
            let _ = dress(&garbage);
        }
    }
}
