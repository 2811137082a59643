//! What became of patients, in numbers.

use super::{code, house};
use serde_json::json;
use teranga_clinic::{
    case::{CountedOutcome, LossReason, Outcome},
    clinical::Disposition,
    fact::What,
    people::Role,
    time::Timestamp,
};

#[tokio::test]
async fn a_coordinator_sees_what_became_of_patients_and_the_metrics_keep_it_over_a_restart() {
    let mut house = house().await;
    let (coordinator, operator, doctor) =
        (house.sign_in("mina").await, house.sign_in("ops").await, house.sign_in("awa").await);
    assert_eq!(house.get("/api/outcomes", &doctor).await, code(404, "not_found"));
    assert_eq!(house.get("/api/outcomes", "").await, code(401, "signed_out"));
    let (_, before) = house.get("/api/outcomes", &coordinator).await;
    assert_eq!((&before["days"], before["counts"].as_array().unwrap().len()), (&json!(30), 8));
    assert!(before["counts"].as_array().unwrap().iter().all(|one| one["count"] == 0));

    let close = What::Closed { disposition: Disposition::Advice, follow_up: Some(Timestamp(9)) };
    house.record("doctor", What::Claimed { doctor: super::identity("doctor", Role::Doctor) }).await;
    house.record("doctor", close).await;
    let told = What::OutcomeTold { outcome: Outcome::Improved, text: "".into(), act: None };
    house.record_now("post", told).await;
    house.restart().await;
    let (_, after) = house.get("/api/outcomes", &coordinator).await;
    assert_eq!(after["counts"][2], json!({ "outcome": "improved", "count": 1 }));
    let (status, text) = house.bytes("/metrics", &operator).await;
    let text = String::from_utf8(text).unwrap();
    assert_eq!(status, 200);
    assert!(text.contains("teranga_outcomes_total{outcome=\"improved\"} 1"), "{text}");
    let never = CountedOutcome::GivenUp(LossReason::NoAnswer).word();
    assert!(text.contains(&format!("teranga_outcomes_total{{outcome=\"{never}\"}} 0")), "{text}");
}
