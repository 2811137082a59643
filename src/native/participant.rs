//! A native participant in a consultation: the conversation on the WebSocket and the voice on UDP, together,
//! as a page does it.

use super::{
    Trouble,
    client::{Line, Server, Session},
    peer::{NativePeer, PeerOptions, Transport, VoiceCaps},
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

/// Everything that the server does at once: two round trips of the slowest link, and a disk that syncs.
pub const PROMPT: Duration = Duration::from_secs(10);

/// What the queue shows of a native post's request: nobody shall take it for a patient.
const REASON: &str = "TEST DE LIAISON - aucun patient / link test - no patient (teranga probe)";

/// Somebody in, or on the way into, a consultation.
pub struct Participant {
    line: Line,
    clock: Clock,
    local: IpAddr,
    source: Source,
    /// Who the server takes us for.
    pub me: Identity,
    /// The consultation that we asked for, took, or were let into.
    pub consultation: Option<ConsultationId>,
    /// The consultation we are rung into.
    pub rung: Option<ConsultationId>,
    /// Whom the holder may bring in.
    pub invitable: Vec<PartyId>,
    /// How many have their place in the room, we too.
    pub members: usize,
    closed: bool,
    media: Option<Media>,
}

/// The media side of a stay.
struct Media {
    peer: NativePeer,
    member: MemberId,
    slots: Vec<Slot>,
    joined: Instant,
    caps: Option<Caps>,
    link: Option<MemberLink>,
}

/// What a participant can tell of its stay.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its place in the room.
    pub member: MemberId,
    /// Which voice it has; none for a recording.
    pub voice: Option<VoiceId>,
    /// Round trip of the WebSocket's heartbeat.
    pub signalling_rtt: Option<Duration>,
    /// From saying `join` to ICE and DTLS being up.
    pub warmed: Option<Duration>,
    /// When the first voice packet came.
    pub first_voice: Option<Instant>,
    /// How long the transport was up.
    pub span: Duration,
    /// What the transport says of itself.
    pub transport: Transport,
    /// What the server measured of this link.
    pub link: Option<MemberLink>,
    /// The caps that held at the end.
    pub caps: Option<Caps>,
    /// The voices that came.
    pub voices: Vec<HeardVoice>,
}

/// One voice that came.
#[derive(Clone, Debug)]
pub struct HeardVoice {
    /// Whose it is, says the server.
    pub from: Option<MemberId>,
    /// The sound and its figures.
    pub reception: super::peer::Reception,
}

impl Participant {
    /// Opens the line of somebody who is signed in; `source` is what they will say.
    pub async fn arrive(
        server: &Server,
        session: &Session,
        source: Source,
        clock: Clock,
    ) -> Result<Self, Trouble> {
        let mut line = server.line(session, clock).await?;
        let welcome = match heard_within(&mut line, clock, PROMPT, "a welcome").await? {
            ServerMessage::Welcome(welcome) => welcome,
            ServerMessage::Error(refused) => return Err(Trouble::told(&refused)),
            _ => return Err(Trouble::Puzzling("no welcome")),
        };
        if welcome.call.is_some() || welcome.waiting.is_some() {
            return Err(Trouble::Engaged(welcome.you.party.to_string()));
        }
        Ok(Self {
            line,
            clock,
            local: local_address(server.address())?,
            source,
            me: welcome.you,
            consultation: None,
            rung: None,
            invitable: Vec::new(),
            members: 0,
            closed: false,
            media: None,
        })
    }

    /// A post asks for a specialist and warms its transport, as the kiosk does while it waits.
    pub async fn request(&mut self, speciality: Speciality) -> Result<ConsultationId, Trouble> {
        let id = ConsultationId(uuid::Uuid::new_v4());
        let intake = Intake { reason: REASON.into(), ..Default::default() };
        let request = Request { request: id, speciality, urgency: Urgency::Routine, intake };
        self.line.say(ClientMessage::Request(request)).await?;
        self.until("the receipt of the request", PROMPT, |me| me.consultation == Some(id)).await?;
        Ok(id)
    }

