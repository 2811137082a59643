//! Dispensing over HTTP: by the tablets of the post, and by whoever has the paper.

use super::{House, code, house};
use crate::store::{
    Journal as _, SqliteStore,
    testing::{add, consultation, identity},
};
use serde_json::{Value, json};
use std::sync::Arc;
use teranga_clinic::{
    drug::{Formulary, ProductId},
    fact::{Fact, What},
    id::PrescriptionId,
    people::Role,
    pii::Pii,
    prescription::{PrescribedLine, SignedPrescription, code_of},
    time::Timestamp,
};
use teranga_signaling::contract::{Author, Input};
use tokio::sync::mpsc;
use uuid::Uuid;

const ID: PrescriptionId = PrescriptionId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
const DAY_MS: u64 = 24 * 3_600_000;

fn product() -> ProductId {
    Formulary::own().products()[0].id.clone()
}

/// Fifteen units of one drug, and one whose units cannot be counted.
fn prescribed(at: u64) -> What {
    let line = |product, quantity| PrescribedLine {
        product,
        atc: String::new(),
        drug: "Drug".into(),
        directions: String::new(),
        days: 1,
        quantity,
        unit: String::new(),
    };
    let signed = SignedPrescription {
        prescription: ID,
        consultation: consultation(1),
        post: "Poste".into(),
        patient: Pii::default(),
        lines: vec![line(Some(product()), 15), line(None, 0)].into(),
        justifications: Pii::default(),
        by: Pii::default(),
        order_number: None,
        at: Timestamp(at),
        valid_until: Timestamp(at + DAY_MS),
        replaces: None,
        text: Pii::default(),
    };
    What::Prescribed { signed: Box::new(signed) }
}

/// A house with a prescription that was signed a minute ago, in which the hub is a task that makes facts one after the other.
async fn with_prescription() -> (House, u64) {
    let mut house = house().await;
    let now = house.clock.timestamp().0;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    house.record_now("doctor", prescribed(now - 60_000)).await;
    let inputs = std::mem::replace(&mut house.inputs, mpsc::channel(1).1);
    tokio::spawn(hub(inputs, Arc::clone(&house.store)));
    (house, now)
}

async fn hub(mut inputs: mpsc::Receiver<Input>, store: Arc<SqliteStore>) {
    while let Some(input) = inputs.recv().await {
        let Input::Dispensed { consultation, by, author, prescription, dispensed, .. } = input else {
            continue;
        };
        let history = store.read(consultation).await.unwrap().unwrap().unwrap();
        if history.consultation().prescriptions().may_dispense(prescription, &dispensed).is_err() {
            continue;
        }
        let staff = if let Author::Staff(staff) = author { staff } else { None };
        let at = dispensed.at;
        let what = What::Dispensed { prescription, dispensed };
        let fact = Fact { at, by: by.map(|by| by.party), staff, what };
        add(&store, consultation, &fact).await.unwrap();
    }
}

fn at_pharmacy(act: u128, name: &str, lines: &Value) -> Value {
    json!({ "act": Uuid::from_u128(act), "pharmacy": name, "person": "Awa Sow", "lines": lines })
}

async fn pharmacy(house: &House, body: &Value) -> super::Answer {
    let path = format!("/api/verifier/prescriptions/{ID}/dispensings");
    house.say("POST", &path, "", "application/json", body.to_string().into()).await
}

async fn post(house: &House, cookie: &str, body: &Value) -> super::Answer {
    let path = format!("/api/consultations/{}/prescriptions/{ID}/dispensings", consultation(1));
    let header = "application/json";
    house.say("POST", &path, cookie, header, body.to_string().into()).await
}

fn gave(quantity: u32) -> Value {
    json!([{ "line": 0, "quantity": quantity }])
}

#[tokio::test]
async fn the_post_gives_a_part_a_pharmacy_the_rest_and_a_second_pharmacy_learns_who_was_first() {
    let (house, now) = with_prescription().await;
    let tablet = house.sign_in_tablet().await;
    let act = json!({ "act": Uuid::from_u128(1), "lines": gave(5), "at": now - 1_000 });
    for _ in 0..2 {
        let (status, told) = post(&house, &tablet, &act).await;
        assert_eq!(
            (status, told["dispensed"].as_array().unwrap().len()),
            (200, 1),
            "the same act is one: {told}"
        );
    }
    let (status, told) = pharmacy(&house, &at_pharmacy(2, " Pharmacie  du Fleuve ", &gave(10))).await;
    assert_eq!((status, &told["dispensed"][1]["place"]), (200, &json!("Pharmacie du Fleuve")));
    assert_eq!(told["dispensed"][0]["place"], json!("Poste"));
    assert!(!told.to_string().contains("Awa Sow"), "the person is not told to everybody who has the paper");
    let again = pharmacy(&house, &at_pharmacy(3, "Pharmacie Keur", &gave(1))).await;
    assert_eq!(again, code(409, "dispensed_already"));
    let (_, status) = house.get(&format!("/api/verifier/prescriptions/{ID}"), "").await;
    assert_eq!(status, told);
}

