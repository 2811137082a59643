//! A referral as its events have left it.

use super::{
    FailReason, NotNow, ReferralActor, ReferralEvent, ReferralOrder, ReferralState, RejectReason, Transport,
    transition,
};
use crate::{code::code_of, id::ActId, people::Place, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The largest number of structures that are tried, with those that are asked again. It bounds the number of steps.
pub const TRIED: usize = 20;

const MINUTE_MS: u64 = 60_000;

/// A referral, with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Referral {
    /// The order.
    pub order: ReferralOrder,
    /// State.
    pub state: ReferralState,
    /// The structure that is asked now, or took the patient.
    pub structure: Place,
    /// Time since which this structure is asked, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub asked_at: Timestamp,
    /// The structures that rejected it or did not answer, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<TriedStructure>>"))]
    pub tried: Vec<TriedStructure>,
    /// What happened after the order, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ReferralStep>>"))]
    pub steps: Vec<ReferralStep>,
    /// The departure for the structure that is asked now; none if nobody has noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub departed: Option<Departed>,
    /// Time of the arrival, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub arrived_at: Option<Timestamp>,
    /// Time since which nobody answers and nobody is left to be asked, ms since 1970: somebody must telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub unanswered_since: Option<Timestamp>,
    /// Time at which both sides were asked if the patient arrived, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub arrival_asked_at: Option<Timestamp>,
    /// Time at which the receiver was reminded to write back, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub counter_asked_at: Option<Timestamp>,
    /// What the receiver wrote back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub counter_referral: Option<CounterReferral>,
    /// The reason for which it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub failed: Option<FailReason>,
    /// Time of its end, ms since 1970: it was completed, failed or was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub over_at: Option<Timestamp>,
}

/// A structure that did not take the patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TriedStructure {
    /// The structure.
    pub structure: Place,
    /// What it did.
    pub state: TriedState,
    /// The reason of a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<RejectReason>,
    /// The remark of a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub text: Option<Pii<String>>,
    /// Time of the rejection, or at which the next structure was asked, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

/// The way in which a structure did not take the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TriedState {
    /// It rejected.
    Rejected,
    /// It did not answer before another one was asked.
    Unanswered,
}

/// One thing that happened to a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ReferralStep {
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// Who did it.
    pub actor: ReferralActor,
    /// Their name; empty for the server.
    pub by: Pii<String>,
    /// The event. The text of a counter-referral is not repeated here.
    pub event: ReferralEvent,
    /// The act, as its page named it; none for the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
}

/// The departure of the patient for the structure that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Departed {
    /// How the patient travels.
    pub transport: Transport,
    /// The expected travelling time in minutes; none if nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub eta_min: Option<u16>,
    /// Time of the departure by the server's clock, ms since 1970. It is earlier than that of its step if it was told later.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

/// What the receiver wrote back ("contre-référence").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CounterReferral {
    /// The text.
    pub text: Pii<String>,
    /// The name of whoever wrote it.
    pub by: Pii<String>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

impl Referral {
    /// Begins with the order.
    pub fn new(order: ReferralOrder) -> Self {
        Self {
            state: ReferralState::Requested,
            structure: order.structure.clone(),
            asked_at: order.at,
            order,
            tried: Vec::new(),
            steps: Vec::new(),
            departed: None,
            arrived_at: None,
            unanswered_since: None,
            arrival_asked_at: None,
            counter_asked_at: None,
            counter_referral: None,
            failed: None,
            over_at: None,
        }
    }

    /// Folds the next step. One that is refused changes nothing.
    ///
    /// # Errors
    /// [`NotNow`] if it does not follow, if its act is one of a step that is there, or if it asks one more structure after [`TRIED`].
    pub fn apply(&mut self, step: &ReferralStep) -> Result<(), NotNow> {
        if step.act.is_some_and(|act| self.knows(act)) || self.repeats(step) {
            return Err(NotNow);
        }
        if self.state == ReferralState::EnRoute && !self.follows_on_the_way(&step.event) {
            return Err(NotNow);
        }
        let next = transition(self.state, step.actor, &step.event)?;
        self.state = next;
        if self.state.is_over() {
            self.over_at = Some(step.at);
        }
        self.note(step);
        self.steps.push(ReferralStep { event: step.event.shown(), ..step.clone() });
        Ok(())
    }

    /// True if this act is one of its steps.
    pub fn knows(&self, act: ActId) -> bool {
        self.steps.iter().any(|step| step.act == Some(act))
    }

    /// The time of the last thing that happened to it.
    pub fn moved_at(&self) -> Timestamp {
        self.steps.last().map_or(self.order.at, |step| step.at)
    }

