//! Short trains of packets that show whether a link is a good one: sent back to back, they arrive as far apart as the
//! slowest piece of the way makes them.
//!
//! Pure. The trains travel on the data channel [`LABEL`]; the far side is the page, which answers
//! requests and tells what it saw (`web/client/webrtc/probe-responder.ts`). Fuzz entry point: [`Message::parse`].

use crate::{
    limits::{CHANNEL_OVERHEAD, PROBE_BYTES, PROBE_PACKETS, PROBE_PATIENCE, PROBE_TRAINS},
    units::Bitrate,
};
use std::time::{Duration, Instant};

/// The data channel of the trains: unordered, nothing sent again.
pub const LABEL: &str = "link";

/// What travels on the channel. Numbers are big-endian.
///
/// | byte 0 | then |
/// |---|---|
/// | 1 train | train, index, filling |
/// | 2 request, to the page | train, packets, 0, bytes of each (2) |
/// | 3 result, from the page | train, steps between the first and the last that came, 0, their span in 0.1 ms (4) |
/// | 4 late, from the page | 0, queue in ms (2), bits a second that arrive (4) |
/// | 5 hush, to the page | packet time of its voice in ms, its rate in 100 bit/s (2) |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// One packet of a train.
    Train {
        /// Which train.
        train: u8,
        /// Which of its packets.
        index: u8,
        /// How long it is.
        bytes: usize,
    },
    /// What the page saw of a train.
    Result {
        /// Which train.
        train: u8,
        /// From the first packet that came to the last.
        steps: u8,
        /// The time between them.
        span: Duration,
    },
    /// The page hears everything late.
    Late {
        /// How much later than at best.
        queue: Duration,
        /// What arrives meanwhile.
        arrived: Bitrate,
    },
}

impl Message {
    /// Reads what a page may send; `None` for anything else.
    pub fn parse(data: &[u8]) -> Option<Self> {
        match *data {
            [1, train, index, ..] if data.len() <= PROBE_BYTES => {
                Some(Self::Train { train, index, bytes: data.len() })
            }
            [3, train, steps, _, a, b, c, d] => {
                let tenths = u64::from(u32::from_be_bytes([a, b, c, d]));
                Some(Self::Result { train, steps, span: Duration::from_micros(tenths * 100) })
            }
            [4, _, high, low, a, b, c, d] => Some(Self::Late {
                queue: Duration::from_millis(u16::from_be_bytes([high, low]).into()),
                arrived: Bitrate::bps(u32::from_be_bytes([a, b, c, d]).into()),
            }),
            _ => None,
        }
    }
}

/// What a probe showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The page's packets came at this rate.
    Up(Bitrate),
    /// Ours came at this rate.
    Down(Bitrate),
    /// What we send comes late, and only so much of it.
    Late {
        /// How much later than at best.
        queue: Duration,
        /// What arrives meanwhile.
        arrived: Bitrate,
    },
}

/// Probes one peer's link, both ways, one train at a time.
#[derive(Debug, Default)]
pub struct Prober {
    train: u8,
    /// Under way: its direction, size and when it was begun.
    flying: Option<Flight>,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    turn: Turn,
    /// Of each packet.
    bytes: usize,
    began: Instant,
    /// First and newest packet of the page's train.
    first: Option<(u8, Instant)>,
}

/// A direction, seen from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To the page.
    Down,
    /// From the page.
    Up,
}

impl Prober {
    /// Whether the next train may go: none is under way, or it was lost so long ago.
    pub fn is_due(&self, lost: Duration, now: Instant) -> bool {
        self.train < PROBE_TRAINS && self.rests(lost, now)
    }

    /// Whether all trains have gone.
    pub fn is_spent(&self, now: Instant) -> bool {
        self.train >= PROBE_TRAINS && self.rests(PROBE_PATIENCE, now)
    }

    /// Whether none is under way, or it was lost so long ago.
    pub fn rests(&self, lost: Duration, now: Instant) -> bool {
        self.flying.is_none_or(|flight| now.saturating_duration_since(flight.began) > lost)
    }

