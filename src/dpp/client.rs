//! The HTTP client of the national record. It speaks to the one configured server, follows no redirection, and bounds time and size
//! of every answer.

use crate::config::DppServer;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, IF_MATCH, LOCATION},
};
use hyper_util::rt::TokioIo;
use std::{fmt, fs, io, sync::Arc, time::Duration};
use teranga_exchange::dpp::{Condition, FhirRequest, Method};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

/// The time that one answer may take, with the wait for its turn. A post waits for it with a patient.
const PATIENCE: Duration = Duration::from_secs(4);

/// The time that the answer to a document may take. Nobody waits for it.
const SEND_PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer that is read.
const ANSWER_BYTES: usize = 1_000_000;

/// The largest document that is read. A `Binary` in JSON is a third larger than its bytes.
const DOCUMENT_BYTES: usize = 14_000_000;

/// What an answer may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    accept: &'static str,
    most_bytes: usize,
}

const ANSWER: Expected = Expected { accept: FHIR_JSON, most_bytes: ANSWER_BYTES };
/// The bytes of a document.
pub(super) const DOCUMENT: Expected = Expected { accept: "*/*", most_bytes: DOCUMENT_BYTES };
/// The description of a document, which may hold its bytes.
pub(super) const DESCRIPTION: Expected = Expected { accept: FHIR_JSON, most_bytes: DOCUMENT_BYTES };

/// The most questions that are asked at the same time; further ones wait for their turn.
const AT_ONCE: usize = 8;

/// The client of one server.
pub(super) struct FhirClient {
    server: DppServer,
    tls: Option<TlsConnector>,
    turns: Semaphore,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// The reason for which there is no answer. None of the texts holds anything of a patient.
#[derive(Debug, thiserror::Error)]
pub(super) enum Silence {
    #[error("{0}")]
    Connection(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("an address or a header that is none")]
    Request,
    #[error("the answer broke off")]
    Body,
    #[error("the answer is too large")]
    TooLarge,
    #[error("no answer in time")]
    Slow,
    #[error("status {0}")]
    Status(StatusCode),
}

impl FhirClient {
    /// # Errors
    /// The file of the authority cannot be used.
    pub(super) fn new(server: DppServer) -> io::Result<Self> {
        let tls = server.tls.then(|| trust(&server)).transpose()?;
        let tls = tls.map(|config| TlsConnector::from(Arc::new(config)));
        Ok(Self { server, tls, turns: Semaphore::new(AT_ONCE) })
    }

    pub(super) fn number_system(&self) -> &str {
        &self.server.number_system
    }

    pub(super) fn contact(&self) -> Option<&str> {
        self.server.contact.as_deref()
    }

    /// Asks when it is its turn, and gives the body of a successful answer.
    pub(super) async fn ask(&self, request: &FhirRequest) -> Result<Vec<u8>, Silence> {
        let answer = timeout(PATIENCE, self.exchange(request, ANSWER)).await.map_err(|_| Silence::Slow)??;
        if answer.status.is_success() { Ok(answer.body) } else { Err(Silence::Status(answer.status)) }
    }

    /// Reads [`DOCUMENT`] or [`DESCRIPTION`], which may be larger than an answer.
    pub(super) async fn read(&self, request: &FhirRequest, expected: Expected) -> Result<Vec<u8>, Silence> {
        let answer = timeout(SEND_PATIENCE, self.exchange(request, expected)).await;
        let answer = answer.map_err(|_| Silence::Slow)??;
        if answer.status.is_success() { Ok(answer.body) } else { Err(Silence::Status(answer.status)) }
    }

    /// Sends a document, and gives the answer whatever its status.
    pub(super) async fn send(&self, request: &FhirRequest) -> Result<Answered, Silence> {
        timeout(SEND_PATIENCE, self.exchange(request, ANSWER)).await.map_err(|_| Silence::Slow)?
    }

    /// The address of the interface.
    pub(super) fn base(&self) -> String {
        let DppServer { tls, host, port, path, .. } = &self.server;
        let (scheme, usual) = if *tls { ("https", 443) } else { ("http", 80) };
        if *port == usual {
            format!("{scheme}://{host}{path}")
        } else {
            format!("{scheme}://{host}:{port}{path}")
        }
    }

    async fn exchange(&self, request: &FhirRequest, expected: Expected) -> Result<Answered, Silence> {
        let _turn = self.turns.acquire().await.map_err(|_| Silence::Slow)?;
        let stream = TcpStream::connect((self.server.host.as_str(), self.server.port)).await?;
        let Some(tls) = &self.tls else { return self.over(stream, request, expected).await };
        let name = ServerName::try_from(self.server.host.clone()).map_err(|_| Silence::Request)?;
        self.over(tls.connect(name, stream).await?, request, expected).await
    }

    async fn over<S>(&self, stream: S, request: &FhirRequest, expected: Expected) -> Result<Answered, Silence>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let answer = self.answered(requests, request, expected).await;
        connection.abort();
        answer
    }

    async fn answered(
        &self,
        mut requests: SendRequest<Full<Bytes>>,
        request: &FhirRequest,
        expected: Expected,
    ) -> Result<Answered, Silence> {
        let answer = requests.send_request(self.http(request, expected.accept)?).await?;
        let (status, location) = (answer.status(), answer.headers().get(LOCATION));
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = Limited::new(answer.into_body(), expected.most_bytes).collect().await;
        let body = body.map_err(|cause| match cause.downcast_ref::<LengthLimitError>() {
            Some(_) => Silence::TooLarge,
            None => Silence::Body,
        })?;
        let body = body.to_bytes().to_vec();
        Ok(Answered { status, location, body })
    }

    fn http(&self, request: &FhirRequest, accept: &'static str) -> Result<Request<Full<Bytes>>, Silence> {
        let FhirRequest { method, path, body, condition } = request;
        let DppServer { host, port, path: base, token, .. } = &self.server;
        let address = match (base.as_str(), path.as_str()) {
            ("", "") => "/".to_owned(),
            (base, "") => base.to_owned(),
            (base, path) => format!("{base}/{path}"),
        };
        let mut request = match method {
            Method::Get => Request::get(address),
            Method::Post => Request::post(address),
            Method::Put => Request::put(address),
        };
        request = request.header(HOST, format!("{host}:{port}")).header(ACCEPT, accept);
        request = match condition {
            Some(Condition::IfNoneExist(search)) => request.header("If-None-Exist", search),
            Some(Condition::IfMatch(version)) => request.header(IF_MATCH, version),
            None => request,
        };
        if body.is_some() {
            request = request.header(CONTENT_TYPE, FHIR_JSON);
        }
        if let Some(token) = token {
            let bearer = format!("Bearer {}", token.reveal());
            let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| Silence::Request)?;
            bearer.set_sensitive(true);
            request = request.header(AUTHORIZATION, bearer);
        }
        request.body(Full::from(body.clone().unwrap_or_default())).map_err(|_| Silence::Request)
    }
}

impl fmt::Debug for FhirClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FhirClient").field("server", &self.server).finish_non_exhaustive()
    }
}

fn trust(server: &DppServer) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(match &server.authority {
        Some(file) => CertificateDer::pem_slice_iter(&fs::read(file)?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(io::Error::other)?,
        None => rustls_native_certs::load_native_certs().certs,
    });
    Ok(ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

const FHIR_JSON: &str = "application/fhir+json";
