//! Adaptive jitter buffer of one voice: it orders packets, waits for late ones, decodes, and conceals missing ones.
//!
//! Owned by the [`Mixer`](super::Mixer). Positions are ticks of the sender's RTP clock, unwrapped. The mixer takes 20 ms
//! every 20 ms, whatever arrives. The wait is as long as the latest packet of the last seconds needed, and no longer than
//! the patience that the room has. A voice from beside the server waits 20 to 40 ms, one over a radio link as long as its
//! jitter; a fixed wait would be wrong for one of them.

use super::frame::{FRAME_TIME, Faults, Frame, RATE, SAMPLES, TICKS, ticks};
use crate::rtp::opus::duration;
use opus::{Channels, Decoder};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// A voice packet.
#[derive(Clone, Copy, Debug)]
pub struct VoicePacket<'a> {
    /// Extended sequence number.
    pub sequence: u64,
    /// RTP ticks of 48 kHz.
    pub timestamp: u32,
    /// Opus, not yet checked.
    pub payload: &'a [u8],
}

#[derive(Debug)]
struct Waiting {
    sequence: u64,
    ticks: i64,
    payload: Vec<u8>,
}

/// The jitter buffer of one voice.
#[derive(Debug)]
pub(super) struct JitterBuffer {
    decoder: Decoder,
    /// Packets that are not decoded yet, by position.
    waiting: BTreeMap<i64, Waiting>,
    /// Position of the next sample to be taken; none before the first packet.
    cursor: Option<i64>,
    /// Sound that is decoded and not taken yet.
    sound: VecDeque<f32>,
    /// Sequence number of the newest decoded packet.
    newest: u64,
    /// Bit mask of the 64 packets up to `newest` that were received; `newest` is bit 0.
    received: u64,
    leads: Leads,
    /// Ticks by which the wait grows as soon as the voice is quiet.
    pending_wait: i64,
    /// Samples that were concealed in a row.
    concealed: usize,
    /// True while the speaker makes a pause.
    is_pause: bool,
    quiet: bool,
    pub(super) faults: Faults,
}