    /// The direction to look at when neither is known.
    pub fn turn(&self) -> Turn {
        if self.train.is_multiple_of(2) { Turn::Down } else { Turn::Up }
    }

    /// Messages to send now, to look at one of the directions in packets of so many bytes.
    pub fn begin(&mut self, turn: Turn, bytes: usize, now: Instant) -> Vec<Vec<u8>> {
        self.train = self.train.wrapping_add(1);
        self.flying = Some(Flight { turn, bytes, began: now, first: None });
        match turn {
            Turn::Down => (0..PROBE_PACKETS).map(|index| packet(self.train, index, bytes)).collect(),
            Turn::Up => {
                let [high, low] = u16::try_from(bytes).unwrap_or(u16::MAX).to_be_bytes();
                vec![vec![2, self.train, PROBE_PACKETS, 0, high, low]]
            }
        }
    }

    /// Takes a message of the page.
    pub fn handle(&mut self, message: Message, now: Instant) -> Option<Finding> {
        match message {
            Message::Late { queue, arrived } => Some(Finding::Late { queue, arrived }),
            Message::Result { train, steps, span } => {
                let flight = self.flight(train, Turn::Down)?;
                self.flying = None;
                rate(steps, flight.bytes, span).map(Finding::Down)
            }
            Message::Train { train, index, bytes } => self.arrived(train, index, bytes, now),
        }
    }

    fn flight(&self, train: u8, turn: Turn) -> Option<Flight> {
        self.flying.filter(|flight| train == self.train && flight.turn == turn)
    }

    fn arrived(&mut self, train: u8, index: u8, bytes: usize, now: Instant) -> Option<Finding> {
        let mut flight = self.flight(train, Turn::Up)?;
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

/// To a page whose way up is full: only your voice, like this, for the next eight seconds.
pub fn hush(audio: Bitrate, ptime_ms: u8) -> Vec<u8> {
    let [high, low] = u16::try_from(audio.as_bps() / 100).unwrap_or(u16::MAX).to_be_bytes();
    vec![5, ptime_ms, high, low]
}

fn packet(train: u8, index: u8, bytes: usize) -> Vec<u8> {
    let mut packet = vec![0; bytes];
    packet[..3].copy_from_slice(&[1, train, index]);
    packet
}

/// What `steps` packets of so many bytes in `span` come to.
fn rate(steps: u8, bytes: usize, span: Duration) -> Option<Bitrate> {
    if steps == 0 {
        return None;
    }
    let wire = (bytes + CHANNEL_OVERHEAD) as u64 * u64::from(steps);
    Some(Bitrate::of(wire, span.max(Duration::from_millis(1))))
}

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
        let train = prober.begin(Turn::Down, PROBE_BYTES, now);
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
        let asked = prober.begin(Turn::Up, PROBE_BYTES, now);
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
        prober.begin(Turn::Up, PROBE_BYTES, now);
        for index in [0, PROBE_PACKETS, u8::MAX] {
            assert_eq!(prober.handle(Message::Train { train: 1, index, bytes: PROBE_BYTES }, now), None);
        }
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
        prober.begin(Turn::Down, PROBE_BYTES, now);
        let due = |ms: u32, prober: &Prober| prober.is_due(PROBE_PATIENCE, now + PROBE_PATIENCE + ms * MS);
        assert!(!due(0, &prober) && due(1, &prober) && !prober.is_spent(now + 10 * PROBE_PATIENCE));
        prober.begin(Turn::Down, PROBE_BYTES, now + PROBE_PATIENCE + MS);
        let late = Message::Result { train: 1, steps: 2, span: MS };
        assert_eq!(prober.handle(late, now + PROBE_PATIENCE + 2 * MS), None);
    }

    proptest! {
        #[test]
        fn nothing_from_a_page_panics(messages: Vec<Vec<u8>>) {
            let now = Instant::now();
            let mut prober = Prober::default();
            prober.begin(Turn::Down, PROBE_BYTES, now);
            for message in messages {
                let _ = Message::parse(&message).and_then(|message| prober.handle(message, now));
            }
        }
    }
}
