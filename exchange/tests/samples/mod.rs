//! Sample consultations of every kind, whose records are tested here and given to judges by `scripts/judge-records`. Their names
//! and texts mean nothing.

mod follow_up;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use std::sync::LazyLock;
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, MediaType},
    case::{AssignReason, DeferReason, Outcome},
    clinical::{Advise, Disposition, Note},
    fact::{Fact, RingReason, What, stored::CODEC},
    history::{FactRow, History},
    id::{AttachmentId, ChatId, ConsultationId, PartyId, PatientId, PhotoId, PrescriptionId, StaffId},
    people::{Addressee, Identity, Place, Role, Speciality},
    photo::{PhotoFile, PhotoKind},
    pii::Pii,
    prescription::{FindingKind, Justification, PrescribedLine, PrescribedTo, SignedPrescription},
    request::{Bleeding, EscalationReason, Intake, Language, Request, Step, Urgency},
    time::Timestamp,
    view::StaffName,
    vital::{AsTyped, Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Sex, Vital},
};
use teranga_exchange::prescription::{KeyId, text};
use uuid::Uuid;

/// The consultation of all samples.
pub(crate) const ID: ConsultationId =
    ConsultationId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
/// The time of the request of all samples.
pub(crate) const START: u64 = 1_795_943_100_000;
const SHA256: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
/// The key with which the samples' prescriptions are signed.
pub(crate) static KEY: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made"));
/// The letters that records must show.
const LETTERS: &str = "Éè à ç œ ï — ɓ ɗ ƴ ŋ ñ Ɓ Ɗ Ƴ Ŋ Ñ « TA : 17/11 » <b>&amp;</b> \u{1f469}";

/// Each sample with its name.
pub(crate) fn all() -> Vec<(&'static str, History)> {
    let samples = [
        ("waiting", vec![by("post", requested(Intake::default()))]),
        ("call", call()),
        ("case", case()),
        ("prescription", prescription()),
        ("unknown", unknown()),
        ("newborn", newborn()),
        ("longest", longest()),
        ("letters", letters()),
        ("dispensed", follow_up::dispensed()),
        ("evacuation", follow_up::evacuation()),
    ];
    samples.map(|(name, facts)| (name, history(&timed(facts)))).into()
}

/// The members of staff of the samples' post.
pub(crate) fn staff() -> Vec<StaffName> {
    let member = |id: &str, name: &str, title: &str| StaffName {
        id: StaffId(id.into()),
        name: name.into(),
        title: title.into(),
    };
    vec![member("s1", "Coumba Ɗiallo", "sage-femme"), member("s2", "Never Acted", "ICP")]
}

/// The history that a store would give of these facts.
pub(crate) fn history(facts: &[Fact]) -> History {
    let row = |(number, fact): (i64, &Fact)| {
        let stored = CODEC.encode(&fact.what, fact.staff.as_ref());
        let (version, what) = (i64::from(stored.version), Some(Pii::new(stored.json)));
        FactRow { number, version, at: fact.at, by: fact.by.clone(), what }
    };
    let rows: Vec<_> = (1..).zip(facts).map(row).collect();
    History::read(ID, &rows, &CODEC).expect("the sample folds")
}

/// Facts at one-minute steps.
pub(crate) fn timed(facts: Vec<Fact>) -> Vec<Fact> {
    let at = |(minute, fact): (u64, Fact)| Fact { at: Timestamp(START + minute * 60_000), ..fact };
    (0..).zip(facts).map(at).collect()
}

/// A fact by a party; nobody is the server's clock.
pub(crate) fn by(party: &str, what: What) -> Fact {
    let by = Some(PartyId(party.into())).filter(|_| !party.is_empty());
    Fact { at: Timestamp(0), by, staff: None, what }
}

/// The post, a doctor or a guest.
pub(crate) fn identity(party: &str, role: Role) -> Identity {
    let place = |id: &str, name: &str, phone: &str| Place {
        id: id.into(),
        name: name.into(),
        district: "Matam".into(),
        region: "Matam".into(),
        phone: phone.into(),
    };
    let (name, place, specialities) = match role {
        Role::Doctor => {
            ("Dr Awa Ndiaye", place("hopital-fann", "CHNU de Fann", ""), vec![Speciality::Obstetrics])
        }
        Role::Kiosk => {
            ("Poste", place("poste-nabadji", "Poste de santé de Nabadji Civol", "33 966 00 11"), vec![])
        }
        _ => (
            "Interprète Sow",
            place("poste-nabadji", "Poste de santé de Nabadji Civol", "33 966 00 11"),
            vec![],
        ),
    };
    Identity { party: PartyId(party.into()), role, name: name.into(), place, specialities }
}

