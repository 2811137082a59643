//! One of several DTLS handshakes that may be the client's: it has answered one `ClientHello`.
//!
//! Owned by a [`HandshakeRace`](super::HandshakeRace). It never decides that it has won.

use super::{
    hellos::Hello,
    records::{Fragment, change_cipher_spec},
};
use std::time::{Duration, Instant};
use str0m::crypto::dtls::{DtlsInstance, DtlsOutput, ProtocolVersion};

/// The messages of a DTLS 1.2 client after its `ClientHello` that nothing protects (RFC 5246 section 7.4).
const CERTIFICATE: u8 = 11;
const CERTIFICATE_VERIFY: u8 = 15;
const CLIENT_KEY_EXCHANGE: u8 = 16;

/// The largest number of such fragments that one handshake takes.
const FRAGMENTS: usize = 32;

/// The least time between two copies of our flight. Somebody could ask for copies in the client's name.
const REPEAT_AFTER: Duration = Duration::from_millis(40);

/// The largest flight of ours that is kept for repetition, in datagrams.
const FLIGHT: usize = 8;

/// What a handshake has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It goes on.
    Open,
    /// It is complete, and the certificate is the expected one.
    Complete,
    /// It cannot become the client's.
    Dead,
}

/// A handshake.
#[derive(Debug)]
pub(super) struct Candidate {
    instance: Box<dyn DtlsInstance>,
    /// The `ClientHello` that it answers, or two if it has asked for another key share.
    pub(super) hellos: Vec<Hello>,
    /// The certificate, if it is the expected one.
    pub(super) certificate: Option<Vec<u8>>,
    /// The time at which the engine wants the time.
    pub(super) timeout: Instant,
    /// The time at which its `ClientHello` came last, or something that only its client can have sent.
    pub(super) active: Instant,
    /// What it has sent first, and when that was sent last.
    flight: Vec<Vec<u8>>,
    flight_sent: Instant,
    /// The fragments that it has taken after the `ClientHello`.
    taken: Vec<Fragment>,
    /// The number of the next unprotected record.
    sequence: u32,
    cipher_changed: bool,
    dead: bool,
}

impl Candidate {
    /// Lets a new instance answer one `ClientHello` or two.
    pub(super) fn new(instance: Box<dyn DtlsInstance>, hellos: Vec<Hello>, now: Instant) -> Self {
        let mut candidate = Self {
            instance,
            hellos: Vec::new(),
            certificate: None,
            timeout: now,
            active: now,
            flight: Vec::new(),
            flight_sent: now,
            taken: Vec::new(),
            sequence: 0,
            cipher_changed: false,
            dead: false,
        };
        candidate.instance.set_active(false);
        candidate.dead = candidate.instance.handle_timeout(now).is_err();
        let (last, first) = hellos.split_last().expect("a ClientHello");
        for hello in first {
            for fragment in hello {
                candidate.feed_fragment(fragment);
            }
            // Its answer went out when it came first.
            candidate.poll(|_| false);
        }
        for fragment in last {
            candidate.feed_fragment(fragment);
        }
        candidate.poll(|_| false);
        candidate.hellos = hellos;
        candidate
    }

    pub(super) fn is_dead(&self) -> bool {
        self.dead
    }

    fn is_version_1_3(&self) -> bool {
        self.version() == Some(ProtocolVersion::DTLS1_3)
    }

    /// The flight that answers the `ClientHello`.
    pub(super) fn flight(&self) -> &[Vec<u8>] {
        &self.flight
    }

    /// Takes a repeated `ClientHello`. Returns the flight if it is to be sent again.
    pub(super) fn repeat(&mut self, now: Instant) -> &[Vec<u8>] {
        self.active = now;
        if now.saturating_duration_since(self.flight_sent) < REPEAT_AFTER {
            return &[];
        }
        self.flight_sent = now;
        &self.flight
    }

