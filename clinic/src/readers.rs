//! "Who has seen this record", for the patient: every time at which somebody saw the record of a consultation, or asked for it and was refused.
//! It is made of the facts, which tell who was shown the record in a call or a case, and of the openings, which tell who read it by itself.

use crate::{
    audit::{NetworkKind, OpenedFile, OpeningWay, RecordOpening},
    fact::{Fact, What},
    id::{PartyId, StaffId},
    people::Identity,
    prescription::is_paper_holder,
    referral::is_ambulance,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The occasion on which somebody saw a record, or wanted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReadingOccasion {
    /// The post wrote it and asked for a specialist.
    Request,
    /// The request rang at their desk, with what the post had written.
    Ring,
    /// They answered the call.
    Call,
    /// They were brought into the call, or joined it with another tablet of the post.
    Invitation,
    /// They opened the deferred case, or the answer to it.
    Case,
    /// They opened the record.
    Record,
    /// They opened a photo.
    Photo,
    /// They opened an attachment.
    Attachment,
    /// They read a prescription with its paper, by the code that is printed on it or by its QR code, without an account.
    Prescription,
}

/// One time at which somebody saw a record, or was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordReading {
    /// The time.
    pub at: Timestamp,
    /// The account or device.
    pub party: PartyId,
    /// The person or post, if the facts introduce them. Whoever was refused is introduced by none.
    pub who: Option<Identity>,
    /// The member of staff at the shared tablet of a post; none if nobody had typed a PIN.
    pub staff: Option<StaffId>,
    /// The occasion.
    pub occasion: ReadingOccasion,
    /// The file that was opened; none for the record itself.
    pub file: Option<OpenedFile>,
    /// True if nothing was shown.
    pub refused: bool,
    /// The kind of network from which it was asked for; none for what the server showed by itself.
    pub network: Option<NetworkKind>,
}

/// The readings of a consultation's record in the order of time. A page that shows a letter reads it again each minute: what somebody has seen
/// already within an hour is told once, so that nobody's readings push those of others off a list.
pub fn readings(facts: &[Fact], openings: &[RecordOpening]) -> Vec<RecordReading> {
    let people = introduced(facts);
    let in_person = facts.iter().filter_map(of_fact);
    let seen = openings.iter().filter(|opening| !opening.way.is_decision());
    let mut all: Vec<_> = in_person.chain(seen.map(of_opening)).collect();
    for reading in &mut all {
        reading.who = people.get(&reading.party).map(|who| (*who).clone());
    }
    all.sort_by_key(|reading| reading.at);
    without_repeats(all)
}

fn without_repeats(all: Vec<RecordReading>) -> Vec<RecordReading> {
    let mut told: Vec<RecordReading> = Vec::with_capacity(all.len());
    for reading in all {
        let mut lately = told.iter().rev().take_while(|one| reading.at.since_ms(one.at) < REPEATED_MS);
        if !lately.any(|one| RecordReading { at: one.at, ..reading.clone() } == *one) {
            told.push(reading);
        }
    }
    told
}

/// The time for which the same reading is told once, in milliseconds: an hour.
const REPEATED_MS: u64 = 3_600_000;

/// The reading that a fact is; none for a fact by which nobody comes to see anything.
fn of_fact(fact: &Fact) -> Option<RecordReading> {
    let occasion = match &fact.what {
        What::Entered { guest, .. } if is_ambulance(&guest.party) => return None,
        What::Requested { .. } => ReadingOccasion::Request,
        What::Claimed { .. } => ReadingOccasion::Call,
        What::Entered { .. } | What::TabletJoined { .. } => ReadingOccasion::Invitation,
        What::CaseRead => ReadingOccasion::Case,
        _ => return None,
    };
    let party = newcomer(&fact.what).map(|who| who.party.clone()).or_else(|| fact.by.clone())?;
    let (at, staff) = (fact.at, fact.staff.clone());
    Some(RecordReading { at, party, who: None, staff, occasion, file: None, refused: false, network: None })
}

fn of_opening(opening: &RecordOpening) -> RecordReading {
    let occasion = match (opening.way, opening.file) {
        (OpeningWay::Rung, _) => ReadingOccasion::Ring,
        (_, None) if is_paper_holder(&opening.by) => ReadingOccasion::Prescription,
        (_, None) => ReadingOccasion::Record,
        (_, Some(OpenedFile::Photo(_))) => ReadingOccasion::Photo,
        (_, Some(OpenedFile::Attachment(_))) => ReadingOccasion::Attachment,
    };
    RecordReading {
        at: opening.at,
        party: opening.by.clone(),
        who: None,
        staff: opening.circumstances.staff.clone(),
        occasion,
        file: opening.file,
        refused: opening.way == OpeningWay::Refused,
        network: opening.circumstances.network,
    }
}

