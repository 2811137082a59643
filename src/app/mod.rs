//! The running server: it builds and owns every task, and stops them in order. New work is refused first; then the calls end,
//! the sockets close, the journal writes its last fact, and the media threads stop.

mod build;
mod error;

pub use error::StartError;

use crate::{
    audit_watch,
    bridge::{Bridge, HubStatus, INPUTS, Inlets, MEDIA_EVENTS},
    clock::Clock,
    config::Config,
    health::{HealthMonitor, Sources},
    http::state::HttpState,
    journal::JournalWriter,
    outbound::{AuditHeadMail, OutboundWorker, PublicationTotals},
    pulse::Pulse,
    rota,
    security::SecurityLog,
    sockets::Sockets,
    store::{Journal, SealedFiles, Stores, sealing::RecordKeys},
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use teranga_clinic::id::PartyId;
use teranga_signaling::{contract::Input, message::session::ByeReason};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

/// Revocations that may wait for the hub.
const REVOCATIONS: usize = 256;

/// The time that open HTTP requests, and then the hub, have to finish once the calls are over.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// The interval at which abandoned uploads of photos are removed.
const SWEEP_EVERY: Duration = Duration::from_mins(5);

/// A running server.
pub struct App {
    address: SocketAddr,
    http_state: HttpState,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    bridge: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    status: watch::Receiver<HubStatus>,
    drain_deadline: Duration,
}

impl App {
    /// Opens the ports, replays the open consultations and starts every task.
    ///
    /// # Errors
    /// See [`StartError`]; nothing is left running.
    pub async fn start(
        config: &Config,
        stores: Stores,
        keys: RecordKeys,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let (listener, address) = build::listener(config.http.listen)?;
        let epoch = stores.journal.take_over().await?;
        let (clock, past) = build::past(&stores, clock).await?;
        let ((events, media), (status, hub_status)) =
            (mpsc::channel(MEDIA_EVENTS), watch::channel(<_>::default()));
        let shards = build::shards(config, address.port(), clock, &events)?;
        let (ice_tcp, places) = build::connections(&shards, clock);
        let hub = build::hub(config, shards.len(), &stores, (clock, past)).await?;
        let ((inputs, queued), (revocations, revoked)) = (mpsc::channel(INPUTS), mpsc::channel(REVOCATIONS));
        let (journal, recorded) = JournalWriter::start(stores.journal.clone(), epoch);
        let (writers, notices) = build::writers(config, address.port(), &stores, clock).await;
        let (sockets, draining): (Arc<Sockets>, Arc<AtomicBool>) = Default::default();
        let totals = Arc::<PublicationTotals>::default();
        let (pulse, security) = (Pulse::new(clock), Arc::new(SecurityLog::new(clock)));
        let health = Arc::new(HealthMonitor::new(Sources {
            clock,
            data: config.data.clone(),
            sockets: sockets.clone(),
            places: places.clone(),
            shards: shards.clone(),
            ledger: journal.ledger(),
            journal: stores.journal.clone(),
            audit: audit_watch::start(stores.audit.clone()),
            hub: hub_status.clone(),
            hub_pulse: pulse.clone(),
            draining: draining.clone(),
            security: security.clone(),
            outbound: notices.counts(),
            publications: totals.clone(),
        }));
        let running =
            build::Running { sockets: sockets.clone(), inputs, health, security: security.clone(), draining };
        let http_state = build::http_state(config, &stores, &keys, clock, running).await?;
        let (stop, server) = build::https_server(config, listener, (ice_tcp, places, clock), &http_state)?;
        let referrals = build::referral_clocks(config, &stores, http_state.inputs.clone(), &notices);
        let publisher = build::publisher(&stores, &http_state, totals);
        let mut helpers = spawn_helpers(&http_state, stores.journal, revocations, notices);
        helpers.push(tokio::spawn(referrals.run(clock)));
        helpers.push(tokio::spawn(publisher.run(clock)));
        helpers.extend(AuditHeadMail::new(config, stores.audit).map(|mail| tokio::spawn(mail.run(clock))));
        let bridge = Bridge { hub, clock, sockets, journal, shards, writers, security, status, pulse };
        let bridge = tokio::spawn(bridge.run(Inlets { inputs: queued, recorded, media, revoked }));
        Ok(Self {
            address,
            http_state,
            stop,
            server,
            bridge,
            helpers,
            status: hub_status,
            drain_deadline: config.drain_deadline,
        })
    }

    /// The address of the HTTPS port. Its port differs from the configured one if that was 0.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops in order: it takes no new work, waits until the deadline for running consultations, tells the pages to reconnect
    /// later, and lets the last fact reach the disk.
    pub async fn drain(mut self) {
        self.http_state.draining.store(true, Ordering::Relaxed);
        let _ = self.http_state.inputs.send(Input::Drain).await;
        let calls_end = self.status.wait_for(|status| status.running == 0);
        if timeout(self.drain_deadline, calls_end).await.is_err() {
            tracing::warn!(
                "the deadline ended the wait for running consultations; they resume at the next start"
            );
        }
        self.http_state.sockets.close_all(ByeReason::Draining);
        self.stop.send_replace(true);
        let _ = self.server.await;
        for helper in &self.helpers {
            helper.abort();
        }
        // The bridge ends when the last sender of inputs is dropped, and the journal and the media threads end with it.
        drop(self.http_state);
        if timeout(LAST_REQUESTS, self.bridge).await.is_err() {
            tracing::warn!("the hub did not come to rest in time");
        }
    }
}

/// Starts the tasks that run until the server stops.
fn spawn_helpers(
    state: &HttpState,
    journal: Arc<dyn Journal>,
    revocations: mpsc::Sender<PartyId>,
    notices: OutboundWorker,
) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(state.health.clone().run()),
        tokio::spawn(state.identities.clone().watch_revocations(revocations)),
        tokio::spawn(sweep(state.files.clone(), state.clock)),
        tokio::spawn(tell_set_asides(journal, state.inputs.clone())),
        tokio::spawn(rota::watch(state.rota.clone(), state.inputs.clone())),
        tokio::spawn(notices.run(state.clock, state.inputs.clone())),
    ]
}

/// Removes abandoned uploads of files at an interval.
async fn sweep(files: SealedFiles, clock: Clock) {
    loop {
        match files.sweep(clock.timestamp()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "unfinished uploads were given up"),
            Err(error) => tracing::error!(%error, "unfinished uploads cannot be removed"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Tells the hub which consultations are set aside, at the start and whenever one is added.
async fn tell_set_asides(journal: Arc<dyn Journal>, inputs: mpsc::Sender<Input>) {
    let mut list = journal.set_asides().watch();
    loop {
        let asides = list.borrow_and_update().values().copied().collect();
        if inputs.send(Input::SetAside(asides)).await.is_err() || list.changed().await.is_err() {
            return;
        }
    }
}
