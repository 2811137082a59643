//! Protocol sniffing on the one TCP port. The first byte of a connection tells TLS, which goes on to the HTTPS server, from
//! STUN in RFC 4571 frames, which is a participant's ICE-TCP connection; RFC 7983 tells protocols apart in the same way.
//! Any other connection is closed without an answer.

use crate::net::ice_tcp::IceTcp;
use axum_server::accept::Accept;
use std::{
    future::Future,
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};

/// The time that a client may take to send its first byte, and each time to send the headers of an HTTP request. It bounds
/// what a slow-loris attack can hold open.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The first byte of a TLS connection: the content type of a record with a handshake (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// The first byte of an RFC 4571 frame is the high byte of its length. It is 0 or 1 for a frame below 512 bytes, and no STUN
/// request of ICE is longer (RFC 8445 section 7.1).
const FRAME_LENGTH_HIGH: [u8; 2] = [0, 1];

/// Sorts accepted connections before the TLS handshake.
#[derive(Clone, Debug)]
pub struct ProtocolAcceptor {
    ice_tcp: Arc<IceTcp>,
}

impl ProtocolAcceptor {
    /// An acceptor that hands media connections to `ice_tcp`.
    pub const fn new(ice_tcp: Arc<IceTcp>) -> Self {
        Self { ice_tcp }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for ProtocolAcceptor {
    type Stream = TcpStream;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    /// Returns a TLS connection with nothing read from it. An error closes the connection.
    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let ice_tcp = self.ice_tcp.clone();
        Box::pin(async move {
            let sniffed = timeout(HEADER_TIMEOUT, sniff(stream, &ice_tcp)).await;
            Ok((sniffed.map_err(|_| io::Error::from(ErrorKind::TimedOut))??, service))
        })
    }
}

/// Returns the connection if it speaks TLS, and starts a task for it if it is a participant's. Nagle's algorithm (RFC 896) is
/// switched off for TLS: it would hold a small message back until the one before it is acknowledged, a round trip later.
async fn sniff(stream: TcpStream, ice_tcp: &IceTcp) -> io::Result<TcpStream> {
    let mut first = [0];
    // A stream that ended gives no byte, and `first` still holds 0.
    let seen = stream.peek(&mut first).await?;
    match first[0] {
        TLS_HANDSHAKE if seen == 1 => {
            stream.set_nodelay(true)?;
            return Ok(stream);
        }
        byte if seen == 1 && FRAME_LENGTH_HIGH.contains(&byte) => {
            if let Some(connection) = ice_tcp.accept(stream).await {
                tokio::spawn(connection.run());
            }
        }
        _ => {}
    }
    Err(ErrorKind::ConnectionAborted.into())
}
