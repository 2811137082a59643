//! Every bound of the media plane, with its reason. A number without one is only copied.

use crate::units::Bitrate;
use std::time::Duration;

// Rooms and peers.

/// Participants of one room: a post, a specialist, a district doctor, an interpreter, and as many
/// again for teaching. Forwarding is quadratic, so this also bounds what one packet can cost.
pub const ROOM_PEERS: usize = 8;

/// Silence after which a peer that was sending media is told to be quiet. Voice is sent at least every
/// 400 ms even in DTX, so this is three missed packets; the promise is "known in under 2 s".
pub const QUIET_AFTER: Duration = Duration::from_millis(1_500);

/// From the break of a link until that is told: the way of what still comes, and the silence after it.
pub const QUIET_TOLD: Duration = Duration::from_millis(1_650);

/// Over however long a way, less silence is no outage: three packets of a pause and some jitter.
pub const QUIET_LEAST: Duration = Duration::from_millis(1_300);

/// The same for a peer that sends no media (it only listens): a browser checks a stable ICE pair every
/// 2.5 s, so this is two missed checks and a margin.
pub const QUIET_IDLE_AFTER: Duration = Duration::from_secs(7);

/// A peer whose transport lives and whose voice has not come for this long is not heard: told, so that it
/// can be repaired. Even a muted microphone sends each 400 ms, so this is a dozen packets in a row:
/// where a third of them is lost, once in days of silence.
pub const VOICE_STOPPED_AFTER: Duration = Duration::from_secs(5);

/// After an outage a voice has this long to come: STUN is back first, and the page needs a moment.
pub const VOICE_BACK_AFTER: Duration = Duration::from_secs(2);

/// How long the ICE, DTLS and SRTP state of a silent peer is kept. A mast hand-over or a generator
/// change takes a minute or two; the caller must find the call where it left it.
pub const FORGET_AFTER: Duration = Duration::from_secs(150);

// SDP.

/// Bytes of an offer. Chromium's default offer with audio and video is 5.8 kB; sixteen lines with
/// simulcast stay below this.
pub const SDP_BYTES: usize = 32 * 1_024;

/// Bytes of one SDP line; the longest that a browser writes are `a=msid` and `a=fmtp`, below 300.
pub const SDP_LINE_BYTES: usize = 1_024;

/// m-lines of an offer: voice, camera, data, and a voice and a camera line for each other member,
/// doubled because a stopped line keeps its place (RFC 8829 section 5.2.2).
pub const SDP_SECTIONS: usize = 4 * ROOM_PEERS + 1;

/// `a=candidate` lines of an offer. We are ICE-lite and never use one; more than a host with many
/// interfaces has is an attack on somebody's parser.
pub const SDP_CANDIDATES: usize = 64;

/// `a=rid` lines of one m-line: three layers are in use, a fourth costs nothing.
pub const LAYERS: usize = 4;

// Datagrams and routes.

/// Bytes of a datagram that we look at: more than any MTU on the way here.
pub const DATAGRAM_BYTES: usize = 1_600;

/// Addresses from which one peer is heard at a time: two interfaces, two families, twice.
pub const ROUTES: usize = 8;

/// Different addresses that one peer may use before it must restart ICE: each one costs the engine
/// memory until then.
pub const ADDRESSES_PER_ICE: usize = 128;

/// Remembered STUN transactions of a peer. One that comes again from another address is a replay, which
/// would move the peer's media to the attacker: STUN has no other freshness.
pub const STUN_MEMORY: usize = 64;

// Media.

/// Fewest milliseconds between two keyframe requests to one source. A keyframe is 5 to 10 times a
/// delta frame; three receivers that lose a packet each must not cost three of them.
pub const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// A keyframe that was asked for and did not come is asked for again after this.
pub const KEYFRAME_RETRY: Duration = Duration::from_millis(1_500);

/// Share of the voice that must be lost before it is repaired (THINLINK point 5).
pub const REPAIR_LOSS: f32 = 0.035;

/// Share of the voice that must be lost before each packet carries an earlier one, too.
pub const RED_LOSS: f32 = 0.008;

