//! CPU time of a forwarded packet with its sockets and the kernel, in rooms of two voices and in rooms of eight with one camera.
//!
//! A media shard runs as in the server, with its socket on loopback. This process also holds the clients, each with a bare engine and
//! a socket of its own, on another thread. In a room of eight one client sends 50 voice packets a second and a camera of 25 pictures in
//! four packets; in a room of two both send voice. The CPU time is that of the shard's thread, by the kernel's own account, and it is
//! divided by the packets that the clients received. The floor beside it is what cannot be saved: copying 1,100 bytes, sealing them with
//! AES-128-GCM, and one `sendto`. Prints a line for each number of rooms, so that the cost of more rooms shows.
//! Run by `cargo bench -p teranga --bench sockets`; seconds of each measurement may follow `--`.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use mio::{Events, Interest, Poll, Token, net::UdpSocket};
use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr, UdpSocket as PlainSocket},
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event as EngineEvent, Input, Output, Rtc,
    change::SdpAnswer,
    config::DtlsVersion,
    media::{Direction, MediaKind, Mid},
    net::{Protocol, Receive},
    rtp::{RtpWrite, Ssrc},
};
use teranga::{
    clock::Clock,
    net::shard::{Shard, ShardConfig},
};
use teranga_media::{
    command::{Command, Event, LinkMemory},
    id::{PeerId, RoomId},
    units::Bitrate,
};
use tokio::sync::mpsc;

/// Rooms of each measurement.
const ROOMS: [u32; 3] = [5, 15, 30];
/// The time of one measurement, unless the command line says otherwise, and the time before it: joining, and the estimates' climb.
const TIME: Duration = Duration::from_secs(6);
const WARM_UP: Duration = Duration::from_secs(6);
const TICK: Duration = Duration::from_millis(1);
const JOINED_IN: Duration = Duration::from_secs(20);
/// Capacity that the pages measured before the call. An unknown link would limit the publisher.
const GOOD_LINK: Bitrate = Bitrate::kbps(100_000);
/// Payload types of Opus and VP8, as the engine numbers them.
const VOICE: u8 = 111;
const VIDEO: u8 = 96;
const VOICE_EVERY: Duration = Duration::from_millis(20);
const PICTURE_EVERY: Duration = Duration::from_millis(40);
/// Packets of a picture, and the bytes of each.
const PICTURE_PACKETS: u32 = 4;
const VIDEO_BYTES: usize = 1_100;
const FLOOR_PACKETS: u32 = 50_000;

/// What the clients of a room do.
#[derive(Clone, Copy)]
struct Shape {
    name: &'static str,
    people: u32,
    has_camera: bool,
    /// Only the first client sends.
    one_sends: bool,
}

const SHAPES: [Shape; 2] = [
    Shape { name: "two voices", people: 2, has_camera: false, one_sends: false },
    Shape { name: "eight, one camera", people: 8, has_camera: true, one_sends: true },
];

fn main() {
    let clock = Clock::start();
    let seconds = env::args().find_map(|argument| argument.parse().ok());
    let time = seconds.map_or(TIME, Duration::from_secs);
    println!("floor: {:.2} µs for copy, seal and sendto of a camera's packet", floor(clock));
    for shape in SHAPES {
        for rooms in ROOMS {
            let Measured { heard, cpu, sent } = measure(shape, rooms, time, clock);
            let rate = f64::from(heard) / time.as_secs_f64();
            println!(
                "{:<18} {rooms:>3} rooms {rate:>7.0} packets/s {:>6.2} µs of CPU each, {:>3.0} % of a core, {:>5.2} datagrams sent for each",
                shape.name,
                cpu.as_secs_f64() * 1e6 / f64::from(heard),
                cpu.as_secs_f64() * 100.0 / time.as_secs_f64(),
                f64::from(sent) / f64::from(heard),
            );
        }
    }
}

/// Microseconds of the least that a server does for a packet.
fn floor(clock: Clock) -> f64 {
    let socket = PlainSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    let sink = PlainSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
    let sink = sink.local_addr().expect("an address");
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &[7; 16]).expect("a key"));
    let (payload, mut packet) = ([0x55; VIDEO_BYTES], vec![0; VIDEO_BYTES]);
    let began = clock.now();
    for number in 0..FLOOR_PACKETS {
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        packet.resize(VIDEO_BYTES, 0);
        packet.copy_from_slice(&payload);
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::from([0; 20]), &mut packet).expect("a sealed packet");
        // A full buffer of the receiver costs the sender the same.
        let _ = socket.send_to(&packet, sink);
    }
    (clock.now() - began).as_secs_f64() * 1e6 / f64::from(FLOOR_PACKETS)
}

