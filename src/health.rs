//! Looks at the house once a second, so that a question about its health costs nothing.

use crate::{
    bridge::HubStatus,
    clock::Clock,
    journal::Ledger,
    metrics::{Exporter, Snapshot},
    net::shard::Shard,
    sockets::Sockets,
};
use serde::Serialize;
use std::{
    fs,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use teranga_clinic::time::Timestamp;
use tokio::sync::watch;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(1);

/// Kernel ticks a second in `/proc/self/stat`; fixed at 100 for user space on Linux (proc(5), `USER_HZ`).
const MS_PER_TICK: u64 = 10;

/// Bytes of a page in `/proc/self/statm`.
const PAGE_BYTES: u64 = 4096;

/// The server's own state, for the operations page.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Health {
    /// Version of the program.
    pub version: &'static str,
    /// Seconds since the start.
    #[cfg_attr(test, ts(type = "number"))]
    pub uptime_s: u64,
    /// Resident memory, bytes.
    #[cfg_attr(test, ts(type = "number"))]
    pub rss_bytes: u64,
    /// Share of one core used over the last second, percent.
    pub cpu_percent: f32,
    /// Rooms with a transport.
    #[cfg_attr(test, ts(type = "number"))]
    pub rooms: u64,
    /// Participants with a transport.
    #[cfg_attr(test, ts(type = "number"))]
    pub peers: u64,
    /// Datagrams received a second.
    pub packets_in_per_s: f32,
    /// Datagrams sent a second.
    pub packets_out_per_s: f32,
    /// Datagrams refused a second.
    pub dropped_per_s: f32,
    /// Open `WebSocket`s.
    pub ws_sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Whether the last write to the store succeeded.
    pub store_ok: bool,
    /// Whether the server takes no new work.
    pub draining: bool,
}

impl Health {
    /// The state now, with rates over the time since `before`.
    #[expect(clippy::cast_precision_loss, reason = "rates for people's eyes")]
    pub fn between(before: &Snapshot, now: &Snapshot, span_ms: u64, uptime_s: u64, store_ok: bool) -> Self {
        let per_s = |old: u64, new: u64| new.saturating_sub(old) as f32 * 1_000.0 / span_ms.max(1) as f32;
        Self {
            version: env!("CARGO_PKG_VERSION"),
            uptime_s,
            rss_bytes: now.resident_bytes,
            cpu_percent: per_s(before.cpu_ms, now.cpu_ms) / 10.0,
            rooms: now.rooms(),
            peers: now.peers(),
            packets_in_per_s: per_s(before.packets_in(), now.packets_in()),
            packets_out_per_s: per_s(before.packets_out(), now.packets_out()),
            dropped_per_s: per_s(before.dropped(), now.dropped()),
            ws_sessions: now.sockets,
            waiting: now.hub.waiting,
            store_ok,
            draining: now.draining,
        }
    }
}

/// What is looked at.
pub struct Observed {
    /// The door to time.
    pub clock: Clock,
    /// Open sockets.
    pub sockets: Arc<Sockets>,
    /// The media threads.
    pub shards: Arc<[Shard]>,
    /// How writing goes.
    pub ledger: Arc<Ledger>,
    /// How the hub is.
    pub hub: watch::Receiver<HubStatus>,
    /// Whether no new work is taken.
    pub draining: Arc<AtomicBool>,
}

/// What the house looks like, as of the last second.
pub struct Observer {
    house: Observed,
    exporter: Exporter,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    before: (Timestamp, Snapshot),
    now: (Timestamp, Snapshot),
}

impl Observer {
    /// Looks at `house`.
    pub fn new(house: Observed) -> Self {
        Self { house, exporter: Exporter::default(), seen: Mutex::default() }
    }

    /// Looks once a second, for ever.
    pub async fn run(self: Arc<Self>) {
        let mut beat = tokio::time::interval(INTERVAL);
        loop {
            beat.tick().await;
            let now = (self.house.clock.timestamp(), self.snapshot());
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.before = std::mem::replace(&mut seen.now, now);
        }
    }

    /// For the operations page.
    pub fn health(&self) -> Health {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let ((from, before), (to, now)) = (&seen.before, &seen.now);
        let uptime_s = self.house.clock.uptime().as_secs();
        Health::between(before, now, to.since_ms(*from), uptime_s, self.house.ledger.is_ok())
    }

    /// For Prometheus.
    pub fn render(&self) -> String {
        self.exporter.render(&self.snapshot())
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            hub: *self.house.hub.borrow(),
            shards: self.house.shards.iter().map(Shard::stats).collect(),
            sockets: self.house.sockets.len(),
            facts: self.house.ledger.counts(),
            resident_bytes: resident_bytes().unwrap_or_default(),
            cpu_ms: cpu_ms().unwrap_or_default(),
            draining: self.house.draining.load(Ordering::Relaxed),
        }
    }
}

/// Second field of `/proc/self/statm`, in pages.
fn resident_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE_BYTES)
}

/// `utime` and `stime`, fields 14 and 15 of `/proc/self/stat`; the name in field 2 may hold spaces.
fn cpu_ms() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = text.rsplit_once(") ")?.1;
    let ticks: u64 =
        after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(ticks * MS_PER_TICK)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_process_sees_its_own_memory_and_time() {
        assert!(super::resident_bytes().unwrap() > 1_000_000);
        assert!(super::cpu_ms().is_some());
    }
}
