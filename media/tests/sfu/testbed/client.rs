//! A client that looks like a browser to the SFU: ICE, DTLS, Opus and VP8 packets with traceable contents.

use super::{malformed_feedback, synthetic_voice::SyntheticVoice};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpApi, SdpPendingOffer},
    channel::{ChannelConfig, ChannelId, Reliability},
    config::DtlsVersion,
    crypto::from_feature_flags,
    ice::StunMessage,
    media::{Direction, KeyframeRequestKind, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer},
    net::{Protocol, Receive},
    rtp::{RedDecoder, RedEncoder, RedundantBlock, RtpWrite},
};
use teranga_media::{id::PeerId, link::packet_train, rtp::vp8::Descriptor};

/// Media of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    /// Number of m-lines for voice; the first one also sends.
    pub(crate) voices: usize,
    /// Number of m-lines for cameras; the first one also sends.
    pub(crate) cameras: usize,
    /// True if the first camera sends three layers.
    pub(crate) simulcast: bool,
    pub(crate) channel: bool,
    pub(crate) dtls: DtlsVersion,
    /// True if it knows RED (RFC 2198), and sends it.
    pub(crate) red: bool,
    /// True if its reports of arrivals are malformed.
    pub(crate) malformed_feedback: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            voices: 1,
            cameras: 0,
            simulcast: false,
            channel: false,
            dtls: DtlsVersion::Dtls13,
            red: false,
            malformed_feedback: false,
        }
    }
}

/// A received RTP packet.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) at: Instant,
    pub(crate) mid: Mid,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) payload: Arc<[u8]>,
    /// The earlier packet that it also carries.
    pub(crate) spare: Option<Arc<[u8]>>,
    /// The stream's last sender report: wall clock and RTP clock.
    report: Option<(SystemTime, u32)>,
}

impl Received {
    /// Returns sender, layer, and number within the layer.
    pub(crate) fn trace(&self) -> (u32, u8, u32) {
        trace(&self.payload)
    }

    /// Returns the delay from capture to arrival. The sender counts from its creation.
    pub(crate) fn age(&self, sender: &Client) -> Duration {
        let captured = Duration::from_micros(number(&self.payload[self.payload.len() - 4..]).into());
        self.at.saturating_duration_since(sender.start + captured)
    }

    /// Returns the numbers of the packets that it carries, as their sender counted them.
    pub(crate) fn brings(&self) -> impl Iterator<Item = u32> {
        [&self.payload].into_iter().chain(&self.spare).map(|payload| trace(payload).2)
    }

    /// Returns the offset of the reported capture time to the sender's, which counts from the beginning of the
    /// testbed. It is equal for all streams of one sender.
    pub(crate) fn clock_offset(&self, rate: u32) -> Option<Duration> {
        let (wall, rtp) = self.report?;
        let wall = wall.duration_since(UNIX_EPOCH).expect("after 1970");
        let ahead = f64::from(self.timestamp.wrapping_sub(rtp).cast_signed()) / f64::from(rate);
        let captured = number(&self.payload[self.payload.len() - 4..]);
        Some(Duration::from_secs_f64(wall.as_secs_f64() + ahead - f64::from(captured) / 1e6))
    }

    pub(crate) fn vp8(&self) -> Descriptor {
        Descriptor::parse(&self.payload).expect("VP8")
    }
}

/// Change by a later offer.
pub(crate) struct Change<'a> {
    api: SdpApi<'a>,
    voices: &'a mut Vec<Mid>,
    cameras: &'a mut Vec<Mid>,
}

impl Change<'_> {
    pub(crate) fn add_line(&mut self, kind: MediaKind, direction: Direction) {
        let mid = self.api.add_media(kind, direction, None, None, None);
        if kind == MediaKind::Audio { self.voices.push(mid) } else { self.cameras.push(mid) }
    }

    pub(crate) fn restart_ice(&mut self) {
        self.api.ice_restart(true);
    }
}

/// Bytes of a packet's trace: sender, layer, number, microseconds of its capture.
const TRACE: usize = 13;

fn trace(payload: &[u8]) -> (u32, u8, u32) {
    let tail = &payload[payload.len() - TRACE..];
    (number(&tail[..4]), tail[4], number(&tail[5..9]))
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("four bytes"))
}

/// A camera that is on.
#[derive(Clone, Debug)]
pub(crate) struct Camera {
    /// Packets a frame, for each layer.
    packets: Vec<usize>,
    next: Instant,
    frame: u32,
    key: Vec<bool>,
}

struct Stream {
    /// The packet before this one.
    last: Option<(u32, Vec<u8>)>,
    sequence: u64,
    count: u32,
    first_timestamp: u32,
}