impl JitterBuffer {
    /// Makes a jitter buffer; `None` if there is no memory for its decoder.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            decoder: Decoder::new(u32::try_from(RATE).ok()?, Channels::Mono).ok()?,
            waiting: BTreeMap::new(),
            cursor: None,
            sound: VecDeque::with_capacity(2 * MAX_PACKET_SAMPLES),
            newest: 0,
            received: u64::MAX,
            leads: Leads::default(),
            pending_wait: 0,
            concealed: usize::MAX,
            is_pause: false,
            quiet: true,
            faults: Faults::default(),
        })
    }

    /// Takes a packet.
    pub(super) fn hear(&mut self, heard: &VoicePacket<'_>, patience: Duration) {
        let Some(span) = duration(heard.payload) else {
            self.faults.refused += 1;
            return;
        };
        let (at, cursor) = self.position_of(heard, patience);
        let lead = at - cursor;
        let late = self.end() - at;
        if heard.sequence <= self.newest {
            if self.is_missing(heard.sequence) {
                // It was concealed already. Later packets should wait for one that is as late as this.
                self.faults.late += 1;
                self.leads.note(lead);
                self.pending_wait = self.pending_wait.max(self.leads.room(-lead, patience));
            }
            return;
        }
        self.leads.note(lead);
        if late > 0 {
            self.faults.late += 1;
            let wait = self.leads.room(late, patience);
            self.delay(wait);
        }
        if self.waiting.len() < MAX_PACKETS {
            let packet =
                Waiting { sequence: heard.sequence, ticks: ticks(span), payload: heard.payload.to_vec() };
            self.waiting.entry(at).or_insert(packet);
        }
    }

    /// Returns the position of a packet, and the cursor. A position that is far away begins a new voice.
    fn position_of(&mut self, heard: &VoicePacket<'_>, patience: Duration) -> (i64, i64) {
        let ahead = ticks(patience + MAX_AHEAD);
        let near = self.cursor.map(|cursor| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the low bits, as on the wire"
            )]
            let low = cursor as u32;
            (cursor + i64::from(heard.timestamp.wrapping_sub(low).cast_signed()), cursor)
        });
        let believable = |(at, cursor): &(i64, i64)| (-ticks(MAX_BEHIND)..=ahead).contains(&(at - cursor));
        near.filter(believable).unwrap_or_else(|| self.begin(heard))
    }

    fn begin(&mut self, heard: &VoicePacket<'_>) -> (i64, i64) {
        let at = i64::from(heard.timestamp);
        let cursor = at - ticks(START_WAIT);
        self.waiting.clear();
        self.sound.clear();
        self.cursor = Some(cursor);
        self.newest = heard.sequence.saturating_sub(1);
        self.received = u64::MAX;
        self.leads = Leads::default();
        self.pending_wait = 0;
        // There is no earlier sound from which concealment could go on.
        self.concealed = usize::MAX;
        (at, cursor)
    }

    /// Returns the position at which decoded sound ends.
    fn end(&self) -> i64 {
        let decoded = i64::try_from(self.sound.len()).unwrap_or(0) * TICKS;
        self.cursor.map_or(0, |cursor| cursor + decoded)
    }

    /// Lengthens the wait of all sound.
    fn delay(&mut self, ticks: i64) {
        let whole = ticks / TICKS * TICKS;
        self.cursor = self.cursor.map(|cursor| cursor - whole);
        self.leads.shift(whole);
    }

    /// True if an old packet arrives for the first time, so that it is no duplicate and no needless retransmission.
    fn is_missing(&mut self, sequence: u64) -> bool {
        let bit = 1_u64.checked_shl(u32::try_from(self.newest - sequence).unwrap_or(u32::MAX)).unwrap_or(0);
        let is_missing = self.received & bit == 0 && bit != 0;
        self.received |= bit;
        is_missing
    }

    /// Returns the wait of punctual sound.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_micros(self.leads.most().max(0).unsigned_abs() * 1_000 / 48)
    }

    /// Takes the next frame; none in silence.
    pub(super) fn take_frame(&mut self) -> Option<Frame> {
        self.cursor?;
        self.leads.pass(FRAME_TIME);
        let mut frame =
            if self.pending_wait > 0 && self.quiet { self.lengthen_wait() } else { self.next_frame() };
        if power(&frame) < QUIET_POWER
            && self.leads.least().is_some_and(|least| least >= ticks(MIN_WAIT + FRAME_TIME))
        {
            // A frame of quiet sound is left out if punctual packets have waited too long.
            self.leads.shift(-ticks(FRAME_TIME));
            frame = self.next_frame();
        }
        let power = power(&frame);
        self.quiet = power < QUIET_POWER;
        (power > 0.0).then_some(frame)
    }

    /// Returns a frame of quiet sound that lengthens the wait.
    fn lengthen_wait(&mut self) -> Frame {
        self.pending_wait -= ticks(FRAME_TIME);
        self.delay(ticks(FRAME_TIME));
        self.next_frame()
    }

    fn next_frame(&mut self) -> Frame {
        while self.sound.len() < SAMPLES {
            self.decode();
        }
        let mut frame = [0.0; SAMPLES];
        frame.iter_mut().zip(self.sound.drain(..SAMPLES)).for_each(|(slot, sample)| *slot = sample);
        self.cursor = self.cursor.map(|cursor| cursor + ticks(FRAME_TIME));
        frame
    }

    /// Decodes the next packet, or conceals it.
    fn decode(&mut self) {
        let end = self.end();
        let next = self.waiting.first_key_value().map(|(at, packet)| (*at - end, packet.sequence));
        let lacking = SAMPLES - self.sound.len();
        match next {
            Some((gap, _)) if gap < MIN_DECODE_TICKS => self.decode_packet(gap),
            Some((gap, sequence))
                if gap <= MIN_DECODE_TICKS * 48 && sequence > self.newest.saturating_add(1) =>
            {
                self.recover(gap);
            }
            Some((gap, _)) => self.conceal(samples(gap).min(lacking)),
            None => self.conceal(lacking),
        }
    }

    /// Decodes the first packet. If `gap` is negative, this part of it was concealed already and is left out.
    fn decode_packet(&mut self, gap: i64) {
        let Some((_, packet)) = self.waiting.pop_first() else { return };
        let steps = u32::try_from(packet.sequence.saturating_sub(self.newest)).unwrap_or(u32::MAX);
        self.received = self.received.checked_shl(steps).unwrap_or(0) | 1;
        self.newest = self.newest.max(packet.sequence);
        let late = samples(-gap.min(0));
        let mut sound = [0.0; MAX_PACKET_SAMPLES];
        let Ok(count) = self.decoder.decode_float(&packet.payload, &mut sound, false) else {
            self.faults.refused += 1;
            let whole = samples(packet.ticks);
            (late < whole).then(|| self.conceal(whole - late));
            return;
        };
        self.is_pause = packet.payload.len() <= PAUSE_BYTES;
        self.concealed = 0;
        if gap > 0 {
            self.cursor = self.cursor.map(|cursor| cursor + gap);
        }
        self.sound.extend(&sound[late.min(count)..count]);
    }

    /// Fills the gap before the first packet, which may hold in-band FEC of the lost one (RFC 6716 section 2.1.7).
    fn recover(&mut self, gap: i64) {
        let Some((_, packet)) = self.waiting.first_key_value() else { return };
        let mut sound = [0.0; MAX_PACKET_SAMPLES];
        let hole = &mut sound[..samples(gap)];
        match self.decoder.decode_float(&packet.payload, hole, true) {
            Ok(count) => self.sound.extend(&sound[..count]),
            Err(_) => self.sound.extend(&sound[..samples(gap)]),
        }
        self.concealed = self.concealed.saturating_add(samples(gap));
        self.faults.concealed += 1;
    }

    /// Conceals a loss (RFC 6716 section 4.4), and gives silence if it lasts.
    fn conceal(&mut self, count: usize) {
        let mut sound = [0.0; MAX_PACKET_SAMPLES];
        let sound = &mut sound[..count.min(MAX_PACKET_SAMPLES)];
        if !self.is_silent() {
            self.faults.concealed += u64::from(!self.is_pause);
            if self.decoder.decode_float(&[], sound, false).is_err() {
                sound.fill(0.0);
            }
        }
        self.concealed = self.concealed.saturating_add(sound.len());
        self.sound.extend(sound.iter());
    }

    /// True if concealment has lasted as long as it may.
    fn is_silent(&self) -> bool {
        let most = if self.is_pause { MAX_CONCEALED_PAUSE } else { MAX_CONCEALED };
        self.concealed >= samples(ticks(most))
    }
}

