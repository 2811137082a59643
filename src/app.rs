//! Builds and owns every task, and stops them in order: no new work, then the calls, then the sockets,
//! then the journal, then the media threads.

use crate::{
    bridge::{Bridge, HubStatus, INPUTS, Inlets, MEDIA_EVENTS},
    clock::Clock,
    config::Config,
    http::{self, Live, tls, tls::TlsError},
    identity::Identity,
    journal::Journal,
    observer::Observer,
    shard::{Shard, ShardConfig},
    sockets::Sockets,
    store::{self, Records, StoreError},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use teranga_media::command::Event;
use teranga_signaling::{
    hub::{Hub, HubConfig, Input, RestoreError},
    id::PartyId,
    message::session::ByeReason,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

/// Revocations that may wait for the hub.
const REVOCATIONS: usize = 256;

/// How long open HTTP connections may take to finish once the calls are over.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// A running server.
pub struct App {
    address: SocketAddr,
    live: Live,
    door: Handle<SocketAddr>,
    server: JoinHandle<io::Result<()>>,
    bridge: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    status: watch::Receiver<HubStatus>,
    drain_deadline: Duration,
}

/// Why the server does not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The records cannot be opened.
    #[error("the records cannot be opened: {0}")]
    Store(#[from] StoreError),
    /// An open consultation cannot be replayed.
    #[error("consultation {0} cannot be replayed ({1}); restore the data folder from a backup")]
    Replay(teranga_signaling::id::ConsultationId, RestoreError),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTPS port cannot be opened.
    #[error("TCP {address} cannot be opened ({source}); is another server running? Choose another port with http.listen")]
    Http {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A media port cannot be opened.
    #[error("UDP {address} cannot be opened ({source}); is another server running? Choose another port with media.first_port")]
    Media {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

impl App {
    /// Opens the records, replays what was going on, and opens the doors.
    ///
    /// # Errors
    /// See [`StartError`]; nothing is left running.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let records = store::open(&config.data, clock.clone()).await?;
        let listener = listen(config.http.listen)?;
        let (media_events, media) = mpsc::channel(MEDIA_EVENTS);
        let shards = start_shards(config, &clock, &media_events)?;
        let hub = restored(config, records.as_ref()).await?;

        let sockets = Arc::new(Sockets::default());
        let (inputs, inlet) = mpsc::channel(INPUTS);
        let (journal, recorded) = Journal::start(Arc::clone(&records));
        let (revocations, revoked) = mpsc::channel(REVOCATIONS);
        let identity = Arc::new(Identity::new(records, clock.clone()));
        let (published, status) = watch::channel(HubStatus::default());
        let draining = Arc::new(AtomicBool::new(false));
        let observer = Arc::new(Observer::new(
            clock.clone(),
            Arc::clone(&sockets),
            Arc::clone(&shards),
            journal.ledger(),
            status.clone(),
            Arc::clone(&draining),
        ));
        let helpers = vec![
            tokio::spawn(Arc::clone(&observer).run()),
            tokio::spawn(Arc::clone(&identity).watch_revocations(revocations)),
        ];
        let inlets = Inlets { inputs: inlet, recorded, media, revoked };
        let bridge = Bridge { hub, clock, sockets: Arc::clone(&sockets), journal, shards, published };
        let bridge = tokio::spawn(bridge.run(inlets));
        let live = Live::new(sockets, inputs, observer, draining);
        let address = listener.local_addr().map_err(|source| StartError::Http { address: config.http.listen, source })?;
        let door = Handle::new();
        let server = serve(config, listener, http::router(live.clone(), identity), door.clone())?;
        let drain_deadline = config.drain_deadline;
        Ok(Self { address, live, door, server, bridge, helpers, status, drain_deadline })
    }

    /// Where the HTTPS port really is: the configured port may have been 0.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: takes no new work, waits for the running consultations until the deadline, tells the pages
    /// to come back later, and lets the last fact reach the disk.
    pub async fn drain(mut self) {
        self.live.draining.store(true, Ordering::Relaxed);
        let _ = self.live.inputs.send(Input::Drain).await;
        let calls_end = self.status.wait_for(|status| status.running == 0);
        if timeout(self.drain_deadline, calls_end).await.is_err() {
            tracing::warn!("the deadline ended the wait for running consultations; they resume at the next start");
        }
        self.live.sockets.close_all(ByeReason::Draining);
        self.door.graceful_shutdown(Some(LAST_REQUESTS));
        let _ = self.server.await;
        for helper in &self.helpers {
            helper.abort();
        }
        drop(self.live);
        if timeout(LAST_REQUESTS, self.bridge).await.is_err() {
            tracing::warn!("the hub did not come to rest in time");
        }
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    open().map_err(|source| StartError::Http { address, source })
}

fn start_shards(config: &Config, clock: &Clock, events: &mpsc::Sender<Event>) -> Result<Arc<[Shard]>, StartError> {
    config
        .media
        .sockets()
        .map(|(listen, advertised)| {
            Shard::start(ShardConfig { listen, advertised }, clock.clone(), events.clone())
                .map_err(|source| StartError::Media { address: listen, source })
        })
        .collect()
}

/// A hub that knows every consultation that was going on.
async fn restored(config: &Config, records: &dyn Records) -> Result<Hub, StartError> {
    let mut hub = Hub::new(HubConfig { steps: config.steps, ..HubConfig::default() }, Box::new(rand::rng()));
    for (consultation, facts) in records.current(ended_since).await? {
        hub.restore(consultation, &facts).map_err(|error| StartError::Replay(consultation, error))?;
    }
    Ok(hub)
}

fn serve(
    config: &Config,
    listener: TcpListener,
    router: axum::Router,
    door: Handle<SocketAddr>,
) -> Result<JoinHandle<io::Result<()>>, StartError> {
    let tls = tls::server_config(&config.tls, &config.data, &config.http.names)?;
    let tls = RustlsConfig::from_config(Arc::new(tls));
    let mut server = axum_server::from_tcp_rustls(listener, tls)
        .map_err(|source| StartError::Http { address: config.http.listen, source })?
        .handle(door);
    http::set_patience(server.http_builder());
    Ok(tokio::spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>())))
}

/// Parties that lose their rights, on their way to the hub.
pub type Revocations = mpsc::Sender<PartyId>;
