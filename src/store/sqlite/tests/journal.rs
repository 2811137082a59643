//! Facts and openings.

use super::{Folder, add, by, claimed, consultation, facts, identity, noted, place, requested};
use crate::store::{Accounts, Devices, Journal, NewAccount, Places, Revocations, SqliteStore, StoreError};
use teranga_clinic::{
    audit::{Circumstances, NetworkKind, OpenedFile, OpeningWay, RecordOpening},
    clinical::Disposition,
    fact::{FactNumber, What},
    id::{PartyId, PhotoId, StaffId},
    people::{Identity, Place, Role},
    structure::{Structure, StructureKind},
    time::Timestamp,
};

#[tokio::test]
async fn facts_come_back_as_they_went_in() {
    let folder = Folder::new();
    let (store, id) = (folder.open().await, consultation(1));
    let written = [requested(id, 1), claimed(2), noted(id, 3)];
    for (fact, number) in written.iter().zip(1..) {
        assert_eq!(add(&store, id, fact).await.unwrap(), FactNumber(number));
    }
    store.close().await;
    let store = folder.open().await;
    assert_eq!(facts(&store, id).await, written);
    assert_eq!(add(&store, id, &noted(id, 4)).await.unwrap(), FactNumber(4));
    assert!(facts(&store, consultation(2)).await.is_empty());
}

#[tokio::test]
async fn a_consultation_begins_once() {
    let folder = Folder::new();
    let (store, id) = (folder.open().await, consultation(1));
    let early = add(&store, id, &noted(id, 1)).await;
    assert!(matches!(early, Err(StoreError::Missing)), "{early:?}");
    add(&store, id, &requested(id, 1)).await.unwrap();
    let again = add(&store, id, &requested(id, 2)).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    assert_eq!(facts(&store, id).await.len(), 1);
}

#[tokio::test]
async fn a_start_is_told_what_goes_on_and_what_ended_lately() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 1..=3 {
        let id = consultation(number);
        add(&store, id, &requested(id, 10 - u64::try_from(number).unwrap())).await.unwrap();
    }
    let closed = What::Closed { disposition: Disposition::Advice, follow_up: None };
    add(&store, consultation(1), &claimed(50)).await.unwrap();
    add(&store, consultation(1), &by("doctor", 100, closed)).await.unwrap();
    add(&store, consultation(2), &by("post", 200, What::Cancelled)).await.unwrap();
    let current = store.current(Timestamp(200)).await.unwrap();
    let current: Vec<_> = current.into_iter().map(Result::unwrap).collect();
    let ids: Vec<_> = current.iter().map(|history| history.consultation().id()).collect();
    assert_eq!(ids, [consultation(3), consultation(2)], "oldest first");
    assert_eq!(current[1].facts().len(), 2);
}

#[tokio::test]
async fn everyone_finds_their_own_first_what_is_not_over_then_the_newest() {
    let folder = Folder::new();
    let store = folder.open().await;
    for number in 1..=3 {
        let id = consultation(number);
        add(&store, id, &requested(id, number.try_into().unwrap())).await.unwrap();
    }
    let doctor = identity("doctor", Role::Doctor);
    let guest = identity("guest", Role::Guest);
    add(&store, consultation(2), &by("doctor", 5, What::Claimed { doctor })).await.unwrap();
    for _ in 0..2 {
        let entered = What::Entered { guest: guest.clone(), holds: false, why: None };
        add(&store, consultation(2), &by("guest", 6, entered)).await.unwrap();
    }
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    store.add_device(&identity("post", Role::Kiosk), Timestamp(0)).await.unwrap();
    let reader = |party: &str| identity(party, if party == "post" { Role::Kiosk } else { Role::Doctor });
    let own = async |party: &str, limit| {
        let histories = store.of_reader(&reader(party), limit).await.unwrap();
        histories.into_iter().map(|one| one.unwrap().consultation().id()).collect::<Vec<_>>()
    };
    assert_eq!(own("post", 2).await, [consultation(3), consultation(2)]);
    // What is over is cut before what is not, however long that has waited.
    add(&store, consultation(3), &by("post", 7, What::Cancelled)).await.unwrap();
    assert_eq!(own("post", 2).await, [consultation(2), consultation(1)]);
    assert_eq!(own("post", 50).await, [consultation(2), consultation(1), consultation(3)]);
    assert_eq!(own("doctor", 50).await, [consultation(2)]);
    assert_eq!(own("guest", 50).await, [consultation(2)]);
    assert!(own("stranger", 50).await.is_empty());
    for (party, id, listed) in [("guest", 2, true), ("guest", 3, false), ("stranger", 2, false)] {
        let found = store.is_listed(consultation(id), &reader(party)).await.unwrap();
        assert_eq!(found, listed, "{party} in {id}");
    }
}