/// The same for a voice with room for Opus's own redundancy, which mends single losses without longer packets. Of a way that
/// loses 1 % by chance, 2.7 % were seen in a window.
pub const RED_LOSS_BESIDE_FEC: f32 = 0.03;

/// From this rate on Opus has that room; below 19.5 kbit/s it has none at all while 3 % are lost.
pub const FEC_FROM: Bitrate = Bitrate::kbps(24);

/// A doubled voice has packets of so many milliseconds at least, except where Opus has room for its own redundancy: in
/// shorter ones headers take as much as the copies.
pub const RED_PTIME_MS: u8 = 40;

/// From here on a doubled voice has packets of [`RED_PTIME_MS`]: so much more of the wait is for a copy.
pub const RED_SHORT_FROM: Bitrate = Bitrate::kbps(52);

/// Below this it has packets of [`RED_LONGEST_PTIME_MS`]: headers of shorter ones would take the voice's quality, and
/// their copies would be too near for bursts of 120 ms.
pub const RED_LONG_BELOW: Bitrate = Bitrate::kbps(30);

/// Where losses come in bursts a packet carries one that is so many milliseconds older: of bursts of 80 ms (THINLINK
/// point 5) one in seven is longer.
pub const RED_BACK_BURSTY_MS: u8 = 160;

/// And this many packets before it, at least: the next would be lost as well.
pub const RED_BACK_LEAST: u8 = 2;

/// The packet time in milliseconds at which the thinnest link that has room for a doubled voice has it.
pub const RED_LONGEST_PTIME_MS: u8 = 120;

/// A voice may be thinned to this share, in percent, to have room for the packets before: a gap is heard more
/// than a kilobit.
pub const RED_THINNED_PERCENT: u64 = 75;

/// Share of a link, in percent, that a doubled voice may use beside a camera: below 193 kbit/s a plain one of 20 ms takes as
/// much.
pub const RED_BESIDE_CAMERA_PERCENT: u64 = 30;

/// From this packet time in milliseconds on a voice is slim: made for a link on which nothing moves but pictures.
pub const SLIM_PTIME_MS: u8 = 60;

/// Share of a link, in percent, that a doubled voice may use: more than [`LINK_BUDGET_PERCENT`], because a voice that
/// pauses leaves the link idle in between, and beside it nothing waits.
pub const RED_BUDGET_PERCENT: u64 = 84;

/// After the last loss that was worth it, redundancy is kept for so long: losses come in swarms, and pictures that take its
/// room between two of them make the voice wait. On a link that loses 1 % it went to and fro with 20 s.
pub const RED_KEEP: Duration = Duration::from_mins(1);

/// What pictures may take beside a doubled voice, which leaves the link idle in its pauses. With 5 a queue of 0.2 s
/// was seen in front of the voice on 40 kbit/s.
pub const PICTURES_BESIDE_RED: Bitrate = Bitrate::kbps(4);

/// On a link that carries less, a doubled voice has it for itself.
pub const PICTURES_BESIDE_RED_FROM: Bitrate = Bitrate::kbps(34);

/// A repair over a longer way comes too late: on VSAT it would put the mouth a second from the ear.
pub const REPAIR_RTT: Duration = Duration::from_millis(450);

/// Packet time at the start, in milliseconds: the least delay.
pub const PTIME_START_MS: u8 = 20;

/// Most that a camera may send, all layers together.
pub const VIDEO_MAX: Bitrate = Bitrate::kbps(1_200);

/// Chromium's camera does not go below 30 kbit/s, and its repairs come on top (THINLINK point 4).
pub const VIDEO_MIN: Bitrate = Bitrate::kbps(40);

/// Of what a camera has on a thin link, the share in percent that its encoder may use: the rest is for headers and
/// for its overshoot, which would stand in front of the voice.
pub const VIDEO_PAYLOAD_PERCENT: u64 = 88;

/// What a link is taken to carry until it has been measured.
pub const ESTIMATE_START: Bitrate = Bitrate::kbps(800);

