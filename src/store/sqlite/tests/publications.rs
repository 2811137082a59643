//! What is owed to the national record stands in the store with the fact that makes it.

use super::{Folder, add, by, claimed, consultation, requested};
use crate::store::{HasPublications, PublicationDecision, Publications, SqliteStore, StoredPublication};
use std::sync::Arc;
use teranga_clinic::{
    clinical::{Advise, Disposition},
    consent::{ConsentAct, ConsentGiver},
    fact::What,
    id::{ActId, ConsultationId, PartyId},
    publication::{PublicationState, PublicationTrouble, key},
    request::Language,
    time::Timestamp,
};
use uuid::Uuid;

fn said(number: u128) -> ConsentAct {
    ConsentAct { act: ActId(Uuid::from_u128(number)), language: Language::Fr, giver: ConsentGiver::Patient }
}

/// A consultation of a patient with this number, who agreed, with signed advice: facts 1 to 4, at the times 1 to 4 ms.
pub(crate) async fn publishable(store: &SqliteStore, id: ConsultationId, number: &str) {
    let mut request = requested(id, 1);
    if let What::Requested { request, .. } = &mut request.what {
        request.intake.dpp = Some(number.into());
    }
    let advice = Advise { consultation: id, revision: 1, text: "repos".into(), replaces: None };
    let signed = What::Advised { advice, order_number: Some("1234".into()) };
    for fact in
        [request, claimed(2), by("post", 3, What::Consented { said: said(1) }), by("doctor", 4, signed)]
    {
        add(store, id, &fact).await.unwrap();
    }
}

/// Its doctor ends it: fact 5 at 5 ms, which makes another version.
pub(crate) async fn close(store: &SqliteStore, id: ConsultationId) {
    let closed = What::Closed { disposition: Disposition::Advice, follow_up: None };
    add(store, id, &by("doctor", 5, closed)).await.unwrap();
}

/// The post says that the patient does not agree any more.
pub(crate) async fn withdraw(store: &SqliteStore, id: ConsultationId) {
    add(store, id, &by("post", 6, What::ConsentWithdrawn { said: said(2) })).await.unwrap();
}

const NOW: Timestamp = Timestamp(10);

async fn house() -> (Folder, Arc<SqliteStore>, Arc<dyn Publications>) {
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    let publications = store.publications();
    (folder, store, publications)
}

/// State and trouble of each version.
async fn states(
    publications: &Arc<dyn Publications>,
) -> Vec<(u32, PublicationState, Option<PublicationTrouble>)> {
    let all = publications.of_consultation(consultation(1)).await.unwrap();
    all.iter().map(|one| (one.fact, one.state, one.trouble)).collect()
}

async fn due(publications: &Arc<dyn Publications>) -> StoredPublication {
    publications.due(NOW, 9).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_version_is_owed_with_its_fact_and_a_newer_one_takes_the_place_of_one_that_was_not_sent() {
    let (_folder, store, publications) = house().await;
    publishable(&store, consultation(1), "SN-1").await;
    let row = due(&publications).await;
    assert_eq!((row.key, row.fact, row.sends), (key(consultation(1), 4), 4, 0));
    close(&store, consultation(1)).await;
    let replaced = (4, PublicationState::Dropped, Some(PublicationTrouble::Replaced));
    assert_eq!(states(&publications).await, [replaced, (5, PublicationState::Waiting, None)]);
    let counts = publications.counts().await.unwrap();
    assert_eq!((counts.waiting, counts.refused, counts.waiting_since), (1, 0, Some(Timestamp(5))));
    publishable(&store, consultation(2), "").await;
    assert_eq!(publications.of_consultation(consultation(2)).await.unwrap(), [], "without a number");
}

#[tokio::test]
async fn a_later_version_waits_for_the_answer_to_the_one_before() {
    let (_folder, store, publications) = house().await;
    publishable(&store, consultation(1), "SN-1").await;
    let first = due(&publications).await;
    assert!(publications.begin_send(&first, NOW).await.unwrap());
    assert!(!publications.begin_send(&first, NOW).await.unwrap(), "one flight a key");
    close(&store, consultation(1)).await;
    assert_eq!(publications.due(NOW, 9).await.unwrap().len(), 1);
    assert_eq!(due(&publications).await.fact, 4);
    publications.settle(first.key, PublicationState::Sent, None, Some("77"), NOW).await.unwrap();
    let second = due(&publications).await;
    assert_eq!(second.fact, 5);
    publications.put_off(second.key, PublicationTrouble::Unreachable, Timestamp(20), NOW).await.unwrap();
    assert_eq!(publications.due(Timestamp(19), 9).await.unwrap(), []);
    assert_eq!(publications.due(Timestamp(20), 9).await.unwrap()[0].tries, 1);
}

#[tokio::test]
async fn what_was_never_sent_is_dropped_with_the_consent_and_what_may_be_there_is_not() {
    let (_folder, store, publications) = house().await;
    publishable(&store, consultation(1), "SN-1").await;
    withdraw(&store, consultation(1)).await;
    let withdrawn = (4, PublicationState::Dropped, Some(PublicationTrouble::Withdrawn));
    assert_eq!(states(&publications).await, [withdrawn]);
    publishable(&store, consultation(2), "SN-1").await;
    let row = due(&publications).await;
    assert!(publications.begin_send(&row, Timestamp(99)).await.unwrap());
    withdraw(&store, consultation(2)).await;
    assert_eq!(due(&publications).await.sends, 1, "it is looked for at once");
    close(&store, consultation(2)).await;
    assert_eq!(publications.of_consultation(consultation(2)).await.unwrap().len(), 1, "no new version");
}

#[tokio::test]
async fn a_person_has_a_refused_one_tried_again_or_gives_it_up() {
    let (_folder, store, publications) = house().await;
    let ops = PartyId("ops".into());
    let decide = async |key, decision| publications.decide(key, decision, &ops, NOW).await.unwrap();
    publishable(&store, consultation(1), "SN-1").await;
    let row = due(&publications).await;
    let refused = async || {
        publications.begin_send(&row, NOW).await.unwrap();
        let trouble = Some(PublicationTrouble::Refused);
        publications.settle(row.key, PublicationState::Refused, trouble, None, NOW).await.unwrap();
    };
    refused().await;
    assert_eq!(publications.refused(9).await.unwrap().len(), 1);
    assert!(decide(row.key, PublicationDecision::Retry).await);
    assert_eq!(states(&publications).await, [(4, PublicationState::Waiting, None)]);
    assert!(!decide(row.key, PublicationDecision::Abandon).await, "it may have been stored");
    refused_again(&publications, row.key).await;
    close(&store, consultation(1)).await;
    assert!(decide(row.key, PublicationDecision::Retry).await);
    let replaced = (4, PublicationState::Dropped, Some(PublicationTrouble::Replaced));
    assert_eq!(states(&publications).await[0], replaced, "a newer version is owed");
    let newer = due(&publications).await;
    assert!(decide(newer.key, PublicationDecision::Abandon).await);
    assert_eq!(states(&publications).await[1], (5, PublicationState::Abandoned, None));
    assert!(!decide(newer.key, PublicationDecision::Retry).await, "it is over");
}

async fn refused_again(publications: &Arc<dyn Publications>, key: Uuid) {
    let trouble = Some(PublicationTrouble::Refused);
    publications.settle(key, PublicationState::Refused, trouble, None, NOW).await.unwrap();
}
