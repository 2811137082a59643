//! A media shard: a thread with one UDP socket, one timer and one [`Sfu`]. A room never leaves its shard, so nothing in here is
//! shared or locked; commands come in and events go out through bounded queues.

use crate::{
    clock::Clock,
    net::{
        ice_tcp::{SendQueue, ShardQueue, ToShard},
        udp::Socket,
    },
    pulse::Pulse,
};
use mio::{Events, Poll, Token, Waker};
use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use teranga_media::{
    Sfu, SfuConfig,
    address::{Address, TcpConnectionId},
    command::{Command, Event},
    stats::Stats,
};
use tokio::sync::mpsc;

/// Commands that may wait for a shard: a thousand joins in one millisecond. More commands are refused, and the
/// caller is told.
const COMMANDS: usize = 1024;

/// Frames of ICE-TCP connections that may wait for a shard, of all connections together.
const FRAMES: usize = 1024;

/// Frames that are handled in a row before timers and sends get their turn.
const FRAME_ROUNDS: usize = 256;

/// The longest sleep of an idle shard. It bounds how late a stop is noticed if a wake-up is lost.
const IDLE: Duration = Duration::from_secs(1);

/// The time after which an event is offered again that the bridge had no space for.
const RETRY: Duration = Duration::from_millis(5);

/// The interval at which the counters are published.
const PUBLISH: Duration = Duration::from_secs(1);

const SOCKET: Token = Token(0);
const WAKE: Token = Token(1);

/// The queue of events from all shards to the bridge.
pub type MediaEvents = mpsc::Sender<Event>;

/// The addresses of a shard.
#[derive(Clone, Debug)]
pub struct ShardConfig {
    /// Local address of the UDP socket.
    pub listen: SocketAddr,
    /// Addresses at which browsers reach that socket, announced as host candidates.
    pub advertised: Vec<SocketAddr>,
    /// Addresses of the TCP port, announced as passive ICE-TCP candidates (RFC 6544).
    pub passive: Vec<SocketAddr>,
}

/// The handle of a running shard. Dropping it stops the thread.
#[derive(Debug)]
pub struct Shard {
    commands: Option<SyncSender<Command>>,
    frames: ShardQueue,
    waker: Arc<Waker>,
    published: Arc<Mutex<Stats>>,
    pulse: Pulse,
    thread: Option<JoinHandle<()>>,
}

/// The error of a command that a shard cannot take, because its queue is full or its thread has ended.
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
        let socket = Socket::bind(config.listen, &poll, SOCKET)?;
        let (commands, inbox) = sync_channel(COMMANDS);
        let (frames, tcp_inbox) = sync_channel(FRAMES);
        let frames = ShardQueue::new(frames, Arc::clone(&waker));
        let published = Arc::new(Mutex::new(Stats::default()));
        let pulse = Pulse::new(clock);
        let worker = Worker {
            sfu: Sfu::new(SfuConfig { addresses: config.advertised }).also_by_tcp(config.passive),
            clock,
            socket,
            poll,
            inbox,
            tcp_inbox,
            tcp: HashMap::new(),
            events,
            held_back: None,
            more_to_read: false,
            published: Arc::clone(&published),
            pulse: pulse.clone(),
            publish_at: None,
        };
        let name = format!("shard-{}", config.listen.port());
        let thread = thread::Builder::new().name(name).spawn(move || worker.run())?;
        Ok(Self { commands: Some(commands), frames, waker, published, pulse, thread: Some(thread) })
    }

    /// Queues a command and wakes the thread.
    ///
    /// # Errors
    /// [`ShardBusy`] if the queue is full.
    pub fn send(&self, command: Command) -> Result<(), ShardBusy> {
        let commands = self.commands.as_ref().ok_or(ShardBusy)?;
        commands.try_send(command).map_err(|_| ShardBusy)?;
        self.waker.wake().map_err(|_| ShardBusy)
    }

    /// The queue for the frames of ICE-TCP connections.
    pub fn frames(&self) -> ShardQueue {
        self.frames.clone()
    }

    /// The pulse of the thread.
    pub const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// The counters, at most a second old.
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

/// The state of the thread.
struct Worker {
    sfu: Sfu,
    clock: Clock,
    socket: Socket,
    poll: Poll,
    inbox: Receiver<Command>,
    tcp_inbox: Receiver<ToShard>,
    tcp: HashMap<TcpConnectionId, (Address, SendQueue)>,
    events: MediaEvents,
    held_back: Option<Event>,
    more_to_read: bool,
    published: Arc<Mutex<Stats>>,
    pulse: Pulse,
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
            self.emit_events();
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

    /// Carries out the waiting commands. It fails once the handle is dropped; then the shard stops.
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
            let Ok(message) = self.tcp_inbox.try_recv() else { return };
            match message {
                ToShard::Open { tcp, remote, first, send_queue, accepted } => {
                    let is_ours = self.open_tcp(now, Address::by_tcp(tcp, remote), &first);
                    if accepted.send(is_ours).is_ok() && is_ours {
                        self.tcp.insert(tcp, (Address::by_tcp(tcp, remote), send_queue));
                    }
                }
                ToShard::Frame { tcp, frame, place: _place } => {
                    if let Some((address, _)) = self.tcp.get(&tcp) {
                        self.sfu.handle_datagram(now, *address, &frame);
                    }
                }
            }
        }
        self.more_to_read = true;
    }

    /// Handles the first frame of a connection. Returns true if it authenticated one of our participants.
    fn open_tcp(&mut self, now: Instant, address: Address, first: &[u8]) -> bool {
        if self.sfu.is_named(first) {
            self.sfu.handle_datagram(now, address, first);
        }
        self.sfu.knows(address)
    }

    fn expire(&mut self, now: Instant) {
        if self.sfu.poll_timeout().is_some_and(|at| at <= now) {
            self.sfu.handle_timeout(now);
        }
    }

    fn transmit(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            match transmit.tcp {
                None => self.socket.send(transmit.destination, &transmit.contents),
                Some(tcp) => {
                    if let Some((_, queue)) = self.tcp.get(&tcp) {
                        queue.send(transmit.contents);
                    }
                }
            }
        }
        self.socket.flush();
    }

    /// Passes events on to the bridge. An event that it has no space for is held back, and keeps its place in the order.
    fn emit_events(&mut self) {
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
            self.pulse.beat();
            self.close_connections();
            *self.published.lock().unwrap_or_else(PoisonError::into_inner) = self.sfu.stats().clone();
        }
    }

    /// Drops the send queues of connections that are closed, or whose participant has left or moved to another path for good.
    fn close_connections(&mut self) {
        let sfu = &self.sfu;
        self.tcp.retain(|_, (address, queue)| !queue.is_closed() && sfu.knows(*address));
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
