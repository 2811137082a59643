//! One voice as it comes: put in order, made to wait for what is late, decoded; what is missing is made up.
//!
//! Owned by the [`Mixer`](super::Mixer). Positions are ticks of the sender's RTP clock, unwrapped. The mixer takes
//! 20 ms each 20 ms, whatever comes: what waits is as much as the latest packet of the last seconds needed, and no
//! more than the patience that the room has. A voice from beside the server waits 20 to 40 ms so, one over a radio
//! link as long as its jitter; a fixed wait would be wrong for one of them.

use super::{Faults, Frame, RATE, SAMPLES, TICKS, TURN, ticks};
use crate::{
    limits::{
        MIX_AHEAD, MIX_BEHIND, MIX_CONCEAL, MIX_CONCEAL_PAUSE, MIX_LEAST, MIX_PACKETS, MIX_START, MIX_WINDOW,
    },
    rtp::opus::duration,
};
use opus::{Channels, Decoder};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// A voice packet.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// Extended sequence number.
    pub sequence: u64,
    /// RTP ticks of 48 kHz.
    pub timestamp: u32,
    /// Opus, or what a stranger calls so.
    pub payload: &'a [u8],
}

/// Samples of the longest packet: 120 ms (RFC 6716 section 2.1.4).
const LONGEST: usize = RATE * 120 / 1_000;

/// Ticks of the least that Opus decodes or makes up: 2.5 ms.
const STEP: i64 = 120;

/// A turn is quiet below this mean square: -40 dB of full scale. Nobody hears it grow or shrink.
const QUIET: f32 = 1e-4;

/// A packet of this length is a pause (RFC 6716 section 2.1.9).
const PAUSE_BYTES: usize = 2;

#[derive(Debug)]
struct Waiting {
    sequence: u64,
    ticks: i64,
    payload: Vec<u8>,
}

/// One voice.
#[derive(Debug)]
pub(super) struct Ear {
    decoder: Decoder,
    /// By position.
    waiting: BTreeMap<i64, Waiting>,
    /// Position of the next sample to be taken; none before the first packet.
    cursor: Option<i64>,
    /// Decoded, and not taken yet.
    sound: VecDeque<f32>,
    /// Number of the newest packet that was decoded.
    newest: u64,
    /// Which of the 64 up to it came: it is bit 0.
    came: u64,
    leads: Leads,
    /// Ticks by which it should wait longer, as soon as it is quiet.
    owed: i64,
    /// Samples that were made up in a row.
    made_up: usize,
    /// The speaker makes a pause.
    pauses: bool,
    quiet: bool,
    pub(super) faults: Faults,
}

