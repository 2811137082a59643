//! The hallway: the only file that knows both machines. It owns the [`Hub`], carries its effects out
//! (sockets, journal, media shards), and brings what happens there back as its inputs.

use crate::{
    clock::Clock,
    journal::{Journal, Recorded},
    link_history::Links,
    net::shard::Shard,
    sockets::Sockets,
    store::LinkRates,
};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    fact::{Fact, FactNumber},
    id::{ConsultationId, PartyId},
};
use teranga_media::{
    command::{Command, Event, Kind, LinkMemory, Refusal},
    id as media,
    units::Bitrate,
};
use teranga_signaling::{
    hub::{Effect, Hub, Input, MediaOrder, MediaSignal, Stats},
    id::{MemberId, RecordId, RoomId},
    message::{
        call::{Caps, LinkDirection, MediaKind, MemberLink, Rung, Slot, Streams},
        session::ErrorCode,
    },
};
use tokio::sync::{mpsc, watch};

/// Inputs that may wait for the hub. Sockets are told to wait (back-pressure) when it is full.
pub const INPUTS: usize = 4096;

/// Media events that may wait for the hub; a shard holds its events back when it is full.
pub const MEDIA_EVENTS: usize = 4096;

/// Everything the hallway connects.
pub struct Bridge {
    /// The signalling machine.
    pub hub: Hub,
    /// The door to time.
    pub clock: Clock,
    /// Routes to the open sockets.
    pub sockets: Arc<Sockets>,
    /// Where facts become durable.
    pub journal: Journal,
    /// The media threads; a room lives on one of them.
    pub shards: Arc<[Shard]>,
    /// What links carried last time.
    pub links: Links,
    /// How the hub is doing, for metrics and the drain.
    pub published: watch::Sender<HubStatus>,
}

/// What the rest of the house may know of the hub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HubStatus {
    /// Open sockets that said hello.
    pub sessions: usize,
    /// Requests in the queue.
    pub waiting: usize,
    /// Consultations that were taken and go on.
    pub running: usize,
    /// Rooms in which somebody warms a transport.
    pub prepared: usize,
    /// Times that a page heard nobody, although somebody spoke.
    pub deaf: u64,
}

/// The queues that lead to the hub.
pub struct Inlets {
    /// From the sockets.
    pub inputs: mpsc::Receiver<Input>,
    /// From the journal.
    pub recorded: mpsc::Receiver<Recorded>,
    /// From the shards.
    pub media: mpsc::Receiver<Event>,
    /// Accounts and devices that lost their rights.
    pub revoked: mpsc::Receiver<PartyId>,
}

impl Bridge {
    /// Works until every socket inlet is closed.
    pub async fn run(mut self, mut inlets: Inlets) {
        while let Some(next) = next(&mut inlets, self.patience()).await {
            let now = self.clock.timestamp();
            match next {
                Next::Input(input) => {
                    note_deafness(&input);
                    self.hub.handle(now, input);
                }
                Next::Media(event) => {
                    self.note_link(&event);
                    self.hub.handle(now, signal(event));
                }
                Next::Timeout => self.hub.handle_timeout(now),
            }
            self.perform();
            self.published.send_if_modified(|status| replace(status, status_of(&self.hub)));
        }
    }

    /// What a link was measured to carry is kept for the next call.
    fn note_link(&mut self, event: &Event) {
        match event {
            Event::Link { peer, report } => {
                let Some(LinkMemory { up, down }) = report.capacity else { return };
                let link = LinkRates { up_bps: bps(up), down_bps: bps(down) };
                self.links.measured(member_id(*peer), link);
            }
            Event::Gone { peer, .. } => self.links.leaves(member_id(*peer)),
            _ => {}
        }
    }

    /// How long the hub can be left alone.
    fn patience(&self) -> Option<Duration> {
        let at = self.hub.poll_timeout()?;
        Some(Duration::from_millis(at.since_ms(self.clock.timestamp())))
    }

    /// Carries out what the hub wants, in its order.
    fn perform(&mut self) {
        while let Some(effect) = self.hub.poll() {
            match effect {
                Effect::Send { session, message } => self.sockets.send(session, *message),
                Effect::Close { session } => self.sockets.close(session),
                Effect::Record { record, consultation, number, fact } => {
                    self.record(record, consultation, number, fact);
                }
                Effect::Media(order) => self.order(order),
            }
        }
    }

