//! The patients of a post: found, joined and separated by their post only, and seen by a doctor only beside a consultation of their own.

use super::{Answer, House, ORIGIN, answer, code, house, post};
use crate::store::{
    Devices, Journal, Places,
    testing::{add, consultation, identity, place},
};
use axum::http::header;
use serde_json::{Value, json};
use teranga_clinic::{
    fact::{Fact, What},
    id::PartyId,
    people::{Identity, Place, Role, Speciality},
    request::{Intake, Request, Urgency},
    structure::{Structure, StructureKind},
    time::Timestamp,
};

/// A request of a post's tablet some minutes ago.
async fn ask(house: &House, number: u128, post: Identity, name: &str, dpp: Option<&str>) {
    let at = Timestamp(house.clock.timestamp().0 - 60_000 * u64::try_from(100 - number).unwrap());
    ask_at(house, (number, at), post, name, dpp).await;
}

/// A request of a post's tablet at a time.
pub(super) async fn ask_at(
    house: &House,
    (number, at): (u128, Timestamp),
    post: Identity,
    name: &str,
    dpp: Option<&str>,
) {
    let id = consultation(number);
    let intake = Intake {
        name: (!name.is_empty()).then(|| name.into()),
        dpp: dpp.map(Into::into),
        age_years: Some(30.into()),
        ..Intake::default()
    };
    let request = Request {
        request: id,
        speciality: Speciality::Obstetrics,
        urgency: Urgency::Urgent,
        intake,
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    let (by, what) = (Some(post.party.clone()), What::Requested { post, request });
    add(&house.store, id, &Fact { at, by, staff: None, what }).await.unwrap();
}

/// A tablet of another post, which has asked for a patient of the same name.
fn other_post() -> Identity {
    Identity { place: Place { id: "autre".into(), ..place() }, ..identity("other", Role::Kiosk) }
}

/// The house with two posts: the first knows Fatou twice and somebody unknown, the second knows another Fatou.
pub(super) async fn posts() -> House {
    let house = house().await;
    let structure = Structure::new(other_post().place, StructureKind::Post);
    house.store.put_structure(&structure).await.unwrap();
    house.store.add_device(&other_post(), house.clock.timestamp()).await.unwrap();
    ask(&house, 11, identity("post", Role::Kiosk), "Fatoumata N'Diaye", Some("221-77")).await;
    ask(&house, 12, identity("post", Role::Kiosk), "Fatou Ndiaye", None).await;
    ask(&house, 13, identity("post", Role::Kiosk), "", None).await;
    ask(&house, 14, other_post(), "Fatou Ndiaye", Some("221-77")).await;
    house
}

impl House {
    pub(super) async fn tell(&self, path: &str, cookie: &str, body: &Value) -> Answer {
        let mut request = post(path, ORIGIN, body.to_string());
        request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        answer(self.send(request).await).await
    }

    pub(super) async fn found(&self, query: &str, cookie: &str) -> Vec<String> {
        let (status, found) = self.get(&format!("/api/patients{query}"), cookie).await;
        assert_eq!(status, 200, "{found}");
        found.as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub(super) fn ids(numbers: &[u128]) -> Vec<String> {
    numbers.iter().map(|number| consultation(*number).to_string()).collect()
}

#[tokio::test]
async fn a_request_is_found_that_came_after_the_last_question_also_if_it_is_older_than_others() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.found("?dpp=221-77", &tablet).await, ids(&[11]));
    ask(&house, 15, identity("post", Role::Kiosk), "Awa Sy", Some("221-15")).await;
    assert_eq!(house.found("?dpp=221-15", &tablet).await, ids(&[15]));
    ask(&house, 10, identity("post", Role::Kiosk), "Binta Ba", Some("221-10")).await;
    assert_eq!(house.found("?dpp=221-10", &tablet).await, ids(&[10]));
    assert_eq!(house.found("?dpp=221-77", &tablet).await, ids(&[11]), "what was known before is known");
}

#[tokio::test]
async fn a_post_finds_its_own_patients_by_name_number_and_week() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    assert_eq!(house.found("", &tablet).await, ids(&[13, 12, 11]), "the last weeks, the newest first");
    assert_eq!(house.found("?name=fatou%20ndiaye&birth_year=1996", &tablet).await, ids(&[12, 11]));
    assert_eq!(house.found("?name=fatou%20ndiaye&birth_year=1950", &tablet).await, ids(&[]));
    assert_eq!(house.found("?dpp=221%2077", &tablet).await, ids(&[11]));
    assert_eq!(house.found("?name=Awa", &tablet).await, ids(&[]));
    let long = format!("/api/patients?name={}", "a".repeat(401));
    assert_eq!(house.get(&long, &tablet).await, code(413, "too_large"));
    for query in ["?birth_year=x", "?colour=red", "?birth_year=99999"] {
        assert_eq!(house.get(&format!("/api/patients{query}"), &tablet).await, code(400, "malformed"));
    }
    assert_eq!(house.get("/api/patients", "").await, code(401, "signed_out"));
    for login in ["awa", "ops"] {
        assert_eq!(house.get("/api/patients", &house.sign_in(login).await).await, code(404, "not_found"));
    }
}

