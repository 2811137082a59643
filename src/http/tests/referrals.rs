//! Referrals over HTTP: who orders, follows and receives one, what an act that is sent twice does, and what a code without an account
//! opens. The hub is played by the tests: it makes a fact of what it is told, unless that does not follow.

use super::{Answer, House, ORIGIN, PASSWORD, code, house};
use crate::{
    identity::password,
    store::{
        Journal, NewAccount, Places,
        testing::{add, consultation, identity, place},
    },
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{
    audit::OpeningWay,
    clinical::Disposition,
    consultation::referrals::referrals_of,
    fact::{Fact, What},
    id::{PartyId, ReferralId},
    people::{Identity, Place, Role},
    referral::{Referral, code_of},
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use teranga_signaling::contract::{Author, Input};
use tower::ServiceExt;
use uuid::Uuid;

pub(super) const ID: ReferralId = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));

pub(super) struct Scene {
    pub(super) house: House,
    pub(super) doctor: String,
    pub(super) tablet: String,
    pub(super) receiver: String,
}

fn hospital(id: &str) -> Place {
    Place { id: id.into(), name: "Hôpital".into(), ..place() }
}

/// The doctor holds the consultation of the tests. A midwife `sy` of the hospital `hopital` has an account; there is another hospital `dakar`.
pub(super) async fn scene() -> Scene {
    let house = house().await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    for id in ["hopital", "dakar"] {
        let place = hospital(id);
        let structure = Structure::new(place, StructureKind::Hospital);
        house.store.put_structure(&structure).await.unwrap();
    }
    for (party, id) in [("sy", "hopital"), ("fall", "dakar")] {
        let identity = Identity { place: hospital(id), ..identity(party, Role::Guest) };
        let password_hash = password::hash(PASSWORD).unwrap();
        let account = NewAccount { identity, login: party.into(), password_hash, order_number: None };
        house.identities.add_person(&account).await.unwrap();
    }
    let (doctor, tablet) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    let receiver = house.sign_in("sy").await;
    Scene { house, doctor, tablet, receiver }
}

fn order(id: ReferralId) -> Value {
    let letter = json!({ "patient": "A. Nd., 27 ans", "reason": "Éclampsie", "findings": "TA 17/11", "done": "",
        "not_examined": "", "question": "Césarienne ?" });
    json!({ "referral": id, "structure": "hopital", "others": ["dakar"], "needs": ["cesarean"], "letter": letter })
}

pub(super) fn base() -> String {
    format!("/api/consultations/{}/referrals", consultation(1))
}

#[expect(clippy::needless_pass_by_value, reason = "an event is written where it is said")]
pub(super) fn act(number: u128, event: Value) -> Value {
    json!({ "act": Uuid::from_u128(number), "event": event })
}

pub(super) fn departed() -> Value {
    json!({ "event": "departed", "transport": "own_vehicle", "eta_min": 45 })
}

impl Scene {
    /// Whether the other hospital takes patients.
    async fn close(&self, closed: bool) {
        let structure = Structure { closed, ..Structure::new(hospital("dakar"), StructureKind::Hospital) };
        self.house.store.put_structure(&structure).await.unwrap();
    }

