//! The queue from a shard to a connection. It holds little, and that not for long: media that cannot go at
//! once is dropped, as a router in front of a slow link would.

use crate::clock::Clock;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use teranga_media::demux::{Class, classify};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Bytes of media that may wait.
const MEDIA_BYTES: usize = 16 * 1024;

/// Bytes that only STUN, DTLS and RTCP may take beside them.
const CONTROL_BYTES: usize = 4 * 1024;

/// Datagrams that may wait.
const DATAGRAMS: usize = 256;

/// Media that has waited longer is stale.
const STALE: Duration = Duration::from_millis(100);

/// The shard's end. Whoever drops it closes the connection.
#[derive(Debug)]
pub struct Outlet {
    queue: mpsc::Sender<Waiting>,
    space: Arc<Semaphore>,
    clock: Clock,
    _here: oneshot::Sender<()>,
}

/// The connection's end.
#[derive(Debug)]
pub(super) struct Sluice {
    queue: mpsc::Receiver<Waiting>,
    clock: Clock,
}

#[derive(Debug)]
struct Waiting {
    contents: Vec<u8>,
    since: Instant,
    _space: OwnedSemaphorePermit,
}

/// Both ends; the last resolves when the shard's is dropped, even while nobody looks at the queue.
pub(super) fn pair(clock: Clock) -> (Outlet, Sluice, oneshot::Receiver<()>) {
    let (queue, waiting) = mpsc::channel(DATAGRAMS);
    let (here, gone) = oneshot::channel();
    let space = Arc::new(Semaphore::new(MEDIA_BYTES + CONTROL_BYTES));
    (Outlet { queue, space, clock, _here: here }, Sluice { queue: waiting, clock }, gone)
}

impl Outlet {
    /// Sends soon or not at all; whether it waits now.
    pub fn send(&self, contents: Vec<u8>) -> bool {
        let kept = if is_media(&contents) { CONTROL_BYTES } else { 0 };
        let bytes = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        if self.space.available_permits() < contents.len() + kept {
            return false;
        }
        let Ok(space) = self.space.clone().try_acquire_many_owned(bytes) else { return false };
        self.queue.try_send(Waiting { contents, since: self.clock.now(), _space: space }).is_ok()
    }

    /// Whether the connection is closed.
    pub fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }
}

impl Sluice {
    /// The next datagram to send; `None` when the other end is dropped and nothing is left.
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
    async fn media_leaves_room_for_what_keeps_the_call() {
        let (outlet, mut sluice, _gone) = pair(Clock::start());
        let sent = (0..DATAGRAMS).take_while(|_| outlet.send(VOICE.to_vec())).count();
        assert_eq!(sent, MEDIA_BYTES / VOICE.len());
        assert!(outlet.send(DTLS.to_vec()));
        assert_eq!(sluice.next().await.as_deref(), Some(&VOICE[..]));
        assert!(!outlet.send([0x80; 1_200].to_vec()), "the room of one voice packet is not enough");
    }

    #[tokio::test]
    async fn what_is_stale_is_not_sent_but_what_keeps_the_call_is() {
        let (outlet, mut sluice, gone) = pair(Clock::start());
        outlet.send(VOICE.to_vec());
        outlet.send(DTLS.to_vec());
        tokio::time::sleep(STALE + Duration::from_millis(20)).await;
        outlet.send([0x81; 50].to_vec());
        assert_eq!(sluice.next().await.as_deref(), Some(&DTLS[..]));
        assert_eq!(sluice.next().await.as_deref(), Some(&[0x81; 50][..]));
        drop(outlet);
        assert_eq!(sluice.next().await, None);
        assert!(gone.await.is_err());
    }
}
