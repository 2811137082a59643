//! Publications: the versions of a record that are owed to the national record (DPP), what became of each, and which facts make one.
//! A version is named when its fact is written, so that a server that tries again asks for the same document.

use crate::{
    consultation::{Consultation, Phase, consents::may_publish},
    fact::What,
    id::ConsultationId,
    referral::ReferralEvent,
    time::Timestamp,
};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// What has become of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PublicationState {
    /// It is owed: it is tried, and tried again.
    Waiting,
    /// The national record has it.
    Sent,
    /// It was refused for good. A person acts: see [`PublicationTrouble::actor`].
    Refused,
    /// A person gave it up.
    Abandoned,
    /// It was not needed any more before it was sent.
    Dropped,
}

/// The reason why a publication waits, was refused or was dropped, or what is wrong with one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PublicationTrouble {
    /// The national record does not answer, or answers that it cannot now.
    Unreachable,
    /// It does not let this server in: its token or certificate is wrong.
    Denied,
    /// It answers what cannot be believed, and does not have the document.
    Unusable,
    /// It knows nobody, or two patients, under the number of the request.
    PatientUnknown,
    /// The number is that of somebody else, by name, year of birth or sex.
    OtherPatient,
    /// It refuses the document.
    Refused,
    /// It has two documents under the name of one.
    Doubled,
    /// Rows of the consultation cannot be read.
    Unreadable,
    /// The earlier version is still marked as the current one there.
    NotSuperseded,
    /// The patient withdrew the consent before it was sent.
    Withdrawn,
    /// A newer version took its place before it was sent.
    Replaced,
}

/// Who can do something about a trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PublicationActor {
    /// Nobody needs to: the server tries again, or nothing is left to do.
    Nobody,
    /// The post, which knows the patient and the number.
    Post,
    /// Whoever runs this server.
    Operator,
    /// Whoever runs the national record.
    NationalRecord,
}

impl PublicationTrouble {
    /// Who can do something about it.
    pub const fn actor(self) -> PublicationActor {
        match self {
            Self::Unreachable | Self::Withdrawn | Self::Replaced => PublicationActor::Nobody,
            Self::PatientUnknown | Self::OtherPatient => PublicationActor::Post,
            Self::Denied | Self::Unreadable => PublicationActor::Operator,
            Self::Refused | Self::Unusable | Self::Doubled | Self::NotSuperseded => {
                PublicationActor::NationalRecord
            }
        }
    }
}

/// What the national record keeps of a consultation if the patient withdraws the consent: MHD has no deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Remains {
    /// Nothing was sent, or nothing of it was stored.
    Nothing,
    /// A sending has begun, and nobody knows yet if it arrived.
    Unclear,
    /// A document is there.
    Sent,
}

impl Remains {
    /// What remains of a version in this state, after so many sendings have begun.
    pub const fn of(state: PublicationState, trouble: Option<PublicationTrouble>, sends: u32) -> Self {
        match (state, trouble) {
            (PublicationState::Sent, _) | (_, Some(PublicationTrouble::Doubled)) => Self::Sent,
            // It was searched for before it was dropped, and the national record said itself what it refuses.
            (PublicationState::Dropped, _) | (_, Some(PublicationTrouble::Refused)) => Self::Nothing,
            _ if sends == 0 => Self::Nothing,
            _ => Self::Unclear,
        }
    }
}

/// What became of one version of a record, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Publication {
    /// The name of the document.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub key: Uuid,
    /// What has become of it.
    pub state: PublicationState,
    /// The reason for that; none if there was no trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub trouble: Option<PublicationTrouble>,
    /// Who can do something about the trouble.
    pub actor: PublicationActor,
    /// The time since which it is owed, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub made_at: Timestamp,
    /// The time of its last change, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

/// The name of the document that tells a record up to this fact: a UUID of version 5 (RFC 9562 section 5.5) in the namespace of the
/// consultation, whose own identifier is random.
pub fn key(consultation: ConsultationId, fact: u32) -> Uuid {
    let bytes = [consultation.0.as_bytes().as_slice(), b"publication/", fact.to_string().as_bytes()].concat();
    let mut first = [0; 16];
    first.copy_from_slice(&digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes).as_ref()[..16]);
    Builder::from_sha1_bytes(first).into_uuid()
}

/// True if this fact makes a version that is owed. `consultation` is the state after it.
pub fn is_owed(consultation: &Consultation, fact: &What) -> bool {
    let is_over = matches!(consultation.phase(), Phase::FollowUp | Phase::Closed);
    may_make(fact, is_over)
        && is_signed(consultation)
        && has_number(consultation)
        && may_publish(consultation)
}

/// True for facts after which [`is_owed`] needs to be asked: signatures, the end, the patient's yes, how an evacuation ended, and what comes after
/// the end. A chat, photos, doses during the call and the steps of an evacuation wait for the next of them.
pub fn may_make(fact: &What, is_over: bool) -> bool {
    match fact {
        What::Advised { .. }
        | What::Prescribed { .. }
        | What::PrescriptionCancelled { .. }
        | What::Consented { .. }
        | What::Closed { .. }
        | What::OutcomeTold { .. }
        | What::LostToFollowUp { .. } => true,
        What::ReferralMoved { event, .. } => {
            matches!(**event, ReferralEvent::CounterReferral { .. } | ReferralEvent::Failed { .. })
        }
        What::Attached { .. } | What::PhotoTaken { .. } | What::Dispensed { .. } => is_over,
        _ => false,
    }
}

