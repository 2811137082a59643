//! One shard: a thread with one UDP socket, one timer and one [`Sfu`]. A room never leaves its shard, so
//! nothing in here is shared or locked; commands come in and events go out through bounded queues.

use crate::{
    clock::Clock,
    net::ice_tcp::{FromPipe, Inlet, Outlet},
};
use mio::{Events, Interest, Poll, Token, Waker, net::UdpSocket};
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use rustix::net::sockopt::{self, Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery};
use std::{
    collections::HashMap,
    io::{self, ErrorKind, IoSliceMut},
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use teranga_media::{
    Sfu, SfuConfig,
    address::{Address, PipeId},
    command::{Command, Event},
    stats::Stats,
};
use tokio::sync::mpsc;

/// Commands that may wait for a shard: a thousand joins in the same millisecond, then the caller is told.
const COMMANDS: usize = 1024;

/// Frames of TCP connections that may wait for a shard. Each connection may have a few there.
const FRAMES: usize = 1024;

/// Frames handled before timers and senders get their turn.
const FRAME_ROUNDS: usize = 256;

/// Kernel buffers a socket asks for. mediasoup lost packets to a 208 KiB buffer whenever its thread stalled.
const SOCKET_BUFFER_BYTES: usize = 4 << 20;

/// Largest datagram train that GRO hands over at once.
const RECEIVE_BYTES: usize = 64 * 1024;

/// Longest sleep of an idle shard; it bounds how late a stop is noticed if a wake-up is lost.
const IDLE: Duration = Duration::from_secs(1);

/// Batches read in a row before timers and senders get their turn, so that a flood starves nobody.
const READ_ROUNDS: usize = 16;

/// Senders whose view of us is remembered. A flood of forged senders empties the memory, and the kernel
/// chooses our address until the next packet of each true one.
const HOMES: usize = 65_536;

/// How soon an event that the bridge could not take is offered again.
const RETRY: Duration = Duration::from_millis(5);

/// How often the counters are published.
const PUBLISH: Duration = Duration::from_secs(1);

const SOCKET: Token = Token(0);
const WAKE: Token = Token(1);

/// Where shards tell what happens.
pub type MediaEvents = mpsc::Sender<Event>;

/// Where a shard listens and what it tells browsers.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// Local address of the UDP socket.
    pub listen: SocketAddr,
    /// Addresses under which browsers reach that socket, port included.
    pub advertised: Vec<SocketAddr>,
    /// Addresses under which browsers reach the TCP port, for networks without UDP.
    pub passive: Vec<SocketAddr>,
}

/// The other end of a running shard. Dropping it stops the thread.
#[derive(Debug)]
pub struct Shard {
    commands: Option<SyncSender<Command>>,
    inlet: Inlet,
    waker: Arc<Waker>,
    published: Arc<Mutex<Stats>>,
    thread: Option<JoinHandle<()>>,
}

/// The shard cannot take the command: its queue is full or its thread is gone.
#[derive(Debug, thiserror::Error)]
#[error("the media shard does not take commands")]
pub struct ShardBusy;