    /// Asks, while the hub makes facts of what it is told.
    pub(super) async fn ask(&mut self, method: &str, path: &str, cookie: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::ORIGIN, ORIGIN);
        let request = request.header(header::COOKIE, cookie).header(header::CONTENT_TYPE, "application/json");
        // A tablet at which nobody had typed a PIN when it was done.
        let request = request.header("staff-proof", "");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.body(body).unwrap();
        let router = self.house.router.clone();
        let mut asked = tokio::spawn(async move { router.oneshot(request).await.unwrap() });
        loop {
            tokio::select! {
                answered = &mut asked => return super::answer(answered.unwrap()).await,
                Some(input) = self.house.inputs.recv() => self.store(input).await,
            }
        }
    }

    pub(super) async fn say(&mut self, path: &str, cookie: &str, body: &Value) -> Answer {
        self.ask("POST", path, cookie, body).await
    }

    pub(super) async fn get(&mut self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, cookie, &Value::Null).await
    }

    /// Makes a fact of what the hub is told. What does not follow changes nothing.
    async fn store(&self, input: Input) {
        let Input::Referral(change) = input else { panic!("something else") };
        if change.by.as_ref().is_some_and(|by| by.role == Role::Kiosk) {
            assert_eq!(change.author, Author::Staff(None), "not whoever is at the tablet by now");
        }
        let by = change.by.map(|by| by.party);
        let fact = Fact { at: self.house.clock.timestamp(), by, staff: None, what: *change.what };
        let history = self.house.store.read(consultation(1)).await.unwrap().unwrap().unwrap();
        assert_eq!(change.over.is_some(), history.consultation().ended_at().is_some());
        if history.into_consultation().apply(&fact).is_ok() {
            add(&self.house.store, consultation(1), &fact).await.unwrap();
        }
    }

    pub(super) async fn order(&mut self, id: ReferralId) -> Answer {
        let doctor = self.doctor.clone();
        self.say(&base(), &doctor, &order(id)).await
    }

    /// Something that the post or the doctor does.
    pub(super) async fn step(&mut self, cookie: &str, body: &Value) -> Answer {
        self.say(&format!("{}/{ID}/events", base()), cookie, body).await
    }

    pub(super) async fn receive(&mut self, body: &Value) -> Answer {
        let receiver = self.receiver.clone();
        self.say(&format!("/api/referrals/{ID}/events"), &receiver, body).await
    }

    async fn facts(&self) -> usize {
        self.house.store.rows(consultation(1)).await.unwrap().len()
    }

    async fn referral(&self) -> Referral {
        let history = self.house.store.read(consultation(1)).await.unwrap().unwrap().unwrap();
        referrals_of(history.consultation()).find(ID).unwrap().clone()
    }

    /// The openings of the record: who, and how.
    async fn openings(&self) -> Vec<(String, OpeningWay)> {
        let openings = self.house.store.openings(consultation(1)).await.unwrap();
        openings.into_iter().map(|one| (one.by.0, one.way)).collect()
    }
}

#[tokio::test]
async fn a_referral_is_ordered_received_accepted_followed_and_answered() {
    let mut scene = scene().await;
    let (doctor, tablet, receiver) = (scene.doctor.clone(), scene.tablet.clone(), scene.receiver.clone());
    assert_eq!(scene.order(ID).await, (200, json!({ "stored": true })));
    let (status, list) = scene.get("/api/referrals", &receiver).await;
    assert_eq!((status, &list["referrals"][0]["referral"]["state"]), (200, &json!("requested")));
    assert_eq!(list["referrals"][0]["post"]["id"], json!("poste"));
    assert_eq!(
        list["referrals"][0]["referral"]["order"]["letter"]["findings"],
        json!(""),
        "no letter in a list"
    );
    assert_eq!(scene.openings().await, [], "looking at the list opens nothing");
    let (_, opened) = scene.get(&format!("/api/referrals/{ID}"), &receiver).await;
    assert_eq!(opened["referral"]["order"]["letter"]["findings"], json!("TA 17/11"));
    assert_eq!(opened["referral"]["state"], json!("received"));
    assert_eq!(scene.openings().await, [("sy".to_owned(), OpeningWay::Read)]);
    let (_, accepted) = scene.receive(&act(1, json!({ "event": "accepted", "text": "Bloc prêt" }))).await;
    assert_eq!(accepted["state"], json!("accepted"));
    let (_, on_the_way) = scene.step(&tablet, &act(2, departed())).await;
    assert_eq!((&on_the_way["state"], &on_the_way["departed"]["eta_min"]), (&json!("en_route"), &json!(45)));
    let closed = What::Closed { disposition: Disposition::Evacuation, follow_up: None };
    scene.house.record_now("doctor", closed).await;
    scene.receive(&act(3, json!({ "event": "arrived" }))).await;
    scene.receive(&act(4, json!({ "event": "in_care" }))).await;
    let (_, done) = scene.receive(&act(5, json!({ "event": "counter_referral", "text": "Opérée." }))).await;
    assert_eq!((&done["state"], &done["counter_referral"]["by"]), (&json!("completed"), &json!("sy")));
    let (_, record) = scene.house.get(&format!("/api/consultations/{}", consultation(1)), &doctor).await;
    assert_eq!(record["record"]["referrals"][0]["counter_referral"]["text"], json!("Opérée."));
    assert_eq!(record["summary"]["referral"], json!("completed"));
}

