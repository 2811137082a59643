//! Where datagrams come from and go to: a UDP address, or a TCP connection that carries datagrams.

use std::net::SocketAddr;

/// A TCP connection that carries datagrams (RFC 6544, RFC 4571). Chosen by the caller, never reused in a
/// process: two connections may have the same far end, one after the other or to two addresses of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PipeId(pub u64);

/// One way to a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The far end.
    pub socket: SocketAddr,
    /// The TCP connection; `None` for UDP.
    pub pipe: Option<PipeId>,
}

impl Address {
    /// Through a TCP connection.
    pub const fn through(pipe: PipeId, socket: SocketAddr) -> Self {
        Self { socket, pipe: Some(pipe) }
    }
}

/// By UDP.
impl From<SocketAddr> for Address {
    fn from(socket: SocketAddr) -> Self {
        Self { socket, pipe: None }
    }
}
