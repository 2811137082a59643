//! Routes from a session to its open socket. The hub's task writes, every socket's task reads.

use dashmap::DashMap;
use teranga_signaling::{
    id::SessionId,
    message::{
        ServerMessage,
        session::{Bye, ByeReason},
    },
};
use tokio::sync::mpsc;

/// Messages that may wait for one slow reader. A healthy page never has more than a handful; this many
/// means that the link or the page is stuck, and a fresh socket is better than old news.
pub const WAITING_MESSAGES: usize = 256;

/// The open sockets.
#[derive(Debug, Default)]
pub struct Sockets {
    routes: DashMap<SessionId, mpsc::Sender<ServerMessage>>,
}

impl Sockets {
    /// Opens a route; the socket's task reads the other end until it is closed.
    pub fn open(&self, session: SessionId) -> mpsc::Receiver<ServerMessage> {
        let (sender, receiver) = mpsc::channel(WAITING_MESSAGES);
        self.routes.insert(session, sender);
        receiver
    }

    /// Queues a message. A reader that is too slow is closed: its page comes back on a fresh socket.
    pub fn send(&self, session: SessionId, message: ServerMessage) {
        let full = self
            .routes
            .get(&session)
            .is_some_and(|route| matches!(route.try_send(message), Err(mpsc::error::TrySendError::Full(_))));
        if full {
            tracing::warn!(session = session.0, "a socket reads too slowly and is closed");
            self.close(session);
        }
    }

    /// Closes the route; the socket closes after what was queued before.
    pub fn close(&self, session: SessionId) {
        self.routes.remove(&session);
    }

    /// Tells everybody why and closes every socket.
    pub fn close_all(&self, reason: ByeReason) {
        self.routes.retain(|_, route| {
            let _ = route.try_send(ServerMessage::Bye(Bye { reason }));
            false
        });
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        self.routes.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty()
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
    async fn everybody_is_told_why_before_the_door_closes() {
        let sockets = Sockets::default();
        let mut queue = sockets.open(SessionId(1));
        sockets.close_all(ByeReason::Draining);
        let said = queue.recv().await;
        assert_eq!(said, Some(ServerMessage::Bye(Bye { reason: ByeReason::Draining })));
        assert_eq!(queue.recv().await, None);
    }
}