/// The engine's estimate on a link without video: it fills the pacer up to it, but for 50 kbit/s at most, with
/// padding that nobody wants there.
pub const ESTIMATE_NONE: Bitrate = Bitrate::kbps(1);

/// Kept free for one received voice, headers included: 32 kbit/s of Opus in 50 packets of 50 B more.
pub const AUDIO_RESERVE: Bitrate = Bitrate::kbps(52);

/// A peer that neither sends voice nor hears any gets its camera after this: voice comes first, but a
/// muted participant has no voice to wait for.
pub const VIDEO_AFTER: Duration = Duration::from_secs(1);

/// Voice packets that count as "voice flows": 100 ms of it.
pub const VOICE_FLOWS: u32 = 5;

// Links.

/// Share of a link that we use: the rest is for retransmissions, signalling and what we do not see. THINLINK:
/// above 80 % a queue begins to stand.
pub const LINK_BUDGET_PERCENT: u64 = 78;

/// Less than this is taken for no link at all: one voice at its least takes 9.4 kbit/s.
pub const LINK_LEAST: Bitrate = Bitrate::kbps(8);

/// A queue that stands longer than this is too long: it is heard.
pub const LINK_QUEUE: Duration = Duration::from_millis(150);

/// The least that is believed of a link that was timed and not yet used.
pub const LINK_TOLD: Bitrate = Bitrate::kbps(24);

/// So long a queue may be full; one that is heard but shorter loses nothing.
pub const QUEUE_FULL: Duration = Duration::from_millis(800);

/// A queue of [`QUEUE_FULL`] while so much is lost is full. The worst radio link loses as much by itself, without it.
pub const QUEUE_FULL_LOSS: f32 = 0.1;

/// A queue of this length, while less than [`PLUNGE_PERCENT`] of the usual comes through: the link is another one. The
/// worst stall of a radio is longer, but then nothing comes.
pub const PLUNGE_QUEUE: Duration = Duration::from_millis(350);
/// See [`PLUNGE_QUEUE`]. An encoder that is busy with something else still sends as much.
pub const PLUNGE_PERCENT: u64 = 50;

/// The newest packets are those of so long.
pub const QUEUE_LATELY: Duration = Duration::from_millis(200);

/// When nothing was said of a camera's packets for so much longer than at best, no more are sent: they would only
/// wait. Four words of the client in a row are missing then.
pub const TRANSIT_OVERDUE: Duration = Duration::from_millis(500);

/// After so long without cameras to it and still nothing heard the way to a client is taken for a thin one. One that is
/// gone altogether is told to be quiet before.
pub const TRANSIT_UNHEARD: Duration = Duration::from_millis(1_500);

/// A client whose way up is full is told by the channel of the probes to send a voice only, this often: the
/// signalling's TCP waits behind its own losses.
pub const HUSH_INTERVAL: Duration = Duration::from_millis(500);

/// What was presumed or told of a queue on the way down holds for so long: the page looks at a report every two seconds, and
/// its word may stand in a queue itself.
pub const WAITS_DOWN: Duration = Duration::from_secs(4);

/// A queue is looked at over this: longer than jitter and one lost burst, short enough to answer in a second.
pub const QUEUE_WINDOW: Duration = Duration::from_millis(450);

/// After an outage what comes late is no evidence on the link: everybody and everything speaks at once.
pub const LINK_SETTLES: Duration = Duration::from_secs(4);

/// Of what arrives, in percent: when so much is sent while a queue stands, the queue is full.
pub const OVERRUN_PERCENT: u64 = 115;

/// The same said again within this is believed: the page looks at a report every two seconds.
pub const OVERRUN_AGAIN: Duration = Duration::from_secs(5);

/// Share of its capacity, in percent, that a way must carry before a clean one may be taken for a better one. Where it
/// carries less nobody speaks.
pub const RISE_USE_PERCENT: u64 = 45;

/// A way that carried more before is tried again after so long without a queue.
pub const RISE_KNOWN: Duration = Duration::from_secs(3);

/// A thin one that fell by more than half, for each step: what a page says of its way down comes 2 to 4 s later, and two steps
/// in that time were a queue of 1.8 s.
pub const RISE_OTHER: Duration = Duration::from_secs(5);

