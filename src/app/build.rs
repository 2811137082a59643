//! The parts of the server that can fail to start, one function each.

use super::error::StartError;
use crate::{
    attachment_check::document::DocumentRenderer,
    bridge::Writers,
    clock::Clock,
    config::{Config, Tls},
    declarations::DeclarationWriter,
    dpp::Dpp,
    health::HealthMonitor,
    http::{
        self,
        state::{Edge, HttpState, MetricsToken},
    },
    identity::Identities,
    link_history::LinkHistory,
    net::{
        descriptors::{self, Shares},
        https::{Deadlines, HttpsServer},
        ice_tcp::IceTcp,
        places::ConnectionPlaces,
        shard::{MediaEvents, Shard, ShardConfig},
        tls,
    },
    outbound::{OutboundWorker, Pause, PublicationTotals, Publisher, Reminders},
    referrals::ReferralClocks,
    rota::RotaService,
    security::SecurityLog,
    signatures::DocumentSigner,
    sockets::Sockets,
    spoken::{self, StandIn},
    store::{NewSpoken, ObjectBlobs, SealedFiles, Spoken, Stores, sealing::RecordKeys},
};
use rand::{SeedableRng, rngs::StdRng};
use socket2::SockRef;
use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, atomic::AtomicBool},
};
use teranga_clinic::{
    history::History,
    request::Language,
    spoken::SpokenSlot,
    time::{DISBELIEVED_MS, Timestamp},
};
use teranga_signaling::{config::HubConfig, contract::Input, hub::Hub, limits::FINISHED_MS};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

/// Bytes of a TCP segment (MSS) in either direction. Its packet has 1,280 bytes with headers, the least that
/// IPv6 must carry (RFC 8200 section 5). Tunnels carry less than Ethernet, and where ICMP is filtered, larger
/// packets vanish.
const SEGMENT_BYTES: u32 = 1_220;