pub(crate) struct Client {
    pub(crate) id: PeerId,
    pub(crate) rtc: Rtc,
    /// True if its checks nominate nothing, like a browser's over a pair that has failed.
    pub(crate) shy: bool,
    /// True if it answers no checks of the SFU.
    pub(crate) mute_to_checks: bool,
    /// Address as the SFU sees it; it changes when a NAT rebinds.
    pub(crate) address: SocketAddr,
    home: SocketAddr,
    deadline: Instant,
    pending: Option<SdpPendingOffer>,
    pub(crate) voices: Vec<Mid>,
    pub(crate) cameras: Vec<Mid>,
    pub(crate) channel: Option<ChannelId>,
    pub(crate) channel_open: bool,
    /// The channel of the packet trains, if it was opened.
    pub(crate) probes: Option<ChannelId>,
    pub(crate) connected: bool,
    /// True if the SFU has closed the transport.
    pub(crate) goodbye: bool,
    pub(crate) speaking: bool,
    /// Packet size of a voice that talks in turns of two seconds. A packet of noise comes each 400 ms between
    /// them.
    pub(crate) talk: Option<usize>,
    /// Voice in real Opus instead of traceable contents.
    pub(crate) synthetic_voice: Option<SyntheticVoice>,
    simulcast: bool,
    pub(crate) camera: Option<Camera>,
    next_voice: Instant,
    pub(crate) voice_every: Duration,
    /// Time from one frame of the camera to the next.
    pub(crate) frame_every: Duration,
    /// True to send each voice packet with the one before it, if that was negotiated.
    pub(crate) doubles: bool,
    keyframes: u32,
    start: Instant,
    streams: HashMap<(Mid, u8), Stream>,
    pub(crate) received: Vec<Received>,
    pub(crate) messages: Vec<Vec<u8>>,
    /// Times at which `messages` came.
    pub(crate) message_times: Vec<Instant>,
    pub(crate) first_offer: String,
    pub(crate) answer: String,
    outgoing: Vec<Vec<u8>>,
    /// Times and bytes of the datagrams that came.
    pub(crate) came: Vec<(Instant, u64)>,
    /// True to keep what is received.
    pub(crate) recording: bool,
}

/// Makes a packet that looks like Opus of this duration: frames of 20 ms (RFC 6716 section 3.2.5).
fn hum(length: Duration) -> [u8; 60] {
    let mut packet = [0xFF; 60];
    packet[1] = u8::try_from(length.as_millis() / 20).expect("120 ms at most");
    packet
}

/// Packs a packet with the one before it (RFC 2198).
fn doubled(pt: Pt, payload: &[u8], timestamp_offset: u32, last: Vec<u8>) -> Vec<u8> {
    RedEncoder::encode(*pt, payload, &[RedundantBlock { pt: *pt, timestamp_offset, payload: last }])
}

/// Returns the packet, and the earlier one that it carries.
fn taken_apart(payload: &[u8]) -> (Arc<[u8]>, Option<Arc<[u8]>>) {
    let blocks = RedDecoder::decode(payload).expect("RED");
    let (primary, earlier) = blocks.split_last().expect("a primary");
    assert!(earlier.len() <= 1, "one is enough");
    (primary.payload.into(), earlier.first().map(|block| block.payload.into()))
}

pub(crate) const RIDS: [&str; 3] = ["q", "h", "f"];

impl Client {
    pub(crate) fn new(id: PeerId, setup: Setup, now: Instant) -> (Self, String) {
        let mut builder = Rtc::builder();
        if setup.malformed_feedback {
            builder = builder.set_crypto_provider(malformed_feedback::crypto());
        }
        let mut rtc = builder
            .set_rtp_mode(true)
            .set_dtls_version(setup.dtls)
            .clear_codecs()
            .enable_opus(true, setup.red)
            .enable_vp8(true)
            .build(now);
        let home =
            SocketAddr::from(([203, 0, 113, 1], 10_000 + u16::try_from(id.0 % 50_000).expect("small")));
        rtc.add_local_candidate(Candidate::host(home, "udp").expect("a candidate"));
        let mut client = Self {
            id,
            rtc,
            shy: false,
            mute_to_checks: false,
            address: home,
            home,
            deadline: now,
            pending: None,
            voices: Vec::new(),
            cameras: Vec::new(),
            channel: None,
            channel_open: false,
            probes: None,
            connected: false,
            goodbye: false,
            speaking: true,
            talk: None,
            synthetic_voice: None,
            simulcast: setup.simulcast,
            camera: None,
            next_voice: now,
            voice_every: Duration::from_millis(20),
            frame_every: Duration::from_millis(40),
            doubles: true,
            keyframes: 0,
            start: now,
            streams: HashMap::new(),
            received: Vec::new(),
            messages: Vec::new(),
            message_times: Vec::new(),
            first_offer: String::new(),
            answer: String::new(),
            outgoing: Vec::new(),
            came: Vec::new(),
            recording: true,
        };
        client.first_offer = client.make_first_offer(setup);
        let offer = client.first_offer.clone();
        (client, offer)
    }

