//! A session is one socket. It opens, says `hello`, is ready, and is closed. A seat in the registry, and not the
//! session, tells that somebody waits or is in a call.

use super::pieces::PieceQueue;
use crate::{limits, message::session::Pace, throttle::Throttle};
use std::sync::Arc;
use teranga_clinic::{
    id::{ConsultationId, StaffId},
    people::{Identity, Place},
    pii::Pii,
    time::Timestamp,
};

/// One socket.
#[derive(Debug)]
pub(crate) struct Session {
    /// The party, as its HTTP session tells.
    pub(crate) who: Arc<Identity>,
    /// The owner's number in the register of the professional order; none for others than doctors.
    pub(crate) order_number: Option<Pii<String>>,
    /// The structure to telephone when nobody answers.
    pub(crate) fallback: Option<Box<Place>>,
    /// True once `hello` was answered by `welcome`.
    pub(crate) ready: bool,
    /// The time at which its HTTP session ends; none if use alone decides.
    pub(crate) ends_at: Option<Timestamp>,
    /// The time at which it opened.
    pub(crate) opened_at: Timestamp,
    /// The time until which it may wait with `hello`.
    pub(crate) hello_by: Timestamp,
    /// The time at which it was last heard.
    pub(crate) heard_at: Timestamp,
    /// The pace of its heartbeats.
    pub(crate) pace: Pace,
    /// True if it is silent for so long that it is taken for absent; the socket is kept.
    pub(crate) absent: bool,
    /// The member of staff who is at the tablet; none if nobody has said so.
    pub(crate) staff: Option<StaffId>,
    /// True if an operator wants `overview` messages.
    pub(crate) watching: bool,
    /// The consultation whose chat its page follows, and the number up to which it was sent the messages.
    pub(crate) chat: Option<(ConsultationId, u32)>,
    /// True if its page puts long messages together from pieces.
    pub(crate) takes_pieces: bool,
    /// The long messages that have not left yet.
    pub(crate) pieces: PieceQueue,
    messages: Throttle,
    refusals: Throttle,
}

impl Session {
    /// A socket that has just opened.
    pub(super) fn new(who: Identity, fallback: Option<Box<Place>>, pace: Pace, now: Timestamp) -> Self {
        Self {
            who: Arc::new(who),
            order_number: None,
            fallback,
            ready: false,
            ends_at: None,
            opened_at: now,
            hello_by: now.plus_ms(limits::HELLO_MS),
            heard_at: now,
            pace,
            absent: false,
            staff: None,
            watching: false,
            chat: None,
            takes_pieces: false,
            pieces: PieceQueue::default(),
            messages: Throttle::new(limits::MESSAGES_BURST, 1_000 / u64::from(limits::MESSAGES_PER_S), now),
            refusals: Throttle::new(limits::REFUSALS_BURST, limits::REFUSAL_FORGOTTEN_MS, now),
        }
    }

    /// Notes that it said something. Returns false if it speaks too fast.
    pub(crate) fn hear(&mut self, now: Timestamp) -> bool {
        self.heard_at = self.heard_at.max(now);
        self.messages.pass(now)
    }

    /// Notes that it was refused. Returns false if that happened too often.
    pub(crate) fn refuse(&mut self, now: Timestamp) -> bool {
        self.refusals.pass(now)
    }

    /// The time at which silence has lasted too long for its present state: first it is absent, then lost.
    pub(crate) fn silent_at(&self) -> Timestamp {
        let Pace { absent_after_ms, lost_after_ms, .. } = self.pace;
        let patience_ms = if self.absent { lost_after_ms } else { absent_after_ms.min(lost_after_ms) };
        if self.ready { self.heard_at.plus_ms(u64::from(patience_ms)) } else { self.hello_by }
    }

    /// True if silence makes it absent first, before it is lost.
    pub(crate) fn may_be_absent(&self) -> bool {
        self.ready && !self.absent && self.pace.absent_after_ms < self.pace.lost_after_ms
    }
}
