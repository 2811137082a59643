//! Packet trains, which measure the capacity of a direction: packets sent back to back arrive as far apart as the slowest piece of
//! the way makes them (packet-pair probing, Keshav 1991).
//!
//! The trains travel on the data channel [`LABEL`]. The far side is the page, which answers requests and tells what it saw
//! (`web/client/webrtc/probe-responder.ts`). A [`Prober`] is owned by the [`LinkMonitor`](super::monitor). It is pure, and never
//! decides whether a train is worth its delay. Fuzz entry point: [`Message::parse`].

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// The label of the data channel of the trains, which is unordered and sends nothing again.
pub const LABEL: &str = "link";

/// A message from the page on this channel. The table lists all messages of the channel; numbers are big-endian.
///
/// | byte 0 | then |
/// |---|---|
/// | 1 train | train, index, filling |
/// | 2 request, to the page | train, packets, 0, bytes of each (2) |
/// | 3 result, from the page | train, steps between the first and the last that came, 0, their span in 0.1 ms (4) |
/// | 4 late, from the page | growth of the queue in 0.01 s a second (signed, 1), queue in ms (2), bits a second that arrive (4) |
/// | 5 hush, to the page | packet time of its voice in ms, its rate in 100 bit/s (2) |
/// | 6 alive, to the page | 1 if nothing comes from it, otherwise 0 |
/// | 7 silence, from the page | 1 if nothing comes to it, 0 if something comes again |
/// | 8 renew, to the page | its number, the same in each copy: a voice that came late behind a stall is punctual again |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// One packet of a train.
    Train {
        /// The number of the train.
        train: u8,
        /// The place of this packet in the train, from 0.
        index: u8,
        /// The length of this packet.
        bytes: usize,
    },
    /// The page's measurement of our train.
    Result {
        /// The number of the train.
        train: u8,
        /// The number of packets after the first one that came.
        steps: u8,
        /// The time from the first packet that came to the last.
        span: Duration,
    },
    /// The page's report that packets come late, or no longer do.
    Late {
        /// The queue delay on the way to the page, of the newest packets.
        queue: Duration,
        /// Its growth in hundredths of a second a second.
        slope: i8,
        /// The rate that arrives meanwhile.
        arrived: Bitrate,
    },
    /// The page's word that nothing comes to it, or that something comes again.
    Silence(bool),
}

impl Message {
    /// Parses a message from the page; `None` if it is malformed or unknown.
    pub fn parse(data: &[u8]) -> Option<Self> {
        match *data {
            [1, train, index, ..] if data.len() <= PROBE_BYTES => {
                Some(Self::Train { train, index, bytes: data.len() })
            }
            [3, train, steps, _, a, b, c, d] => {
                let tenths = u64::from(u32::from_be_bytes([a, b, c, d]));
                Some(Self::Result { train, steps, span: Duration::from_micros(tenths * 100) })
            }
            [4, slope, high, low, a, b, c, d] => Some(Self::Late {
                slope: slope.cast_signed(),
                queue: Duration::from_millis(u16::from_be_bytes([high, low]).into()),
                arrived: Bitrate::bps(u32::from_be_bytes([a, b, c, d]).into()),
            }),
            [7, silent @ (0 | 1)] => Some(Self::Silence(silent == 1)),
            _ => None,
        }
    }
}

/// The outcome of a probe, or of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The rate of a train from the page.
    Up(Bitrate),
    /// The rate of our train to the page.
    Down(Bitrate),
    /// Our packets come late, or no longer do.
    Late {
        /// The queue delay on the way to the page, of the newest packets.
        queue: Duration,
        /// Its growth in hundredths of a second a second.
        slope: i8,
        /// The rate that arrives meanwhile.
        arrived: Bitrate,
    },
}

impl Finding {
    /// True if it says that packets come late. The report of a queue's end says that they no longer do.
    pub fn is_late(&self) -> bool {
        matches!(self, Self::Late { queue, .. } if !queue.is_zero())
    }
}

/// The prober of one link: it sends one train at a time, in either direction.
#[derive(Debug, Default)]
pub struct Prober {
    /// The number of the newest train.
    train: u8,
    /// The train that is under way.
    flying: Option<Flight>,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    direction: TrainDirection,
    /// The length of each packet.
    bytes: usize,
    began: Instant,
    /// The first packet of the page's train that came, and its time.
    first: Option<(u8, Instant)>,
}

/// The direction of a train, seen from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainDirection {
    /// To the page.
    Down,
    /// From the page.
    Up,
}

impl Prober {
    /// True if one of the first trains may go: none is under way, or the last one has been under way for longer than `lost`.
    pub fn is_due(&self, lost: Duration, now: Instant) -> bool {
        self.train < PROBE_TRAINS && self.is_idle(lost, now)
    }

