//! The rota over HTTP: who may see and change what, two coordinators at once, nobody left uncovered unasked, and calendar files.

use super::{House, PASSWORD, code, house};
use crate::{
    http::state::Edge,
    identity::password,
    store::{HasRotas, NewAccount, Revocations, testing::identity},
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use serde_json::{Value, json};
use teranga_clinic::{case::CaseTimes, id::PartyId, people::Role};

impl House {
    async fn change(&self, cookie: &str, version: u32, edit: &Value) -> (u16, Value) {
        self.post_as(cookie, "/api/rota", &json!({ "version": version, "edit": edit, "days": {} })).await
    }

    async fn post_as(&self, cookie: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, super::ORIGIN);
        super::answer(self.send(request.body(Body::from(body.to_string())).unwrap()).await).await
    }

    /// A second doctor, `fatou`.
    async fn add_fatou(&self) {
        let (identity, password_hash) = (identity("fatou", Role::Doctor), password::hash(PASSWORD).unwrap());
        let account = NewAccount { identity, login: "fatou".into(), password_hash, order_number: None };
        self.identities.add_person(&account).await.unwrap();
    }

    async fn text(&self, path: &str) -> (u16, String) {
        let response = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }
}

/// A slot that runs all day, each day; the days are put one by one.
fn slot(id: u32, weekday: &str, doctor: &str) -> Value {
    json!({ "kind": "put_slots", "slots": [{
        "id": id, "speciality": "obstetrics", "level": "first", "weekday": weekday,
        "from_min": 0, "until_min": 1440, "doctor": doctor,
    }] })
}

const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A house in which `doctor` is on duty for obstetrics all week long: version 7 of the rota.
async fn kept() -> (House, String) {
    let house = house().await;
    let mina = house.sign_in("mina").await;
    for (version, day) in (0..).zip(WEEK) {
        assert_eq!(house.change(&mina, version, &slot(0, day, "doctor")).await.0, 200);
    }
    (house, mina)
}

#[tokio::test]
async fn each_role_sees_what_it_may() {
    let (house, mina) = kept().await;
    let (doctor, operator, post) =
        (house.sign_in("awa").await, house.sign_in("ops").await, house.sign_in_tablet().await);
    let (_, seen) = house.get("/api/rota?from=2026-11-23&days=7", &mina).await;
    assert_eq!((seen["version"].as_u64(), seen["duties"].as_array().unwrap().len()), (Some(7), 7));
    assert_eq!((&seen["gaps"], &seen["kept"]), (&json!([]), &json!(["obstetrics"])));
    assert_eq!(house.get("/api/rota", &doctor).await.0, 200);
    assert_eq!(house.get("/api/rota", &operator).await, code(404, "not_found"));
    assert_eq!(house.get("/api/rota", &post).await, code(404, "not_found"));
    assert_eq!(house.get("/api/rota/now", "").await, code(401, "signed_out"));
    let (_, now) = house.get("/api/rota/now", &post).await;
    assert_eq!((&now["kept"], now["duties"].as_array().unwrap().len()), (&json!(["obstetrics"]), 1));
    assert_eq!(
        (now["duties"][0]["name"].as_str(), &now["duties"][0]["then"]),
        (Some("doctor"), &json!(["doctor"]))
    );
    assert_eq!(house.get("/api/rota/log", &doctor).await, code(404, "not_found"));
    assert_eq!(house.get("/api/rota/log", &post).await, code(404, "not_found"));
    assert_eq!(house.change(&doctor, 7, &slot(0, "monday", "doctor")).await, code(404, "not_found"));
    assert_eq!(house.change(&post, 7, &slot(0, "monday", "doctor")).await, code(404, "not_found"));
    assert_eq!(house.get("/api/rota?from=tomorrow", &mina).await, code(400, "malformed"));
}

#[tokio::test]
async fn a_post_learns_the_deadlines_of_this_installation_with_who_is_on_duty() {
    let case_times = CaseTimes { stat_ms: 600_000, urgent_ms: 5_400_000, ..CaseTimes::default() };
    let house = house().await.with_edge(Edge { case_times, ..Edge::default() }).await;
    let post = house.sign_in_tablet().await;
    let (_, now) = house.get("/api/rota/now", &post).await;
    let answers = json!({ "stat_ms": 600_000, "urgent_ms": 5_400_000, "routine_ms": 86_400_000 });
    assert_eq!(now["answers"], answers);
}

