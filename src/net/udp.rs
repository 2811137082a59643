//! The UDP socket of a shard: non-blocking, with the kernel's batching, and answers that leave from the address at which the
//! client knows us.

use mio::{Interest, Poll, Token, net::UdpSocket};
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use rustix::net::sockopt::{self, Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery};
use std::{
    array,
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

/// Bytes of the largest batch of datagrams that leaves as one. The kernel wants it below 64 KiB with all headers.
const SEND_BYTES: usize = 60_000;

/// A non-blocking UDP socket that reads many datagrams at once (recvmmsg, GRO), and sends those to one receiver at once (GSO), through
/// `quinn-udp`.
pub(super) struct Socket {
    inner: UdpSocket,
    state: UdpSocketState,
    buffer: Vec<u8>,
    local_addresses: LocalAddresses,
    batch: Batch,
}

/// Datagrams to one receiver that are to leave with one call. All have the same length, and the last may be shorter.
#[derive(Default)]
struct Batch {
    /// The receiver; `None` for an empty batch.
    destination: Option<SocketAddr>,
    /// The bytes of the first datagram.
    segment: usize,
    contents: Vec<u8>,
    datagrams: usize,
}

impl Batch {
    /// True if a datagram may leave together with those that wait.
    fn takes(&self, destination: SocketAddr, bytes: usize, most: usize) -> bool {
        let is_full = self.datagrams >= most || self.contents.len() + bytes > SEND_BYTES;
        let all_have_one_length = self.contents.len() == self.segment * self.datagrams;
        self.destination == Some(destination) && !is_full && all_have_one_length && bytes <= self.segment
    }

    fn add(&mut self, destination: SocketAddr, contents: &[u8]) {
        if self.datagrams == 0 {
            (self.destination, self.segment) = (Some(destination), contents.len());
        }
        self.contents.extend_from_slice(contents);
        self.datagrams += 1;
    }

    fn clear(&mut self) {
        (self.destination, self.datagrams) = (None, 0);
        self.contents.clear();
    }
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
            batch: Batch::default(),
        })
    }

    /// Reads what the kernel has, at most [`READ_ROUNDS`] batches. Returns true if there may be more: `mio` reports edges, so
    /// the caller must come back without waiting for the next one. A batch that is not full was the last, because whatever
    /// comes after it is a new edge.
    pub(super) fn receive(&mut self, mut handle: impl FnMut(SocketAddr, &[u8])) -> bool {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        for _ in 0..READ_ROUNDS {
            let mut chunks = self.buffer.chunks_mut(RECEIVE_BYTES);
            let mut slices: [_; BATCH_SIZE] =
                array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
            match self.state.recv(UdpSockRef::from(&self.inner), &mut slices, &mut metas) {
                Ok(count) => {
                    metas[..count].iter().for_each(|meta| self.local_addresses.learn(meta));
                    deliver(&metas[..count], &slices, &mut handle);
                    if count < BATCH_SIZE {
                        return false;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Sends a datagram, with those to the same receiver that are given next. It leaves in its order before [`flush`](Self::flush) returns.
    pub(super) fn send(&mut self, destination: SocketAddr, contents: &[u8]) {
        // A request may come from port 0. The kernel refuses an answer with an error that would end batches for everybody. A batch of
        // datagrams without contents has no length to be divided by.
        if destination.port() == 0 || contents.is_empty() {
            return;
        }
        if !self.batch.takes(destination, contents.len(), self.state.max_gso_segments()) {
            self.flush();
        }
        self.batch.add(destination, contents);
    }

    /// Sends what waits, at once or not at all: a datagram that the kernel cannot take now would be stale by the time it could. Where
    /// the kernel or the route of this receiver knows no batches, its datagrams leave one by one.
    pub(super) fn flush(&mut self) {
        let Some(destination) = self.batch.destination else { return };
        let Batch { segment, contents, datagrams, .. } = &self.batch;
        let src_ip = self.local_addresses.of(destination);
        let whole = Transmit { destination, ecn: None, contents, segment_size: None, src_ip };
        let is_sent =
            *datagrams > 1 && self.try_send(&Transmit { segment_size: Some(*segment), ..whole.clone() });
        if !is_sent {
            for contents in contents.chunks(*segment) {
                self.try_send(&Transmit { contents, ..whole.clone() });
            }
        }
        self.batch.clear();
    }

    /// True if the datagrams need not be sent again.
    fn try_send(&self, transmit: &Transmit<'_>) -> bool {
        match self.state.try_send(UdpSockRef::from(&self.inner), transmit) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(%error, "a datagram was not sent");
                error.kind() == ErrorKind::WouldBlock
            }
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
///
/// Anybody can fill this with addresses, hence the standard library's keyed hash. It is slow, so the entry that was learnt last is not
/// learnt again.
#[derive(Default)]
struct LocalAddresses {
    all: HashMap<SocketAddr, IpAddr>,
    last: Option<(SocketAddr, IpAddr)>,
}

impl LocalAddresses {
    fn learn(&mut self, meta: &RecvMeta) {
        let Some(local) = meta.dst_ip else { return };
        let entry = Some((meta.addr, local));
        if self.last == entry {
            return;
        }
        self.last = entry;
        if self.all.len() >= REMEMBERED {
            self.all.clear();
        }
        self.all.insert(meta.addr, local);
    }

    fn of(&self, destination: SocketAddr) -> Option<IpAddr> {
        self.all.get(&destination).copied()
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
            socket.flush();
            let mut reply = [0; 8];
            assert_eq!(client.recv_from(&mut reply).unwrap(), (2, local));
        }
    }

    /// Two sockets on loopback that take what is sent to them, and the addresses of both.
    fn receivers() -> [(std::net::UdpSocket, SocketAddr); 2] {
        [(); 2].map(|()| {
            let receiver = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            receiver.set_read_timeout(Some(PATIENCE)).unwrap();
            let address = receiver.local_addr().unwrap();
            (receiver, address)
        })
    }

    fn received(receiver: &std::net::UdpSocket, count: usize) -> Vec<Vec<u8>> {
        let mut buffer = [0; 2_048];
        (0..count)
            .map(|_| receiver.recv(&mut buffer).map(|length| buffer[..length].to_vec()).unwrap())
            .collect()
    }

    /// Lengths that end a batch: a shorter datagram is its last, and a longer one begins another.
    const LENGTHS: [usize; 12] = [1_200, 1_200, 1_200, 300, 1_200, 1_200, 60, 61, 61, 1, 1_200, 1_200];

    #[test]
    fn datagrams_arrive_whole_and_in_order_with_and_without_batches() {
        for most in [64, 1] {
            let poll = Poll::new().unwrap();
            let mut socket = Socket::bind("127.0.0.1:0".parse().unwrap(), &poll, Token(0)).unwrap();
            let [(first, to_first), (second, to_second)] = receivers();
            let sent: Vec<Vec<u8>> =
                (0_u8..).zip(LENGTHS).map(|(number, length)| vec![number; length]).collect();
            let mut calls = 0;
            for (destination, datagrams) in
                [(to_first, &sent[..]), (to_second, &sent[..5]), (to_first, &sent[..3])]
            {
                for datagram in datagrams {
                    if !socket.batch.takes(destination, datagram.len(), most) {
                        socket.flush();
                        calls += 1;
                    }
                    socket.batch.add(destination, datagram);
                }
            }
            socket.flush();
            assert_eq!(received(&first, 15), [&sent[..], &sent[..3]].concat());
            assert_eq!(received(&second, 5), sent[..5]);
            assert_eq!(calls, if most == 1 { 20 } else { 7 }, "batches that are not empty");
        }
    }

    #[test]
    fn a_batch_that_the_route_refuses_leaves_one_by_one_and_harms_nobody() {
        let poll = Poll::new().unwrap();
        let mut socket = Socket::bind("127.0.0.1:0".parse().unwrap(), &poll, Token(0)).unwrap();
        let [(first, to_first), (second, to_second)] = receivers();
        let nowhere = "240.0.0.1:9".parse().unwrap();
        for destination in [to_first, nowhere, to_second] {
            socket.send(destination, &[]);
            (0_u8..4).for_each(|number| socket.send(destination, &[number; 900]));
        }
        socket.flush();
        let whole: Vec<Vec<u8>> = (0..4).map(|number| vec![number; 900]).collect();
        assert_eq!(received(&first, 4), whole);
        assert_eq!(received(&second, 4), whole);
    }

    #[test]
    fn a_batch_is_bounded() {
        let to: SocketAddr = "127.0.0.1:9".parse().unwrap();
        let mut batch = Batch::default();
        assert!(!batch.takes(to, 1_200, 64), "nothing waits for it");
        while batch.datagrams == 0 || batch.takes(to, 1_200, 64) {
            batch.add(to, &[1; 1_200]);
        }
        assert_eq!(batch.datagrams, SEND_BYTES / 1_200);
        batch.clear();
        while batch.datagrams == 0 || batch.takes(to, 100, 64) {
            batch.add(to, &[1; 100]);
        }
        assert_eq!(batch.datagrams, 64);
    }
}
