//! Who knocks at the one TCP port: a page with TLS, or a participant's datagrams (ICE over TCP). The first
//! byte tells; anything else is shown out.

use crate::net::ice_tcp::Pipes;
use axum_server::accept::Accept;
use std::{
    future::Future,
    io::{self, ErrorKind},
    pin::Pin,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};

/// How long a client may take to send its first byte, and later its headers (slow-loris).
pub const HEADER_PATIENCE: Duration = Duration::from_secs(5);

/// The first byte of a TLS connection: a record with a handshake (RFC 8446 section 5.1).
const TLS: u8 = 0x16;

/// The first byte of a frame below 512 bytes; no STUN request of ICE is longer (RFC 4571, RFC 8445 section 7.1).
const FRAME: [u8; 2] = [0, 1];

/// Stands in front of the TLS handshake.
#[derive(Clone, Debug)]
pub struct Doorman {
    pipes: Arc<Pipes>,
}

impl Doorman {
    /// Sends participants there.
    pub const fn new(pipes: Arc<Pipes>) -> Self {
        Self { pipes }
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Doorman {
    type Stream = TcpStream;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    /// A page's connection comes back untouched, for the handshake. An error closes the connection.
    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let pipes = self.pipes.clone();
        Box::pin(async move {
            let sorted = timeout(HEADER_PATIENCE, sort(stream, &pipes)).await;
            Ok((sorted.map_err(|_| io::Error::from(ErrorKind::TimedOut))??, service))
        })
    }
}

/// A page's connection sends at once what it has to say: by Nagle's rule (RFC 896) a message would wait until the one
/// before it is acknowledged, a round trip later.
async fn sort(stream: TcpStream, pipes: &Pipes) -> io::Result<TcpStream> {
    let mut first = [0];
    // Nothing is read at the end of a stream: that is nobody's first byte, either.
    let seen = stream.peek(&mut first).await?;
    match first[0] {
        TLS if seen == 1 => {
            stream.set_nodelay(true)?;
            return Ok(stream);
        }
        byte if seen == 1 && FRAME.contains(&byte) => {
            if let Some(pipe) = pipes.greet(stream).await {
                tokio::spawn(pipe.run());
            }
        }
        _ => {}
    }
    Err(ErrorKind::ConnectionAborted.into())
}