#[tokio::test]
async fn of_two_pharmacies_at_once_exactly_one_gets_the_last() {
    let (house, _) = with_prescription().await;
    let bodies = [at_pharmacy(1, "A", &gave(15)), at_pharmacy(2, "B", &gave(15))];
    let (first, second) = tokio::join!(pharmacy(&house, &bodies[0]), pharmacy(&house, &bodies[1]));
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn what_cannot_be_given_is_refused_with_its_reason() {
    let (house, now) = with_prescription().await;
    let tablet = house.sign_in_tablet().await;
    for lines in
        [json!([]), json!([{ "line": 2, "quantity": 1 }]), gave(0), json!([{ "line": 0, "quantity": -1 }])]
    {
        assert_eq!(pharmacy(&house, &at_pharmacy(1, "A", &lines)).await, code(400, "malformed"), "{lines}");
    }
    assert_eq!(pharmacy(&house, &at_pharmacy(1, "", &gave(1))).await, code(400, "malformed"));
    assert_eq!(pharmacy(&house, &at_pharmacy(1, "A", &gave(16))).await, code(409, "dispensed_already"));
    let refused = json!([{ "line": 0, "quantity": 0, "refused": "out_of_stock" }]);
    assert_eq!(pharmacy(&house, &at_pharmacy(1, "A", &refused)).await.0, 200);
    let cancelled = What::PrescriptionCancelled { prescription: ID, why: "allergie".into() };
    house.record_now("doctor", cancelled).await;
    assert_eq!(pharmacy(&house, &at_pharmacy(2, "A", &gave(1))).await, code(409, "prescription_cancelled"));
    let before = json!({ "act": Uuid::from_u128(3), "lines": gave(5), "at": now - 1_000 });
    assert_eq!(post(&house, &tablet, &before).await.0, 200, "given before, and told late");
    let after = json!({ "act": Uuid::from_u128(4), "lines": gave(5), "at": now + DAY_MS });
    assert_eq!(post(&house, &tablet, &after).await, code(409, "prescription_cancelled"));
}

#[tokio::test]
async fn whoever_has_the_paper_does_not_use_up_what_may_be_told_of_it() {
    let (house, now) = with_prescription().await;
    let tablet = house.sign_in_tablet().await;
    let refused = json!([{ "line": 0, "quantity": 0, "refused": "doubt" }]);
    let mut told = 0;
    while pharmacy(&house, &at_pharmacy(told + 10, "A", &refused)).await.0 == 200 {
        told += 1;
        assert!(told < 20, "fifty such acts keep out whoever gives something");
    }
    assert!(told >= 10, "a pharmacy that corrects itself is not kept out");
    let given = json!({ "act": Uuid::from_u128(1), "lines": gave(5), "at": now });
    assert_eq!(post(&house, &tablet, &given).await.0, 200);
}

#[tokio::test]
async fn only_tablets_of_the_post_tell_what_the_post_gives_and_guesses_are_slowed_down() {
    let (house, now) = with_prescription().await;
    let doctor = house.sign_in("awa").await;
    let act = json!({ "act": Uuid::from_u128(1), "lines": gave(5), "at": now });
    for cookie in [&doctor, ""] {
        assert_ne!(post(&house, cookie, &act).await.0, 200);
    }
    let path = format!("/api/verifier/prescriptions/{}/dispensings", Uuid::from_u128(9));
    let body = at_pharmacy(1, "A", &gave(1)).to_string();
    let mut last = (0, Value::Null);
    for _ in 0..61 {
        last = house.say("POST", &path, "", "application/json", body.clone().into()).await;
    }
    assert_eq!((last.0, &last.1["code"]), (429, &json!("too_many_attempts")));
    let typed = super::prescriptions::by_code(&house, &code_of(ID)).await;
    assert_eq!(typed.0, 429, "the guesses of codes and of identifiers are one budget");
}

#[tokio::test]
async fn the_stock_of_the_post_is_less_by_what_it_has_given() {
    let (house, now) = with_prescription().await;
    let tablet = house.sign_in_tablet().await;
    let counts = json!({ "counts": [{ "product": product(), "quantity": 40, "counted_at": now - 120_000 }] });
    house.say("PUT", "/api/stock", &tablet, "application/json", counts.to_string().into()).await;
    post(&house, &tablet, &json!({ "act": Uuid::from_u128(1), "lines": gave(5), "at": now })).await;
    pharmacy(&house, &at_pharmacy(2, "A", &gave(4))).await;
    let (_, view) = house.get("/api/stock", &tablet).await;
    let line = &view["lines"][0];
    assert_eq!((&line["dispensed_since"], &line["prescribed_since"]), (&json!(5), &json!(6)));
}

/// The readings of the prescription in the list of the post: the occasion, if it was refused, and the network.
async fn told_to_the_patient(house: &House) -> Vec<(Value, bool, Value)> {
    let tablet = house.sign_in_tablet().await;
    let (status, told) = house.get(&format!("/api/consultations/{}/readers", consultation(1)), &tablet).await;
    assert_eq!(status, 200);
    let all = told["readings"].as_array().unwrap().iter().filter(|one| one["occasion"] == "prescription");
    all.map(|one| (one["role"].clone(), one["refused"].as_bool().unwrap(), one["network"].clone())).collect()
}

#[tokio::test]
async fn whoever_reads_a_prescription_with_its_paper_stands_in_the_list_of_the_patient() {
    let (house, _) = with_prescription().await;
    assert_eq!(told_to_the_patient(&house).await, []);
    let unknown = Uuid::from_u128(9);
    house.get(&format!("/api/verifier/prescriptions/{unknown}"), "").await;
    super::prescriptions::by_code(&house, "00000-00000").await;
    assert_eq!(told_to_the_patient(&house).await, [], "what names no prescription is nobody's");
    let read = (Value::Null, false, json!("public"));
    for _ in 0..3 {
        assert_eq!(super::prescriptions::by_code(&house, &code_of(ID)).await.0, 200);
        assert_eq!(house.get(&format!("/api/verifier/prescriptions/{ID}"), "").await.0, 200);
    }
    assert_eq!(told_to_the_patient(&house).await, std::slice::from_ref(&read));
    let openings = house.store.openings(consultation(1)).await.unwrap();
    let by: Vec<_> = openings.iter().map(|one| one.by.0.as_str()).filter(|by| *by != "post").collect();
    assert_eq!(by, [format!("ordonnance:{ID}")], "a page that asks again writes nothing");

    assert_eq!(pharmacy(&house, &at_pharmacy(1, "A", &gave(16))).await, code(409, "dispensed_already"));
    assert_eq!(
        told_to_the_patient(&house).await,
        [read],
        "an act that is refused hides nothing of what was read"
    );
}

#[tokio::test]
async fn what_a_paper_shows_is_told_for_each_way_and_also_to_whoever_was_slowed_down() {
    let read = |refused| (Value::Null, refused, json!("public"));
    let (house, _) = with_prescription().await;
    super::prescriptions::by_code(&house, &code_of(ID)).await;
    assert_eq!(told_to_the_patient(&house).await, [read(false)], "a code that was typed");
    let (house, _) = with_prescription().await;
    house.get(&format!("/api/verifier/prescriptions/{ID}"), "").await;
    assert_eq!(told_to_the_patient(&house).await, [read(false)], "what became of it");
    let (house, _) = with_prescription().await;
    pharmacy(&house, &at_pharmacy(1, "A", &gave(1))).await;
    assert_eq!(told_to_the_patient(&house).await, [read(false)], "a pharmacy that gave something");
    let (house, _) = with_prescription().await;
    pharmacy(&house, &at_pharmacy(1, "", &gave(1))).await;
    assert_eq!(told_to_the_patient(&house).await, [read(true)], "somebody who named no pharmacy");
    let (house, _) = with_prescription().await;
    while super::prescriptions::by_code(&house, "00000-00000").await.0 != 429 {}
    assert_eq!(super::prescriptions::by_code(&house, &code_of(ID)).await.0, 429);
    assert_eq!(told_to_the_patient(&house).await, [read(true)], "somebody who had guessed before");
}
