//! Proposals of posts about structures, and the answers of coordinators.

use super::{Folder, place};
use crate::store::{Decided, HasProposals, NewProposal, Places, Proposals, Proposed, SqliteStore, Verdict};
use std::sync::Arc;
use teranga_clinic::{
    id::{PartyId, ProposalId},
    people::Place,
    structure::{PROPOSALS_OPEN, ProposalState, ProposedChange, Structure, StructureKind},
    time::Timestamp,
};
use uuid::Uuid;

const T: Timestamp = Timestamp(1_000);
const LATER: Timestamp = Timestamp(2_000);

/// A store with a post and a hospital.
async fn store(folder: &Folder) -> (Arc<SqliteStore>, Arc<dyn Proposals>) {
    let store = Arc::new(folder.open().await);
    let hospital = Place { id: "hospital".into(), phone: "33 1".into(), ..place() };
    let other = Place { id: "other".into(), ..place() };
    let all = [
        Structure::new(place(), StructureKind::Post),
        Structure::new(other, StructureKind::Post),
        Structure::new(hospital, StructureKind::Hospital),
    ];
    store.put_structures(&all).await.unwrap();
    let proposals = store.proposals();
    (store, proposals)
}

fn phone(number: &str) -> ProposedChange {
    ProposedChange::Phone { phone: number.into() }
}

fn proposal(number: u128) -> NewProposal {
    NewProposal {
        proposal: ProposalId(Uuid::from_u128(number)),
        structure: "hospital".into(),
        post: "poste".into(),
        staff: None,
        at: T,
        change: phone("33 2"),
        remark: "le gardien répond".into(),
    }
}

fn verdict(number: u128, by: &str, accepted: bool) -> Verdict {
    Verdict {
        proposal: ProposalId(Uuid::from_u128(number)),
        by: PartyId(by.into()),
        at: LATER,
        accepted,
        reason: "vu".into(),
        seen: phone("33 1"),
    }
}

async fn hospital(store: &SqliteStore) -> Structure {
    store.structures().await.unwrap().into_iter().find(|one| one.place.id == "hospital").unwrap()
}

