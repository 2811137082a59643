//! Deferred cases (télé-expertise, store and forward): a consultation that is answered in writing, because nobody took the call or
//! because nobody needs to speak. These are the values; `consultation/deferral.rs` says what each fact does to a case.

use crate::{id::ActId, people::Addressee, pii::Pii, request::Urgency, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The reason why a consultation is a case from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeferReason {
    /// The post chose it.
    Chosen,
    /// Nobody answered the call.
    Unanswered,
    /// The doctor of the call chose it.
    Converted,
    /// The post was out of reach for too long.
    LinkLost,
    /// Whoever answers for the case gave it to another addressee.
    Readdressed,
}

impl DeferReason {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Chosen, Self::Unanswered, Self::Converted, Self::LinkLost, Self::Readdressed];
}

/// The reason why a specialist answers for a case from now on, or why nobody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AssignReason {
    /// They are on duty for the speciality.
    OnDuty,
    /// The case is addressed to them.
    Addressed,
    /// They took it.
    Taken,
    /// A coordinator or a colleague gave it to them.
    Allocated,
    /// The specialist before them let the deadline pass.
    Overdue,
    /// The specialist before them lost their account.
    Revoked,
    /// The post did not reply to a question in time, so that the next step is theirs again.
    NoReply,
}

impl AssignReason {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::OnDuty,
        Self::Addressed,
        Self::Taken,
        Self::Allocated,
        Self::Overdue,
        Self::Revoked,
        Self::NoReply,
    ];
}

/// What became of the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The patient arrived at the structure to which they were sent ("arrivée").
    Arrived,
    /// The patient recovered ("guérie").
    Recovered,
    /// The patient is better ("va mieux").
    Improved,
    /// The patient is not better, or worse ("ne va pas mieux").
    Worse,
    /// The patient was evacuated afterwards ("évacuée").
    Evacuated,
    /// The patient died ("décédée").
    Died,
    /// Nobody knows ("perdue de vue").
    LostToFollowUp,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Arrived,
        Self::Recovered,
        Self::Improved,
        Self::Worse,
        Self::Evacuated,
        Self::Died,
        Self::LostToFollowUp,
    ];

    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Recovered => "recovered",
            Self::Improved => "improved",
            Self::Worse => "worse",
            Self::Evacuated => "evacuated",
            Self::Died => "died",
            Self::LostToFollowUp => "lost_to_follow_up",
        }
    }
}

/// The reason why the clock gave a patient up as lost to follow-up, although nobody said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LossReason {
    /// The post was asked three times and did not answer.
    NoAnswer,
}

/// What became of a patient as it is counted: what somebody told, and apart from that, that nobody told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum CountedOutcome {
    /// Somebody told it.
    Told(Outcome),
    /// Nobody did, and the clock gave the patient up.
    GivenUp(LossReason),
}

impl CountedOutcome {
    /// All of them: what can be told, in the order of [`Outcome::ALL`], then the reasons for giving up.
    pub fn all() -> impl Iterator<Item = Self> {
        Outcome::ALL.into_iter().map(Self::Told).chain([Self::GivenUp(LossReason::NoAnswer)])
    }

    /// Its word in statistics, which is that of the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Told(outcome) => outcome.word(),
            Self::GivenUp(LossReason::NoAnswer) => "no_answer",
        }
    }
}

/// The question what became of the patient, which is put to the post some time after the end, and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The time at which the post is asked for the first time.
    pub due: Timestamp,
    /// The time at which it was asked last; that of the first question until then.
    pub asked_at: Timestamp,
    /// The number of times that it was asked again.
    pub asked_again: u8,
    /// The answer; none until somebody told it, or the clock gave it up.
    pub told: Option<ToldOutcome>,
}

/// What the clock does next with a question that nobody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowUpStep {
    /// It asks the post again.
    AskAgain,
    /// It gives the patient up as lost to follow-up.
    GiveUp,
}

impl FollowUp {
    /// A question that is put at this time for the first time.
    pub(crate) const fn begun(due: Timestamp) -> Self {
        Self { due, asked_at: due, asked_again: 0, told: None }
    }

    /// The post was asked again. A clock that was ahead may have done it before the first question was due, which is over then, too.
    pub(crate) fn ask_again(&mut self, at: Timestamp) {
        self.due = self.due.min(at);
        self.asked_at = at;
        self.asked_again = self.asked_again.saturating_add(1);
    }

    /// What comes next, and when. It counts from the last question: a server that was off for weeks asks once more, with the whole
    /// time for an answer, and gives nobody up whom it did not ask.
    pub const fn next(&self, times: &CaseTimes) -> (FollowUpStep, Timestamp) {
        let (step, after_ms) = match self.asked_again {
            0 => (FollowUpStep::AskAgain, times.ask_again_ms),
            1 => (FollowUpStep::AskAgain, times.ask_last_ms.saturating_sub(times.ask_again_ms)),
            _ => (FollowUpStep::GiveUp, times.lost_ms.saturating_sub(times.ask_last_ms)),
        };
        (step, self.asked_at.plus_ms(after_ms))
    }
}

/// What became of the patient, and when that was said, or given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ToldOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// A remark; empty if there is none.
    pub text: Pii<String>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The act, as its page named it; none for one that has no name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
    /// The reason for which the clock gave the patient up; none for an outcome that somebody told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub lost: Option<LossReason>,
}

impl ToldOutcome {
    /// What was told at this time.
    pub(crate) fn new(outcome: Outcome, text: &Pii<String>, act: Option<ActId>, at: Timestamp) -> Self {
        Self { outcome, text: text.clone(), at, act, lost: None }
    }

