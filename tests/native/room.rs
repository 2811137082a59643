//! A house with nothing but an SFU in it: one thread, one UDP socket. And a room in it, whose guests
//! negotiate as pages do.

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

/// Nothing on loopback takes longer, not even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(15);

/// Longest that the thread waits for a datagram before it looks at its commands.
const NAP: Duration = Duration::from_millis(2);

/// A running SFU; dropping it stops the thread.
pub(crate) struct House {
    commands: std_mpsc::Sender<Command>,
    events: mpsc::Receiver<Event>,
}

impl House {
    /// Starts one on a free port.
    pub(crate) fn open() -> Self {
        Self::losing(None)
    }

    /// Starts one that loses every `one_in`th media packet of each direction, on the way in and on the way out.
    pub(crate) fn losing(one_in: Option<u32>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let sfu = Sfu::new(SfuConfig { addresses: vec![socket.local_addr().unwrap()] });
        let (commands, inbox) = std_mpsc::channel();
        let (told, events) = mpsc::channel(1_024);
        thread::spawn(move || {
            Keeper { clock: Clock::start(), socket, sfu, told, one_in, passed: Default::default() }
                .run(&inbox);
        });
        Self { commands, events }
    }
}

struct Keeper {
    clock: Clock,
    socket: UdpSocket,
    sfu: Sfu,
    told: mpsc::Sender<Event>,
    one_in: Option<u32>,
    /// Media packets in and out, a guest each: a stall of one does not move the losses to the other.
    passed: [HashMap<SocketAddr, u32>; 2],
}

impl Keeper {
    fn run(mut self, inbox: &std_mpsc::Receiver<Command>) {
        loop {
            match inbox.try_recv() {
                Ok(command) => self.sfu.handle_command(self.clock.now(), command),
                Err(std_mpsc::TryRecvError::Empty) => self.receive(),
                Err(std_mpsc::TryRecvError::Disconnected) => return,
            }
            self.sfu.handle_timeout(self.clock.now());
            self.say();
        }
    }

    fn receive(&mut self) {
        let now = self.clock.now();
        let due = self.sfu.poll_timeout().map_or(NAP, |at| at.saturating_duration_since(now));
        self.socket.set_read_timeout(Some(due.clamp(Duration::from_micros(100), NAP))).unwrap();
        let mut buffer = [0; 2_048];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, source)) if self.loses(0, source, &buffer[..length]) => {}
            Ok((length, source)) => self.sfu.handle_datagram(self.clock.now(), source, &buffer[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // A guest that is gone: the kernel tells of its closed port.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn say(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            if !self.loses(1, transmit.destination, &transmit.contents) {
                let _ = self.socket.send_to(&transmit.contents, transmit.destination);
            }
        }
        while let Some(event) = self.sfu.poll_event() {
            let told = self.told.try_send(event);
            assert!(!matches!(told, Err(TrySendError::Full(_))), "the room attends to its events");
        }
    }

    /// Counts media packets, and says which of them is lost. RTP is told from RTCP by its second byte, and
    /// from STUN and DTLS by its first (RFC 5761 section 4, RFC 7983 section 7).
    fn loses(&mut self, way: usize, guest: SocketAddr, datagram: &[u8]) -> bool {
        let [128..=191, second, ..] = datagram else { return false };
        if matches!(second & 0x7F, 64..=95) {
            return false;
        }
        let passed = self.passed[way].entry(guest).or_default();
        *passed += 1;
        self.one_in.is_some_and(|one_in| passed.is_multiple_of(one_in))
    }
}

/// A room and those in it.
pub(crate) struct Room {
    house: House,
    id: RoomId,
    pub(crate) guests: Vec<Guest>,
}

/// A native peer in a room, and what the SFU told it.
pub(crate) struct Guest {
    pub(crate) voice: usize,
    pub(crate) peer: NativePeer,
    /// m-line and whose track it carries, by voice.
    pub(crate) slots: Vec<(String, usize)>,
    pub(crate) caps: Option<Caps>,
    pub(crate) security: Option<String>,
    pub(crate) link: Option<LinkReport>,
    id: PeerId,
}

impl Guest {
    /// Whose track an m-line carries.
    pub(crate) fn sender_of(&self, mid: &str) -> usize {
        self.slots.iter().find(|(slot, _)| slot == mid).expect("the line is in the last `Streams`").1
    }
}

impl Room {
    pub(crate) fn new(house: House, id: RoomId) -> Self {
        Self { house, id, guests: Vec::new() }
    }

    /// Somebody with this voice comes in.
    pub(crate) async fn enter(&mut self, voice: usize, camera: bool) {
        let peer = self.open(voice, camera).await;
        self.join(voice, peer).await;
    }

    /// The same, with a data channel.
    pub(crate) async fn enter_with_channel(&mut self, voice: usize, label: &str) -> Arc<dyn DataChannel> {
        let peer = self.open(voice, false).await;
        let channel = peer.data(label).await.unwrap();
        self.join(voice, peer).await;
        channel
    }