/// Everybody whom the facts introduce, as they were when they came.
fn introduced(facts: &[Fact]) -> HashMap<&PartyId, &Identity> {
    let all = facts.iter().filter_map(|fact| newcomer(&fact.what));
    all.map(|who| (&who.party, who)).collect()
}

const fn newcomer(what: &What) -> Option<&Identity> {
    match what {
        What::Requested { post: who, .. }
        | What::Claimed { doctor: who }
        | What::Assigned { doctor: Some(who), .. }
        | What::Entered { guest: who, .. }
        | What::TabletJoined { tablet: who } => Some(who),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audit::Circumstances,
        id::{PhotoId, PrescriptionId, ReferralId},
        people::Role,
        prescription::paper_holder,
        referral::ambulance_party,
        sample::{SAMPLE, sample_facts},
    };
    use uuid::Uuid;

    fn opening(by: &str, at: u64, file: Option<OpenedFile>, way: OpeningWay) -> RecordOpening {
        let circumstances =
            Circumstances { network: Some(NetworkKind::Public), staff: Some(StaffId("awa".into())) };
        let (by, at) = (PartyId(by.into()), Timestamp(at));
        RecordOpening { consultation: SAMPLE, by, at, file, way, circumstances }
    }

    #[test]
    fn a_page_that_reads_again_and_again_is_told_once_an_hour() {
        let mut openings: Vec<_> =
            (0..180).map(|minute| opening("liaison", minute * 60_000, None, OpeningWay::Read)).collect();
        openings.push(opening("other", 90 * 60_000, None, OpeningWay::Read));
        openings.push(opening("liaison", 91 * 60_000, None, OpeningWay::Refused));
        let told: Vec<_> = readings(&[], &openings)
            .into_iter()
            .map(|one| (one.at.0 / 60_000, one.party.0, one.refused))
            .collect();
        let line = |minute, party: &str, refused| (minute, party.to_owned(), refused);
        let expected = [
            line(0, "liaison", false),
            line(60, "liaison", false),
            line(90, "other", false),
            line(91, "liaison", true),
            line(120, "liaison", false),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_telephone_of_an_ambulance_has_read_nothing() {
        let guest = Identity {
            party: ambulance_party(ReferralId(Uuid::nil()), 1),
            ..crate::sample::identity("guest", Role::Guest)
        };
        let what = What::Entered { guest: guest.clone(), holds: false, why: None };
        let fact = Fact { at: Timestamp(5), by: Some(guest.party), staff: None, what };
        assert_eq!(readings(&[fact], &[]), []);
    }

    #[test]
    fn a_call_is_a_reading_like_an_opening_and_a_refusal_is_told_as_such() {
        let photo = Some(OpenedFile::Photo(PhotoId(Uuid::from_u128(3))));
        let openings = [
            opening("stranger", 20, None, OpeningWay::Refused),
            opening("post", 30, photo, OpeningWay::Read),
            opening("other", 1, None, OpeningWay::Rung),
            opening("post", 40, None, OpeningWay::Identified),
        ];
        let all = readings(&sample_facts(SAMPLE), &openings);
        let told: Vec<_> = all.iter().map(|one| (one.party.0.as_str(), one.occasion, one.refused)).collect();
        let expected = [
            ("post", ReadingOccasion::Request, false),
            ("other", ReadingOccasion::Ring, false),
            ("doctor", ReadingOccasion::Call, false),
            ("guest", ReadingOccasion::Invitation, false),
            ("stranger", ReadingOccasion::Record, true),
            ("post", ReadingOccasion::Photo, false),
        ];
        assert_eq!(told, expected);
        assert!(all[4].who.is_none(), "no fact introduces whoever was refused");
        let of_post = &all[5];
        assert_eq!(of_post.who.as_ref().unwrap().name, "post".into());
        assert_eq!(
            (of_post.network, of_post.staff.clone()),
            (Some(NetworkKind::Public), Some(StaffId("awa".into())))
        );
    }

    #[test]
    fn whoever_has_the_paper_of_a_prescription_has_read_that_and_not_the_record() {
        let paper = paper_holder(PrescriptionId(Uuid::nil())).0;
        let openings = [
            opening(&paper, 1, None, OpeningWay::Read),
            opening(&paper, 2, None, OpeningWay::Read),
            opening(&paper, 3, None, OpeningWay::Refused),
            opening("doctor", 4, None, OpeningWay::Read),
        ];
        let told = readings(&[], &openings).into_iter().map(|one| (one.at.0, one.occasion, one.refused));
        let expected = [
            (1, ReadingOccasion::Prescription, false),
            (3, ReadingOccasion::Prescription, true),
            (4, ReadingOccasion::Record, false),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