impl Ear {
    /// `None` if there is no memory for it.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            decoder: Decoder::new(u32::try_from(RATE).ok()?, Channels::Mono).ok()?,
            waiting: BTreeMap::new(),
            cursor: None,
            sound: VecDeque::with_capacity(2 * LONGEST),
            newest: 0,
            came: u64::MAX,
            leads: Leads::default(),
            owed: 0,
            made_up: usize::MAX,
            pauses: false,
            quiet: true,
            faults: Faults::default(),
        })
    }

    /// A packet came.
    pub(super) fn hear(&mut self, heard: &Heard<'_>, patience: Duration) {
        let Some(span) = duration(heard.payload) else {
            self.faults.refused += 1;
            return;
        };
        let (at, cursor) = self.place(heard, patience);
        let lead = at - cursor;
        let late = self.end() - at;
        if heard.sequence <= self.newest {
            if self.lacked(heard.sequence) {
                // Made up already. What follows should wait for the like of it.
                self.faults.late += 1;
                self.leads.note(lead);
                self.owed = self.owed.max(self.leads.room(-lead, patience));
            }
            return;
        }
        self.leads.note(lead);
        if late > 0 {
            self.faults.late += 1;
            let wait = self.leads.room(late, patience);
            self.delay(wait);
        }
        if self.waiting.len() < MIX_PACKETS {
            let packet =
                Waiting { sequence: heard.sequence, ticks: ticks(span), payload: heard.payload.to_vec() };
            self.waiting.entry(at).or_insert(packet);
        }
    }

    /// The position of a packet, and the cursor. One from far away begins a new voice.
    fn place(&mut self, heard: &Heard<'_>, patience: Duration) -> (i64, i64) {
        let ahead = ticks(patience + MIX_AHEAD);
        let near = self.cursor.map(|cursor| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "what was on the wire"
            )]
            let low = cursor as u32;
            (cursor + i64::from(heard.timestamp.wrapping_sub(low).cast_signed()), cursor)
        });
        let believable = |(at, cursor): &(i64, i64)| (-ticks(MIX_BEHIND)..=ahead).contains(&(at - cursor));
        near.filter(believable).unwrap_or_else(|| self.begin(heard))
    }

    fn begin(&mut self, heard: &Heard<'_>) -> (i64, i64) {
        let at = i64::from(heard.timestamp);
        let cursor = at - ticks(MIX_START);
        self.waiting.clear();
        self.sound.clear();
        self.cursor = Some(cursor);
        self.newest = heard.sequence.saturating_sub(1);
        self.came = u64::MAX;
        self.leads = Leads::default();
        self.owed = 0;
        // There is nothing to go on from.
        self.made_up = usize::MAX;
        (at, cursor)
    }

    /// Where decoded sound ends.
    fn end(&self) -> i64 {
        let decoded = i64::try_from(self.sound.len()).unwrap_or(0) * TICKS;
        self.cursor.map_or(0, |cursor| cursor + decoded)
    }

    /// Everything waits longer from now on.
    fn delay(&mut self, ticks: i64) {
        let whole = ticks / TICKS * TICKS;
        self.cursor = self.cursor.map(|cursor| cursor - whole);
        self.leads.shift(whole);
    }

    /// Whether an old packet comes for the first time. Duplicates and needless repairs do not.
    fn lacked(&mut self, sequence: u64) -> bool {
        let bit = 1_u64.checked_shl(u32::try_from(self.newest - sequence).unwrap_or(u32::MAX)).unwrap_or(0);
        let lacked = self.came & bit == 0 && bit != 0;
        self.came |= bit;
        lacked
    }

    /// How long punctual sound waits.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_micros(self.leads.most().max(0).unsigned_abs() * 1_000 / 48)
    }

    /// The next 20 ms; none when there is silence.
    pub(super) fn take_turn(&mut self) -> Option<Frame> {
        self.cursor?;
        self.leads.pass(TURN);
        let mut frame = if self.owed > 0 && self.quiet { self.pause() } else { self.play() };
        if power(&frame) < QUIET && self.leads.least().is_some_and(|least| least >= ticks(MIX_LEAST + TURN)) {
            // What has waited for nothing is left out while it is quiet.
            self.leads.shift(-ticks(TURN));
            frame = self.play();
        }
        let power = power(&frame);
        self.quiet = power < QUIET;
        (power > 0.0).then_some(frame)
    }

    /// 20 ms that nobody said: the wait grows.
    fn pause(&mut self) -> Frame {
        self.owed -= ticks(TURN);
        self.delay(ticks(TURN));
        self.play()
    }

    fn play(&mut self) -> Frame {
        while self.sound.len() < SAMPLES {
            self.decode();
        }
        let mut frame = [0.0; SAMPLES];
        frame.iter_mut().zip(self.sound.drain(..SAMPLES)).for_each(|(place, sample)| *place = sample);
        self.cursor = self.cursor.map(|cursor| cursor + ticks(TURN));
        frame
    }

    /// The next packet, or what stands for it.
    fn decode(&mut self) {
        let end = self.end();
        let next = self.waiting.first_key_value().map(|(at, packet)| (*at - end, packet.sequence));
        let lacking = SAMPLES - self.sound.len();
        match next {
            Some((gap, _)) if gap < STEP => self.decode_packet(gap),
            Some((gap, sequence)) if gap <= STEP * 48 && sequence > self.newest.saturating_add(1) => {
                self.recover(gap);
            }
            Some((gap, _)) => self.make_up(samples(gap).min(lacking)),
            None => self.make_up(lacking),
        }
    }

    /// The packet at hand. What of it was made up already is left out; `gap` is negative then.
    fn decode_packet(&mut self, gap: i64) {
        let Some((_, packet)) = self.waiting.pop_first() else { return };
        let steps = u32::try_from(packet.sequence.saturating_sub(self.newest)).unwrap_or(u32::MAX);
        self.came = self.came.checked_shl(steps).unwrap_or(0) | 1;
        self.newest = self.newest.max(packet.sequence);
        let late = samples(-gap.min(0));
        let mut sound = [0.0; LONGEST];
        let Ok(count) = self.decoder.decode_float(&packet.payload, &mut sound, false) else {
            self.faults.refused += 1;
            let whole = samples(packet.ticks);
            (late < whole).then(|| self.make_up(whole - late));
            return;
        };
        self.pauses = packet.payload.len() <= PAUSE_BYTES;
        self.made_up = 0;
        if gap > 0 {
            self.cursor = self.cursor.map(|cursor| cursor + gap);
        }
        self.sound.extend(&sound[late.min(count)..count]);
    }

    /// A hole before the packet at hand, which may hold a copy of what was lost (RFC 6716 section 2.1.7).
    fn recover(&mut self, gap: i64) {
        let Some((_, packet)) = self.waiting.first_key_value() else { return };
        let mut sound = [0.0; LONGEST];
        let hole = &mut sound[..samples(gap)];
        match self.decoder.decode_float(&packet.payload, hole, true) {
            Ok(count) => self.sound.extend(&sound[..count]),
            Err(_) => self.sound.extend(&sound[..samples(gap)]),
        }
        self.made_up = self.made_up.saturating_add(samples(gap));
        self.faults.concealed += 1;
    }

    /// Loss concealment (RFC 6716 section 4.4), then silence.
    fn make_up(&mut self, count: usize) {
        let mut sound = [0.0; LONGEST];
        let sound = &mut sound[..count.min(LONGEST)];
        if !self.is_silent() {
            self.faults.concealed += u64::from(!self.pauses);
            if self.decoder.decode_float(&[], sound, false).is_err() {
                sound.fill(0.0);
            }
        }
        self.made_up = self.made_up.saturating_add(sound.len());
        self.sound.extend(sound.iter());
    }

    /// Nothing more is made up.
    fn is_silent(&self) -> bool {
        let most = if self.pauses { MIX_CONCEAL_PAUSE } else { MIX_CONCEAL };
        self.made_up >= samples(ticks(most))
    }
}

