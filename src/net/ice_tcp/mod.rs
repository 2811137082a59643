//! ICE over TCP (RFC 6544), for networks that let no UDP through. A connection to the HTTPS port whose first RFC 4571 frame is
//! an authenticated STUN request carries the datagrams of that participant to its shard and back.
//!
//! Each connection has a task and two bounded queues. Frames that the shard cannot take yet are not read from the socket, and
//! media that the far side does not read is dropped: a voice packet that comes late is worth nothing.

mod admission;
mod send_queue;

pub use send_queue::SendQueue;

use crate::clock::Clock;
use admission::{Admission, Permit};
use mio::Waker;
use send_queue::SendQueueReader;
use socket2::SockRef;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::SyncSender,
    },
    time::Duration,
};
use teranga_media::{
    address::TcpConnectionId,
    demux,
    rtp::rfc4571::{Frames, framed},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

/// Bytes that the kernel may hold before it has sent them (`TCP_NOTSENT_LOWAT`). The send queue can still drop what waits
/// above the kernel.
const UNSENT_BYTES: u32 = 1_024;

/// Frames of one connection that may wait for its shard. The connection is not read meanwhile.
const FRAMES_WAITING: usize = 32;

/// The time that a connection keeps sending after its participant has left.
const LINGER: Duration = Duration::from_secs(2);

/// A message from a connection to a shard.
#[derive(Debug)]
pub enum ToShard {
    /// The first frame of a connection: a STUN request, perhaps of one of the shard's participants.
    Open {
        /// Number of the connection.
        tcp: TcpConnectionId,
        /// Its remote address.
        remote: SocketAddr,
        /// The frame.
        first: Vec<u8>,
        /// The queue of datagrams to send; dropping it closes the connection.
        send_queue: SendQueue,
        /// The answer: true if the shard has the participant and the request was authenticated.
        accepted: oneshot::Sender<bool>,
    },
    /// A later frame.
    Frame {
        /// Number of the connection.
        tcp: TcpConnectionId,
        /// The frame.
        frame: Vec<u8>,
        /// One of the places that a connection has in the queue, given back when the frame was handled.
        place: OwnedSemaphorePermit,
    },
}

/// The queue of frames that leads to a shard.
#[derive(Clone, Debug)]
pub struct ShardQueue {
    queue: SyncSender<ToShard>,
    waker: Arc<Waker>,
}

impl ShardQueue {
    /// A queue whose reader sleeps until `waker` wakes it.
    pub const fn new(queue: SyncSender<ToShard>, waker: Arc<Waker>) -> Self {
        Self { queue, waker }
    }

    /// Queues a message. If the shard is too busy, the frame is lost as a datagram would be.
    fn send(&self, message: ToShard) -> bool {
        self.queue.try_send(message).is_ok() && self.waker.wake().is_ok()
    }
}

/// Accepts connections and finds the shard to which each belongs.
#[derive(Debug)]
pub struct IceTcp {
    shards: Vec<ShardQueue>,
    clock: Clock,
    admission: Arc<Admission>,
    next: AtomicU64,
}

impl IceTcp {
    /// Serves the participants of these shards, with at most `connections` at once.
    pub fn new(shards: Vec<ShardQueue>, connections: usize, clock: Clock) -> Self {
        Self { shards, clock, admission: Admission::new(connections), next: AtomicU64::new(0) }
    }

    /// Finds the participant to whom a connection belongs. It returns `None` if there is none, or if there are too many
    /// connections. It waits for the first frame as long as the client takes; the caller bounds that.
    pub async fn accept(&self, mut stream: TcpStream) -> Option<Connection> {
        let remote = stream.peer_addr().ok()?;
        let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
        let mut permit = Admission::admit(&self.admission, remote.ip())?;
        set_options(&stream).ok()?;
        let mut frames = Frames::default();
        let first = next_frame(&mut stream, &mut frames).await?;
        demux::username(&first)?;
        let tcp = TcpConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        for shard in &self.shards {
            let (send_queue, queue, closed) = send_queue::pair(self.clock);
            let (accepted, answer) = oneshot::channel();
            shard.send(ToShard::Open { tcp, remote, first: first.clone(), send_queue, accepted });
            if answer.await == Ok(true) {
                permit.identify();
                return Some(Connection { tcp, stream, frames, shard: shard.clone(), queue, closed, permit });
            }
        }
        None
    }
}

/// A connection that belongs to a participant.
#[derive(Debug)]
pub struct Connection {
    tcp: TcpConnectionId,
    stream: TcpStream,
    frames: Frames,
    shard: ShardQueue,
    queue: SendQueueReader,
    closed: oneshot::Receiver<()>,
    permit: Permit,
}

impl Connection {
    /// Carries frames until the client closes the connection, or the participant has left.
    pub async fn run(self) {
        let Self { tcp, mut stream, frames, shard, mut queue, closed, permit } = self;
        let (reader, writer) = stream.split();
        tokio::select! {
            () = receive(tcp, reader, frames, &shard) => {}
            () = send(writer, &mut queue) => {}
            () = participant_left(closed) => {}
        }
        drop(permit);
    }
}

/// Resolves [`LINGER`] after the shard has dropped its end of the send queue.
async fn participant_left(closed: oneshot::Receiver<()>) {
    let _ = closed.await;
    tokio::time::sleep(LINGER).await;
}

async fn receive(
    tcp: TcpConnectionId,
    mut reader: impl AsyncRead + Unpin,
    mut frames: Frames,
    shard: &ShardQueue,
) {
    let places = Arc::new(Semaphore::new(FRAMES_WAITING));
    while let Some(frame) = next_frame(&mut reader, &mut frames).await {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        shard.send(ToShard::Frame { tcp, frame, place });
    }
}

async fn send(mut writer: impl AsyncWrite + Unpin, queue: &mut SendQueueReader) {
    while let Some(datagram) = queue.next().await {
        let Some(frame) = framed(&datagram) else { continue };
        if writer.write_all(&frame).await.is_err() {
            return;
        }
    }
    let _ = timeout(LINGER, writer.shutdown()).await;
}

/// Reads the next frame. It is `None` when the stream ends, or if it does not consist of frames.
async fn next_frame(reader: &mut (impl AsyncRead + Unpin), frames: &mut Frames) -> Option<Vec<u8>> {
    loop {
        if let Some(datagram) = frames.datagram().ok()? {
            return Some(datagram);
        }
        match reader.read(frames.space()).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => frames.read(count),
        }
    }
}

/// Sets the socket up for media: no Nagle delay, a short kernel queue, and retransmission timeouts that stay the same instead
/// of doubling (`TCP_THIN_LINEAR_TIMEOUTS`), because a voice stream is too thin for fast retransmission.
fn set_options(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    socket.set_tcp_thin_linear_timeouts(true)
}

#[cfg(test)]
mod tests;
