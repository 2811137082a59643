//! The report of a test call, as text for people and as JSON for programs. The JSON is described in `docs/probe.md`.

use super::{
    packet_times::PacketTimes,
    participant::{Measurements, ReceivedVoice},
    test_call::{Outcome, Talk},
};
use serde::Serialize;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The report of a test call.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// True if everybody who was planned had a transport, everybody heard everybody, enough of what was sent arrived, and
    /// there was no error.
    pub good: bool,
    /// The first error, if there was one.
    pub trouble: Option<String>,
    /// The post, then the specialist, then those who were invited.
    pub participants: Vec<ParticipantReport>,
}

/// The report of one participant.
#[derive(Clone, Debug, Serialize)]
pub struct ParticipantReport {
    /// Its member number.
    pub member: u32,
    /// Round trip of the WebSocket's heartbeat; none if the stay was shorter than its pace.
    pub signalling_rtt_ms: Option<f64>,
    /// The time from `join` until ICE and DTLS were up.
    pub transport_ms: Option<f64>,
    /// The time from the specialist's `claim` to the first voice packet.
    pub first_voice_ms: Option<f64>,
    /// DTLS version, cipher suite and SRTP profile.
    pub security: String,
    /// Round trip of the media path.
    pub rtt_ms: Option<f64>,
    /// The way from here to the server.
    pub up: UplinkReport,
    /// UDP payload received, bits a second.
    pub down_bps: u64,
    /// The received voices.
    pub voices: Vec<VoiceReport>,
    /// Members whose voice should have been received and was not recognised, or of which too little arrived.
    pub unheard: Vec<u32>,
}

/// The way from a participant to the server.
#[derive(Clone, Debug, Serialize)]
pub struct UplinkReport {
    /// Voice packets.
    pub packets: u64,
    /// UDP payload sent, bits a second.
    pub bps: u64,
    /// Share of lost packets, 0 to 1, as the server reports it; none before its first report.
    pub loss: Option<f64>,
    /// Jitter, as the server reports it.
    pub jitter_ms: Option<u32>,
}

/// The report of a received voice.
#[derive(Clone, Debug, Serialize)]
pub struct VoiceReport {
    /// The sender that the server named.
    pub from: Option<u32>,
    /// True if the sound was that of the sender.
    pub recognised: bool,
    /// Packets that arrived.
    pub packets: u64,
    /// Packets that never arrived.
    pub lost: u64,
    /// Packets that the sender sent while everybody was in.
    pub sent: u64,
    /// Packets that arrived in the same time.
    pub arrived: u64,
    /// Share of the expected packets that never arrived.
    pub loss: f64,
    /// Packets out of order or twice.
    pub late: u64,
    /// Interarrival jitter (RFC 3550).
    pub jitter_ms: f64,
    /// The longest time between two packets.
    pub longest_gap_ms: f64,
    /// Bits a second, Opus only.
    pub bps: u64,
}

impl Report {
    /// Makes the report of a call of which at most `bearable`, a share from 0 to 1, of the packets may be missing.
    pub fn of(outcome: &Outcome, bearable: f64) -> Self {
        let all = &outcome.measurements;
        let participants: Vec<_> =
            all.iter().map(|one| ParticipantReport::of(one, outcome, bearable)).collect();
        let heard = participants.iter().all(|stay| stay.transport_ms.is_some() && stay.unheard.is_empty());
        let is_complete =
            participants.len() == outcome.planned && (outcome.planned == 1 || outcome.talk.is_some());
        let is_sent = participants.iter().all(|stay| stay.up.is_bearable(bearable));
        let trouble = outcome.error.as_ref().map(ToString::to_string);
        Self { good: heard && is_complete && is_sent && trouble.is_none(), trouble, participants }
    }

    /// The packets that arrived at all participants together, and those that never did.
    pub fn totals(&self) -> (u64, u64) {
        let voices = self.participants.iter().flat_map(|stay| &stay.voices);
        voices.fold((0, 0), |(packets, lost), voice| (packets + voice.packets, lost + voice.lost))
    }
}

impl ParticipantReport {
    fn of(one: &Measurements, outcome: &Outcome, bearable: f64) -> Self {
        let all = &outcome.measurements;
        let voices: Vec<_> =
            one.voices.iter().map(|voice| VoiceReport::of(voice, all, outcome.talk)).collect();
        let others = all.iter().map(|other| other.member.0).filter(|member| *member != one.member.0);
        let heard = |member: &u32| {
            voices.iter().any(|voice| voice.from == Some(*member) && voice.is_good(outcome.talk, bearable))
        };
        let unheard = others.filter(|member| !heard(member)).collect();
        let since = |at: Instant| outcome.claimed_at.map(|claim| ms(at.saturating_duration_since(claim)));
        let transport = &one.transport;
        Self {
            member: one.member.0,
            signalling_rtt_ms: one.signalling_rtt.map(ms),
            transport_ms: one.connect_time.map(ms),
            first_voice_ms: one.first_voice.and_then(since),
            security: transport.security.trim().to_owned(),
            rtt_ms: transport.rtt.map(ms),
            up: UplinkReport::of(one),
            down_bps: rate(transport.bytes_received, one.span),
            voices,
            unheard,
        }
    }
}

