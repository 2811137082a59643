//! People, devices and their rights.

use super::{Folder, identity, place};
use crate::store::{
    Accounts, Devices, NewAccount, Places, Revocations, Session, Sessions, SqliteStore, StoreError,
};
use std::slice::from_ref;
use teranga_clinic::{
    id::PartyId,
    people::{Place, Role},
    structure::{Capability, Hours, Position, PositionQuality, Structure, StructureKind},
    time::Timestamp,
};

const T: Timestamp = Timestamp(1_000);
const LATER: Timestamp = Timestamp(2_000);
const CODE: [u8; 32] = [1; 32];
const TOKEN: [u8; 32] = [2; 32];
const KEY: &[u8] = b"a key";

/// A store with a post, a doctor and a tablet without a key.
async fn store(folder: &Folder) -> SqliteStore {
    let store = folder.open().await;
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    store.add_account(&account("doctor", "awa"), T).await.unwrap();
    store.add_device(&identity("kiosk", Role::Kiosk), T).await.unwrap();
    store
}

fn account(party: &str, login: &str) -> NewAccount {
    NewAccount {
        identity: identity(party, Role::Doctor),
        login: login.into(),
        password_hash: "hash".into(),
        order_number: None,
    }
}

fn party(name: &str) -> PartyId {
    PartyId(name.into())
}

async fn sign_in(store: &SqliteStore, who: &str, role: Role) {
    let session = session(who, role, T);
    assert_eq!(store.open_session(&TOKEN, &session, 5).await.unwrap(), [[0; 32]; 0]);
}

fn session(who: &str, role: Role, at: Timestamp) -> Session {
    let (identity, browser) = (identity(who, role), "Firefox, Windows".to_owned());
    Session { identity, order_number: None, opened_at: at, seen_at: at, expires_at: LATER, browser }
}

async fn is_signed_in(store: &SqliteStore, now: Timestamp) -> bool {
    store.session(&TOKEN, now).await.unwrap().is_some()
}

#[tokio::test]
async fn a_doctor_s_order_number_is_kept_changed_and_removed() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let number = async |store: &SqliteStore| {
        let session = store.session(&TOKEN, T).await.unwrap().unwrap();
        session.order_number.map(|number| number.reveal().clone())
    };
    sign_in(&store, "doctor", Role::Doctor).await;
    assert_eq!(number(&store).await, None);
    for wanted in [Some("SN-1234"), Some("SN-1235"), None] {
        assert_eq!(store.set_order_number("awa", wanted).await.unwrap(), Some(party("doctor")));
        assert_eq!(number(&store).await.as_deref(), wanted);
    }
    assert_eq!(store.set_order_number("nobody", Some("1")).await.unwrap(), None);
    let fatou = NewAccount { order_number: Some("SN-7".into()), ..account("fatou", "fatou") };
    store.add_account(&fatou, T).await.unwrap();
    let session = session("fatou", Role::Doctor, T);
    store.open_session(&[9; 32], &session, 5).await.unwrap();
    let read = store.session(&[9; 32], T).await.unwrap().unwrap();
    assert_eq!(read.order_number, Some("SN-7".into()));
}

#[tokio::test]
async fn tablets_and_doctors_are_expected_and_who_was_there_last_comes_first() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let expected = async |limit| {
        let parties = store.expected_parties(limit).await.unwrap();
        parties.into_iter().map(|one| (one.party.0, one.seen_at.map(|at| at.0))).collect::<Vec<_>>()
    };
    let line = |party: &str, at: Option<u64>| (party.to_owned(), at);
    assert_eq!(expected(9).await, [line("doctor", None)], "a tablet that was never enrolled is not expected");
    store.put_code(&CODE, &party("kiosk"), LATER).await.unwrap();
    store.enroll(&CODE, KEY, T).await.unwrap().unwrap();
    for (party, login) in [("binta", "binta"), ("fatou", "fatou")] {
        store.add_account(&account(party, login), T).await.unwrap();
    }
    let operator = NewAccount { identity: identity("ops", Role::Operator), ..account("ops", "ops") };
    store.add_account(&operator, T).await.unwrap();
    let seen = [("doctor", 5), ("fatou", 7), ("ops", 9), ("stranger", 9)];
    store.note_seen(&seen.map(|(name, at)| (party(name), Timestamp(at)))).await.unwrap();
    let all = [line("kiosk", None), line("fatou", Some(7)), line("doctor", Some(5)), line("binta", None)];
    assert_eq!(expected(9).await, all);
    assert_eq!(expected(2).await, all[..2], "cut at the end that matters least");
    store.revoke(&party("fatou"), T).await.unwrap();
    assert_eq!(expected(9).await.len(), 3, "who lost their rights is not expected");
}

