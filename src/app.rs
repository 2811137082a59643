//! Builds and owns every task, and stops them in order: no new work, then the calls, then the sockets,
//! then the journal, then the media threads.

use crate::{
    bridge::{Bridge, HubStatus, INPUTS, Inlets, MEDIA_EVENTS},
    clock::Clock,
    config::Config,
    health::{Observed, Observer},
    http::{self, state::HttpState},
    identity::Identities,
    journal::Journal,
    link_history::Links,
    net::{
        accept::ProtocolAcceptor,
        ice_tcp::IceTcp,
        shard::{self, Shard, ShardConfig},
        tls::{self, TlsError},
    },
    sockets::Sockets,
    store::{Records, SqliteStore, StoreError, Vault},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use rand::{SeedableRng, rngs::StdRng};
use socket2::SockRef;
use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use teranga_clinic::{id::ConsultationId, time::Timestamp};
use teranga_signaling::{
    hub::{Hub, HubConfig, Input, RestoreError},
    limits::FINISHED_MS,
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

/// How often unfinished photos are looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(5);

/// A running server.
pub struct App {
    address: SocketAddr,
    http_state: HttpState,
    handle: Handle<SocketAddr>,
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
    Replay(ConsultationId, RestoreError),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTPS port cannot be opened.
    #[error(
        "TCP {address} cannot be opened ({source}); is another server running? Choose another port with http.listen"
    )]
    Http {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A media port cannot be opened.
    #[error(
        "UDP {address} cannot be opened ({source}); is another server running? Choose another port with media.first_port"
    )]
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
    pub async fn start(config: &Config, store: Arc<SqliteStore>, clock: Clock) -> Result<Self, StartError> {
        let listener = listen(config.http.listen)?;
        let address = listener.local_addr().map_err(|source| cannot_listen(config.http.listen, source))?;
        let (events, media) = mpsc::channel(MEDIA_EVENTS);
        let shards = start_shards(config, address.port(), clock, &events)?;
        let ice_tcp = IceTcp::new(shards.iter().map(Shard::frames).collect(), clock);
        let hub = restored(config, shards.len(), store.as_ref(), clock).await?;
        let photos = Vault::open(&config.data)?;

        let (inputs, inlet) = mpsc::channel(INPUTS);
        let (revocations, revoked) = mpsc::channel(REVOCATIONS);
        let (journal, recorded) = Journal::start(store.clone());
        let links = Links::start(store.clone(), clock).await;
        let (published, status) = watch::channel(HubStatus::default());
        let sockets = Arc::new(Sockets::default());
        let draining = Arc::new(AtomicBool::new(false));
        let observer = Arc::new(Observer::new(Observed {
            clock,
            sockets: sockets.clone(),
            shards: shards.clone(),
            ledger: journal.ledger(),
            hub: status.clone(),
            draining: draining.clone(),
        }));
        let http_state = HttpState {
            identities: Arc::new(Identities::new(store.clone(), clock)),
            records: store,
            photos: photos.clone(),
            clock,
            names: config.http.names.clone().into(),
            sockets: sockets.clone(),
            inputs,
            observer: observer.clone(),
            draining,
            sessions: Arc::default(),
        };
        let handle = Handle::new();
        let acceptor = ProtocolAcceptor::new(Arc::new(ice_tcp));
        let server = serve(config, listener, acceptor, http::router(http_state.clone()), handle.clone())?;
        let helpers = vec![
            tokio::spawn(observer.run()),
            tokio::spawn(http_state.identities.clone().watch_revocations(revocations)),
            tokio::spawn(sweep(photos, clock)),
        ];
        let bridge = Bridge { hub, clock, sockets, journal, shards, links, published };
        let bridge = tokio::spawn(bridge.run(Inlets { inputs: inlet, recorded, media, revoked }));
        Ok(Self {
            address,
            http_state,
            handle,
            server,
            bridge,
            helpers,
            status,
            drain_deadline: config.drain_deadline,
        })
    }

    /// Where the HTTPS port really is: the configured port may have been 0.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops: takes no new work, waits for the running consultations until the deadline, tells the pages
    /// to come back later, and lets the last fact reach the disk.
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
        self.handle.graceful_shutdown(Some(LAST_REQUESTS));
        let _ = self.server.await;
        for helper in &self.helpers {
            helper.abort();
        }
        drop(self.http_state);
        if timeout(LAST_REQUESTS, self.bridge).await.is_err() {
            tracing::warn!("the hub did not come to rest in time");
        }
    }
}

/// Removes photos whose transfer nobody goes on with.
async fn sweep(photos: Vault, clock: Clock) {
    loop {
        match photos.sweep(clock.timestamp()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "unfinished photos were given up"),
            Err(error) => tracing::error!(%error, "unfinished photos cannot be removed"),
        }
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Bytes of a TCP segment, either way: a packet of 1,280 bytes, the least that IPv6 must carry (RFC 8200 section 5).
/// Tunnels carry less than Ethernet, and where the message that says so is swallowed, full packets vanish for ever.
const SEGMENT_BYTES: u32 = 1_220;

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        // Connections inherit it, and it is what we tell the far side.
        SockRef::from(&listener).set_tcp_mss(SEGMENT_BYTES)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    open().map_err(|source| cannot_listen(address, source))
}

fn cannot_listen(address: SocketAddr, source: io::Error) -> StartError {
    StartError::Http { address, source }
}

fn start_shards(
    config: &Config,
    tcp_port: u16,
    clock: Clock,
    events: &shard::MediaEvents,
) -> Result<Arc<[Shard]>, StartError> {
    config
        .media
        .sockets()
        .map(|(listen, advertised)| {
            let passive = advertised.iter().map(|udp| SocketAddr::new(udp.ip(), tcp_port)).collect();
            Shard::start(ShardConfig { listen, advertised, passive }, clock, events.clone())
                .map_err(|source| StartError::Media { address: listen, source })
        })
        .collect()
}

/// A hub that knows every consultation that was going on.
async fn restored(
    config: &Config,
    shards: usize,
    records: &dyn Records,
    clock: Clock,
) -> Result<Hub, StartError> {
    let planes = u32::try_from(shards).unwrap_or(u32::MAX);
    let hub_config = HubConfig { steps: config.steps, planes, ..HubConfig::default() };
    let mut hub = Hub::new(hub_config, Box::new(StdRng::from_os_rng()));
    let ended_since = Timestamp(clock.timestamp().0.saturating_sub(FINISHED_MS));
    for (consultation, facts) in records.current(ended_since).await? {
        hub.restore(consultation, &facts).map_err(|error| StartError::Replay(consultation, error))?;
    }
    Ok(hub)
}

fn serve(
    config: &Config,
    listener: TcpListener,
    acceptor: ProtocolAcceptor,
    router: axum::Router,
    handle: Handle<SocketAddr>,
) -> Result<JoinHandle<io::Result<()>>, StartError> {
    let tls = tls::server_config(&config.tls, &config.data, &config.http.names)?;
    let tls = RustlsConfig::from_config(Arc::new(tls));
    let mut server = axum_server::from_tcp_rustls(listener, tls)
        .map_err(|source| cannot_listen(config.http.listen, source))?
        .map(|tls| tls.acceptor(acceptor))
        .handle(handle);
    http::set_bounds(server.http_builder());
    Ok(tokio::spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>())))
}
