//! Transport addresses of datagrams: a UDP address, or a TCP connection that carries datagrams (ICE-TCP).

use std::net::SocketAddr;

/// The number of a TCP connection that carries datagrams (RFC 6544, RFC 4571). The caller chooses it and never reuses it in a
/// process: two connections may have the same remote address, one after the other or to two addresses of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TcpConnectionId(pub u64);

/// The address of one path to a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The remote address.
    pub socket: SocketAddr,
    /// The TCP connection; `None` for UDP.
    pub tcp: Option<TcpConnectionId>,
}

impl Address {
    /// The address of a TCP connection.
    pub const fn by_tcp(tcp: TcpConnectionId, socket: SocketAddr) -> Self {
        Self { socket, tcp: Some(tcp) }
    }
}

/// The address of a UDP path.
impl From<SocketAddr> for Address {
    fn from(socket: SocketAddr) -> Self {
        Self { socket, tcp: None }
    }
}
