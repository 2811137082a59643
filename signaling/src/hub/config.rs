//! What the hub can be told at its start.

use crate::message::session::Pace;

pub use crate::queue::StepTimes;

/// Times of the hub. The defaults are the product's; tests and the demonstration shorten them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubConfig {
    /// How long each circle of specialists is rung.
    pub steps: StepTimes,
    /// Pace of pages whose call has lost its media, and of those that may be rung: a dead peer is known in
    /// under 2 s.
    pub live: Pace,
    /// Pace of pages in a call whose media has fallen silent. It is told by that; the socket comes back by itself
    /// after an outage of some seconds, and a new one would cost a thin link 5 kB beside the first words.
    pub cut_off: Pace,
    /// Pace of posts that wait: absent in under 2 s, and back as soon as a beat comes.
    pub waiting: Pace,
    /// Pace of pages whose media is under way, so that nobody takes them for present. On 24 kbit/s with losses
    /// TCP is silent for seconds then, and a socket that is given up takes the join with it.
    pub joining: Pace,
    /// Pace of pages in a call whose media is heard: that tells sooner who is gone, and the socket must not
    /// stand in the voice's way.
    pub talking: Pace,
    /// Pace of idle pages: it spares the post's data.
    pub idle: Pace,
    /// How long an invitation rings.
    pub invite_ms: u64,
    /// How long a party's resume token and availability outlast its socket.
    pub forget_ms: u64,
    /// An open consultation of which nobody is connected ends by itself after this.
    pub deserted_ms: u64,
    /// Threads of the media plane. A room's number modulo this is its thread, and a transport never leaves its thread.
    pub planes: u32,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            steps: StepTimes::default(),
            live: Pace { heartbeat_ms: 600, absent_after_ms: 1_800, lost_after_ms: 1_800 },
            cut_off: Pace { heartbeat_ms: 600, absent_after_ms: 1_800, lost_after_ms: 25_000 },
            waiting: Pace { heartbeat_ms: 600, absent_after_ms: 1_800, lost_after_ms: 12_000 },
            joining: Pace { heartbeat_ms: 2_000, absent_after_ms: 12_000, lost_after_ms: 12_000 },
            talking: Pace { heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 },
            idle: Pace { heartbeat_ms: 10_000, absent_after_ms: 25_000, lost_after_ms: 25_000 },
            invite_ms: 60_000,
            forget_ms: 10 * 60_000,
            deserted_ms: 24 * 60 * 60_000,
            planes: 1,
        }
    }
}
