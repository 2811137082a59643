//! A native participant of a consultation: signalling on the WebSocket and voice on UDP, together as in a page.

use super::{
    NativeError,
    client::{Server, Session},
    packet_times::PacketTimes,
    peer::{NativePeer, PeerOptions, Reception, TransportStats, VoiceCaps},
    socket::SignalingSocket,
    voice::{Source, VoiceId},
};
use crate::clock::Clock;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::{
    net::{IpAddr, SocketAddr, UdpSocket},
    time::{Duration, Instant},
};
use teranga_clinic::{
    clinical::Disposition,
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::{
    id::MemberId,
    message::{
        ClientMessage, ServerMessage,
        call::{AnswerInvite, Call, Caps, Grant, Invite, Join, Leave, MediaKind, MemberLink, Offer, Slot},
        clinical::Close,
        presence::SetAvailability,
        queue::{Cancel, Claim},
    },
};
use tokio::{sync::watch, time::timeout_at};

/// Bound of every answer that the server gives at once: two round trips of the slowest link, and a sync of its disk.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The reason of a native post's request, as the queue shows it: nobody shall take it for a patient.
const REASON: &str = "TEST DE LIAISON - aucun patient / link test - no patient (teranga probe)";

/// A participant who is connected, and perhaps in a consultation.
pub struct Participant {
    socket: SignalingSocket,
    clock: Clock,
    local: IpAddr,
    source: Source,
    /// The signed-in account or device.
    pub identity: Identity,
    /// The consultation that we requested, claimed, or joined.
    pub consultation: Option<ConsultationId>,
    /// The consultation that we are invited to.
    pub invited_to: Option<ConsultationId>,
    /// The parties whom the holder may invite.
    pub invitable: Vec<PartyId>,
    /// The number of members of the room, us included.
    pub members: usize,
    closed: bool,
    media: Option<Media>,
}

/// The media side of a participant.
struct Media {
    peer: NativePeer,
    member: MemberId,
    slots: Vec<Slot>,
    joined: Instant,
    caps: Option<Caps>,
    link: Option<MemberLink>,
}

/// The figures of a participant's stay in a room.
#[derive(Clone, Debug)]
pub struct Measurements {
    /// Its member number.
    pub member: MemberId,
    /// The voice that it sends; none for a recording.
    pub voice: Option<VoiceId>,
    /// Round trip of the WebSocket's heartbeat.
    pub signalling_rtt: Option<Duration>,
    /// The time from sending `join` until ICE and DTLS were up.
    pub connect_time: Option<Duration>,
    /// The arrival of the first voice packet.
    pub first_voice: Option<Instant>,
    /// The time that the transport was up.
    pub span: Duration,
    /// The statistics of the transport.
    pub transport: TransportStats,
    /// The figures that the server measured of this link.
    pub link: Option<MemberLink>,
    /// The last limits that the server set.
    pub caps: Option<Caps>,
    /// The times at which voice packets were sent.
    pub sent: PacketTimes,
    /// The received voices.
    pub voices: Vec<ReceivedVoice>,
}

/// A received voice.
#[derive(Clone, Debug)]
pub struct ReceivedVoice {
    /// The sender that the server named for it.
    pub from: Option<MemberId>,
    /// Its figures.
    pub reception: Reception,
}

impl Participant {
    /// Opens the WebSocket of a session. `source` is the sound to send.
    pub async fn connect(
        server: &Server,
        session: &Session,
        source: Source,
        clock: Clock,
    ) -> Result<Self, NativeError> {
        let mut socket = server.open_socket(session, clock).await?;
        let welcome = match receive_within(&mut socket, clock, ANSWER_TIMEOUT, "a welcome").await? {
            ServerMessage::Welcome(welcome) => welcome,
            ServerMessage::Error(refused) => return Err(NativeError::message_refused(&refused)),
            _ => return Err(NativeError::Unexpected("no welcome")),
        };
        if welcome.call.is_some() || welcome.waiting.is_some() {
            return Err(NativeError::Busy(welcome.you.party.to_string()));
        }
        Ok(Self {
            socket,
            clock,
            local: local_address(server.address())?,
            source,
            identity: welcome.you,
            consultation: None,
            invited_to: None,
            invitable: Vec::new(),
            members: 0,
            closed: false,
            media: None,
        })
    }

    /// Requests a specialist and opens the transport, as the kiosk does while it waits.
    pub async fn request(&mut self, speciality: Speciality) -> Result<ConsultationId, NativeError> {
        let id = ConsultationId(uuid::Uuid::new_v4());
        let intake = Intake { reason: REASON.into(), ..Default::default() };
        let request = Request {
            request: id,
            speciality,
            urgency: Urgency::Routine,
            intake,
            defer_to: None,
            patient: None,
            appointment_with: None,
        };
        self.socket.send(ClientMessage::Request(request)).await?;
        self.wait_until("the receipt of the request", ANSWER_TIMEOUT, |me| me.consultation == Some(id))
            .await?;
        Ok(id)
    }

    /// Claims a request, as a specialist.
    pub async fn claim(&mut self, consultation: ConsultationId) -> Result<(), NativeError> {
        self.socket.send(ClientMessage::Claim(Claim { consultation })).await?;
        self.wait_until("the call", ANSWER_TIMEOUT, |me| me.consultation == Some(consultation)).await
    }

    /// Becomes available for invitations, as a specialist.
    pub async fn be_available(&mut self) -> Result<(), NativeError> {
        let available = SetAvailability { state: Availability::Available, for_ms: None };
        self.socket.send(ClientMessage::Availability(available)).await
    }

    /// Invites a party, as the holder of the consultation.
    pub async fn invite(&mut self, party: PartyId) -> Result<(), NativeError> {
        let consultation = self.consultation.ok_or(NativeError::Unexpected("no consultation"))?;
        self.wait_until("somebody to invite", ANSWER_TIMEOUT, |me| me.invitable.contains(&party)).await?;
        self.socket
            .send(ClientMessage::Invite(Invite { consultation, party, hand_over: false, why: None }))
            .await
    }

    /// Waits for the invitation to the consultation `expected` and accepts it.
    pub async fn accept_invitation(&mut self, expected: ConsultationId) -> Result<(), NativeError> {
        self.wait_until("the invitation", ANSWER_TIMEOUT, |me| me.invited_to == Some(expected)).await?;
        let answer = AnswerInvite { consultation: expected, accept: true };
        self.socket.send(ClientMessage::AnswerInvite(answer)).await?;
        self.wait_until("the call", ANSWER_TIMEOUT, |me| me.consultation == Some(expected)).await
    }

    /// Waits until the transport is up.
    pub async fn connected(&mut self, within: Duration) -> Result<(), NativeError> {
        self.wait_until("the answer to our offer", within, |me| {
            me.media.as_ref().is_some_and(|m| m.peer.is_answered())
        })
        .await?;
        match &self.media {
            Some(media) => media.peer.connected(within).await,
            None => Err(NativeError::Unexpected("no grant")),
        }
    }

    /// Handles messages until told to stop, or until the consultation is closed.
    pub async fn run(&mut self, mut stop: watch::Receiver<bool>) -> Result<(), NativeError> {
        while !self.closed {
            tokio::select! {
                message = self.socket.receive() => self.handle(message?).await?,
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
        Ok(())
    }

    /// The figures of the stay; none without a transport.
    pub async fn measurements(&self) -> Option<Measurements> {
        let media = self.media.as_ref()?;
        let voices = media.peer.receptions().into_iter().filter(|r| r.kind == RtpCodecKind::Audio);
        let voices: Vec<_> = voices
            .map(|reception| ReceivedVoice { from: media.sender_of(&reception.mid), reception })
            .collect();
        let connected_at = media.peer.connected_at();
        Some(Measurements {
            member: media.member,
            voice: self.source.voice(),
            signalling_rtt: self.socket.rtt(),
            connect_time: connected_at.map(|at| at.saturating_duration_since(media.joined)),
            first_voice: voices.iter().filter_map(|voice| voice.reception.first).min(),
            span: connected_at.map_or(Duration::ZERO, |at| self.clock.now().saturating_duration_since(at)),
            transport: media.peer.transport().await,
            link: media.link,
            caps: media.caps,
            sent: media.peer.sent(),
            voices,
        })
    }

    /// Cancels the request, as the post, if it is still open.
    pub async fn cancel(&mut self) -> Result<(), NativeError> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        self.socket.send(ClientMessage::Cancel(Cancel { consultation })).await?;
        self.wait_until("the end of the request", ANSWER_TIMEOUT, |me| me.closed).await
    }

    /// Waits until somebody else has closed the consultation.
    pub async fn wait_closed(&mut self) -> Result<(), NativeError> {
        self.wait_until("the end of the consultation", ANSWER_TIMEOUT, |me| me.closed).await
    }

    /// Closes the consultation, as its holder.
    pub async fn close_consultation(&mut self) -> Result<(), NativeError> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        let close = Close { consultation, disposition: Disposition::Advice, follow_up_h: None };
        self.socket.send(ClientMessage::Close(close)).await?;
        self.wait_until("the end of the consultation", ANSWER_TIMEOUT, |me| me.closed).await
    }

    /// Leaves the consultation, as somebody who was invited.
    pub async fn leave(&mut self) -> Result<(), NativeError> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        self.socket.send(ClientMessage::Leave(Leave { consultation })).await
    }

    /// Closes the transport, then the WebSocket.
    pub async fn disconnect(self) -> Result<(), NativeError> {
        match self.media {
            Some(media) => media.peer.close().await,
            None => Ok(()),
        }
    }

    /// Handles messages until `done` holds.
    async fn wait_until(
        &mut self,
        what: &'static str,
        within: Duration,
        mut done: impl FnMut(&Self) -> bool,
    ) -> Result<(), NativeError> {
        let end = self.clock.now() + within;
        while !done(self) {
            let left = end.saturating_duration_since(self.clock.now());
            let message = receive_within(&mut self.socket, self.clock, left, what).await?;
            self.handle(message).await?;
        }
        Ok(())
    }

    async fn handle(&mut self, message: ServerMessage) -> Result<(), NativeError> {
        match message {
            ServerMessage::Requested(requested) => {
                self.consultation = Some(requested.status.consultation);
                self.join_with(requested.grant).await
            }
            ServerMessage::Call(call) => self.handle_call(call).await,
            ServerMessage::Ring(ring) if ring.invited_by.is_some() => {
                self.invited_to = Some(ring.entry.consultation);
                Ok(())
            }
            ServerMessage::Closed(closed) => {
                self.closed |= self.consultation == Some(closed.consultation);
                Ok(())
            }
            ServerMessage::Error(refused) => Err(NativeError::message_refused(&refused)),
            ServerMessage::Bye(bye) => Err(NativeError::SessionEnded(bye.reason)),
            other => self.handle_media(other).await,
        }
    }

    async fn handle_media(&mut self, message: ServerMessage) -> Result<(), NativeError> {
        let Some(media) = &mut self.media else { return Ok(()) };
        let offer = match message {
            ServerMessage::Answer(answer) => media.peer.accept(answer.sdp).await?,
            ServerMessage::Streams(streams) => {
                media.slots = streams.slots;
                // A native peer has no screen, so it receives every voice and no camera.
                media.peer.add_missing(streams.missing_audio, 0).await?
            }
            ServerMessage::Caps(caps) => {
                media.peer.set_caps(VoiceCaps { audio_bps: caps.audio_bps, ptime_ms: caps.ptime_ms });
                media.caps = Some(caps);
                None
            }
            ServerMessage::Link(link) => {
                media.link = link.members.into_iter().find(|link| link.member == media.member).or(media.link);
                None
            }
            _ => None,
        };
        match offer {
            Some(sdp) => self.socket.send(ClientMessage::Offer(Offer { sdp })).await,
            None => Ok(()),
        }
    }

    async fn handle_call(&mut self, call: Call) -> Result<(), NativeError> {
        self.consultation = Some(call.consultation);
        self.members = call.members.len();
        self.invitable = call.invitable.into_iter().map(|invitable| invitable.party).collect();
        self.join_with(call.grant).await
    }

    /// Opens the transport if there is a join token.
    async fn join_with(&mut self, grant: Option<Grant>) -> Result<(), NativeError> {
        match grant {
            Some(grant) => self.join(grant).await,
            None => Ok(()),
        }
    }

    async fn join(&mut self, grant: Grant) -> Result<(), NativeError> {
        let options = PeerOptions { local: self.local, voice: self.source.clone(), camera: false };
        let mut peer = NativePeer::open(options, self.clock).await?;
        let sdp = peer.offer().await?;
        let (member, joined) = (grant.member, self.clock.now());
        let media = Media { peer, member, slots: Vec::new(), joined, caps: None, link: None };
        if let Some(former) = self.media.replace(media) {
            former.peer.close().await?;
        }
        self.socket.send(ClientMessage::Join(Join { token: grant.token, sdp })).await
    }
}

impl Media {
    fn sender_of(&self, mid: &str) -> Option<MemberId> {
        let slot = self.slots.iter().find(|slot| slot.mid == mid && slot.kind == MediaKind::Audio)?;
        Some(slot.member)
    }
}

/// Waits for the next message, at most `within`.
async fn receive_within(
    socket: &mut SignalingSocket,
    clock: Clock,
    within: Duration,
    what: &'static str,
) -> Result<ServerMessage, NativeError> {
    let end = (clock.now() + within).into();
    timeout_at(end, socket.receive()).await.map_err(|_| NativeError::timed_out(what, within))?
}

/// The address by which this machine reaches the server: connecting a UDP socket sends nothing.
fn local_address(server: SocketAddr) -> Result<IpAddr, NativeError> {
    let any: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let reach = || {
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(server)?;
        socket.local_addr()
    };
    reach().map(|address| address.ip()).map_err(|source| NativeError::Unreachable { address: server, source })
}