/// Whether it carries more than it was ever measured to is asked by a train after so much speech without a queue, doubled for
/// each train that showed nothing, where such a train is short. Speech is half of a talk: a rise is to be found within 20 s.
pub const RISE_ASK: Duration = Duration::from_secs(8);
/// Such a train is short: from 192 kbit/s on.
pub const RISE_TRAIN: Duration = Duration::from_millis(50);
/// Where nothing says so, after so many times as long as the train takes. On 40 kbit/s it stands .25 s in front of whoever
/// begins to speak, and players wait longer for half a minute then: with 30 the delay of a minute's talk rose from 540 to 600
/// ms, and with 200 the last words of a minute came 200 ms late.
pub const RISE_ASK_TRAINS: u32 = 800;
/// So often at most.
pub const RISE_ASK_DOUBLED: u32 = 2;

/// Where something says that it carries more, a train goes after so long without a queue, doubled for each that showed nothing.
pub const RISE_HINTED: Duration = Duration::from_secs(3);
/// So often at most: 96 s.
pub const RISE_HINTED_DOUBLED: u32 = 5;

/// What packets' weight must say, in percent of what is known: it is rough. Seen: 80 to 110 on 24 and 40 kbit/s, 75 to 145 on
/// 128.
pub const RISE_WEIGHED_PERCENT: u64 = 160;

/// When one way rose, the other is asked so often: what else is sent stands between the packets of one train in three.
pub const RISE_BESIDE: u8 = 3;

/// A voice is weighed when so many packets came: seven seconds of the longest.
pub const WEIGHED_PACKETS: u32 = 60;
/// After so many it is begun anew, before clocks have drifted apart: half a minute of the longest.
pub const WEIGHED_PACKETS_MOST: u32 = 4 * WEIGHED_PACKETS;
/// By so many sizes,
pub const WEIGHED_SIZES: usize = 6;
/// which are so many bytes apart, with the copies that a packet carries: one of speech may have 250, one of a pause 3.
pub const WEIGHED_STEP: usize = 40;
/// Of one size there must be so many that one of them is punctual.
pub const WEIGHED_EACH: u32 = 8;
/// What the bytes between them must take on what is known of a way: less is lost in jitter.
pub const WEIGHED_LEAST: Duration = Duration::from_millis(8);
/// Small packets may seem later than big ones by so much, in microseconds, where both take no time.
pub const WEIGHED_NOISE_MICROS: i64 = 4_000;

/// A train that shows less than this percentage of what is known shows nothing new.
pub const RISE_SHOWN_PERCENT: u64 = 130;

/// What is taken of a link on which nothing is known: a voice that goes through nearly anywhere, and nothing
/// else. On a good link that is for a tenth of a second.
pub const LINK_UNKNOWN: Bitrate = Bitrate::kbps(40);

/// From here on there is room for a camera behind the voice (THINLINK points 3 and 4).
pub const LINK_VIDEO: Bitrate = Bitrate::kbps(96);

/// From here on the transport's own estimate (TWCC, RFC draft-holmer-rmcat-transport-wide-cc) is worth its
/// feedback, and finer than probes.
pub const LINK_THICK: Bitrate = Bitrate::kbps(400);

/// Control traffic of one direction: RTCP, STUN and the signalling's heartbeat.
pub const CONTROL_RESERVE: Bitrate = Bitrate::bps(2_000);

/// What transport feedback takes of each direction when a camera is on the link: 7 to 10 kbit/s were seen on links
/// of 128 and 256.
pub const FEEDBACK_RESERVE: Bitrate = Bitrate::kbps(10);

/// A probe is this many packets: one gap to measure. A third would wait for the acknowledgement of the first two, when
/// SCTP has just begun, and on 24 kbit/s it stood for a third of a second in front of a voice.
pub const PROBE_PACKETS: u8 = 2;

/// Bytes of a probe packet: below any MTU of 1,280, and too many for two to share a packet.
pub const PROBE_BYTES: usize = 1_000;

/// The same beside a voice, which waits for it: as few as two do not share a packet with.
pub const PROBE_BYTES_BESIDE: usize = 600;

