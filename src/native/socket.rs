//! The WebSocket of the native client, with the heartbeat of `signaling/PROTOCOL.md`.

use super::NativeError;
use crate::clock::Clock;
use futures_util::{SinkExt, StreamExt};
use std::time::{Duration, Instant};
use teranga_signaling::{
    limits::MESSAGE_BYTES,
    message::{
        ClientMessage, ServerMessage,
        session::{Beat, Pace, Piece},
    },
};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
    time::sleep_until,
};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

/// Messages that may wait in either direction.
const QUEUE: usize = 256;

/// The pace of heartbeats until the server sends its own.
const INITIAL_PACE: Pace = Pace { heartbeat_ms: 10_000, absent_after_ms: 30_000, lost_after_ms: 30_000 };

/// Bytes of the largest message that is read. The largest valid one is a `welcome` with all advice of a consultation.
pub(super) const SOCKET_MESSAGE_BYTES: usize = 16 * MESSAGE_BYTES;

/// An open WebSocket with a heartbeat. Dropping it closes the socket.
pub struct SignalingSocket {
    outgoing: mpsc::Sender<ClientMessage>,
    incoming: mpsc::Receiver<Result<ServerMessage, NativeError>>,
    rtt: watch::Receiver<Option<Duration>>,
}

impl SignalingSocket {
    /// Queues a message.
    pub async fn send(&self, message: ClientMessage) -> Result<(), NativeError> {
        self.outgoing.send(message).await.map_err(|_| NativeError::SocketClosed)
    }

    /// Waits for the next message that is no heartbeat. Nothing follows an error.
    pub async fn receive(&mut self) -> Result<ServerMessage, NativeError> {
        self.incoming.recv().await.unwrap_or(Err(NativeError::SocketClosed))
    }

    /// The round trip of the last heartbeat.
    pub fn rtt(&self) -> Option<Duration> {
        *self.rtt.borrow()
    }

    /// Starts the task of an open socket.
    pub(super) fn start(socket: WebSocketStream<TlsStream<TcpStream>>, clock: Clock) -> Self {
        let (outgoing, queue) = mpsc::channel(QUEUE);
        let (received, incoming) = mpsc::channel(QUEUE);
        let (rtt_sender, rtt) = watch::channel(None);
        let task = SocketTask {
            socket,
            clock,
            pace: INITIAL_PACE,
            beat: 0,
            beat_at: clock.now(),
            received_at: clock.now(),
            rtt: rtt_sender,
            pieces: String::new(),
        };
        tokio::spawn(async move {
            if let Err(error) = task.run(queue, &received).await {
                let _ = received.try_send(Err(error));
            }
        });
        Self { outgoing, incoming, rtt }
    }
}

/// The task that owns the socket: it carries messages, sends the heartbeat and notices a dead server.
struct SocketTask {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    clock: Clock,
    pace: Pace,
    beat: u32,
    /// The time of the last heartbeat, or of the opening.
    beat_at: Instant,
    received_at: Instant,
    rtt: watch::Sender<Option<Duration>>,
    /// What has come of a message that travels in pieces.
    pieces: String,
}

impl SocketTask {
    async fn run(
        mut self,
        mut queue: mpsc::Receiver<ClientMessage>,
        received: &mpsc::Sender<Result<ServerMessage, NativeError>>,
    ) -> Result<(), NativeError> {
        loop {
            let lost = self.received_at + ms(self.pace.lost_after_ms);
            let beat = self.beat_at + ms(self.pace.heartbeat_ms);
            tokio::select! {
                message = queue.recv() => match message {
                    Some(message) => self.send(&message).await?,
                    None => return Ok(self.socket.close(None).await.map_err(Box::new)?),
                },
                frame = self.socket.next() => {
                    let Some(frame) = frame else { return Err(NativeError::SocketClosed) };
                    let Some(message) = self.read(frame.map_err(Box::new)?)? else { continue };
                    if let Some(message) = self.whole(message).await? {
                        received.send(Ok(message)).await.map_err(|_| NativeError::SocketClosed)?;
                    }
                }
                () = sleep_until(beat.into()) => self.beat().await?,
                () = sleep_until(lost.into()) => {
                    return Err(NativeError::timed_out("a heartbeat of the server", ms(self.pace.lost_after_ms)));
                }
            }
        }
    }

