//! What a doctor's page is told of how they are reached once it is closed.

use super::{House, asked_from_outside, code, house, state};
use crate::{
    http::state::{Edge, HttpState},
    store::HasOutbox,
};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn a_doctor_reads_the_end_of_their_own_number_and_nobody_else_any() {
    let house = house().await;
    let cookie = house.sign_in("awa").await;
    assert_eq!(house.get("/api/reach", &cookie).await, (200, json!({ "sms": false, "phone": null })));
    house.store.outbox().set_phone("awa", Some("+221771234567")).await.unwrap();
    let edge = Edge { sms: true, ..Edge::default() };
    let base =
        state(house.identities.clone(), house.store.clone(), Arc::default(), house.clock, &house.folder)
            .await;
    let house = House { router: asked_from_outside(HttpState { edge, ..base }), ..house };
    assert_eq!(house.get("/api/reach", &cookie).await, (200, json!({ "sms": true, "phone": "+221 …67" })));
    for login in ["ops", "mina"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get("/api/reach", &cookie).await, code(404, "not_found"), "{login}");
    }
}