impl Shard {
    /// Binds the socket and starts the thread. Events go to `events`.
    ///
    /// # Errors
    /// The socket cannot be bound, or the thread cannot be started.
    pub fn start(config: ShardConfig, clock: Clock, events: MediaEvents) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let socket = Socket::bind(config.listen, &poll)?;
        let (commands, inbox) = sync_channel(COMMANDS);
        let (frames, from_pipes) = sync_channel(FRAMES);
        let inlet = Inlet::new(frames, Arc::clone(&waker));
        let published = Arc::new(Mutex::new(Stats::default()));
        let worker = Worker {
            sfu: Sfu::new(SfuConfig { addresses: config.advertised }).also_by_tcp(config.passive),
            clock,
            socket,
            poll,
            inbox,
            from_pipes,
            pipes: HashMap::new(),
            events,
            held_back: None,
            more_to_read: false,
            published: Arc::clone(&published),
            publish_at: None,
        };
        let name = format!("shard-{}", config.listen.port());
        let thread = thread::Builder::new().name(name).spawn(move || worker.run())?;
        Ok(Self { commands: Some(commands), inlet, waker, published, thread: Some(thread) })
    }

    /// Hands over a command; it is carried out within a millisecond.
    ///
    /// # Errors
    /// [`ShardBusy`] if the queue is full.
    pub fn send(&self, command: Command) -> Result<(), ShardBusy> {
        let commands = self.commands.as_ref().ok_or(ShardBusy)?;
        commands.try_send(command).map_err(|_| ShardBusy)?;
        self.waker.wake().map_err(|_| ShardBusy)
    }

    /// For TCP connections that carry datagrams.
    pub fn inlet(&self) -> Inlet {
        self.inlet.clone()
    }

    /// The counters as of the last second.
    pub fn stats(&self) -> Stats {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.commands = None;
        let _ = self.waker.wake();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread owns.
struct Worker {
    sfu: Sfu,
    clock: Clock,
    socket: Socket,
    poll: Poll,
    inbox: Receiver<Command>,
    from_pipes: Receiver<FromPipe>,
    pipes: HashMap<PipeId, (Address, Outlet)>,
    events: MediaEvents,
    held_back: Option<Event>,
    more_to_read: bool,
    published: Arc<Mutex<Stats>>,
    publish_at: Option<Instant>,
}

impl Worker {
    fn run(mut self) {
        let mut ready = Events::with_capacity(4);
        loop {
            let now = self.clock.now();
            if self.take_commands(now).is_err() {
                return;
            }
            self.receive(now);
            self.receive_frames(now);
            self.expire(now);
            self.transmit();
            self.tell();
            self.publish(now);
            let sleep = self.sleep(now);
            if let Err(error) = self.poll.poll(&mut ready, Some(sleep))
                && error.kind() != ErrorKind::Interrupted
            {
                tracing::error!(%error, "the shard cannot wait for its socket");
                return;
            }
        }
    }

    /// `Err` once the handle is gone: the shard stops.
    fn take_commands(&mut self, now: Instant) -> Result<(), ()> {
        loop {
            match self.inbox.try_recv() {
                Ok(command) => self.sfu.handle_command(now, command),
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => return Err(()),
            }
        }
    }

    fn receive(&mut self, now: Instant) {
        let sfu = &mut self.sfu;
        self.more_to_read =
            self.socket.receive(|source, datagram| sfu.handle_datagram(now, source, datagram));
    }

    fn receive_frames(&mut self, now: Instant) {
        for _ in 0..FRAME_ROUNDS {
            match self.from_pipes.try_recv() {
                Ok(FromPipe::Open { pipe, remote, first, outlet, taken }) => {
                    let address = Address::through(pipe, remote);
                    if self.sfu.is_named(&first) {
                        self.sfu.handle_datagram(now, address, &first);
                    }
                    let known = self.sfu.knows(address);
                    if taken.send(known).is_ok() && known {
                        self.pipes.insert(pipe, (address, outlet));
                    }
                }
                Ok(FromPipe::Frame { pipe, frame, place: _place }) => {
                    if let Some((address, _)) = self.pipes.get(&pipe) {
                        self.sfu.handle_datagram(now, *address, &frame);
                    }
                }
                Err(_) => return,
            }
        }
        self.more_to_read = true;
    }

    fn expire(&mut self, now: Instant) {
        if self.sfu.poll_timeout().is_some_and(|at| at <= now) {
            self.sfu.handle_timeout(now);
        }
    }

    fn transmit(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            match transmit.pipe {
                None => self.socket.send(transmit.destination, &transmit.contents),
                Some(pipe) => {
                    if let Some((_, outlet)) = self.pipes.get(&pipe) {
                        outlet.send(transmit.contents);
                    }
                }
            }
        }
    }

    /// Passes events on; one that the bridge cannot take yet is held back, and keeps its place in the order.
    fn tell(&mut self) {
        while let Some(event) = self.held_back.take().or_else(|| self.sfu.poll_event()) {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(event)) => {
                    self.held_back = Some(event);
                    return;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => return,
            }
        }
    }

    fn publish(&mut self, now: Instant) {
        if self.publish_at.is_none_or(|at| at <= now) {
            self.publish_at = Some(now + PUBLISH);
            self.close_pipes();
            *self.published.lock().unwrap_or_else(PoisonError::into_inner) = self.sfu.stats().clone();
        }
    }

    /// Connections that are closed, and those whose participant has left or gone elsewhere for good.
    fn close_pipes(&mut self) {
        let sfu = &self.sfu;
        self.pipes.retain(|_, (address, outlet)| !outlet.is_closed() && sfu.knows(*address));
    }

    fn sleep(&mut self, now: Instant) -> Duration {
        if self.more_to_read {
            return Duration::ZERO;
        }
        let next = self.sfu.poll_timeout().map_or(IDLE, |at| at.saturating_duration_since(now));
        let retry = if self.held_back.is_some() { RETRY } else { IDLE };
        next.min(IDLE).min(retry)
    }
}

