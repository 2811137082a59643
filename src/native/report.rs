//! The report of a test call, as text for people and as JSON for programs. The JSON is described in `docs/probe.md`.

use super::{
    participant::{Measurements, ReceivedVoice},
    test_call::Outcome,
};
use serde::Serialize;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The report of a test call.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// True if every transport came up, everybody heard everybody, and there was no error.
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
    /// Members whose voice should have been received and was not recognised.
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
    /// Makes the report of a call.
    pub fn of(outcome: &Outcome) -> Self {
        let all = &outcome.measurements;
        let participants: Vec<_> =
            all.iter().map(|one| ParticipantReport::of(one, all, outcome.claimed_at)).collect();
        let heard = participants.iter().all(|stay| stay.transport_ms.is_some() && stay.unheard.is_empty());
        let trouble = outcome.error.as_ref().map(ToString::to_string);
        Self { good: heard && trouble.is_none() && !participants.is_empty(), trouble, participants }
    }

    /// The packets that arrived at all participants together, and those that never did.
    pub fn totals(&self) -> (u64, u64) {
        let voices = self.participants.iter().flat_map(|stay| &stay.voices);
        voices.fold((0, 0), |(packets, lost), voice| (packets + voice.packets, lost + voice.lost))
    }
}

impl ParticipantReport {
    fn of(one: &Measurements, all: &[Measurements], claimed_at: Option<Instant>) -> Self {
        let voices: Vec<_> = one.voices.iter().map(|voice| VoiceReport::of(voice, all)).collect();
        let others = all.iter().map(|other| other.member.0).filter(|member| *member != one.member.0);
        let heard = |member: &u32| voices.iter().any(|voice| voice.from == Some(*member) && voice.recognised);
        let unheard = others.filter(|member| !heard(member)).collect();
        let since = |at: Instant| claimed_at.map(|claim| ms(at.saturating_duration_since(claim)));
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
    fn of(voice: &ReceivedVoice, all: &[Measurements]) -> Self {
        let figures = voice.reception.figures;
        let sender = all.iter().find(|other| Some(other.member) == voice.from);
        let heard = &voice.reception.heard;
        let recognised = match sender.map(|sender| sender.voice) {
            Some(Some(own)) => heard.voice() == Some(own),
            Some(None) => heard.sounding > 0,
            None => false,
        };
        Self {
            from: voice.from.map(|member| member.0),
            recognised,
            packets: figures.packets,
            lost: figures.lost,
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
            "{from}: voice {sound}, {} packets, lost {} ({:.1} %), late {}, jitter {:.1} ms, longest gap {:.0} ms, {}",
            self.packets,
            self.lost,
            100.0 * self.loss,
            self.late,
            self.jitter_ms,
            self.longest_gap_ms,
            kbps(self.bps),
        )
    }
}

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