    /// Somebody goes.
    pub(crate) async fn leave(&mut self, voice: usize) {
        let index = self.guests.iter().position(|guest| guest.voice == voice).unwrap();
        let guest = self.guests.remove(index);
        guest.peer.close().await.unwrap();
        self.order(Command::Leave { peer: guest.id });
    }

    /// Somebody restarts ICE (RFC 8445 section 9), as a page does when its network changed.
    pub(crate) async fn restart(&mut self, voice: usize) {
        let guest = self.guests.iter_mut().find(|guest| guest.voice == voice).unwrap();
        let (peer, offer) = (guest.id, guest.peer.restart().await.unwrap());
        self.order(Command::Offer { peer, offer });
    }

    /// Everybody goes.
    pub(crate) async fn close(mut self) {
        for guest in std::mem::take(&mut self.guests) {
            guest.peer.close().await.unwrap();
        }
        self.order(Command::CloseRoom { room: self.id });
    }

    /// Does what the SFU asks for, for a while.
    pub(crate) async fn attend(&mut self, span: Duration) {
        let end = Instant::from_std(Clock::start().now() + span);
        while let Ok(event) = timeout_at(end, self.house.events.recv()).await {
            self.obey(event.expect("the SFU runs")).await;
        }
    }

    /// Does what the SFU asks for until something is so.
    pub(crate) async fn attend_until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let end = Clock::start().now() + PATIENCE;
        while !done(self) {
            assert!(Clock::start().now() < end, "{what} did not come in time");
            self.attend(Duration::from_millis(20)).await;
        }
    }

    /// Does what the SFU asks for until `other` is done.
    pub(crate) async fn attend_during<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = std::pin::pin!(timeout(PATIENCE, other));
        loop {
            tokio::select! {
                done = &mut other => return done.expect("it did not come in time"),
                event = self.house.events.recv() => self.obey(event.expect("the SFU runs")).await,
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
        self.guests.push(Guest {
            voice,
            peer,
            slots: Vec::new(),
            caps: None,
            security: None,
            link: None,
            id,
        });
        self.order(Command::Join { room: self.id, peer: id, offer });
    }

    fn order(&self, command: Command) {
        self.house.commands.send(command).expect("the SFU runs");
    }

    async fn obey(&mut self, event: Event) {
        match event {
            Event::Answer { peer, sdp } => {
                let Some(guest) = self.guest(peer) else { return };
                let next = guest.peer.accept(sdp).await.unwrap();
                self.offer(peer, next);
            }
            Event::Streams { peer, slots, missing } => {
                let Some(guest) = self.guest(peer) else { return };
                guest.slots = slots.into_iter().map(|slot| (slot.mid, slot.from.0 as usize)).collect();
                let next = guest.peer.want(missing.audio, missing.video).await.unwrap();
                self.offer(peer, next);
            }
            Event::Connected { peer, security } => {
                self.guest(peer).into_iter().for_each(|guest| guest.security = Some(security.clone()));
            }
            Event::Caps { peer, caps } => self.guest(peer).into_iter().for_each(|guest| {
                guest.caps = Some(caps);
                guest.peer.obey(VoiceCaps {
                    audio_bps: u32::try_from(caps.audio.as_bps()).unwrap(),
                    ptime_ms: caps.ptime_ms,
                });
            }),
            Event::Link { peer, report } => {
                self.guest(peer).into_iter().for_each(|guest| guest.link = Some(report));
            }
            Event::Gone { .. } | Event::Voice { .. } => {}
            Event::Refused { .. } | Event::Quiet { .. } | Event::Back { .. } => panic!("{event:?}"),
        }
    }

    fn guest(&mut self, id: PeerId) -> Option<&mut Guest> {
        self.guests.iter_mut().find(|guest| guest.id == id)
    }

    fn offer(&self, peer: PeerId, offer: Option<String>) {
        if let Some(offer) = offer {
            self.order(Command::Offer { peer, offer });
        }
    }
}

/// Shows a camera of 30 pictures a second, two packets each, every tenth a keyframe; how many packets.
pub(crate) async fn show_camera(room: &mut Room, guest: usize, pictures: u16) -> u64 {
    for picture in 0..pictures {
        for part in 0..2 {
            let packet = CameraPacket {
                sequence: picture * 2 + part,
                timestamp: u32::from(picture) * 3_000,
                marker: part == 1,
                payload: vp8(picture, part == 0, picture % 10 == 0),
            };
            room.guests[guest].peer.show(packet).await.unwrap();
        }
        room.attend(Duration::from_millis(33)).await;
    }
    u64::from(pictures) * 2
}

/// Descriptor with X, S and a 15-bit picture id (RFC 7741 section 4.2), a frame tag with P set for all but
/// keyframes (RFC 6386 section 9.1), and 300 bytes that nobody decodes.
fn vp8(picture: u16, start: bool, key: bool) -> Vec<u8> {
    let [high, low] = picture.to_be_bytes();
    let mut payload = vec![0x80 | if start { 0x10 } else { 0 }, 0x80, 0x80 | high, low, u8::from(!key)];
    payload.resize(300, 0xA5);
    payload
}
