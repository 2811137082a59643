//! Sample documents for archive copies, tested here and given to judges by `scripts/judge-pdf`. Their names and texts mean nothing.

use crate::samples;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use teranga_clinic::{
    fact::What,
    history::History,
    id::{PrescriptionId, ReferralId},
    people::{Place, Role},
    pii::Pii,
    prescription::{
        Cancellation, FindingKind, Justification, PrescribedLine, PrescribedTo, Prescription,
        SignedPrescription,
    },
    referral::{
        Letter, Need, Referral, ReferralActor, ReferralEvent, ReferralOrder, ReferralStep, RejectReason,
        Transport,
    },
    request::{Intake, Urgency},
    time::Timestamp,
};
use teranga_exchange::prescription::{KeyId, text};
use uuid::Uuid;

/// Words with the letters of Pulaar, Wolof and Soninké that French lacks.
pub(crate) const LETTERS: &str = "ɓ ɗ ƴ ŋ ñ Ɓ Ɗ Ƴ Ŋ Ñ";
/// Words that the font lacks for the most part: Arabic, a family, combining marks, marks of direction.
pub(crate) const STRANGE: &str =
    "\u{202e}شكرا\u{202c} \u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{fe0f} e\u{301} 漢字 \u{0}\u{7}fin";

/// The post of all samples.
pub(crate) fn post() -> Place {
    samples::identity("post", Role::Kiosk).place
}

/// Prescriptions with their names.
pub(crate) fn prescriptions() -> Vec<(&'static str, Prescription)> {
    let cancelled = Cancellation {
        by: "Dr Fatou Ɓa".into(),
        at: Timestamp(samples::START + 600_000),
        why: "allergie connue".into(),
    };
    vec![
        ("ordinary", standing(signed(3, ""))),
        ("longest", standing(signed(6, " Ne pas arrêter avant la fin, même en cas de mieux."))),
        ("cancelled", Prescription { cancelled: Some(cancelled), ..standing(signed(1, "")) }),
        ("replaced", Prescription { replaced_by: Some(id(2)), ..standing(signed(1, "")) }),
        ("empty", empty()),
        ("hostile", hostile()),
    ]
}

/// Twelve drugs, more than a signed text may have, in words that the font lacks, with 10,000 letters about one of them.
fn hostile() -> Prescription {
    let mut signed = SignedPrescription { text: "not a signed text".into(), ..signed(1, "") };
    let strange = PrescribedLine { drug: STRANGE.into(), directions: STRANGE.into(), ..line(0, "") };
    let long =
        PrescribedLine { directions: "éƊŋ à ".chars().cycle().take(10_000).collect(), ..line(1, "") };
    let endless = PrescribedLine { directions: "m".repeat(3_000), unit: String::new(), ..line(2, "") };
    let lines = (3..12).map(|number| line(number, ""));
    signed.lines = [strange, long, endless].into_iter().chain(lines).collect::<Vec<_>>().into();
    signed.by = STRANGE.into();
    signed.at = Timestamp(u64::MAX);
    standing(signed)
}

/// A prescription in which every text is empty.
fn empty() -> Prescription {
    let line = PrescribedLine {
        atc: String::new(),
        drug: String::new(),
        directions: String::new(),
        days: 0,
        quantity: 0,
        ..line(0, "")
    };
    standing(SignedPrescription {
        post: String::new(),
        patient: PrescribedTo::default().into(),
        lines: vec![line].into(),
        justifications: vec![].into(),
        by: "".into(),
        order_number: None,
        at: Timestamp(0),
        text: "".into(),
        ..signed(1, "")
    })
}

fn standing(signed: SignedPrescription) -> Prescription {
    Prescription { signed, replaced_by: None, cancelled: None, dispensed: vec![] }
}

fn id(number: u128) -> PrescriptionId {
    PrescriptionId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_0000 + number))
}

fn line(number: usize, more: &str) -> PrescribedLine {
    let drugs = [
        ("J01CA04", "amoxicilline 250 mg, comprimé dispersible"),
        ("N02BE01", "paracétamol 500 mg, comprimé"),
        ("A07CA", "sels de réhydratation orale, sachet"),
        ("C02AB01", "méthyldopa 250 mg, comprimé"),
        ("B03AD", "fer 60 mg et acide folique 400 µg, comprimé"),
        ("J01XX01", "fosfomycine 3 g, sachet"),
    ];
    let (atc, drug) = drugs[number % drugs.len()];
    PrescribedLine {
        product: None,
        atc: atc.into(),
        drug: drug.into(),
        directions: format!("1 comprimé 2 fois par jour, après les repas.{more}"),
        days: 5,
        quantity: 10,
        unit: "comprimés".into(),
    }
}

