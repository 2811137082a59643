//! Appointments over HTTP: who may make, move, cancel and read them, which times are refused, and that a doctor has no two at once.

use super::{Answer, House, asked_from_outside, code, house, state};
use crate::{
    http::state::HttpState,
    rota::RotaService,
    store::{
        HasRotas, Journal,
        testing::{add, consultation, identity, requested},
    },
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    appointment::{AppointmentWay, NewAppointment},
    clinical::Disposition,
    fact::{Fact, What},
    id::{AppointmentId, ConsultationId, PartyId},
    people::Role,
    rota::Zone,
    time::Timestamp,
};
use teranga_signaling::contract::Input;
use tokio::sync::mpsc;
use uuid::Uuid;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

struct Scene {
    house: House,
    doctor: String,
    zone: Zone,
}

/// The doctor holds the consultations 1 and 2.
async fn scene() -> Scene {
    let house = house().await;
    add(&house.store, consultation(2), &requested(consultation(2), 1)).await.unwrap();
    let claimed = || What::Claimed { doctor: identity("doctor", Role::Doctor) };
    let of_other =
        Fact { at: Timestamp(5), by: Some(PartyId("doctor".into())), staff: None, what: claimed() };
    add(&house.store, consultation(2), &of_other).await.unwrap();
    house.record("doctor", claimed()).await;
    let doctor = house.sign_in("awa").await;
    Scene { house, doctor, zone: Zone::named("Africa/Dakar").unwrap() }
}

fn id(number: u128) -> AppointmentId {
    AppointmentId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_0000 + number))
}

fn base(number: u128) -> String {
    format!("/api/consultations/{}/appointments", consultation(number))
}

impl Scene {
    /// This time after now, on the wall of the post, to the minute.
    fn local(&self, ms: u64) -> Value {
        let at = self.zone.local(self.house.clock.timestamp().plus_ms(ms));
        json!({ "day": at.date().to_string(), "time": format!("{:02}:{:02}", at.hour(), at.minute()) })
    }

    fn draft(&self, number: u128, ms: u64) -> Value {
        json!({ "appointment": id(number), "local": self.local(ms), "way": "call", "reason": "contrôle" })
    }

    async fn say(&self, cookie: &str, path: &str, body: &Value) -> Answer {
        self.house.say("POST", path, cookie, "application/json", body.to_string().into()).await
    }

    async fn make(&self, body: &Value) -> Answer {
        self.say(&self.doctor, &base(1), body).await
    }

    async fn move_to(&self, number: u128, local: Value) -> Answer {
        self.say(&self.doctor, &format!("{}/{}/move", base(1), id(number)), &json!({ "local": local })).await
    }

    async fn cancel(&self, number: u128, why: &str) -> Answer {
        self.say(&self.doctor, &format!("{}/{}/cancel", base(1), id(number)), &json!({ "why": why })).await
    }

    /// Puts an appointment of the doctor on the disk, this long after now.
    async fn made(&self, number: u128, ms: u64) -> Timestamp {
        let at = self.house.clock.timestamp().plus_ms(ms);
        let at = Timestamp(at.0 - at.0 % MINUTE);
        let appointment = NewAppointment {
            appointment: id(number),
            at,
            way: AppointmentWay::Call,
            reason: "contrôle".into(),
            phone: None,
            place: identity("post", Role::Kiosk).place.id,
        };
        self.house.record_now("doctor", What::Appointed { appointment: Box::new(appointment) }).await;
        at
    }