/// Returns the mean square of a frame.
fn power(frame: &Frame) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "320 samples")]
    let count = frame.len() as f32;
    frame.iter().map(|sample| sample * sample).sum::<f32>() / count
}

/// Converts ticks to samples, rounded down to what Opus can conceal.
fn samples(ticks: i64) -> usize {
    usize::try_from(ticks / MIN_DECODE_TICKS * MIN_DECODE_TICKS / TICKS).unwrap_or(0)
}

/// Lead times of packets: the ticks by which they came before their frame was mixed, in this window and the one before.
#[derive(Clone, Copy, Debug, Default)]
struct Leads {
    windows: [Option<(i64, i64)>; 2],
    passed: Duration,
}

impl Leads {
    fn note(&mut self, lead: i64) {
        let (least, most) = self.windows[0].unwrap_or((lead, lead));
        self.windows[0] = Some((least.min(lead), most.max(lead)));
    }

    fn pass(&mut self, span: Duration) {
        self.passed += span;
        if self.passed >= WINDOW {
            self.passed = Duration::ZERO;
            self.windows = [None, self.windows[0]];
        }
    }

    /// Returns the least lead; none before a whole window has passed.
    fn least(&self) -> Option<i64> {
        let (before, _) = self.windows[1]?;
        Some(self.windows[0].map_or(before, |(least, _)| least.min(before)))
    }

    fn most(&self) -> i64 {
        self.windows.iter().flatten().map(|(_, most)| *most).max().unwrap_or(0)
    }

    /// Returns how much of `wanted` the wait may grow so that punctual packets wait no longer than `patience`.
    fn room(&self, wanted: i64, patience: Duration) -> i64 {
        wanted.min(ticks(patience) - self.most()).max(0)
    }

    /// Adds ticks to all leads.
    fn shift(&mut self, ticks: i64) {
        for (least, most) in self.windows.iter_mut().flatten() {
            *least += ticks;
            *most += ticks;
        }
    }
}

/// Wait of a new voice: the next packet of 20 ms, whose in-band FEC mends a lost one, and a frame of the mixer.
const START_WAIT: Duration = Duration::from_millis(40);

/// Least wait. Nothing is taken off the wait below it, for the reason of [`START_WAIT`].
const MIN_WAIT: Duration = Duration::from_millis(20);

/// Time for which punctual packets must have waited too long before the wait is shortened. Two losses at 5 % in packets
/// of 120 ms fit into it.
const WINDOW: Duration = Duration::from_secs(4);

/// Sound that waits for longer than the wait and this has been held back by an outage, or a clock was set. The mix goes on with
/// the newest packet then.
const MAX_AHEAD: Duration = Duration::from_millis(200);

/// A packet that is later than this belongs to another clock.
const MAX_BEHIND: Duration = Duration::from_secs(2);

/// Packets of one voice that wait: 800 ms at 20 ms are 40.
const MAX_PACKETS: usize = 64;

/// Concealment in a row before there is silence. Opus fades a vowel out in less.
const MAX_CONCEALED: Duration = Duration::from_millis(200);

/// The same in a pause of the speech, for which a packet of comfort noise comes every 400 ms (RFC 6716 section 2.1.9).
const MAX_CONCEALED_PAUSE: Duration = Duration::from_millis(600);

/// Samples of the longest packet: 120 ms (RFC 6716 section 2.1.4).
const MAX_PACKET_SAMPLES: usize = RATE * 120 / 1_000;

/// Ticks of the shortest sound that Opus decodes or conceals: 2.5 ms.
const MIN_DECODE_TICKS: i64 = 120;

/// Mean square below which a frame counts as quiet: -40 dB of full scale. Nobody hears it repeated or left out.
const QUIET_POWER: f32 = 1e-4;

/// Length in bytes up to which a packet means a pause (RFC 6716 section 2.1.9).
const PAUSE_BYTES: usize = 2;