    /// A specialist takes a request.
    pub async fn claim(&mut self, consultation: ConsultationId) -> Result<(), Trouble> {
        self.line.say(ClientMessage::Claim(Claim { consultation })).await?;
        self.until("the call", PROMPT, |me| me.consultation == Some(consultation)).await
    }

    /// A specialist lets itself be invited.
    pub async fn be_available(&mut self) -> Result<(), Trouble> {
        let available = SetAvailability { state: Availability::Available };
        self.line.say(ClientMessage::Availability(available)).await
    }

    /// The holder brings somebody in.
    pub async fn invite(&mut self, party: PartyId) -> Result<(), Trouble> {
        let consultation = self.consultation.ok_or(Trouble::Puzzling("no consultation"))?;
        self.until("somebody to invite", PROMPT, |me| me.invitable.contains(&party)).await?;
        self.line.say(ClientMessage::Invite(Invite { consultation, party, hand_over: false })).await
    }

    /// Comes into the consultation it is rung into, which must be `expected`.
    pub async fn follow_invitation(&mut self, expected: ConsultationId) -> Result<(), Trouble> {
        self.until("the invitation", PROMPT, |me| me.rung == Some(expected)).await?;
        let answer = AnswerInvite { consultation: expected, accept: true };
        self.line.say(ClientMessage::AnswerInvite(answer)).await?;
        self.until("the call", PROMPT, |me| me.consultation == Some(expected)).await
    }

    /// Waits until the transport is up.
    pub async fn connected(&mut self, within: Duration) -> Result<(), Trouble> {
        self.until("the answer to our offer", within, |me| {
            me.media.as_ref().is_some_and(|m| m.peer.is_answered())
        })
        .await?;
        match &self.media {
            Some(media) => media.peer.connected(within).await,
            None => Err(Trouble::Puzzling("no grant")),
        }
    }

    /// Does what the server asks for until told to stop, or until the consultation is closed.
    pub async fn attend(&mut self, mut stop: watch::Receiver<bool>) -> Result<(), Trouble> {
        while !self.closed {
            tokio::select! {
                message = self.line.hear() => self.react(message?).await?,
                _ = stop.wait_for(|stop| *stop) => return Ok(()),
            }
        }
        Ok(())
    }

    /// What this stay amounts to.
    pub async fn account(&self) -> Option<Account> {
        let media = self.media.as_ref()?;
        let voices = media.peer.receptions().into_iter().filter(|r| r.kind == RtpCodecKind::Audio);
        let voices: Vec<_> =
            voices.map(|reception| HeardVoice { from: media.sender_of(&reception.mid), reception }).collect();
        let up = media.peer.connected_at();
        Some(Account {
            member: media.member,
            voice: self.source.voice(),
            signalling_rtt: self.line.rtt(),
            warmed: up.map(|up| up.saturating_duration_since(media.joined)),
            first_voice: voices.iter().filter_map(|voice| voice.reception.first).min(),
            span: up.map_or(Duration::ZERO, |up| self.clock.now().saturating_duration_since(up)),
            transport: media.peer.transport().await,
            link: media.link,
            caps: media.caps,
            voices,
        })
    }