    fn make_first_offer(&mut self, setup: Setup) -> String {
        let mut api = self.rtc.sdp_api();
        let direction = |i| if i == 0 { Direction::SendRecv } else { Direction::RecvOnly };
        for i in 0..setup.voices {
            self.voices.push(api.add_media(MediaKind::Audio, direction(i), None, None, None));
        }
        for i in 0..setup.cameras {
            let layers = (i == 0 && setup.simulcast).then(simulcast);
            self.cameras.push(api.add_media(MediaKind::Video, direction(i), None, None, layers));
        }
        self.channel = setup.channel.then(|| api.add_channel("notes".into()));
        let (offer, pending) = api.apply().expect("an offer");
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    /// Makes a later offer.
    pub(crate) fn offer(&mut self, change: impl FnOnce(&mut Change<'_>)) -> Option<String> {
        let Self { rtc, voices, cameras, .. } = self;
        let mut changes = Change { api: rtc.sdp_api(), voices, cameras };
        change(&mut changes);
        let (offer, pending) = changes.api.apply()?;
        self.pending = Some(pending);
        Some(offer.to_sdp_string())
    }

    pub(crate) fn answer(&mut self, sdp: &str, now: Instant) {
        sdp.clone_into(&mut self.answer);
        let answer = SdpAnswer::from_sdp_string(sdp).expect("an answer");
        let pending = self.pending.take().expect("an offer was made");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("an acceptable answer");
        self.deadline = now;
    }

    pub(crate) fn deadline(&self) -> Instant {
        let voice = self.speaking.then_some(self.next_voice);
        let frame = self.camera.as_ref().map(|camera| camera.next);
        [voice, frame].into_iter().flatten().fold(self.deadline, Instant::min)
    }

    pub(crate) fn receive(&mut self, contents: &[u8], now: Instant) {
        if self.recording {
            self.came.push((now, contents.len() as u64));
        }
        let source = super::server();
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.home, contents) else { return };
        self.rtc.handle_input(Input::Receive(now, receive)).expect("input");
        self.work(now);
    }

    /// Advances the time, and makes voice and camera packets.
    pub(crate) fn advance(&mut self, now: Instant) {
        while self.next_voice <= now {
            if self.speaking && self.connected {
                self.speak(self.next_voice);
            }
            self.next_voice += self.voice_every;
        }
        if self.camera.as_ref().is_some_and(|camera| camera.next <= now) {
            self.film(now);
        }
        if self.deadline <= now {
            self.rtc.handle_input(Input::Timeout(now)).expect("timeout");
        }
    }

    /// Turns the camera on: packets of a frame, for each layer.
    pub(crate) fn turn_on(&mut self, packets: &[usize], now: Instant) {
        let key = vec![true; packets.len()];
        self.camera = Some(Camera { packets: packets.to_vec(), next: now, frame: 0, key });
    }

    fn speak(&mut self, at: Instant) {
        let Some(mid) = self.voices.first().copied() else { return };
        if let Some(bytes) = self.talk {
            let since = at.duration_since(self.start).as_millis();
            let (pauses, told) =
                (since / 2_000 % 2 == 1, since / 400 != (since + self.voice_every.as_millis()) / 400);
            let mut packet = hum(self.voice_every).to_vec();
            packet.resize(if pauses { 2 } else { bytes - TRACE }, 0xFF);
            if !pauses || told {
                self.write(mid, 0, at, 48_000, false, &packet, at);
            }
            return;
        }
        let song = self
            .synthetic_voice
            .as_mut()
            .map(|synthetic_voice| synthetic_voice.next_packet(self.voice_every));
        self.write(mid, 0, at, 48_000, false, song.as_deref().unwrap_or(&hum(self.voice_every)), at);
    }

    fn film(&mut self, now: Instant) {
        let Some(mut camera) = self.camera.take() else { return };
        let Some(mid) = self.cameras.first().copied() else { return };
        for layer in 0..camera.packets.len() {
            let key = std::mem::take(&mut camera.key[layer]);
            self.keyframes += u32::from(key);
            let count = camera.packets[layer] * if key { 2 } else { 1 };
            for i in 0..count {
                let bytes = picture(camera.frame, layer, i == 0, key);
                self.write(mid, layer, camera.next, 90_000, i + 1 == count, &bytes, now);
            }
        }
        camera.frame += 1;
        camera.next += self.frame_every;
        self.camera = Some(camera);
    }

    #[expect(clippy::too_many_arguments, reason = "an RTP packet has many fields")]
    fn write(
        &mut self,
        mid: Mid,
        layer: usize,
        at: Instant,
        rate: u32,
        marker: bool,
        body: &[u8],
        now: Instant,
    ) {
        let id = self.id.0;
        let simulcast = self.simulcast && Some(&mid) == self.cameras.first();
        let params = self.rtc.codec_config().find(|p| p.spec().clock_rate.get() == rate).copied();
        let rid = simulcast.then(|| Rid::from(RIDS[layer]));
        let layer = u8::try_from(layer).expect("few layers");
        let stream = self.streams.entry((mid, layer)).or_insert_with(|| Stream {
            last: None,
            sequence: 32_000 - 10_000 * u64::from(layer),
            count: 0,
            first_timestamp: u32::MAX - 90_000 - 1_000_000 * u32::from(layer),
        });
        let mut payload = body.to_vec();
        if rate == 90_000 || self.synthetic_voice.is_none() {
            payload.extend(id.to_be_bytes());
            payload.push(layer);
            payload.extend(stream.count.to_be_bytes());
            payload.extend((at.duration_since(self.start).as_micros() as u32).to_be_bytes());
        }
        let ticks = (at.duration_since(self.start).as_micros() * u128::from(rate) / 1_000_000) as u32;
        let timestamp = stream.first_timestamp.wrapping_add(ticks);
        let (Some(params), sequence) = (params, stream.sequence) else { return };
        let red = params.red().filter(|_| self.doubles);
        let (pt, payload) = match (red, stream.last.replace((timestamp, payload.clone()))) {
            (Some(red), Some((before, last))) => {
                (red, doubled(params.pt(), &payload, timestamp.wrapping_sub(before), last))
            }
            _ => (params.pt(), payload),
        };
        stream.sequence += 1;
        stream.count += 1;
        if let Some(tx) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            let write = RtpWrite::new(pt, sequence.into(), timestamp, at.min(now), payload);
            tx.write_rtp(write.marker(marker).nackable(rate == 90_000));
        }
        self.rtc.handle_input(Input::Timeout(now)).expect("timeout");
        self.deadline = now;
    }

