//! One open consultation: its state as the facts give it, its room, and what its members were last sent.

use super::{
    escalation::EscalationClock,
    room::{Action, Room},
    seat::Seat,
};
use crate::{
    id::SessionId,
    limits,
    message::{
        call::{Member, MemberLink, MemberState, Rung},
        waiting::{Estimate, Waiting, WhoRings},
    },
    throttle::Throttle,
};
use std::collections::BTreeSet;
use teranga_clinic::{
    consultation::{Consultation, Phase, RingingAgain},
    id::PartyId,
    request::Step,
    time::Timestamp,
    wait::Postponement,
};

/// A consultation that waits or runs.
#[derive(Clone, Debug)]
pub(crate) struct OpenConsultation {
    /// The replay of its durable facts.
    pub(crate) consultation: Consultation,
    /// The number of its facts that are on the disk.
    pub(crate) durable_facts: u32,
    /// Its seats.
    pub(crate) room: Room,
    /// The escalation clock while it waits.
    pub(crate) clock: EscalationClock,
    /// The state that was last sent about it, so that only changes are sent.
    pub(crate) sent: LastSent,
    /// The pace of what its members, and its post while it rings, are told.
    pub(crate) pace: NewsPace,
    /// The time since which the post is not connected.
    pub(crate) post_away_since: Option<Timestamp>,
    /// The time since which no voice can flow to whoever holds it.
    pub(crate) holder_away_since: Option<Timestamp>,
}

impl OpenConsultation {
    /// True while it waits in the queue.
    pub(crate) fn is_waiting(&self) -> bool {
        self.consultation.phase() == Phase::Waiting
    }

    /// True while a doctor may take it: it stands in the queue, and rings unless it is put off.
    pub(crate) fn is_queued(&self) -> bool {
        self.consultation.is_open()
    }

    /// True while it rings for doctors: it waits, or its doctor is not there, and it is not put off.
    pub(crate) fn is_ringing(&self) -> bool {
        self.is_queued() && self.consultation.detours().0.is_none()
    }

    /// The seat of whoever holds it.
    pub(crate) fn holder(&self) -> Option<&Seat> {
        self.consultation.owner().and_then(|owner| self.room.seat(&owner.party))
    }

    /// The seat of the post's tablet.
    pub(crate) fn post(&self) -> Option<&Seat> {
        self.room.seat(&self.consultation.tablets().current().party)
    }

    /// The time since which it waits, or rings again.
    pub(crate) fn waits_since(&self) -> Timestamp {
        self.consultation.rings_again().map_or(self.consultation.requested_at(), |rings| rings.since)
    }

    /// Notes whether a voice can flow to whoever holds it.
    pub(crate) fn observe_holder(&mut self, now: Timestamp) {
        let here = self.holder().is_some_and(|seat| seat.state(true) == MemberState::Here);
        self.holder_away_since = if here { None } else { self.holder_away_since.or(Some(now)) };
    }

    /// True if this party may do this.
    pub(crate) fn may(&self, party: &PartyId, action: Action) -> bool {
        self.room.may(party, action, &self.consultation)
    }

    /// The region of the post that asked.
    pub(crate) fn region(&self) -> &str {
        &self.consultation.post().place.region
    }

    /// The time at which a consultation that rings on the last step becomes a deferred case; none on an earlier one.
    pub(crate) fn defers_at(&self, defer_ms: u64) -> Option<Timestamp> {
        let (step, since) = self.consultation.step();
        let last = self.is_ringing() && step == Step::Nobody;
        last.then(|| since.plus_ms(defer_ms).max(self.clock.not_before()))
    }

    /// Notes whether the post is connected.
    pub(crate) fn observe_post(&mut self, connected: bool, now: Timestamp) {
        self.post_away_since = if connected { None } else { self.post_away_since.or(Some(now)) };
    }

    /// The parties who have a seat; an invitation is none.
    pub(crate) fn members(&self) -> Vec<PartyId> {
        let members = self.room.seats().iter().filter(|seat| seat.is_member());
        members.map(|seat| seat.who.party.clone()).collect()
    }
}

/// The state of one consultation that was last sent to others.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastSent {
    /// The row in the queue: the step, true if the post is present, and the time until which it is put off.
    pub(crate) row: Option<(Step, bool, Option<Timestamp>)>,
    /// Who rings, as the row told it.
    pub(crate) who: Option<WhoRings>,
    /// The post's position in the queue.
    pub(crate) position: Option<QueuePosition>,
    /// The sessions of the doctors whose page was told to ring, until they disconnect.
    pub(crate) alerted: BTreeSet<SessionId>,
    /// The members of the call.
    pub(crate) members: Vec<Member>,
    /// The reason for which it rings again.
    pub(crate) rings: Option<RingingAgain>,
    /// The time until which it is put off.
    pub(crate) postponed: Option<Postponement>,
    /// The time at which link reports were sent.
    pub(crate) links_at: Timestamp,
    /// The link reports themselves.
    pub(crate) links: Vec<MemberLink>,
    /// The rung of the quality ladder at that time.
    pub(crate) ladder_rung: Option<Rung>,
}

/// The pace of news: what one party does again and again must not stand in front of another one's voice.
#[derive(Clone, Debug)]
pub(crate) struct NewsPace {
    /// Of `call`.
    pub(crate) call: Throttle,
    /// Of `waiting`.
    pub(crate) position: Throttle,
    /// Of rows in which only those who ring have changed: doctors come and go all the time, and every doctor is told.
    pub(crate) who: Throttle,
}

impl Default for NewsPace {
    fn default() -> Self {
        let news = || Throttle::new(limits::NEWS_BURST, limits::NEWS_EVERY_MS, Timestamp::default());
        let who = Throttle::new(WHO_BURST, limits::NEWS_EVERY_MS, Timestamp::default());
        Self { call: news(), position: news(), who }
    }
}

/// The position of a request in the queue, as its post is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueuePosition {
    /// The number of requests of the same speciality before it.
    pub(crate) ahead: u16,
    /// The number of available specialists.
    pub(crate) available: u16,
    /// The number of specialists who are connected but busy.
    pub(crate) busy: u16,
    /// The number of connected doctors who are rung.
    pub(crate) rung: u16,
    /// The escalation step reached.
    pub(crate) step: Step,
    /// The time of the next step; none at the last.
    pub(crate) due: Option<Timestamp>,
    /// The time at which the request becomes a deferred case; none before the last step.
    pub(crate) defers_at: Option<Timestamp>,
    /// The time until which it is put off; none if it rings.
    pub(crate) postponed: Option<Timestamp>,
    /// Who rings now and next, and why.
    pub(crate) who: WhoRings,
    /// The wait of those who asked in the last hours; none if they were too few.
    pub(crate) estimate: Option<Estimate>,
}

impl QueuePosition {
    /// The position as it travels.
    pub(crate) fn message(&self, open: &OpenConsultation, now: Timestamp) -> Waiting {
        Waiting {
            consultation: open.consultation.id(),
            ahead: self.ahead,
            available: self.available,
            busy: self.busy,
            rung: self.rung,
            waited_ms: now.since_ms(open.waits_since()),
            step: self.step,
            next_step_ms: self.due.map(|due| due.since_ms(now)),
            defers_in_ms: self.defers_at.map(|at| at.since_ms(now)),
            postponed_ms: self.postponed.map(|until| until.since_ms(now)),
            who: Some(self.who.clone()).filter(|who| *who != WhoRings::default()),
            estimate: self.estimate,
        }
    }
}

/// Rows in which only those who ring have changed, at once.
const WHO_BURST: u32 = 4;
