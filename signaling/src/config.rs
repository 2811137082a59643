//! The configuration of the hub: its times, and the number of shards of the media plane.

use crate::message::session::Pace;
use teranga_clinic::case::CaseTimes;

pub use crate::registry::escalation::{RingTimes, StepTimes};

/// The configuration of the hub. The defaults are those of the product; tests and the demonstration shorten the times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubConfig {
    /// The times for which the escalation steps ring.
    pub steps: StepTimes,
    /// The pace of pages whose call has lost its media, and of those that may be rung: a dead peer is known in under
    /// 2 s.
    pub live: Pace,
    /// The pace of pages in a call whose media has fallen silent. Their absence is known by that; the socket comes back
    /// by itself after an outage of some seconds, and a new one would cost a thin link 5 kB beside the first words.
    pub cut_off: Pace,
    /// The pace of posts that wait: they are absent in under 2 s, and back as soon as a heartbeat comes.
    pub waiting: Pace,
    /// The pace of pages that are joining. TCP is silent for seconds then on 24 kbit/s with losses, and a
    /// socket that is given up takes the join with it. Nobody takes them for present meanwhile.
    pub joining: Pace,
    /// The pace of pages in a call whose media is heard. The media tells sooner who is gone, and the socket must not
    /// take the room of the voice.
    pub talking: Pace,
    /// The pace of idle pages, which spares the post's data.
    pub idle: Pace,
    /// The times for the steps of a deferred case.
    pub cases: CaseTimes,
    /// The time after the last step of the escalation in which the post may choose what to do; then the request becomes a
    /// deferred case, in milliseconds.
    pub defer_ms: u64,
    /// The time after which a consultation whose post is out of reach becomes a deferred case, in milliseconds.
    pub link_lost_ms: u64,
    /// The time after which a consultation whose doctor is absent rings again, in milliseconds. It is longer than most
    /// outages of a link and than a reload of the page.
    pub ring_again_ms: u64,
    /// The time for which only the doctor rings who put a call on hold, before the others do, in milliseconds.
    pub ring_back_ms: u64,
    /// The time after which a doctor who is on duty and not there is told to the coordinators, in milliseconds: longer than a
    /// reload of the page and most outages.
    pub duty_absent_ms: u64,
    /// The time for which an invitation rings, in milliseconds.
    pub invite_ms: u64,
    /// The time for which a party's resume token and availability outlast its socket, in milliseconds.
    pub forget_ms: u64,
    /// The time zone in which the pages write dates, by its name in the IANA database; none for the pages' own default,
    /// Africa/Dakar.
    pub time_zone: Option<String>,
    /// The number of shards of the media plane, each a thread. A transport never leaves its shard.
    pub shards: u16,
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
            cases: CaseTimes::default(),
            defer_ms: 60_000,
            link_lost_ms: 5 * 60_000,
            ring_again_ms: 30_000,
            ring_back_ms: 30_000,
            duty_absent_ms: 2 * 60_000,
            invite_ms: 60_000,
            forget_ms: 10 * 60_000,
            time_zone: None,
            shards: 1,
        }
    }
}