    /// Returns the datagrams that the engine wants to send.
    pub(crate) fn drain(&mut self, now: Instant) -> Vec<Vec<u8>> {
        self.work(now);
        let mut outgoing = std::mem::take(&mut self.outgoing);
        outgoing.retain(|datagram| !self.mute_to_checks || datagram[0] != 1);
        if self.shy {
            outgoing.into_iter().map(|datagram| self.without_nomination(datagram)).collect()
        } else {
            outgoing
        }
    }

    /// Returns the same check without USE-CANDIDATE (RFC 8445 section 7.1.2).
    fn without_nomination(&self, datagram: Vec<u8>) -> Vec<u8> {
        let check = StunMessage::parse(&datagram).ok().filter(StunMessage::is_binding_request);
        let Some(check) = check else { return datagram };
        let tie = check.ice_controlling().expect("a browser controls");
        let name = check.username().expect("a name");
        let plain = StunMessage::binding_request(
            name,
            check.trans_id(),
            true,
            tie,
            check.prio().expect("a priority"),
            false,
        );
        let password =
            self.answer.lines().find_map(|line| line.strip_prefix("a=ice-pwd:")).expect("a password");
        let crypto = from_feature_flags();
        let mut bytes = vec![0; 256];
        let length = plain
            .to_bytes(Some(password.trim().as_bytes()), &mut bytes, |key, parts| {
                crypto.sha1_hmac_provider.sha1_hmac(key, parts)
            })
            .expect("a short message");
        bytes.truncate(length);
        bytes
    }