    /// A post withdraws what is still open.
    pub async fn withdraw(&mut self) -> Result<(), Trouble> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        self.line.say(ClientMessage::Cancel(Cancel { consultation })).await?;
        self.until("the end of the request", PROMPT, |me| me.closed).await
    }

    /// Waits until the other side has ended the consultation.
    pub async fn dismissed(&mut self) -> Result<(), Trouble> {
        self.until("the end of the consultation", PROMPT, |me| me.closed).await
    }

    /// The holder ends the consultation.
    pub async fn conclude(&mut self) -> Result<(), Trouble> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        let close = Close { consultation, disposition: Disposition::Advice };
        self.line.say(ClientMessage::Close(close)).await?;
        self.until("the end of the consultation", PROMPT, |me| me.closed).await
    }

    /// A guest goes.
    pub async fn leave(&mut self) -> Result<(), Trouble> {
        let Some(consultation) = self.consultation.filter(|_| !self.closed) else { return Ok(()) };
        self.line.say(ClientMessage::Leave(Leave { consultation })).await
    }

    /// Closes the transport, then the line.
    pub async fn go(self) -> Result<(), Trouble> {
        match self.media {
            Some(media) => media.peer.close().await,
            None => Ok(()),
        }
    }

    async fn until(
        &mut self,
        what: &'static str,
        within: Duration,
        mut done: impl FnMut(&Self) -> bool,
    ) -> Result<(), Trouble> {
        let end = self.clock.now() + within;
        while !done(self) {
            let left = end.saturating_duration_since(self.clock.now());
            let message = heard_within(&mut self.line, self.clock, left, what).await?;
            self.react(message).await?;
        }
        Ok(())
    }

    async fn react(&mut self, message: ServerMessage) -> Result<(), Trouble> {
        match message {
            ServerMessage::Requested(requested) => {
                self.consultation = Some(requested.status.consultation);
                self.join_with(requested.grant).await
            }
            ServerMessage::Call(call) => self.called(call).await,
            ServerMessage::Ring(ring) if ring.invited_by.is_some() => {
                self.rung = Some(ring.entry.consultation);
                Ok(())
            }
            ServerMessage::Closed(closed) => {
                self.closed |= self.consultation == Some(closed.consultation);
                Ok(())
            }
            ServerMessage::Error(refused) => Err(Trouble::told(&refused)),
            ServerMessage::Bye(bye) => Err(Trouble::Dismissed(bye.reason)),
            other => self.react_to_media(other).await,
        }
    }

    async fn react_to_media(&mut self, message: ServerMessage) -> Result<(), Trouble> {
        let Some(media) = &mut self.media else { return Ok(()) };
        let offer = match message {
            ServerMessage::Answer(answer) => media.peer.accept(answer.sdp).await?,
            ServerMessage::Streams(streams) => {
                media.slots = streams.slots;
                // A native peer has no screen: it takes every voice and no camera.
                media.peer.want(streams.missing_audio, 0).await?
            }
            ServerMessage::Caps(caps) => {
                media.peer.obey(VoiceCaps { audio_bps: caps.audio_bps, ptime_ms: caps.ptime_ms });
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
            Some(sdp) => self.line.say(ClientMessage::Offer(Offer { sdp })).await,
            None => Ok(()),
        }
    }

    async fn called(&mut self, call: Call) -> Result<(), Trouble> {
        self.consultation = Some(call.consultation);
        self.members = call.members.len();
        self.invitable = call.invitable.into_iter().map(|invitable| invitable.party).collect();
        self.join_with(call.grant).await
    }

    async fn join_with(&mut self, grant: Option<Grant>) -> Result<(), Trouble> {
        match grant {
            Some(grant) => self.join(grant).await,
            None => Ok(()),
        }
    }

    async fn join(&mut self, grant: Grant) -> Result<(), Trouble> {
        let options = PeerOptions { local: self.local, voice: self.source.clone(), camera: false };
        let mut peer = NativePeer::open(options, self.clock).await?;
        let sdp = peer.offer().await?;
        let (member, joined) = (grant.member, self.clock.now());
        let media = Media { peer, member, slots: Vec::new(), joined, caps: None, link: None };
        if let Some(former) = self.media.replace(media) {
            former.peer.close().await?;
        }
        self.line.say(ClientMessage::Join(Join { token: grant.token, sdp })).await
    }
}

impl Media {
    fn sender_of(&self, mid: &str) -> Option<MemberId> {
        let slot = self.slots.iter().find(|slot| slot.mid == mid && slot.kind == MediaKind::Audio)?;
        Some(slot.member)
    }
}

async fn heard_within(
    line: &mut Line,
    clock: Clock,
    within: Duration,
    what: &'static str,
) -> Result<ServerMessage, Trouble> {
    let end = (clock.now() + within).into();
    timeout_at(end, line.hear()).await.map_err(|_| Trouble::late(what, within))?
}

/// The address by which this machine reaches the server: connecting a UDP socket sends nothing.
fn local_address(server: SocketAddr) -> Result<IpAddr, Trouble> {
    let any: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let reach = || {
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(server)?;
        socket.local_addr()
    };
    reach().map(|address| address.ip()).map_err(|source| Trouble::Unreachable { address: server, source })
}
