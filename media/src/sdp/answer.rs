//! Rewrites the engine's answer for the client: with the client's tags and profiles, with rejected sections in their place,
//! and in a compact form, because a kilobyte takes a fifth of a second on a thin link.
//!
//! The result holds all that RFC 8829 and RFC 9143 require of an answer to a bundled offer.

use super::{offer::Offer, section::OfferedSection};

/// The attributes of the transport. They stand once, in the session part, where they are valid for every section (RFC 8839
/// section 5.4, RFC 8122 section 5, RFC 4145 section 4). Firefox 153 ends its tab if only the first section has them.
const TRANSPORT_ATTRIBUTES: [&str; 4] = ["a=fingerprint:", "a=ice-ufrag:", "a=ice-pwd:", "a=setup:"];

/// The attributes that are left out, because we do not trickle and use no two-byte header extensions, and because the group and
/// the tags are written anew.
const UNUSED: [&str; 5] =
    ["a=extmap-allow-mixed", "a=msid-semantic:", "a=ice-options:", "a=group:", "a=mid:"];

impl Offer {
    /// Rewrites the engine's answer to this offer. `is_rejected` tells of accepted sections that the engine has rejected.
    pub fn answer(&self, engine: &str, is_rejected: impl Fn(&OfferedSection) -> bool) -> String {
        let is_live = |section: &OfferedSection| section.accepted && !is_rejected(section);
        let live: Vec<usize> =
            self.bundle.iter().copied().filter(|place| is_live(&self.sections[*place])).collect();
        let (session, media) = engine.split_at(engine.find("m=").unwrap_or(engine.len()));
        let mut answer = String::with_capacity(engine.len());
        session
            .lines()
            .filter(|line| !starts_with_any(line, &UNUSED))
            .for_each(|line| push(&mut answer, line));
        self.push_group(&mut answer, &live);
        for attribute in TRANSPORT_ATTRIBUTES {
            if let Some(line) = media.lines().find(|line| line.starts_with(attribute)) {
                push(&mut answer, line);
            }
        }
        let candidates = media.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
        let candidates: Vec<String> = candidates.enumerate().map(short_candidate).collect();
        let mut names = StreamNames::default();
        for (place, text) in
            media.split_inclusive('\n').collect::<Vec<_>>().chunk_by(not_next_section).enumerate()
        {
            let Some(section) = self.sections.get(place) else { continue };
            if !live.contains(&place) {
                push_rejected(&mut answer, section);
                continue;
            }
            let tagged = live.first() == Some(&place);
            push_section(&mut answer, section, text, if tagged { &candidates } else { &[] }, &mut names);
        }
        answer
    }

    /// The tags of the accepted sections in the client's order, so that the one that describes the transport comes first (RFC
    /// 9143 section 7.3.1).
    fn push_group(&self, answer: &mut String, live: &[usize]) {
        if !self.is_grouped {
            return;
        }
        let mut group = "a=group:BUNDLE".to_owned();
        for mid in live.iter().filter_map(|place| self.sections[*place].mid.as_ref()) {
            group.push(' ');
            group.push_str(mid);
        }
        push(answer, &group);
    }
}

fn not_next_section(_: &&str, next: &&str) -> bool {
    !next.starts_with("m=")
}

/// Writes an accepted section.
fn push_section(
    answer: &mut String,
    section: &OfferedSection,
    text: &[&str],
    candidates: &[String],
    names: &mut StreamNames,
) {
    let name = names.next(&section.media);
    let mut is_connected = false;
    for line in text.iter().map(|line| line.trim_end()) {
        // The `webrtc` crate, like the Go library that it follows, reads the DTLS role from the sections only.
        let is_role = !candidates.is_empty() && line.starts_with("a=setup:");
        let unused =
            starts_with_any(line, &UNUSED) || (starts_with_any(line, &TRANSPORT_ATTRIBUTES) && !is_role);
        if let Some(media) = line.strip_prefix("m=") {
            let formats = media.splitn(4, ' ').nth(3).unwrap_or("0");
            push(answer, &format!("m={} 9 {} {formats}", section.media, section.profile));
        } else if line.starts_with("c=") {
            if !std::mem::replace(&mut is_connected, true) {
                push(answer, line);
                for candidate in candidates {
                    push(answer, candidate);
                }
                push_mid(answer, section);
            }
        } else if line.starts_with("a=msid:") {
            push(answer, &format!("a=msid:{name} {name}"));
        } else if !unused && !line.starts_with("a=candidate:") && !is_msid_of_ssrc(line) {
            push(answer, line);
        }
    }
}

/// Writes a rejected section: its first line with port 0 (RFC 3264 section 6), and no more than the parsers of clients want.
fn push_rejected(answer: &mut String, section: &OfferedSection) {
    push(answer, &format!("m={} 0 {} {}", section.media, section.profile, section.format));
    push(answer, "c=IN IP4 0.0.0.0");
    push_mid(answer, section);
    push(answer, "a=inactive");
}

fn push_mid(answer: &mut String, section: &OfferedSection) {
    if let Some(mid) = &section.mid {
        push(answer, &format!("a=mid:{mid}"));
    }
}

/// The stream ids of an answer's sections. Each section has one of its own: browsers play tracks of one stream (RFC 8830) in
/// lip-sync, so a late picture would delay the voice (adr/0010). The copies per SSRC are left out, because nobody reads them.
#[derive(Default)]
struct StreamNames {
    audio: usize,
    video: usize,
}

impl StreamNames {
    fn next(&mut self, media: &str) -> String {
        let (letter, rank) = if media == "video" { ('v', &mut self.video) } else { ('a', &mut self.audio) };
        *rank += usize::from(media != "application");
        format!("{letter}{}", rank.saturating_sub(1))
    }
}

fn is_msid_of_ssrc(line: &str) -> bool {
    line.starts_with("a=ssrc:") && line.contains(" msid:")
}

/// A candidate line with a number as its foundation, and without the ICE user name (RFC 8839 section 5.1).
fn short_candidate((index, candidate): (usize, &str)) -> String {
    let rest = candidate.split_once(' ').map_or("", |(_, rest)| rest);
    let rest = rest.split_once(" ufrag ").map_or(rest, |(rest, _)| rest);
    format!("a=candidate:{} {rest}", index + 1)
}

fn starts_with_any(line: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| line.starts_with(beginning))
}

fn push(answer: &mut String, line: &str) {
    answer.push_str(line);
    answer.push_str("\r\n");
}