    /// What nobody told, given up at this time.
    pub(crate) fn given_up(why: LossReason, at: Timestamp) -> Self {
        Self { outcome: Outcome::LostToFollowUp, text: Pii::default(), at, act: None, lost: Some(why) }
    }
}

/// Who has the next step in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The specialist: to answer.
    Specialist,
    /// The post: to reply to a question.
    Post,
    /// The specialist has answered, and may close. The case closes by itself at the end of its time.
    Closing,
}

/// The state of a deferred case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The addressee.
    pub to: Addressee,
    /// The reason why it is a case.
    pub why: DeferReason,
    /// The time since which it is a case.
    pub since: Timestamp,
    /// Who has the next step.
    pub turn: Turn,
    /// The beginning of the time that whoever has the next step is given.
    pub clock_since: Timestamp,
    /// True if they were reminded.
    pub reminded: bool,
    /// The time at which the specialist who answers for it opened it.
    pub read_at: Option<Timestamp>,
    /// The time of the last answer.
    pub answered_at: Option<Timestamp>,
    /// The time at which the post opened that answer.
    pub answer_read_at: Option<Timestamp>,
    /// The number of times that a specialist let the deadline pass.
    pub lapses: u16,
    /// The reason why the specialist answers for it; none before the first assignment.
    pub assigned: Option<AssignReason>,
}

/// The times that are given for the steps of a case, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseTimes {
    /// For the answer to a case of urgency `stat`.
    pub stat_ms: u64,
    /// For the answer to an urgent case.
    pub urgent_ms: u64,
    /// For the answer to any other case.
    pub routine_ms: u64,
    /// From the answer to the end of a case that its specialist does not close.
    pub closing_ms: u64,
    /// From the first question what became of the patient to the second.
    pub ask_again_ms: u64,
    /// From the first question to the third, which is the last.
    pub ask_last_ms: u64,
    /// From the first question to the time at which the patient counts as lost to follow-up.
    pub lost_ms: u64,
}

impl Default for CaseTimes {
    /// The deadlines of the programme: 15 min, 2 h, 24 h, a day for further questions after an answer, and for the outcome
    /// a question after a day, a last one after three days, and two weeks until it is given up.
    fn default() -> Self {
        const MINUTE_MS: u64 = 60_000;
        const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
        Self {
            stat_ms: 15 * MINUTE_MS,
            urgent_ms: 120 * MINUTE_MS,
            routine_ms: DAY_MS,
            closing_ms: DAY_MS,
            ask_again_ms: DAY_MS,
            ask_last_ms: 3 * DAY_MS,
            lost_ms: 14 * DAY_MS,
        }
    }
}

impl CaseTimes {
    /// The time for a step, in milliseconds.
    pub const fn of(&self, turn: Turn, urgency: Urgency) -> u64 {
        match (turn, urgency) {
            (Turn::Closing, _) => self.closing_ms,
            (_, Urgency::Stat) => self.stat_ms,
            (_, Urgency::Urgent) => self.urgent_ms,
            (_, Urgency::Routine) => self.routine_ms,
        }
    }
}

impl Case {
    /// A case that begins now.
    pub(crate) const fn begun(to: Addressee, why: DeferReason, at: Timestamp) -> Self {
        Self {
            to,
            why,
            since: at,
            turn: Turn::Specialist,
            clock_since: at,
            reminded: false,
            read_at: None,
            answered_at: None,
            answer_read_at: None,
            lapses: 0,
            assigned: None,
        }
    }

    /// The end of the time that whoever has the next step is given.
    pub fn due(&self, urgency: Urgency, times: &CaseTimes) -> Timestamp {
        self.clock_since.plus_ms(self.time_ms(urgency, times))
    }

    /// The time at which they are reminded: half of it. None if they were reminded, and after the answer.
    pub fn reminder(&self, urgency: Urgency, times: &CaseTimes) -> Option<Timestamp> {
        let waits = self.turn != Turn::Closing && !self.reminded;
        waits.then(|| self.clock_since.plus_ms(self.time_ms(urgency, times) / 2))
    }

    /// The time for the next step, in milliseconds. From the third lapse on it doubles, up to that of a routine case: there is nobody
    /// who could be in time, and a reminder each quarter of an hour for days would be read by nobody.
    fn time_ms(&self, urgency: Urgency, times: &CaseTimes) -> u64 {
        let time_ms = times.of(self.turn, urgency);
        let doublings = u32::from(self.lapses.saturating_sub(2)).min(16);
        time_ms.max((time_ms << doublings).min(times.routine_ms))
    }

    /// The post added something: the next step is the specialist's, if it was not already.
    pub(crate) fn post_replied(&mut self, at: Timestamp) {
        if self.turn != Turn::Specialist {
            self.give_turn(Turn::Specialist, at);
        }
    }

    /// Advice was signed: the case is answered.
    pub(crate) const fn answered(&mut self, at: Timestamp) {
        self.give_turn(Turn::Closing, at);
        (self.answered_at, self.answer_read_at) = (Some(at), None);
    }

    /// Gives the next step to somebody, with the whole time for it.
    pub(crate) const fn give_turn(&mut self, turn: Turn, at: Timestamp) {
        self.turn = turn;
        self.clock_since = at;
        self.reminded = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_again_by_a_clock_that_was_ahead_counts_from_then() {
        let mut follow_up = FollowUp::begun(Timestamp(5_000));
        follow_up.ask_again(Timestamp(1_000));
        assert_eq!((follow_up.due, follow_up.asked_at), (Timestamp(1_000), Timestamp(1_000)));
        follow_up.ask_again(Timestamp(9_000));
        assert_eq!((follow_up.due, follow_up.asked_at), (Timestamp(1_000), Timestamp(9_000)));
    }
}