#[tokio::test]
async fn an_accepted_proposal_changes_the_structure_and_a_second_answer_is_told() {
    let folder = Folder::new();
    let (store, proposals) = store(&folder).await;
    assert_eq!(proposals.propose(&proposal(1)).await.unwrap(), Proposed::Stored);
    assert_eq!(hospital(&store).await.place.phone, "33 1", "a proposal changes nothing");
    assert_eq!(proposals.open(9).await.unwrap(), (1, vec![proposal(1)]));

    assert_eq!(proposals.decide(&verdict(2, "mina", true)).await.unwrap(), Decided::Unknown);
    assert_eq!(proposals.decide(&verdict(1, "mina", true)).await.unwrap(), Decided::Stands);
    let changed = hospital(&store).await;
    assert_eq!((changed.place.phone.as_str(), changed.confirmed_at), ("33 2", Some(LATER)));
    assert_eq!(proposals.decide(&verdict(1, "mina", true)).await.unwrap(), Decided::Stands, "sent twice");
    for (by, accepted) in [("binta", true), ("binta", false), ("mina", false)] {
        assert_eq!(proposals.decide(&verdict(1, by, accepted)).await.unwrap(), Decided::Before);
    }
    assert_eq!(proposals.open(9).await.unwrap(), (0, vec![]));
    let told = proposals.of_post("poste", LATER, 9).await.unwrap().remove(0);
    assert_eq!((told.state, told.decided_at), (ProposalState::Accepted, Some(LATER)));
    assert_eq!((told.made, told.reason), (proposal(1), "vu".into()));
    assert!(proposals.of_post("poste", LATER.plus_ms(1), 9).await.unwrap().is_empty(), "told long enough");
    let replaced: String = sqlx::query_scalar("SELECT replaced FROM structure_proposal")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert_eq!(replaced, r#"{"kind":"phone","phone":"33 1"}"#);
}

#[tokio::test]
async fn what_was_imported_meanwhile_is_not_overwritten_unseen() {
    let folder = Folder::new();
    let (store, proposals) = store(&folder).await;
    proposals.propose(&proposal(1)).await.unwrap();
    let mut imported = hospital(&store).await;
    imported.place.phone = "33 3".into();
    store.put_structure(&imported).await.unwrap();
    assert_eq!(proposals.decide(&verdict(1, "mina", true)).await.unwrap(), Decided::Stale);
    assert_eq!(hospital(&store).await, imported);
    let seen = Verdict { seen: phone("33 3"), ..verdict(1, "mina", true) };
    assert_eq!(proposals.decide(&seen).await.unwrap(), Decided::Stands);
    assert_eq!(hospital(&store).await.place.phone, "33 2");

    proposals.propose(&proposal(2)).await.unwrap();
    let rejected = verdict(2, "mina", false);
    assert_eq!(proposals.decide(&rejected).await.unwrap(), Decided::Stands, "a rejection overwrites nothing");
    assert_eq!(hospital(&store).await.confirmed_at, Some(LATER));
}

#[tokio::test]
async fn a_closed_structure_is_opened_by_an_accepted_proposal() {
    let folder = Folder::new();
    let (store, proposals) = store(&folder).await;
    let closed = Structure { closed: true, ..hospital(&store).await };
    store.put_structure(&closed).await.unwrap();
    let open = ProposedChange::Closed { closed: false };
    proposals.propose(&NewProposal { change: open, ..proposal(1) }).await.unwrap();
    let seen = ProposedChange::Closed { closed: true };
    proposals.decide(&Verdict { seen, ..verdict(1, "mina", true) }).await.unwrap();
    assert!(!hospital(&store).await.closed);
}

#[tokio::test]
async fn a_post_has_a_few_open_proposals_and_one_that_is_sent_twice_is_one() {
    let folder = Folder::new();
    let (_, proposals) = store(&folder).await;
    let most = u128::from(PROPOSALS_OPEN);
    for number in 1..=most {
        assert_eq!(proposals.propose(&proposal(number)).await.unwrap(), Proposed::Stored);
    }
    assert_eq!(proposals.propose(&proposal(most + 1)).await.unwrap(), Proposed::Full);
    assert_eq!(proposals.propose(&proposal(1)).await.unwrap(), Proposed::Stored, "it is there already");
    assert_eq!(proposals.open(1).await.unwrap(), (PROPOSALS_OPEN, vec![proposal(1)]));

    let of_other = |number| NewProposal { post: "other".into(), ..proposal(number) };
    assert_eq!(proposals.propose(&of_other(1)).await.unwrap(), Proposed::Unknown, "another post's name");
    assert_eq!(proposals.propose(&of_other(most + 1)).await.unwrap(), Proposed::Stored);
    let nowhere = NewProposal { structure: "nowhere".into(), ..of_other(most + 2) };
    assert_eq!(proposals.propose(&nowhere).await.unwrap(), Proposed::Unknown);
    proposals.decide(&verdict(1, "mina", false)).await.unwrap();
    assert_eq!(proposals.propose(&proposal(most + 2)).await.unwrap(), Proposed::Stored, "one was answered");
    assert_eq!(proposals.of_post("other", T, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_texts_of_a_proposal_are_sealed() {
    let folder = Folder::new();
    let (store, proposals) = store(&folder).await;
    proposals.propose(&proposal(1)).await.unwrap();
    let remark: Vec<u8> = sqlx::query_scalar("SELECT sealed_remark FROM structure_proposal")
        .fetch_one(&store.readers)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&remark).contains("gardien"));
    let changed = "UPDATE structure_proposal SET sealed_remark = zeroblob(40)";
    sqlx::query(changed).execute(&store.writer).await.unwrap();
    let error = proposals.open(9).await.unwrap_err().to_string();
    assert!(error.contains("was changed") && !error.contains("gardien"), "{error}");
}
