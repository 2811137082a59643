//! Archive copies over HTTP: who gets one, what is noted, and that the same facts are the same bytes.

use super::{House, code, house};
use crate::store::{
    Journal,
    testing::{consultation, identity},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use std::time::Duration;
use teranga_clinic::{
    audit::OpeningWay,
    clinical::Advise,
    fact::What,
    id::{PrescriptionId, ReferralId},
    people::Role,
    prescription::{PrescribedTo, SignedPrescription},
    referral::{Letter, ReferralOrder},
    request::Urgency,
    time::Timestamp,
};
use uuid::Uuid;

const PRESCRIPTION: PrescriptionId =
    PrescriptionId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
const REFERRAL: ReferralId = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_1111));

fn paths() -> [String; 3] {
    let base = format!("/api/consultations/{}", consultation(1));
    [
        format!("{base}/record.pdf"),
        format!("{base}/prescriptions/{PRESCRIPTION}/copy.pdf"),
        format!("{base}/referrals/{REFERRAL}/copy.pdf"),
    ]
}

/// The doctor has advised, prescribed and sent the patient on; a guest was there.
async fn scene() -> House {
    let house = house().await;
    house.add("guest-moussa", "moussa", Role::Guest).await;
    house.add("doctor-fatou", "fatou", Role::Doctor).await;
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
    let guest = identity("guest-moussa", Role::Guest);
    house.record("doctor", What::Entered { guest, holds: false, why: None }).await;
    let advice = Advise { consultation: consultation(1), revision: 1, text: "Repos".into(), replaces: None };
    house.record("doctor", What::Advised { advice, order_number: Some("SN-1234".into()) }).await;
    house.record("doctor", What::Prescribed { signed: Box::new(signed()) }).await;
    house.record("doctor", What::Referred { referral: Box::new(order()) }).await;
    house
}

fn signed() -> SignedPrescription {
    SignedPrescription {
        prescription: PRESCRIPTION,
        consultation: consultation(1),
        post: "Poste".into(),
        patient: PrescribedTo::default().into(),
        lines: vec![].into(),
        justifications: vec![].into(),
        by: "Dr Awa Ndiaye".into(),
        order_number: None,
        at: Timestamp(0),
        valid_until: Timestamp(1),
        replaces: None,
        text: "".into(),
    }
}

fn order() -> ReferralOrder {
    ReferralOrder {
        referral: REFERRAL,
        consultation: consultation(1),
        structure: crate::store::testing::place(),
        others: vec![],
        needs: vec![],
        urgency: Urgency::Urgent,
        letter: Letter::default(),
        by: "Dr Awa Ndiaye".into(),
        order_number: None,
        at: Timestamp(0),
        code: "7K3M9-QRT2X".into(),
    }
}

#[tokio::test]
async fn the_post_and_a_doctor_of_the_consultation_get_the_same_copies_and_each_is_noted() {
    let house = scene().await;
    let (doctor, post) = (house.sign_in("awa").await, house.sign_in_tablet().await);
    for path in paths() {
        let (status, own) = house.bytes(&path, &doctor).await;
        assert_eq!(status, 200, "{path}");
        assert!(own.starts_with(b"%PDF-1.7"), "{path}");
        assert!((status, own) == house.bytes(&path, &post).await, "{path}");
    }
    let openings = house.store.openings(consultation(1)).await.unwrap();
    let mut by: Vec<_> = openings.iter().map(|opening| (&*opening.by.0, opening.way)).collect();
    by.sort_by_key(|(by, _)| *by);
    assert_eq!(by, [[("doctor", OpeningWay::Read); 3], [("post", OpeningWay::Read); 3]].concat());
    let request = Request::get(&paths()[0]).header(header::COOKIE, doctor).body(Body::empty()).unwrap();
    let answer = house.send(request).await;
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
}

#[tokio::test]
async fn guests_and_strangers_are_told_that_there_is_none_and_a_stranger_is_noted() {
    let house = scene().await;
    for login in ["moussa", "fatou", "ops"] {
        let cookie = house.sign_in(login).await;
        for path in paths() {
            assert_eq!(house.get(&path, &cookie).await, code(404, "not_found"), "{login}: {path}");
        }
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let openings = house.store.openings(consultation(1)).await.unwrap();
    // Refusals that follow each other are noted once.
    let mut by: Vec<_> = openings.iter().map(|opening| (&*opening.by.0, opening.way)).collect();
    by.dedup();
    assert_eq!(by, [("doctor-fatou", OpeningWay::Refused)]);
}

#[tokio::test]
async fn what_a_consultation_does_not_have_has_no_copy_and_is_not_noted() {
    let house = scene().await;
    let doctor = house.sign_in("awa").await;
    let base = format!("/api/consultations/{}", consultation(1));
    let other = Uuid::from_u128(7);
    for path in [
        format!("{base}/prescriptions/{other}/copy.pdf"),
        format!("{base}/referrals/{other}/copy.pdf"),
        format!("{base}/prescriptions/x/copy.pdf"),
        format!("/api/consultations/{other}/record.pdf"),
        "/api/consultations/x/record.pdf".to_owned(),
    ] {
        let answer = house.get(&path, &doctor).await;
        assert!([code(404, "not_found"), code(400, "malformed")].contains(&answer), "{path}: {answer:?}");
    }
    assert_eq!(house.store.openings(consultation(1)).await.unwrap(), []);
}
