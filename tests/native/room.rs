//! A test server that is an SFU alone, with one thread and one UDP socket, and a room in it whose members negotiate as
//! pages do.

use std::{
    collections::HashMap,
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Arc, mpsc as std_mpsc},
    thread,
    time::Duration,
};
use teranga::{
    clock::Clock,
    native::{
        peer::{CameraPacket, NativePeer, PeerOptions, VoiceCaps},
        voice::{Source, VoiceId},
    },
};
use teranga_media::{
    Sfu, SfuConfig,
    command::{Caps, Command, Event, LinkReport},
    id::{PeerId, RoomId},
};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::{Instant, timeout, timeout_at},
};
use webrtc::data_channel::DataChannel;

/// Bound of every wait: nothing on loopback takes longer, not even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Longest time for which the thread waits for a datagram before it looks at its commands.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A running SFU; dropping it stops the thread.
pub(crate) struct TestSfu {
    commands: std_mpsc::Sender<Command>,
    events: mpsc::Receiver<Event>,
    pub(crate) address: SocketAddr,
    /// What an attacker reads and writes on the link in front of the socket.
    pub(crate) wire: Wire,
}

/// The link in front of the SFU's socket, for somebody who reads it and writes packets with any source address.
pub(crate) struct Wire {
    /// Copies of the datagrams that came from members.
    pub(crate) read: std_mpsc::Receiver<(SocketAddr, Vec<u8>)>,
    /// Datagrams that come next, with their source.
    pub(crate) write: std_mpsc::Sender<(SocketAddr, Vec<u8>)>,
}

impl TestSfu {
    /// Starts an SFU on a free port.
    pub(crate) fn open() -> Self {
        Self::dropping(None)
    }

    /// Starts an SFU that drops every `one_in`th media packet that it receives, and every `one_in`th that it sends.
    pub(crate) fn dropping(one_in: Option<u32>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = socket.local_addr().unwrap();
        let sfu = Sfu::new(SfuConfig { addresses: vec![address] });
        let (copies, read) = std_mpsc::channel();
        let (write, forged) = std_mpsc::channel();
        let (commands, inbox) = std_mpsc::channel();
        let (sender, events) = mpsc::channel(1_024);
        thread::spawn(move || {
            SfuThread {
                clock: Clock::start(),
                socket,
                sfu,
                events: sender,
                one_in,
                passed: Default::default(),
                copies,
                forged,
            }
            .run(&inbox);
        });
        Self { commands, events, address, wire: Wire { read, write } }
    }
}

struct SfuThread {
    clock: Clock,
    socket: UdpSocket,
    sfu: Sfu,
    events: mpsc::Sender<Event>,
    one_in: Option<u32>,
    /// Number of media packets in and out, for each member apart, so that a stall of one does not move the losses to another.
    passed: [HashMap<SocketAddr, u32>; 2],
    copies: std_mpsc::Sender<(SocketAddr, Vec<u8>)>,
    forged: std_mpsc::Receiver<(SocketAddr, Vec<u8>)>,
}

impl SfuThread {
    fn run(mut self, inbox: &std_mpsc::Receiver<Command>) {
        loop {
            match inbox.try_recv() {
                Ok(command) => self.sfu.handle_command(self.clock.now(), command),
                Err(std_mpsc::TryRecvError::Empty) => self.receive(),
                Err(std_mpsc::TryRecvError::Disconnected) => return,
            }
            self.sfu.handle_timeout(self.clock.now());
            self.send_outputs();
        }
    }

