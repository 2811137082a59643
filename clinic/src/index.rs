//! The indexes of the journal: what a fact changes in the lists that are read instead of replaying everything, and which
//! openings of a record count as one. A store applies what is decided here and decides nothing itself.

use crate::{
    appointment::NewAppointment,
    audit::{OpeningWay, RecordOpening},
    case::CountedOutcome,
    fact::{Fact, What},
    id::{AppointmentId, PartyId, PrescriptionId, ReferralId},
    time::Timestamp,
};

/// Readings of one file by one party within this time are one opening: a file is read in many pieces.
pub const ONE_OPENING_MS: u64 = 10 * 60 * 1_000;

/// A change of the index of appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppointmentChange<'a> {
    /// This one is one of the consultation from now on, with this doctor.
    Made(&'a NewAppointment, &'a PartyId),
    /// This one begins at another time.
    Moved(AppointmentId, Timestamp),
    /// This one does not take place.
    Cancelled(AppointmentId),
}

impl<'a> AppointmentChange<'a> {
    /// The change by `fact`; none if it is of no appointment, or nobody made it.
    const fn of(fact: &'a Fact) -> Option<Self> {
        match (&fact.what, &fact.by) {
            (What::Appointed { appointment }, Some(by)) => Some(Self::Made(appointment, by)),
            (What::AppointmentMoved { appointment, at }, _) => Some(Self::Moved(*appointment, *at)),
            (What::AppointmentCancelled { appointment, .. }, _) => Some(Self::Cancelled(*appointment)),
            _ => None,
        }
    }
}

/// Changes of the indexes of a consultation by one fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexChange<'a> {
    /// The consultation begins at this time.
    pub begins: Option<Timestamp>,
    /// This party is a member from now on, and stays listed as one after it has left.
    pub member: Option<&'a PartyId>,
    /// This prescription is one of the consultation from now on.
    pub prescribes: Option<PrescriptionId>,
    /// This referral is one of the consultation from now on, or has changed.
    pub refers: Option<ReferralId>,
    /// The change of its appointments.
    pub appointment: Option<AppointmentChange<'a>>,
    /// The consultation ends at this time.
    pub ends: Option<Timestamp>,
    /// It ends with this outcome, which is counted.
    pub outcome: Option<CountedOutcome>,
}

impl<'a> IndexChange<'a> {
    /// Returns the changes by `fact`.
    pub const fn of(fact: &'a Fact) -> Self {
        let nothing = Self {
            begins: None,
            member: None,
            prescribes: None,
            refers: None,
            appointment: None,
            ends: None,
            outcome: None,
        };
        match &fact.what {
            What::Requested { post, .. } => {
                Self { begins: Some(fact.at), member: Some(&post.party), ..nothing }
            }
            What::Claimed { doctor: who } | What::Entered { guest: who, .. } => {
                Self { member: Some(&who.party), ..nothing }
            }
            What::Prescribed { signed } => Self { prescribes: Some(signed.prescription), ..nothing },
            What::Referred { referral } => Self { refers: Some(referral.referral), ..nothing },
            What::ReferralMoved { referral, .. } => Self { refers: Some(*referral), ..nothing },
            What::Appointed { .. } | What::AppointmentMoved { .. } | What::AppointmentCancelled { .. } => {
                Self { appointment: AppointmentChange::of(fact), ..nothing }
            }
            What::Assigned { doctor: Some(who), .. } => Self { member: Some(&who.party), ..nothing },
            What::Cancelled | What::Closed { follow_up: None, .. } => Self { ends: Some(fact.at), ..nothing },
            What::LostToFollowUp { why } => {
                Self { ends: Some(fact.at), outcome: Some(CountedOutcome::GivenUp(*why)), ..nothing }
            }
            What::OutcomeTold { outcome, .. } => {
                Self { ends: Some(fact.at), outcome: Some(CountedOutcome::Told(*outcome)), ..nothing }
            }
            What::Closed { .. }
            | What::Deferred { .. }
            | What::Assigned { .. }
            | What::CaseRead
            | What::Reminded
            | What::Examined { .. }
            | What::OutcomeAskedAgain
            | What::Escalated { .. }
            | What::Postponed { .. }
            | What::Redirected { .. }
            | What::RangAgain { .. }
            | What::TabletJoined { .. }
            | What::Left
            | What::Noted { .. }
            | What::Advised { .. }
            | What::PrescriptionCancelled { .. }
            | What::Consented { .. }
            | What::ConsentWithdrawn { .. }
            | What::Dispensed { .. }
            | What::PhotoAsked { .. }
            | What::PhotoTaken { .. }
            | What::PhotoMarked { .. }
            | What::Attached { .. }
            | What::ChatWritten { .. }
            | What::ChatSeen { .. } => nothing,
        }
    }
}

