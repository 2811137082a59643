//! The DTLS handshake of a peer, as a race: each `ClientHello` begins a handshake of its own beside the others, and the first that proves the
//! certificate of the offer is the peer's. Forged packets cost memory for a while, and never the join (adr/0019).
//!
//! The engine holds a [`HandshakeRace`] where it would hold one DTLS connection. It never sees the handshakes that lose. A race is always the
//! server's side (`a=setup:passive`), because only pages offer.

mod candidate;
mod early;
mod hellos;
mod records;

pub(super) use self::early::EarlyHellos;

use self::{
    candidate::{Candidate, Progress},
    hellos::{CLIENT_HELLO, Hello, Hellos, random},
    records::{Record, fragments, records},
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    time::{Duration, Instant},
};
use str0m::{
    config::{CryptoProvider, DtlsCert, DtlsVersion},
    crypto::{
        CryptoError, Sha256Provider,
        dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion},
    },
};

/// The largest number of handshakes at once. The one that was silent for longest is given up for a new one, so that each has more than a
/// second for its answer to go to the client and back.
const CANDIDATES: usize = 32;

/// The largest number of handshakes that begin at once, and the time after which there may be one more. One costs 0.2 ms of a core and 1 kB
/// to the client.
const BURST: u32 = 16;
const REFILL: Duration = Duration::from_millis(50);

/// The time for the whole race, from the first `ClientHello`. The engine allows the same for one handshake.
const PATIENCE: Duration = Duration::from_secs(40);

/// The longest wait of the engine while nothing is due.
const IDLE: Duration = Duration::from_hours(1);

thread_local! {
    /// The fingerprint for the race that is being made. The engine makes it deep inside its constructor, to which no more can be handed.
    static EXPECTED: RefCell<Option<[u8; 32]>> = const { RefCell::new(None) };
    /// The time of the datagram that is being handled. The engine tells its DTLS the time only when a timer has run out.
    static NOW: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Tells the race of the engine that handles a datagram next the time.
pub(super) fn set_time(now: Instant) {
    NOW.set(Some(now));
}

/// Makes a transport whose handshake must prove the certificate with this fingerprint (`AB:CD:…`, RFC 8122 section 5). The engine
/// refuses any other.
pub(super) fn expecting<T>(fingerprint: &str, make: impl FnOnce() -> T) -> T {
    EXPECTED.set(parse_fingerprint(fingerprint));
    let transport = make();
    EXPECTED.set(None);
    transport
}

fn parse_fingerprint(text: &str) -> Option<[u8; 32]> {
    let bytes = text.trim().split(':').map(|byte| u8::from_str_radix(byte, 16).ok());
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes?.try_into().ok()
}

/// The cryptography of an engine, with races for its handshakes.
pub(super) fn with_races(crypto: &CryptoProvider) -> CryptoProvider {
    /// The one provider. The engine wants it for the whole life of the process.
    static RACES: std::sync::OnceLock<Races> = std::sync::OnceLock::new();
    let races = RACES.get_or_init(|| Races { inner: crypto.dtls_provider, sha256: crypto.sha256_provider });
    CryptoProvider { dtls_provider: races, ..crypto.clone() }
}

#[derive(Clone, Copy, Debug)]
struct Races {
    inner: &'static dyn DtlsProvider,
    sha256: &'static dyn Sha256Provider,
}

impl DtlsProvider for Races {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        self.inner.generate_certificate()
    }

    fn new_dtls(
        &self,
        certificate: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(HandshakeRace {
            crypto: *self,
            certificate: certificate.clone(),
            version,
            mtu,
            expected: EXPECTED.take(),
            now,
            begun: None,
            candidates: Vec::new(),
            winner: None,
            hellos: Hellos::default(),
            packets: VecDeque::new(),
            news: VecDeque::new(),
            budget: BURST,
            refilled: now,
            closed: false,
        }))
    }
}

/// What the engine is told when the race is won.
#[derive(Debug)]
enum News {
    Certificate(Vec<u8>),
    Connected,
}