/// Mean square.
fn power(frame: &Frame) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "320 samples")]
    let count = frame.len() as f32;
    frame.iter().map(|sample| sample * sample).sum::<f32>() / count
}

/// Ticks in samples, down to what Opus can make up.
fn samples(ticks: i64) -> usize {
    usize::try_from(ticks / STEP * STEP / TICKS).unwrap_or(0)
}

/// By how much packets came before their turn, in this window and the one before.
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
        if self.passed >= MIX_WINDOW {
            self.passed = Duration::ZERO;
            self.windows = [None, self.windows[0]];
        }
    }

    /// The least, once a whole window has passed.
    fn least(&self) -> Option<i64> {
        let (before, _) = self.windows[1]?;
        Some(self.windows[0].map_or(before, |(least, _)| least.min(before)))
    }

    fn most(&self) -> i64 {
        self.windows.iter().flatten().map(|(_, most)| *most).max().unwrap_or(0)
    }

    /// How much of `wanted` the wait may grow, so that punctual packets do not wait longer than `patience`.
    fn room(&self, wanted: i64, patience: Duration) -> i64 {
        wanted.min(ticks(patience) - self.most()).max(0)
    }

    /// All leads are longer by so much.
    fn shift(&mut self, ticks: i64) {
        for (least, most) in self.windows.iter_mut().flatten() {
            *least += ticks;
            *most += ticks;
        }
    }
}
