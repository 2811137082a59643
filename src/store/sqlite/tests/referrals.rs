//! The index of referrals is what the facts say, after each of them and after a restart.

use super::{Folder, add, by, claimed, consultation, identity, place, requested};
use crate::store::{HasReferrals, IndexedReferral, Referrals, SqliteStore, StoreError};
use std::sync::Arc;
use teranga_clinic::{
    fact::{Fact, What},
    id::{PartyId, ReferralId},
    people::{Place, Role},
    referral::{
        Due, Letter, ReferralActor, ReferralEvent, ReferralOrder, ReferralState, Transport, code_of,
        ids_of_code,
    },
    request::Urgency,
    time::Timestamp,
};
use uuid::Uuid;

const FIRST: ReferralId = ReferralId(Uuid::from_u128(1 << 100));
const SECOND: ReferralId = ReferralId(Uuid::from_u128(2 << 100));

fn structure(id: &str) -> Place {
    Place { id: id.into(), ..place() }
}

fn referred(number: u128, referral: ReferralId, at: u64) -> Fact {
    let order = ReferralOrder {
        referral,
        consultation: consultation(number),
        structure: structure("hopital"),
        others: vec![structure("dakar")],
        needs: vec![],
        urgency: Urgency::Stat,
        letter: Letter::default(),
        by: "doctor".into(),
        order_number: None,
        at: Timestamp(at),
        code: code_of(referral).into(),
    };
    by("doctor", at, What::Referred { referral: Box::new(order) })
}

fn moved(referral: ReferralId, at: u64, actor: ReferralActor, event: ReferralEvent) -> Fact {
    let (by_name, event) = ("x".into(), Box::new(event));
    let what = What::ReferralMoved { referral, actor, by_name, event, act: None };
    Fact { by: None, ..by("", at, what) }
}

/// A consultation that a doctor holds.
async fn held(store: &SqliteStore, number: u128) {
    let id = consultation(number);
    add(store, id, &requested(id, 1)).await.unwrap();
    add(store, id, &claimed(2)).await.unwrap();
    assert_eq!(identity("doctor", Role::Doctor).party.0, "doctor");
}

fn index(store: &SqliteStore) -> Arc<dyn Referrals> {
    Arc::new(store.clone()).referrals()
}

fn ids(rows: Vec<IndexedReferral>) -> Vec<ReferralId> {
    rows.into_iter().map(|row| row.referral).collect()
}

#[tokio::test]
async fn a_referral_is_found_by_its_code_its_structure_and_its_clock() {
    let folder = Folder::new();
    let store = folder.open().await;
    held(&store, 1).await;
    add(&store, consultation(1), &referred(1, FIRST, 10)).await.unwrap();
    add(&store, consultation(1), &referred(1, SECOND, 20)).await.unwrap();
    let found = index(&store);
    let (first, last) = ids_of_code(&code_of(FIRST)).unwrap();
    let row = IndexedReferral {
        referral: FIRST,
        consultation: consultation(1),
        structure: "hopital".into(),
        asked_at: Timestamp(10),
        state: ReferralState::Requested,
        moved_at: Timestamp(10),
    };
    assert_eq!(found.between(first, last).await.unwrap(), [row]);
    let of = |structure: &'static str| {
        let found = found.clone();
        async move { ids(found.of_structure(structure, Timestamp(35), 10).await.unwrap()) }
    };
    assert_eq!(of("hopital").await, [SECOND, FIRST], "the newest first");
    assert_eq!(ids(found.due(Due::Answer, Timestamp(10), 10).await.unwrap()), [FIRST]);
    assert_eq!(ids(found.due(Due::Answer, Timestamp(20), 10).await.unwrap()), [FIRST, SECOND]);
    let cancelled = ReferralEvent::Cancelled { text: "x".into() };
    let cancel = moved(SECOND, 30, ReferralActor::Doctor, cancelled);
    let cancel = Fact { by: claimed(1).by, ..cancel };
    add(&store, consultation(1), &cancel).await.unwrap();
    assert_eq!(of("hopital").await, [FIRST], "it was over for too long");
    let next = ReferralEvent::AskedNext { structure: structure("dakar"), code: None };
    add(&store, consultation(1), &moved(FIRST, 40, ReferralActor::Server, next)).await.unwrap();
    drop(store);
    let store = folder.open().await;
    let found = index(&store);
    assert_eq!(ids(found.of_structure("hopital", Timestamp(0), 10).await.unwrap()), [SECOND]);
    assert_eq!(ids(found.of_structure("dakar", Timestamp(0), 10).await.unwrap()), [FIRST]);
    assert_eq!(ids(found.asked(10).await.unwrap()), [FIRST]);
    assert_eq!(ids(found.due(Due::Answer, Timestamp(39), 10).await.unwrap()), [], "its clock begins anew");
    let accepted = ReferralEvent::Accepted { text: None };
    add(&store, consultation(1), &moved(FIRST, 50, ReferralActor::Receiver, accepted)).await.unwrap();
    for due in Due::ALL {
        assert_eq!(found.due(due, Timestamp(1_000_000), 10).await.unwrap(), [], "no clock runs");
    }
}