/// True if a fact may change who is a member of its consultation, so that whoever was let in must be checked anew.
pub const fn changes_members(what: &What) -> bool {
    !matches!(
        what,
        What::Escalated { .. }
            | What::TabletJoined { .. }
            | What::Noted { .. }
            | What::Advised { .. }
            | What::Prescribed { .. }
            | What::PrescriptionCancelled { .. }
            | What::Consented { .. }
            | What::ConsentWithdrawn { .. }
            | What::Referred { .. }
            | What::ReferralMoved { .. }
            | What::Dispensed { .. }
            | What::Appointed { .. }
            | What::AppointmentMoved { .. }
            | What::AppointmentCancelled { .. }
            | What::PhotoAsked { .. }
            | What::PhotoTaken { .. }
            | What::PhotoMarked { .. }
            | What::Attached { .. }
            | What::ChatWritten { .. }
            | What::ChatSeen { .. }
            | What::CaseRead
            | What::Reminded
            | What::Examined { .. }
            | What::OutcomeAskedAgain
            | What::LostToFollowUp { .. }
            | What::OutcomeTold { .. }
    )
}

/// True if `next` goes on with `last` and need not be written down: the same file, ring or refusal of the same party
/// and member of staff from the same kind of network, less than ten minutes after the one that was written down last. The record itself is read at once, so each reading
/// counts, and so does each decision.
pub fn is_continued(last: &RecordOpening, next: &RecordOpening) -> bool {
    let same = (last.consultation, &last.by, last.file, last.way, &last.circumstances)
        == (next.consultation, &next.by, next.file, next.way, &next.circumstances);
    let counts_each = next.file.is_none() && (next.way == OpeningWay::Read || next.way.is_decision());
    same && !counts_each && next.at.0 < last.at.0.saturating_add(ONE_OPENING_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::{Circumstances, NetworkKind, OpenedFile},
        id::{ConsultationId, PhotoId},
        sample::sample_facts,
    };
    use uuid::Uuid;

    const ID: ConsultationId = ConsultationId(Uuid::from_u128(7));

    #[test]
    fn a_sample_begins_has_members_and_ends() {
        let facts = sample_facts(ID);
        let changes: Vec<_> = facts.iter().map(IndexChange::of).collect();
        let members: Vec<_> = changes.iter().filter_map(|change| change.member).collect();
        assert_eq!(members, [&facts[0], &facts[1], &facts[2]].map(|fact| fact.by.as_ref().unwrap()));
        assert_eq!(changes[0].begins, Some(facts[0].at));
        assert_eq!(changes.last().unwrap().ends, Some(facts.last().unwrap().at));
        assert_eq!(changes.iter().filter(|change| change.begins.or(change.ends).is_some()).count(), 2);
    }

    #[test]
    fn pieces_of_one_photo_within_ten_minutes_are_one_opening() {
        let photo = |number, at| RecordOpening {
            consultation: ID,
            by: PartyId("doctor".into()),
            at: Timestamp(at),
            file: Some(OpenedFile::Photo(PhotoId(Uuid::from_u128(number)))),
            way: OpeningWay::Read,
            circumstances: Circumstances::default(),
        };
        let first = photo(1, 1_000);
        assert!(is_continued(&first, &photo(1, 1_000 + ONE_OPENING_MS - 1)));
        assert!(!is_continued(&first, &photo(1, 1_000 + ONE_OPENING_MS)), "ten minutes are over");
        assert!(!is_continued(&first, &photo(2, 1_001)), "another photo");
        assert!(!is_continued(&first, &RecordOpening { by: PartyId("post".into()), ..photo(1, 1_001) }));
        let network = Some(NetworkKind::Public);
        let circumstances = Circumstances { network, staff: None };
        assert!(!is_continued(&first, &RecordOpening { circumstances, ..photo(1, 1_001) }), "from elsewhere");
        let record = RecordOpening { file: None, ..first };
        assert!(!is_continued(&record, &record), "each reading of the record counts");
        let decision = RecordOpening { way: OpeningWay::Identified, ..record };
        assert!(!is_continued(&decision, &decision), "and so does each decision");
    }
}
