//! CPU time of a forwarded packet, with a bound of 1.25 times the bare engine (published for a bare str0m SFU:
//! 12.0 µs a packet with kernel time; minimum: 3.6 µs).
//!
//! Time on one thread of a forwarded packet, without the kernel: [`Sfu`] against the engine it stands on, in one run so
//! that the machine cancels out. One publisher sends 50 voice and 100 video packets a second to a full room.
//! Time is virtual; the stopwatch runs only while the server has its turn. Prints the best and the median
//! round of both, the ratio of the best, and the allocations and bytes of heap that a forwarded packet takes
//! in one more round; exit 1 above the bound.
//! Run by `cargo bench -p teranga-media --bench forward`; the number of rounds may follow `--`, so that an
//! instrumented run (`valgrind --tool=callgrind`) ends in time.

use allocation_counter::AllocationInfo;
use std::{
    env, iter,
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event as EngineEvent, Input, Output, Rtc, RtcConfig,
    bwe::Bitrate,
    change::{SdpAnswer, SdpOffer},
    config::DtlsVersion,
    media::{Direction, MediaKind, Mid},
    net::{Protocol, Receive},
    rtp::{Extension, RtpPacket, RtpWrite, Ssrc},
};
use teranga_media::{
    Sfu, SfuConfig,
    command::{Command, Event, LinkMemory},
    id::{PeerId, RoomId},
    limits::{ESTIMATE_START, REPORT_INTERVAL, VIDEO_MAX},
    units::Bitrate as Rate,
};

/// House over bare engine, at most.
const BOUND: f64 = 1.25;
/// Timed rounds, unless the command line says otherwise.
const ROUNDS: usize = 50;
/// Virtual time of a round, and of what comes before: joining, and the estimate's climb.
const ROUND: u32 = 4_000;
const WARM_UP: u32 = 10_000;
const TICK: Duration = Duration::from_millis(1);
/// The report interval of voice, as in `media/src/peer/engine.rs`.
const RTCP_INTERVAL_AUDIO: Duration = Duration::from_secs(2);
/// A full room: [`ROOM_PEERS`](teranga_media::limits::ROOM_PEERS).
const CLIENTS: u16 = 8;
/// Capacity that the pages measured before the call. An unknown link would limit the publisher.
const GOOD_LINK: Rate = Rate::kbps(100_000);
/// Packets to forward in a round: voice every 20 ticks and video every 10, to all but the publisher.
const FORWARDED: u32 = (ROUND / 20 + ROUND / 10) * (CLIENTS as u32 - 1);
/// Payload types of Opus and VP8, as the engine numbers them.
const VOICE: u8 = 111;
const VIDEO: u8 = 96;

/// A client's address, and what goes to it or comes from it.
type Datagram = (SocketAddr, Vec<u8>);

fn main() -> ExitCode {
    let house = House(Sfu::new(SfuConfig { addresses: vec![server_address()] }));
    let (mut house, mut bare) = (World::new(house), World::new(Bare::default()));
    house.run(WARM_UP);
    bare.run(WARM_UP);
    let rounds = env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let (house_times, bare_times) = (0..rounds).map(|_| (house.round(), bare.round())).unzip();
    let ratio = report("house", house_times) / report("bare engine", bare_times);
    println!("{:<12} {ratio:>5.2}   (bound {BOUND})", "ratio");
    report_heap("house", house.heap_round());
    report_heap("bare engine", bare.heap_round());
    if ratio <= BOUND { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints what the rounds took, in microseconds a packet; the best of them.
fn report(name: &str, mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    let (count, best, median) = (rounds.len(), rounds[0], rounds[rounds.len() / 2]);
    println!("{name:<12} {best:>5.2} µs a forwarded packet   (best of {count}, median {median:.2})");
    best
}

/// Prints the heap that each forwarded packet took.
fn report_heap(name: &str, [allocations, bytes]: [f64; 2]) {
    println!("{name:<12} {allocations:>5.1} allocations and {bytes:.0} B of heap a forwarded packet");
}

/// The stopwatch, and the origin of virtual time.
#[expect(clippy::disallowed_methods, reason = "what is measured here is time itself")]
fn clock() -> Instant {
    Instant::now()
}

fn server_address() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 3478))
}

