//! The state of the HTTP router over a store in a folder, for the programs here that ask the router without a network.

use std::{path::Path, sync::Arc};
use teranga::{
    attachment_check::document::DocumentRenderer,
    clock::Clock,
    dpp::Dpp,
    health::{HealthMonitor, Sources},
    http::state::{Edge, HttpState},
    identity::Identities,
    journal::Ledger,
    net::places::{Bounds, ConnectionPlaces},
    pulse::Pulse,
    rota::RotaService,
    security::SecurityLog,
    signatures::DocumentSigner,
    sockets::Sockets,
    store::{
        HasAmbulances, HasAppointments, HasOutbox, HasPatients, HasPeople, HasPrescriptions, HasProposals,
        HasPublications, HasReferrals, HasRotas, HasSignerKeys, HasSpoken, HasStock, ObjectBlobs,
        SealedFiles, SqliteStore, Stores,
    },
};
use teranga_signaling::contract::Input;
use tokio::sync::{mpsc, watch};

/// Opens the photo store in the folder and makes the state.
pub(crate) async fn open(
    store: Arc<SqliteStore>,
    clock: Clock,
    folder: &Path,
    inputs: mpsc::Sender<Input>,
) -> HttpState {
    let (sockets, draining) = (Arc::<Sockets>::default(), Arc::default());
    let security = Arc::new(SecurityLog::new(clock));
    let sources = Sources {
        clock,
        data: folder.to_owned(),
        sockets: Arc::clone(&sockets),
        places: ConnectionPlaces::new(Bounds::share(64)),
        shards: Arc::new([]),
        hub_pulse: Pulse::new(clock),
        ledger: Arc::<Ledger>::default(),
        journal: store.clone(),
        audit: watch::channel(<_>::default()).1,
        hub: watch::channel(<_>::default()).1,
        draining: Arc::clone(&draining),
        security: Arc::clone(&security),
        outbound: Arc::default(),
        publications: Arc::default(),
    };
    let blobs = ObjectBlobs::in_folder(&folder.join("photos")).expect("the folder can be made");
    let files = SealedFiles::open(folder, Arc::new(blobs), store.record_keys()).await;
    HttpState {
        identities: Arc::new(Identities::new(&Stores::of(store.clone()), clock)),
        files: files.expect("the sealed files open"),
        documents: DocumentRenderer::of_this_binary(),
        spoken: store.recordings(),
        rota: Arc::new(RotaService::new(store.rotas(), None, clock)),
        contacts: store.outbox(),
        dpp: Arc::new(Dpp::new(None).expect("no file is read")),
        stock: store.stock(),
        patients: store.patients(),
        prescriptions: store.prescriptions(),
        people: store.people(),
        referrals: store.referrals(),
        publications: store.publications(),
        ambulances: store.ambulances(),
        proposals: store.proposals(),
        audit: store.clone(),
        appointments: store.appointments(),
        signer: DocumentSigner::new(store.signer_keys(), clock),
        systems: Arc::default(),
        journal: store,
        clock,
        names: Arc::new(["teranga.example.sn".to_owned()]),
        sockets,
        inputs,
        health: Arc::new(HealthMonitor::new(sources)),
        security,
        draining,
        sessions: Arc::default(),
        edge: Edge::default(),
    }
}
