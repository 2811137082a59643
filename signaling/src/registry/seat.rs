//! A seat: one party in a room, how it came by the seat, and how its transport stands.

use crate::{
    contract::MediaSignal,
    id::MemberId,
    limits,
    message::call::{Caps, MemberLink, MemberState, MemberVoice, Mic, Streams, Voice},
    throttle::Throttle,
};
use std::sync::Arc;
use teranga_clinic::{people::Identity, pii::Pii, time::Timestamp};

/// The way somebody came by a seat, and whether they use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Invited and rung, without an answer yet.
    Invited {
        /// The time at which the invitation ends.
        until: Timestamp,
        /// True if they are to hold the consultation.
        hand_over: bool,
    },
    /// The party is in the call.
    In,
    /// Left the call by choice; the seat is kept.
    Left,
}

/// The state of a member's transport, as the media plane tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// There is none.
    Out,
    /// The first offer is at the media plane.
    Asked,
    /// The first offer was answered.
    Answered,
    /// Packets flow.
    Up,
    /// It was up, but nothing was heard for a while.
    Quiet,
}

/// The parts that the next `call` or `requested` message must bring to a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unsent {
    /// A join token.
    pub(crate) grant: bool,
    /// The record, because they enter.
    pub(crate) record: bool,
}

impl Unsent {
    /// Everything, for a page that knows nothing yet.
    pub(crate) const ALL: Self = Self { grant: true, record: true };

    /// True if there is anything to send.
    pub(crate) const fn any(self) -> bool {
        self.grant || self.record
    }
}

/// One party's seat in a room.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    /// The name under which the media plane knows it.
    pub(crate) member: MemberId,
    /// The party.
    pub(crate) who: Arc<Identity>,
    /// The way it came by the seat.
    pub(crate) stage: Stage,
    /// The reason for which it was invited, in the holder's words; none if none was given.
    pub(crate) invited_why: Option<Pii<String>>,
    /// The state of its transport.
    pub(crate) transport: Transport,
    /// The last report of its link.
    pub(crate) link: Option<MemberLink>,
    /// The sender limits that its page was told last.
    pub(crate) caps: Option<Caps>,
    /// The mapping of its media sections to members, as its page was told last.
    pub(crate) streams: Option<Streams>,
    /// The report of its page about its microphone and about what it hears.
    pub(crate) voice: Voice,
    /// True while the media plane misses its voice.
    unheard: bool,
    /// The parts that its page must still be sent.
    pub(crate) unsent: Unsent,
    /// How fast it may write to the others.
    pub(crate) chat: Throttle,
}

impl Seat {
    /// A seat without a transport.
    pub(crate) const fn new(member: MemberId, who: Arc<Identity>, stage: Stage) -> Self {
        let voice = Voice { mic: Mic::Open, deaf: false };
        Self {
            member,
            who,
            stage,
            invited_why: None,
            transport: Transport::Out,
            link: None,
            caps: None,
            streams: None,
            voice,
            unheard: false,
            unsent: Unsent::ALL,
            chat: Throttle::new(limits::CHAT_BURST, limits::CHAT_EVERY_MS, Timestamp(0)),
        }
    }

    /// True if the party is a member; an invited one is not.
    pub(crate) const fn is_member(&self) -> bool {
        !matches!(self.stage, Stage::Invited { .. })
    }

    /// True if the media plane has a transport for it.
    pub(crate) fn is_joined(&self) -> bool {
        self.transport != Transport::Out
    }

    /// True if its transport was up and is not given up, so that a page which still has it may keep it.
    pub(crate) const fn can_keep_transport(&self) -> bool {
        matches!(self.transport, Transport::Up | Transport::Quiet)
    }

    /// Forgets the transport; a member who is in the call gets a fresh join token.
    pub(crate) fn drop_transport(&mut self) {
        self.transport = Transport::Out;
        self.link = None;
        self.caps = None;
        self.streams = None;
        self.voice = Voice::default();
        self.unheard = false;
        self.unsent.grant = self.stage == Stage::In;
    }

    /// Applies what the media plane says. Returns true if that changes what the others see of the member.
    pub(crate) fn apply(&mut self, signal: &MediaSignal) -> bool {
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

    /// The state of its voice as the others hear it. A microphone that is muted or dead explains silence.
    pub(super) const fn voice_state(&self) -> MemberVoice {
        match self.voice.mic {
            Mic::Open if self.unheard => MemberVoice::Stopped,
            Mic::Open => MemberVoice::Flows,
            Mic::Muted => MemberVoice::Muted,
            Mic::Dead => MemberVoice::Dead,
        }
    }

    /// The state that the others see. A member whose voice flows is "here" also while its socket is being rebuilt,
    /// because TCP stalls on a thin link long before UDP does.
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