#[tokio::test]
async fn the_second_of_two_coordinators_gets_what_is_there_now() {
    let (house, mina) = kept().await;
    house.add_fatou().await;
    assert_eq!(house.change(&mina, 7, &slot(0, "monday", "fatou")).await.0, 200);
    let (status, refused) = house.change(&mina, 7, &slot(0, "tuesday", "fatou")).await;
    assert_eq!((status, &refused["code"]), (409, &json!("rota_changed")));
    assert_eq!(refused["rota"]["version"], 8);
    assert_eq!(
        refused["rota"]["plan"]["template"].as_array().unwrap().len(),
        8,
        "nothing of the second is stored"
    );
    assert_eq!(
        house.store.rotas().duty_plan().await.unwrap().changed_by,
        Some(PartyId("coordinator".into()))
    );
}

#[tokio::test]
async fn whoever_takes_off_duty_who_is_on_duty_now_is_told_first_who_is_rung_instead() {
    let (house, mina) = kept().await;
    house.add_fatou().await;
    let (_, view) = house.get("/api/rota", &mina).await;
    let today = view["on_duty"][0]["span"]["from"].clone();
    let day = jiff::Timestamp::from_millisecond(today.as_i64().unwrap()).unwrap();
    let weekday =
        WEEK[usize::try_from(day.in_tz("Africa/Dakar").unwrap().weekday().to_monday_zero_offset()).unwrap()];
    let of = |weekday: &str, level: &str, doctor: &str, id: u32| {
        let mut edit = slot(id, weekday, doctor);
        edit["slots"][0]["level"] = level.into();
        edit
    };
    assert_eq!(house.change(&mina, 7, &of(weekday, "second", "fatou", 0)).await.0, 200);
    assert_eq!(
        house.change(&mina, 8, &of(weekday, "first", "fatou", 0)).await.0,
        200,
        "two at once are allowed"
    );
    let template = view["plan"]["template"].as_array().unwrap();
    let own = template.iter().find(|slot| slot["weekday"] == weekday).unwrap()["id"].clone();
    let remove = json!({ "kind": "remove_slot", "id": own });
    let (status, refused) = house.change(&mina, 9, &remove).await;
    assert_eq!((status, &refused["code"]), (409, &json!("rota_on_duty")));
    assert_eq!((&refused["taken_off"][0]["doctor"], &refused["uncovered"]), (&json!("doctor"), &json!([])));
    let instead: Vec<_> = refused["instead"].as_array().unwrap().iter().map(|duty| &duty["level"]).collect();
    assert_eq!(
        (instead, &refused["instead"][0]["doctor"]),
        (vec![&json!("first"), &json!("second")], &json!("fatou"))
    );
    let confirmed =
        json!({ "version": 9, "edit": remove, "confirmed": true, "days": {}, "reason": " malade \u{202e}" });
    assert_eq!(house.post_as(&mina, "/api/rota", &confirmed).await.0, 200);
    let (_, log) = house.get("/api/rota/log", &mina).await;
    let last = &log["changes"][0];
    assert_eq!(
        (&last["version"], &last["reason"], &log["more"]),
        (&json!(10), &json!("malade"), &json!(false))
    );
    assert_eq!((&last["by"], &last["change"]["kind"]), (&json!("coordinator"), &json!("remove_slot")));
    assert_eq!(last["replaced"]["slots"][0]["doctor"], "doctor", "the log knows what was removed");
    let (_, older) = house.get("/api/rota/log?before=3", &mina).await;
    assert_eq!(older["changes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_slot_is_edited_in_place_and_a_long_reason_is_refused() {
    let (house, mina) = kept().await;
    house.add_fatou().await;
    let (_, view) = house.get("/api/rota", &mina).await;
    let id = view["plan"]["template"][0]["id"].as_u64().unwrap();
    let mut edit = slot(u32::try_from(id).unwrap(), "monday", "fatou");
    edit["slots"][0]["from_min"] = 480.into();
    let confirmed = |reason: String| json!({ "version": 7, "edit": edit, "confirmed": true, "days": {}, "reason": reason });
    let refused = house.post_as(&mina, "/api/rota", &confirmed("é".repeat(201))).await;
    assert_eq!(refused, code(413, "too_large"));
    let (status, view) = house.post_as(&mina, "/api/rota", &confirmed("é".repeat(200))).await;
    assert_eq!((status, view["plan"]["template"].as_array().unwrap().len()), (200, 7));
    assert_eq!(view["plan"]["template"][0]["doctor"], "fatou");
    let (_, log) = house.get("/api/rota/log", &mina).await;
    let (before, after) =
        (&log["changes"][0]["replaced"]["slots"][0], &log["changes"][0]["change"]["slots"][0]);
    assert_eq!((&before["doctor"], &before["from_min"]), (&json!("doctor"), &json!(0)));
    assert_eq!((&after["doctor"], &after["from_min"]), (&json!("fatou"), &json!(480)));
}

#[tokio::test]
async fn a_change_that_leaves_nobody_on_duty_now_must_be_confirmed() {
    let (house, mina) = kept().await;
    let (from, until) = ("2020-01-01T00:00", "2099-01-01T00:00");
    let (_, view) = house.get("/api/rota", &mina).await;
    let today = |offset: usize| {
        let at = view["midnights"][offset].as_u64().unwrap();
        jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap())
            .unwrap()
            .strftime("%Y-%m-%dT%H:%M")
            .to_string()
    };
    let nobody = |from: &str, until: &str| {
        json!({ "kind": "put_exception", "id": 0, "speciality": "obstetrics", "level": "first",
            "doctor": null, "when": { "from": from, "until": until } })
    };
    assert_eq!(house.change(&mina, 7, &nobody(from, until)).await, code(422, "rota_span"));
    assert_eq!(house.change(&mina, 7, &nobody("soon", until)).await, code(422, "rota_span"));
    let (status, refused) = house.change(&mina, 7, &nobody(&today(0), &today(1))).await;
    assert_eq!((status, &refused["code"]), (409, &json!("rota_uncovered")));
    assert_eq!(refused["uncovered"][0]["doctor"], "doctor");
    let edit = nobody(&today(0), &today(1));
    let confirmed = json!({ "version": 7, "edit": edit, "confirmed": true, "days": {} });
    let (status, view) = house.post_as(&mina, "/api/rota", &confirmed).await;
    assert_eq!((status, &view["on_duty"]), (200, &json!([])));
    assert_eq!(view["gaps"][0]["speciality"], "obstetrics");
}

#[tokio::test]
async fn a_revoked_doctor_leaves_a_gap_and_their_feed_is_closed() {
    let (house, mina) = kept().await;
    let doctor = house.sign_in("awa").await;
    let (_, made) = house.post_as(&doctor, "/api/rota/feeds", &json!({})).await;
    let path = made["path"].as_str().unwrap().to_owned();
    assert_eq!(house.text(&path).await.0, 200);
    house.store.revoke(&PartyId("doctor".into()), house.clock.timestamp()).await.unwrap();
    let (_, view) = house.get("/api/rota", &mina).await;
    assert_eq!(view["duties"], json!([]));
    assert_eq!(view["gaps"][0]["without_account"], json!(["doctor"]));
    assert_eq!(house.text(&path).await.0, 404);
}

#[tokio::test]
async fn a_feed_shows_duties_and_its_old_address_opens_nothing() {
    let (house, mina) = kept().await;
    let (_, made) = house.post_as(&mina, "/api/rota/feeds", &json!({ "speciality": "obstetrics" })).await;
    let first = made["path"].as_str().unwrap().to_owned();
    let (status, text) = house.text(&first).await;
    assert!(status == 200 && text.starts_with("BEGIN:VCALENDAR"), "{text}");
    assert!(text.matches("BEGIN:VEVENT").count() > 50 && text.contains("gynécologie"), "{text}");
    let (_, made) = house.post_as(&mina, "/api/rota/feeds", &json!({ "speciality": "obstetrics" })).await;
    assert_eq!(house.text(&first).await.0, 404);
    assert_eq!(house.text(made["path"].as_str().unwrap()).await.0, 200);
    assert_eq!(house.text("/agenda/guess.ics").await.0, 404);
    let post = house.sign_in_tablet().await;
    assert_eq!(house.post_as(&post, "/api/rota/feeds", &json!({})).await, code(404, "not_found"));
}

#[tokio::test]
async fn a_file_is_shown_first_and_stored_when_that_is_said() {
    let (house, mina) = kept().await;
    house.add_fatou().await;
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:fatou\r\nDTSTART:20350101T080000Z\r\n\
        DTEND:20350101T200000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:personne\r\n\
        DTSTART:20350102T080000Z\r\nDTEND:20350102T200000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        .replace("2035", "2028");
    let import = |version: u32, store: bool, file: &str| json!({ "version": version, "speciality": "obstetrics", "level": "first", "file": file, "store": store });
    let path = "/api/rota/import";
    let (status, preview) = house.post_as(&mina, path, &import(7, false, &file)).await;
    assert_eq!((status, &preview["stored"]), (200, &json!(false)), "{preview}");
    assert_eq!(preview["events"][0]["problem"], Value::Null, "{preview}");
    assert_eq!(preview["events"][1]["problem"], "doctor");
    assert_eq!(preview["replaced"][0]["doctor"], "doctor");
    assert_eq!(house.store.rotas().duty_plan().await.unwrap().version, 7);
    assert_eq!(house.post_as(&mina, path, &import(7, true, &file)).await.0, 200);
    assert_eq!(house.store.rotas().duty_plan().await.unwrap().plan.exceptions.len(), 1);
    assert_eq!(house.post_as(&mina, path, &import(7, true, &file)).await.1["code"], "rota_changed");
    assert_eq!(house.post_as(&mina, path, &import(8, true, "hello")).await, code(422, "rota_file"));
    let doctor = house.sign_in("awa").await;
    assert_eq!(house.post_as(&doctor, path, &import(8, false, &file)).await, code(404, "not_found"));
}

/// The kinds of the news that somebody has not seen, and the number of swaps that wait for them.
async fn news(house: &House, cookie: &str) -> (Vec<String>, usize, u64) {
    let (status, news) = house.get("/api/rota/news", cookie).await;
    assert_eq!(status, 200, "{news}");
    let kinds = news["lines"].as_array().unwrap().iter();
    let kinds = kinds.map(|line| line["what"]["kind"].as_str().unwrap().to_owned()).collect();
    (kinds, news["asked"].as_array().unwrap().len(), news["version"].as_u64().unwrap())
}

#[tokio::test]
async fn a_doctor_hears_what_was_answered_until_it_is_seen() {
    let (house, mina) = kept().await;
    house.add_fatou().await;
    let (awa, fatou) = (house.sign_in("awa").await, house.sign_in("fatou").await);
    let when = json!({ "from": "2027-03-01T00:00", "until": "2027-03-02T00:00" });
    let ask = json!({ "kind": "ask_leave", "doctor": "doctor", "when": when });
    let (_, view) = house.change(&awa, 7, &ask).await;
    assert_eq!(news(&house, &awa).await, (vec![], 0, 8), "one's own question is no news");
    let leave = view["plan"]["leaves"][0]["id"].clone();
    let refuse = json!({ "kind": "decide_leave", "id": leave, "granted": false });
    assert_eq!(house.change(&mina, 8, &refuse).await.0, 200);

    let (_, view) = house.get("/api/rota?days=14", &awa).await;
    let duties = view["duties"].as_array().unwrap();
    let duty = duties.last().unwrap();
    let gives = json!({ "speciality": "obstetrics", "level": "first", "span": duty["span"] });
    let propose = json!({ "kind": "propose_swap", "to": "fatou", "gives": gives });
    let (_, view) = house.change(&awa, 9, &propose).await;
    let swap = view["plan"]["swaps"][0]["id"].clone();
    assert_eq!(news(&house, &fatou).await, (vec![], 1, 10), "the colleague is asked");
    let accept = json!({ "kind": "answer_swap", "id": swap, "accepted": true });
    assert_eq!(house.change(&fatou, 10, &accept).await.0, 200);
    assert_eq!(news(&house, &fatou).await, (vec![], 0, 11));
    let both = vec!["swap_accepted".to_owned(), "leave_refused".to_owned()];
    assert_eq!(news(&house, &awa).await, (both.clone(), 0, 11), "the newest first");
    let (_, told) = house.get("/api/rota/news", &awa).await;
    assert_eq!((&told["lines"][0]["by"], &told["lines"][1]["by"]), (&json!("fatou"), &json!("coordinator")));

    // What a page has not shown is not seen, at whichever page it is asked for.
    let seen = |version: u64| json!({ "version": version });
    let other = house.sign_in("awa").await;
    assert_eq!(house.post_as(&awa, "/api/rota/news", &seen(9)).await.0, 204);
    assert_eq!(news(&house, &other).await.0, both[..1]);
    assert_eq!(house.post_as(&awa, "/api/rota/news", &seen(99)).await.0, 204);
    assert_eq!(house.post_as(&awa, "/api/rota/news", &seen(3)).await.0, 204);
    assert_eq!(news(&house, &other).await.0, Vec::<String>::new(), "it never goes back");
    let undo = json!({ "kind": "withdraw_swap", "id": swap });
    assert_eq!(house.change(&mina, 11, &undo).await.0, 200);
    for doctor in [&awa, &fatou] {
        assert_eq!(
            news(&house, doctor).await.0,
            ["swap_undone"],
            "a version that did not exist was not seen"
        );
    }
}

#[tokio::test]
async fn news_are_for_doctors_alone() {
    let (house, mina) = kept().await;
    let post = house.sign_in_tablet().await;
    for cookie in [&mina, &post] {
        assert_eq!(house.get("/api/rota/news", cookie).await, code(404, "not_found"));
        let seen = json!({ "version": 7 });
        assert_eq!(house.post_as(cookie, "/api/rota/news", &seen).await, code(404, "not_found"));
    }
    assert_eq!(house.get("/api/rota/news", "").await, code(401, "signed_out"));
}
