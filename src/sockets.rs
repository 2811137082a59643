//! The table of open `WebSocket`s: a bounded send queue for each session. The bridge's task writes, each socket's task reads.

use dashmap::DashMap;
use teranga_signaling::{
    id::SessionId,
    message::{
        ServerMessage,
        session::{Bye, ByeReason},
    },
};
use tokio::sync::mpsc;

/// Messages that may wait for one slow reader. A healthy page never has more than a handful. This many means that the link or
/// the page is stuck, and a fresh socket serves it better than old messages.
pub const WAITING_MESSAGES: usize = 256;

/// The open sockets.
#[derive(Debug, Default)]
pub struct Sockets {
    queues: DashMap<SessionId, mpsc::Sender<ServerMessage>>,
}

impl Sockets {
    /// Makes the send queue of a session. The socket's task reads it until it is closed.
    pub fn open(&self, session: SessionId) -> mpsc::Receiver<ServerMessage> {
        let (sender, receiver) = mpsc::channel(WAITING_MESSAGES);
        self.queues.insert(session, sender);
        receiver
    }

    /// Queues a message. If the queue is full, the socket is closed; its page reconnects.
    pub fn send(&self, session: SessionId, message: ServerMessage) {
        let full = self
            .queues
            .get(&session)
            .is_some_and(|queue| matches!(queue.try_send(message), Err(mpsc::error::TrySendError::Full(_))));
        if full {
            tracing::warn!(session = session.0, "a socket reads too slowly and is closed");
            self.close(session);
        }
    }

    /// Closes a queue. The socket closes after it has sent what was queued.
    pub fn close(&self, session: SessionId) {
        self.queues.remove(&session);
    }

    /// Sends the reason to everybody and closes every socket.
    pub fn close_all(&self, reason: ByeReason) {
        self.queues.retain(|_, queue| {
            let _ = queue.try_send(ServerMessage::Bye(Bye { reason }));
            false
        });
    }

    /// The number of open sockets.
    pub fn len(&self) -> usize {
        self.queues.len()
    }

    /// True if no socket is open.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_signaling::message::session::Beat;

    #[tokio::test]
    async fn a_reader_that_never_reads_is_closed_after_its_queue() {
        let sockets = Sockets::default();
        let mut queue = sockets.open(SessionId(1));
        for n in 0..=u32::try_from(WAITING_MESSAGES).unwrap() {
            sockets.send(SessionId(1), ServerMessage::Beat(Beat { n }));
        }
        assert!(sockets.is_empty());
        let mut read = 0;
        while queue.recv().await.is_some() {
            read += 1;
        }
        assert_eq!(read, WAITING_MESSAGES);
    }

    #[tokio::test]
    async fn everybody_gets_the_reason_before_the_socket_closes() {
        let sockets = Sockets::default();
        let mut queue = sockets.open(SessionId(1));
        sockets.close_all(ByeReason::Draining);
        let sent = queue.recv().await;
        assert_eq!(sent, Some(ServerMessage::Bye(Bye { reason: ByeReason::Draining })));
        assert_eq!(queue.recv().await, None);
    }
}
