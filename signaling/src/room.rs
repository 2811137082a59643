//! A room: who has a seat in a consultation, how they are connected, and who may do what.

use crate::{
    hub::MediaSignal,
    id::{MemberId, RoomId},
    limits,
    message::call::{Caps, Member, MemberLink, MemberState, MemberVoice, Mic, Rung, Streams, Voice},
};
use std::sync::Arc;
use teranga_clinic::{
    consultation::{Consultation, Phase},
    id::PartyId,
    people::{Identity, Role},
    time::Timestamp,
};

/// How somebody came by a seat, and whether they sit on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Rung, has not answered.
    Invited {
        /// When the invitation ends.
        until: Timestamp,
        /// Whether they are to hold the consultation.
        hand_over: bool,
    },
    /// In.
    In,
    /// Left by choice; the seat is kept.
    Left,
}

/// What the media plane has said about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// None.
    Out,
    /// Its first offer is at the media plane.
    Asked,
    /// That offer was answered.
    Answered,
    /// Up.
    Up,
    /// Up, but nothing was heard for a while.
    Quiet,
}

/// What the next `call` or `requested` must bring to a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owed {
    /// A grant.
    pub(crate) grant: bool,
    /// The record: they enter.
    pub(crate) record: bool,
}

impl Owed {
    /// Everything: for a page that knows nothing yet.
    pub(crate) const ALL: Self = Self { grant: true, record: true };

    /// Whether anything is.
    pub(crate) const fn any(self) -> bool {
        self.grant || self.record
    }
}

/// One seat.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) member: MemberId,
    pub(crate) who: Arc<Identity>,
    pub(crate) stage: Stage,
    pub(crate) transport: Transport,
    pub(crate) link: Option<MemberLink>,
    /// What it may send, as it was told last.
    pub(crate) caps: Option<Caps>,
    /// What comes through which of its lines, as it was told last.
    pub(crate) streams: Option<Streams>,
    /// What its page says of its voice and ears.
    pub(crate) voice: Voice,
    /// The media plane misses its voice.
    unheard: bool,
    pub(crate) owed: Owed,
}

impl Seat {
    /// A seat on which nobody has joined the media plane yet.
    pub(crate) const fn new(member: MemberId, who: Arc<Identity>, stage: Stage) -> Self {
        let voice = Voice { mic: Mic::Open, deaf: false };
        Self {
            member,
            who,
            stage,
            transport: Transport::Out,
            link: None,
            caps: None,
            streams: None,
            voice,
            unheard: false,
            owed: Owed::ALL,
        }
    }

    /// Whether it is a full seat: an invitation is not.
    pub(crate) const fn is_taken(&self) -> bool {
        !matches!(self.stage, Stage::Invited { .. })
    }

    /// Whether the media plane has a transport for it.
    pub(crate) fn is_joined(&self) -> bool {
        self.transport != Transport::Out
    }

    /// Whether its transport has been up and is not given up: a page that still has it may keep it.
    pub(crate) const fn stands(&self) -> bool {
        matches!(self.transport, Transport::Up | Transport::Quiet)
    }

    /// The transport is gone; a member who is in gets a fresh grant.
    pub(crate) fn drop_transport(&mut self) {
        self.transport = Transport::Out;
        self.link = None;
        self.caps = None;
        self.streams = None;
        self.voice = Voice::default();
        self.unheard = false;
        self.owed.grant = self.stage == Stage::In;
    }

    /// Folds what the media plane says. Returns whether that changes how the others see the member.
    pub(crate) fn hear(&mut self, signal: &MediaSignal) -> bool {
        let before = (self.transport, self.unheard);
        match (signal, self.transport) {
            (MediaSignal::Answer(_), Transport::Asked) => self.transport = Transport::Answered,
            (MediaSignal::Refused(_), Transport::Asked) | (MediaSignal::Gone, _) => self.drop_transport(),
            (MediaSignal::Connected, _) | (MediaSignal::Back, Transport::Quiet) => {
                self.transport = Transport::Up;
            }
            (MediaSignal::Quiet, Transport::Up) => self.transport = Transport::Quiet,
            (MediaSignal::Link(link), _) => self.link = Some(*link),
            (MediaSignal::Voice(flows), _) => self.unheard = !flows,
            (MediaSignal::Caps(caps), _) => self.caps = Some(*caps),
            (MediaSignal::Streams(streams), _) => self.streams = Some(streams.clone()),
            _ => {}
        }
        (self.transport, self.unheard) != before
    }

