//! The stock of a post over HTTP: counted by its tablets, read by the doctors of its consultations, and by nobody else.

use super::{House, code, house};
use crate::store::testing::{consultation, identity};
use serde_json::{Value, json};
use teranga_clinic::{
    drug::{Formulary, ProductId},
    fact::What,
    id::PrescriptionId,
    people::Role,
    pii::Pii,
    prescription::{PrescribedLine, SignedPrescription},
    time::Timestamp,
};
use uuid::Uuid;

fn product(nth: usize) -> ProductId {
    Formulary::own().products()[nth].id.clone()
}

fn count(nth: usize, quantity: u32, counted_at: u64) -> Value {
    json!({ "product": product(nth), "quantity": quantity, "counted_at": counted_at })
}

async fn put(house: &House, cookie: &str, counts: Value) -> super::Answer {
    house
        .say("PUT", "/api/stock", cookie, "application/json", json!({ "counts": counts }).to_string().into())
        .await
}

#[tokio::test]
async fn the_newest_count_stands_in_whichever_order_counts_come() {
    let house = house().await;
    let tablet = house.sign_in_tablet().await;
    let now = house.clock.timestamp().0;
    let with_month =
        json!({ "product": product(1), "quantity": 0, "expires": "2027-03", "counted_at": now - 1_000 });
    let (status, view) = put(&house, &tablet, json!([count(0, 12, now - 1_000), with_month])).await;
    assert_eq!((status, view["lines"].as_array().unwrap().len()), (200, 2));
    let line = |view: &Value, nth: usize| {
        let all = view["lines"].as_array().unwrap().clone();
        all.into_iter().find(|line| line["product"] == json!(product(nth))).unwrap()
    };
    assert_eq!((&line(&view, 0)["quantity"], &line(&view, 1)["quantity"]), (&json!(12), &json!(0)));
    assert_eq!(line(&view, 1)["expires"], json!("2027-03"));
    put(&house, &tablet, json!([count(0, 99, now - 2_000)])).await;
    let (_, view) = put(&house, &tablet, json!([count(0, 12, now - 1_000)])).await;
    assert_eq!(line(&view, 0)["quantity"], json!(12), "an older count comes late, the newest one twice");
    let (_, view) = put(&house, &tablet, json!([count(0, 7, now + 9_999_999_999)])).await;
    let counted_at = line(&view, 0)["counted_at"].as_u64().unwrap();
    assert!(counted_at <= house.clock.timestamp().0, "a clock that is ahead by a year keeps nothing out");
}

#[tokio::test]
async fn what_is_no_count_is_refused_as_a_whole() {
    let house = house().await;
    let tablet = house.sign_in_tablet().await;
    let unknown = json!({ "product": "arsenic", "quantity": 1, "counted_at": 1 });
    let month = json!({ "product": product(0), "quantity": 1, "counted_at": 1, "expires": "mars" });
    for bad in [
        json!([count(0, 3, 1), unknown]),
        json!([count(0, 1_000_001, 1)]),
        json!([month]),
        json!([json!({
            "product": product(0), "quantity": -1, "counted_at": 1
        })]),
    ] {
        assert_eq!(put(&house, &tablet, bad).await, code(400, "malformed"));
    }
    let many: Vec<_> = (0..201).map(|_| count(0, 1, 1)).collect();
    assert_eq!(put(&house, &tablet, json!(many)).await, code(413, "too_large"));
    assert_eq!(house.get("/api/stock", &tablet).await.1["lines"], json!([]));
}

#[tokio::test]
async fn the_doctor_of_a_consultation_reads_it_and_strangers_do_not() {
    let house = house().await;
    let (tablet, doctor, operator) =
        (house.sign_in_tablet().await, house.sign_in("awa").await, house.sign_in("ops").await);
    let now = house.clock.timestamp().0;
    put(&house, &tablet, json!([count(0, 40, now - 1_000)])).await;
    let path = format!("/api/consultations/{}/stock", consultation(1));
    assert_eq!(house.get(&path, &doctor).await, code(404, "not_found"), "before the doctor has taken it");
    for cookie in [&doctor, &operator] {
        assert_eq!(house.get("/api/stock", cookie).await, code(404, "not_found"));
        assert_eq!(put(&house, cookie, json!([])).await, code(404, "not_found"));
    }
    assert_eq!(house.get(&path, &operator).await, code(404, "not_found"));
    house.record_now("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    house.record_now("doctor", prescribed(12, now)).await;
    let (status, view) = house.get(&path, &doctor).await;
    assert_eq!((status, &view["lines"][0]["quantity"]), (200, &json!(40)));
    assert_eq!(view["lines"][0]["prescribed_since"], json!(12));
    assert_eq!(house.get("/api/stock", &tablet).await.1["lines"], view["lines"]);
}

fn prescribed(quantity: u32, at: u64) -> What {
    let line = PrescribedLine {
        product: Some(product(0)),
        atc: String::new(),
        drug: String::new(),
        directions: String::new(),
        days: 1,
        quantity,
        unit: String::new(),
    };
    let signed = SignedPrescription {
        prescription: PrescriptionId(Uuid::from_u128(1)),
        consultation: consultation(1),
        post: String::new(),
        patient: Pii::default(),
        lines: vec![line].into(),
        justifications: Pii::default(),
        by: Pii::default(),
        order_number: None,
        at: Timestamp(at),
        valid_until: Timestamp(at + 1),
        replaces: None,
        text: Pii::default(),
    };
    What::Prescribed { signed: Box::new(signed) }
}
