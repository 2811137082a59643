//! The state that every request handler shares.

use crate::{
    attachment_check::document::DocumentRenderer,
    clock::Clock,
    dpp::Dpp,
    health::HealthMonitor,
    identity::Identities,
    rota::RotaService,
    security::{SecurityKind, SecurityLog},
    signatures::DocumentSigner,
    sockets::Sockets,
    store::{
        Ambulances, Appointments, AuditLog, Journal, Outbox, Patients, People, Prescriptions, Proposals,
        Publications, Referrals, SealedFiles, Spoken, Stock, TokenHash,
    },
};
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use axum::http::{HeaderMap, HeaderValue, Uri, header, uri::Scheme};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use teranga_clinic::case::CaseTimes;
use teranga_exchange::record::Systems;
use teranga_signaling::{contract::Input, id::SessionId};
use tokio::sync::mpsc;

/// The state of the router. It is cheap to clone: every request gets a copy.
#[derive(Clone)]
pub struct HttpState {
    /// Accounts, devices and sessions.
    pub identities: Arc<Identities>,
    /// The journal of consultations.
    pub journal: Arc<dyn Journal>,
    /// The sealed photos and attachments.
    pub files: SealedFiles,
    /// Draws the pages of documents.
    pub documents: DocumentRenderer,
    /// Recordings of the sentences for patients.
    pub spoken: Arc<dyn Spoken>,
    /// The rota of specialists.
    pub rota: Arc<RotaService>,
    /// Telephones and e-mail addresses of accounts.
    pub contacts: Arc<dyn Outbox>,
    /// The signatures of documents.
    pub signer: DocumentSigner,
    /// The index of prescriptions.
    pub prescriptions: Arc<dyn Prescriptions>,
    /// The national record of patients.
    pub dpp: Arc<Dpp>,
    /// What is owed to the national record.
    pub publications: Arc<dyn Publications>,
    /// What posts propose about structures.
    pub proposals: Arc<dyn Proposals>,
    /// The stock of posts.
    pub stock: Arc<dyn Stock>,
    /// The audit log.
    pub audit: Arc<dyn AuditLog>,
    /// Who stands behind a party.
    pub people: Arc<dyn People>,
    /// The index of referrals.
    pub referrals: Arc<dyn Referrals>,
    /// The links of ambulances.
    pub ambulances: Arc<dyn Ambulances>,
    /// The index of appointments.
    pub appointments: Arc<dyn Appointments>,
    /// The patients of posts.
    pub patients: Arc<dyn Patients>,
    /// The names of systems in records that leave as FHIR.
    pub systems: Arc<Systems>,
    /// The server's clock.
    pub clock: Clock,
    /// The host names of this server, against which `Origin` is checked.
    pub names: Arc<[String]>,
    /// The open `WebSocket`s.
    pub sockets: Arc<Sockets>,
    /// The queue to the hub. A sender waits while it is full, which slows the socket that sends too much.
    pub inputs: mpsc::Sender<Input>,
    /// The figures of the server's health.
    pub health: Arc<HealthMonitor>,
    /// The log of security events.
    pub security: Arc<SecurityLog>,
    /// True if the server takes no new work.
    pub draining: Arc<AtomicBool>,
    /// The number of the next WebSocket session.
    pub sessions: Arc<AtomicU64>,
    /// What browsers and Prometheus are told about this installation.
    pub edge: Edge,
}

/// What browsers and Prometheus are told about this installation.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// True if browsers shall refuse plain HTTP and bad certificates from now on (HSTS, RFC 6797).
    pub hsts: bool,
    /// The token with which `/metrics` may be read; none if only operators may.
    pub metrics_token: Option<Arc<MetricsToken>>,
    /// True if the server sends SMS.
    pub sms: bool,
    /// The deadlines of deferred cases.
    pub case_times: CaseTimes,
}

/// The token of `/metrics`, kept as its SHA-256.
#[derive(Debug)]
pub struct MetricsToken([u8; SHA256_BYTES]);

/// The error of a token file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {advice}")]
pub struct MetricsTokenError {
    path: PathBuf,
    advice: String,
}

impl MetricsToken {
    /// Reads the token from the first line of a file.
    ///
    /// # Errors
    /// The file cannot be read, or its first line is too short to withstand guessing.
    pub fn load(path: &Path) -> Result<Self, MetricsTokenError> {
        let error = |advice: String| MetricsTokenError { path: path.to_owned(), advice };
        let text = fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
        let token = text.lines().next().unwrap_or_default().trim();
        if token.len() < TOKEN_CHARS {
            return Err(error(format!(
                "the first line must be a random token of {TOKEN_CHARS} or more characters"
            )));
        }
        Ok(Self(sha256(token)))
    }

    /// True if an `Authorization` header carries the token (RFC 6750). The time it takes tells nothing about the token.
    pub(super) fn is_in(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        verify_slices_are_equal(&self.0, &sha256(sent)).is_ok()
    }
}

fn sha256(text: &str) -> [u8; SHA256_BYTES] {
    let mut bytes = [0; SHA256_BYTES];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    bytes
}

const SHA256_BYTES: usize = 32;

/// The shortest token: 192 random bits in base64.
const TOKEN_CHARS: usize = 32;

impl HttpState {
    /// A number that no other WebSocket session of this process has.
    pub(super) fn next_session(&self) -> SessionId {
        SessionId(self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    /// True if the server takes no new work.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Closes the sockets of an HTTP session that has ended: the hub says goodbye on them, and whoever is in a call on one
    /// has left it.
    pub(super) async fn close_sockets(&self, key: &TokenHash) {
        self.security.record(SecurityKind::SessionEnded, None, None);
        for session in self.sockets.bound_to(key) {
            let _ = self.inputs.send(Input::SignedOut { session }).await;
        }
    }

    /// True if an `Origin` header (RFC 6454) names this server over HTTPS. The port does not matter.
    pub(super) fn is_own_origin(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str().ok().and_then(|text| text.parse::<Uri>().ok()).unwrap_or_default();
        let host = origin.host().unwrap_or_default().trim_matches(['[', ']']);
        origin.scheme() == Some(&Scheme::HTTPS)
            && self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}