#[tokio::test]
async fn places_are_put_and_corrected() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let mut structure = store.structures().await.unwrap().remove(0);
    structure.place.phone = "33 000 00 01".into();
    store.put_structure(&structure).await.unwrap();
    assert_eq!(store.structures().await.unwrap(), [structure.clone()]);
    let doctor = store.account("awa", "hash").await.unwrap().unwrap();
    assert_eq!(doctor.place.phone, structure.place.phone, "everyone there has the new number");
}

#[tokio::test]
async fn a_post_falls_back_on_the_centre_of_its_own_district() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let centre = Place { id: "centre".into(), phone: "33 000 00 13".into(), ..place() };
    let elsewhere = Place { id: "a-centre".into(), district: "Kanel".into(), ..centre.clone() };
    for (place, kind) in [(&centre, StructureKind::District), (&elsewhere, StructureKind::District)] {
        let structure = Structure::new(place.clone(), kind);
        store.put_structure(&structure).await.unwrap();
    }
    assert_eq!(store.district_centre(&place()).await.unwrap(), Some(centre.clone()));
    let mute = Place { phone: String::new(), ..centre };
    let structure = Structure::new(mute, StructureKind::District);
    store.put_structure(&structure).await.unwrap();
    assert_eq!(store.district_centre(&place()).await.unwrap(), None, "no number, no help");
}

#[tokio::test]
async fn structures_are_kept_with_all_that_is_known_of_them_and_a_list_is_taken_whole() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let known = Structure {
        position: Some(Position { latitude: 15.66, longitude: -13.26 }),
        quality: PositionQuality::Exact,
        capabilities: [Capability::Cesarean, Capability::Ambulance].into(),
        hours: Hours::DayAndNight,
        confirmed_at: Some(T),
        ..Structure::new(Place { id: "hospital".into(), ..place() }, StructureKind::Eps2)
    };
    let unnamed = Place { id: "nameless".into(), name: String::new(), ..place() };
    let refused = [known.clone(), Structure::new(unnamed, StructureKind::Post)];
    assert!(store.put_structures(&refused).await.is_err());
    assert_eq!(store.structures().await.unwrap().len(), 1, "all of a list or nothing");

    store.put_structures(from_ref(&known)).await.unwrap();
    assert!(store.structures().await.unwrap().contains(&known));
    let closed = Structure { closed: true, confirmed_at: Some(LATER), ..known };
    store.put_structure(&closed).await.unwrap();
    assert!(store.structures().await.unwrap().contains(&closed));
}

#[tokio::test]
async fn an_older_program_reads_and_corrects_the_structures() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let hospital = Structure::new(Place { id: "hospital".into(), ..place() }, StructureKind::Eps3);
    let case = Structure::new(Place { id: "case".into(), ..place() }, StructureKind::Case);
    store.put_structures(&[hospital.clone(), case]).await.unwrap();
    let kinds: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM place ORDER BY id").fetch_all(&store.readers).await.unwrap();
    assert_eq!(kinds, ["post", "hospital", "post"], "words that it knows");
    assert!(store.structures().await.unwrap().contains(&hospital));

    let of_old =
        "UPDATE place SET kind = 'district', latitude = 15.66, longitude = -13.26 WHERE id = 'hospital'";
    sqlx::query(of_old).execute(&store.writer).await.unwrap();
    let all = store.structures().await.unwrap();
    let corrected = all.iter().find(|one| one.place.id == "hospital").unwrap();
    assert_eq!((corrected.kind, corrected.quality), (StructureKind::District, PositionQuality::Approximate));
}

