//! The `WebSocket` of a page: one socket is one session. It passes messages between the socket and the hub, in order and
//! bounded; it decides nothing.

use crate::{
    http::{
        bodies::FailureCode,
        error::ApiError,
        session::auth::{self, AmbulanceSession, CurrentSession},
        state::HttpState,
    },
    identity::sessions::OpenSession,
    net::https::HttpsConnection,
};
use axum::{
    Extension,
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code},
    },
    http::HeaderMap,
    response::Response,
};
use futures_util::{SinkExt, Stream, StreamExt, stream::SplitSink};
use std::{net::SocketAddr, time::Duration};
use teranga_clinic::{
    id::{PartyId, StaffId},
    people::{Identity, Place, Role},
    pii::Pii,
};
use teranga_signaling::{
    contract::Input,
    id::SessionId,
    message::{self, ClientMessage, ServerMessage, session::ErrorCode},
};
use tokio::{sync::mpsc, time::timeout};

/// Largest frame that is read at all. It is above the protocol's own bound, so that a message that is a little
/// too long is answered with `too_large` and the socket stays.
const FRAME_BYTES: usize = 4 * teranga_signaling::limits::MESSAGE_BYTES;

/// The interval at which the use of the HTTP session is noted.
const USE_NOTED_EVERY: Duration = Duration::from_mins(10);
/// The read buffer of a socket, which it has from its opening to its end. Almost every message of a page fits in.
const READ_BUFFER_BYTES: usize = 2 * 1024;

/// The bytes of queued messages that are written at once, if no flush comes before.
const WRITE_BUFFER_BYTES: usize = 8 * 1024;

/// The most messages that are written together, within one [`WRITE_PATIENCE`].
const TOGETHER: usize = 8;

/// The time in which they must be written. A link of 24 kbit/s carries 30 kB in that time.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// The pings and pongs (RFC 6455 section 5.5) that may come between two messages. A page sends none, and a proxy sends one in some
/// seconds, while each page says something every 10 s.
const PINGS: u32 = 64;

/// Opens the socket of somebody who is signed in.
pub async fn open(
    upgrade: WebSocketUpgrade,
    State(state): State<HttpState>,
    CurrentSession(own): CurrentSession,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    connection: Option<Extension<HttpsConnection>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = auth::token(&headers).unwrap_or_default().to_owned();
    upgraded(
        upgrade,
        state,
        connection,
        Opening { own, from, proof: Proof { token: token.into(), is_ambulance: false } },
    )
}

/// Opens the socket of an ambulance's telephone.
pub async fn open_ambulance(
    upgrade: WebSocketUpgrade,
    State(state): State<HttpState>,
    AmbulanceSession(own): AmbulanceSession,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    connection: Option<Extension<HttpsConnection>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let token = auth::ambulance_token(&headers).unwrap_or_default().to_owned();
    upgraded(
        upgrade,
        state,
        connection,
        Opening { own, from, proof: Proof { token: token.into(), is_ambulance: true } },
    )
}

fn upgraded(
    upgrade: WebSocketUpgrade,
    state: HttpState,
    connection: Option<Extension<HttpsConnection>>,
    opening: Opening,
) -> Result<Response, ApiError> {
    // A socket stays for hours, so it has no place among those of strangers.
    if connection.is_some_and(|Extension(connection)| !connection.is_known()) {
        return Err(FailureCode::TooManyConnections.into());
    }
    Ok(upgrade
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| serve(socket, state, opening)))
}

/// The request that opened a socket.
struct Opening {
    own: OpenSession,
    from: SocketAddr,
    proof: Proof,
}

/// The token of a session, by which the server asks later whether it still exists.
struct Proof {
    token: Pii<String>,
    /// True if it is that of an ambulance's telephone.
    is_ambulance: bool,
}

async fn serve(socket: WebSocket, state: HttpState, opening: Opening) {
    let Opening { own: OpenSession { identity, order_number, key, ends_at }, from, proof } = opening;
    let session = state.next_session();
    let queue = state.sockets.open(session, key, from.ip());
    let fallback = fallback(&state, &identity).await;
    let (party, place) = (identity.party.clone(), identity.place.id.clone());
    state.identities.note_seen(&party);
    let connected = Input::Connected { session, identity, order_number, fallback, ends_at };
    if state.inputs.send(connected).await.is_ok() {
        if !is_ended(&state, &proof).await {
            let (sink, stream) = socket.split();
            tokio::select! {
                () = write(sink, queue) => {}
                () = read(stream, session, &state.inputs, Some((&state, &place))) => {}
                () = keep_open(&state, &proof, &party, session) => {}
            }
        }
        let _ = state.inputs.send(Input::Disconnected { session }).await;
        state.identities.note_seen(&party);
    }
    state.sockets.close(session);
}

/// Notes from time to time that the HTTP session is in use, and asks whether it still exists. It goes on for ever: the hub
/// closes the socket of a session that has ended.
async fn keep_open(state: &HttpState, proof: &Proof, party: &PartyId, session: SessionId) {
    loop {
        tokio::time::sleep(USE_NOTED_EVERY).await;
        state.identities.note_seen(party);
        if is_ended(state, proof).await {
            let _ = state.inputs.send(Input::SignedOut { session }).await;
        }
    }
}