    fn record(
        &mut self,
        record: RecordId,
        consultation: ConsultationId,
        number: FactNumber,
        fact: Box<Fact>,
    ) {
        if !self.journal.record(record, consultation, number, fact) {
            self.hub.handle(self.clock.timestamp(), Input::Recorded { record, durable: false });
        }
    }

    fn order(&mut self, order: MediaOrder) {
        if let MediaOrder::Leave { member, .. } = &order {
            self.links.leaves(*member);
        }
        let known = match &order {
            MediaOrder::Join { room, member, party, .. } => {
                self.links.joins(*member, party.clone()).map(|link| (*room, remember(*member, link)))
            }
            _ => None,
        };
        self.give(order);
        if let Some((room, remember)) = known {
            // A shard that does not take it has just refused the join, too.
            let _ = self.shard(room_id(room)).send(remember);
        }
    }

    fn give(&mut self, order: MediaOrder) {
        let moves = matches!(order, MediaOrder::Move { .. });
        let (room, member, command) = command(order);
        if self.shard(room).send(command).is_err() {
            tracing::error!(%room, "a media shard does not take commands");
            if let Some(member) = member {
                let signal =
                    if moves { MediaSignal::Gone } else { MediaSignal::Refused(ErrorCode::Internal) };
                self.hub.handle(self.clock.timestamp(), Input::Media { member, signal });
            }
        }
    }

    /// Rooms are numbered by counting, so the remainder spreads them evenly and needs no map.
    fn shard(&self, room: media::RoomId) -> &Shard {
        &self.shards[room.0 as usize % self.shards.len()]
    }
}

enum Next {
    Input(Input),
    Media(Event),
    Timeout,
}

/// What comes first; what is durable goes before what is new. None once every socket is gone.
async fn next(inlets: &mut Inlets, patience: Option<Duration>) -> Option<Next> {
    tokio::select! {
        biased;
        Some(recorded) = inlets.recorded.recv() => Some(Next::Input(recorded.into())),
        Some(event) = inlets.media.recv() => Some(Next::Media(event)),
        Some(party) = inlets.revoked.recv() => Some(Next::Input(Input::Revoked { party })),
        () = sleep(patience) => Some(Next::Timeout),
        input = inlets.inputs.recv() => input.map(Next::Input),
    }
}

async fn sleep(patience: Option<Duration>) {
    match patience {
        Some(span) => tokio::time::sleep(span).await,
        None => std::future::pending().await,
    }
}

fn status_of(hub: &Hub) -> HubStatus {
    let Stats { sessions, waiting, running, prepared, deaf, .. } = hub.stats();
    HubStatus { sessions, waiting, running, prepared, deaf }
}

/// A page that hears nobody, although somebody speaks, is a fault to be found.
fn note_deafness(input: &Input) {
    if let Input::Message { session, message } = input
        && let teranga_signaling::message::ClientMessage::Voice(voice) = &**message
    {
        let code = if voice.deaf { "voice_deaf" } else { "voice_said" };
        tracing::info!(?session, code, mic = ?voice.mic, "a page told of its voice");
    }
}

fn replace(old: &mut HubStatus, new: HubStatus) -> bool {
    std::mem::replace(old, new) != new
}

fn rate(bps: u32) -> Bitrate {
    Bitrate::bps(bps.into())
}

fn remember(member: MemberId, link: LinkRates) -> Command {
    let link = LinkMemory { up: rate(link.up_bps), down: rate(link.down_bps) };
    Command::Remember { peer: peer_id(member), link }
}

/// The order in the media plane's words, its room, and who waits for an answer.
fn command(order: MediaOrder) -> (media::RoomId, Option<MemberId>, Command) {
    match order {
        MediaOrder::Join { room, member, offer, .. } => {
            let (room, peer) = (room_id(room), peer_id(member));
            (room, Some(member), Command::Join { room, peer, offer })
        }
        MediaOrder::Offer { room, member, offer } => {
            (room_id(room), Some(member), Command::Offer { peer: peer_id(member), offer })
        }
        MediaOrder::Measured { room, member, seen } => {
            let link = LinkMemory { up: rate(seen.up_bps), down: rate(seen.down_bps) };
            (room_id(room), None, Command::Measured { peer: peer_id(member), link })
        }
        MediaOrder::VoiceOnly { room, member, on } => {
            (room_id(room), None, Command::VoiceOnly { peer: peer_id(member), on })
        }
        MediaOrder::Move { room, member, to } => {
            let (peer, to) = (peer_id(member), room_id(to));
            (room_id(room), Some(member), Command::Move { peer, to })
        }
        MediaOrder::Leave { room, member } => (room_id(room), None, Command::Leave { peer: peer_id(member) }),
        MediaOrder::CloseRoom { room } => (room_id(room), None, Command::CloseRoom { room: room_id(room) }),
    }
}