/// Measured figures.
trait Server {
    /// Answers an offer.
    fn join(&mut self, client: SocketAddr, offer: String, now: Instant) -> String;
    fn receive(&mut self, datagram: &Datagram, now: Instant);
    fn deadline(&mut self) -> Option<Instant>;
    fn timeout(&mut self, now: Instant);
    /// All that is to be sent.
    fn transmit(&mut self, now: Instant) -> Vec<Datagram>;
}

/// Our SFU.
struct House(Sfu);

impl Server for House {
    fn join(&mut self, client: SocketAddr, offer: String, now: Instant) -> String {
        let (room, peer) = (RoomId(1), PeerId(client.port().into()));
        self.0.handle_command(now, Command::Join { room, peer, offer });
        let link = LinkMemory { up: GOOD_LINK, down: GOOD_LINK };
        self.0.handle_command(now, Command::Measured { peer, link });
        let answer = |event| if let Event::Answer { sdp, .. } = event { Some(sdp) } else { None };
        iter::from_fn(|| self.0.poll_event()).find_map(answer).expect("an answer")
    }

    fn receive(&mut self, (source, contents): &Datagram, now: Instant) {
        self.0.handle_datagram(now, *source, contents);
    }

    fn deadline(&mut self) -> Option<Instant> {
        self.0.poll_timeout()
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn transmit(&mut self, _: Instant) -> Vec<Datagram> {
        while self.0.poll_event().is_some() {}
        iter::from_fn(|| self.0.poll_transmit()).map(|t| (t.destination, t.contents)).collect()
    }
}

/// The least SFU: what one engine receives, the others send on, unchanged.
#[derive(Default)]
struct Bare {
    legs: Vec<Engine>,
    out: Vec<Datagram>,
}

impl Server for Bare {
    fn join(&mut self, client: SocketAddr, offer: String, now: Instant) -> String {
        let mut leg = Engine::new(leg_config(), client, server_address(), now);
        leg.rtc.bwe().set_bitrate(Bitrate::ZERO, Bitrate::bps(VIDEO_MAX.as_bps()));
        let offer = SdpOffer::from_sdp_string(&offer).expect("an offer");
        let answer = leg.rtc.sdp_api().accept_offer(offer).expect("an answer").to_sdp_string();
        leg.find_streams(answer.lines().filter_map(|line| line.strip_prefix("a=mid:")).map(Mid::from));
        self.legs.push(leg);
        answer
    }

    fn receive(&mut self, (source, contents): &Datagram, now: Instant) {
        let Some(index) = self.legs.iter().position(|leg| leg.client == *source) else { return };
        self.legs[index].receive(*source, contents, now);
        self.drain(index, now);
    }

    fn deadline(&mut self) -> Option<Instant> {
        self.legs.iter().map(|leg| leg.deadline).min()
    }

    fn timeout(&mut self, now: Instant) {
        for leg in self.legs.iter_mut().filter(|leg| leg.deadline <= now) {
            leg.input(Input::Timeout(now));
        }
    }

    fn transmit(&mut self, now: Instant) -> Vec<Datagram> {
        while let Some(index) = self.legs.iter().position(|leg| leg.dirty) {
            self.drain(index, now);
        }
        std::mem::take(&mut self.out)
    }
}

impl Bare {
    fn drain(&mut self, index: usize, now: Instant) {
        while let Some(packet) = self.legs[index].poll(now, &mut self.out) {
            let (header, is_voice) = (&packet.header, *packet.header.payload_type == VOICE);
            for leg in &mut self.legs {
                let payload = packet.payload.clone();
                leg.write(is_voice, *packet.seq_no, header.timestamp, header.marker, payload, now);
            }
        }
    }
}

/// Common state of server and clients.
fn config() -> RtcConfig {
    Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true)
}