    /// What the others hear of it. From a microphone that is muted or dead nobody misses anything.
    const fn heard(&self) -> MemberVoice {
        match self.voice.mic {
            Mic::Open if self.unheard => MemberVoice::Stopped,
            Mic::Open => MemberVoice::Flows,
            Mic::Muted => MemberVoice::Muted,
            Mic::Dead => MemberVoice::Dead,
        }
    }

    /// How the others see it. Voice that flows is "here" also while the socket is being rebuilt: on a
    /// thin link TCP stalls long before UDP does.
    pub(crate) const fn state(&self, connected: bool) -> MemberState {
        match (self.stage, self.transport) {
            (Stage::Invited { .. }, _) => MemberState::Invited,
            (Stage::Left, _) => MemberState::Left,
            (Stage::In, Transport::Up) => MemberState::Here,
            (Stage::In, Transport::Quiet) => MemberState::Lost,
            (Stage::In, _) if connected => MemberState::Joining,
            (Stage::In, _) => MemberState::Lost,
        }
    }
}

/// What somebody wants to do with a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Take part in the media: join, offer, come back.
    Attend,
    /// Leave the call.
    Leave,
    /// Withdraw the request.
    Cancel,
    /// Answer an invitation.
    Answer,
    /// Write notes, sign advice, invite, close.
    Direct,
}

/// The seats of one consultation.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    seats: Vec<Seat>,
}

impl Room {
    /// An empty one.
    pub(crate) const fn new(id: RoomId) -> Self {
        Self { id, seats: Vec::new() }
    }

    /// Whether one more fits.
    pub(crate) fn has_space(&self) -> bool {
        self.seats.len() < limits::SEATS
    }

    /// All seats, the post's first.
    pub(crate) fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// This party's seat.
    pub(crate) fn seat(&self, party: &PartyId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.who.party == *party)
    }

    /// This party's seat, to change it.
    pub(crate) fn seat_mut(&mut self, party: &PartyId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.who.party == *party)
    }

    /// This member's seat, to change it.
    pub(crate) fn member_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.member == member)
    }

    pub(crate) fn add(&mut self, seat: Seat) {
        self.seats.push(seat);
    }

    pub(crate) fn remove(&mut self, party: &PartyId) -> Option<Seat> {
        let place = self.seats.iter().position(|seat| seat.who.party == *party)?;
        Some(self.seats.remove(place))
    }

    /// The links of those who have a transport.
    pub(crate) fn links(&self) -> Vec<MemberLink> {
        self.seats.iter().filter_map(|seat| seat.link).collect()
    }

    /// The ladder's rung: the lowest that is known; none before one is.
    pub(crate) fn rung(&self) -> Option<Rung> {
        self.seats.iter().filter_map(|seat| seat.caps).map(|caps| caps.rung).min()
    }

    /// The members as everyone in the room sees them.
    pub(crate) fn members(
        &self,
        consultation: &Consultation,
        connected: impl Fn(&PartyId) -> bool,
    ) -> Vec<Member> {
        let shown = |seat: &Seat| Member {
            member: seat.member,
            name: seat.who.name.clone(),
            role: seat.who.role,
            place: seat.who.place.clone(),
            holds: consultation.is_held_by(&seat.who.party),
            state: seat.state(connected(&seat.who.party)),
            voice: seat.heard(),
            deaf: seat.voice.deaf,
        };
        self.seats.iter().map(shown).collect()
    }

    /// The one table of who may do what. Somebody without a seat may do nothing, and is told the same
    /// as for a consultation that does not exist.
    pub(crate) fn may(&self, party: &PartyId, act: Act, consultation: &Consultation) -> bool {
        let Some(seat) = self.seat(party) else { return false };
        let running = consultation.phase() == Phase::Running;
        match act {
            Act::Attend => seat.is_taken(),
            Act::Leave => seat.is_taken() && running,
            Act::Cancel => seat.who.role == Role::Kiosk,
            Act::Answer => !seat.is_taken(),
            Act::Direct => running && consultation.is_held_by(party),
        }
    }
}