impl UplinkReport {
    /// True if something was sent and the server misses at most `bearable` of it, as far as it told.
    fn is_bearable(&self, bearable: f64) -> bool {
        self.packets > 0 && self.loss.is_none_or(|loss| loss <= bearable + f64::from(f32::EPSILON))
    }

    fn of(one: &Measurements) -> Self {
        let transport = &one.transport;
        let measured = one.link.map(|link| link.up);
        Self {
            packets: transport.voice_sent,
            bps: rate(transport.bytes_sent, one.span),
            loss: transport.reported_loss.or(measured.map(|up| f64::from(up.loss))),
            jitter_ms: measured.map(|up| up.jitter_ms),
        }
    }
}

impl VoiceReport {
    /// True if the voice was recognised, its sender sent all the time, and at most `bearable` of it is missing.
    fn is_good(&self, talk: Option<Talk>, bearable: f64) -> bool {
        let Some(talk) = talk else { return false };
        let longest = talk.until.saturating_duration_since(talk.from).as_millis() / LONGEST_PACKET_MS;
        let is_complete = u128::from(self.sent) + u128::from(EDGE) >= longest;
        let missing = self.sent.saturating_sub(self.arrived + EDGE);
        self.recognised && is_complete && share(missing, self.sent) <= bearable
    }

    fn of(voice: &ReceivedVoice, all: &[Measurements], talk: Option<Talk>) -> Self {
        let figures = voice.reception.figures;
        let sender = all.iter().find(|other| Some(other.member) == voice.from);
        let heard = &voice.reception.heard;
        let recognised = match sender.map(|sender| sender.voice) {
            Some(Some(own)) => heard.voice() == Some(own),
            Some(None) => heard.sounding > 0,
            None => false,
        };
        let in_talk = |times: &PacketTimes| talk.map_or(0, |talk| times.between(talk.from, talk.until));
        Self {
            from: voice.from.map(|member| member.0),
            recognised,
            packets: figures.packets,
            lost: figures.lost,
            sent: sender.map_or(0, |sender| in_talk(&sender.sent)),
            arrived: in_talk(&voice.reception.arrivals),
            loss: figures.loss(),
            late: figures.late,
            jitter_ms: ms(figures.jitter),
            longest_gap_ms: ms(figures.longest_gap),
            bps: figures.bps(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, stay) in self.participants.iter().enumerate() {
            let name = ["post", "specialist"].get(place).copied().unwrap_or("guest");
            writeln!(f, "{name} (member {})", stay.member)?;
            write!(f, "{stay}")?;
        }
        if let Some(trouble) = &self.trouble {
            writeln!(f, "trouble: {trouble}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ParticipantReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |ms: Option<f64>| ms.map_or_else(|| "not measured".to_owned(), |ms| format!("{ms:.1} ms"));
        writeln!(f, "  transport up in      {}", time(self.transport_ms))?;
        writeln!(f, "  protected by         {}", self.security)?;
        writeln!(
            f,
            "  round trip           media {}, signalling {}",
            time(self.rtt_ms),
            time(self.signalling_rtt_ms)
        )?;
        if self.first_voice_ms.is_some() {
            writeln!(f, "  click to first voice {}", time(self.first_voice_ms))?;
        }
        let loss =
            self.up.loss.map_or_else(|| "not told".to_owned(), |loss| format!("{:.1} %", 100.0 * loss));
        writeln!(
            f,
            "  up                   {} voice packets, {}, lost {loss}",
            self.up.packets,
            kbps(self.up.bps)
        )?;
        writeln!(f, "  down                 {}", kbps(self.down_bps))?;
        for voice in &self.voices {
            writeln!(f, "  hears {voice}")?;
        }
        for member in &self.unheard {
            writeln!(f, "  DOES NOT HEAR member {member}")?;
        }
        Ok(())
    }
}

impl fmt::Display for VoiceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.map_or_else(|| "somebody".to_owned(), |member| format!("member {member}"));
        let sound = if self.recognised { "recognised" } else { "NOT RECOGNISED" };
        write!(
            f,
            "{from}: voice {sound}, {} packets, {} of {} sent meanwhile, lost {} ({:.1} %), late {}, jitter {:.1} ms, longest gap {:.0} ms, {}",
            self.packets,
            self.arrived,
            self.sent,
            self.lost,
            100.0 * self.loss,
            self.late,
            self.jitter_ms,
            self.longest_gap_ms,
            kbps(self.bps),
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The longest packet time of a voice (Opus, RFC 6716 section 2.1.4), milliseconds.
const LONGEST_PACKET_MS: u128 = 120;

/// Packets at the two ends of the talk that may be on their way, or wait for a busy machine: 200 ms of 20 ms packets.
const EDGE: u64 = 10;

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn rate(bytes: u64, span: Duration) -> u64 {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    (bytes * 8_000).checked_div(millis).unwrap_or(0)
}

fn kbps(bps: u64) -> String {
    format!("{}.{} kbit/s", bps / 1_000, bps % 1_000 / 100)
}

#[cfg(test)]
mod tests;