#[tokio::test]
async fn what_is_joined_is_one_patient_until_it_is_undone() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    let [first, second, unknown] = [11, 12, 13].map(|number| consultation(number).to_string());
    let (_, view) = house.get(&format!("/api/patients/{second}"), &tablet).await;
    assert_eq!(view["alike"][0]["id"], json!(first), "proposed, and not joined by itself");
    let (status, join) =
        house.tell("/api/patients/join", &tablet, &json!({"from": unknown, "into": first})).await;
    assert_eq!(status, 201);
    assert_eq!(
        house.tell("/api/patients/join", &tablet, &json!({"from": second, "into": unknown})).await.0,
        201
    );
    let (_, view) = house.get(&format!("/api/patients/{unknown}"), &tablet).await;
    assert_eq!((view["patient"]["id"].clone(), view["patient"]["visits"].clone()), (json!(first), json!(3)));
    assert_eq!(
        (view["consultations"].as_array().unwrap().len(), view["joins"].as_array().unwrap().len()),
        (3, 2)
    );
    let again = json!({"from": second, "into": first});
    assert_eq!(
        house.tell("/api/patients/join", &tablet, &again).await,
        code(400, "malformed"),
        "one already"
    );

    let undo = format!("/api/patients/joins/{}/undo", join.as_str().unwrap());
    assert_eq!(house.tell(&undo, &tablet, &json!({})).await.0, 204);
    assert_eq!(house.tell(&undo, &tablet, &json!({})).await, code(404, "not_found"));
    assert_eq!(house.found("", &tablet).await, ids(&[13, 11]), "the other decision stays");
}

#[tokio::test]
async fn a_post_learns_nothing_of_another_posts_patients_and_changes_none() {
    let house = posts().await;
    let tablet = house.sign_in_tablet().await;
    let (own, foreign) = (consultation(11).to_string(), consultation(14).to_string());
    assert_eq!(house.get(&format!("/api/patients/{foreign}"), &tablet).await, code(404, "not_found"));
    let path = format!("/api/patients/{own}/consultations/{foreign}");
    assert_eq!(house.get(&path, &tablet).await, code(404, "not_found"));
    for body in [json!({"from": own, "into": foreign}), json!({"from": foreign, "into": own})] {
        assert_eq!(house.tell("/api/patients/join", &tablet, &body).await, code(404, "not_found"));
    }
    let mine = json!({"from": consultation(12).to_string(), "into": own});
    let (_, join) = house.tell("/api/patients/join", &tablet, &mine).await;
    house.session_of("other", Role::Kiosk, "0123456789012345678901234567890123456789012", 1).await;
    let other = "__Host-teranga=0123456789012345678901234567890123456789012";
    let undo = format!("/api/patients/joins/{}/undo", join.as_str().unwrap());
    assert_eq!(house.tell(&undo, other, &json!({})).await.0, 404);
    assert_eq!(
        house.found("", &tablet).await,
        ids(&[13, 12]).into_iter().take(1).chain([own]).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_doctor_sees_what_the_post_had_before_only_beside_a_consultation_of_their_own() {
    let house = posts().await;
    let (tablet, doctor) = (house.sign_in_tablet().await, house.sign_in("awa").await);
    let (first, second) = (consultation(11).to_string(), consultation(12).to_string());
    let path = format!("/api/consultations/{second}/previous");
    assert_eq!(house.get(&path, &doctor).await, code(404, "not_found"), "no member yet");
    let claimed = What::Claimed { doctor: identity("doctor", Role::Doctor) };
    let (at, by) = (house.clock.timestamp(), Some(PartyId("doctor".into())));
    add(&house.store, consultation(12), &Fact { at, by, staff: None, what: claimed }).await.unwrap();
    assert_eq!(house.get(&path, &doctor).await, (200, json!([])), "nobody has said that they are one");
    let join = json!({"from": first, "into": second});
    assert_eq!(house.tell("/api/patients/join", &tablet, &join).await.0, 201);
    let (status, earlier) = house.get(&path, &doctor).await;
    assert_eq!((status, earlier[0]["id"].clone(), earlier[1].is_null()), (200, json!(first), true));
    let (status, view) = house.get(&format!("{path}/{first}"), &doctor).await;
    assert_eq!((status, view["record"]["intake"]["name"].clone()), (200, json!("Fatoumata N'Diaye")));
    for stranger in [consultation(13), consultation(14), consultation(12)] {
        assert_eq!(house.get(&format!("{path}/{stranger}"), &doctor).await, code(404, "not_found"));
    }
    assert_eq!(house.get(&format!("/api/consultations/{first}"), &doctor).await, code(404, "not_found"));
    let openings = house.store.openings(consultation(11)).await.unwrap();
    assert_eq!(
        openings.first().map(|opening| opening.by.0.as_str()),
        Some("doctor"),
        "the reading is recorded"
    );
}
