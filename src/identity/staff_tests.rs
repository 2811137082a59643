//! The staff of a post: who may do what, and how guessing is slowed.

use super::{staff::*, *};
use crate::store::testing::{Folder, place};
use crate::store::{HasStaff, SqliteStore};
use teranga_clinic::{
    id::StaffId,
    structure::{Structure, StructureKind},
};

struct World {
    staff: PostStaff,
    store: Arc<SqliteStore>,
    folder: Folder,
}

async fn world() -> World {
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    for id in ["poste-nabadji", "poste-kanel"] {
        let place = Place { id: id.into(), ..place() };
        let structure = Structure::new(place, StructureKind::Post);
        store.put_structure(&structure).await.unwrap();
    }
    World { staff: PostStaff::new(store.staff(), Clock::start()), store, folder }
}

const POST: &str = "poste-nabadji";

fn new(name: &str) -> NewMember {
    NewMember { name: name.into(), title: "ICP".into(), responsible: false }
}

fn pin(digits: &str) -> Pii<String> {
    digits.into()
}

#[tokio::test]
async fn the_first_member_leads_and_only_a_leader_adds_and_changes_others() {
    let world = world().await;
    let staff = &world.staff;
    let awa = staff.add(POST, None, new("Awa Ba"), &pin("4711")).await.unwrap();
    assert!(awa.responsible);
    let again = staff.add(POST, None, new("Someone"), &pin("4711")).await;
    assert!(matches!(again, Err(StaffDenied::NotResponsible)));
    let by_awa = staff.enter(POST, &awa.id, &pin("4711")).await.unwrap();
    let demba = staff.add(POST, Some(&by_awa), new("Demba Sy"), &pin("123456")).await.unwrap();
    let by_demba = staff.enter(POST, &demba.id, &pin("123456")).await.unwrap();
    let refused = staff.add(POST, Some(&by_demba), new("Someone"), &pin("4711")).await;
    assert!(matches!(refused, Err(StaffDenied::NotResponsible)));
    assert!(matches!(staff.changeable(POST, &by_demba, &awa.id).await, Err(StaffDenied::NotResponsible)));
    assert!(staff.changeable(POST, &by_demba, &demba.id).await.is_ok(), "oneself");
    assert!(matches!(staff.proven("poste-kanel", &by_awa).await, Err(StaffDenied::Pin)), "of another post");
    let gone = crate::store::StaffMember { left: true, ..awa.clone() };
    assert!(matches!(staff.change(&gone, None).await, Err(StaffDenied::NotResponsible)), "nobody would lead");
}

#[tokio::test]
async fn a_new_pin_and_leaving_void_every_proof_and_the_name_stays() {
    let world = world().await;
    let staff = &world.staff;
    let awa = staff.add(POST, None, new("Awa Ba"), &pin("4711")).await.unwrap();
    let proof = staff.enter(POST, &awa.id, &pin("4711")).await.unwrap();
    assert_eq!(staff.proven(POST, &proof).await.unwrap().id, awa.id);
    staff.set_pin(&awa.id, &pin("0815"), None).await.unwrap();
    assert!(matches!(staff.proven(POST, &proof).await, Err(StaffDenied::Pin)));
    let proof = staff.enter(POST, &awa.id, &pin("0815")).await.unwrap();
    staff.change(&crate::store::StaffMember { left: true, ..awa.clone() }, None).await.unwrap();
    assert!(matches!(staff.proven(POST, &proof).await, Err(StaffDenied::Pin)));
    assert!(matches!(staff.enter(POST, &awa.id, &pin("0815")).await, Err(StaffDenied::Pin)));
    let members = staff.members(POST).await.unwrap();
    assert_eq!((members[0].name.reveal().as_str(), members[0].left), ("Awa Ba", true));
}

#[tokio::test]
async fn guessing_a_pin_is_slowed_and_no_text_lies_in_the_database() {
    let world = world().await;
    let World { staff, store, .. } = &world;
    let awa = staff.add(POST, None, new("Ndeyefatou"), &pin("4711")).await.unwrap();
    let mut waits = 0;
    for guess in 0..40 {
        match staff.enter(POST, &awa.id, &pin(&format!("{guess:04}"))).await {
            Err(StaffDenied::TooManyAttempts(_)) => waits += 1,
            other => assert!(matches!(other, Err(StaffDenied::Pin))),
        }
    }
    assert!(waits >= 30, "{} PINs were tried at once", 40 - waits);
    assert!(matches!(
        staff.enter(POST, &StaffId("staff-0".into()), &pin("4711")).await,
        Err(StaffDenied::Pin)
    ));
    for bad in ["123", "1234567", "12a4", ""] {
        let refused = staff.set_pin(&awa.id, &pin(bad), None).await;
        assert!(matches!(refused, Err(StaffDenied::Malformed)), "{bad}");
    }
    store.close().await;
    let file = std::fs::read(world.folder.join("teranga.db")).unwrap();
    assert!(!file.windows(10).any(|window| window == b"Ndeyefatou"));
}

#[tokio::test]
async fn a_second_responsible_person_lets_the_first_step_down_and_the_log_says_who_changed_what() {
    let world = world().await;
    let staff = &world.staff;
    let awa = staff.add(POST, None, new("Awa Ba"), &pin("4711")).await.unwrap();
    let by_awa = staff.enter(POST, &awa.id, &pin("4711")).await.unwrap();
    let demba = staff.add(POST, Some(&by_awa), new("Demba Sy"), &pin("123456")).await.unwrap();
    let alone = crate::store::StaffMember { responsible: false, ..awa.clone() };
    let refused = staff.change(&alone, Some(awa.id.clone())).await;
    assert!(matches!(refused, Err(StaffDenied::NotResponsible)), "nobody would lead");
    let named = crate::store::StaffMember { name: "Demba Sow".into(), responsible: true, ..demba.clone() };
    staff.change(&named, Some(awa.id.clone())).await.unwrap();
    staff.change(&alone, Some(awa.id.clone())).await.unwrap();
    assert!(matches!(staff.changeable(POST, &by_awa, &demba.id).await, Err(StaffDenied::NotResponsible)));
    staff.change(&alone, Some(awa.id.clone())).await.unwrap();
    staff.set_pin(&awa.id, &pin("0815"), Some(demba.id.clone())).await.unwrap();
    let log = staff.changes(POST).await.unwrap();
    let rows: Vec<_> =
        log.iter().map(|row| (row.by.clone(), row.staff.clone(), row.change.as_str())).collect();
    let (awa, demba) = (awa.id, demba.id);
    let expected = [
        (Some(demba.clone()), awa.clone(), "pin"),
        (Some(awa.clone()), awa.clone(), "dismissed"),
        (Some(awa.clone()), demba.clone(), "renamed appointed"),
        (Some(awa.clone()), demba, "added"),
        (None, awa, "added"),
    ];
    assert_eq!(rows, expected, "a change that changes nothing has no row");
}