struct Measured {
    /// Packets that clients received.
    heard: u32,
    cpu: Duration,
    /// Datagrams that clients received.
    sent: u32,
}

fn measure(shape: Shape, rooms: u32, time: Duration, clock: Clock) -> Measured {
    let mut world = World::new(shape, rooms, clock);
    let connected_by = clock.now() + JOINED_IN;
    while !world.clients.iter().all(|client| client.rtc.is_connected()) {
        assert!(clock.now() < connected_by, "not everybody gets in");
        world.run_until(clock.now() + TICK);
    }
    world.run_until(clock.now() + WARM_UP);
    let (heard, sent, cpu) = (world.heard, world.datagrams, shard_cpu());
    world.run_until(clock.now() + time);
    Measured {
        heard: world.heard - heard,
        cpu: shard_cpu().saturating_sub(cpu),
        sent: world.datagrams - sent,
    }
}

/// The CPU time of the threads of all shards: one.
fn shard_cpu() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists the threads").flatten();
    let of_shards = tasks
        .filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.contains("shard")));
    let nanoseconds = of_shards.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// A shard and its clients.
struct World {
    shape: Shape,
    clock: Clock,
    /// Held so that it lives.
    _shard: Shard,
    events: mpsc::Receiver<Event>,
    server: SocketAddr,
    poll: Poll,
    clients: Vec<Client>,
    heard: u32,
    datagrams: u32,
    voice_at: Instant,
    picture_at: Instant,
    /// Voice packets and pictures that each sender has sent.
    voices: u32,
    pictures: u32,
}

impl World {
    fn new(shape: Shape, rooms: u32, clock: Clock) -> Self {
        let probe = PlainSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let server = probe.local_addr().expect("an address");
        drop(probe);
        let (sender, mut events) = mpsc::channel(4_096);
        let config = ShardConfig { listen: server, advertised: vec![server], passive: Vec::new() };
        let shard = Shard::start(config, clock, sender).expect("a shard");
        let poll = Poll::new().expect("a poll");
        let mut clients = Vec::new();
        for number in 0..rooms * shape.people {
            let (room, peer) = (RoomId(number / shape.people + 1), PeerId(number + 1));
            let mut client = Client::join(shape, number, clock.now(), |offer| {
                shard.send(Command::Join { room, peer, offer }).expect("the shard takes commands");
                let link = LinkMemory { up: GOOD_LINK, down: GOOD_LINK };
                shard.send(Command::Measured { peer, link }).expect("the shard takes commands");
                answer_to(peer, &mut events)
            });
            let token = Token(usize::try_from(number).expect("a number"));
            poll.registry().register(&mut client.socket, token, Interest::READABLE).expect("a poll");
            clients.push(client);
        }
        let now = clock.now();
        Self {
            shape,
            clock,
            _shard: shard,
            events,
            server,
            poll,
            clients,
            heard: 0,
            datagrams: 0,
            voice_at: now,
            picture_at: now,
            voices: 0,
            pictures: 0,
        }
    }

    fn run_until(&mut self, end: Instant) {
        let mut ready = Events::with_capacity(1_024);
        loop {
            let now = self.clock.now();
            if now >= end {
                return;
            }
            while self.events.try_recv().is_ok() {}
            self.publish(now);
            for client in &mut self.clients {
                if client.deadline <= now {
                    client.input(Input::Timeout(now));
                }
                self.heard += client.poll(now, self.server);
            }
            self.poll.poll(&mut ready, Some(TICK)).expect("a poll");
            let now = self.clock.now();
            for event in &ready {
                let client = &mut self.clients[event.token().0];
                self.datagrams += client.receive(now, self.server, &mut self.heard);
            }
        }
    }

    fn publish(&mut self, now: Instant) {
        let Shape { people, one_sends, has_camera, .. } = self.shape;
        let every = if one_sends { people as usize } else { 1 };
        if self.voice_at <= now {
            (self.voice_at, self.voices) = (self.voice_at + VOICE_EVERY, self.voices + 1);
            for client in self.clients.iter_mut().step_by(every) {
                client.write(0, self.voices.into(), self.voices * 960, false, vec![0xFC; 80], now);
            }
        }
        if has_camera && self.picture_at <= now {
            (self.picture_at, self.pictures) = (self.picture_at + PICTURE_EVERY, self.pictures + 1);
            for client in self.clients.iter_mut().step_by(every) {
                for part in 0..PICTURE_PACKETS {
                    let sequence = u64::from(self.pictures * PICTURE_PACKETS + part);
                    let payload = picture(self.pictures, part == 0);
                    client.write(
                        1,
                        sequence,
                        self.pictures * 3_600,
                        part + 1 == PICTURE_PACKETS,
                        payload,
                        now,
                    );
                }
            }
        }
    }
}