/// Set up as the house sets its engines up.
fn leg_config() -> RtcConfig {
    config()
        .set_dtls_version(DtlsVersion::Auto)
        .set_ice_lite(true)
        .clear_extension_map()
        .set_extension(1, Extension::RtpMid)
        .set_extension(4, Extension::TransportSequenceNumber)
        .enable_bwe(Some(Bitrate::bps(ESTIMATE_START.as_bps())))
        .set_stats_interval(Some(REPORT_INTERVAL))
        .set_rtcp_report_interval_audio(RTCP_INTERVAL_AUDIO)
}

/// The engine of a client, or the one that faces it.
struct Engine {
    rtc: Rtc,
    client: SocketAddr,
    local: SocketAddr,
    /// Voice and video that it sends, if it does.
    streams: Vec<Ssrc>,
    /// It has something to say.
    dirty: bool,
    deadline: Instant,
}

impl Engine {
    fn new(config: RtcConfig, client: SocketAddr, local: SocketAddr, now: Instant) -> Self {
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").expect("a candidate"));
        Self { rtc, client, local, streams: Vec::new(), dirty: true, deadline: now }
    }

    /// A client that has come in.
    fn join(server: &mut impl Server, index: u16, now: Instant) -> Self {
        let address = SocketAddr::from(([203, 0, 113, 1], 10_000 + index));
        let mut client = Self::new(config(), address, address, now);
        let direction = if index == 0 { Direction::SendOnly } else { Direction::RecvOnly };
        let mut api = client.rtc.sdp_api();
        let mids =
            [MediaKind::Audio, MediaKind::Video].map(|kind| api.add_media(kind, direction, None, None, None));
        let (offer, pending) = api.apply().expect("an offer");
        let answer = server.join(address, offer.to_sdp_string(), now);
        let answer = SdpAnswer::from_sdp_string(&answer).expect("an answer");
        client.rtc.sdp_api().accept_answer(pending, answer).expect("an acceptable answer");
        client.find_streams(mids.into_iter());
        client
    }

    fn find_streams(&mut self, mids: impl Iterator<Item = Mid>) {
        let sending = mids.filter(|mid| self.rtc.media(*mid).is_some_and(|m| m.direction().is_sending()));
        let sending: Vec<Mid> = sending.collect();
        let mut api = self.rtc.direct_api();
        let ssrc = |mid| api.stream_tx_by_mid(mid, None).map(|stream| stream.ssrc());
        self.streams = sending.into_iter().filter_map(ssrc).collect();
    }

    fn input(&mut self, input: Input<'_>) {
        self.rtc.handle_input(input).expect("input");
        self.dirty = true;
    }

    fn receive(&mut self, source: SocketAddr, contents: &[u8], now: Instant) {
        let receive = Receive::new(Protocol::Udp, source, self.local, contents).expect("a datagram");
        self.input(Input::Receive(now, receive));
    }

    fn write(
        &mut self,
        is_voice: bool,
        sequence: u64,
        timestamp: u32,
        marker: bool,
        payload: impl Into<Arc<[u8]>>,
        now: Instant,
    ) {
        let Some(ssrc) = self.streams.get(usize::from(!is_voice)) else { return };
        let pt = if is_voice { VOICE } else { VIDEO };
        let write = RtpWrite::new(pt.into(), sequence.into(), timestamp, now, payload);
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx(ssrc).expect("a stream");
        stream.write_rtp(write.marker(marker).nackable(!is_voice));
        self.dirty = true;
    }

    /// The next packet that came in; `None` once all is said.
    fn poll(&mut self, now: Instant, out: &mut Vec<Datagram>) -> Option<RtpPacket> {
        loop {
            match self.rtc.poll_output().expect("output") {
                Output::Timeout(at) if at <= now && self.deadline <= now => {
                    self.deadline = now + TICK;
                    self.input(Input::Timeout(now));
                }
                Output::Timeout(at) => {
                    self.deadline = at.max(now + TICK);
                    self.dirty = false;
                    return None;
                }
                Output::Transmit(transmit) => out.push((self.client, transmit.contents.into())),
                Output::Event(EngineEvent::RtpPacket(packet)) => return Some(packet),
                Output::Event(_) => {}
            }
        }
    }
}

/// A server and a full room; the first client publishes.
struct World<S> {
    server: S,
    clients: Vec<Engine>,
    /// Datagrams on their way to the server.
    up: Vec<Datagram>,
    now: Instant,
    ticks: u32,
    heard: u32,
    spent: Duration,
    /// What the server has allocated; `None` while nothing is counted, so that counting does not cost time.
    heap: Option<AllocationInfo>,
}

