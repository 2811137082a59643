//! The health monitor: a task that takes a snapshot of the server's figures once a second, so that the operations page and
//! Prometheus read them without touching a machine.

use crate::{
    audit_watch::AuditStatus,
    bridge::HubStatus,
    clock::Clock,
    disk_space::DiskSpace,
    journal::Ledger,
    metrics::{Exporter, Snapshot},
    net::{places::ConnectionPlaces, shard::Shard},
    outbound::{OutboundCounts, PublicationTotals},
    pulse::Pulse,
    security::{SecurityCount, SecurityLog},
    sockets::Sockets,
    store::Journal,
};
use serde::Serialize;
use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use teranga_clinic::{history::SetAside, time::Timestamp};
use tokio::sync::watch;

/// The interval between two snapshots.
const INTERVAL: Duration = Duration::from_secs(1);

/// Milliseconds of a kernel tick in `/proc/self/stat`: `USER_HZ` is fixed at 100 ticks a second for user space (proc(5)).
const MS_PER_TICK: u64 = 10;

/// Bytes of a memory page in `/proc/self/statm`.
const PAGE_BYTES: u64 = 4096;

/// The server's health, as the operations page shows it.
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
    /// True if the last write to the store succeeded.
    pub store_ok: bool,
    /// The space of the disk that holds the data; none if it cannot be read.
    pub disk: Option<DiskSpace>,
    /// Consultations that cannot be read, by identifier.
    pub set_aside: Vec<SetAside>,
    /// The state of the audit log.
    pub audit: AuditStatus,
    /// True if the server takes no new work.
    pub draining: bool,
    /// The security events of the last ten minutes, by kind.
    pub security: Vec<SecurityCount>,
}

impl Health {
    /// The health as of the snapshot `now`, with rates over the `span_ms` since `before`.
    #[expect(clippy::cast_precision_loss, reason = "rates for people's eyes")]
    pub fn between(before: &Snapshot, now: &Snapshot, span_ms: u64, uptime_s: u64) -> Self {
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
            store_ok: now.store_ok,
            disk: now.disk,
            set_aside: now.set_aside.clone(),
            audit: now.audit.clone(),
            draining: now.draining,
            security: now.security_recent.clone(),
        }
    }
}

/// The parts of the server that are observed.
pub struct Sources {
    /// The server's clock.
    pub clock: Clock,
    /// The folder of the data, whose disk must not fill up.
    pub data: PathBuf,
    /// The open `WebSocket`s.
    pub sockets: Arc<Sockets>,
    /// The places of HTTPS connections.
    pub places: Arc<ConnectionPlaces>,
    /// The media threads.
    pub shards: Arc<[Shard]>,
    /// The counts of facts that were stored, or could not be.
    pub ledger: Arc<Ledger>,
    /// The journal, for the list of what of it cannot be read.
    pub journal: Arc<dyn Journal>,
    /// The state of the audit log.
    pub audit: watch::Receiver<AuditStatus>,
    /// The state of the hub.
    pub hub: watch::Receiver<HubStatus>,
    /// The pulse of the hub's task.
    pub hub_pulse: Pulse,
    /// True if the server takes no new work.
    pub draining: Arc<AtomicBool>,
    /// The log of security events.
    pub security: Arc<SecurityLog>,
    /// The counts of notices.
    pub outbound: Arc<OutboundCounts>,
    /// The figures of publications.
    pub publications: Arc<PublicationTotals>,
}

/// The health monitor. It holds the last two snapshots.
pub struct HealthMonitor {
    sources: Sources,
    exporter: Exporter,
    snapshots: Mutex<Snapshots>,
}

#[derive(Default)]
struct Snapshots {
    before: (Timestamp, Snapshot),
    now: (Timestamp, Snapshot),
}

impl HealthMonitor {
    /// A monitor of `sources`, with empty snapshots.
    pub fn new(sources: Sources) -> Self {
        Self { sources, exporter: Exporter::default(), snapshots: Mutex::default() }
    }

    /// Takes a snapshot once a second, for ever.
    pub async fn run(self: Arc<Self>) {
        let mut interval = tokio::time::interval(INTERVAL);
        loop {
            interval.tick().await;
            self.sources.security.tell_untold();
            let now = (self.sources.clock.timestamp(), self.snapshot());
            let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            snapshots.before = std::mem::replace(&mut snapshots.now, now);
        }
    }

    /// The health for the operations page, at most a second old.
    pub fn health(&self) -> Health {
        let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        let ((from, before), (to, now)) = (&snapshots.before, &snapshots.now);
        let uptime_s = self.sources.clock.uptime().as_secs();
        Health::between(before, now, to.since_ms(*from), uptime_s)
    }

    /// The first part that stands still, if there is one: the hub, or a media thread. A call cannot go on without either.
    pub fn dead_part(&self) -> Option<&'static str> {
        let is_dead = |shard: &Shard| shard.pulse().is_dead();
        match (self.sources.hub_pulse.is_dead(), self.sources.shards.iter().any(is_dead)) {
            (true, _) => Some("hub"),
            (false, true) => Some("media"),
            (false, false) => None,
        }
    }

    /// True if another server has taken over the journal: this one can store nothing any more.
    pub fn is_fenced(&self) -> bool {
        self.sources.ledger.is_fenced()
    }

    /// The metrics in the text format of Prometheus.
    pub async fn render(&self) -> String {
        let counted = self.sources.journal.outcomes(Timestamp::default()).await;
        let outcomes = counted
            .inspect_err(|error| tracing::error!(%error, "the outcomes cannot be counted"))
            .unwrap_or_default();
        self.exporter.render(&Snapshot { outcomes, ..self.snapshot() })
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot {
            hub: *self.sources.hub.borrow(),
            shards: self.sources.shards.iter().map(Shard::stats).collect(),
            sockets: self.sources.sockets.len(),
            connections: self.sources.places.counts(),
            facts: self.sources.ledger.counts(),
            store_ok: self.sources.ledger.is_ok(),
            disk: DiskSpace::of(&self.sources.data),
            fenced: self.sources.ledger.is_fenced(),
            set_aside: self.sources.journal.set_asides().list(),
            audit: self.sources.audit.borrow().clone(),
            resident_bytes: resident_bytes().unwrap_or_default(),
            cpu_ms: cpu_ms().unwrap_or_default(),
            draining: self.sources.draining.load(Ordering::Relaxed),
            security: self.sources.security.totals().to_vec(),
            security_recent: self.sources.security.recent(),
            outcomes: Vec::new(),
            notices: self.sources.outbound.clone(),
            publications: self.sources.publications.clone(),
        }
    }
}

/// Resident memory in bytes: the second field of `/proc/self/statm`, which counts pages.
fn resident_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE_BYTES)
}

/// CPU time in milliseconds: `utime` and `stime`, fields 14 and 15 of `/proc/self/stat`. The name in field 2 may hold spaces.
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