#[tokio::test]
async fn a_login_and_a_party_are_taken_once() {
    let folder = Folder::new();
    let store = store(&folder).await;
    for taken in [account("doctor", "other"), account("other", "awa")] {
        let error = store.add_account(&taken, T).await.unwrap_err();
        assert!(matches!(error, StoreError::Exists(_)), "{error:?}");
    }
    assert!(store.account("other", "hash").await.unwrap().is_none(), "half an account was kept");
    let mut nowhere = account("other", "other");
    nowhere.identity.place.id = "nowhere".into();
    let error = store.add_account(&nowhere, T).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing), "{error:?}");
}

#[tokio::test]
async fn an_account_comes_back_whole() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let account = store.account("awa", "hash").await.unwrap().unwrap();
    assert_eq!(account, identity("doctor", Role::Doctor));
    assert_eq!(store.password_hash("awa").await.unwrap().unwrap().reveal(), "hash");
    assert!(store.account("awa", "a hash read before the password was changed").await.unwrap().is_none());
}

#[tokio::test]
async fn one_row_is_read_for_names_that_exist_and_for_names_that_do_not() {
    let folder = Folder::new();
    let store = store(&folder).await;
    for name in ["kiosk", "kiosk-2", "a", "zebu", "", "KIOSK", "kiosk\0", "é"] {
        assert!(store.nearest_device(&party(name)).await.unwrap().is_some(), "{name}");
        assert_eq!(
            store.device_key(&party(name)).await.unwrap(),
            None,
            "{name}: no device, or one without a key"
        );
    }
    store.put_code(&CODE, &party("kiosk"), LATER).await.unwrap();
    store.enroll(&CODE, KEY, T).await.unwrap();
    assert_eq!(store.device_key(&party("kiosk")).await.unwrap().as_deref(), Some(KEY));
    assert_eq!(store.device_key(&party("kiosk-2")).await.unwrap(), None);
    for login in ["awa", "awb", "", "zebu"] {
        let sealed = super::super::sealed::login(&store.keys, login);
        assert!(store.nearest_account(&sealed).await.unwrap().is_some(), "{login}");
        assert_eq!(store.password_hash(login).await.unwrap().is_some(), login == "awa");
    }
    for name in ["", "~"] {
        assert!(store.nearest_account(name).await.unwrap().is_some(), "before all and after all");
    }
}

#[tokio::test]
async fn a_session_ends_by_itself_or_when_closed() {
    let folder = Folder::new();
    let store = store(&folder).await;
    sign_in(&store, "doctor", Role::Doctor).await;
    assert!(is_signed_in(&store, T).await);
    assert!(!is_signed_in(&store, LATER).await, "expired");
    store.extend_session(&TOKEN, T, LATER.plus_ms(1)).await.unwrap();
    assert!(is_signed_in(&store, LATER).await, "prolonged");
    store.close_session(&TOKEN).await.unwrap();
    assert!(!is_signed_in(&store, T).await, "closed");
}

#[tokio::test]
async fn a_party_has_a_few_sessions_and_loses_the_one_that_it_used_longest_ago() {
    let folder = Folder::new();
    let store = store(&folder).await;
    sign_in(&store, "kiosk", Role::Kiosk).await;
    for number in 10..15 {
        let session = session("doctor", Role::Doctor, T.plus_ms(u64::from(number)));
        assert!(store.open_session(&[number; 32], &session, 5).await.unwrap().is_empty());
    }
    store.extend_session(&[10; 32], T.plus_ms(50), LATER).await.unwrap();
    let sixth = session("doctor", Role::Doctor, T.plus_ms(60));
    assert_eq!(store.open_session(&[15; 32], &sixth, 5).await.unwrap(), [[11; 32]]);
    let listed = store.sessions_of(&party("doctor"), T.plus_ms(60)).await.unwrap();
    assert_eq!(listed.iter().map(|session| session.token[0]).collect::<Vec<_>>(), [15, 10, 14, 13, 12]);
    assert_eq!((listed[1].opened_at, listed[1].seen_at), (T.plus_ms(10), T.plus_ms(50)));
    assert_eq!(listed[0].browser, "Firefox, Windows");
    assert!(is_signed_in(&store, T).await, "the session of another party");
}

