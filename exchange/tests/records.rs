//! Records of consultations as documents: what they say, how they are versioned, and that any facts that fold make a whole one.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod samples;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use coset::{CoseSign1, TaggedCborSerializable as _};
use proptest::prelude::*;
use samples::{ID, START, by, history, identity, timed};
use serde_json::Value;
use std::collections::BTreeSet;
use teranga_clinic::{
    consultation::Consultation,
    fact::{Fact, What, stored::CODEC},
    history::History,
    id::{ChatId, PartyId, StaffId},
    people::{Role, Speciality},
    pii::Pii,
    request::{Intake, Request, Urgency},
    time::Timestamp,
};
use teranga_exchange::{
    fhir::text,
    prescription::Sealed,
    record::{Source, Systems, Verification, bundle},
};

fn bytes(history: &History) -> Vec<u8> {
    let (staff, systems) = (samples::staff(), Systems::default());
    bundle(&Source { history, staff: &staff, systems: &systems, verification: Verification::default() })
        .to_json()
}

fn json(history: &History) -> Value {
    serde_json::from_slice(&bytes(history)).unwrap()
}

fn sample(name: &str) -> Value {
    json(&samples::all().into_iter().find(|(known, _)| *known == name).unwrap().1)
}

fn of_kind<'a>(record: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = record["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    resources.filter(|resource| resource["resourceType"] == kind).collect()
}

/// The observation with this code.
fn observation<'a>(record: &'a Value, code: &str) -> &'a Value {
    let has =
        |one: &&&Value| one["code"]["coding"].as_array().unwrap().iter().any(|coding| coding["code"] == code);
    of_kind(record, "Observation").iter().find(has).unwrap()
}

/// What is wrong with a document: something empty, a reference that leads nowhere, a name that is used twice.
fn flaws(record: &Value) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut references = Vec::new();
    walk(record, "", &mut flaws, &mut references);
    let urls: Vec<_> =
        record["entry"].as_array().unwrap().iter().map(|entry| entry["fullUrl"].as_str().unwrap()).collect();
    let known: BTreeSet<_> = urls.iter().copied().collect();
    if known.len() != urls.len() {
        flaws.push("two resources have one name".to_owned());
    }
    flaws.extend(
        references
            .into_iter()
            .filter(|to| !known.contains(to.as_str()))
            .map(|to| format!("{to} is not there")),
    );
    if record["entry"][0]["resource"]["resourceType"] != "Composition" {
        flaws.push("a document begins with its Composition".to_owned());
    }
    flaws
}

fn walk(value: &Value, path: &str, flaws: &mut Vec<String>, references: &mut Vec<String>) {
    match value {
        Value::Null => flaws.push(format!("{path} is null")),
        Value::String(text) if text.trim().is_empty() => flaws.push(format!("{path} is empty")),
        Value::Array(all) if all.is_empty() => flaws.push(format!("{path} is []")),
        Value::Object(all) if all.is_empty() => flaws.push(format!("{path} is {{}}")),
        Value::Array(all) => all.iter().for_each(|one| walk(one, &format!("{path}[]"), flaws, references)),
        Value::Object(all) => {
            for (name, one) in all {
                if let (Some(to), "reference") = (one.as_str(), name.as_str()) {
                    references.push(to.to_owned());
                }
                walk(one, &format!("{path}.{name}"), flaws, references);
            }
        }
        _ => {}
    }
}

