//! What a played consultation amounts to, for people and for programs.

use super::{
    participant::{Account, HeardVoice},
    play::Played,
};
use serde::Serialize;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// Everything.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether every transport came up, everybody heard everybody, and nothing went wrong.
    pub good: bool,
    /// What went wrong, if anything.
    pub trouble: Option<String>,
    /// The post first, then the specialist, then those who were brought in.
    pub participants: Vec<Stay>,
}

/// One participant's stay.
#[derive(Clone, Debug, Serialize)]
pub struct Stay {
    /// Its place in the room.
    pub member: u32,
    /// Round trip of the WebSocket's heartbeat; none if the stay was shorter than its pace.
    pub signalling_rtt_ms: Option<f64>,
    /// From `join` to ICE and DTLS being up.
    pub transport_ms: Option<f64>,
    /// From the specialist's click to the first voice packet.
    pub first_voice_ms: Option<f64>,
    /// DTLS version, cipher suite and SRTP profile.
    pub security: String,
    /// Round trip of the media path.
    pub rtt_ms: Option<f64>,
    /// From here to the server.
    pub up: Up,
    /// Bits a second that came, UDP payload.
    pub down_bps: u64,
    /// The voices that came.
    pub voices: Vec<Voice>,
    /// Members whose voice should have come and was not recognised.
    pub unheard: Vec<u32>,
}

/// What went up.
#[derive(Clone, Debug, Serialize)]
pub struct Up {
    /// Voice packets.
    pub packets: u64,
    /// Bits a second, UDP payload.
    pub bps: u64,
    /// Share lost on the way, as the server tells it; none before its first report.
    pub loss: Option<f64>,
    /// Jitter, as the server tells it.
    pub jitter_ms: Option<u32>,
}

/// A voice that came.
#[derive(Clone, Debug, Serialize)]
pub struct Voice {
    /// Whose, says the server.
    pub from: Option<u32>,
    /// Whether the sound was theirs.
    pub recognised: bool,
    /// Packets.
    pub packets: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Share of the expected packets that never came.
    pub loss: f64,
    /// Packets out of order or twice.
    pub late: u64,
    /// Interarrival jitter (RFC 3550).
    pub jitter_ms: f64,
    /// Longest time between two packets.
    pub longest_gap_ms: f64,
    /// Bits a second, Opus only.
    pub bps: u64,
}

impl Report {
    /// Judges what was played.
    pub fn of(played: &Played) -> Self {
        let accounts = &played.accounts;
        let participants: Vec<_> =
            accounts.iter().map(|account| Stay::of(account, accounts, played.taken)).collect();
        let heard = participants.iter().all(|stay| stay.transport_ms.is_some() && stay.unheard.is_empty());
        let trouble = played.trouble.as_ref().map(ToString::to_string);
        Self { good: heard && trouble.is_none() && !participants.is_empty(), trouble, participants }
    }

    /// Packets that came to anybody, and those that never did.
    pub fn totals(&self) -> (u64, u64) {
        let voices = self.participants.iter().flat_map(|stay| &stay.voices);
        voices.fold((0, 0), |(packets, lost), voice| (packets + voice.packets, lost + voice.lost))
    }
}

impl Stay {
    fn of(account: &Account, all: &[Account], taken: Option<Instant>) -> Self {
        let voices: Vec<_> = account.voices.iter().map(|voice| Voice::of(voice, all)).collect();
        let others = all.iter().map(|other| other.member.0).filter(|member| *member != account.member.0);
        let came = |member: &u32| voices.iter().any(|voice| voice.from == Some(*member) && voice.recognised);
        let unheard = others.filter(|member| !came(member)).collect();
        let since = |at: Instant| taken.map(|taken| ms(at.saturating_duration_since(taken)));
        let transport = &account.transport;
        Self {
            member: account.member.0,
            signalling_rtt_ms: account.signalling_rtt.map(ms),
            transport_ms: account.warmed.map(ms),
            first_voice_ms: account.first_voice.and_then(since),
            security: transport.security.trim().to_owned(),
            rtt_ms: transport.rtt.map(ms),
            up: Up::of(account),
            down_bps: rate(transport.bytes_received, account.span),
            voices,
            unheard,
        }
    }
}

impl Up {
    fn of(account: &Account) -> Self {
        let transport = &account.transport;
        let told = account.link.map(|link| link.up);
        Self {
            packets: transport.voice_sent,
            bps: rate(transport.bytes_sent, account.span),
            loss: transport.reported_loss.or(told.map(|up| f64::from(up.loss))),
            jitter_ms: told.map(|up| up.jitter_ms),
        }
    }
}

impl Voice {
    fn of(voice: &HeardVoice, all: &[Account]) -> Self {
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

impl fmt::Display for Stay {
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

impl fmt::Display for Voice {
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