#[tokio::test]
async fn a_fact_that_contradicts_the_others_is_not_stored_and_neither_is_an_identifier_of_another_consultation()
 {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in [1, 2] {
        held(&store, number).await;
    }
    add(&store, consultation(1), &referred(1, FIRST, 10)).await.unwrap();
    let again = add(&store, consultation(1), &referred(1, FIRST, 11)).await;
    assert!(matches!(again, Err(StoreError::SetAside)), "{again:?}");
    let elsewhere = add(&store, consultation(2), &referred(2, FIRST, 12)).await;
    assert!(matches!(elsewhere, Err(StoreError::Missing)), "{elsewhere:?}");
    assert_eq!(store_rows(&store, 1).await, 3);
    assert_eq!(store_rows(&store, 2).await, 2);
}

#[tokio::test]
async fn a_clock_that_has_rung_is_found_for_as_long_as_nobody_has_answered() {
    let folder = Folder::new();
    let store = folder.open().await;
    held(&store, 1).await;
    add(&store, consultation(1), &referred(1, FIRST, 10)).await.unwrap();
    let found = index(&store);
    let rung = |since| {
        let found = found.clone();
        async move { ids(found.rung(Timestamp(since), 10).await.unwrap()) }
    };
    let departed =
        ReferralEvent::Departed { transport: Transport::Other, eta_min: None, ago_min: None, text: None };
    let departed = moved(FIRST, 20, ReferralActor::Doctor, departed);
    add(&store, consultation(1), &Fact { by: claimed(1).by, ..departed }).await.unwrap();
    assert_eq!(rung(0).await, [], "its clock runs");
    assert_eq!(ids(found.asked(10).await.unwrap()), [FIRST], "nobody there knows of the patient");
    let server = |at, event| moved(FIRST, at, ReferralActor::Server, event);
    add(&store, consultation(1), &server(25, ReferralEvent::Unanswered)).await.unwrap();
    assert_eq!(ids(found.asked(10).await.unwrap()), [FIRST], "people telephone, and it may still be told");
    add(&store, consultation(1), &server(30, ReferralEvent::ArrivalAsked)).await.unwrap();
    assert_eq!((rung(30).await, rung(31).await), (vec![FIRST], vec![]));
    add(&store, consultation(1), &moved(FIRST, 40, ReferralActor::Receiver, ReferralEvent::Arrived))
        .await
        .unwrap();
    assert_eq!(rung(0).await, [], "the receiver has answered, and may write back");
    add(&store, consultation(1), &server(50, ReferralEvent::CounterAsked)).await.unwrap();
    assert_eq!(rung(50).await, [FIRST]);
}

#[tokio::test]
async fn a_doctor_is_told_of_an_old_evacuation_however_many_consultations_came_since() {
    let folder = Folder::new();
    let store = folder.open().await;
    held(&store, 1).await;
    add(&store, consultation(1), &referred(1, FIRST, 10)).await.unwrap();
    for number in 2..60 {
        held(&store, number).await;
    }
    add(&store, consultation(59), &referred(59, SECOND, 20)).await.unwrap();
    let found = index(&store);
    let own = |party: &'static str, since| {
        let found = found.clone();
        async move { ids(found.of_doctor(&PartyId(party.into()), Timestamp(since), 10).await.unwrap()) }
    };
    assert_eq!(own("doctor", 15).await, [SECOND]);
    let accepted = ReferralEvent::Accepted { text: None };
    add(&store, consultation(1), &moved(FIRST, 30, ReferralActor::Receiver, accepted)).await.unwrap();
    assert_eq!(own("doctor", 15).await, [FIRST, SECOND], "what happened last comes first");
    assert_eq!(own("nobody", 0).await, []);
}

async fn store_rows(store: &SqliteStore, number: u128) -> usize {
    crate::store::Journal::rows(store, consultation(number)).await.unwrap().len()
}
