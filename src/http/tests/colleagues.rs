//! The list of colleagues: who may read it, and what it tells.

use super::{House, PASSWORD, code, house};
use crate::{
    identity::password,
    store::{NewAccount, Revocations, testing::identity},
};
use serde_json::json;
use teranga_clinic::{id::PartyId, people::Role};

impl House {
    pub(super) async fn add(&self, party: &str, login: &str, role: Role) {
        let (identity, password_hash) = (identity(party, role), password::hash(PASSWORD).unwrap());
        let account = NewAccount { identity, login: login.into(), password_hash, order_number: None };
        self.identities.add_person(&account).await.unwrap();
    }

    async fn colleagues(&self, login: &str) -> Vec<String> {
        let (status, list) = self.get("/api/colleagues", &self.sign_in(login).await).await;
        assert_eq!(status, 200, "{list}");
        let name = |one: &serde_json::Value| one["party"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(name).collect()
    }
}

#[tokio::test]
async fn posts_doctors_and_coordinators_read_the_names_of_the_other_doctors_and_nothing_else() {
    let house = house().await;
    house.add("doctor-fatou", "fatou", Role::Doctor).await;
    house.add("coordinator-binta", "binta", Role::Coordinator).await;
    house.add("guest-moussa", "moussa", Role::Guest).await;
    assert_eq!(house.colleagues("awa").await, ["doctor-fatou"], "all but oneself");
    assert_eq!(house.colleagues("binta").await, ["doctor", "doctor-fatou"]);
    let (_, list) = house.get("/api/colleagues", &house.sign_in("awa").await).await;
    let fields: Vec<_> = list[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["connected", "name", "party", "specialities"]);
    assert_eq!(list[0]["connected"], json!(false));
    for login in ["ops", "moussa"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get("/api/colleagues", &cookie).await, code(404, "not_found"), "{login}");
    }
    let tablet = house.sign_in_tablet().await;
    let (status, of_post) = house.get("/api/colleagues", &tablet).await;
    assert_eq!(
        (status, of_post.as_array().unwrap().len()),
        (200, 2),
        "a post may address a case to a person"
    );
    assert_eq!(house.get("/api/colleagues", "").await, code(401, "signed_out"));
    house.store.revoke(&PartyId("doctor-fatou".into()), house.clock.timestamp()).await.unwrap();
    assert!(house.colleagues("awa").await.is_empty(), "who lost their rights is asked nothing");
}
