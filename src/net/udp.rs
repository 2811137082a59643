//! The UDP socket of a shard: non-blocking, with the kernel's batching, and answers that leave from the address at which the
//! client knows us.

use mio::{Interest, Poll, Token, net::UdpSocket};
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use rustix::net::sockopt::{self, Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery};
use std::{
    collections::HashMap,
    io::{self, ErrorKind, IoSliceMut},
    net::{IpAddr, SocketAddr},
};

/// Bytes of kernel buffer that the socket asks for in each direction. A default of 208 KiB loses packets whenever the thread
/// stalls.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;

/// Bytes of the largest batch of datagrams that GRO (generic receive offload) hands over as one.
const RECEIVE_BYTES: usize = 64 * 1024;

/// Batches that are read in a row before the caller's timers and sends get their turn, so that a flood starves nobody.
const READ_ROUNDS: usize = 16;

/// Remote addresses whose local address is remembered. A flood of forged senders empties the memory; then the kernel chooses
/// the local address until the next packet of each true sender.
const REMEMBERED: usize = 65_536;

/// A non-blocking UDP socket that reads many datagrams at once (recvmmsg, GRO) through `quinn-udp`.
pub(super) struct Socket {
    inner: UdpSocket,
    state: UdpSocketState,
    buffer: Vec<u8>,
    local_addresses: LocalAddresses,
}

impl Socket {
    /// Binds `listen` and registers the socket with `poll` under `token`.
    ///
    /// # Errors
    /// The address is in use, or the kernel refuses an option.
    pub(super) fn bind(listen: SocketAddr, poll: &Poll, token: Token) -> io::Result<Self> {
        let mut socket = UdpSocket::bind(listen)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        allow_fragments(&socket)?;
        for (what, result) in [
            ("receive", state.set_recv_buffer_size(UdpSockRef::from(&socket), SOCKET_BUFFER_BYTES)),
            ("send", state.set_send_buffer_size(UdpSockRef::from(&socket), SOCKET_BUFFER_BYTES)),
        ] {
            if let Err(error) = result {
                tracing::warn!(%error, "the kernel refuses a larger {what} buffer");
            }
        }
        poll.registry().register(&mut socket, token, Interest::READABLE)?;
        Ok(Self {
            inner: socket,
            state,
            buffer: vec![0; RECEIVE_BYTES * BATCH_SIZE],
            local_addresses: LocalAddresses::default(),
        })
    }

    /// Reads what the kernel has, at most [`READ_ROUNDS`] batches. Returns true if there may be more: `mio` reports edges, so
    /// the caller must come back without waiting for the next one.
    pub(super) fn receive(&mut self, mut handle: impl FnMut(SocketAddr, &[u8])) -> bool {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        for _ in 0..READ_ROUNDS {
            let mut slices: Vec<_> = self.buffer.chunks_mut(RECEIVE_BYTES).map(IoSliceMut::new).collect();
            match self.state.recv(UdpSockRef::from(&self.inner), &mut slices, &mut metas) {
                Ok(count) => {
                    metas[..count].iter().for_each(|meta| self.local_addresses.learn(meta));
                    deliver(&metas[..count], &slices, &mut handle);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Sends at once or not at all: a datagram that the kernel cannot take now would be stale by the time it could.
    pub(super) fn send(&self, destination: SocketAddr, contents: &[u8]) {
        let src_ip = self.local_addresses.of(destination);
        let transmit = Transmit { destination, ecn: None, contents, segment_size: None, src_ip };
        if let Err(error) = self.state.try_send(UdpSockRef::from(&self.inner), &transmit) {
            tracing::debug!(%error, "a datagram was not sent");
        }
    }
}

/// Lets routers fragment our packets where a path has a smaller MTU. `quinn-udp` sets "don't fragment" because QUIC discovers
/// the MTU of a path (RFC 8899); WebRTC does not, and large packets, DTLS handshakes first, would vanish there.
fn allow_fragments(socket: &UdpSocket) -> io::Result<()> {
    if socket.local_addr()?.is_ipv6() {
        sockopt::set_ipv6_mtu_discover(socket, Ipv6PathMtuDiscovery::WANT)?;
    }
    // An IPv6 socket may carry IPv4, too.
    Ok(sockopt::set_ip_mtu_discover(socket, Ipv4PathMtuDiscovery::DONT)?)
}

fn deliver(metas: &[RecvMeta], slices: &[IoSliceMut<'_>], handle: &mut impl FnMut(SocketAddr, &[u8])) {
    for (meta, slice) in metas.iter().zip(slices) {
        for datagram in slice[..meta.len].chunks(meta.stride.max(1)) {
            handle(meta.addr, datagram);
        }
    }
}

/// The local address that each remote address last sent to. A machine may have several, and a reply from another one would be
/// dropped by the sender's NAT and by its ICE agent (RFC 8445 section 7.2.5.2.1).
#[derive(Default)]
struct LocalAddresses(HashMap<SocketAddr, IpAddr>);

impl LocalAddresses {
    fn learn(&mut self, meta: &RecvMeta) {
        let Some(local) = meta.dst_ip else { return };
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(meta.addr, local);
    }

    fn of(&self, destination: SocketAddr) -> Option<IpAddr> {
        self.0.get(&destination).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mio::Events;
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(1);

    #[test]
    fn routers_may_fragment_our_packets() {
        let poll = Poll::new().unwrap();
        let socket = Socket::bind("127.0.0.1:0".parse().unwrap(), &poll, Token(0)).unwrap();
        assert_eq!(sockopt::ip_mtu_discover(&socket.inner).unwrap(), Ipv4PathMtuDiscovery::DONT);
    }

    /// Loopback is 127.0.0.0/8, so every machine has two addresses to test with.
    #[test]
    fn a_reply_leaves_from_the_address_that_was_written_to() {
        let mut poll = Poll::new().unwrap();
        let mut socket = Socket::bind("0.0.0.0:0".parse().unwrap(), &poll, Token(0)).unwrap();
        let port = socket.inner.local_addr().unwrap().port();
        let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();

        // The first address comes again, because the latest one is what is remembered.
        for local in ["127.0.0.1", "127.0.0.2", "127.0.0.1"] {
            let local = SocketAddr::new(local.parse().unwrap(), port);
            client.send_to(b"who?", local).unwrap();
            poll.poll(&mut Events::with_capacity(4), Some(PATIENCE)).unwrap();
            let mut senders = Vec::new();
            socket.receive(|sender, datagram| {
                assert_eq!(datagram, b"who?");
                senders.push(sender);
            });
            assert_eq!(senders, [client.local_addr().unwrap()]);
            socket.send(senders[0], b"me");
            let mut reply = [0; 8];
            assert_eq!(client.recv_from(&mut reply).unwrap(), (2, local));
        }
    }
}
