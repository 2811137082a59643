//! A model of the browser's page on a drawn link: it obeys its limits, answers packet trains, reports what comes late, talks and
//! pauses, sends pictures on a data channel, and films.
//!
//! What the real page does stands in `web/client/webrtc/probe-responder.ts` and `web/client/webrtc/sender-limits.ts`.

use super::{Client, Testbed};
use std::time::{Duration, Instant};
use str0m::channel::ChannelId;
use teranga_media::{
    command::{Caps, Event},
    id::PeerId,
    link::packet_train,
    units::Bitrate,
};

/// Time for which a word on the probe channel limits a page to its voice.
const HUSHED: Duration = Duration::from_secs(8);

/// A queue longer than this is reported.
const LATE: Duration = Duration::from_millis(150);

/// Time between two looks at the queue.
const LOOK: Duration = Duration::from_millis(250);

/// Time between two reports of a queue.
const TELL: Duration = Duration::from_millis(500);

/// Window over which the rate that arrives is counted.
const WINDOW: Duration = Duration::from_millis(500);

/// Bytes of a picture's message.
const PICTURE_BYTES: usize = 700;

/// Bytes around a picture's message: IP and UDP 28, DTLS 22, SCTP 28.
const CHANNEL_BYTES: usize = 78;

/// Bytes of the headers of a datagram.
const IP_UDP_BYTES: u64 = 28;

/// A page at one end of a call.
pub(crate) struct Page {
    index: usize,
    peer: PeerId,
    link: ChannelId,
    pictures: ChannelId,
    /// Number of events of the testbed that were read.
    read: usize,
    /// Limits that are on their way, with the time at which they come.
    coming: Vec<(Instant, Caps)>,
    pub(crate) caps: Option<Caps>,
    hushed: Option<(Instant, u8)>,
    /// The train that is arriving: its number, and the index and time of the first packet that came.
    train: Option<(u8, u8, Instant)>,
    reporter: Reporter,
    next_picture: Instant,
}

impl Page {
    pub(crate) fn new(testbed: &mut Testbed, index: usize) -> Self {
        let client = &mut testbed.clients[index];
        let link = client.open(packet_train::LABEL);
        let pictures = client.open("pictures");
        Self {
            index,
            peer: client.id,
            link,
            pictures,
            read: 0,
            coming: Vec::new(),
            caps: None,
            hushed: None,
            train: None,
            reporter: Reporter::new(testbed.now),
            next_picture: testbed.now,
        }
    }

    /// Acts on what came since the last time. Limits come over TCP, behind whatever fills the downlink.
    pub(crate) fn act(&mut self, testbed: &mut Testbed, tcp_takes: Duration) {
        let now = testbed.now;
        for (at, event) in &testbed.events[self.read..] {
            match event {
                Event::Caps { peer, caps } if *peer == self.peer => {
                    self.coming.push((*at + tcp_takes, *caps));
                }
                _ => {}
            }
        }
        self.read = testbed.events.len();
        while self.coming.first().is_some_and(|(at, _)| *at <= now) {
            self.caps = Some(self.coming.remove(0).1);
        }
        let client = &mut testbed.clients[self.index];
        self.take_messages(client, now);
        self.reporter.report(client, self.link, now);
        self.obey(client, now);
        client.wake(now);
    }

    fn take_messages(&mut self, client: &mut Client, now: Instant) {
        let times = std::mem::take(&mut client.message_times);
        for (message, at) in std::mem::take(&mut client.messages).into_iter().zip(times) {
            match *message {
                [1, train, index, ..] => self.take_train(client, train, index, at),
                [2, train, packets, _, high, low] => {
                    let bytes = usize::from(u16::from_be_bytes([high, low]));
                    for index in 0..packets {
                        let mut packet = vec![0; bytes];
                        packet[..3].copy_from_slice(&[1, train, index]);
                        client.say_on(self.link, &packet);
                    }
                }
                [5, ptime_ms, _, _] => self.hushed = Some((now + HUSHED, ptime_ms)),
                _ => {}
            }
        }
    }

    fn take_train(&mut self, client: &mut Client, train: u8, index: u8, at: Instant) {
        let Some((_, first, began)) = self.train.filter(|(number, ..)| *number == train) else {
            self.train = Some((train, index, at));
            return;
        };
        let span = u32::try_from((at - began).as_micros() / 100).expect("short").to_be_bytes();
        let mut result = vec![3, train, index - first, 0];
        result.extend(span);
        client.say_on(self.link, &result);
    }

    fn obey(&mut self, client: &mut Client, now: Instant) {
        let Some(mut caps) = self.caps else { return };
        let hushed = self.hushed.filter(|(until, _)| now < *until);
        if let Some((_, ptime_ms)) = hushed {
            caps =
                Caps { video: None, pictures: None, red: 0, ptime_ms: caps.ptime_ms.max(ptime_ms), ..caps };
        }
        client.voice_every = Duration::from_millis(caps.ptime_ms.into());
        client.doubles = caps.red > 0;
        client.talk = Some((caps.audio.as_bps() as usize * usize::from(caps.ptime_ms) / 8_000).max(20));
        Self::film(client, caps, now);
        while let Some(rate) = caps.pictures.filter(|_| self.next_picture <= now) {
            client.say_on(self.pictures, &[9; PICTURE_BYTES]);
            self.next_picture = self.next_picture.max(now - Duration::from_millis(100));
            self.next_picture += rate.time_of((PICTURE_BYTES + CHANNEL_BYTES) as u64);
        }
    }