/// The request of a post with this form.
pub(crate) fn requested(intake: Intake) -> What {
    let request = Request {
        request: ID,
        speciality: Speciality::Obstetrics,
        urgency: Urgency::Stat,
        intake,
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    What::Requested { post: identity("post", Role::Kiosk), request }
}

fn claimed() -> Fact {
    by("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) })
}

/// Advice, as a correction of an earlier one or not.
pub(crate) fn advised(revision: u32, text: &str, replaces: Option<u32>) -> Fact {
    let advice = Advise { consultation: ID, revision, text: text.into(), replaces };
    by("doctor", What::Advised { advice, order_number: Some("SN-1234".into()) })
}

fn closed(disposition: Disposition, follow_up: Option<u64>) -> Fact {
    by("doctor", What::Closed { disposition, follow_up: follow_up.map(Timestamp) })
}

fn attached(number: u128, media_type: MediaType, content: AttachmentContent) -> Fact {
    let file = AttachmentFile { media_type, bytes: 48_123, sha256: SHA256.into(), content };
    by("post", What::Attached { attachment: AttachmentId(Uuid::from_u128(number)), file })
}

fn chat(party: &str, number: u128, text: &str) -> Fact {
    by(party, What::ChatWritten { chat: ChatId(Uuid::from_u128(number)), text: text.into(), asks: false })
}

fn call() -> Vec<Fact> {
    let photo = PhotoId(Uuid::from_u128(0x5eed));
    let file =
        PhotoFile { kind: PhotoKind::Webp, width: 1600, height: 1200, bytes: 212_345, sha256: SHA256.into() };
    let note =
        Note { consultation: ID, revision: 1, text: "une note qui n’est à personne d’autre".into() };
    let examined = Fact { staff: Some(StaffId("s1".into())), ..by("post", What::PhotoTaken { photo, file }) };
    let told =
        What::OutcomeTold {
            outcome: Outcome::Arrived, text: "Arrivée à l’hôpital à 10 h".into(), act: None
        };
    vec![
        Fact { staff: Some(StaffId("s1".into())), ..by("post", requested(whole())) },
        by("", What::Escalated { step: Step::Second, why: Some(EscalationReason::Unanswered) }),
        claimed(),
        by("", What::RangAgain { why: RingReason::Absent }),
        claimed(),
        by(
            "guest",
            What::Entered { guest: identity("guest", Role::Guest), holds: false, why: Some("pulaar".into()) },
        ),
        by("doctor", What::Noted { note }),
        by("doctor", What::PhotoAsked { photo }),
        examined,
        by("guest", What::Left),
        chat("post", 1, "Elle ne voit plus bien"),
        chat("doctor", 2, "Sulfate de magnésium, puis rappelez"),
        advised(1, "Sulfate de magnésium 4 g IV lente.\nÉvacuer. Rappeler si nouvelle convulsion.", None),
        advised(2, "Sulfate de magnésium 4 g IV lente, puis 10 g IM.\nÉvacuer.", Some(1)),
        closed(Disposition::Evacuation, Some(START + 86_400_000)),
        by("post", told),
    ]
}

fn case() -> Vec<Fact> {
    let to = Addressee::Speciality(Speciality::Obstetrics);
    let page =
        PhotoFile { kind: PhotoKind::Jpeg, width: 1131, height: 1600, bytes: 90_000, sha256: SHA256.into() };
    let doctor = Some(identity("doctor", Role::Doctor));
    let again = Intake { temperature_dc: Some(Pii::new(370)), ..whole() };
    let note = AttachmentContent::VoiceNote { duration_ms: 31_400, silent: false };
    vec![
        by("post", requested(whole())),
        by("", What::Deferred { to, why: DeferReason::Unanswered }),
        by("", What::Assigned { doctor, why: AssignReason::OnDuty }),
        attached(1, MediaType::Webm, note),
        attached(2, MediaType::Pdf, AttachmentContent::Document { pages: vec![page] }),
        attached(3, MediaType::Jpeg, AttachmentContent::Photo { width: 1600, height: 1200 }),
        by("doctor", What::CaseRead),
        by("post", What::Examined { intake: again, act: None }),
        by("", What::Reminded),
        advised(1, "Repos, contrôle de la tension matin et soir.", None),
        closed(Disposition::Advice, None),
    ]
}

fn prescription() -> Vec<Fact> {
    let signed = |number: u128, replaces: Option<u128>| {
        let signed = Box::new(signed_prescription(number, replaces));
        by("doctor", What::Prescribed { signed })
    };
    let cancelled = |number: u128| What::PrescriptionCancelled {
        prescription: PrescriptionId(Uuid::from_u128(number)),
        why: "allergie connue".into(),
    };
    vec![
        by("post", requested(whole())),
        claimed(),
        signed(1, None),
        signed(2, Some(1)),
        signed(3, None),
        closed(Disposition::Prescription, None),
        by("doctor", cancelled(3)),
    ]
}

fn signed_prescription(number: u128, replaces: Option<u128>) -> SignedPrescription {
    let id = |number| PrescriptionId(Uuid::from_u128(number));
    let line = |atc: &str, drug: &str, days, quantity| PrescribedLine {
        product: None,
        atc: atc.into(),
        drug: drug.into(),
        directions: "1 ½ comprimé 2 fois par jour, après les repas".into(),
        days,
        quantity,
        unit: if quantity == 0 { String::new() } else { "comprimés".into() },
    };
    let lines = vec![
        line("J01CA04", "amoxicilline 250 mg, comprimé dispersible", 5, 15),
        line("", "fosfomycine 3 g, sachet", 0, 0),
    ];
    let why = Justification { line: 0, kind: FindingKind::DoseHigh, why: "infection sévère".into() };
    let signed = SignedPrescription {
        prescription: id(number),
        consultation: ID,
        post: "Poste de santé de Nabadji Civol".into(),
        patient: PrescribedTo { name: "A. Nd.".into(), sex: "F".into(), age: "24 ans".into() }.into(),
        lines: lines.into(),
        justifications: vec![why].into(),
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(START + 120_000),
        valid_until: Timestamp(START + 120_000 + 90 * 86_400_000),
        replaces: replaces.map(id),
        text: "".into(),
    };
    let sign = |bytes: &[u8]| KEY.sign(&SystemRandom::new(), bytes).expect("it signs").as_ref().to_vec();
    let text = text(&signed, "SN", KeyId([1, 2, 3, 4, 5, 6, 7, 8]), sign).expect("it fits");
    SignedPrescription { text: text.into(), ..signed }
}

/// Nobody knows anything: what could not be measured, what was typed wrong, and a pulse that was not found.
fn unknown() -> Vec<Fact> {
    let intake = Intake {
        systolic: Some(Pii::new(0)),
        pulse: Some(Pii::new(0)),
        unmeasurable: [Vital::Spo2, Vital::AgeYears, Vital::Consciousness].map(Pii::new).into(),
        as_typed: vec![AsTyped { vital: Pii::new(Vital::TemperatureDc), text: "3 96".into() }],
        ..Intake::default()
    };
    vec![by("post", requested(intake)), by("post", What::Cancelled)]
}

fn newborn() -> Vec<Fact> {
    let intake = Intake {
        reason: "Ne tète plus".into(),
        name: Some("NN de A. Nd.".into()),
        age_days: Some(Pii::new(3)),
        weight_g: Some(Pii::new(2_350)),
        sex: Some(Pii::new(Sex::Male)),
        temperature_dc: Some(Pii::new(352)),
        breathing_rate: Some(Pii::new(68)),
        ..Intake::default()
    };
    let What::Requested { post, request } = requested(intake) else { unreachable!("it was made here") };
    let patient = Some(PatientId(Uuid::from_u128(0x71e4)));
    let request =
        Request { speciality: Speciality::Paediatrics, urgency: Urgency::Urgent, patient, ..request };
    vec![
        by("post", What::Requested { post, request }),
        claimed(),
        advised(1, "Réchauffer peau à peau, évacuer.", None),
        closed(Disposition::Evacuation, None),
    ]
}

/// Long texts, many messages and much advice, within the megabyte that a judge reads.
fn longest() -> Vec<Fact> {
    let words = |chars: usize| "éƊŋ à ".chars().cycle().take(chars).collect::<String>();
    let intake = Intake { reason: words(500).into(), name: Some(words(80).into()), ..whole() };
    let mut facts = vec![by("post", requested(intake)), claimed()];
    facts.extend((1..=100).map(|number| chat("post", number, &words(1_000))));
    facts.extend((1..=20).map(|revision| advised(revision, &words(4_000), None)));
    facts
}

fn letters() -> Vec<Fact> {
    let intake =
        Intake { reason: LETTERS.into(), name: Some(LETTERS.into()), dpp: Some("SN é".into()), ..whole() };
    vec![
        by("post", requested(intake)),
        claimed(),
        chat("post", 1, LETTERS),
        advised(1, LETTERS, None),
        closed(Disposition::Appointment, None),
    ]
}

/// A form with every field filled in.
fn whole() -> Intake {
    Intake {
        dpp: Some("SN-2026-000123".into()),
        reason: "Céphalées, vue trouble".into(),
        age_years: Some(Pii::new(24)),
        term_weeks: Some(Pii::new(36)),
        systolic: Some(Pii::new(170)),
        diastolic: Some(Pii::new(110)),
        pulse: Some(Pii::new(96)),
        temperature_dc: Some(Pii::new(374)),
        bleeding: Some(Pii::new(Bleeding::Light)),
        convulsions: Some(Pii::new(false)),
        language: Some(Language::Ff),
        name: Some("A. Nd.".into()),
        sex: Some(Pii::new(Sex::Female)),
        age_months: None,
        age_days: None,
        weight_g: Some(Pii::new(61_500)),
        breathing_rate: Some(Pii::new(22)),
        spo2: Some(Pii::new(97)),
        consciousness: Some(Pii::new(Consciousness::Alert)),
        capillary_refill_s: Some(Pii::new(2)),
        pallor: Some(Pii::new(Pallor::Some)),
        glucose_mg_dl: Some(Pii::new(92)),
        pregnancy: Some(Pii::new(Pregnancy::Pregnant)),
        gravidity: Some(Pii::new(4)),
        parity: Some(Pii::new(3)),
        fetal_movement: Some(Pii::new(FetalMovement::Reduced)),
        membranes: Some(Pii::new(Membranes::Intact)),
        unmeasurable: vec![],
        as_typed: vec![],
    }
}