/// The handshakes of one peer, and then its connection.
#[derive(Debug)]
struct HandshakeRace {
    crypto: Races,
    certificate: DtlsCert,
    version: DtlsVersion,
    mtu: Option<usize>,
    /// The SHA-256 fingerprint of the client's certificate; `None` leaves the decision to the engine.
    expected: Option<[u8; 32]>,
    now: Instant,
    /// The time of the first `ClientHello`.
    begun: Option<Instant>,
    candidates: Vec<Candidate>,
    winner: Option<Candidate>,
    hellos: Hellos,
    packets: VecDeque<Vec<u8>>,
    news: VecDeque<News>,
    budget: u32,
    refilled: Instant,
    closed: bool,
}

/// A check of a certificate in DER.
fn is_expected(crypto: Races, expected: Option<[u8; 32]>) -> impl Fn(&[u8]) -> bool {
    move |certificate| expected.is_none_or(|expected| crypto.sha256.sha256(certificate) == expected)
}

impl HandshakeRace {
    fn race(&mut self, datagram: &[u8]) {
        for record in records(datagram) {
            match record {
                Record::Handshake(contents) => {
                    for fragment in fragments(contents) {
                        if fragment.kind() == CLIENT_HELLO {
                            self.hellos.take(fragment).into_iter().for_each(|hello| self.take_hello(hello));
                        } else {
                            let is_expected = is_expected(self.crypto, self.expected);
                            for candidate in &mut self.candidates {
                                candidate.take_fragment(&fragment, &is_expected);
                            }
                        }
                    }
                }
                // Nobody knows who sent an alert that nothing protects, so it ends nothing (RFC 9147 section 4.5.2).
                Record::Plain => {}
                Record::Protected(record) => {
                    self.candidates.iter_mut().for_each(|candidate| candidate.take_protected(record));
                }
            }
        }
        self.look(true);
    }

    fn take_hello(&mut self, hello: Hello) {
        let now = self.now;
        let known = |candidate: &&mut Candidate| candidate.hellos.last() == Some(&hello);
        if let Some(candidate) = self.candidates.iter_mut().find(known) {
            self.packets.extend(candidate.repeat(now).iter().cloned());
            return;
        }
        if hello[0].sequence() == 0 {
            self.begin(vec![hello]);
            return;
        }
        let same = |candidate: &&Candidate| {
            candidate.hellos.len() == 1 && random(&candidate.hellos[0]) == random(&hello)
        };
        let firsts = self.candidates.iter().filter(same).map(|candidate| candidate.hellos[0].clone());
        for first in firsts.take(2).collect::<Vec<_>>() {
            self.begin(vec![first, hello.clone()]);
        }
    }

    /// Begins a handshake, unless too many begin.
    fn begin(&mut self, hellos: Vec<Hello>) {
        let refills = self.now.saturating_duration_since(self.refilled).as_nanos() / REFILL.as_nanos();
        let refills = u32::try_from(refills).unwrap_or(u32::MAX);
        if refills > 0 {
            (self.budget, self.refilled) = (self.budget.saturating_add(refills).min(BURST), self.now);
        }
        let Some(rest) = self.budget.checked_sub(1) else { return };
        self.budget = rest;
        let instance = self.crypto.inner.new_dtls(&self.certificate, self.now, self.version, self.mtu);
        let Ok(instance) = instance else { return };
        let candidate = Candidate::new(instance, hellos, self.now);
        if candidate.is_dead() {
            return;
        }
        self.begun.get_or_insert(self.now);
        if self.candidates.len() == CANDIDATES
            && let Some((index, _)) = self.candidates.iter().enumerate().min_by_key(|(_, c)| c.active)
        {
            self.candidates.remove(index);
        }
        self.packets.extend(candidate.flight().iter().cloned());
        self.candidates.push(candidate);
    }