const fn room_id(room: RoomId) -> media::RoomId {
    media::RoomId(room.0)
}

const fn peer_id(member: MemberId) -> media::PeerId {
    media::PeerId(member.0)
}

const fn member_id(peer: media::PeerId) -> MemberId {
    MemberId(peer.0)
}

/// A media event in the hub's words.
fn signal(event: Event) -> Input {
    let (peer, signal) = match event {
        Event::Answer { peer, sdp } => (peer, MediaSignal::Answer(sdp)),
        Event::Refused { peer, reason } => (peer, MediaSignal::Refused(refusal(reason))),
        Event::Connected { peer, security } => {
            tracing::info!(%peer, security, "transport is up");
            (peer, MediaSignal::Connected)
        }
        Event::Streams { peer, slots, missing } => {
            let slots = slots.into_iter().map(slot).collect();
            let streams = Streams { slots, missing_audio: missing.audio, missing_video: missing.video };
            (peer, MediaSignal::Streams(streams))
        }
        Event::Quiet { peer } => (peer, MediaSignal::Quiet),
        Event::Back { peer } => (peer, MediaSignal::Back),
        Event::Voice { peer, flows } => {
            let code = if flows { "voice_flows" } else { "voice_stopped" };
            tracing::info!(%peer, code, "the voice of a transport that lives");
            (peer, MediaSignal::Voice(flows))
        }
        Event::Gone { peer, reason } => {
            tracing::info!(%peer, ?reason, "transport is gone");
            (peer, MediaSignal::Gone)
        }
        Event::Caps { peer, caps } => (peer, MediaSignal::Caps(wire_caps(caps))),
        Event::Link { peer, report } => (peer, MediaSignal::Link(wire_link(peer, &report))),
    };
    Input::Media { member: member_id(peer), signal }
}

fn refusal(reason: Refusal) -> ErrorCode {
    tracing::info!(%reason, "an offer was refused");
    match reason {
        Refusal::Malformed | Refusal::Insecure | Refusal::UnknownPeer => ErrorCode::Offer,
        Refusal::RoomFull => ErrorCode::RoomFull,
    }
}

fn slot(slot: teranga_media::command::Slot) -> Slot {
    let kind = match slot.kind {
        Kind::Audio => MediaKind::Audio,
        Kind::Video => MediaKind::Video,
    };
    Slot { mid: slot.mid, member: member_id(slot.from), kind }
}

fn wire_caps(caps: teranga_media::command::Caps) -> Caps {
    Caps {
        audio_bps: bps(caps.audio),
        ptime_ms: caps.ptime_ms,
        red: caps.red,
        video_bps: caps.video.map(bps),
        pictures_bps: caps.pictures.map(bps),
        playout_ms: u16::try_from(caps.playout.as_millis()).unwrap_or(u16::MAX),
        rung: rung(caps.rung),
    }
}

const fn rung(rung: teranga_media::command::Rung) -> Rung {
    use teranga_media::command::Rung as Media;
    match rung {
        Media::Deferred => Rung::Deferred,
        Media::Fragile => Rung::Fragile,
        Media::Voice => Rung::Voice,
        Media::Pictures => Rung::Pictures,
        Media::Video => Rung::Video,
    }
}

fn bps(rate: Bitrate) -> u32 {
    u32::try_from(rate.as_bps()).unwrap_or(u32::MAX)
}

fn wire_link(peer: media::PeerId, report: &teranga_media::command::LinkReport) -> MemberLink {
    MemberLink {
        member: member_id(peer),
        rtt_ms: report.rtt.map(millis),
        up: wire_direction(&report.up),
        down: wire_direction(&report.down),
    }
}

fn wire_direction(direction: &teranga_media::command::Direction) -> LinkDirection {
    LinkDirection {
        bps: bps(direction.bitrate),
        loss: (direction.loss * 1_000.0).round() / 1_000.0,
        jitter_ms: millis(direction.jitter),
        total_bytes: direction.total_bytes,
    }
}

fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}
