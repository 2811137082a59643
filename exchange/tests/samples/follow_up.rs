//! Samples of what follows from a consultation: answers about sharing the record, acts of dispensing, and evacuations of every end.

use super::{ID, START, advised, by, claimed, closed, requested, signed_prescription, whole};
use teranga_clinic::{
    clinical::Disposition,
    consent::{ConsentAct, ConsentGiver},
    dispensing::{Dispensed, DispensedLine, Pharmacy, RefusalReason},
    fact::{Fact, What},
    id::{ActId, PrescriptionId, ReferralId, StaffId},
    people::Place,
    referral::{
        FailReason, Letter, Need, ReferralActor, ReferralEvent, ReferralOrder, RejectReason, Transport,
    },
    request::{Language, Urgency},
    time::Timestamp,
};
use uuid::Uuid;

/// A patient agrees, gets a part of a prescription at the post, and the rest from a pharmacy.
pub(super) fn dispensed() -> Vec<Fact> {
    let signed = Box::new(signed_prescription(1, None));
    let refused = |line, why| DispensedLine { line, quantity: 0, refused: Some(why) };
    let gave = |line, quantity| DispensedLine { line, quantity, refused: None };
    let pharmacy = || Pharmacy { name: "Pharmacie Ndar".into(), person: "M. Ba <b>".into() };
    let reasons = [RefusalReason::Declined, RefusalReason::TooExpensive, RefusalReason::Doubt];
    let mut facts = vec![
        by_staff(requested(whole())),
        claimed(),
        by_staff(What::Consented { said: said(1, Language::Ff, ConsentGiver::Patient) }),
        by("doctor", What::Prescribed { signed }),
        by_staff(act(2, 240_000, None, vec![gave(0, 10), refused(1, RefusalReason::OutOfStock)])),
        closed(Disposition::Prescription, None),
    ];
    let later = (3..).zip(reasons);
    facts.extend(
        later.map(|(number, why)| by("", act(number, 86_400_000, Some(pharmacy()), vec![refused(1, why)]))),
    );
    facts.push(by("", act(9, 90_000_000, Some(pharmacy()), vec![gave(0, 5), gave(1, 1)])));
    facts
}

/// One structure rejects, one does not answer, and the third one takes the patient; another evacuation is cancelled, and in a third
/// one the patient does not arrive. The patient's mother refuses, then agrees, and withdraws.
pub(super) fn evacuation() -> Vec<Fact> {
    let (post, doctor, receiver, server) =
        (ReferralActor::Post, ReferralActor::Doctor, ReferralActor::Receiver, ReferralActor::Server);
    let next = |structure| ReferralEvent::AskedNext { structure, code: Some("7K3M9-QRT2X-4F7ZP".into()) };
    let rejected = ReferralEvent::Rejected { reason: RejectReason::NoBed, text: Some("bloc fermé".into()) };
    let departed = |eta_min| ReferralEvent::Departed {
        transport: Transport::AmbulanceOfDistrict,
        eta_min,
        ago_min: None,
        text: Some("voie veineuse".into()),
    };
    let written = ReferralEvent::CounterReferral { text: "Césarienne.\nDeux enfants, vivants.".into() };
    let guardian = |number, language| said(number, language, ConsentGiver::Guardian);
    vec![
        by_staff(requested(whole())),
        claimed(),
        by_staff(What::ConsentWithdrawn { said: guardian(1, Language::Snk) }),
        advised(1, "Évacuer.", None),
        by("doctor", referred(1, "ordonnée")),
        moved(1, "", receiver, ReferralEvent::Received),
        moved(1, "", receiver, rejected),
        moved(1, "", server, next(structure("centre", "Centre de santé d’Ourossogui"))),
        moved(1, "", server, next(structure("regional", "Hôpital régional de Matam"))),
        moved(1, "receiver", receiver, ReferralEvent::Accepted { text: None }),
        moved(1, "post", post, departed(Some(45))),
        by("doctor", referred(2, "")),
        moved(2, "doctor", doctor, ReferralEvent::Cancelled { text: "l’autre suffit".into() }),
        by("doctor", referred(3, "")),
        moved(3, "post", post, departed(None)),
        closed(Disposition::Evacuation, None),
        moved(1, "", receiver, ReferralEvent::Arrived),
        moved(1, "", receiver, ReferralEvent::InCare),
        moved(3, "", server, ReferralEvent::ArrivalAsked),
        moved(3, "post", post, ReferralEvent::Failed { reason: FailReason::NotArrived, text: None }),
        by("post", What::Consented { said: guardian(2, Language::Fr) }),
        by("post", What::ConsentWithdrawn { said: guardian(3, Language::Wo) }),
        moved(1, "", receiver, written),
    ]
}

fn by_staff(what: What) -> Fact {
    Fact { staff: Some(StaffId("s1".into())), ..by("post", what) }
}

fn said(number: u128, language: Language, giver: ConsentGiver) -> ConsentAct {
    ConsentAct { act: ActId(Uuid::from_u128(number)), language, giver }
}

fn act(number: u128, after_ms: u64, pharmacy: Option<Pharmacy>, lines: Vec<DispensedLine>) -> What {
    let (act, at) = (ActId(Uuid::from_u128(number)), Timestamp(START + after_ms));
    let dispensed = Box::new(Dispensed { act, lines: lines.into(), pharmacy, at });
    What::Dispensed { prescription: PrescriptionId(Uuid::from_u128(1)), dispensed }
}

fn structure(id: &str, name: &str) -> Place {
    let (district, region, phone) = ("Matam".into(), "Matam".into(), "33 966 11 11".into());
    Place { id: id.into(), name: name.into(), district, region, phone }
}

fn referral(number: u128) -> ReferralId {
    ReferralId(Uuid::from_u128(number))
}

fn referred(number: u128, text: &str) -> What {
    let letter = Letter {
        patient: "A. Nd., 24 ans, F".into(),
        reason: text.into(),
        findings: "TA : 17/11\nSpO2 > 90 <b>".into(),
        question: "Césarienne".into(),
        ..Letter::default()
    };
    let order = ReferralOrder {
        referral: referral(number),
        consultation: ID,
        structure: structure("district", "Hôpital de district de Kanel"),
        others: vec![structure("centre", "Centre de santé d’Ourossogui"), structure("regional", "")],
        needs: vec![Need::Cesarean, Need::Transfusion],
        urgency: Urgency::Stat,
        letter,
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(START + 240_000),
        code: "7K3M9-QRT2X".into(),
    };
    What::Referred { referral: Box::new(order) }
}

fn moved(number: u128, party: &str, actor: ReferralActor, event: ReferralEvent) -> Fact {
    let by_name = match actor {
        ReferralActor::Post => "Coumba Ɗiallo",
        ReferralActor::Doctor => "Dr Awa Ndiaye",
        ReferralActor::Receiver => "Dr Sy",
        ReferralActor::Server => "",
    };
    let event = Box::new(event);
    by(
        party,
        What::ReferralMoved { referral: referral(number), actor, by_name: by_name.into(), event, act: None },
    )
}
