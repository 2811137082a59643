//! The audit journal of a consultation: who did what and who opened its record, and the time of each; never what was
//! said. A consultation whose facts cannot be read ("set aside") is shown by its database rows, each as far as possible.

use crate::{
    fact::{
        Fact, What,
        stored::{Codec, Unreadable},
    },
    history::FactRow,
    id::{AttachmentId, ConsultationId, PartyId, PhotoId, StaffId},
    time::Timestamp,
    view::{Actor, people},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An opening of the record of a consultation by somebody who reads it, or decides whose it is. It is kept beside the facts, and like them it
/// is never deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordOpening {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The reader.
    pub by: PartyId,
    /// The time of the opening.
    pub at: Timestamp,
    /// The file of it that was opened; none for the record itself.
    pub file: Option<OpenedFile>,
    /// The way in which it was opened, or that it was not.
    pub way: OpeningWay,
    /// From where, and by whom of a post's staff.
    pub circumstances: Circumstances,
}

/// What is known of an opening besides the party. It holds neither a name nor an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// The kind of network from which it came; none for what the server showed by itself.
    pub network: Option<NetworkKind>,
    /// The member of staff who was at the shared tablet of a post; none if nobody had typed a PIN, and for everybody who has an account.
    pub staff: Option<StaffId>,
}

/// The kind of network of an address (RFC 6890). The address itself would tell where somebody lives, and is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NetworkKind {
    /// The server itself.
    Local,
    /// A network whose addresses are not seen in the internet, as that of a hospital.
    Private,
    /// The internet.
    Public,
}

impl NetworkKind {
    /// The stable name in the audit log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Private => "private",
            Self::Public => "public",
        }
    }

    /// The kind with this name in the audit log.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Local, Self::Private, Self::Public].into_iter().find(|kind| kind.code() == code)
    }
}

/// A file of a consultation that somebody opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenedFile {
    /// A photo that was asked for.
    Photo(PhotoId),
    /// An attachment.
    Attachment(AttachmentId),
}

/// The way in which somebody came to see a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningWay {
    /// They read the record, or the file.
    Read,
    /// A request rang at their desk, with what the post wrote of the patient.
    Rung,
    /// They asked for it and were refused.
    Refused,
    /// They read it, and decided who its patient is in the national record.
    Identified,
    /// They undid such a decision.
    Unidentified,
}

impl OpeningWay {
    /// The stable name in the audit log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Rung => "rung",
            Self::Refused => "refused",
            Self::Identified => "identified",
            Self::Unidentified => "unidentified",
        }
    }

    /// The way with this name in the audit log.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Read, Self::Rung, Self::Refused, Self::Identified, Self::Unidentified];
        all.into_iter().find(|way| way.code() == code)
    }

    /// True for a decision about a record of which whoever decides has seen as much before.
    pub const fn is_decision(self) -> bool {
        matches!(self, Self::Identified | Self::Unidentified)
    }
}

impl RecordOpening {
    /// The stable name of what was opened and how, in the audit log.
    pub const fn code(&self) -> &'static str {
        match (self.way, self.file) {
            (OpeningWay::Read, Some(OpenedFile::Attachment(_))) => ATTACHMENT_READ,
            (OpeningWay::Refused, Some(OpenedFile::Attachment(_))) => ATTACHMENT_REFUSED,
            (way, _) => way.code(),
        }
    }

    /// The identifier of the file that was opened, in the audit log.
    pub fn file_id(&self) -> Option<Uuid> {
        self.file.map(|file| match file {
            OpenedFile::Photo(photo) => photo.0,
            OpenedFile::Attachment(attachment) => attachment.0,
        })
    }

    /// What [`code`](Self::code) and [`file_id`](Self::file_id) say; none for a name that is not known.
    pub fn opened(code: &str, file: Option<Uuid>) -> Option<(OpeningWay, Option<OpenedFile>)> {
        let attachment = file.map(AttachmentId).map(OpenedFile::Attachment);
        match code {
            ATTACHMENT_READ => Some((OpeningWay::Read, attachment)),
            ATTACHMENT_REFUSED => Some((OpeningWay::Refused, attachment)),
            code => Some((OpeningWay::from_code(code)?, file.map(PhotoId).map(OpenedFile::Photo))),
        }
    }
}

const ATTACHMENT_READ: &str = "attachment_read";
const ATTACHMENT_REFUSED: &str = "attachment_refused";

/// One line of the journal: a fact, or an opening of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// The time.
    pub at: Timestamp,
    /// The account or device; none for the server's own clock.
    pub party: Option<PartyId>,
    /// The person at that time, if the facts introduce them.
    pub actor: Option<Actor>,
    /// The action in one or two English words, which the journal prints.
    pub did: &'static str,
}

/// One database row of a consultation that is set aside, without anything that a patient or a doctor said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowLine {
    /// The number in the row, which may be out of range if the row is damaged.
    pub number: i64,
    /// The version of the stored form, which may be out of range as well.
    pub version: i64,
    /// The time of the fact.
    pub at: Timestamp,
    /// The account or device; none for the server's own clock.
    pub party: Option<PartyId>,
    /// The length of the stored form, bytes.
    pub bytes: usize,
    /// The action in one word, or the reason for which it cannot be read.
    pub did: Result<&'static str, Unreadable>,
}