    /// Looks how far each handshake has come. What they say is sent if `send`.
    fn look(&mut self, send: bool) {
        let is_expected = is_expected(self.crypto, self.expected);
        for index in (0..self.candidates.len()).rev() {
            let (progress, packets) = self.candidates[index].poll(&is_expected);
            if send && !packets.is_empty() {
                self.candidates[index].active = self.now;
            }
            if send || progress == Progress::Complete {
                self.packets.extend(packets);
            }
            match progress {
                Progress::Open => {}
                Progress::Dead => drop(self.candidates.remove(index)),
                Progress::Complete => {
                    self.win(index);
                    return;
                }
            }
        }
    }

    fn win(&mut self, index: usize) {
        let winner = self.candidates.swap_remove(index);
        self.candidates.clear();
        self.news.extend(winner.certificate.clone().map(News::Certificate));
        self.news.push_back(News::Connected);
        self.winner = Some(winner);
    }
}

impl DtlsInstance for HandshakeRace {
    fn set_active(&mut self, active: bool) {
        debug_assert!(!active, "only pages offer");
    }

    fn handle_packet(&mut self, datagram: &[u8]) -> Result<(), DtlsImplError> {
        let Some(winner) = &mut self.winner else {
            if !self.closed {
                self.now = NOW.take().map_or(self.now, |now| now.max(self.now));
                self.race(datagram);
            }
            return Ok(());
        };
        for record in records(datagram) {
            match record {
                Record::Protected(record) => winner.instance().handle_packet(record)?,
                Record::Handshake(contents) => fragments(contents).for_each(|f| winner.take_repetition(&f)),
                Record::Plain => {}
            }
        }
        Ok(())
    }

    fn poll_output<'a>(&mut self, buffer: &'a mut [u8]) -> DtlsOutput<'a> {
        if let Some(packet) = self.packets.pop_front().filter(|packet| packet.len() <= buffer.len()) {
            let written = &mut buffer[..packet.len()];
            written.copy_from_slice(&packet);
            return DtlsOutput::Packet(written);
        }
        match self.news.pop_front() {
            Some(News::Certificate(certificate)) if certificate.len() <= buffer.len() => {
                let written = &mut buffer[..certificate.len()];
                written.copy_from_slice(&certificate);
                return DtlsOutput::PeerCert(written);
            }
            Some(News::Connected) => return DtlsOutput::Connected,
            _ => {}
        }
        if let Some(winner) = &mut self.winner {
            return winner.instance().poll_output(buffer);
        }
        let next = self.candidates.iter().map(|candidate| candidate.timeout).min();
        let over = self.begun.map(|begun| begun + PATIENCE);
        DtlsOutput::Timeout(next.into_iter().chain(over).min().unwrap_or(self.now + IDLE))
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.now = now;
        if let Some(winner) = &mut self.winner {
            return winner.instance().handle_timeout(now);
        }
        if self.closed {
            return Ok(());
        }
        if self.begun.is_some_and(|begun| now.saturating_duration_since(begun) >= PATIENCE) {
            return Err(DtlsImplError::ConnectionClosed);
        }
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.timeout <= now) {
            candidate.handle_timeout(now);
        }
        // The repetitions of many handshakes would fill a thin link; the client asks for its own by repeating its ClientHello.
        let alone = self.candidates.len() == 1;
        self.look(alone);
        Ok(())
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        match &mut self.winner {
            Some(winner) => winner.instance().send_application_data(data),
            None if self.closed => Err(DtlsImplError::ConnectionClosed),
            None => Ok(0),
        }
    }

    fn is_active(&self) -> bool {
        false
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.winner.as_ref().and_then(Candidate::version)
    }

    fn is_closing(&self) -> bool {
        self.winner.as_ref().is_some_and(Candidate::is_closing)
    }

    fn is_closed(&self) -> bool {
        self.winner.as_ref().map_or(self.closed, Candidate::is_closed)
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.closed = true;
        self.candidates.clear();
        self.winner.as_mut().map_or(Ok(()), |winner| winner.instance().close())
    }
}