    async fn send(&mut self, message: &ClientMessage) -> Result<(), NativeError> {
        let text = serde_json::to_string(message).map_err(|_| NativeError::Unexpected("its own message"))?;
        Ok(self.socket.send(Message::text(text)).await.map_err(Box::new)?)
    }

    /// The message itself, or the one that the last piece completes. Each piece is answered.
    async fn whole(&mut self, message: ServerMessage) -> Result<Option<ServerMessage>, NativeError> {
        let ServerMessage::Piece(piece) = message else { return Ok(Some(message)) };
        self.send(&ClientMessage::PieceReceived).await?;
        put_together(&mut self.pieces, &piece)
    }

    async fn beat(&mut self) -> Result<(), NativeError> {
        self.beat = self.beat.wrapping_add(1);
        self.beat_at = self.clock.now();
        self.send(&ClientMessage::Beat(Beat { n: self.beat })).await
    }

    /// Reads a frame. Heartbeats and the pace are handled here and give no message.
    fn read(&mut self, frame: Message) -> Result<Option<ServerMessage>, NativeError> {
        self.received_at = self.clock.now();
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(_) => return Err(NativeError::SocketClosed),
            _ => return Ok(None),
        };
        let message = serde_json::from_str(&text).map_err(|_| NativeError::Unexpected("a message"))?;
        match &message {
            ServerMessage::Beat(Beat { n }) if *n == self.beat => {
                self.rtt.send_replace(Some(self.received_at.saturating_duration_since(self.beat_at)));
            }
            ServerMessage::Pace(pace) => self.pace = *pace,
            ServerMessage::Welcome(welcome) => self.pace = welcome.pace,
            _ => {}
        }
        let routine = matches!(message, ServerMessage::Beat(_) | ServerMessage::Pace(_));
        Ok((!routine).then_some(message))
    }
}

/// Adds a piece to what has come of its message, and returns the message with its last piece.
fn put_together(whole: &mut String, piece: &Piece) -> Result<Option<ServerMessage>, NativeError> {
    if piece.first {
        whole.clear();
    }
    let text = piece.text.reveal();
    if whole.len() + text.len() > SOCKET_MESSAGE_BYTES {
        return Err(NativeError::Unexpected("a message without an end"));
    }
    whole.push_str(text);
    if !piece.last {
        return Ok(None);
    }
    serde_json::from_str(whole).map(Some).map_err(|_| NativeError::Unexpected("a message"))
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(first: bool, last: bool, text: &str) -> Piece {
        Piece { first, last, text: text.into() }
    }

    #[test]
    fn pieces_become_their_message_and_one_that_begins_anew_forgets_the_rest() {
        let mut whole = String::new();
        for part in [piece(true, false, "{\"type\":\"adv"), piece(true, false, "{\"type\":\"be")] {
            assert!(put_together(&mut whole, &part).expect("a piece").is_none());
        }
        let message = put_together(&mut whole, &piece(false, true, "at\",\"n\":7}")).expect("a message");
        assert!(matches!(message, Some(ServerMessage::Beat(Beat { n: 7 }))));
    }

    #[test]
    fn pieces_that_make_no_message_or_never_end_are_an_error() {
        let mut whole = String::new();
        assert!(put_together(&mut whole, &piece(true, true, "{")).is_err());
        let endless = "a".repeat(MESSAGE_BYTES);
        assert!((0..20).any(|_| put_together(&mut whole, &piece(false, false, &endless)).is_err()));
    }
}
