//! A post proposes, a coordinator answers, and both are told what became of it.

use super::{Answer, House, code, house};
use crate::store::{Places, testing::place};
use serde_json::{Value, json};
use teranga_clinic::{
    people::{Place, Role},
    structure::{Capability, PROPOSALS_OPEN, Structure, StructureKind},
};
use uuid::Uuid;

const OWN: &str = "/api/structures/proposals";
const OPEN: &str = "/api/structures/proposals/open";

/// A house with a hospital that operates.
async fn with_hospital() -> House {
    let house = house().await;
    let place = Place { id: "hospital".into(), name: "Hôpital".into(), phone: "33 1".into(), ..place() };
    let capabilities = [Capability::Cesarean].into();
    let hospital = Structure { capabilities, ..Structure::new(place, StructureKind::Eps2) };
    house.store.put_structure(&hospital).await.unwrap();
    house
}

fn name(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn no_cesarean() -> Value {
    json!({ "kind": "capability", "capability": "cesarean", "present": false })
}

fn proposal(number: u128, change: &Value) -> Value {
    json!({ "proposal": name(number), "structure": "hospital", "change": change, "remark": "bloc en travaux" })
}

async fn say(house: &House, path: &str, cookie: &str, body: &Value) -> Answer {
    house.say("POST", path, cookie, "application/json", body.to_string().into_bytes()).await
}

async fn hospital(house: &House) -> Structure {
    house.store.structures().await.unwrap().into_iter().find(|one| one.place.id == "hospital").unwrap()
}

#[tokio::test]
async fn a_post_proposes_a_coordinator_accepts_and_the_post_sees_both() {
    let house = with_hospital().await;
    let (tablet, mina) = (house.sign_in_tablet().await, house.sign_in("mina").await);
    let (status, own) = say(&house, OWN, &tablet, &proposal(1, &no_cesarean())).await;
    assert_eq!((status, &own["proposals"][0]["state"]), (200, &"open".into()));
    let (_, again) = say(&house, OWN, &tablet, &proposal(1, &no_cesarean())).await;
    assert_eq!(again["proposals"].as_array().unwrap().len(), 1, "sent twice");

    let (_, open) = house.get(OPEN, &mina).await;
    let row = &open["proposals"][0];
    let can = json!({ "kind": "capability", "capability": "cesarean", "present": true });
    assert_eq!((&open["total"], &row["known"], &row["change"]), (&1.into(), &can, &no_cesarean()));
    assert_eq!((&row["remark"], &row["post"]["id"]), (&"bloc en travaux".into(), &"poste".into()));

    let answer = json!({ "accepted": true, "seen": can });
    let address = format!("{OWN}/{}", name(1));
    let (status, left) = say(&house, &address, &mina, &answer).await;
    assert_eq!((status, &left["total"]), (200, &0.into()));
    assert!(hospital(&house).await.capabilities.is_empty());
    let (_, own) = house.get(OWN, &tablet).await;
    assert_eq!(own["proposals"][0]["state"], "accepted");
    let (_, near) = house.get("/api/structures/nearest", &tablet).await;
    assert_eq!(near["structures"][0]["capabilities"], json!([]));
    assert_eq!(near["structures"][0]["data_at"], own["proposals"][0]["decided_at"]);
}

#[tokio::test]
async fn of_two_coordinators_one_wins_and_who_read_something_older_is_told() {
    let house = with_hospital().await;
    house.add("coordinator-binta", "binta", Role::Coordinator).await;
    let (mina, binta) = (house.sign_in("mina").await, house.sign_in("binta").await);
    let tablet = house.sign_in_tablet().await;
    for number in [1, 2] {
        say(&house, OWN, &tablet, &proposal(number, &json!({ "kind": "phone", "phone": " 33 2 " }))).await;
    }
    let answer = |accepted: bool, reason: &str, seen: &str| json!({ "accepted": accepted, "reason": reason, "seen": { "kind": "phone", "phone": seen } });
    let first = format!("{OWN}/{}", name(1));
    assert_eq!(say(&house, &first, &mina, &answer(false, "", "33 1")).await, code(400, "malformed"));
    assert_eq!(say(&house, &first, &mina, &answer(false, "Le numéro est bon.", "33 1")).await.0, 200);
    assert_eq!(say(&house, &first, &binta, &answer(true, "", "33 1")).await, code(409, "proposal_decided"));
    assert_eq!(hospital(&house).await.place.phone, "33 1");

    let second = format!("{OWN}/{}", name(2));
    assert_eq!(say(&house, &second, &binta, &answer(true, "", "33 0")).await, code(409, "proposal_stale"));
    assert_eq!(say(&house, &second, &binta, &answer(true, "", "33 1")).await.0, 200);
    assert_eq!(hospital(&house).await.place.phone, "33 2");
    let (_, own) = house.get(OWN, &tablet).await;
    let told = own["proposals"].as_array().unwrap().iter().find(|one| one["state"] == "rejected").unwrap();
    assert_eq!(told["reason"], "Le numéro est bon.");
    let nothing = format!("{OWN}/{}", name(9));
    assert_eq!(say(&house, &nothing, &mina, &answer(true, "", "33 1")).await, code(404, "not_found"));
}

#[tokio::test]
async fn a_closed_structure_is_told_to_the_post_which_may_propose_to_open_it() {
    let house = with_hospital().await;
    let closed = Structure { closed: true, ..hospital(&house).await };
    house.store.put_structure(&closed).await.unwrap();
    let tablet = house.sign_in_tablet().await;
    let (_, near) = house.get("/api/structures/nearest", &tablet).await;
    assert_eq!(near["structures"], json!([]));
    let (_, own) = house.get(OWN, &tablet).await;
    assert_eq!(own["closed"][0]["place"]["id"], "hospital");
    let open = json!({ "kind": "closed", "closed": false });
    assert_eq!(say(&house, OWN, &tablet, &proposal(1, &open)).await.0, 200);
}

#[tokio::test]
async fn what_cannot_be_proposed_is_refused_and_everybody_else_finds_nothing() {
    let house = with_hospital().await;
    let (tablet, mina, awa) =
        (house.sign_in_tablet().await, house.sign_in("mina").await, house.sign_in("awa").await);
    let phone = |number: &str| json!({ "kind": "phone", "phone": number });
    for change in [
        phone(""),
        phone("call me"),
        json!({ "kind": "capability", "capability": "scanner", "present": true }),
    ] {
        assert_eq!(
            say(&house, OWN, &tablet, &proposal(1, &change)).await,
            code(400, "malformed"),
            "{change}"
        );
    }
    let mut long = proposal(1, &phone("33 2"));
    long["remark"] = "é".repeat(301).into();
    assert_eq!(say(&house, OWN, &tablet, &long).await, code(413, "too_large"));
    let mut nowhere = proposal(1, &phone("33 2"));
    nowhere["structure"] = "nowhere".into();
    assert_eq!(say(&house, OWN, &tablet, &nowhere).await, code(404, "not_found"));
    for number in 1..=u128::from(PROPOSALS_OPEN) {
        assert_eq!(say(&house, OWN, &tablet, &proposal(number, &phone("33 2"))).await.0, 200);
    }
    let more = proposal(99, &phone("33 2"));
    assert_eq!(say(&house, OWN, &tablet, &more).await, code(422, "proposals_full"));

    for (path, cookie) in [(OWN, &mina), (OPEN, &tablet), (OWN, &awa), (OPEN, &awa)] {
        assert_eq!(house.get(path, cookie).await, code(404, "not_found"), "{path}");
    }
    let answer = json!({ "accepted": true, "seen": phone("33 1") });
    let first = format!("{OWN}/{}", name(1));
    for cookie in [&tablet, &awa] {
        assert_eq!(say(&house, &first, cookie, &answer).await, code(404, "not_found"));
    }
    assert_eq!(say(&house, OWN, &mina, &more).await, code(404, "not_found"));
}
