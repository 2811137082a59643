//! The WebSocket of the native client, with the heartbeat of `signaling/PROTOCOL.md`.

use super::NativeError;
use crate::clock::Clock;
use futures_util::{SinkExt, StreamExt};
use std::time::{Duration, Instant};
use teranga_clinic::pii::Pii;
use teranga_signaling::{
    limits::MESSAGE_BYTES,
    message::{
        ClientMessage, ServerMessage,
        piece::{Piece, PieceReader},
        session::{Beat, Pace},
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
            pieces: PieceReader::default(),
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
    pieces: PieceReader,
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
                    self.received_at = self.clock.now();
                    let Some(json) = self.json(frame.map_err(Box::new)?).await? else { continue };
                    if let Some(message) = self.read(json.reveal())? {
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

    /// The JSON that a frame completes. Each piece is answered.
    async fn json(&mut self, frame: Message) -> Result<Option<Pii<String>>, NativeError> {
        match frame {
            Message::Text(text) => Ok(Some(Pii::new(text.as_str().to_owned()))),
            Message::Binary(frame) => {
                self.send(&ClientMessage::PieceReceived).await?;
                let whole = Piece::from_frame(&frame).map(|piece| self.pieces.add(&piece));
                whole.and_then(Result::ok).ok_or(NativeError::Unexpected("pieces that make no message"))
            }
            Message::Close(_) => Err(NativeError::SocketClosed),
            _ => Ok(None),
        }
    }

    async fn beat(&mut self) -> Result<(), NativeError> {
        self.beat = self.beat.wrapping_add(1);
        self.beat_at = self.clock.now();
        self.send(&ClientMessage::Beat(Beat { n: self.beat })).await
    }

    /// Reads a message. Heartbeats and the pace are handled here and give none.
    fn read(&mut self, json: &str) -> Result<Option<ServerMessage>, NativeError> {
        let message = serde_json::from_str(json).map_err(|_| NativeError::Unexpected("a message"))?;
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

fn ms(ms: u32) -> Duration {
    Duration::from_millis(u64::from(ms))
}
