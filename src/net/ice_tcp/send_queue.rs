//! The send queue from a shard to an ICE-TCP connection. It is small, and its media is short-lived: a packet that cannot be
//! sent at once is dropped, as a router before a slow link would drop it.

use crate::clock::Clock;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use teranga_media::demux::{Class, classify};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Bytes of RTP that may wait.
const MEDIA_BYTES: usize = 16 * 1024;

/// Bytes beside them that only STUN, DTLS and RTCP may take, so that media cannot push out what keeps the call alive.
const CONTROL_BYTES: usize = 4 * 1024;

/// Datagrams that may wait.
const DATAGRAMS: usize = 256;

/// The age at which a waiting RTP packet is dropped: a jitter buffer would no longer wait for it.
const STALE: Duration = Duration::from_millis(100);

/// The shard's end. Dropping it closes the connection.
#[derive(Debug)]
pub struct SendQueue {
    queue: mpsc::Sender<Waiting>,
    space: Arc<Semaphore>,
    clock: Clock,
    _open: oneshot::Sender<()>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct SendQueueReader {
    queue: mpsc::Receiver<Waiting>,
    clock: Clock,
}

#[derive(Debug)]
struct Waiting {
    contents: Vec<u8>,
    since: Instant,
    _space: OwnedSemaphorePermit,
}

/// Makes a queue. The third value resolves as soon as the shard's end is dropped, even if nobody reads the queue then.
pub(super) fn pair(clock: Clock) -> (SendQueue, SendQueueReader, oneshot::Receiver<()>) {
    let (queue, waiting) = mpsc::channel(DATAGRAMS);
    let (open, closed) = oneshot::channel();
    let space = Arc::new(Semaphore::new(MEDIA_BYTES + CONTROL_BYTES));
    (SendQueue { queue, space, clock, _open: open }, SendQueueReader { queue: waiting, clock }, closed)
}

impl SendQueue {
    /// Queues a datagram. Returns false if there is no space: the datagram is lost.
    pub fn send(&self, contents: Vec<u8>) -> bool {
        let reserved = if is_media(&contents) { CONTROL_BYTES } else { 0 };
        let bytes = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        if self.space.available_permits() < contents.len() + reserved {
            return false;
        }
        let Ok(space) = self.space.clone().try_acquire_many_owned(bytes) else { return false };
        self.queue.try_send(Waiting { contents, since: self.clock.now(), _space: space }).is_ok()
    }

    /// True if the connection is closed.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }
}

impl SendQueueReader {
    /// The next datagram to send. It is `None` once the shard's end is dropped and the queue is empty.
    pub(super) async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let Waiting { contents, since, .. } = self.queue.recv().await?;
            let waited = self.clock.now().saturating_duration_since(since);
            if waited <= STALE || !is_media(&contents) {
                return Some(contents);
            }
        }
    }
}

fn is_media(datagram: &[u8]) -> bool {
    classify(datagram) == Some(Class::Rtp)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOICE: [u8; 100] = [0x80; 100];
    const DTLS: [u8; 100] = [22; 100];

    #[tokio::test]
    async fn media_leaves_space_for_stun_dtls_and_rtcp() {
        let (queue, mut reader, _closed) = pair(Clock::start());
        let sent = (0..DATAGRAMS).take_while(|_| queue.send(VOICE.to_vec())).count();
        assert_eq!(sent, MEDIA_BYTES / VOICE.len());
        assert!(queue.send(DTLS.to_vec()));
        assert_eq!(reader.next().await.as_deref(), Some(&VOICE[..]));
        assert!(!queue.send([0x80; 1_200].to_vec()), "the space of one voice packet is not enough");
    }

    #[tokio::test]
    async fn stale_media_is_dropped_and_stale_dtls_is_sent() {
        let (queue, mut reader, closed) = pair(Clock::start());
        queue.send(VOICE.to_vec());
        queue.send(DTLS.to_vec());
        tokio::time::sleep(STALE + Duration::from_millis(20)).await;
        queue.send([0x81; 50].to_vec());
        assert_eq!(reader.next().await.as_deref(), Some(&DTLS[..]));
        assert_eq!(reader.next().await.as_deref(), Some(&[0x81; 50][..]));
        drop(queue);
        assert_eq!(reader.next().await, None);
        assert!(closed.await.is_err());
    }
}