/// The number in the national record as the post typed it; none if there is none.
pub fn number_of(consultation: &Consultation) -> Option<String> {
    let number = consultation.intake().dpp.as_ref().map(|number| number.reveal().trim().to_owned());
    number.filter(|number| !number.is_empty())
}

fn has_number(consultation: &Consultation) -> bool {
    number_of(consultation).is_some()
}

/// True if a specialist has signed something.
fn is_signed(consultation: &Consultation) -> bool {
    !consultation.advice().is_empty() || !consultation.prescriptions().all().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        consent::{ConsentAct, ConsentGiver},
        fact::Fact,
        id::{ActId, PartyId, ReferralId},
        referral::ReferralActor,
        request::Language,
        sample::{SAMPLE, sample_facts},
    };

    fn said() -> ConsentAct {
        ConsentAct { act: ActId(Uuid::from_u128(1)), language: Language::Fr, giver: ConsentGiver::Patient }
    }

    /// Which facts of a sample with this number and this answer are owed, counted from 1.
    fn owed(number: Option<&str>, answer: Option<What>) -> Vec<usize> {
        let mut facts = sample_facts(SAMPLE);
        if let What::Requested { request, .. } = &mut facts[0].what {
            request.intake.dpp = number.map(Into::into);
        }
        if let Some(what) = answer {
            let fact = Fact { by: Some(PartyId("post".into())), what, ..facts[1].clone() };
            facts.insert(2, fact);
        }
        let mut owed = Vec::new();
        let mut consultation = Consultation::open(&facts[0]).unwrap();
        for (at, fact) in facts.iter().enumerate().skip(1) {
            consultation.apply(fact).unwrap();
            if is_owed(&consultation, &fact.what) {
                owed.push(at + 1);
            }
        }
        owed
    }

    #[test]
    fn a_signature_and_the_end_are_owed_of_a_patient_with_a_number_who_agreed() {
        let yes = || Some(What::Consented { said: said() });
        assert_eq!(owed(Some("SN-1"), yes()), [7, 8], "the advice and the end");
        assert!(owed(Some("SN-1"), None).is_empty(), "nobody asked the patient");
        assert!(owed(Some("SN-1"), Some(What::ConsentWithdrawn { said: said() })).is_empty());
        assert!(owed(Some("  "), yes()).is_empty(), "no number");
        assert!(owed(None, yes()).is_empty());
    }

    #[test]
    fn how_an_evacuation_ended_is_owed_and_its_steps_are_not() {
        let moved = |event| What::ReferralMoved {
            referral: ReferralId(Uuid::from_u128(3)),
            actor: ReferralActor::Receiver,
            by_name: "Dr Kane".into(),
            event: Box::new(event),
            act: None,
        };
        assert!(may_make(&moved(ReferralEvent::CounterReferral { text: "Césarienne faite".into() }), true));
        assert!(!may_make(&moved(ReferralEvent::Arrived), true));
    }

    #[test]
    fn what_was_sent_remains_and_an_unknown_answer_is_no_nothing() {
        use PublicationState::{Abandoned, Dropped, Refused, Sent, Waiting};
        use PublicationTrouble::{Doubled, NotSuperseded, Unreachable, Unusable, Withdrawn};
        for (state, trouble, sends, remains) in [
            (Waiting, None, 0, Remains::Nothing),
            (Waiting, Some(Unreachable), 0, Remains::Nothing),
            (Waiting, Some(Unreachable), 1, Remains::Unclear),
            (Sent, None, 1, Remains::Sent),
            (Sent, Some(NotSuperseded), 1, Remains::Sent),
            (Dropped, Some(Withdrawn), 0, Remains::Nothing),
            (Dropped, Some(Withdrawn), 2, Remains::Nothing),
            (Refused, Some(PublicationTrouble::Refused), 1, Remains::Nothing),
            (Refused, Some(PublicationTrouble::OtherPatient), 0, Remains::Nothing),
            (Refused, Some(Unusable), 5, Remains::Unclear),
            (Refused, Some(Doubled), 2, Remains::Sent),
            (Abandoned, Some(Doubled), 2, Remains::Sent),
            (Abandoned, Some(Unreachable), 1, Remains::Unclear),
        ] {
            assert_eq!(Remains::of(state, trouble, sends), remains, "{state:?} {trouble:?} {sends}");
        }
        assert!(Remains::Sent > Remains::Unclear && Remains::Unclear > Remains::Nothing);
    }

    #[test]
    fn a_document_has_the_same_name_after_every_start_and_no_other_has_it() {
        assert_eq!(key(SAMPLE, 7), key(SAMPLE, 7));
        assert_ne!(key(SAMPLE, 7), key(SAMPLE, 8));
        assert_ne!(key(SAMPLE, 7), key(ConsultationId(Uuid::from_u128(8)), 7));
        assert_eq!(key(SAMPLE, 7).get_version_num(), 5);
    }
}