/// The rows of a consultation as they are kept, each by itself.
pub fn row_lines(rows: &[FactRow], codec: &Codec) -> Vec<RowLine> {
    let did = |row: &FactRow| {
        let version = u32::try_from(row.version).map_err(|_| Unreadable::Version)?;
        let what = row.what.as_ref().ok_or(Unreadable::Damaged)?;
        codec.decode(version, what.reveal()).map(|body| word(&body.what))
    };
    let line = |row: &FactRow| RowLine {
        number: row.number,
        version: row.version,
        at: row.at,
        party: row.by.clone(),
        bytes: row.what.as_ref().map_or(0, |what| what.reveal().len()),
        did: did(row),
    };
    rows.iter().map(line).collect()
}

/// The journal: facts and openings in the order of time.
pub fn journal(facts: &[Fact], openings: &[RecordOpening]) -> Vec<JournalLine> {
    let people = people(facts);
    let line = |at, party: Option<&PartyId>, did| {
        let actor = party.and_then(|party| people.get(party)).cloned();
        JournalLine { at, party: party.cloned(), actor, did }
    };
    let done = facts.iter().map(|fact| line(fact.at, fact.by.as_ref(), word(&fact.what)));
    let did = |opening: &RecordOpening| match (opening.way, opening.file) {
        (OpeningWay::Read, None) => "opened",
        (OpeningWay::Read, Some(OpenedFile::Photo(_))) => "photo opened",
        (OpeningWay::Read, Some(OpenedFile::Attachment(_))) => "attachment opened",
        (OpeningWay::Rung, _) => "rung",
        (OpeningWay::Refused, None) => "refused",
        (OpeningWay::Refused, Some(OpenedFile::Photo(_))) => "photo refused",
        (OpeningWay::Refused, Some(OpenedFile::Attachment(_))) => "attachment refused",
        (OpeningWay::Identified, _) => "identified",
        (OpeningWay::Unidentified, _) => "identification undone",
    };
    let opened = openings.iter().map(|opening| line(opening.at, Some(&opening.by), did(opening)));
    let mut lines: Vec<_> = done.chain(opened).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

const fn word(what: &What) -> &'static str {
    match what {
        What::Requested { .. } => "requested",
        What::Escalated { .. } => "escalated",
        What::Claimed { .. } => "claimed",
        What::RangAgain { .. } => "rang again",
        What::Postponed { .. } => "put off",
        What::Redirected { .. } => "redirected",
        What::Entered { .. } => "entered",
        What::TabletJoined { .. } => "tablet joined",
        What::Left => "left",
        What::Noted { .. } => "noted",
        What::Advised { .. } => "advised",
        What::Prescribed { .. } => "prescribed",
        What::PrescriptionCancelled { .. } => "prescription cancelled",
        What::Consented { .. } => "consented",
        What::ConsentWithdrawn { .. } => "consent withdrawn",
        What::Referred { .. } => "referred",
        What::ReferralMoved { .. } => "referral moved",
        What::Dispensed { .. } => "dispensed",
        What::Appointed { .. } => "appointed",
        What::AppointmentMoved { .. } => "appointment moved",
        What::AppointmentCancelled { .. } => "appointment cancelled",
        What::PhotoAsked { .. } => "photo asked",
        What::PhotoTaken { .. } => "photo taken",
        What::PhotoMarked { .. } => "photo marked",
        What::Attached { .. } => "attached",
        What::ChatWritten { .. } => "chat written",
        What::ChatSeen { .. } => "chat seen",
        What::Cancelled => "cancelled",
        What::Closed { .. } => "closed",
        What::Deferred { .. } => "deferred",
        What::Assigned { .. } => "assigned",
        What::CaseRead => "case read",
        What::Reminded => "reminded",
        What::Examined { .. } => "examined",
        What::OutcomeAskedAgain => "outcome asked again",
        What::LostToFollowUp { .. } => "lost to follow-up",
        What::OutcomeTold { .. } => "outcome told",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fact::stored::CODEC, history::tests::rows, sample::sample_facts};

    #[test]
    fn the_rows_of_a_set_aside_consultation_tell_no_text() {
        let mut rows = rows(&sample_facts(ConsultationId(uuid::Uuid::from_u128(7))));
        rows[5].what = Some(r#"{"what":{"kind":"advised","advice":"rest"}}"#.into());
        let lines = row_lines(&rows, &CODEC);
        let did: Vec<_> = lines.iter().map(|line| line.did).collect();
        let words = ["requested", "claimed", "entered", "left", "noted"];
        assert_eq!(did[..5], words.map(Ok));
        assert_eq!(did[5..], [Err(Unreadable::Damaged), Ok("closed")]);
        assert!(!format!("{lines:?}").contains("rest"));
    }

    #[test]
    fn openings_stand_between_the_facts_in_the_order_of_time() {
        let consultation = ConsultationId(uuid::Uuid::from_u128(7));
        let by = PartyId("post".into());
        let lines = journal(
            &sample_facts(consultation),
            &[RecordOpening {
                consultation,
                by,
                at: Timestamp(6),
                file: None,
                way: OpeningWay::Read,
                circumstances: Circumstances::default(),
            }],
        );
        let words: Vec<_> = lines.iter().map(|line| line.did).collect();
        let expected = ["requested", "claimed", "entered", "left", "noted", "advised", "opened", "closed"];
        assert_eq!(words, expected);
        assert_eq!(lines[6].actor.as_ref().unwrap().name, "post".into());
    }
}