    /// Polls the engine. It holds only one received packet, so this is due after each.
    fn work(&mut self, now: Instant) {
        for _ in 0..10_000 {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) if at <= now => {
                    self.rtc.handle_input(Input::Timeout(now)).expect("timeout");
                    if self.deadline > now {
                        break;
                    }
                    self.deadline = now + Duration::from_millis(1);
                }
                Ok(Output::Timeout(at)) => {
                    self.deadline = at;
                    break;
                }
                Ok(Output::Transmit(transmit)) => self.outgoing.push(transmit.contents.into()),
                Ok(Output::Event(event)) => self.event(event, now),
                Err(_) => break,
            }
        }
    }

    fn event(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => self.connected = true,
            Event::Closed => self.goodbye = true,
            Event::ChannelOpen(..) => self.channel_open = true,
            Event::ChannelData(data) => {
                self.messages.push(data.data);
                self.message_times.push(now);
            }
            Event::KeyframeRequest(request) => self.key(request.rid),
            Event::RtpPacket(packet) if self.recording => {
                let mut api = self.rtc.direct_api();
                let Some(mid) = api.stream_rx(&packet.header.ssrc).map(|stream| stream.mid()) else { return };
                let red =
                    self.rtc.codec_config().find(|p| p.red() == Some(packet.header.payload_type)).is_some();
                let (payload, spare) =
                    if red { taken_apart(&packet.payload) } else { (packet.payload, None) };
                self.received.push(Received {
                    at: now,
                    mid,
                    sequence: *packet.seq_no,
                    timestamp: packet.header.timestamp,
                    report: packet.last_sender_info.map(|info| (info.ntp_time, info.rtp_time.numer() as u32)),
                    payload,
                    spare,
                });
            }
            _ => {}
        }
    }

    /// Makes the next frame of this layer a keyframe.
    fn key(&mut self, rid: Option<Rid>) {
        let Some(camera) = &mut self.camera else { return };
        let layer = rid.and_then(|rid| RIDS.iter().position(|known| Rid::from(*known) == rid)).unwrap_or(0);
        camera.key[layer] = true;
    }

    /// Asks for a keyframe of the track of this m-line.
    pub(crate) fn want_keyframe(&mut self, mid: Mid) {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.deadline = self.deadline.min(self.next_voice);
    }

    /// Starts or stops asking for lost voice packets, as browsers do.
    pub(crate) fn ask_for_lost_voice(&mut self, asks: bool) {
        for mid in self.voices.clone() {
            if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, None) {
                stream.suppress_nack(!asks);
            }
        }
    }

    pub(crate) fn keyframes(&self) -> u32 {
        self.keyframes
    }

    /// Closes the connection by DTLS.
    pub(crate) fn hang_up(&mut self, now: Instant) {
        self.rtc.close().expect("close");
        self.deadline = now;
    }

    /// Notes that the engine has something to send.
    pub(crate) fn wake(&mut self, now: Instant) {
        self.deadline = now;
    }

    pub(crate) fn say(&mut self, message: &[u8]) -> bool {
        self.channel.is_some_and(|id| self.say_on(id, message))
    }

    pub(crate) fn say_on(&mut self, channel: ChannelId, message: &[u8]) -> bool {
        self.rtc.channel(channel).is_some_and(|mut channel| channel.write(true, message).unwrap_or(false))
    }

    /// Opens one more data channel without retransmission.
    pub(crate) fn open(&mut self, label: &str) -> ChannelId {
        let reliability = Reliability::MaxRetransmits { retransmits: 0 };
        let is_for_probes = label == packet_train::LABEL;
        let label = label.to_owned();
        let config = ChannelConfig { label, ordered: false, reliability, ..ChannelConfig::default() };
        let channel = self.rtc.direct_api().create_data_channel(config);
        if is_for_probes {
            self.probes = Some(channel);
        }
        channel
    }

    /// Returns the packets of this m-line, in order of arrival.
    pub(crate) fn through(&self, mid: Mid) -> Vec<&Received> {
        self.received.iter().filter(|packet| packet.mid == mid).collect()
    }

    /// Returns the number of packets from this peer since then.
    pub(crate) fn heard(&self, from: u32, since: Instant) -> usize {
        self.received.iter().filter(|packet| packet.at >= since && packet.trace().0 == from).count()
    }
}

/// Makes a VP8 packet: descriptor with 15-bit picture id and `TL0PICIDX`, then the frame's first byte.
fn picture(frame: u32, layer: usize, first: bool, key: bool) -> Vec<u8> {
    let id = (frame.wrapping_add(0x7FF0 + 100 * layer as u32) & 0x7FFF) as u16;
    let level0 = (frame.wrapping_add(250) & 0xFF) as u8;
    let start = if first { 0x90 } else { 0x80 };
    let mut bytes = vec![start, 0xC0, 0x80 | (id >> 8) as u8, id as u8, level0, u8::from(!key)];
    bytes.resize(1_000, 0x55);
    bytes
}

fn simulcast() -> Simulcast {
    Simulcast { send: RIDS.map(SimulcastLayer::new).to_vec(), recv: Vec::new() }
}