/// The answer to this peer's offer.
fn answer_to(wanted: PeerId, events: &mut mpsc::Receiver<Event>) -> String {
    loop {
        if let Event::Answer { peer, sdp } = events.blocking_recv().expect("a running shard")
            && peer == wanted
        {
            return sdp;
        }
    }
}

/// A client with a bare engine.
struct Client {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
    /// Voice and camera that it sends, if it does.
    streams: Vec<Ssrc>,
    deadline: Instant,
}

impl Client {
    /// A client that has come in, with its answer from the server.
    fn join(shape: Shape, number: u32, now: Instant, ask: impl FnOnce(String) -> String) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        let local = socket.local_addr().expect("an address");
        let config =
            Rtc::builder().set_rtp_mode(true).clear_codecs().enable_opus(true, false).enable_vp8(true);
        let mut rtc = config.set_dtls_version(DtlsVersion::Auto).build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").expect("a candidate"));
        let is_first = number.is_multiple_of(shape.people);
        let direction = match (shape.one_sends, is_first) {
            (true, true) => Direction::SendOnly,
            (true, false) => Direction::RecvOnly,
            (false, _) => Direction::SendRecv,
        };
        // A page has a line for the others' cameras, too, whether they have one or not.
        let video = if shape.has_camera { direction } else { Direction::RecvOnly };
        let mut api = rtc.sdp_api();
        let mids = [(MediaKind::Audio, direction), (MediaKind::Video, video)];
        let mids: Vec<Mid> =
            mids.into_iter().map(|(kind, way)| api.add_media(kind, way, None, None, None)).collect();
        let (offer, pending) = api.apply().expect("an offer");
        let answer = SdpAnswer::from_sdp_string(&ask(offer.to_sdp_string())).expect("an answer");
        rtc.sdp_api().accept_answer(pending, answer).expect("an acceptable answer");
        let sending = mids.into_iter().filter(|_| direction.is_sending());
        let mut api = rtc.direct_api();
        let streams =
            sending.filter_map(|mid| api.stream_tx_by_mid(mid, None).map(|stream| stream.ssrc())).collect();
        Self { rtc, socket, local, streams, deadline: now }
    }

    fn input(&mut self, input: Input<'_>) {
        self.rtc.handle_input(input).expect("input");
    }

    /// Queues a packet of the voice (0) or of the camera (1).
    fn write(
        &mut self,
        track: usize,
        sequence: u64,
        timestamp: u32,
        marker: bool,
        payload: Vec<u8>,
        now: Instant,
    ) {
        let Some(ssrc) = self.streams.get(track).filter(|_| self.rtc.is_connected()) else { return };
        let pt = [VOICE, VIDEO][track];
        let write = RtpWrite::new(pt.into(), sequence.into(), timestamp, now, payload);
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx(ssrc).expect("a stream");
        stream.write_rtp(write.marker(marker).nackable(track == 1));
        self.deadline = now;
    }

    /// Reads what has come. Returns the datagrams, and adds the packets in them to `heard`.
    fn receive(&mut self, now: Instant, server: SocketAddr, heard: &mut u32) -> u32 {
        let (mut buffer, mut datagrams) = ([0; 2_048], 0);
        while let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
            datagrams += 1;
            let receive = Receive::new(Protocol::Udp, source, self.local, &buffer[..length]);
            self.input(Input::Receive(now, receive.expect("a datagram")));
            *heard += self.poll(now, server);
        }
        datagrams
    }

    /// Sends what the engine wants to send. Returns the packets that came in.
    fn poll(&mut self, now: Instant, server: SocketAddr) -> u32 {
        let mut heard = 0;
        loop {
            match self.rtc.poll_output().expect("output") {
                Output::Timeout(at) if at <= now && self.deadline <= now => {
                    self.deadline = now + TICK;
                    self.input(Input::Timeout(now));
                }
                Output::Timeout(at) => {
                    self.deadline = at.max(now + TICK);
                    return heard;
                }
                Output::Transmit(transmit) => {
                    if let Err(error) = self.socket.send_to(&transmit.contents, server) {
                        assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "{error}");
                    }
                }
                Output::Event(EngineEvent::RtpPacket(_)) => heard += 1,
                Output::Event(_) => {}
            }
        }
    }
}

/// A packet of a VP8 picture that a receiver can begin with, with 15-bit picture id and `TL0PICIDX` (RFC 7741 section 4.2). Only the first
/// packet of a picture begins it.
fn picture(number: u32, begins: bool) -> Vec<u8> {
    let [.., high, low] = number.to_be_bytes();
    let first = if begins { 0x90 } else { 0x80 };
    let mut bytes = vec![first, 0xC0, 0x80 | high, low, low, 0];
    bytes.resize(VIDEO_BYTES, 0x55);
    bytes
}
