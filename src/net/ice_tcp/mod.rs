//! ICE over TCP (RFC 6544), for networks that let no UDP through: a connection to the HTTPS port whose first
//! frame is an authenticated STUN request carries a participant's datagrams to its shard and back.
//!
//! A task a connection, and two bounded queues: what the shard cannot take yet is not read, and media that
//! the far side does not read is dropped, for a voice that comes late is worth nothing.

mod admission;
mod send_queue;

pub use send_queue::Outlet;

use crate::clock::Clock;
use admission::{Guests, Ticket};
use mio::Waker;
use send_queue::Sluice;
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
    address::PipeId,
    demux,
    rtp::rfc4571::{Frames, framed},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

/// Bytes that the kernel may hold unsent: what is on its way is TCP's, what is not may still be dropped by us.
const UNSENT_BYTES: u32 = 1_024;

/// Frames of one connection that may wait for its shard; beyond, it is not read.
const FRAMES_WAITING: usize = 32;

/// What a connection may still take to send, when its participant has left.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a connection says to a shard.
#[derive(Debug)]
pub enum FromPipe {
    /// Its first frame, which must be a STUN request of one of the shard's participants.
    Open {
        /// Its number.
        pipe: PipeId,
        /// Its far end.
        remote: SocketAddr,
        /// The frame.
        first: Vec<u8>,
        /// The way back; the connection is closed when it is dropped.
        outlet: Outlet,
        /// Whether the participant was found and the request authenticated.
        taken: oneshot::Sender<bool>,
    },
    /// A later one.
    Frame {
        /// Through which connection.
        pipe: PipeId,
        /// The frame.
        frame: Vec<u8>,
        /// Given back when the frame was handled.
        place: OwnedSemaphorePermit,
    },
}

/// The way to a shard.
#[derive(Clone, Debug)]
pub struct Inlet {
    queue: SyncSender<FromPipe>,
    waker: Arc<Waker>,
}

impl Inlet {
    /// Through this queue to whoever wakes up by this.
    pub const fn new(queue: SyncSender<FromPipe>, waker: Arc<Waker>) -> Self {
        Self { queue, waker }
    }

    /// `false` if the shard is too busy: the frame is lost, as a datagram would be.
    fn send(&self, word: FromPipe) -> bool {
        self.queue.try_send(word).is_ok() && self.waker.wake().is_ok()
    }
}

/// Lets connections in, and carries their frames.
#[derive(Debug)]
pub struct Pipes {
    inlets: Vec<Inlet>,
    clock: Clock,
    guests: Arc<Guests>,
    next: AtomicU64,
}

impl Pipes {
    /// To these shards.
    pub fn new(inlets: Vec<Inlet>, clock: Clock) -> Self {
        Self { inlets, clock, guests: Arc::default(), next: AtomicU64::new(0) }
    }

    /// Looks for the participant to whom a connection belongs. `None`: nobody's, or there are too many. The
    /// caller bounds how long this may take.
    pub async fn greet(&self, mut stream: TcpStream) -> Option<Pipe> {
        let remote = stream.peer_addr().ok()?;
        let remote = SocketAddr::new(remote.ip().to_canonical(), remote.port());
        let mut ticket = Guests::let_in(&self.guests, remote.ip())?;
        tune(&stream).ok()?;
        let mut frames = Frames::default();
        let first = next(&mut stream, &mut frames).await?;
        demux::username(&first)?;
        let pipe = PipeId(self.next.fetch_add(1, Ordering::Relaxed));
        for inlet in &self.inlets {
            let (outlet, queue, gone) = send_queue::pair(self.clock);
            let (taken, answer) = oneshot::channel();
            inlet.send(FromPipe::Open { pipe, remote, first: first.clone(), outlet, taken });
            if answer.await == Ok(true) {
                ticket.is_known();
                return Some(Pipe { id: pipe, stream, frames, inlet: inlet.clone(), queue, gone, ticket });
            }
        }
        None
    }
}

/// A connection that belongs to a participant.
#[derive(Debug)]
pub struct Pipe {
    id: PipeId,
    stream: TcpStream,
    frames: Frames,
    inlet: Inlet,
    queue: Sluice,
    gone: oneshot::Receiver<()>,
    ticket: Ticket,
}

impl Pipe {
    /// Carries frames until either side closes, or the participant has left.
    pub async fn run(self) {
        let Self { id, mut stream, frames, inlet, mut queue, gone, ticket } = self;
        let (reader, writer) = stream.split();
        tokio::select! {
            () = carry_in(id, reader, frames, &inlet) => {}
            () = carry_out(writer, &mut queue) => {}
            () = last_words(gone) => {}
        }
        drop(ticket);
    }
}

/// Until the participant has left, and a little longer.
async fn last_words(gone: oneshot::Receiver<()>) {
    let _ = gone.await;
    tokio::time::sleep(LAST_WORDS).await;
}

async fn carry_in(pipe: PipeId, mut reader: impl AsyncRead + Unpin, mut frames: Frames, inlet: &Inlet) {
    let places = Arc::new(Semaphore::new(FRAMES_WAITING));
    while let Some(frame) = next(&mut reader, &mut frames).await {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        inlet.send(FromPipe::Frame { pipe, frame, place });
    }
}

async fn carry_out(mut writer: impl AsyncWrite + Unpin, queue: &mut Sluice) {
    while let Some(datagram) = queue.next().await {
        let Some(frame) = framed(&datagram) else { continue };
        if writer.write_all(&frame).await.is_err() {
            return;
        }
    }
    let _ = timeout(LAST_WORDS, writer.shutdown()).await;
}

/// The next datagram of a stream; `None` when it ends, or is not one of datagrams.
async fn next(reader: &mut (impl AsyncRead + Unpin), frames: &mut Frames) -> Option<Vec<u8>> {
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

/// Nothing waits for company, nothing piles up in the kernel, and what is lost is repeated soon: a stream as
/// thin as a voice would else wait twice as long after each loss.
fn tune(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_nodelay(true)?;
    socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    socket.set_tcp_thin_linear_timeouts(true)
}

#[cfg(test)]
mod tests;
