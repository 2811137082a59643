//! The HTTPS server: accepts connections, gives each a place, tells TLS from ICE-TCP, and serves HTTP/1.1 and HTTP/2 with an
//! end to every phase. It knows no address of the interface; the router answers.

mod body;
mod connection;
mod stream;
#[cfg(test)]
mod tests;

pub use connection::{Deadlines, HttpsConnection};

use crate::{
    clock::Clock,
    net::{accept, ice_tcp::IceTcp, places::ConnectionPlaces},
};
use axum::{Router, body::Body, extract::ConnectInfo};
use body::{AnswerBody, TimedBody};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use stream::BoundedStream;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};
use tower::ServiceExt;

/// The parts of the server. Clones serve the same router.
#[derive(Clone)]
pub struct HttpsServer {
    /// The TLS settings.
    pub tls: Arc<ServerConfig>,
    /// The ICE-TCP connections of the same port.
    pub ice_tcp: Arc<IceTcp>,
    /// The places of the connections.
    pub places: Arc<ConnectionPlaces>,
    /// The end of each phase.
    pub deadlines: Deadlines,
    /// The server's clock.
    pub clock: Clock,
    /// The addresses of the interface.
    pub router: Router,
}

/// A value that says once that the server must stop.
type Stop = watch::Receiver<bool>;

impl HttpsServer {
    /// Accepts connections until `stop` becomes true, and then lets requests in progress end, for [`Deadlines::farewell`].
    pub async fn run(self, listener: TcpListener, mut stop: Stop) {
        let http = Arc::new(http_settings(&self.deadlines));
        // Every connection's task holds a sender; the receiver is told when the last one is dropped.
        let (running, mut ended) = mpsc::channel::<Infallible>(1);
        loop {
            let accepted = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, remote)) => {
                    let task = self.clone().serve(stream, remote, http.clone(), stop.clone());
                    let running = running.clone();
                    tokio::spawn(async move {
                        task.await;
                        drop(running);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop((listener, running));
        let _ = timeout(self.deadlines.farewell, ended.recv()).await;
    }

    /// Serves one connection to its end.
    async fn serve(
        self,
        stream: TcpStream,
        remote: SocketAddr,
        http: Arc<Builder<TokioExecutor>>,
        stop: Stop,
    ) {
        let place = self.places.enter(remote.ip());
        let sniffed = tokio::select! {
            sniffed = timeout(self.deadlines.first_byte, accept::sniff(stream, &self.ice_tcp)) => sniffed,
            () = place.pushed_out() => return,
        };
        let Ok(Some(stream)) = sniffed else { return };
        let connection = HttpsConnection::new(place, self.clock, remote);
        let stream = BoundedStream::new(stream, self.deadlines.write_stall, connection.clone());
        let handshake = timeout(self.deadlines.handshake, TlsAcceptor::from(self.tls.clone()).accept(stream));
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            () = connection.closed() => return,
        };
        let Ok(Ok(stream)) = shaken else { return };
        connection.handshake_done();
        // The future of a connection is large, and a WebSocket outlives it: it is freed as soon as the upgrade is done.
        Box::pin(self.answer(stream, connection, http, stop)).await;
    }

    /// Answers the requests of a connection until it ends, a phase lasts too long, or the server stops.
    async fn answer(
        self,
        stream: TlsStream<BoundedStream<TcpStream>>,
        connection: HttpsConnection,
        http: Arc<Builder<TokioExecutor>>,
        mut stop: Stop,
    ) {
        let (router, deadlines) = (self.router, self.deadlines);
        let of_requests = connection.clone();
        let service =
            service_fn(move |request| answer_one(router.clone(), request, &of_requests, &deadlines));
        let mut served = std::pin::pin!(http.serve_connection_with_upgrades(TokioIo::new(stream), service));
        tokio::select! {
            _ = served.as_mut() => return,
            () = connection.closed() => return,
            () = connection.overdue(&deadlines) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        served.as_mut().graceful_shutdown();
        tokio::select! {
            _ = timeout(deadlines.farewell, served) => {}
            () = connection.closed() => {}
        }
    }
}

fn answer_one(
    router: Router,
    request: Request<Incoming>,
    connection: &HttpsConnection,
    deadlines: &Deadlines,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<> {
    let open = connection.begin();
    let mut request = request.map(|body| TimedBody::wrap(body, connection, deadlines));
    request.extensions_mut().insert(ConnectInfo(connection.remote()));
    request.extensions_mut().insert(connection.clone());
    async move {
        let answer = router.oneshot(request).await?;
        Ok(answer.map(|body| AnswerBody::wrap(body, open)))
    }
}

/// The settings of HTTP/1.1 and HTTP/2: what one connection may ask for at once, and how much memory it may hold.
fn http_settings(deadlines: &Deadlines) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(deadlines.header)
        .max_headers(HEADERS)
        .max_buf_size(BUFFER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES)
        .max_pending_accept_reset_streams(RESET_STREAMS)
        .max_local_error_reset_streams(RESET_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_send_buf_size(BUFFER_BYTES)
        .keep_alive_interval(deadlines.ping)
        .keep_alive_timeout(deadlines.ping);
    builder
}

/// The pause after a connection could not be accepted, for want of a file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The streams that one HTTP/2 connection may have open: a page has a dozen files.
const STREAMS: u32 = 32;

/// The streams that a client may reset while they are open, and the errors of its own that it may make, before the
/// connection ends (CVE-2023-44487, "rapid reset").
const RESET_STREAMS: usize = 32;

/// The header fields of a request. Browsers send about twenty.
const HEADERS: usize = 64;

/// The bytes of all header fields of an HTTP/2 request. Those of a browser are below 1 kB.
const HEADER_BYTES: u32 = 16 * 1024;

/// The buffer of an HTTP/1.1 connection, which bounds its header fields, and the send buffer of an HTTP/2 stream.
const BUFFER_BYTES: usize = 16 * 1024;

/// The bytes of a body that a client may send before a handler reads them. No link that posts have carries more in a
/// round trip.
const STREAM_WINDOW_BYTES: u32 = 64 * 1024;

/// The same, for all bodies of a connection.
const CONNECTION_WINDOW_BYTES: u32 = 256 * 1024;
