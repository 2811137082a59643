//! The bounds that protect the media plane from abuse and from itself, and the few figures that several modules share.
//!
//! Each has its reason. A constant with one user stands beside that user instead.

use crate::units::Bitrate;
use std::time::Duration;

// Rooms and peers.

/// The largest number of participants of one room: a post, a specialist, a district doctor, an interpreter, and as many again for
/// teaching. Forwarding is quadratic, so this also bounds the cost of one packet.
pub const ROOM_PEERS: usize = 8;

/// The silence after which a peer that was sending media is reported as quiet. Voice is sent at least every 400 ms even in DTX, so
/// this is three missed packets. An outage is to be known in less than 2 s.
pub const QUIET_AFTER: Duration = Duration::from_millis(1_500);

/// The silence on the path of a peer that sends media after which its packets from elsewhere tell that a NAT has moved it. The packets of a
/// thick voice come each 20 ms and those of a thin one each 60 to 120 ms.
pub const STRAY_AFTER: Duration = Duration::from_millis(200);

/// The time without a voice packet after which a peer on a live transport is reported as not heard, so that its voice can be
/// repaired. A muted microphone sends every 400 ms, too, so this is a dozen packets in a row; a link that loses a third of them
/// does so once in days of silence.
pub const VOICE_STOPPED_AFTER: Duration = Duration::from_secs(5);

/// The time for which the ICE, DTLS and SRTP state of a silent peer is kept. A mast hand-over or a generator change takes a minute
/// or two, and the caller must find the call again.
pub const FORGET_AFTER: Duration = Duration::from_secs(150);

// SDP.

/// The largest offer, in bytes. Chromium's default offer with audio and video has 5.8 kB; sixteen media sections with simulcast
/// stay below this.
pub const SDP_BYTES: usize = 32 * 1_024;

/// The longest SDP line, in bytes. The longest that browsers write are `a=msid` and `a=fmtp`, with less than 300.
pub const SDP_LINE_BYTES: usize = 1_024;

/// The largest number of media sections of an offer: voice, camera, data, and voice and camera of each other member, doubled
/// because a stopped section keeps its place (RFC 8829 section 5.2.2).
pub const SDP_SECTIONS: usize = 4 * ROOM_PEERS + 1;

/// The largest number of `a=candidate` lines of an offer. We are ICE-lite and never use one; more than a host with many interfaces
/// has are an attack on a parser.
pub const SDP_CANDIDATES: usize = 64;

/// The largest number of `a=rid` lines of one media section. Three simulcast layers are in use, and a fourth costs nothing.
pub const LAYERS: usize = 4;

// Addresses.

/// The largest number of addresses from which one peer is heard at a time: two interfaces, two families, twice.
pub const ROUTES: usize = 8;

/// The largest number of different addresses that one peer may use before it must restart ICE, because each one costs the engine
/// memory until then.
pub const ADDRESSES_PER_ICE: usize = 128;

/// The largest number of STUN transactions of a peer that are remembered, each until ICE is restarted. A browser checks a live path each
/// 2.5 s, which fills this in 45 hours. Further requests are still answered, but no longer move the path, because they cannot be told from
/// replays. The memory of one peer takes 2 MB at most, and 30 kB in a call of an hour.
pub const TRANSACTIONS_PER_ICE: usize = 65_536;

// Media.

/// The least interval of keyframe requests to one source. A keyframe is 5 to 10 times as large as a delta frame, and three receivers
/// that lose a packet each must not cost three keyframes.
pub const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// The longest round trip over which lost voice is sent again. A repair by satellite (VSAT) would delay playout by a second.
pub const REPAIR_RTT: Duration = Duration::from_millis(450);

/// The largest bitrate of a camera, all layers together.
pub const VIDEO_MAX: Bitrate = Bitrate::kbps(1_200);

/// The least bitrate of a camera. Chromium's does not go below 30 kbit/s, and its retransmissions come on top.
pub const VIDEO_MIN: Bitrate = Bitrate::kbps(40);

/// The assumed capacity of a link until it has been measured.
pub const ESTIMATE_START: Bitrate = Bitrate::kbps(800);

/// The longest delay of a mixer's jitter buffer. Later packets are concealed, because with a longer delay people begin to speak at
/// the same time.
pub const MIX_WAIT: Duration = Duration::from_millis(200);

// Data channels.

/// The label of the data channel for pictures.
pub const PICTURES_LABEL: &str = "pictures";

/// The largest data channel message, in bytes. A still picture of 12 kB fits; a file transfer does not.
pub const MESSAGE_BYTES: u32 = 64 * 1_024;

/// The largest number of bytes in a peer's channels that are not acknowledged: two messages.
pub const CHANNEL_BACKLOG: usize = 2 * MESSAGE_BYTES as usize;

/// The largest number of channels of one peer.
pub const CHANNELS: usize = 8;

// Periods.

/// The period at which a room reviews presence, keyframe throttles and sender limits.
pub const TICK: Duration = Duration::from_millis(250);

/// The period at which a peer's link is reported and its layers are reviewed.
pub const REPORT_INTERVAL: Duration = Duration::from_secs(1);