    /// The referral as an act left it, whatever happened after it; none if the act is none of its steps. The text of a counter-referral is
    /// not among the steps, and is left out. The code is that of the structure that was asked first: one that was asked before is not told
    /// the code of the one that is asked now.
    #[must_use]
    pub fn as_left_by(&self, act: ActId) -> Option<Self> {
        let last = self.steps.iter().position(|step| step.act == Some(act))?;
        let code = code_of(self.order.referral.0).into();
        let mut then = Self::new(ReferralOrder { code, ..self.order.clone() });
        self.steps[..=last].iter().try_for_each(|step| then.apply(step)).ok()?;
        Some(then)
    }

    /// The structure that is asked next if the one that is asked now does not take the patient: the first of the order that was not tried.
    pub fn next_structure(&self) -> Option<&Place> {
        self.untried().next()
    }

    /// The structures of the order that were not asked so far, in their order.
    pub fn untried(&self) -> impl Iterator<Item = &Place> {
        let all = std::iter::once(&self.order.structure).chain(&self.order.others);
        all.filter(|place| !self.was_asked(place))
    }

    /// True if a structure is asked now, or was.
    fn was_asked(&self, place: &Place) -> bool {
        self.structure.id == place.id || self.tried.iter().any(|tried| tried.structure.id == place.id)
    }

    /// True for something that the server or a page says again although it is so already, or too often. The server asks no structure twice; a
    /// person may ask one again that rejected.
    fn repeats(&self, step: &ReferralStep) -> bool {
        match &step.event {
            ReferralEvent::Unanswered => self.unanswered_since.is_some(),
            ReferralEvent::ArrivalAsked => self.arrival_asked_at.is_some(),
            ReferralEvent::CounterAsked => self.counter_asked_at.is_some(),
            ReferralEvent::AskedNext { .. } if self.tried.len() >= TRIED => true,
            ReferralEvent::AskedNext { structure, .. } if step.actor == ReferralActor::Server => {
                self.was_asked(structure)
            }
            ReferralEvent::AskedNext { structure, .. } => {
                self.structure.id == structure.id && !self.has_rejected()
            }
            _ => false,
        }
    }

    fn note(&mut self, step: &ReferralStep) {
        let at = step.at;
        match &step.event {
            ReferralEvent::Rejected { reason, text } => {
                self.did_not_take(TriedState::Rejected, Some(*reason), text.clone(), at);
            }
            ReferralEvent::AskedNext { structure, code } => {
                self.ask(structure, at);
                self.order.code = code.clone().unwrap_or_else(|| self.order.code.clone());
            }
            ReferralEvent::Accepted { .. } => self.unanswered_since = None,
            ReferralEvent::Unanswered => self.unanswered_since = Some(at),
            ReferralEvent::Departed { transport, eta_min, ago_min, .. } => {
                (self.unanswered_since, self.arrival_asked_at) = (None, None);
                let left_at = Timestamp(at.0.saturating_sub(u64::from(ago_min.unwrap_or(0)) * MINUTE_MS));
                self.departed = Some(Departed { transport: *transport, eta_min: *eta_min, at: left_at });
            }
            ReferralEvent::Arrived => self.arrived_at = Some(at),
            ReferralEvent::InCare => self.arrived_at = self.arrived_at.or(Some(at)),
            ReferralEvent::ArrivalAsked => self.arrival_asked_at = Some(at),
            ReferralEvent::CounterAsked => self.counter_asked_at = Some(at),
            ReferralEvent::CounterReferral { text } => {
                let (text, by) = (text.clone(), step.by.clone());
                self.counter_referral = Some(CounterReferral { text, by, at });
            }
            ReferralEvent::Failed { reason, .. } => self.failed = Some(*reason),
            // Somebody is there, and nobody needs to telephone for a patient who is on the way.
            ReferralEvent::Received if self.state == ReferralState::EnRoute => self.unanswered_since = None,
            ReferralEvent::Received | ReferralEvent::Cancelled { .. } => {}
        }
    }

    /// Asks another structure. The one before did not answer, unless it rejected. The departure of a patient who is on the way was for the
    /// road to the one before.
    fn ask(&mut self, structure: &Place, at: Timestamp) {
        if !self.has_rejected() {
            self.did_not_take(TriedState::Unanswered, None, None, at);
        }
        (self.structure, self.asked_at, self.unanswered_since) = (structure.clone(), at, None);
        (self.departed, self.arrival_asked_at) = (None, None);
    }

    fn did_not_take(
        &mut self,
        state: TriedState,
        reason: Option<RejectReason>,
        text: Option<Pii<String>>,
        at: Timestamp,
    ) {
        self.unanswered_since = None;
        self.tried.push(TriedStructure { structure: self.structure.clone(), state, reason, text, at });
    }
}