#[tokio::test]
async fn a_new_password_ends_the_sessions() {
    let folder = Folder::new();
    let store = store(&folder).await;
    sign_in(&store, "doctor", Role::Doctor).await;
    assert_eq!(store.set_password("awa", "new", LATER).await.unwrap(), Some(party("doctor")));
    assert!(!is_signed_in(&store, T).await);
    assert_eq!(store.password_hash("awa").await.unwrap().unwrap().reveal(), "new");
    assert_eq!(store.set_password("nobody", "new", LATER).await.unwrap(), None);
}

#[tokio::test]
async fn a_revoked_party_has_nothing_left() {
    let folder = Folder::new();
    let store = store(&folder).await;
    sign_in(&store, "doctor", Role::Doctor).await;
    assert!(store.revoke(&party("doctor"), LATER).await.unwrap());
    assert!(!is_signed_in(&store, T).await);
    assert!(store.account("awa", "hash").await.unwrap().is_none());
    assert!(store.password_hash("awa").await.unwrap().is_none());
    assert_eq!(store.party_of_login("awa").await.unwrap(), Some(party("doctor")));
    assert!(!store.revoke(&party("nobody"), LATER).await.unwrap());
}

#[tokio::test]
async fn revocations_are_read_by_another_process_in_order() {
    let folder = Folder::new();
    let (server, command) = (store(&folder).await, folder.open().await);
    let known = server.last_revocation().await.unwrap();
    command.revoke(&party("doctor"), T).await.unwrap();
    command.revoke(&party("kiosk"), T).await.unwrap();
    let told = server.revocations_after(known).await.unwrap();
    let parties: Vec<_> = told.iter().map(|(_, party)| party.clone()).collect();
    assert_eq!(parties, [party("doctor"), party("kiosk")]);
    assert!(server.revocations_after(told[1].0).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_code_binds_one_key() {
    let folder = Folder::new();
    let store = store(&folder).await;
    store.put_code(&CODE, &party("kiosk"), LATER).await.unwrap();
    assert_eq!(store.enroll(&[9; 32], KEY, T).await.unwrap(), None, "unknown");
    assert_eq!(store.enroll(&CODE, KEY, LATER).await.unwrap(), None, "expired");
    assert_eq!(store.enroll(&CODE, KEY, T).await.unwrap(), Some(party("kiosk")));
    assert_eq!(store.enroll(&CODE, b"another key", T).await.unwrap(), None, "used");
    let device = store.device(&party("kiosk")).await.unwrap().unwrap();
    assert_eq!(device.public_key.as_deref(), Some(KEY));
    assert_eq!(store.devices().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_second_code_voids_the_first() {
    let folder = Folder::new();
    let store = store(&folder).await;
    store.put_code(&CODE, &party("kiosk"), LATER).await.unwrap();
    store.put_code(&[3; 32], &party("kiosk"), LATER).await.unwrap();
    assert_eq!(store.enroll(&CODE, KEY, T).await.unwrap(), None);
    assert_eq!(store.enroll(&[3; 32], KEY, T).await.unwrap(), Some(party("kiosk")));
}

#[tokio::test]
async fn a_new_key_ends_the_old_ones_sessions_and_a_revocation() {
    let folder = Folder::new();
    let store = store(&folder).await;
    sign_in(&store, "kiosk", Role::Kiosk).await;
    store.revoke(&party("kiosk"), T).await.unwrap();
    store.put_code(&CODE, &party("kiosk"), LATER).await.unwrap();
    let before = store.last_revocation().await.unwrap();
    store.enroll(&CODE, b"new key", T).await.unwrap();
    assert!(store.device(&party("kiosk")).await.unwrap().unwrap().revoked_at.is_none());
    assert!(!is_signed_in(&store, T).await);
    assert_eq!(store.revocations_after(before).await.unwrap().len(), 1, "the old tablet's sockets close");
}
