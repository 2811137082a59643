//! The HTTP client of the national record. It speaks to the one configured server, follows no redirection, and bounds time and size
//! of every answer.

use crate::config::DppServer;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use std::{fmt, fs, io, sync::Arc, time::Duration};
use teranga_exchange::dpp::FhirRequest;
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

/// The largest answer that is read.
const ANSWER_BYTES: usize = 1_000_000;

/// The most questions that are asked at the same time; further ones wait for their turn.
const AT_ONCE: usize = 8;

/// The client of one server.
pub(super) struct FhirClient {
    server: DppServer,
    tls: Option<TlsConnector>,
    turns: Semaphore,
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
    #[error("the answer is larger than {ANSWER_BYTES} bytes, or broke off")]
    Body,
    #[error("no answer within {} s", PATIENCE.as_secs())]
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

    /// Asks when it is its turn, and gives the body of a successful answer.
    pub(super) async fn ask(&self, request: &FhirRequest) -> Result<Vec<u8>, Silence> {
        timeout(PATIENCE, self.exchange(request)).await.map_err(|_| Silence::Slow)?
    }

    async fn exchange(&self, request: &FhirRequest) -> Result<Vec<u8>, Silence> {
        let _turn = self.turns.acquire().await.map_err(|_| Silence::Slow)?;
        let stream = TcpStream::connect((self.server.host.as_str(), self.server.port)).await?;
        let Some(tls) = &self.tls else { return self.over(stream, request).await };
        let name = ServerName::try_from(self.server.host.clone()).map_err(|_| Silence::Request)?;
        self.over(tls.connect(name, stream).await?, request).await
    }

    async fn over<S>(&self, stream: S, request: &FhirRequest) -> Result<Vec<u8>, Silence>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (requests, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let answer = self.send(requests, request).await;
        connection.abort();
        answer
    }

    async fn send(
        &self,
        mut requests: SendRequest<Full<Bytes>>,
        request: &FhirRequest,
    ) -> Result<Vec<u8>, Silence> {
        let answer = requests.send_request(self.http(request)?).await?;
        if !answer.status().is_success() {
            return Err(Silence::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
        Ok(body.map_err(|_| Silence::Body)?.to_bytes().to_vec())
    }

    fn http(&self, FhirRequest { path, body }: &FhirRequest) -> Result<Request<Full<Bytes>>, Silence> {
        let DppServer { host, port, path: base, token, .. } = &self.server;
        let address = format!("{base}/{path}");
        let mut request = if body.is_some() { Request::post(address) } else { Request::get(address) };
        request = request.header(HOST, format!("{host}:{port}")).header(ACCEPT, FHIR_JSON);
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
