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

/// A peer whose transport lives and whose voice has not come for this long is not heard: told, so that it
/// can be repaired. Even a muted microphone sends each 400 ms, so this is a dozen packets in a row:
/// where a third of them is lost, once in days of silence.
pub const VOICE_STOPPED_AFTER: Duration = Duration::from_secs(5);

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

/// A repair over a longer way comes too late: on VSAT it would put the mouth a second from the ear.
pub const REPAIR_RTT: Duration = Duration::from_millis(450);

/// Packet time at the start, in milliseconds: the least delay.
pub const PTIME_START_MS: u8 = 20;

/// Most that a camera may send, all layers together.
pub const VIDEO_MAX: Bitrate = Bitrate::kbps(1_200);

/// Chromium's camera does not go below 30 kbit/s, and its repairs come on top.
pub const VIDEO_MIN: Bitrate = Bitrate::kbps(40);

/// What a link is taken to carry until it has been measured.
pub const ESTIMATE_START: Bitrate = Bitrate::kbps(800);

/// The data channel of the pictures.
pub const PICTURES_LABEL: &str = "pictures";

// Mixing.

/// Longest that sound waits for a late packet. What is later is made up: beyond it people begin to talk at once.
pub const MIX_WAIT: Duration = Duration::from_millis(200);

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