    fn receive(&mut self) {
        let now = self.clock.now();
        while let Ok((source, datagram)) = self.forged.try_recv() {
            self.sfu.handle_datagram(now, source, &datagram);
        }
        let due = self.sfu.poll_timeout().map_or(POLL_INTERVAL, |at| at.saturating_duration_since(now));
        self.socket.set_read_timeout(Some(due.clamp(Duration::from_micros(100), POLL_INTERVAL))).unwrap();
        let mut buffer = [0; 2_048];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, source)) if self.is_dropped(0, source, &buffer[..length]) => {}
            Ok((length, source)) => {
                self.sfu.handle_datagram(self.clock.now(), source, &buffer[..length]);
                let _ = self.copies.send((source, buffer[..length].to_vec()));
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // The kernel reports the closed port of a member that has left.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn send_outputs(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            if !self.is_dropped(1, transmit.destination, &transmit.contents) {
                let _ = self.socket.send_to(&transmit.contents, transmit.destination);
            }
        }
        while let Some(event) = self.sfu.poll_event() {
            let told = self.events.try_send(event);
            assert!(!matches!(told, Err(TrySendError::Full(_))), "the room takes its events in time");
        }
    }

    /// Counts media packets, and returns true for those to drop. The second byte tells RTP from RTCP, the first tells it
    /// from STUN and DTLS (RFC 5761 section 4, RFC 7983 section 7).
    fn is_dropped(&mut self, direction: usize, member: SocketAddr, datagram: &[u8]) -> bool {
        let [128..=191, second, ..] = datagram else { return false };
        if matches!(second & 0x7F, 64..=95) {
            return false;
        }
        let passed = self.passed[direction].entry(member).or_default();
        *passed += 1;
        self.one_in.is_some_and(|one_in| passed.is_multiple_of(one_in))
    }
}

/// A room with its members.
pub(crate) struct Room {
    pub(crate) sfu: TestSfu,
    id: RoomId,
    pub(crate) members: Vec<Member>,
}

/// A native peer in a room, and the events that the SFU sent for it.
pub(crate) struct Member {
    pub(crate) voice: usize,
    pub(crate) peer: NativePeer,
    /// Pairs of an m-line and the voice whose track it carries.
    pub(crate) slots: Vec<(String, usize)>,
    pub(crate) caps: Option<Caps>,
    pub(crate) security: Option<String>,
    pub(crate) link: Option<LinkReport>,
    id: PeerId,
}

impl Member {
    /// Returns the voice whose track an m-line carries.
    pub(crate) fn sender_of(&self, mid: &str) -> usize {
        self.slots.iter().find(|(slot, _)| slot == mid).expect("the line is in the last `Streams`").1
    }
}

impl Room {
    pub(crate) fn new(sfu: TestSfu, id: RoomId) -> Self {
        Self { sfu, id, members: Vec::new() }
    }

    /// Lets a member with this voice join.
    pub(crate) async fn enter(&mut self, voice: usize, camera: bool) {
        let peer = self.open(voice, camera).await;
        self.join(voice, peer).await;
    }

    /// Lets a member with this voice and a data channel join.
    pub(crate) async fn enter_with_channel(&mut self, voice: usize, label: &str) -> Arc<dyn DataChannel> {
        let peer = self.open(voice, false).await;
        let channel = peer.data(label).await.unwrap();
        self.join(voice, peer).await;
        channel
    }

    /// Lets a member leave.
    pub(crate) async fn leave(&mut self, voice: usize) {
        let index = self.members.iter().position(|member| member.voice == voice).unwrap();
        let member = self.members.remove(index);
        member.peer.close().await.unwrap();
        self.send_command(Command::Leave { peer: member.id });
    }

    /// Lets a member restart ICE (RFC 8445 section 9), as a page does when its network has changed.
    pub(crate) async fn restart(&mut self, voice: usize) {
        let member = self.members.iter_mut().find(|member| member.voice == voice).unwrap();
        let (peer, offer) = (member.id, member.peer.restart().await.unwrap());
        self.send_command(Command::Offer { peer, offer });
    }

    /// Lets every member leave.
    pub(crate) async fn close(mut self) {
        for member in std::mem::take(&mut self.members) {
            member.peer.close().await.unwrap();
        }
        self.send_command(Command::CloseRoom { room: self.id });
    }

    /// Handles the SFU's events for a while.
    pub(crate) async fn run(&mut self, span: Duration) {
        let end = Instant::from_std(Clock::start().now() + span);
        while let Ok(event) = timeout_at(end, self.sfu.events.recv()).await {
            self.obey(event.expect("the SFU runs")).await;
        }
    }

