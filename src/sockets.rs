//! The table of open `WebSocket`s: a bounded send queue for each socket, the HTTP session to which it is bound, and the address
//! from which it came. The bridge's task writes to the queues, each socket's task reads its own.

use crate::store::TokenHash;
use dashmap::DashMap;
use std::{collections::HashSet, net::IpAddr, sync::OnceLock};
use teranga_clinic::id::PartyId;
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
    open: DashMap<SessionId, OpenSocket>,
    by_http_session: DashMap<TokenHash, Vec<SessionId>>,
}

/// One open socket.
#[derive(Debug)]
struct OpenSocket {
    queue: mpsc::Sender<Box<ServerMessage>>,
    http_session: TokenHash,
    from: IpAddr,
    /// Whom the hub has welcomed on it; empty before.
    welcomed: OnceLock<PartyId>,
}

impl Sockets {
    /// Makes the send queue of a socket. Its task reads the queue until it is closed.
    pub fn open(
        &self,
        session: SessionId,
        http_session: TokenHash,
        from: IpAddr,
    ) -> mpsc::Receiver<Box<ServerMessage>> {
        let (queue, receiver) = mpsc::channel(WAITING_MESSAGES);
        self.by_http_session.entry(http_session).or_default().push(session);
        let welcomed = OnceLock::new();
        self.open.insert(session, OpenSocket { queue, http_session, from, welcomed });
        receiver
    }

    /// The sockets that are bound to an HTTP session.
    pub fn bound_to(&self, http_session: &TokenHash) -> Vec<SessionId> {
        self.by_http_session.get(http_session).map(|bound| bound.clone()).unwrap_or_default()
    }

    /// True if the hub has welcomed a socket of an HTTP session. A socket that is merely open proves nothing: the hub may be
    /// about to refuse it.
    pub fn is_welcomed(&self, http_session: &TokenHash) -> bool {
        let is_welcomed = |socket: &OpenSocket| socket.welcomed.get().is_some();
        let bound = self.bound_to(http_session);
        bound.iter().any(|session| self.open.get(session).is_some_and(|socket| is_welcomed(&socket)))
    }

    /// Everybody whom the hub has welcomed on a socket that is still open.
    pub fn connected(&self) -> HashSet<PartyId> {
        self.open.iter().filter_map(|socket| socket.welcomed.get().cloned()).collect()
    }

    /// The address from which a socket came.
    pub fn from(&self, session: SessionId) -> Option<IpAddr> {
        self.open.get(&session).map(|socket| socket.from)
    }

    /// Queues a message. If the queue is full, the socket is closed; its page reconnects.
    pub fn send(&self, session: SessionId, message: Box<ServerMessage>) {
        let full = self.open.get(&session).is_some_and(|socket| {
            if let ServerMessage::Welcome(welcome) = &*message {
                socket.welcomed.get_or_init(|| welcome.you.party.clone());
            }
            matches!(socket.queue.try_send(message), Err(mpsc::error::TrySendError::Full(_)))
        });
        if full {
            tracing::warn!(session = session.0, "a socket reads too slowly and is closed");
            self.close(session);
        }
    }

    /// Closes a queue. The socket closes after it has sent what was queued.
    pub fn close(&self, session: SessionId) {
        if let Some((_, socket)) = self.open.remove(&session) {
            self.unbind(session, &socket.http_session);
        }
    }

    /// Sends the reason to everybody and closes every socket.
    pub fn close_all(&self, reason: ByeReason) {
        self.open.retain(|_, socket| {
            let _ = socket.queue.try_send(Box::new(ServerMessage::Bye(Bye { reason })));
            false
        });
        self.by_http_session.clear();
    }

    /// The number of open sockets.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// True if no socket is open.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn unbind(&self, session: SessionId, http_session: &TokenHash) {
        if let Some(mut bound) = self.by_http_session.get_mut(http_session) {
            bound.retain(|other| *other != session);
        }
        self.by_http_session.remove_if(http_session, |_, bound| bound.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_signaling::message::session::Beat;

    const HTTP_SESSION: TokenHash = [1; 32];

    fn open(sockets: &Sockets, session: u64) -> mpsc::Receiver<Box<ServerMessage>> {
        sockets.open(SessionId(session), HTTP_SESSION, IpAddr::from([192, 0, 2, 1]))
    }

    #[test]
    fn sockets_are_bound_to_their_http_session_and_nothing_is_kept_of_it() {
        let sockets = Sockets::default();
        let _queues = [open(&sockets, 1), open(&sockets, 2)];
        assert_eq!(sockets.bound_to(&HTTP_SESSION), [SessionId(1), SessionId(2)]);
        sockets.close(SessionId(1));
        assert_eq!(sockets.bound_to(&HTTP_SESSION), [SessionId(2)]);
        sockets.close(SessionId(2));
        assert!(sockets.by_http_session.is_empty());
    }

    #[tokio::test]
    async fn a_reader_that_never_reads_is_closed_after_its_queue() {
        let sockets = Sockets::default();
        let mut queue = open(&sockets, 1);
        for n in 0..=u32::try_from(WAITING_MESSAGES).unwrap() {
            sockets.send(SessionId(1), Box::new(ServerMessage::Beat(Beat { n })));
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
        let mut queue = open(&sockets, 1);
        sockets.close_all(ByeReason::Draining);
        let sent = queue.recv().await;
        assert_eq!(sent, Some(Box::new(ServerMessage::Bye(Bye { reason: ByeReason::Draining }))));
        assert_eq!(queue.recv().await, None);
    }
}