impl<S: Server> World<S> {
    fn new(mut server: S) -> Self {
        let now = clock();
        let clients = (0..CLIENTS).map(|index| Engine::join(&mut server, index, now)).collect();
        Self { server, clients, up: Vec::new(), now, ticks: 0, heard: 0, spent: Duration::ZERO, heap: None }
    }

    /// Microseconds that each forwarded packet took.
    fn round(&mut self) -> f64 {
        (self.heard, self.spent) = (0, Duration::ZERO);
        self.run(ROUND);
        self.spent.as_secs_f64() * 1e6 / self.forwarded()
    }

    /// Allocations of each forwarded packet, and their bytes.
    fn heap_round(&mut self) -> [f64; 2] {
        (self.heard, self.heap) = (0, Some(AllocationInfo::default()));
        self.run(ROUND);
        let heap = self.heap.take().unwrap_or_default();
        [heap.count_total, heap.bytes_total]
            .map(|sum| f64::from(u32::try_from(sum).unwrap_or(u32::MAX)) / self.forwarded())
    }

    /// The packets that were forwarded in a round.
    fn forwarded(&self) -> f64 {
        let heard = self.heard;
        assert!(heard.abs_diff(FORWARDED) < FORWARDED / 50, "{heard} forwarded instead of {FORWARDED}");
        f64::from(heard)
    }

    fn run(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.ticks += 1;
            self.now += TICK;
            self.publish();
            for index in 0..self.clients.len() {
                self.clients[index].input(Input::Timeout(self.now));
                self.poll(index);
            }
            for (client, contents) in self.serve() {
                let index = self.clients.iter().position(|c| c.client == client).expect("a client");
                self.clients[index].receive(server_address(), &contents, self.now);
                self.poll(index);
            }
        }
    }

    /// Voice every 20 ms, a picture of one packet every 10 ms.
    fn publish(&mut self) {
        let (publisher, ticks, now) = (&mut self.clients[0], self.ticks, self.now);
        if !publisher.rtc.is_connected() {
            return;
        }
        if ticks.is_multiple_of(20) {
            publisher.write(true, (ticks / 20).into(), ticks * 48, false, vec![0xFC; 80], now);
        }
        if ticks.is_multiple_of(10) {
            publisher.write(false, (ticks / 10).into(), ticks * 90, true, keyframe(ticks / 10), now);
        }
    }

    fn poll(&mut self, client: usize) {
        while self.clients[client].poll(self.now, &mut self.up).is_some() {
            self.heard += 1;
        }
    }

    /// The server's turn, if there is reason for one: only this is measured.
    fn serve(&mut self) -> Vec<Datagram> {
        let is_due = self.server.deadline().is_some_and(|at| at <= self.now);
        let up = std::mem::take(&mut self.up);
        if up.is_empty() && !is_due {
            return Vec::new();
        }
        let mut down = Vec::new();
        let begin = clock();
        match &mut self.heap {
            None => down = turn(&mut self.server, &up, is_due, self.now),
            Some(heap) => {
                let (server, now) = (&mut self.server, self.now);
                *heap += allocation_counter::measure(|| down = turn(server, &up, is_due, now));
            }
        }
        self.spent += clock() - begin;
        down
    }
}

/// One turn of a server: what came, what is due, and what it sends.
fn turn(server: &mut impl Server, up: &[Datagram], is_due: bool, now: Instant) -> Vec<Datagram> {
    for datagram in up {
        server.receive(datagram, now);
    }
    if is_due {
        server.timeout(now);
    }
    server.transmit(now)
}

/// A VP8 packet that a receiver can begin with, with 15-bit picture id and `TL0PICIDX` (RFC 7741 section 4.2).
fn keyframe(picture: u32) -> Vec<u8> {
    let [.., high, low] = picture.to_be_bytes();
    let mut bytes = vec![0x90, 0xC0, 0x80 | high, low, low, 0];
    bytes.resize(1_100, 0x55);
    bytes
}