/// A client that has not opened the channel for probes so long after it connected has none, if its round trip
/// is below [`PROBE_NEAR`].
pub const PROBE_HOPE: Duration = Duration::from_secs(2);
/// See [`PROBE_HOPE`]: a queue that stands on a thin link is longer.
pub const PROBE_NEAR: Duration = Duration::from_millis(150);
/// The same over a longer way, where what opens a channel may be lost, and when it comes again lost once more.
pub const PROBE_HOPE_FAR: Duration = Duration::from_secs(5);

/// A better rung of the ladder is taken this long after the last change at the earliest; a worse one at once.
pub const LADDER_INTERVAL: Duration = Duration::from_secs(10);

/// For so long the unknown link of one who comes into a running call does not count.
pub const NEWCOMER: Duration = Duration::from_secs(1);

/// Voice breaks up on a link that carries less, or loses more than this share.
pub const LINK_FRAGILE: Bitrate = Bitrate::kbps(20);
/// See [`LINK_FRAGILE`].
pub const LOSS_FRAGILE: f32 = 0.15;

/// Below this a voice does not go through: 6 kbit/s of Opus and its headers take 9.4.
pub const LINK_DEFERRED: Bitrate = Bitrate::kbps(10);

/// Playout delay beyond what the network needs, so that a repair comes in time: scheduling and jitter.
pub const PLAYOUT_MARGIN: Duration = Duration::from_millis(30);

/// Trains over one transport: what a dozen did not show, a queue will.
pub const PROBE_TRAINS: u8 = 12;

/// From a train that was lost to the next one beside a voice, in front of which it stands.
pub const PROBE_INTERVAL: Duration = Duration::from_secs(5);

/// After this a probe has failed: the queue of a thin link holds a second or two.
pub const PROBE_PATIENCE: Duration = Duration::from_secs(3);

/// Bytes around a data channel message: IP and UDP 28, DTLS 1.3 22, SCTP 28, and rounding.
pub const CHANNEL_OVERHEAD: usize = 80;

/// The data channel of the pictures.
pub const PICTURES_LABEL: &str = "pictures";

/// What asks for a picture there is shorter than this, and a picture longer, but for its last piece (docs/pictures.md).
pub const PICTURE_REQUEST_BYTES: usize = 32;

/// Pictures are worth their headers from here on.
pub const PICTURES_MIN: Bitrate = Bitrate::bps(2_500);

/// More does not make pictures on the data channel better; a camera's RTP does.
pub const PICTURES_MAX: Bitrate = Bitrate::kbps(40);

// Mixing.

/// A way on which each of several voices would have less gets one, mixed: below it `Voice::on` makes the packets
/// long, and because a sender has one encoding only, everybody's, those on thick links, too.
pub const MIX_SHARE: Bitrate = Bitrate::kbps(52);

/// Percent of [`MIX_SHARE`] above which the originals are given again: a rise of the estimate by 15 % is a guess.
pub const MIX_END_PERCENT: u64 = 130;

/// Longest that sound waits for a late packet. What is later is made up: beyond it people begin to talk at once.
pub const MIX_WAIT: Duration = Duration::from_millis(200);

/// The same where lost voice is sent again, which is only where that comes in time to be heard: a packet of 120 ms,
/// [`REPAIR_RTT`] and a margin, rounded.
pub const MIX_WAIT_REPAIR: Duration = Duration::from_millis(600);

// Data channels.

/// Bytes of a data channel message: a still picture of 12 kB fits, a file transfer does not.
pub const MESSAGE_BYTES: u32 = 64 * 1_024;

/// Bytes waiting in a peer's channels until the far side has acknowledged them: two messages.
pub const CHANNEL_BACKLOG: usize = 2 * MESSAGE_BYTES as usize;

/// Channels of one peer.
pub const CHANNELS: usize = 8;

// Housekeeping.

/// A room's heartbeat: presence, throttles and caps are looked at this often at the latest.
pub const TICK: Duration = Duration::from_millis(250);

/// How often a peer's link is reported and its stream decisions reviewed.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(1);