#[tokio::test]
async fn an_order_and_an_act_that_are_sent_again_are_one_also_over_a_restart() {
    let mut scene = scene().await;
    let tablet = scene.tablet.clone();
    scene.order(ID).await;
    assert_eq!(scene.order(ID).await, (200, json!({ "stored": true })));
    let first = scene.step(&tablet, &act(1, departed())).await;
    assert_eq!(first.0, 200);
    let facts = scene.facts().await;
    assert_eq!(scene.step(&tablet, &act(1, departed())).await, first);
    scene.house.restart().await;
    assert_eq!(scene.step(&tablet, &act(1, departed())).await, first);
    assert_eq!(scene.order(ID).await, (200, json!({ "stored": true })));
    assert_eq!(scene.facts().await, facts);
    assert_eq!(scene.step(&tablet, &act(2, departed())).await, code(409, "referral_step"));
    assert_eq!(scene.referral().await.steps.len(), 1);
}

#[tokio::test]
async fn only_a_doctor_of_the_consultation_orders_and_only_members_follow() {
    let mut scene = scene().await;
    let (tablet, receiver) = (scene.tablet.clone(), scene.receiver.clone());
    let (operator, coordinator) = (scene.house.sign_in("ops").await, scene.house.sign_in("mina").await);
    for cookie in [&tablet, &receiver, &operator, &coordinator] {
        assert_eq!(scene.say(&base(), cookie, &order(ID)).await, code(404, "not_found"));
    }
    assert_eq!(scene.say(&base(), "", &order(ID)).await, code(401, "signed_out"));
    scene.order(ID).await;
    for cookie in [&receiver, &operator, &coordinator] {
        assert_eq!(scene.step(cookie, &act(1, departed())).await, code(404, "not_found"));
    }
    for cookie in [&tablet, &operator] {
        assert_eq!(scene.get("/api/referrals", cookie).await, code(404, "not_found"));
    }
    let other = scene.house.sign_in("fall").await;
    assert_eq!(scene.get(&format!("/api/referrals/{ID}"), &other).await, code(404, "not_found"));
    let (_, list) = scene.get("/api/referrals", &other).await;
    assert_eq!(list["referrals"], json!([]), "another structure sees nothing");
    let taken = json!({ "event": "accepted" });
    let path = format!("/api/referrals/{ID}/events");
    assert_eq!(scene.say(&path, &other, &act(1, taken)).await, code(404, "not_found"));
    assert!(scene.referral().await.steps.is_empty());
}