#[tokio::test]
async fn a_tablet_finds_what_every_tablet_of_its_post_asked_and_nothing_of_another_post() {
    let folder = Folder::new();
    let store = folder.open().await;
    let elsewhere = Place { id: "autre".into(), ..place() };
    for place in [place(), elsewhere.clone()] {
        let structure = Structure::new(place, StructureKind::Post);
        store.put_structure(&structure).await.unwrap();
    }
    let [post, second, other] = ["post", "second", "other"].map(|party| identity(party, Role::Kiosk));
    let other = Identity { place: elsewhere, ..other };
    for tablet in [&post, &second, &other] {
        store.add_device(tablet, Timestamp(0)).await.unwrap();
    }
    let id = consultation(1);
    add(&store, id, &requested(id, 1)).await.unwrap();
    let joined = What::TabletJoined { tablet: second.clone() };
    add(&store, id, &by("second", 2, joined)).await.unwrap();
    store.revoke(&post.party, Timestamp(3)).await.unwrap();
    for (reader, count) in [(&post, 1), (&second, 1), (&other, 0)] {
        assert_eq!(store.of_reader(reader, 9).await.unwrap().len(), count, "{:?}", reader.party);
        assert_eq!(store.is_listed(id, reader).await.unwrap(), count > 0, "{:?}", reader.party);
    }
    let doctor = identity("second", Role::Doctor);
    assert!(!store.is_listed(id, &doctor).await.unwrap(), "a person has no post");
    assert!(!store.is_listed(consultation(2), &second).await.unwrap());
}

#[tokio::test]
async fn openings_are_written_down() {
    let folder = Folder::new();
    let (store, id) = (folder.open().await, consultation(1));
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    let account = NewAccount {
        order_number: None,
        identity: identity("doctor", Role::Doctor),
        login: "doctor".into(),
        password_hash: "hash".into(),
    };
    store.add_account(&account, Timestamp(0)).await.unwrap();
    add(&store, id, &requested(id, 1)).await.unwrap();
    let way = OpeningWay::Read;
    let opening = RecordOpening {
        consultation: id,
        by: PartyId("doctor".into()),
        at: Timestamp(7),
        file: None,
        way,
        circumstances: Circumstances::default(),
    };
    store.note_opening(&opening).await.unwrap();
    let photo = |number, at| RecordOpening {
        file: Some(OpenedFile::Photo(PhotoId(uuid::Uuid::from_u128(number)))),
        at: Timestamp(at),
        ..opening.clone()
    };
    let network = Some(NetworkKind::Private);
    let circumstances = Circumstances { network, staff: Some(StaffId("awa".into())) };
    let elsewhere = |at| RecordOpening { circumstances: circumstances.clone(), ..photo(1, at) };
    for opening in [photo(1, 8), photo(1, 9), photo(2, 10), elsewhere(11), elsewhere(12), photo(1, 700_000)] {
        store.note_opening(&opening).await.unwrap();
    }
    let noted = [opening.clone(), photo(1, 8), photo(2, 10), elsewhere(11), photo(1, 700_000)];
    assert_eq!(store.openings(id).await.unwrap(), noted, "pieces of one photo are one opening");
    assert!(store.openings(consultation(2)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_backup_is_a_store_and_overwrites_nothing() {
    let (folder, copy, id) = (Folder::new(), Folder::new(), consultation(1));
    let store = folder.open().await;
    add(&store, id, &requested(id, 1)).await.unwrap();
    std::fs::create_dir_all(&*copy).unwrap();
    store.backup(&copy.file()).await.unwrap();
    let again = store.backup(&copy.file()).await;
    assert!(matches!(again, Err(StoreError::Exists(_))), "{again:?}");
    add(&store, id, &noted(id, 2)).await.unwrap();
    let restored = SqliteStore::open(&copy, &folder.key_file()).await.unwrap();
    assert_eq!(facts(&restored, id).await, [requested(id, 1)]);
}