    /// The next thing that the hub is told.
    fn told(&mut self) -> Option<(ConsultationId, What)> {
        match self.house.inputs.try_recv() {
            Ok(Input::Appointment { consultation, what, .. }) => Some((consultation, *what)),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    }

    async fn rows(&self, path: &str, cookie: &str) -> Vec<Value> {
        let (status, body) = self.house.get(path, cookie).await;
        assert_eq!(status, 200, "{body}");
        body["appointments"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn an_appointment_is_made_once_and_read_by_its_post_and_its_doctor() {
    let mut scene = scene().await;
    let body = json!({ "appointment": id(1), "local": scene.local(DAY), "way": { "place": " Maternité\nde Matam " },
        "reason": "contrôle", "phone": "77 123 45 67" });
    let answer = scene.make(&body).await;
    assert_eq!(answer, (200, json!({ "stored": false })), "nobody has stored it within the wait");
    let (_, what) = scene.told().unwrap();
    let What::Appointed { appointment } = &what else { panic!("{what:?}") };
    assert_eq!(appointment.way, AppointmentWay::Place("Maternité de Matam".into()));
    assert_eq!(appointment.phone, Some("+221771234567".to_owned().into()));
    assert_eq!(appointment.place, identity("post", Role::Kiosk).place.id);
    scene.house.record_now("doctor", what).await;
    assert_eq!(scene.make(&body).await, (200, json!({ "stored": true })), "it is there");
    assert!(scene.told().is_none());
    let tablet = scene.house.sign_in_tablet().await;
    for (cookie, path) in [(&tablet, "/api/appointments"), (&scene.doctor, "/api/appointments")] {
        let rows = scene.rows(path, cookie).await;
        assert_eq!((rows.len(), &rows[0]["reason"]), (1, &json!("contrôle")));
        assert!(rows[0].get("phone").is_none(), "nobody needs the number to be reminded");
    }
    assert_eq!(scene.rows(&base(1), &scene.doctor).await.len(), 1);
}

#[tokio::test]
async fn times_that_are_over_too_far_or_not_in_the_calendar_are_refused_and_nothing_is_told() {
    let mut scene = scene().await;
    let on = |day: &str, time: &str| json!({ "day": day, "time": time });
    let over = scene.local(0);
    for (local, expected) in [
        (over.clone(), code(422, "appointment_past")),
        (on("2020-02-29", "10:00"), code(422, "appointment_past")),
        (scene.local(367 * DAY), code(422, "appointment_far")),
        (on("9999-12-31", "10:00"), code(422, "appointment_far")),
        (on("2027-02-29", "10:00"), code(422, "appointment_date")),
        (on("2027-02-28", "24:00"), code(422, "appointment_date")),
        (on("demain", "10:00"), code(422, "appointment_date")),
        (on("", ""), code(422, "appointment_date")),
    ] {
        let body = json!({ "appointment": id(1), "local": local, "way": "call", "reason": "x" });
        assert_eq!(scene.make(&body).await, expected, "{local}");
    }
    scene.made(1, DAY).await;
    assert_eq!(scene.move_to(1, over).await, code(422, "appointment_past"));
    assert_eq!(scene.move_to(1, scene.local(367 * DAY)).await, code(422, "appointment_far"));
    assert!(scene.told().is_none());
}

#[tokio::test]
async fn bodies_that_say_too_little_or_too_much_are_refused() {
    let mut scene = scene().await;
    let with = |name: &str, value: Value| {
        let mut body = scene.draft(1, DAY);
        body[name] = value;
        body
    };
    let bad = [
        (with("reason", json!(" \n\u{200b}")), code(400, "malformed")),
        (with("reason", json!("x".repeat(201))), code(413, "too_large")),
        (with("way", json!({ "place": "" })), code(400, "malformed")),
        (with("way", json!("visit")), code(400, "malformed")),
        (with("phone", json!("77 12")), code(422, "appointment_phone")),
        (with("phone", json!("<script>")), code(422, "appointment_phone")),
        (with("appointment", json!(Uuid::nil())), code(400, "malformed")),
        (with("more", json!(1)), code(400, "malformed")),
        (with("reason", json!("x".repeat(9_000))), code(413, "too_large")),
        (json!({}), code(400, "malformed")),
    ];
    for (body, expected) in bad {
        assert_eq!(scene.make(&body).await, expected, "{body}");
    }
    scene.made(1, DAY).await;
    assert_eq!(scene.cancel(1, "").await, code(400, "malformed"));
    assert_eq!(scene.cancel(1, &"x".repeat(201)).await, code(413, "too_large"));
    assert!(scene.told().is_none());
}

#[tokio::test]
async fn only_doctors_of_the_consultation_may_and_only_its_holder_makes_one() {
    let mut scene = scene().await;
    scene.made(1, DAY).await;
    scene.house.add("doctor-ba", "ba", Role::Doctor).await;
    let (ba, tablet) = (scene.house.sign_in("ba").await, scene.house.sign_in_tablet().await);
    let operator = scene.house.sign_in("ops").await;
    let change = |act: &str| format!("{}/{}/{act}", base(1), id(1));
    for cookie in [&ba, &tablet, &operator] {
        let (moved, cancelled) = (json!({ "local": scene.local(2 * DAY) }), json!({ "why": "voyage" }));
        assert_eq!(scene.say(cookie, &base(1), &scene.draft(2, 3 * DAY)).await, code(404, "not_found"));
        assert_eq!(scene.say(cookie, &change("move"), &moved).await, code(404, "not_found"));
        assert_eq!(scene.say(cookie, &change("cancel"), &cancelled).await, code(404, "not_found"));
    }
    assert_eq!(scene.say("", &base(1), &scene.draft(2, 3 * DAY)).await, code(401, "signed_out"));
    assert_eq!(scene.house.get(&base(1), &ba).await, code(404, "not_found"), "nor read it");
    assert!(scene.rows("/api/appointments", &ba).await.is_empty(), "each doctor reads their own");
    assert_eq!(scene.house.get("/api/appointments", &operator).await, code(404, "not_found"));
    for path in [base(3), "/api/consultations/x/appointments".into()] {
        assert_eq!(scene.say(&scene.doctor, &path, &scene.draft(2, 3 * DAY)).await, code(404, "not_found"));
    }
    for unknown in [format!("{}/x/cancel", base(1)), format!("{}/{}/cancel", base(1), id(9))] {
        let body = json!({ "why": "voyage" });
        assert_eq!(scene.say(&scene.doctor, &unknown, &body).await, code(404, "not_found"), "{unknown}");
    }
    // Who came as a second doctor moves one, and makes none.
    let guest = identity("doctor-ba", Role::Doctor);
    scene.house.record("doctor-ba", What::Entered { guest, holds: false, why: None }).await;
    assert_eq!(scene.say(&ba, &base(1), &scene.draft(2, 3 * DAY)).await, code(403, "not_prescriber"));
    assert!(scene.told().is_none());
    let body = json!({ "local": scene.local(2 * DAY) });
    assert_eq!(scene.say(&ba, &change("move"), &body).await.0, 200);
    assert!(matches!(scene.told(), Some((_, What::AppointmentMoved { .. }))));
}

#[tokio::test]
async fn one_is_moved_and_cancelled_after_the_end_and_what_was_cancelled_is_over() {
    let mut scene = scene().await;
    let at = scene.made(1, DAY).await;
    let closed = What::Closed { disposition: Disposition::Appointment, follow_up: None };
    scene.house.record_now("doctor", closed).await;
    assert_eq!(scene.make(&scene.draft(2, 2 * DAY)).await, code(403, "not_prescriber"));
    assert_eq!(scene.move_to(1, scene.local(DAY)).await, (200, json!({ "stored": true })), "it is there");
    assert!(scene.told().is_none());
    assert_eq!(scene.move_to(1, scene.local(2 * DAY)).await.0, 200);
    let (_, moved) = scene.told().unwrap();
    scene.house.record_now("doctor", moved).await;
    let rows = scene.rows(&base(1), &scene.doctor).await;
    assert_eq!(rows[0]["moved_from"], json!(at.0));
    assert_eq!(scene.cancel(1, "voyage").await.0, 200);
    let (_, cancelled) = scene.told().unwrap();
    scene.house.record_now("doctor", cancelled).await;
    assert_eq!(scene.cancel(1, "voyage").await, code(409, "appointment_over"), "cancelled twice");
    assert_eq!(scene.move_to(1, scene.local(3 * DAY)).await, code(409, "appointment_over"));
    assert!(scene.rows("/api/appointments", &scene.doctor).await.is_empty());
    let rows = scene.rows(&base(1), &scene.doctor).await;
    assert_eq!(rows[0]["cancelled"]["why"], json!("voyage"), "the record keeps it");
}

#[tokio::test]
async fn the_post_is_told_which_of_its_coming_appointments_were_moved_or_cancelled_and_why() {
    let mut scene = scene().await;
    let tablet = scene.house.sign_in_tablet().await;
    let (first, second) = (scene.made(1, DAY).await, scene.made(2, 2 * DAY).await);
    let list = scene.house.get("/api/appointments", &tablet).await.1;
    assert!(list.get("cancelled").is_none() && list["appointments"][0].get("moved_from").is_none());
    assert_eq!(scene.move_to(1, scene.local(3 * DAY)).await.0, 200);
    assert_eq!(scene.cancel(2, "congé du médecin").await.0, 200);
    for _ in 0..2 {
        let (_, what) = scene.told().unwrap();
        scene.house.record_now("doctor", what).await;
    }
    let list = scene.house.get("/api/appointments", &tablet).await.1;
    let [moved] = list["appointments"].as_array().unwrap().as_slice() else { panic!("{list}") };
    let [over] = list["cancelled"].as_array().unwrap().as_slice() else { panic!("{list}") };
    assert_eq!((&moved["appointment"], &moved["moved_from"]), (&json!(id(1)), &json!(first.0)));
    assert_eq!((&over["appointment"], &over["at"]), (&json!(id(2)), &json!(second.0)));
    assert_eq!(over["cancelled"]["why"], json!("congé du médecin"));
    let rows = scene.rows(&base(1), &tablet).await;
    assert_eq!(rows.len(), 2, "the history has both");
    let own = scene.house.get("/api/appointments", &scene.doctor).await.1;
    assert!(own.get("cancelled").is_none(), "the doctor knows");
}

#[tokio::test]
async fn a_doctor_has_no_two_appointments_within_a_quarter_of_an_hour() {
    let mut scene = scene().await;
    scene.made(1, DAY).await;
    for near in [DAY, DAY + 14 * MINUTE, DAY - 14 * MINUTE] {
        assert_eq!(scene.make(&scene.draft(2, near)).await, code(409, "appointment_taken"), "{near}");
    }
    assert!(scene.told().is_none());
    assert_eq!(scene.make(&scene.draft(2, DAY + 15 * MINUTE)).await.0, 200);
    let (_, made) = scene.told().unwrap();
    scene.house.record_now("doctor", made).await;
    assert_eq!(scene.move_to(1, scene.local(DAY + 14 * MINUTE)).await, code(409, "appointment_taken"));
    assert_eq!(scene.move_to(1, scene.local(DAY - 5 * MINUTE)).await.0, 200, "its own time is not taken");
}

#[tokio::test]
async fn of_two_requests_for_the_same_time_in_the_same_moment_one_is_refused() {
    let mut scene = scene().await;
    let (first, second) = (scene.draft(1, DAY), scene.draft(2, DAY + 10 * MINUTE));
    let (one, other) = (base(1), base(2));
    let (a, b) =
        tokio::join!(scene.say(&scene.doctor, &one, &first), scene.say(&scene.doctor, &other, &second));
    let mut answers = [a, b];
    answers.sort_by_key(|(status, _)| *status);
    assert_eq!(answers, [(200, json!({ "stored": false })), code(409, "appointment_taken")]);
    let (id, what) = scene.told().unwrap();
    assert!(scene.told().is_none(), "the hub hears of one");
    // Its fact may still be on its way to the disk when nobody waits for it any more.
    let third = scene.draft(3, DAY + 5 * MINUTE);
    assert_eq!(scene.make(&third).await, code(409, "appointment_taken"));
    let fact =
        Fact { at: scene.house.clock.timestamp(), by: Some(PartyId("doctor".into())), staff: None, what };
    add(&scene.house.store, id, &fact).await.unwrap();
    assert_eq!(scene.make(&third).await, code(409, "appointment_taken"), "now the index has it");
}

#[tokio::test]
async fn a_request_that_is_refused_or_whose_page_goes_away_takes_no_time() {
    let mut scene = scene().await;
    scene.made(1, DAY).await;
    assert_eq!(scene.make(&scene.draft(2, DAY + 10 * MINUTE)).await, code(409, "appointment_taken"));
    assert_eq!(scene.make(&scene.draft(3, DAY + 20 * MINUTE)).await.0, 200, "the refused one claims nothing");
    assert!(scene.told().is_some());
    // The page of this one goes away while the hub has it: its time stays taken.
    let gone = scene.draft(4, 3 * DAY);
    let _ = tokio::time::timeout(Duration::from_millis(300), scene.make(&gone)).await;
    assert!(scene.told().is_some());
    assert_eq!(scene.make(&scene.draft(5, 3 * DAY)).await, code(409, "appointment_taken"));
    assert_eq!(scene.make(&gone).await.0, 200, "the same one again is harmless");
}

/// The same server in a country that is five and a half hours ahead: a date is a moment of that country.
#[tokio::test]
async fn a_time_is_that_of_the_countrys_clocks() {
    let mut scene = scene().await;
    let House { identities, store, clock, folder, .. } = &scene.house;
    let (to_hub, inputs) = mpsc::channel(64);
    let here = state(Arc::clone(identities), store.clone(), Arc::default(), *clock, folder).await;
    let rota = Arc::new(RotaService::new(store.rotas(), Some("Asia/Kolkata"), *clock));
    scene.house.router = asked_from_outside(HttpState { inputs: to_hub, rota, ..here });
    scene.house.inputs = inputs;
    scene.zone = Zone::named("Asia/Kolkata").unwrap();
    let (now, hours) = (scene.house.clock.timestamp(), 60 * MINUTE);
    for (number, ms, is_ahead) in [(1, 10 * MINUTE, true), (2, 5 * hours, true), (3, 0, false)] {
        let answer = scene.make(&scene.draft(number, ms)).await;
        assert_eq!(answer.0, if is_ahead { 200 } else { 422 }, "{ms}");
        let Some((_, What::Appointed { appointment })) = scene.told() else {
            assert!(!is_ahead);
            continue;
        };
        assert!(appointment.at.0.abs_diff(now.plus_ms(ms).0) <= 2 * MINUTE, "{ms}");
    }
    let read = scene.house.store.read(consultation(1)).await.unwrap().unwrap().unwrap();
    assert_eq!(read.facts().len(), 2, "nothing is stored without the hub");
}