    /// Handles the SFU's events until a condition holds.
    pub(crate) async fn run_until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let end = Clock::start().now() + TIMEOUT;
        while !done(self) {
            assert!(Clock::start().now() < end, "{what} did not come in time");
            self.run(Duration::from_millis(20)).await;
        }
    }

    /// Handles the SFU's events until `other` is done.
    pub(crate) async fn run_during<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = std::pin::pin!(timeout(TIMEOUT, other));
        loop {
            tokio::select! {
                done = &mut other => return done.expect("it did not come in time"),
                event = self.sfu.events.recv() => self.obey(event.expect("the SFU runs")).await,
            }
        }
    }

    async fn open(&self, voice: usize, camera: bool) -> NativePeer {
        let source = Source::Voice(VoiceId::new(voice));
        let options = PeerOptions { local: Ipv4Addr::LOCALHOST.into(), voice: source, camera };
        NativePeer::open(options, Clock::start()).await.unwrap()
    }

    async fn join(&mut self, voice: usize, mut peer: NativePeer) {
        let id = PeerId(u32::try_from(voice).unwrap());
        let offer = peer.offer().await.unwrap();
        self.members.push(Member {
            voice,
            peer,
            slots: Vec::new(),
            caps: None,
            security: None,
            link: None,
            id,
        });
        self.send_command(Command::Join { room: self.id, peer: id, offer });
    }

    fn send_command(&self, command: Command) {
        self.sfu.commands.send(command).expect("the SFU runs");
    }

    async fn obey(&mut self, event: Event) {
        match event {
            Event::Answer { peer, sdp } => {
                let Some(member) = self.member(peer) else { return };
                let next = member.peer.accept(sdp).await.unwrap();
                self.offer(peer, next);
            }
            Event::Streams { peer, slots, missing } => {
                let Some(member) = self.member(peer) else { return };
                member.slots = slots.into_iter().map(|slot| (slot.mid, slot.from.0 as usize)).collect();
                let next = member.peer.add_missing(missing.audio, missing.video).await.unwrap();
                self.offer(peer, next);
            }
            Event::Connected { peer, security } => {
                self.member(peer).into_iter().for_each(|member| member.security = Some(security.clone()));
            }
            Event::Caps { peer, caps } => self.member(peer).into_iter().for_each(|member| {
                member.caps = Some(caps);
                member.peer.set_caps(VoiceCaps {
                    audio_bps: u32::try_from(caps.audio.as_bps()).unwrap(),
                    ptime_ms: caps.ptime_ms,
                });
            }),
            Event::Link { peer, report } => {
                self.member(peer).into_iter().for_each(|member| member.link = Some(report));
            }
            Event::Gone { .. } | Event::Voice { .. } => {}
            Event::Refused { .. } | Event::Quiet { .. } | Event::Back { .. } => panic!("{event:?}"),
        }
    }

    fn member(&mut self, id: PeerId) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.id == id)
    }

    fn offer(&self, peer: PeerId, offer: Option<String>) {
        if let Some(offer) = offer {
            self.send_command(Command::Offer { peer, offer });
        }
    }
}

/// Sends a camera of 30 frames a second, two packets each, every tenth a keyframe. Returns the number of packets.
pub(crate) async fn send_camera(room: &mut Room, member: usize, frames: u16) -> u64 {
    for picture in 0..frames {
        for part in 0..2 {
            let packet = CameraPacket {
                sequence: picture * 2 + part,
                timestamp: u32::from(picture) * 3_000,
                marker: part == 1,
                payload: vp8(picture, part == 0, picture % 10 == 0),
            };
            room.members[member].peer.send_camera(packet).await.unwrap();
        }
        room.run(Duration::from_millis(33)).await;
    }
    u64::from(frames) * 2
}

/// Makes a VP8 payload: descriptor with X, S and a 15-bit picture id (RFC 7741 section 4.2), a frame tag with P set for all
/// but keyframes (RFC 6386 section 9.1), and 300 bytes that nobody decodes.
fn vp8(picture: u16, start: bool, key: bool) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let mut payload = vec![0x80 | if start { 0x10 } else { 0 }, 0x80, 0x80 | high, low, u8::from(!key)];
    payload.resize(300, 0xA5);
    payload
}