/// The place that a post may telephone. If the store fails there is none, and the post is served all the same.
async fn fallback(state: &HttpState, identity: &Identity) -> Option<Box<Place>> {
    if identity.role != Role::Kiosk {
        return None;
    }
    state.identities.district_centre(&identity.place).await.ok().flatten().map(Box::new)
}

/// True if the session has ended. It may have done so after the request was checked and before the hub knew the socket; from
/// then on the hub is told. A store that fails to answer ends nobody's call.
async fn is_ended(state: &HttpState, proof: &Proof) -> bool {
    let token = proof.token.reveal();
    let session = if proof.is_ambulance {
        state.identities.ambulance_session(token).await
    } else {
        state.identities.session(token).await
    };
    matches!(session, Ok(None))
}

/// Passes frames to the hub in order. It waits while the hub's queue is full, so that a flood slows only its own socket. The hub
/// counts messages and not pings, so a page that sends nothing else is closed here.
async fn read(
    mut stream: impl Stream<Item = Result<Message, axum::Error>> + Unpin,
    session: SessionId,
    inputs: &mpsc::Sender<Input>,
    tablet: Option<(&HttpState, &str)>,
) {
    let mut pings = 0;
    while let Some(Ok(frame)) = stream.next().await {
        let input = match frame {
            Message::Text(text) => match input(session, &text) {
                Input::Message { message, .. } if matches!(*message, ClientMessage::Staff(_)) => {
                    let ClientMessage::Staff(set) = *message else { continue };
                    Input::Staff { session, staff: staff(tablet, set.proof).await }
                }
                other => other,
            },
            Message::Binary(_) => Input::Unreadable { session, code: ErrorCode::Malformed },
            Message::Ping(_) | Message::Pong(_) if pings < PINGS => {
                pings += 1;
                continue;
            }
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return,
        };
        pings = 0;
        if inputs.send(input).await.is_err() {
            return;
        }
    }
}

/// The member of staff whose proof a page has sent. A void one is nobody, and so is any while the store fails: the page is told
/// so, and says it again.
async fn staff(tablet: Option<(&HttpState, &str)>, proof: Option<Pii<String>>) -> Option<StaffId> {
    let (state, place) = tablet?;
    let proof = proof.filter(|proof| proof.reveal().len() <= PROOF_BYTES)?;
    state.identities.staff.proven(place, &proof).await.ok().map(|member| member.id)
}

/// The longest proof, bytes: 256 bits in base64url have 43.
const PROOF_BYTES: usize = 64;

fn input(session: SessionId, text: &str) -> Input {
    match message::parse(text) {
        Ok(message) => Input::Message { session, message: Box::new(message) },
        Err(code) => Input::Unreadable { session, code },
    }
}

/// Sends what is queued until the queue is closed, and then the closing frame.
async fn write(mut sink: SplitSink<WebSocket, Message>, mut queue: mpsc::Receiver<Box<ServerMessage>>) {
    while let Some(message) = queue.recv().await {
        let sent = timeout(WRITE_PATIENCE, send(&mut sink, message, &mut queue)).await;
        if !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
    let goodbye = CloseFrame { code: close_code::NORMAL, reason: "".into() };
    let _ = timeout(WRITE_PATIENCE, sink.send(Message::Close(Some(goodbye)))).await;
}

/// Messages that are queued together are sent together, because each packet costs 50 bytes of headers.
async fn send(
    sink: &mut SplitSink<WebSocket, Message>,
    message: Box<ServerMessage>,
    queue: &mut mpsc::Receiver<Box<ServerMessage>>,
) -> Result<(), axum::Error> {
    sink.feed(frame(&message)).await?;
    for _ in 1..TOGETHER {
        let Ok(message) = queue.try_recv() else { break };
        sink.feed(frame(&message)).await?;
    }
    sink.flush().await
}

fn frame(message: &ServerMessage) -> Message {
    match message {
        ServerMessage::Piece(piece) => Message::Binary(piece.frame().into()),
        message => {
            let text =
                serde_json::to_string(message).expect("every other message of the protocol is plain JSON");
            Message::Text(text.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use futures_util::stream;

    /// The inputs that the hub gets of these frames.
    async fn inputs(frames: Vec<Message>) -> usize {
        let (to, mut queue) = mpsc::channel(16);
        read(stream::iter(frames.into_iter().map(Ok)), SessionId(1), &to, None).await;
        drop(to);
        let mut count = 0;
        while queue.recv().await.is_some() {
            count += 1;
        }
        count
    }

    #[tokio::test]
    async fn a_flood_of_pings_ends_the_socket_and_those_of_a_proxy_do_not() {
        let pings = |count: usize| vec![Message::Ping(Bytes::new()); count];
        let beat = || vec![Message::Text(r#"{"type":"beat","n":1}"#.into())];
        let of_proxy = [pings(60), beat(), pings(60), beat()].concat();
        assert_eq!(inputs(of_proxy).await, 2);
        let flood = [pings(60), beat(), pings(100), beat()].concat();
        assert_eq!(inputs(flood).await, 1);
    }
}