    /// True if all of the first trains have gone, and none is under way.
    pub fn is_spent(&self, now: Instant) -> bool {
        self.train >= PROBE_TRAINS && self.is_idle(PROBE_PATIENCE, now)
    }

    /// True if no train is under way, or the last one has been under way for longer than `lost`.
    pub fn is_idle(&self, lost: Duration, now: Instant) -> bool {
        self.flying.is_none_or(|flight| now.saturating_duration_since(flight.began) > lost)
    }

    /// The direction of the next train while neither direction is known.
    pub fn next_direction(&self) -> TrainDirection {
        if self.train.is_multiple_of(2) { TrainDirection::Down } else { TrainDirection::Up }
    }

    /// Begins a train. Returns the messages to send now: the train itself, or the request for one.
    pub fn begin(&mut self, direction: TrainDirection, bytes: usize, now: Instant) -> Vec<Vec<u8>> {
        self.train = self.train.wrapping_add(1);
        self.flying = Some(Flight { direction, bytes, began: now, first: None });
        match direction {
            TrainDirection::Down => {
                (0..PROBE_PACKETS).map(|index| packet(self.train, index, bytes)).collect()
            }
            TrainDirection::Up => {
                let [high, low] = u16::try_from(bytes).unwrap_or(u16::MAX).to_be_bytes();
                vec![vec![2, self.train, PROBE_PACKETS, 0, high, low]]
            }
        }
    }

    /// Takes a message from the page; the outcome, if there is one.
    pub fn handle(&mut self, message: Message, now: Instant) -> Option<Finding> {
        match message {
            Message::Late { queue, slope, arrived } => Some(Finding::Late { queue, slope, arrived }),
            Message::Result { train, steps, span } => {
                let flight = self.flight(train, TrainDirection::Down)?;
                self.flying = None;
                rate(steps, flight.bytes, span).map(Finding::Down)
            }
            Message::Train { train, index, bytes } => self.arrived(train, index, bytes, now),
            Message::Silence(_) => None,
        }
    }

    fn flight(&self, train: u8, direction: TrainDirection) -> Option<Flight> {
        self.flying.filter(|flight| train == self.train && flight.direction == direction)
    }

    fn arrived(&mut self, train: u8, index: u8, bytes: usize, now: Instant) -> Option<Finding> {
        let mut flight = self.flight(train, TrainDirection::Up)?;
        if bytes != flight.bytes || index >= PROBE_PACKETS {
            return None;
        }
        let (first, at) = *flight.first.get_or_insert((index, now));
        self.flying = Some(flight);
        if index + 1 < PROBE_PACKETS {
            return None;
        }
        self.flying = None;
        rate(index.checked_sub(first)?, bytes, now.saturating_duration_since(at)).map(Finding::Up)
    }
}

/// The message to a page whose uplink is full: it shall send its voice only, at this rate and packet time, for eight seconds.
pub fn hush(audio: Bitrate, ptime_ms: u8) -> Vec<u8> {
    let [high, low] = u16::try_from(audio.as_bps() / 100).unwrap_or(u16::MAX).to_be_bytes();
    vec![5, ptime_ms, high, low]
}

/// The message that we are there although no voice comes, and whether anything comes from the page.
pub fn alive(unheard: bool) -> Vec<u8> {
    vec![6, u8::from(unheard)]
}

/// The message that a voice that came late behind a stall is punctual again. Each copy of it has the same number.
pub fn renew(number: u8) -> Vec<u8> {
    vec![8, number]
}

fn packet(train: u8, index: u8, bytes: usize) -> Vec<u8> {
    let mut packet = vec![0; bytes];
    packet[..3].copy_from_slice(&[1, train, index]);
    packet
}

/// The rate of `steps` packets of `bytes` in `span`.
fn rate(steps: u8, bytes: usize, span: Duration) -> Option<Bitrate> {
    if steps == 0 {
        return None;
    }
    let wire = (bytes + CHANNEL_OVERHEAD) as u64 * u64::from(steps);
    Some(Bitrate::of(wire, span.max(Duration::from_millis(1))))
}

/// The rate of trains together: that of all their bits over all their time; `None` of no trains.
pub fn together(trains: &[Bitrate]) -> Option<Bitrate> {
    let spans: u64 = trains.iter().map(|rate| TRAIN_BITS / rate.as_bps().max(1)).sum();
    (!trains.is_empty()).then(|| Bitrate::bps(TRAIN_BITS * trains.len() as u64 / spans.max(1)))
}

/// A length in bits that makes a span of whole numbers from any rate.
const TRAIN_BITS: u64 = 1_000_000_000_000;

/// The packets of a train, which make one gap to measure. A third packet would wait for the acknowledgement of the first two when
/// SCTP has just begun. On 24 kbit/s it stood for a third of a second in front of a voice.
const PROBE_PACKETS: u8 = 2;