#[tokio::test]
async fn what_cannot_be_ordered_or_said_has_its_code() {
    let mut scene = scene().await;
    let (doctor, tablet) = (scene.doctor.clone(), scene.tablet.clone());
    let with = |key: &str, value: Value| {
        let mut body = order(ID);
        body[key] = value;
        body
    };
    for (body, expected) in [
        (with("structure", json!("nowhere")), code(422, "referral_structure")),
        (with("structure", json!("poste")), code(422, "referral_structure")),
        (with("others", json!(["nowhere"])), code(422, "referral_structure")),
        (with("others", json!(["hopital"])), code(400, "malformed")),
        (with("others", json!(["a", "b", "c", "d", "e"])), code(400, "malformed")),
        (with("needs", json!(["ambulance"])), code(400, "malformed")),
        (with("referral", json!(Uuid::from_u128(1))), code(400, "malformed")),
        (with("letter", json!({ "patient": "x" })), code(400, "malformed")),
    ] {
        assert_eq!(scene.say(&base(), &doctor, &body).await, expected, "{body}");
    }
    scene.close(true).await;
    let closed = scene.say(&base(), &doctor, &order(ID)).await;
    assert_eq!(closed, code(422, "referral_structure"), "it takes no patients");
    scene.close(false).await;
    let mut long = order(ID);
    long["letter"]["reason"] = json!("é".repeat(2_001));
    assert_eq!(scene.say(&base(), &doctor, &long).await, code(413, "too_large"));
    scene.order(ID).await;
    for (event, expected) in [
        (json!({ "event": "in_care" }), code(409, "referral_step")),
        (json!({ "event": "cancelled", "text": " " }), code(400, "malformed")),
        (json!({ "event": "departed", "transport": "other", "eta_min": 4 }), code(400, "malformed")),
        (json!({ "event": "asked_next", "structure": hospital("nowhere") }), code(422, "referral_structure")),
        (json!({ "event": "asked_next", "structure": hospital("hopital") }), code(409, "referral_step")),
        (json!({ "event": "vanished" }), code(400, "malformed")),
    ] {
        assert_eq!(scene.step(&tablet, &act(1, event.clone())).await, expected, "{event}");
    }
    for number in 1..5 {
        let id = Uuid::from_u128(ID.0.as_u128() + (number << 80));
        assert_eq!(scene.order(ReferralId(id)).await.0, 200);
    }
    let sixth = ReferralId(Uuid::from_u128(ID.0.as_u128() + (7 << 80)));
    assert_eq!(scene.order(sixth).await, code(422, "referrals_full"));
    scene
        .house
        .record_now("doctor", What::Closed { disposition: Disposition::Evacuation, follow_up: None })
        .await;
    assert_eq!(scene.order(sixth).await, code(409, "referral_step"));
}

#[tokio::test]
async fn a_doctor_who_comes_back_is_told_what_became_of_referrals_meanwhile() {
    let mut scene = scene().await;
    let (doctor, tablet, receiver) = (scene.doctor.clone(), scene.tablet.clone(), scene.receiver.clone());
    assert_eq!(scene.get("/api/referrals/own", &doctor).await, (200, json!([])));
    scene.order(ID).await;
    scene.receive(&act(1, json!({ "event": "rejected", "reason": "no_bed" }))).await;
    let (_, own) = scene.get("/api/referrals/own", &doctor).await;
    assert_eq!((&own[0]["state"], letter_of(&own[0]).is_empty()), (&json!("rejected"), false));
    for cookie in [&tablet, &receiver] {
        assert_eq!(scene.get("/api/referrals/own", cookie).await, code(404, "not_found"));
    }
    assert_eq!(scene.openings().await, [], "what the socket tells is no opening either");
}

#[tokio::test]
async fn the_next_structure_is_taken_from_the_directory_and_the_one_before_sees_it_no_more() {
    let mut scene = scene().await;
    let (doctor, receiver) = (scene.doctor.clone(), scene.receiver.clone());
    scene.order(ID).await;
    let forged = Place { name: "Ailleurs".into(), phone: "+33".into(), ..hospital("dakar") };
    let next = json!({ "event": "asked_next", "structure": forged });
    let (_, asked) = scene.step(&doctor, &act(1, next)).await;
    assert_eq!((&asked["structure"]["name"], &asked["structure"]["phone"]), (&json!("Hôpital"), &json!("")));
    assert_eq!(scene.get(&format!("/api/referrals/{ID}"), &receiver).await, code(404, "not_found"));
    let other = scene.house.sign_in("fall").await;
    let (_, opened) = scene.get(&format!("/api/referrals/{ID}"), &other).await;
    assert_eq!(opened["referral"]["state"], json!("received"));
}