    /// Takes a handshake message that nothing protects. Only DTLS 1.2 has such messages after the `ClientHello`.
    pub(super) fn take_fragment(&mut self, fragment: &Fragment, is_expected: &dyn Fn(&[u8]) -> bool) {
        let known = self.taken.contains(fragment);
        let wanted = match fragment.kind() {
            CERTIFICATE => !fragment.is_whole() || certificate(fragment.body()).is_some_and(is_expected),
            CLIENT_KEY_EXCHANGE | CERTIFICATE_VERIFY => true,
            _ => false,
        };
        if self.is_version_1_3() || !wanted || (!known && self.taken.len() == FRAGMENTS) {
            return;
        }
        if !known {
            self.taken.push(fragment.clone());
        }
        self.feed_fragment(fragment);
    }

    /// Takes a repetition of a message that was taken: the client asks for our last flight again.
    pub(super) fn take_repetition(&mut self, fragment: &Fragment) {
        if fragment.kind() == CLIENT_KEY_EXCHANGE && self.taken.contains(fragment) {
            self.feed_fragment(fragment);
        }
    }

    /// Takes a protected record.
    pub(super) fn take_protected(&mut self, record: &[u8]) {
        let unified = record.first().is_some_and(|first| first >> 5 == 1);
        if unified != self.is_version_1_3() {
            return;
        }
        let has = |kind| self.taken.iter().any(|fragment| fragment.kind() == kind);
        if !unified && !self.cipher_changed {
            // The change of the cipher is believed only behind everything that stands before it.
            if ![CERTIFICATE, CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY].into_iter().all(has) {
                return;
            }
            self.cipher_changed = true;
            let change = change_cipher_spec(self.next_sequence());
            self.feed(&change);
        }
        self.feed(record);
    }

    fn next_sequence(&mut self) -> u32 {
        self.sequence += 1;
        self.sequence - 1
    }

    fn feed_fragment(&mut self, fragment: &Fragment) {
        let record = fragment.to_record(self.next_sequence());
        self.feed(&record);
    }

    fn feed(&mut self, record: &[u8]) {
        self.dead = self.dead || self.instance.handle_packet(record).is_err();
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.dead = self.dead || self.instance.handle_timeout(now).is_err();
    }

    /// Takes what the instance has to say, up to the end of the handshake. The first datagrams are its flight.
    pub(super) fn poll(&mut self, is_expected: impl Fn(&[u8]) -> bool) -> (Progress, Vec<Vec<u8>>) {
        let (mut buffer, mut packets) = (vec![0; 2_048], Vec::new());
        while !self.dead {
            match self.instance.poll_output(&mut buffer) {
                DtlsOutput::Packet(packet) => packets.push(packet.to_vec()),
                DtlsOutput::BufferTooSmall { needed } => buffer.resize(needed, 0),
                DtlsOutput::PeerCert(certificate) if is_expected(certificate) => {
                    self.certificate = Some(certificate.to_vec());
                }
                DtlsOutput::Connected if self.certificate.is_some() => return (Progress::Complete, packets),
                DtlsOutput::Timeout(at) => {
                    self.timeout = at;
                    break;
                }
                _ => self.dead = true,
            }
        }
        if self.hellos.is_empty() {
            packets.truncate(FLIGHT);
            self.flight.clone_from(&packets);
        }
        (if self.dead { Progress::Dead } else { Progress::Open }, packets)
    }

    /// The negotiated version.
    pub(super) fn version(&self) -> Option<ProtocolVersion> {
        self.instance.protocol_version()
    }

    pub(super) fn is_closing(&self) -> bool {
        self.instance.is_closing()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.instance.is_closed()
    }

    /// The engine of the handshake that has won.
    pub(super) fn instance(&mut self) -> &mut dyn DtlsInstance {
        &mut *self.instance
    }
}

/// The first certificate of a Certificate message (RFC 5246 section 7.4.2).
fn certificate(body: &[u8]) -> Option<&[u8]> {
    let length = body.get(3..6)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    body.get(6..6 + length)
}