/// The bytes of a probe packet: below any MTU of 1,280, and too many for two of them to share a packet.
pub const PROBE_BYTES: usize = 1_000;

/// The bytes of a probe packet beside a voice, which waits for it: too many for two of them to share a packet of 1,150 or 1,191 bytes, the
/// MTU of SCTP here and in Chromium, and few enough for both to be under way when its window is one MTU after a timeout (RFC 9260
/// section 7.2.3). With 600 each, one in two trains on a link that loses 2 % told the round trip instead of the rate.
pub const PROBE_BYTES_BESIDE: usize = 574;

/// The number of first trains over one transport. A queue shows what a dozen trains did not.
pub const PROBE_TRAINS: u8 = 16;

/// The time after which a train has failed: the queue of a thin link holds a second or two.
pub const PROBE_PATIENCE: Duration = Duration::from_secs(3);

/// The bytes around a data channel message: IP and UDP 28, DTLS 1.3 22, SCTP 28, and rounding.
const CHANNEL_OVERHEAD: usize = 80;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn our_train_is_as_fast_as_the_page_says() {
        let now = Instant::now();
        let mut prober = Prober::default();
        let train = prober.begin(TrainDirection::Down, PROBE_BYTES, now);
        assert_eq!(train.iter().map(Vec::len).collect::<Vec<_>>(), [PROBE_BYTES; 2]);
        assert!(!prober.is_due(PROBE_PATIENCE, now + 2_000 * MS), "one at a time");
        let result = Message::parse(&[3, 1, 1, 0, 0, 0, 0x08, 0x70]).unwrap();
        assert_eq!(prober.handle(result, now), Some(Finding::Down(Bitrate::bps(40_000))));
        assert_eq!(prober.handle(result, now), None, "once");
    }

    #[test]
    fn a_page_s_train_is_as_fast_as_it_comes() {
        let now = Instant::now();
        let mut prober = Prober::default();
        let asked = prober.begin(TrainDirection::Up, PROBE_BYTES, now);
        assert_eq!(asked, [[2, 1, PROBE_PACKETS, 0, 0x03, 0xE8]]);
        let at = |index, ms: u32, prober: &mut Prober| {
            prober.handle(Message::Train { train: 1, index, bytes: PROBE_BYTES }, now + ms * MS)
        };
        assert_eq!(at(0, 300, &mut prober), None);
        assert_eq!(at(1, 516, &mut prober), Some(Finding::Up(Bitrate::kbps(40))));
    }

    #[test]
    fn a_train_has_no_packet_beyond_its_last() {
        let now = Instant::now();
        let mut prober = Prober::default();
        prober.begin(TrainDirection::Up, PROBE_BYTES, now);
        for index in [0, PROBE_PACKETS, u8::MAX] {
            assert_eq!(prober.handle(Message::Train { train: 1, index, bytes: PROBE_BYTES }, now), None);
        }
    }

    #[test]
    fn the_end_of_a_queue_is_reported_as_a_queue_of_nothing() {
        let is_late = |queue_ms: u8| {
            let message = Message::parse(&[4, 0, 0, queue_ms, 0, 0, 0x5D, 0xC0])?;
            Prober::default().handle(message, Instant::now()).map(|finding| finding.is_late())
        };
        assert_eq!([200, 0].map(is_late), [Some(true), Some(false)]);
    }

    #[test]
    fn a_hush_is_four_bytes() {
        assert_eq!(hush(Bitrate::kbps(9), 60), [5, 60, 0, 90]);
        assert_eq!(hush(Bitrate::kbps(32), 20), [5, 20, 1, 64]);
    }

    #[test]
    fn a_lost_train_is_given_up() {
        let now = Instant::now();
        let mut prober = Prober::default();
        prober.begin(TrainDirection::Down, PROBE_BYTES, now);
        let due = |ms: u32, prober: &Prober| prober.is_due(PROBE_PATIENCE, now + PROBE_PATIENCE + ms * MS);
        assert!(!due(0, &prober) && due(1, &prober) && !prober.is_spent(now + 10 * PROBE_PATIENCE));
        prober.begin(TrainDirection::Down, PROBE_BYTES, now + PROBE_PATIENCE + MS);
        let late = Message::Result { train: 1, steps: 2, span: MS };
        assert_eq!(prober.handle(late, now + PROBE_PATIENCE + 2 * MS), None);
    }

    proptest! {
        #[test]
        fn nothing_from_a_page_panics(messages: Vec<Vec<u8>>) {
            let now = Instant::now();
            let mut prober = Prober::default();
            prober.begin(TrainDirection::Down, PROBE_BYTES, now);
            for message in messages {
                let _ = Message::parse(&message).and_then(|message| prober.handle(message, now));
            }
        }
    }
}