/// Opens the TCP port, and gives its address: a port 0 is replaced by the one that the kernel chose.
pub(super) fn listener(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let open = || {
        let listener = TcpListener::bind(address)?;
        // Accepted connections inherit the MSS and announce it to the far side.
        SockRef::from(&listener).set_tcp_mss(SEGMENT_BYTES)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    open().map_err(|source| cannot_listen(address, source))
}

/// Starts the media threads. Their passive ICE-TCP candidates name `tcp_port`.
pub(super) fn shards(
    config: &Config,
    tcp_port: u16,
    clock: Clock,
    events: &MediaEvents,
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

/// The places for TCP connections with media, and for those of HTTPS, within what the system lets this process open.
pub(super) fn connections(shards: &[Shard], clock: Clock) -> (Arc<IceTcp>, Arc<ConnectionPlaces>) {
    let descriptors = Shares::of(descriptors::raise_limit());
    let ice_tcp = IceTcp::new(shards.iter().map(Shard::frames).collect(), descriptors.ice_tcp, clock);
    (Arc::new(ice_tcp), ConnectionPlaces::new(descriptors.https))
}

/// The consultations of the last days, and the clock, which goes on from the newest of their facts. The journal is taken over before: then
/// no other server writes any more.
pub(super) async fn past(stores: &Stores, clock: Clock) -> Result<(Clock, Vec<History>), StartError> {
    let since = before(clock.timestamp(), LEARNED_MS);
    let past: Vec<_> = stores.journal.current(since).await?.into_iter().flatten().collect();
    // A record from a year that has not come says nothing of the clock of now.
    let credible = |at: &Timestamp| *at <= clock.timestamp().plus_ms(DISBELIEVED_MS);
    let newest = past.iter().filter_map(|one| one.facts().last()).map(|fact| fact.at).filter(credible).max();
    Ok((clock.continuing(newest.unwrap_or_default()), past))
}

/// Makes the hub, tells it what specialists have declared and what the last consultations teach, and replays every open
/// consultation into it. Those that cannot be read or resumed are set aside, and the
/// others go on.
pub(super) async fn hub(
    config: &Config,
    shards: usize,
    stores: &Stores,
    (clock, past): (Clock, Vec<History>),
) -> Result<Hub, StartError> {
    let shards = u16::try_from(shards).unwrap_or(u16::MAX);
    let hub_config = HubConfig {
        steps: config.steps,
        cases: config.cases,
        defer_ms: config.defer_ms,
        link_lost_ms: config.link_lost_ms,
        duty_absent_ms: config.duty_absent_ms,
        shards,
        time_zone: config.time_zone.clone(),
        ..HubConfig::default()
    };
    let mut hub = Hub::new(hub_config, Box::new(StdRng::from_os_rng()));
    let (now, journal) = (clock.timestamp(), stores.journal.as_ref());
    hub.handle(now, Input::Declared(stores.declarations.declarations().await?));
    let ended_since = before(now, FINISHED_MS);
    for history in past {
        hub.learn(history.facts());
        let ended_at = history.consultation().ended_at();
        let is_current = ended_at.is_none_or(|at| (ended_since..=now).contains(&at));
        if is_current && hub.restore(history.consultation().id(), history.facts()).is_err() {
            journal.set_asides().add(history.contradicted());
        }
    }
    Ok(hub)
}

/// The time back for which the hub learns who followed which patient and how long posts wait: patients come again within two weeks,
/// and their consultations are read in about a second.
const LEARNED_MS: u64 = 14 * 24 * 3_600_000;

const fn before(now: Timestamp, ms: u64) -> Timestamp {
    Timestamp(now.0.saturating_sub(ms))
}

/// Starts the writers that the bridge does not wait for, and gives the worker of the outbox.
pub(super) async fn writers(
    config: &Config,
    port: u16,
    stores: &Stores,
    clock: Clock,
) -> (Writers, OutboundWorker) {
    let reminders = Reminders { appointments: stores.appointments.clone(), journal: stores.journal.clone() };
    let (outbound, worker) = OutboundWorker::new(config, port, stores.outbox.clone(), reminders);
    let writers = Writers {
        link_history: LinkHistory::start(stores.links.clone(), clock).await,
        declarations: DeclarationWriter::start(stores.declarations.clone()),
        outbound,
    };
    (writers, worker)
}

/// The task with the clocks of referrals.
pub(super) fn referral_clocks(
    config: &Config,
    stores: &Stores,
    inputs: mpsc::Sender<Input>,
    notices: &OutboundWorker,
) -> ReferralClocks {
    ReferralClocks {
        referrals: stores.referrals.clone(),
        journal: stores.journal.clone(),
        places: stores.places.clone(),
        limits: config.referrals,
        inputs,
        calls: notices.structures(),
    }
}

/// The worker that publishes records to the national record.
pub(super) fn publisher(stores: &Stores, state: &HttpState, totals: Arc<PublicationTotals>) -> Publisher {
    Publisher {
        publications: stores.publications.clone(),
        journal: stores.journal.clone(),
        staff: stores.staff.clone(),
        patients: stores.patients.clone(),
        dpp: state.dpp.clone(),
        systems: state.systems.clone(),
        totals,
        pause: Pause::default(),
    }
}

/// What the router shares with the running tasks.
pub(super) struct Running {
    pub(super) sockets: Arc<Sockets>,
    pub(super) inputs: mpsc::Sender<Input>,
    pub(super) health: Arc<HealthMonitor>,
    pub(super) security: Arc<SecurityLog>,
    pub(super) draining: Arc<AtomicBool>,
}

/// The state of the router, over the stores and the running tasks.
pub(super) async fn http_state(
    config: &Config,
    stores: &Stores,
    keys: &RecordKeys,
    clock: Clock,
    running: Running,
) -> Result<HttpState, StartError> {
    let Running { sockets, inputs, health, security, draining } = running;
    Ok(HttpState {
        identities: Arc::new(Identities::new(stores, clock)),
        journal: stores.journal.clone(),
        files: files(config, keys).await?,
        documents: DocumentRenderer::of_this_binary(),
        spoken: spoken(stores, clock).await?,
        rota: Arc::new(RotaService::new(stores.rotas.clone(), config.time_zone.as_deref(), clock)),
        contacts: stores.outbox.clone(),
        signer: DocumentSigner::new(stores.signer_keys.clone(), clock),
        prescriptions: stores.prescriptions.clone(),
        dpp: Arc::new(Dpp::new(config.dpp.clone()).map_err(StartError::Dpp)?),
        publications: stores.publications.clone(),
        proposals: stores.proposals.clone(),
        stock: stores.stock.clone(),
        people: stores.people.clone(),
        audit: stores.audit.clone(),
        referrals: stores.referrals.clone(),
        ambulances: stores.ambulances.clone(),
        appointments: stores.appointments.clone(),
        patients: stores.patients.clone(),
        systems: Arc::new(config.fhir.clone()),
        clock,
        names: config.http.names.clone().into(),
        sockets,
        inputs,
        health,
        security,
        draining,
        sessions: Arc::default(),
        edge: edge(config)?,
    })
}

/// Opens the sealed files. Finished ones are blobs in a local folder.
async fn files(config: &Config, keys: &RecordKeys) -> Result<SealedFiles, StartError> {
    let blobs = ObjectBlobs::in_folder(&config.data.join(PHOTOS))?;
    Ok(SealedFiles::open(&config.data, Arc::new(blobs), keys).await?)
}

/// The recordings of the sentences for patients, with the stand-ins. Those that are there stay as they are, also if they were withdrawn.
async fn spoken(stores: &Stores, clock: Clock) -> Result<Arc<dyn Spoken>, StartError> {
    for StandIn { sentence, audio, duration_ms } in spoken::stand_ins() {
        let slot = SpokenSlot { sentence, language: Language::Fr };
        let new = NewSpoken { slot, by: None, duration_ms, audio: audio.to_vec() };
        stores.spoken.add_spoken(&new, clock.timestamp()).await?;
    }
    Ok(stores.spoken.clone())
}

/// The folder of the finished photos, in the data folder.
const PHOTOS: &str = "photos";

/// What the interface tells browsers and Prometheus about this installation.
fn edge(config: &Config) -> Result<Edge, StartError> {
    let metrics_token = config.metrics_token.as_deref().map(MetricsToken::load).transpose()?;
    // A browser lets nobody past a bad certificate once it knows this header. Whoever visits a server with an authority of
    // its own for the first time could then not even reach the page.
    Ok(Edge {
        hsts: !matches!(config.tls, Tls::Internal { .. }),
        metrics_token: metrics_token.map(Arc::new),
        sms: config.sms.is_some(),
        case_times: config.cases,
    })
}

/// Starts the HTTPS server, and gives the switch that stops it when it becomes true.
pub(super) fn https_server(
    config: &Config,
    listener: TcpListener,
    parts: (Arc<IceTcp>, Arc<ConnectionPlaces>, Clock),
    state: &HttpState,
) -> Result<(watch::Sender<bool>, JoinHandle<()>), StartError> {
    let (ice_tcp, places, clock) = parts;
    let tls = Arc::new(tls::server_config(&config.tls, &config.data, &config.http.names, clock)?);
    let listener = tokio::net::TcpListener::from_std(listener)
        .map_err(|source| cannot_listen(config.http.listen, source))?;
    let server = HttpsServer {
        tls,
        ice_tcp,
        places,
        deadlines: Deadlines::default(),
        clock,
        router: http::router(state.clone()),
    };
    let (stop, stopped) = watch::channel(false);
    Ok((stop, tokio::spawn(server.run(listener, stopped))))
}

/// The error of a TCP port that cannot be opened.
pub(super) fn cannot_listen(address: SocketAddr, source: io::Error) -> StartError {
    StartError::Http { address, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Journal as _;
    use crate::store::testing::{Folder, add, consultation, last_build, requested};
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
    use teranga_clinic::{fact::Fact, history::SetAsideReason};

    /// The hub of a server that starts on this data folder: consultations that wait and that run, and the reasons for
    /// which others are set aside.
    async fn resumed(folder: &Folder) -> (usize, usize, Vec<SetAsideReason>) {
        let store = folder.open().await;
        let config = Config::demo(folder, "127.0.0.1:0".parse().unwrap(), 1);
        let stores = Stores::of(Arc::new(store.clone()));
        let past = past(&stores, Clock::start()).await.unwrap();
        let stats = hub(&config, 1, &stores, past).await.unwrap().stats();
        let reasons = store.set_asides().list().iter().map(|aside| aside.reason).collect();
        (stats.waiting, stats.running, reasons)
    }

    #[tokio::test]
    async fn one_row_that_cannot_be_read_keeps_no_server_from_starting() {
        assert_eq!(resumed(&last_build()).await, (1, 1, vec![]));
        let folder = last_build();
        let file = SqliteConnectOptions::new().filename(folder.join("teranga.db"));
        let mut file = file.connect().await.unwrap();
        let damage = "UPDATE fact SET what = '{\"kind\":\"prescribed\"}' WHERE what LIKE '%à surveiller%'";
        assert_eq!(sqlx::query(damage).execute(&mut file).await.unwrap().rows_affected(), 1);
        file.close().await.unwrap();
        assert_eq!(resumed(&folder).await, (1, 0, vec![SetAsideReason::UnknownKind]));
    }

    #[tokio::test]
    async fn a_server_whose_clock_was_set_back_by_an_hour_goes_on_from_its_newest_record() {
        let (folder, id) = (Folder::new(), consultation(1));
        let store = folder.open().await;
        let newest = Clock::start().timestamp().plus_ms(3_600_000);
        add(&store, id, &Fact { at: newest, ..requested(id, 1) }).await.unwrap();
        let (clock, _) = past(&Stores::of(Arc::new(store)), Clock::start()).await.unwrap();
        assert!(clock.timestamp() >= newest);
    }

    #[tokio::test]
    async fn two_consultations_that_contradict_each_other_keep_no_server_from_starting() {
        let folder = Folder::new();
        let store = folder.open().await;
        for number in 1..=2 {
            let id = consultation(number);
            add(&store, id, &requested(id, number.try_into().unwrap())).await.unwrap();
        }
        store.close().await;
        assert_eq!(resumed(&folder).await, (1, 0, vec![SetAsideReason::Conflict]));
    }
}
