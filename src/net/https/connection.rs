//! One HTTPS connection as its requests and its deadlines see it. Each phase from the first byte on has an end, and the
//! connection's task closes it then; a WebSocket leaves the task, keeps its place, and has deadlines of its own.

use crate::{clock::Clock, net::places::ConnectionPlace};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// The longest time of each phase of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the connection to its first byte, and to the first frame of an ICE-TCP connection.
    pub first_byte: Duration,
    /// The TLS handshake: four round trips of 2 s on the slowest link, with a lost packet.
    pub handshake: Duration,
    /// From the handshake to the first request, HTTP/2 preface and header fields included.
    pub first_request: Duration,
    /// Each later request's header fields in HTTP/1.1, and the wait for them.
    pub header: Duration,
    /// The wait for the next request of a stranger.
    pub idle_stranger: Duration,
    /// The wait for the next request of somebody who is signed in.
    pub idle_known: Duration,
    /// A stranger's request, to the last byte of its answer: a file of 200 kB at 24 kbit/s, with others beside it.
    pub request_stranger: Duration,
    /// A request of somebody who is signed in, to the last byte of its answer.
    pub request_known: Duration,
    /// The wait for the next bytes of a body.
    pub body_stall: Duration,
    /// A body of no bytes. Each byte adds `BODY_BYTE`.
    pub body: Duration,
    /// The wait for a client that reads nothing. A link that is dead for a minute loses no answer.
    pub write_stall: Duration,
    /// The interval of HTTP/2 PING frames, and the wait for their answer (RFC 9113 section 6.7). A page in a call uses its
    /// WebSocket, and its idle HTTP/2 connection is closed before the third PING.
    pub ping: Duration,
    /// The time of a connection that was told to end, to end.
    pub farewell: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(5),
            handshake: Duration::from_secs(15),
            first_request: Duration::from_secs(15),
            header: Duration::from_secs(15),
            idle_stranger: Duration::from_secs(30),
            idle_known: Duration::from_mins(2),
            request_stranger: Duration::from_mins(3),
            request_known: Duration::from_mins(10),
            body_stall: Duration::from_secs(15),
            body: Duration::from_secs(30),
            write_stall: Duration::from_mins(1),
            ping: Duration::from_secs(45),
            farewell: Duration::from_secs(2),
        }
    }
}

/// The time that a byte of a body may take: 100 bytes a second, a tenth of what a photo gets beside a voice on the thinnest
/// link.
pub(super) const BODY_BYTE: Duration = Duration::from_millis(10);

/// A connection, as its requests know it: an extension of each request. Clones name the same connection.
#[derive(Clone, Debug)]
pub struct HttpsConnection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    place: ConnectionPlace,
    clock: Clock,
    remote: SocketAddr,
    requests: Mutex<Requests>,
    changed: Notify,
    closing: Notify,
}

#[derive(Debug)]
struct Requests {
    open: BTreeMap<u64, Instant>,
    begun: u64,
    idle_since: Instant,
}

/// A request in progress. Dropping it says that its answer was sent or given up.
#[derive(Debug)]
pub(super) struct OpenRequest {
    connection: HttpsConnection,
    number: u64,
}

impl HttpsConnection {
    /// A connection before its TLS handshake.
    pub(super) fn new(place: ConnectionPlace, clock: Clock, remote: SocketAddr) -> Self {
        let requests = Requests { open: BTreeMap::new(), begun: 0, idle_since: clock.now() };
        Self(Arc::new(Shared {
            place,
            clock,
            remote,
            requests: Mutex::new(requests),
            changed: Notify::new(),
            closing: Notify::new(),
        }))
    }

    /// Notes that the handshake has ended: the time for the first request begins.
    pub(super) fn handshake_done(&self) {
        self.requests().idle_since = self.0.clock.now();
    }

    /// The address of the client.
    pub fn remote(&self) -> SocketAddr {
        self.0.remote
    }

    /// Gives the connection a place of those who are signed in. Returns false if all of them, or all of this account, are
    /// taken: it is then served as a stranger's.
    pub fn sign_in(&self, account: &str) -> bool {
        let is_known = self.0.place.sign_in(account);
        self.0.changed.notify_one();
        is_known
    }

    /// True if it has a place of those who are signed in.
    pub fn is_known(&self) -> bool {
        self.0.place.is_known()
    }

    /// The time now.
    pub(super) fn now(&self) -> Instant {
        self.0.clock.now()
    }

    /// Closes the connection without a farewell.
    pub(super) fn close(&self) {
        self.0.closing.notify_one();
    }

    /// Resolves when the connection must close at once: a request asked for it, or newer strangers need its place.
    pub(super) async fn closed(&self) {
        tokio::select! {
            () = self.0.closing.notified() => {}
            () = self.0.place.pushed_out() => {}
        }
    }

    /// Notes a new request.
    pub(super) fn begin(&self) -> OpenRequest {
        let mut requests = self.requests();
        requests.begun += 1;
        let number = requests.begun;
        requests.open.insert(number, self.0.clock.now());
        drop(requests);
        self.0.place.set_busy(true);
        self.0.changed.notify_one();
        OpenRequest { connection: self.clone(), number }
    }

    /// Resolves when the present phase has lasted too long.
    pub(super) async fn overdue(&self, deadlines: &Deadlines) {
        loop {
            let until = self.deadline(deadlines);
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => return,
                () = self.0.changed.notified() => {}
            }
        }
    }

    fn deadline(&self, deadlines: &Deadlines) -> Instant {
        let is_known = self.is_known();
        let requests = self.requests();
        if let Some(oldest) = requests.open.values().next() {
            return *oldest + if is_known { deadlines.request_known } else { deadlines.request_stranger };
        }
        let idle = match (requests.begun, is_known) {
            (0, _) => deadlines.first_request,
            (_, true) => deadlines.idle_known,
            (_, false) => deadlines.idle_stranger,
        };
        requests.idle_since + idle
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let connection = &self.connection;
        let mut requests = connection.requests();
        requests.open.remove(&self.number);
        let is_idle = requests.open.is_empty();
        if is_idle {
            requests.idle_since = connection.0.clock.now();
        }
        drop(requests);
        if is_idle {
            connection.0.place.set_busy(false);
        }
        connection.0.changed.notify_one();
    }
}
