//! The structures that a doctor of a consultation is told, and who is told none.

use super::{code, house};
use crate::{
    demo::country,
    store::{
        Places,
        testing::{consultation, identity, place},
    },
};
use serde_json::Value;
use teranga_clinic::{fact::What, people::Role, structure::Structure};

#[tokio::test]
async fn a_doctor_of_the_consultation_is_told_who_can_do_what_is_needed_and_nobody_else() {
    let house = house().await;
    let nabadji = country::structures().iter().find(|one| one.place.id == "poste-nabadji").unwrap();
    let post = Structure { place: place(), ..nabadji.clone() };
    house.store.put_structures(country::structures()).await.unwrap();
    house.store.put_structure(&post).await.unwrap();
    let address = format!("/api/consultations/{}/structures?needs=cesarean,transfusion", consultation(1));
    let doctor = house.sign_in("awa").await;
    assert_eq!(house.get(&address, &doctor).await, code(404, "not_found"), "the consultation waits");
    house.record("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;

    let (status, told) = house.get(&address, &doctor).await;
    assert_eq!(status, 200);
    let structures = told["structures"].as_array().unwrap();
    let km: Vec<_> = structures.iter().map(|one| one["km"].as_f64().unwrap()).collect();
    assert!(km.is_sorted() && structures.len() == 10 && told.to_string().len() < 60_000, "{km:?}");
    let can = |one: &Value, what: &str| one["capabilities"].as_array().unwrap().contains(&what.into());
    assert!(structures.iter().all(|one| can(one, "cesarean") && can(one, "transfusion")));
    let nearest = &structures[0];
    assert_eq!((&nearest["place"]["id"], &nearest["level"]), (&"hopital-matam".into(), &"eps2".into()));
    assert_eq!((&nearest["position"], &nearest["demo"]), (&"approximate".into(), &true.into()));
    assert!(nearest["minutes"].as_u64().unwrap() >= 30 && nearest["data_at"].is_u64(), "{nearest}");

    let unknown = address.replace("transfusion", "scanner");
    assert_eq!(house.get(&unknown, &doctor).await, code(400, "malformed"));
    for login in ["ops", "mina"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(house.get(&address, &cookie).await, code(404, "not_found"), "{login}");
    }
    let elsewhere = address.replace(&consultation(1).to_string(), &consultation(9).to_string());
    assert_eq!(house.get(&elsewhere, &doctor).await, code(404, "not_found"), "there is no such consultation");
}