/// A non-blocking UDP socket with the kernel's batching (recvmmsg, GRO) through `quinn-udp`.
struct Socket {
    inner: UdpSocket,
    state: UdpSocketState,
    buffer: Vec<u8>,
    homes: Homes,
}

/// Under which of our addresses each sender knows us. On a machine with several, a reply that left from
/// another one would be thrown away by the sender's NAT and by its ICE agent (RFC 8445 section 7.2.5.2.1).
#[derive(Default)]
struct Homes(HashMap<SocketAddr, IpAddr>);

impl Homes {
    fn learn(&mut self, meta: &RecvMeta) {
        let Some(home) = meta.dst_ip else { return };
        if self.0.len() >= HOMES {
            self.0.clear();
        }
        self.0.insert(meta.addr, home);
    }

    fn of(&self, destination: SocketAddr) -> Option<IpAddr> {
        self.0.get(&destination).copied()
    }
}

impl Socket {
    fn bind(listen: SocketAddr, poll: &Poll) -> io::Result<Self> {
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
        poll.registry().register(&mut socket, SOCKET, Interest::READABLE)?;
        Ok(Self {
            inner: socket,
            state,
            buffer: vec![0; RECEIVE_BYTES * BATCH_SIZE],
            homes: Homes::default(),
        })
    }

    /// Reads what the kernel has, [`READ_ROUNDS`] batches at most. Says whether there may be more: `mio`
    /// reports edges, so the caller must come back without waiting for the next one.
    fn receive(&mut self, mut handle: impl FnMut(SocketAddr, &[u8])) -> bool {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        for _ in 0..READ_ROUNDS {
            let mut slices: Vec<_> = self.buffer.chunks_mut(RECEIVE_BYTES).map(IoSliceMut::new).collect();
            match self.state.recv(UdpSockRef::from(&self.inner), &mut slices, &mut metas) {
                Ok(count) => {
                    metas[..count].iter().for_each(|meta| self.homes.learn(meta));
                    deliver(&metas[..count], &slices, &mut handle);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Sends at once or not at all: a datagram that the kernel cannot take now is stale by the time it could.
    fn send(&self, destination: SocketAddr, contents: &[u8]) {
        let src_ip = self.homes.of(destination);
        let transmit = Transmit { destination, ecn: None, contents, segment_size: None, src_ip };
        if let Err(error) = self.state.try_send(UdpSockRef::from(&self.inner), &transmit) {
            tracing::debug!(%error, "a datagram was not sent");
        }
    }
}

/// Lets a path that is narrower than our packets take them apart. quinn-udp forbids it, because QUIC finds out by itself
/// how wide a path is (RFC 8899); of us nobody does, and what forbids it vanishes there: the handshake's flights first.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_path_may_take_packets_apart() {
        let poll = Poll::new().unwrap();
        let socket = Socket::bind("127.0.0.1:0".parse().unwrap(), &poll).unwrap();
        assert_eq!(sockopt::ip_mtu_discover(&socket.inner).unwrap(), Ipv4PathMtuDiscovery::DONT);
    }

    /// Loopback is 127.0.0.0/8: a machine with two addresses, without any setting up.
    #[test]
    fn a_reply_leaves_from_the_address_that_was_asked() {
        let mut poll = Poll::new().unwrap();
        let mut socket = Socket::bind("0.0.0.0:0".parse().unwrap(), &poll).unwrap();
        let port = socket.inner.local_addr().unwrap().port();
        let stranger = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        stranger.set_read_timeout(Some(IDLE)).unwrap();

        // Back to the first: what is remembered is the latest.
        for asked in ["127.0.0.1", "127.0.0.2", "127.0.0.1"] {
            let asked = SocketAddr::new(asked.parse().unwrap(), port);
            stranger.send_to(b"who?", asked).unwrap();
            poll.poll(&mut Events::with_capacity(4), Some(IDLE)).unwrap();
            let mut senders = Vec::new();
            socket.receive(|sender, datagram| {
                assert_eq!(datagram, b"who?");
                senders.push(sender);
            });
            assert_eq!(senders, [stranger.local_addr().unwrap()]);
            socket.send(senders[0], b"me");
            let mut reply = [0; 8];
            assert_eq!(stranger.recv_from(&mut reply).unwrap(), (2, asked));
        }
    }
}