    /// A frame is one packet of 1,060 bytes, so the rate is that of the frames.
    fn film(client: &mut Client, caps: Caps, now: Instant) {
        let Some(rate) = caps.video else {
            client.camera = None;
            return;
        };
        client.frame_every = rate.time_of(1_060);
        if client.camera.is_none() {
            client.turn_on(&[1], now);
        }
    }
}

/// Reports a queue in front of the voices of a page, and its end.
pub(crate) struct Reporter {
    lateness: Lateness,
    looked: Instant,
    /// The last report told of a queue, and its time.
    told_late: bool,
    told: Instant,
    /// Times and bytes of the datagrams that came lately.
    bytes: Vec<(Instant, u64)>,
    /// The number of packets of the client that were read.
    read: usize,
}

impl Reporter {
    pub(crate) fn new(now: Instant) -> Self {
        let lateness = Lateness::default();
        Self { lateness, looked: now, told_late: false, told: now, bytes: Vec::new(), read: 0 }
    }

    /// Reports through the channel of the probes, if a report is due.
    pub(crate) fn report(&mut self, client: &mut Client, channel: ChannelId, now: Instant) {
        self.read(client, now);
        if now < self.looked + LOOK {
            return;
        }
        self.looked = now;
        let Some((queue, slope)) = self.lateness.look(now) else { return };
        let is_late = queue > LATE;
        let is_due = if is_late { !self.told_late || now >= self.told + TELL } else { self.told_late };
        if !is_due {
            return;
        }
        (self.told, self.told_late) = (now, is_late);
        let queue = if is_late { queue } else { Duration::ZERO };
        let arrived = Bitrate::of(self.bytes.iter().map(|(_, bytes)| bytes).sum(), WINDOW);
        let mut late = vec![4, ((slope * 100.0).clamp(-127.0, 127.0) as i8).cast_unsigned()];
        late.extend(u16::try_from(queue.as_millis()).unwrap_or(u16::MAX).to_be_bytes());
        late.extend(u32::try_from(arrived.as_bps()).expect("thin").to_be_bytes());
        client.say_on(channel, &late);
        client.wake(now);
    }

    fn read(&mut self, client: &mut Client, now: Instant) {
        self.read = self.read.min(client.received.len());
        for packet in client.received.iter().skip(self.read) {
            if client.voices.contains(&packet.mid) {
                self.lateness.note(packet.timestamp, packet.at);
            }
        }
        self.read = client.received.len();
        self.bytes.extend(client.came.drain(..).map(|(at, bytes)| (at, bytes + IP_UDP_BYTES)));
        self.bytes.retain(|(at, _)| now - *at <= WINDOW);
    }
}

/// Delays of the voice packets that came, on an arbitrary scale.
#[derive(Default)]
struct Lateness {
    origin: Option<(Instant, u32)>,
    newest: Option<u32>,
    recent: Vec<(Instant, f64)>,
    /// The least delay of this span and of the one before, in seconds.
    least: [Option<f64>; 2],
    span_began: Option<Instant>,
}

impl Lateness {
    /// Notes a packet. One that was sent again is older than the newest, and tells nothing.
    fn note(&mut self, timestamp: u32, at: Instant) {
        if self.newest.is_some_and(|newest| timestamp.wrapping_sub(newest).cast_signed() <= 0) {
            return;
        }
        self.newest = Some(timestamp);
        let (began, first) = *self.origin.get_or_insert((at, timestamp));
        let sound = f64::from(timestamp.wrapping_sub(first).cast_signed()) / 48_000.0;
        let late = at.duration_since(began).as_secs_f64() - sound;
        if self.span_began.is_none_or(|span| at - span > Duration::from_secs(20)) {
            self.span_began = Some(at);
            self.least = [None, self.least[0]];
        }
        self.least[0] = Some(self.least[0].map_or(late, |least| least.min(late)));
        self.recent.push((at, late));
    }

    /// Returns the delay of the newest packets above the least, and its growth in seconds a second.
    fn look(&mut self, now: Instant) -> Option<(Duration, f64)> {
        self.recent.retain(|(at, _)| now - *at <= Duration::from_millis(600));
        let least = self.least.iter().flatten().copied().fold(f64::MAX, f64::min);
        let newest = self.recent.iter().rev().take(3).map(|(_, late)| late - least);
        let queue = newest.reduce(f64::min)?;
        Some((Duration::from_secs_f64(queue.max(0.0)), slope(&self.recent)))
    }
}

/// Returns the slope of the delays over the times, by least squares; 0 for fewer than four packets.
fn slope(points: &[(Instant, f64)]) -> f64 {
    let Some((began, _)) = points.first().filter(|_| points.len() >= 4) else { return 0.0 };
    let points: Vec<(f64, f64)> =
        points.iter().map(|(at, late)| ((*at - *began).as_secs_f64(), *late)).collect();
    let count = points.len() as f64;
    let (x, y) =
        points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let both: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    if spread > 0.0 { both / spread } else { 0.0 }
}
