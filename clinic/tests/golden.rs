//! Golden rows: every version of the stored form of facts that was ever written, one file a version, one row a line.
//! A file of a version that was released is never changed; a new version adds a file and its expectations.

#[path = "golden/appointments.rs"]
mod appointments;

use appointments::{facts_of_appointments, request_for_a_known_patient};
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, MediaType},
    case::{AssignReason, DeferReason, LossReason, Outcome},
    chat::Progress,
    clinical::{Advise, Disposition, Note},
    consent::{ConsentAct, ConsentGiver},
    danger::dangers,
    dispensing::{Dispensed, DispensedLine, Pharmacy, RefusalReason},
    drug::ProductId,
    fact::{
        RingReason, What,
        stored::{Body, CODEC, Unreadable},
    },
    id::{
        ActId, AttachmentId, ChatId, ConsultationId, PartyId, PhotoId, PrescriptionId, ReferralId, StaffId,
    },
    people::{Addressee, Identity, Place, Role, Speciality},
    photo::{Mark, MarkShape, PhotoFile, PhotoKind},
    pii::Pii,
    prescription::{FindingKind, Justification, PrescribedLine, PrescribedTo, SignedPrescription},
    referral::{
        FailReason, Letter, Need, ReferralActor, ReferralEvent, ReferralOrder, RejectReason, Transport,
        code_of,
    },
    request::{Bleeding, EscalationReason, Intake, Language, Request, Step, Urgency},
    time::Timestamp,
    vital::{AsTyped, Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Sex, Vital},
};
use uuid::Uuid;

const VERSION_1: &str = include_str!("golden/v1.jsonl");
const VERSION_2: &str = include_str!("golden/v2.jsonl");
const VERSION_3: &str = include_str!("golden/v3.jsonl");

#[test]
fn rows_of_version_1_mean_what_they_meant() {
    let expected = facts();
    assert_eq!(VERSION_1.lines().count(), expected.len());
    for (row, expected) in VERSION_1.lines().zip(expected) {
        assert_eq!(CODEC.decode(1, row), Ok(expected.into()), "{row}");
    }
}

#[test]
fn rows_of_version_2_mean_what_they_meant() {
    let expected = facts_of_version_2();
    assert_eq!(VERSION_2.lines().count(), expected.len());
    for (row, expected) in VERSION_2.lines().zip(expected) {
        assert_eq!(CODEC.decode(2, row), Ok(expected.into()), "{row}");
    }
}

#[test]
fn rows_of_version_3_mean_what_they_meant_and_are_what_is_written_today() {
    let expected = facts_of_version_3();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return write_version_3(&expected);
    }
    assert_eq!(VERSION_3.lines().count(), expected.len());
    for (row, expected) in VERSION_3.lines().zip(expected) {
        let stored = CODEC.encode(&expected.what, expected.staff.as_ref());
        assert_eq!((stored.version, stored.json.as_str()), (3, row));
        assert_eq!(CODEC.decode(3, row), Ok(expected), "{row}");
    }
}