fn signed(lines: usize, more: &str) -> SignedPrescription {
    let why = Justification { line: 0, kind: FindingKind::DoseHigh, why: "infection sévère".into() };
    let signed = SignedPrescription {
        prescription: id(1),
        consultation: samples::ID,
        post: "Poste de santé de Nabadji Civol".into(),
        patient: PrescribedTo { name: format!("Aïssata {LETTERS}"), sex: "F".into(), age: "24 ans".into() }
            .into(),
        lines: (0..lines).map(|number| line(number, more)).collect::<Vec<_>>().into(),
        justifications: vec![why].into(),
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(samples::START),
        valid_until: Timestamp(samples::START + 90 * 86_400_000),
        replaces: None,
        text: "".into(),
    };
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made");
    let sign = |bytes: &[u8]| pair.sign(&SystemRandom::new(), bytes).expect("it signs").as_ref().to_vec();
    let text = text(&signed, "SN", KeyId([1, 2, 3, 4, 5, 6, 7, 8]), sign).expect("it fits");
    SignedPrescription { text: text.into(), ..signed }
}

/// The letter of an evacuation that ended with a counter-referral.
pub(crate) fn letter() -> Referral {
    use ReferralActor::{Post, Receiver};
    use ReferralEvent as Event;
    let counter =
        format!("Césarienne à 14 h, mère et enfant vont bien. {LETTERS}\nContrôle dans 7 jours au poste.");
    let events = [
        (Receiver, "Dr Sow", Event::Received),
        (
            Receiver,
            "Dr Sow",
            Event::Rejected { reason: RejectReason::NoBed, text: Some("Bloc fermé".into()) },
        ),
        (
            Receiver,
            "Dr Sow",
            Event::AskedNext { structure: place("chr-ndioum", "Hôpital de Ndioum"), code: None },
        ),
        (Receiver, "Mme Kane", Event::Accepted { text: None }),
        (
            Post,
            "Coumba Ɗiallo",
            Event::Departed {
                transport: Transport::AmbulanceOfDistrict,
                eta_min: Some(90),
                ago_min: None,
                text: None,
            },
        ),
        (Receiver, "Mme Kane", Event::Arrived),
        (Receiver, "Mme Kane", Event::InCare),
        (Receiver, "Dr Ly", Event::CounterReferral { text: counter.into() }),
    ];
    let mut referral = Referral::new(order());
    for (minute, (actor, by, event)) in (1..).zip(events) {
        let at = Timestamp(samples::START + minute * 600_000);
        let actor = if matches!(event, Event::AskedNext { .. }) { ReferralActor::Server } else { actor };
        let step = ReferralStep { at, actor, by: by.into(), event, act: None };
        referral.apply(&step).expect("the step follows");
    }
    referral
}

/// The letter of an evacuation that was cancelled.
pub(crate) fn cancelled_letter() -> Referral {
    let mut referral = Referral::new(order());
    let at = Timestamp(samples::START + 60_000);
    let event = ReferralEvent::Cancelled { text: "Elle va mieux".into() };
    let step =
        ReferralStep { at, actor: ReferralActor::Doctor, by: "Dr Awa Ndiaye".into(), event, act: None };
    referral.apply(&step).expect("the step follows");
    referral
}

fn order() -> ReferralOrder {
    let text = |text: &str| Pii::new(text.to_owned());
    ReferralOrder {
        referral: ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_1111)),
        consultation: samples::ID,
        structure: place("hopital-ourossogui", "Hôpital régional d’Ourossogui"),
        others: vec![place("chr-ndioum", "Hôpital de Ndioum")],
        needs: vec![Need::Cesarean, Need::Transfusion],
        urgency: Urgency::Stat,
        letter: Letter {
            patient: text("A. Nd., 24 ans, F, 61,5 kg"),
            reason: text("Prééclampsie sévère à 36 semaines"),
            findings: text("TA 170/110\nSpO₂ ≥ 95 %\nBCF 142"),
            done: text(&format!("Sulfate de magnésium 4 g IV lente. {LETTERS}")),
            not_examined: text(""),
            question: text("Césarienne ?"),
        },
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(samples::START),
        code: "7K3M9-QRT2X".into(),
    }
}

fn place(id: &str, name: &str) -> Place {
    Place {
        id: id.into(),
        name: name.into(),
        district: "Matam".into(),
        region: "Matam".into(),
        phone: String::new(),
    }
}

/// A record with advice of 10,000 letters, of which the font lacks some.
pub(crate) fn hostile_record() -> History {
    let long: String = format!("{STRANGE} {LETTERS} ").chars().cycle().take(10_000).collect();
    let intake = Intake { reason: STRANGE.into(), name: Some(STRANGE.into()), ..Intake::default() };
    let doctor = samples::identity("doctor", Role::Doctor);
    samples::history(&samples::timed(vec![
        samples::by("post", samples::requested(intake)),
        samples::by("doctor", What::Claimed { doctor }),
        samples::advised(1, &long, None),
    ]))
}