#[test]
fn every_sample_is_whole() {
    for (name, history) in samples::all() {
        assert_eq!(flaws(&json(&history)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn digits_stay_and_what_is_not_known_is_never_zero() {
    let call = sample("call");
    let text = call.to_string();
    assert!(text.contains(r#""value":37.4"#) && text.contains(r#""value":61.5"#));
    let case = samples::all().into_iter().find(|(name, _)| *name == "case").unwrap().1;
    assert!(String::from_utf8(bytes(&case)).unwrap().contains(r#""value":37.0,"#));
    let unknown = sample("unknown");
    assert!(!unknown.to_string().contains(r#""value":0"#));
    let reason = |one: &Value| one["dataAbsentReason"]["coding"][0]["code"].as_str().unwrap_or("").to_owned();
    assert_eq!(reason(observation(&unknown, "8867-4")), "unknown");
    assert_eq!(reason(observation(&unknown, "8310-5")), "as-text");
    assert_eq!(observation(&unknown, "8310-5")["note"][0]["text"], "Température : 3 96");
    let pressure = observation(&unknown, "85354-9");
    assert_eq!(pressure["component"].as_array().unwrap().len(), 2);
    assert!(pressure["component"].as_array().unwrap().iter().all(|part| reason(part) == "unknown"));
    assert_eq!(observation(&sample("newborn"), "30525-0")["valueQuantity"]["code"], "d");
}

#[test]
fn a_call_has_its_true_intervals_and_everybody_their_own() {
    let call = sample("call");
    let encounter = of_kind(&call, "Encounter")[0];
    assert_eq!((&encounter["class"]["code"], &encounter["status"]), (&"VR".into(), &"finished".into()));
    let modes: Vec<_> = encounter["extension"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mode| {
            let code = mode["extension"][0]["valueCodeableConcept"]["coding"][0]["code"].as_str().unwrap();
            let at =
                |end: &str| mode["extension"][1]["valuePeriod"][end].as_str().unwrap()[14..16].to_owned();
            format!("{code} {} {}", at("start"), at("end"))
        })
        .collect();
    assert_eq!(modes, ["waiting 05 07", "call 07 08", "interrupted 08 09", "call 09 19"]);
    let people: Vec<_> = encounter["participant"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let minute = |end: &str| one["period"][end].as_str().map_or("-", |time| &time[14..16]).to_owned();
            format!(
                "{} {} {}",
                one["type"][0]["coding"][0]["code"].as_str().unwrap(),
                minute("start"),
                minute("end")
            )
        })
        .collect();
    assert_eq!(people, ["PPRF 07 19", "PART 10 14", "ATND - -"]);
    assert_eq!(of_kind(&call, "ServiceRequest")[0]["priority"], "stat");
}

#[test]
fn notes_of_the_specialist_and_people_who_did_nothing_are_not_in_it() {
    let text = sample("call").to_string();
    assert!(!text.contains("une note qui") && !text.contains("Never Acted"));
    assert!(text.contains("Coumba Ɗiallo") && text.contains("Elle ne voit plus bien"));
}

#[test]
fn a_prescription_has_the_signature_that_its_code_has_and_advice_has_none() {
    let record = sample("prescription");
    let status: Vec<_> =
        of_kind(&record, "MedicationRequest").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(status, ["stopped", "stopped", "active", "active", "cancelled", "cancelled"]);
    let first = of_kind(&record, "MedicationRequest")[0];
    assert_eq!(first["medicationCodeableConcept"]["coding"][0]["code"], "J01CA04");
    assert_eq!(first["dispenseRequest"]["quantity"]["value"], 15);
    let dosage = &first["dosageInstruction"][0];
    assert_eq!(dosage["text"], "1 ½ comprimé 2 fois par jour, après les repas");
    assert_eq!(
        dosage["doseAndRate"][0]["doseQuantity"],
        serde_json::json!({ "value": 1.5, "unit": "comprimé" })
    );
    let repeat = &dosage["timing"]["repeat"];
    assert_eq!(
        (&repeat["frequency"], &repeat["period"], &repeat["periodUnit"]),
        (&Value::from(2), &Value::from(1), &Value::from("d"))
    );
    assert_eq!(repeat["boundsDuration"]["code"], "d");
    let signed = of_kind(&record, "Provenance");
    let kinds: Vec<_> =
        signed.iter().map(|one| one["signature"][0]["sigFormat"].as_str().unwrap_or("")).collect();
    assert_eq!(kinds, ["application/cose", "application/cose", "application/cose", ""]);
    let advice = sample("newborn");
    assert!(of_kind(&advice, "Provenance").iter().all(|one| one["signature"].is_null()));
    let doctor = of_kind(&advice, "Practitioner")[0];
    assert_eq!(doctor["identifier"][0]["value"], "SN-1234");
    assert!(Sealed::of("HC1:no").is_err());
}

#[test]
fn the_signature_in_a_provenance_is_that_of_the_prescription_which_it_carries() {
    let record = sample("dispensed");
    let is_signed = |one: &&&Value| one["signature"].is_array();
    let provenances = of_kind(&record, "Provenance");
    let signed: Vec<_> = provenances.iter().filter(is_signed).collect();
    assert_eq!(signed.len(), 1, "consents and acts of dispensing are signed by nobody's key");
    let data = STANDARD.decode(signed[0]["signature"][0]["data"].as_str().unwrap()).unwrap();
    let cose = CoseSign1::from_tagged_slice(&data).unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, samples::KEY.public_key().as_ref());
    assert!(cose.verify_signature(b"", |signature, bytes| key.verify(bytes, signature)).is_ok());
    let payload = cose.payload.unwrap();
    let group = &of_kind(&record, "MedicationRequest")[0]["groupIdentifier"]["value"];
    let id: uuid::Uuid = group.as_str().unwrap().parse().unwrap();
    assert!(payload.windows(16).any(|bytes| bytes == id.as_bytes()), "it is about this prescription");
}

#[test]
fn each_answer_about_sharing_is_a_consent_and_the_last_one_counts() {
    let record = sample("evacuation");
    let consents = of_kind(&record, "Consent");
    let told: Vec<_> = consents
        .iter()
        .map(|one| {
            let (status, provision) = (&one["status"], &one["provision"]);
            let language = one["sourceAttachment"]["language"].as_str().unwrap();
            format!("{status} {} {language} {}", provision["type"], provision["purpose"].is_array())
        })
        .collect();
    let expected =
        [r#""inactive" "deny" snk false"#, r#""inactive" "permit" fr true"#, r#""active" "deny" wo false"#];
    assert_eq!(told, expected);
    let how = consents[0]["sourceAttachment"]["title"].as_str().unwrap();
    assert_eq!(
        how,
        "Réponse orale d’un parent ou tuteur, question posée en soninké. Recueillie par Coumba Ɗiallo, sage-femme."
    );
    let guardians = of_kind(&record, "RelatedPerson");
    assert_eq!(guardians.len(), 3, "the facts do not tell if they are one person");
    let url = format!("urn:uuid:{}", guardians[0]["id"].as_str().unwrap());
    assert_eq!(consents[0]["performer"][0]["reference"], url);
    let allowed = ["type", "purpose"];
    let is_basic =
        |one: &&Value| one["provision"].as_object().unwrap().keys().all(|key| allowed.contains(&&**key));
    assert!(consents.iter().all(is_basic), "what the pattern does not allow, and the judge does not see");
    let agreed = sample("dispensed");
    let consent = of_kind(&agreed, "Consent")[0];
    assert_eq!((&consent["status"], &consent["provision"]["type"]), (&"active".into(), &"permit".into()));
    assert_eq!(consent["performer"][0], consent["patient"]);
    assert!(of_kind(&sample("call"), "Consent").is_empty(), "nobody asked");
}

#[test]
fn each_line_of_an_act_of_dispensing_is_told_with_its_quantity_or_its_reason() {
    let record = sample("dispensed");
    let prescribed: Vec<_> =
        of_kind(&record, "MedicationRequest").iter().map(|one| one["id"].clone()).collect();
    let told: Vec<_> = of_kind(&record, "MedicationDispense")
        .iter()
        .map(|one| {
            let to = one["authorizingPrescription"][0]["reference"].as_str().unwrap();
            let line = prescribed.iter().position(|id| to.ends_with(id.as_str().unwrap())).unwrap();
            let why = &one["statusReasonCodeableConcept"]["coding"][0]["code"];
            let how = one["type"]["coding"][0]["code"].as_str().or(why.as_str()).unwrap();
            let is_given = one["whenHandedOver"].is_string();
            format!(
                "{line} {} {how} {} {is_given}",
                one["status"].as_str().unwrap(),
                one["quantity"]["value"]
            )
        })
        .collect();
    let expected = [
        "0 completed FFP 10 true",
        "1 declined out-of-stock null false",
        "1 declined declined null false",
        "1 declined too-expensive null false",
        "1 declined doubt null false",
        "0 completed FFP 5 true",
        "1 completed FFC null true",
    ];
    assert_eq!(told, expected);
    let at_post = of_kind(&record, "MedicationDispense")[0];
    assert!(at_post["performer"][0]["actor"]["reference"].is_string() && at_post["location"].is_object());
    let elsewhere = of_kind(&record, "MedicationDispense")[5];
    let display = "M. Ba <b>, Pharmacie Ndar (pharmacie, noms non vérifiés)";
    assert_eq!(elsewhere["performer"][0]["actor"]["display"], display);
    assert!(elsewhere["location"].is_null());
    let text = record.to_string();
    assert!(text.contains("10 comprimés sur 15") && text.contains("pas délivré (il n’y en avait pas)"));
}

#[test]
fn an_evacuation_is_an_order_and_a_task_for_each_structure_that_was_asked() {
    let record = sample("evacuation");
    let is_order = |one: &&&Value| one["code"]["coding"][0]["code"] == "evacuation";
    let requests = of_kind(&record, "ServiceRequest");
    let orders: Vec<_> =
        requests.iter().filter(is_order).map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(orders, ["completed", "revoked", "revoked"]);
    let name = |reference: &Value| {
        let id = reference["reference"].as_str().unwrap().trim_start_matches("urn:uuid:").to_owned();
        let places = of_kind(&record, "Organization");
        places.into_iter().find(|one| one["id"] == id.as_str()).unwrap()["identifier"][0]["value"].clone()
    };
    let tasks = of_kind(&record, "Task");
    let told: Vec<_> = tasks
        .iter()
        .map(|one| format!("{} {}", name(&one["owner"]).as_str().unwrap(), one["status"].as_str().unwrap()))
        .collect();
    let expected = [
        "district rejected",
        "centre cancelled",
        "regional completed",
        "district cancelled",
        "district failed",
    ];
    assert_eq!(told, expected);
    assert_eq!(tasks[0]["statusReason"]["coding"][0]["code"], "no-bed");
    assert_eq!(tasks[1]["businessStatus"]["coding"][0]["code"], "unanswered");
    assert_eq!(tasks[2]["output"][0]["valueString"], "Césarienne.\nDeux enfants, vivants.");
    let steps: Vec<_> = tasks[2]["note"].as_array().unwrap().iter().map(|one| one["text"].clone()).collect();
    let expected = [
        "Demandée à Hôpital régional de Matam (serveur)",
        "Acceptée (Dr Sy, structure d’accueil)",
        "Départ, ambulance du district, trajet de 45 min : voie veineuse (Coumba Ɗiallo, poste)",
        "Arrivée (Dr Sy, structure d’accueil)",
        "Prise en charge (Dr Sy, structure d’accueil)",
        "Contre-référence écrite (Dr Sy, structure d’accueil)",
    ];
    assert_eq!(steps, expected);
    assert_eq!(tasks[3]["statusReason"]["text"], "l’autre suffit");
}

#[test]
fn the_story_tells_what_followed_and_no_code_of_a_letter() {
    let record = sample("evacuation");
    let sections = record["entry"][0]["resource"]["section"].as_array().unwrap();
    let story = sections.last().unwrap()["text"]["div"].as_str().unwrap();
    for told in [
        "Évacuation demandée : Hôpital de district de Kanel (Dr Awa Ndiaye)",
        "Évacuation : Refusée, pas de lit : bloc fermé (Dr Sy, structure d’accueil)",
        "Évacuation : Acceptée (Dr Sy, structure d’accueil)",
        "Évacuation : N’est pas arrivée (Coumba Ɗiallo, poste)",
        "Le patient ne veut pas que le dossier soit partagé (Coumba Ɗiallo, sage-femme)",
    ] {
        assert!(story.contains(told), "{told} is not in {story}");
    }
    let text = record.to_string();
    for code in ["7K3M9-QRT2X", "4F7ZP"] {
        assert!(!text.contains(code), "{code} opens the letter");
    }
}

#[test]
fn the_way_in_which_the_identity_was_verified_is_told() {
    let code = |name: &str| {
        let record = sample(name);
        let patient = of_kind(&record, "Patient")[0];
        patient["extension"][0]["valueCodeableConcept"]["coding"][0]["code"].as_str().unwrap().to_owned()
    };
    let names = ["call", "newborn", "unknown"].map(code);
    assert_eq!(names, ["number-as-typed", "known-at-post", "unknown"]);
    assert_eq!(of_kind(&sample("unknown"), "Patient")[0]["name"][0]["use"], "anonymous");
}

#[test]
fn after_a_signature_there_are_only_new_versions() {
    let facts = timed(vec![
        by("post", What::Requested { post: identity("post", Role::Kiosk), request: request() }),
        by("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }),
        samples::advised(1, "Repos", None),
        samples::advised(2, "Repos au lit", Some(1)),
    ]);
    let versions: Vec<_> = (2..=4).map(|count| json(&history(&facts[..count]))).collect();
    let composition = |record: &Value| record["entry"][0]["resource"].clone();
    let of =
        |field: &str| versions.iter().map(|record| composition(record)[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("status"), ["preliminary", "final", "amended"]);
    let numbers: Vec<_> = of("extension").iter().map(|all| all[0]["valueString"].clone()).collect();
    assert_eq!(numbers, ["0", "1", "2"]);
    assert!(of("identifier").windows(2).all(|pair| pair[0] == pair[1]));
    assert!(composition(&versions[1])["relatesTo"].is_null(), "nothing that was signed is replaced");
    let replaced = &composition(&versions[2])["relatesTo"][0];
    assert_eq!(
        (&replaced["code"], &replaced["targetIdentifier"]),
        (&"replaces".into(), &versions[1]["identifier"])
    );
    let noted = What::Noted {
        note: teranga_clinic::clinical::Note { consultation: ID, revision: 1, text: "x".into() },
    };
    let call = samples::all().into_iter().find(|(name, _)| *name == "call").unwrap().1;
    let ended: Vec<_> = (13..=16).map(|count| json(&history(&call.facts()[..count]))).collect();
    let numbers: Vec<_> =
        ended.iter().map(|record| composition(record)["extension"][0]["valueString"].clone()).collect();
    assert_eq!(
        numbers,
        ["1", "2", "3", "4"],
        "advice, its correction, the end, and what became of the patient"
    );
    let with_note = timed([facts.clone(), vec![by("doctor", noted)]].concat());
    assert_eq!(json(&history(&with_note)), versions[2], "what is not told makes no version");
}

fn request() -> Request {
    Request {
        request: ID,
        speciality: Speciality::Surgery,
        urgency: Urgency::Routine,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    }
}

/// Every fact of the golden rows of every version, for the consultation of the samples.
fn pool() -> Vec<What> {
    let versions = [
        (1, include_str!("../../clinic/tests/golden/v1.jsonl")),
        (2, include_str!("../../clinic/tests/golden/v2.jsonl")),
        (3, include_str!("../../clinic/tests/golden/v3.jsonl")),
    ];
    let own = |rows: &str| rows.replace("01234567-89ab-cdef-0123-456789abcdef", &ID.to_string());
    let decoded = |(version, rows): (u32, &str)| {
        own(rows).lines().map(|row| CODEC.decode(version, row).unwrap().what).collect::<Vec<_>>()
    };
    versions.into_iter().flat_map(decoded).collect()
}

/// The facts of a random order that follow from those before them. Each is by somebody, at some time, perhaps before the one before.
fn folding(choices: &[(usize, usize, u64)]) -> Vec<Fact> {
    let pool = pool();
    let parties = [Some("x"), Some("doctor-awa"), Some("post"), None];
    let mut facts: Vec<Fact> = Vec::new();
    let mut consultation: Option<Consultation> = None;
    for (what, party, at) in choices {
        let mut what = pool[what % pool.len()].clone();
        let mut by = parties[party % parties.len()].map(|party| PartyId(party.into()));
        match &mut what {
            What::Requested { post, .. } => {
                post.party = PartyId("post".into());
                by = Some(post.party.clone());
            }
            What::Prescribed { signed } => signed.prescription.0 = uuid::Uuid::from_u128(u128::from(*at)),
            _ => {}
        }
        let staff = at.is_multiple_of(3).then(|| StaffId("s1".into()));
        let fact =
            Fact { at: Timestamp(if at % 7 == 0 { u64::MAX - at } else { START + at }), by, staff, what };
        let folds = match &mut consultation {
            None => Consultation::open(&fact).map(|opened| consultation = Some(opened)).is_ok(),
            Some(known) => known.clone().apply(&fact).is_ok() && known.apply(&fact).is_ok(),
        };
        if folds {
            facts.push(fact);
        }
    }
    facts
}

/// Texts that a person or a broken device may send: any characters, and many of those that break formats.
fn hostile(chars: usize) -> impl Strategy<Value = String> {
    let breakers = "\u{0}\u{1}\u{8}\u{b}\u{1b}\u{7f}\u{85}\u{a0}\u{200b}\u{200f}\u{202e}\u{2028}\u{2066}\u{feff}\u{fffd}\u{fffe}\r\n\t \"\\<>&'{}[]/سلام ɓɗƴŋ👩🏿‍⚕️";
    let breakers: Vec<char> = breakers.chars().collect();
    let char = prop_oneof![proptest::sample::select(breakers), any::<char>()];
    prop_oneof![
        proptest::collection::vec(char.clone(), 0..40),
        proptest::collection::vec(char, chars..=chars),
    ]
    .prop_map(String::from_iter)
}

/// The narratives of a record.
fn narratives(value: &Value) -> Vec<String> {
    match value {
        Value::Object(all) => {
            let own = all.get("div").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(all.values().flat_map(narratives)).collect()
        }
        Value::Array(all) => all.iter().flat_map(narratives).collect(),
        _ => Vec::new(),
    }
}

/// True for a `div` of paragraphs with line breaks, in which each other `<`, `>` and `&` is escaped and no character is forbidden.
fn is_plain_xhtml(narrative: &str) -> bool {
    let inside = narrative.strip_prefix(r#"<div xmlns="http://www.w3.org/1999/xhtml">"#);
    let inside = inside.and_then(|inside| inside.strip_suffix("</div>")).unwrap_or("<");
    let plain = ["<p>", "</p>", "<br/>", "&lt;", "&gt;", "&amp;"]
        .iter()
        .fold(inside.to_owned(), |rest, tag| rest.replace(tag, ""));
    inside.matches("<p>").count() == inside.matches("</p>").count()
        && !plain.contains(['<', '>', '&', '\u{fffe}', '\u{ffff}'])
        && !plain.chars().any(|char| char.is_control() && char != '\t')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_facts_that_fold_make_a_whole_document(choices in proptest::collection::vec((any::<usize>(), any::<usize>(), 0_u64..1_000_000), 600..900)) {
        let facts = folding(&choices);
        if !facts.is_empty() {
            let replayed = bytes(&history(&facts));
            prop_assert_eq!(&replayed, &bytes(&history(&facts)), "the same facts are the same bytes");
            prop_assert_eq!(flaws(&serde_json::from_slice(&replayed).unwrap()), Vec::<String>::new());
        }
    }

    #[test]
    fn no_text_of_a_person_breaks_a_document(reason in hostile(500), name in hostile(80), advice in hostile(4_000), message in hostile(1_000)) {
        let intake = Intake { reason: reason.as_str().into(), name: Some(name.as_str().into()), ..Intake::default() };
        let asked = Request { intake, ..request() };
        let chat = What::ChatWritten { chat: ChatId(uuid::Uuid::from_u128(1)), text: message.as_str().into(), asks: false };
        let record = json(&history(&timed(vec![
            by("post", What::Requested { post: identity("post", Role::Kiosk), request: asked }),
            by("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }),
            by("post", chat),
            samples::advised(1, &advice, None),
        ])));
        prop_assert_eq!(flaws(&record), Vec::<String>::new());
        let kept = text(&reason);
        let told = &of_kind(&record, "Encounter")[0]["reasonCode"][0]["text"];
        let is_kept = if kept.is_empty() { told.is_null() } else { *told == Value::String(kept) };
        prop_assert!(is_kept);
        for narrative in narratives(&record) {
            prop_assert!(is_plain_xhtml(&narrative), "{}", narrative);
        }
    }

    #[test]
    fn every_value_keeps_its_digits(temperature_dc in 0_u16..=500, weight_g in 0_u32..=400_000, systolic in 1_u16..=300) {
        let intake = Intake {
            temperature_dc: Some(Pii::new(temperature_dc)),
            weight_g: Some(Pii::new(weight_g)),
            systolic: Some(Pii::new(systolic)),
            ..Intake::default()
        };
        let asked = What::Requested { post: identity("post", Role::Kiosk), request: Request { intake, ..request() } };
        let written = String::from_utf8(bytes(&history(&timed(vec![by("post", asked)])))).unwrap();
        let thousandths = format!("{}.{:03}", weight_g / 1_000, weight_g % 1_000);
        let kg = thousandths.trim_end_matches('0');
        let kg = if kg.ends_with('.') { format!("{kg}0") } else { kg.to_owned() };
        for (value, unit) in [(format!("{}.{}", temperature_dc / 10, temperature_dc % 10), "°C"), (kg, "kg"), (systolic.to_string(), "mmHg")] {
            let quantity = format!(r#""value":{value},"unit":"{unit}""#);
            prop_assert!(written.contains(&quantity), "{} is not in {}", quantity, written);
        }
    }
}