#[test]
fn what_version_3_did_not_change_is_written_as_in_version_2() {
    for (row, fact) in VERSION_2.lines().zip(facts_of_version_2()) {
        let stored = CODEC.encode(&fact, None);
        assert_eq!((stored.version, stored.json), (3, format!(r#"{{"what":{row}}}"#)));
    }
}

#[test]
fn version_1_does_not_know_the_fields_of_version_2() {
    let [row, ..] = VERSION_2.lines().skip(facts().len()).collect::<Vec<_>>()[..] else { panic!("no row") };
    assert_eq!(CODEC.decode(1, row), Err(Unreadable::Field));
}

/// A value of a form, that it could not be measured, and that it is dangerous all tell about a patient whom the post and the
/// hour of a log line may name.
#[test]
fn a_log_shows_no_value_of_a_form_and_no_danger() {
    let dangers = dangers(&whole_form(), Speciality::Obstetrics);
    assert!(dangers.len() > 3, "{}", dangers.len());
    let shown = format!("{:?} {dangers:?}", whole_form()).replace("spo2", "");
    assert!(!shown.contains(|char: char| char.is_ascii_digit()), "{shown}");
    let names = Vital::ALL.iter().map(|vital| format!("{vital:?}"));
    let words = dangers.iter().map(|danger| format!("{:?}", danger.word));
    for word in names.chain(words).chain(["Warning".to_owned()]) {
        assert!(!shown.contains(&word), "{word} is in {shown}");
    }
}

#[test]
fn every_choice_of_the_form_has_a_golden_row() {
    let choices = [
        serde_json::to_value(Sex::ALL),
        serde_json::to_value(Consciousness::ALL),
        serde_json::to_value(Pallor::ALL),
        serde_json::to_value(Pregnancy::ALL),
        serde_json::to_value(FetalMovement::ALL),
        serde_json::to_value(Membranes::ALL),
        serde_json::to_value(Vital::ALL),
    ];
    for value in choices.into_iter().flat_map(|all| all.unwrap().as_array().unwrap().clone()) {
        assert!(VERSION_2.contains(&value.to_string()), "no golden row holds {value}");
    }
}

#[test]
fn every_kind_and_every_value_has_a_golden_row() {
    let wanted = [
        "requested",
        "escalated",
        "claimed",
        "entered",
        "left",
        "noted",
        "advised",
        "photo_asked",
        "photo_taken",
        "photo_marked",
        "cancelled",
        "closed",
        "kiosk",
        "doctor",
        "guest",
        "operator",
        "obstetrics",
        "paediatrics",
        "general",
        "surgery",
        "stat",
        "urgent",
        "routine",
        "on_call",
        "second",
        "regional",
        "nobody",
        "none",
        "light",
        "heavy",
        "fr",
        "wo",
        "ff",
        "snk",
        "mnk",
        "advice",
        "prescription",
        "evacuation",
        "appointment",
        "circle",
        "arrow",
        "webp",
        "jpeg",
    ];
    for value in wanted {
        assert!(VERSION_1.contains(&format!("\"{value}\"")), "no golden row holds {value:?}");
    }
    for value in ["rang_again", "absent", "asked", "handed_on", "chat_written", "chat_seen"] {
        assert!(VERSION_2.contains(&format!("\"{value}\"")), "no golden row holds {value:?}");
    }
}

/// Returns the facts of corrections and of custody that only version 2 can hold, in the order of their rows.
fn facts_of_custody() -> Vec<What> {
    let advice =
        |revision, replaces| Advise { consultation: consultation(), revision, text: "".into(), replaces };
    let advised = [
        What::Advised { advice: advice(2, Some(1)), order_number: None },
        What::Advised { advice: advice(3, None), order_number: Some("SN-1234".into()) },
    ];
    let rang =
        [RingReason::Absent, RingReason::Asked, RingReason::HandedOn].map(|why| What::RangAgain { why });
    [&advised[..], &rang[..]].concat()
}

/// Returns the facts of the chat, which only version 2 can hold: for each kind the least and the most that it can hold.
fn facts_of_chat() -> Vec<What> {
    let chat = ChatId(Uuid::from_u128(0xc4a7));
    let written = |text: &str| What::ChatWritten { chat, text: text.into(), asks: false };
    let seen = |received, read| What::ChatSeen { progress: Progress { received, read } };
    vec![written("?"), written("TA 17/11 \"depuis 2 h\"\n→ ñ\u{1f469}"), seen(1, 0), seen(u32::MAX, u32::MAX)]
}

/// Returns the facts of the rows of version 1 in their order: for each kind the least and the most that it can
/// hold.
fn facts() -> Vec<What> {
    [requests(), steps_and_people(), texts(), photos(), endings()].concat()
}

/// Returns the facts of the rows of version 2: those of version 1, and what a form can hold since.
fn facts_of_version_2() -> Vec<What> {
    let mut facts = facts();
    let asked = |intake| What::Requested {
        post: bare(Role::Kiosk),
        request: Request {
            request: consultation(),
            speciality: Speciality::Obstetrics,
            urgency: Urgency::Stat,
            intake,
            defer_to: None,
            patient: None,
            appointment_with: None,
        },
    };
    facts.push(asked(whole_form()));
    for step in 0..4 {
        facts.push(asked(Intake {
            sex: Sex::ALL.get(step).copied().map(Pii::new),
            consciousness: Consciousness::ALL.get(step).copied().map(Pii::new),
            pallor: Pallor::ALL.get(step).copied().map(Pii::new),
            pregnancy: Pregnancy::ALL.get(step).copied().map(Pii::new),
            fetal_movement: FetalMovement::ALL.get(step).copied().map(Pii::new),
            membranes: Membranes::ALL.get(step).copied().map(Pii::new),
            ..Intake::default()
        }));
    }
    facts.extend(facts_of_custody());
    facts.extend(facts_of_chat());
    facts
}

/// Returns what the rows of version 3 hold: what differs from version 2.
fn facts_of_version_3() -> Vec<Body> {
    let nurse = Body { what: What::Cancelled, staff: Some(StaffId("nabadji-2".into())) };
    let tablet = || vec![What::TabletJoined { tablet: bare(Role::Kiosk) }];
    let others = [
        facts_of_cases(),
        facts_of_attachments(),
        facts_of_waits(),
        tablet(),
        facts_of_prescriptions(),
        facts_of_consents(),
        facts_of_referrals(),
        facts_of_appointments(),
    ]
    .concat();
    let others = others.into_iter().map(Body::from);
    std::iter::once(nurse).chain(others).collect()
}

/// Writes the golden rows of the newest version, which may grow until it is released.
fn write_version_3(bodies: &[Body]) {
    let row = |body: &Body| CODEC.encode(&body.what, body.staff.as_ref()).json + "\n";
    let rows: String = bodies.iter().map(row).collect();
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v3.jsonl"), rows)
        .expect("the file can be written");
}

/// Returns the facts of the wait that only version 3 can hold: for each kind the least and the most that it can hold.
fn facts_of_waits() -> Vec<What> {
    let escalated = |why| What::Escalated { step: Step::Second, why };
    vec![
        escalated(None),
        escalated(Some(EscalationReason::Unanswered)),
        escalated(Some(EscalationReason::NobodyThere)),
        What::RangAgain { why: RingReason::Absent },
        What::RangAgain { why: RingReason::Due },
        What::Postponed { until: Timestamp(0) },
        What::Postponed { until: Timestamp(1_800_000_000_000) },
        What::Redirected { speciality: Speciality::Surgery, why: "".into() },
        What::Redirected { speciality: Speciality::General, why: "Avis chirurgical\n→ ñ\u{1f469}".into() },
        What::Entered { guest: bare(Role::Doctor), holds: true, why: Some("Avis chirurgical".into()) },
    ]
}

/// Returns the facts of deferred cases, which only version 3 can hold: for each kind the least and the most that it can hold.
fn facts_of_cases() -> Vec<What> {
    let to_speciality = || Addressee::Speciality(Speciality::Paediatrics);
    let to_party = || Addressee::Party(PartyId("doctor-awa".into()));
    let filed = |defer_to| What::Requested {
        post: bare(Role::Kiosk),
        request: Request {
            request: consultation(),
            speciality: Speciality::General,
            urgency: Urgency::Routine,
            intake: Intake::default(),
            defer_to: Some(defer_to),
            patient: None,
            appointment_with: None,
        },
    };
    let mut facts = vec![filed(to_speciality()), filed(to_party())];
    let chat = ChatId(Uuid::from_u128(0xc4a7));
    facts.push(What::ChatWritten { chat, text: "Depuis quand ?".into(), asks: true });
    let follow_up = Some(Timestamp(1_800_000_000_000));
    facts.push(What::Closed { disposition: Disposition::Evacuation, follow_up });
    facts.extend(DeferReason::ALL.map(|why| What::Deferred { to: to_speciality(), why }));
    facts.push(What::Deferred { to: to_party(), why: DeferReason::Chosen });
    let doctor = || Some(whole(Role::Doctor, &[Speciality::Surgery]));
    facts.extend(AssignReason::ALL.map(|why| What::Assigned { doctor: doctor(), why }));
    facts.push(What::Assigned { doctor: None, why: AssignReason::Overdue });
    facts.extend([What::CaseRead, What::Reminded]);
    let act = Some(ActId(Uuid::from_u128(0xAC7)));
    let examined = [(Intake::default(), None), (whole_form(), act)];
    facts.extend(examined.map(|(intake, act)| What::Examined { intake, act }));
    facts.extend(Outcome::ALL.map(|outcome| What::OutcomeTold { outcome, text: "".into(), act: None }));
    let text = "Arrivée à l’hôpital à 10 h\n→ opérée".into();
    facts.push(What::OutcomeTold { outcome: Outcome::Arrived, text, act });
    facts.push(request_for_a_known_patient());
    facts.extend([What::OutcomeAskedAgain, What::LostToFollowUp { why: LossReason::NoAnswer }]);
    facts
}

/// Returns the facts of attachments, which only version 3 can hold: each format, and the least and the most of each content.
fn facts_of_attachments() -> Vec<What> {
    let sha256 = || "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU".to_owned();
    let page = |kind| PhotoFile { kind, width: 1131, height: 1600, bytes: 90_000, sha256: sha256() };
    let pages = vec![page(PhotoKind::Jpeg), page(PhotoKind::Webp)];
    let files = [
        (MediaType::Webp, AttachmentContent::Photo { width: 1, height: 1 }),
        (MediaType::Jpeg, AttachmentContent::Photo { width: u16::MAX, height: u16::MAX }),
        (MediaType::Ogg, AttachmentContent::VoiceNote { duration_ms: 0, silent: true }),
        (MediaType::Webm, AttachmentContent::VoiceNote { duration_ms: 60_000, silent: false }),
        (MediaType::Pdf, AttachmentContent::Document { pages: vec![] }),
        (MediaType::Pdf, AttachmentContent::Document { pages }),
    ];
    let attached = |(media_type, content)| What::Attached {
        attachment: AttachmentId(Uuid::from_u128(0xa77a)),
        file: AttachmentFile { media_type, bytes: u32::MAX, sha256: sha256(), content },
    };
    files.map(attached).into()
}

/// Returns the facts of prescriptions, which only version 3 can hold: the least and the most, and each question that was answered.
fn facts_of_prescriptions() -> Vec<What> {
    let id = |number| PrescriptionId(Uuid::from_u128(number));
    let least = SignedPrescription {
        prescription: id(1),
        consultation: consultation(),
        post: String::new(),
        patient: PrescribedTo::default().into(),
        lines: vec![].into(),
        justifications: vec![].into(),
        by: "".into(),
        order_number: None,
        at: Timestamp(0),
        valid_until: Timestamp(0),
        replaces: None,
        text: "".into(),
    };
    let line = PrescribedLine {
        product: Some(ProductId("amoxicilline-250-cd".into())),
        atc: "J01CA04".into(),
        drug: "amoxicilline 250 mg, comprimé dispersible".into(),
        directions: "1 ½ comprimé 2 fois par jour".into(),
        days: 5,
        quantity: 15,
        unit: "comprimés".into(),
    };
    let other = PrescribedLine { product: None, atc: String::new(), ..line.clone() };
    let answer = |kind| Justification { line: 0, kind, why: "pas d’autre choix".into() };
    let most = SignedPrescription {
        post: "Poste de santé de Nabadji Civol".into(),
        patient: PrescribedTo { name: "A. Nd.".into(), sex: "F".into(), age: "27 ans".into() }.into(),
        lines: vec![line, other].into(),
        justifications: FindingKind::ALL.map(answer).to_vec().into(),
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(1_800_000_000_000),
        valid_until: Timestamp(1_807_776_000_000),
        replaces: Some(id(2)),
        text: "HC1:6BF".into(),
        ..least.clone()
    };
    vec![
        What::Prescribed { signed: Box::new(least) },
        What::Prescribed { signed: Box::new(most) },
        What::PrescriptionCancelled { prescription: id(1), why: "".into() },
        dispensed(None, None),
        dispensed(Some(RefusalReason::OutOfStock), Some(Pharmacy { name: "P".into(), person: "".into() })),
    ]
}

/// Returns what patients answered about consent, which only version 3 can hold, in each language and by each person.
fn facts_of_consents() -> Vec<What> {
    let languages = [Language::Fr, Language::Wo, Language::Ff, Language::Snk, Language::Mnk];
    let said = |(number, language): (u128, Language)| {
        let giver = if number == 1 { ConsentGiver::Guardian } else { ConsentGiver::Patient };
        ConsentAct { act: ActId(Uuid::from_u128(number)), language, giver }
    };
    let given = (1..).zip(languages).map(|one| What::Consented { said: said(one) });
    let withdrawn = What::ConsentWithdrawn { said: said((6, Language::Ff)) };
    given.chain([withdrawn]).collect()
}

/// Returns the facts of referrals, which only version 3 can hold: the least and the most of an order, and every event with every value.
fn facts_of_referrals() -> Vec<What> {
    let id = ReferralId(Uuid::from_u128(0x0ef0_0000_0000_4000_8000_0000_0000_0001));
    let least = ReferralOrder {
        referral: id,
        consultation: consultation(),
        structure: bare(Role::Guest).place,
        others: vec![],
        needs: vec![],
        urgency: Urgency::Routine,
        letter: Letter::default(),
        by: "".into(),
        order_number: None,
        at: Timestamp(0),
        code: code_of(id).into(),
    };
    let structure = || whole(Role::Guest, &[]).place;
    let text = || Pii::from("TA 17/11\n→ ñ\u{1f469}");
    let most = ReferralOrder {
        structure: structure(),
        others: vec![structure(), bare(Role::Guest).place],
        needs: Need::ALL.into(),
        urgency: Urgency::Stat,
        letter: Letter {
            patient: "A. Nd., 27 ans, F, 61 kg".into(),
            reason: text(),
            findings: text(),
            done: text(),
            not_examined: text(),
            question: text(),
        },
        by: "Dr Awa Ndiaye".into(),
        order_number: Some("SN-1234".into()),
        at: Timestamp(1_800_000_000_000),
        ..least.clone()
    };
    let moved = |(actor, event)| What::ReferralMoved {
        referral: id,
        actor,
        by_name: "Dr Sy".into(),
        event: Box::new(event),
        act: None,
    };
    let mut facts =
        vec![What::Referred { referral: Box::new(least) }, What::Referred { referral: Box::new(most) }];
    facts.extend(events_of_referrals(structure(), &text()).into_iter().map(moved));
    let (referral, actor, event) = (id, ReferralActor::Post, Box::new(ReferralEvent::Arrived));
    let act = Some(ActId(Uuid::from_u128(0xAC7)));
    facts.push(What::ReferralMoved { referral, actor, by_name: "".into(), event, act });
    facts
}

/// Returns every event of a referral, with each value that it can hold.
fn events_of_referrals(structure: Place, text: &Pii<String>) -> Vec<(ReferralActor, ReferralEvent)> {
    use ReferralActor::{Doctor, Post, Receiver, Server};
    use ReferralEvent as Event;
    let some = || Some(text.clone());
    let departed = |transport, eta_min, ago_min, text| Event::Departed { transport, eta_min, ago_min, text };
    let mut events = vec![
        (Receiver, Event::Received),
        (Receiver, Event::Accepted { text: None }),
        (Receiver, Event::Accepted { text: some() }),
        (Receiver, Event::Rejected { reason: RejectReason::NoBed, text: some() }),
        (Doctor, Event::AskedNext { structure: structure.clone(), code: None }),
        (Doctor, Event::AskedNext { structure, code: some() }),
        (Server, Event::Unanswered),
        (Post, departed(Transport::OwnVehicle, Some(1_440), None, some())),
        (Post, departed(Transport::Other, None, Some(1_440), None)),
        (Post, Event::Arrived),
        (Receiver, Event::InCare),
        (Server, Event::ArrivalAsked),
        (Receiver, Event::CounterReferral { text: text.clone() }),
        (Server, Event::CounterAsked),
        (Doctor, Event::Failed { reason: FailReason::NotArrived, text: None }),
        (Doctor, Event::Failed { reason: FailReason::DiedOnTheWay, text: some() }),
        (Doctor, Event::Cancelled { text: text.clone() }),
    ];
    events.extend(RejectReason::ALL.map(|reason| (Receiver, Event::Rejected { reason, text: None })));
    events.extend(Transport::ALL.map(|transport| (Post, departed(transport, None, None, None))));
    events
}

/// Returns an act of dispensing of one line, of which nothing was given if there is a reason for that.
fn dispensed(refused: Option<RefusalReason>, pharmacy: Option<Pharmacy>) -> What {
    let quantity = if refused.is_some() { 0 } else { 15 };
    let dispensed = Dispensed {
        act: ActId(Uuid::from_u128(0xac7)),
        lines: vec![DispensedLine { line: 0, quantity, refused }].into(),
        pharmacy,
        at: Timestamp(1_800_000_600_000),
    };
    What::Dispensed { prescription: PrescriptionId(Uuid::from_u128(1)), dispensed: Box::new(dispensed) }
}

/// The form of version 1 with every field of version 2 filled in.
fn whole_form() -> Intake {
    Intake {
        name: Some("A. Nd.".into()),
        sex: Some(Pii::new(Sex::Female)),
        age_months: Some(Pii::new(6)),
        age_days: Some(Pii::new(12)),
        weight_g: Some(Pii::new(61_500)),
        breathing_rate: Some(Pii::new(34)),
        spo2: Some(Pii::new(91)),
        consciousness: Some(Pii::new(Consciousness::Voice)),
        capillary_refill_s: Some(Pii::new(4)),
        pallor: Some(Pii::new(Pallor::Some)),
        glucose_mg_dl: Some(Pii::new(45)),
        pregnancy: Some(Pii::new(Pregnancy::Pregnant)),
        gravidity: Some(Pii::new(4)),
        parity: Some(Pii::new(3)),
        fetal_movement: Some(Pii::new(FetalMovement::Reduced)),
        membranes: Some(Pii::new(Membranes::Ruptured)),
        unmeasurable: Vital::ALL.map(Pii::new).to_vec(),
        as_typed: vec![AsTyped { vital: Pii::new(Vital::TemperatureDc), text: "3 96".into() }],
        ..form()
    }
}

fn requests() -> Vec<What> {
    let blank = Request {
        request: consultation(),
        speciality: Speciality::General,
        urgency: Urgency::Routine,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    let with = |intake| Request { intake, ..blank.clone() };
    let urgent = Request { speciality: Speciality::Obstetrics, urgency: Urgency::Stat, ..with(form()) };
    let spoken = |language, bleeding| Request {
        speciality: Speciality::Paediatrics,
        urgency: Urgency::Urgent,
        ..with(Intake { language: Some(language), bleeding: Some(Pii::new(bleeding)), ..Intake::default() })
    };
    let asked = |request| What::Requested { post: bare(Role::Kiosk), request };
    vec![
        asked(blank.clone()),
        What::Requested { post: whole(Role::Kiosk, &[]), request: urgent },
        asked(spoken(Language::Fr, Bleeding::None)),
        asked(spoken(Language::Wo, Bleeding::Light)),
        asked(spoken(Language::Snk, Bleeding::Heavy)),
        asked(spoken(Language::Mnk, Bleeding::Heavy)),
    ]
}

fn steps_and_people() -> Vec<What> {
    let all = [Speciality::Obstetrics, Speciality::Paediatrics, Speciality::General, Speciality::Surgery];
    let mut rows: Vec<_> = [Step::OnCall, Step::Second, Step::Regional, Step::Nobody]
        .map(|step| What::Escalated { step, why: None })
        .into();
    rows.extend([
        What::Claimed { doctor: bare(Role::Doctor) },
        What::Claimed { doctor: whole(Role::Doctor, &all) },
        What::Entered { guest: bare(Role::Guest), holds: false, why: None },
        What::Entered { guest: whole(Role::Doctor, &[Speciality::Surgery]), holds: true, why: None },
        What::Entered { guest: bare(Role::Operator), holds: false, why: None },
        What::Left,
    ]);
    rows
}

fn texts() -> Vec<What> {
    let (consultation, least, most) =
        (consultation(), Pii::from(""), Pii::from("TA 17/11 \"depuis 2 h\"\n→ ñ\u{1f469}"));
    vec![
        What::Noted { note: Note { consultation, revision: 0, text: least.clone() } },
        What::Noted { note: Note { consultation, revision: u32::MAX, text: most.clone() } },
        What::Advised {
            advice: Advise { consultation, revision: 0, text: least, replaces: None },
            order_number: None,
        },
        What::Advised {
            advice: Advise { consultation, revision: u32::MAX, text: most, replaces: None },
            order_number: None,
        },
    ]
}

fn photos() -> Vec<What> {
    let photo = PhotoId(Uuid::from_u128(0x5eed));
    let sha256 = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU".to_owned();
    let small = PhotoFile { kind: PhotoKind::Webp, width: 1, height: 1, bytes: 1, sha256: sha256.clone() };
    let large =
        PhotoFile { kind: PhotoKind::Jpeg, width: u16::MAX, height: u16::MAX, bytes: u32::MAX, sha256 };
    let mark = |shape, from, to| Mark { shape, from, to };
    let marks =
        vec![mark(MarkShape::Circle, [0, 0], [10_000, 10_000]), mark(MarkShape::Arrow, [1, 2], [3, 4])];
    vec![
        What::PhotoAsked { photo },
        What::PhotoTaken { photo, file: small },
        What::PhotoTaken { photo, file: large },
        What::PhotoMarked { photo, marks: vec![] },
        What::PhotoMarked { photo, marks },
    ]
}

fn endings() -> Vec<What> {
    let closed = |disposition| What::Closed { disposition, follow_up: None };
    vec![
        What::Cancelled,
        closed(Disposition::Advice),
        closed(Disposition::Prescription),
        closed(Disposition::Evacuation),
        closed(Disposition::Appointment),
    ]
}

fn consultation() -> ConsultationId {
    ConsultationId(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef))
}

/// Somebody of whom nothing is known but what must be.
fn bare(role: Role) -> Identity {
    let empty = String::new;
    let place = Place { id: "p".into(), name: empty(), district: empty(), region: empty(), phone: empty() };
    Identity { party: PartyId("x".into()), role, name: "".into(), place, specialities: vec![] }
}

fn whole(role: Role, specialities: &[Speciality]) -> Identity {
    let [id, name, district, region, phone] =
        ["poste-nabadji", "Poste de santé de Nabadji Civol", "Matam", "Matam", "33 966 00 11"]
            .map(String::from);
    let place = Place { id, name, district, region, phone };
    let (party, specialities) = (PartyId("doctor-awa".into()), specialities.to_vec());
    Identity { party, role, name: "Dr Awa Ndiaye".into(), place, specialities }
}

/// A form with every field filled in.
fn form() -> Intake {
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
        ..Intake::default()
    }
}