/// Every text of the letter in an answer.
fn letter_of(referral: &Value) -> String {
    let letter = referral["order"]["letter"].as_object().unwrap();
    letter.values().map(|text| text.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_structure_that_rejected_reads_no_letter_and_its_code_does_not_speak_for_the_next_one() {
    let mut scene = scene().await;
    let (doctor, receiver) = (scene.doctor.clone(), scene.receiver.clone());
    scene.order(ID).await;
    let open = |code: &str| json!({ "code": code });
    let say = |number, code: &str, event| json!({ "code": code, "act": Uuid::from_u128(number), "event": event, "name": "Dr Sy" });
    let rejected = json!({ "event": "rejected", "reason": "no_bed" });
    let (status, left) = scene.say("/api/liaison/events", "", &say(1, &code_of(ID), rejected)).await;
    assert_eq!((status, &left["state"], letter_of(&left)), (200, &json!("rejected"), String::new()));
    let (_, left) = scene.say("/api/liaison/open", "", &open(&code_of(ID))).await;
    assert_eq!(letter_of(&left["referral"]), "", "whoever has rejected reads on by the code");
    let (_, left) = scene.get(&format!("/api/referrals/{ID}"), &receiver).await;
    assert_eq!(letter_of(&left["referral"]), "", "whoever has rejected reads on with an account");
    let next = json!({ "event": "asked_next", "structure": hospital("dakar") });
    let (_, asked) = scene.step(&doctor, &act(2, next)).await;
    let code_of_next = asked["order"]["code"].as_str().unwrap();
    assert!(code_of_next.starts_with(&code_of(ID)) && code_of_next.len() == 17, "{code_of_next}");
    assert!(asked["steps"][2]["event"].get("code").is_none());
    let elsewhere = code(409, "referral_elsewhere");
    assert_eq!(scene.say("/api/liaison/open", "", &open(&code_of(ID))).await, elsewhere);
    let accepted = json!({ "event": "accepted" });
    let spoken = scene.say("/api/liaison/events", "", &say(3, &code_of(ID), accepted.clone())).await;
    assert_eq!(spoken, elsewhere, "it speaks for the next one");
    let guessed = format!("{}-00000", code_of(ID));
    assert_eq!(scene.say("/api/liaison/open", "", &open(&guessed)).await, code(403, "referral_code"));
    let (_, opened) = scene.say("/api/liaison/open", "", &open(code_of_next)).await;
    assert_eq!(opened["referral"]["order"]["letter"]["findings"], json!("TA 17/11"));
    let (_, seen) = scene.get(&format!("/api/consultations/{}/readers", consultation(1)), &doctor).await;
    let by_code = seen["readings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["role"] == "guest" && line["name"].is_null());
    assert_eq!(by_code.count(), 1, "{seen}");
    let (_, taken) = scene.say("/api/liaison/events", "", &say(4, code_of_next, accepted)).await;
    assert_eq!((&taken["state"], &taken["structure"]["id"]), (&json!("accepted"), &json!("dakar")));
}

#[tokio::test]
async fn a_rejection_that_is_sent_again_after_the_next_structure_was_asked_is_answered_as_before() {
    let mut scene = scene().await;
    let doctor = scene.doctor.clone();
    scene.order(ID).await;
    let rejection = act(1, json!({ "event": "rejected", "reason": "no_bed" }));
    let first = scene.receive(&rejection).await;
    assert_eq!((first.0, &first.1["state"]), (200, &json!("rejected")));
    let next = json!({ "event": "asked_next", "structure": hospital("dakar") });
    scene.step(&doctor, &act(2, next)).await;
    let facts = scene.facts().await;
    assert_eq!(scene.receive(&rejection).await, first);
    assert_eq!(letter_of(&first.1), "", "it reads on");
    let unknown = act(3, json!({ "event": "rejected", "reason": "no_bed" }));
    assert_eq!(scene.receive(&unknown).await, code(404, "not_found"), "it is asked no more");
    let of_doctor = act(2, json!({ "event": "arrived" }));
    assert_eq!(scene.receive(&of_doctor).await, code(404, "not_found"), "nobody of it did that");
    assert_eq!(scene.facts().await, facts);
}

#[tokio::test]
async fn a_structure_that_says_no_on_the_way_reads_the_letter_no_more_until_the_patient_comes() {
    let mut scene = scene().await;
    let (doctor, receiver) = (scene.doctor.clone(), scene.receiver.clone());
    scene.order(ID).await;
    scene.step(&doctor, &act(1, json!({ "event": "departed", "transport": "other" }))).await;
    let rejection = act(2, json!({ "event": "rejected", "reason": "no_bed" }));
    let (status, said) = scene.receive(&rejection).await;
    assert_eq!((status, &said["state"], letter_of(&said).as_str()), (200, &json!("en_route"), ""));
    let path = format!("/api/referrals/{ID}");
    assert_eq!(letter_of(&scene.get(&path, &receiver).await.1["referral"]), "");
    let (_, opened) = scene.say("/api/liaison/open", "", &json!({ "code": code_of(ID) })).await;
    assert_eq!(letter_of(&opened["referral"]), "");
    let (_, come) = scene.receive(&act(3, json!({ "event": "arrived" }))).await;
    assert_eq!((&come["state"], letter_of(&come).contains("TA 17/11")), (&json!("arrived"), true));
}

#[tokio::test]
async fn a_code_opens_the_letter_without_an_account_for_a_month_after_the_end() {
    let mut scene = scene().await;
    scene.order(ID).await;
    let typed = code_of(ID).replace('-', " ").to_lowercase();
    let (status, opened) = scene.say("/api/liaison/open", "", &json!({ "code": typed })).await;
    assert_eq!((status, &opened["referral"]["state"]), (200, &json!("received")));
    assert_eq!(opened["referral"]["order"]["letter"]["findings"], json!("TA 17/11"));
    assert_eq!(scene.openings().await, [(format!("liaison:{ID}"), OpeningWay::Read)]);
    let body = |number, event, name: &str| json!({ "code": code_of(ID), "act": Uuid::from_u128(number), "event": event, "name": name });
    let accepted = json!({ "event": "accepted" });
    for name in ["", "S", &"x".repeat(81)] {
        let refused = scene.say("/api/liaison/events", "", &body(1, accepted.clone(), name)).await;
        assert_eq!(refused, code(400, "malformed"));
    }
    let (_, taken) = scene.say("/api/liaison/events", "", &body(1, accepted, "Dr Sy, sage-femme")).await;
    assert_eq!(
        (&taken["state"], &taken["steps"][1]["by"]),
        (&json!("accepted"), &json!("Dr Sy, sage-femme"))
    );
    let cancelled = json!({ "event": "cancelled", "text": "x" });
    let refused = scene.say("/api/liaison/events", "", &body(2, cancelled.clone(), "Dr Sy")).await;
    assert_eq!(refused, code(409, "referral_step"), "a receiver does not cancel");
    let doctor = scene.doctor.clone();
    scene.step(&doctor, &act(3, cancelled)).await;
    let mut opened = 1;
    while scene.say("/api/liaison/open", "", &json!({ "code": code_of(ID) })).await.0 == 200 {
        opened += 1;
        assert!(opened < 100, "whoever has a code fills the audit log");
    }
    assert!(opened >= 50, "a page that reads a letter again is not kept out");
}

#[tokio::test]
async fn a_code_that_is_none_or_long_over_opens_nothing_and_many_are_not_tried() {
    let mut scene = scene().await;
    let open = |code: &str| json!({ "code": code });
    assert_eq!(scene.say("/api/liaison/open", "", &open("x")).await, code(403, "referral_code"));
    scene.order(ID).await;
    let month_ago = Timestamp(scene.house.clock.timestamp().0 - 31 * 24 * 3_600_000);
    let moved = What::ReferralMoved {
        referral: ID,
        actor: teranga_clinic::referral::ReferralActor::Doctor,
        by_name: "doctor".into(),
        event: Box::new(teranga_clinic::referral::ReferralEvent::Cancelled { text: "x".into() }),
        act: None,
    };
    let fact = Fact { at: month_ago, by: Some(PartyId("doctor".into())), staff: None, what: moved };
    add(&scene.house.store, consultation(1), &fact).await.unwrap();
    assert_eq!(scene.say("/api/liaison/open", "", &open(&code_of(ID))).await, code(403, "referral_code"));
    let receiver = scene.receiver.clone();
    assert_eq!(scene.get("/api/referrals", &receiver).await.1["referrals"], json!([]));
    let mut refused = 0;
    while scene.say("/api/liaison/open", "", &open("00000-00000")).await.0 == 403 {
        refused += 1;
        assert!(refused < 100, "guessing is not slowed");
    }
    assert!(refused >= 50, "whoever mistypes is not kept out");
}
