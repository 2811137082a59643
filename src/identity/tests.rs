//! Signing in, over a real store.

use super::{Attempt, Client, Denied, Identities, SignedIn, code, password};
use crate::{
    clock::Clock,
    store::{
        Devices, NewAccount, Places, Revocations, SqliteStore, Stores,
        testing::{Folder, identity, place},
    },
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use std::{net::IpAddr, sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    people::Role,
    structure::{Structure, StructureKind},
};
use tokio::{sync::mpsc, time::timeout};

const PASSWORD: &str = "le fleuve à Matam";
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

struct World {
    identities: Arc<Identities>,
    store: Arc<SqliteStore>,
    folder: Folder,
}

/// A doctor `awa` and a tablet without a key.
async fn world() -> World {
    let folder = Folder::new();
    let (store, clock) = (Arc::new(folder.open().await), Clock::start());
    let structure = Structure::new(place(), StructureKind::Post);
    store.put_structure(&structure).await.unwrap();
    let identities = Arc::new(Identities::new(&Stores::of(store.clone()), clock));
    let hash = password::hash(PASSWORD).unwrap();
    let identity_of = identity("doctor", Role::Doctor);
    let doctor =
        NewAccount { identity: identity_of, login: "awa".into(), password_hash: hash, order_number: None };
    identities.add_person(&doctor).await.unwrap();
    store.add_device(&identity("kiosk", Role::Kiosk), clock.timestamp()).await.unwrap();
    World { identities, store, folder }
}

fn client(from: IpAddr) -> Client<'static> {
    Client { from, browser: "Firefox, Windows" }
}

fn kiosk() -> PartyId {
    PartyId("kiosk".into())
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

impl World {
    async fn sign_in(&self, login: &str, password: &str, from: IpAddr) -> Result<SignedIn, Denied> {
        self.sign_in_by(login, password, from, None).await
    }

    async fn sign_in_by(
        &self,
        login: &str,
        password: &str,
        from: IpAddr,
        device_cookie: Option<&str>,
    ) -> Result<SignedIn, Denied> {
        let (login, password) = (&login.into(), &password.into());
        let attempt = Attempt { login, password, device_cookie, client: client(from) };
        self.identities.sign_in(&attempt).await
    }

    async fn enroll(&self, key: &EcdsaKeyPair) {
        let code = self.identities.new_code(&kiosk()).await.unwrap();
        let device = self
            .identities
            .enroll(code.reveal(), key.public_key().as_ref(), client(HERE))
            .await
            .unwrap()
            .identity
            .party;
        assert_eq!(device, kiosk());
    }

    async fn sign_in_with(&self, key: &EcdsaKeyPair) -> Result<SignedIn, Denied> {
        let challenge = self.identities.challenge(&kiosk());
        let signature = key.sign(&SystemRandom::new(), &challenge).unwrap();
        self.identities.sign_in_device(&kiosk(), &challenge, signature.as_ref(), client(HERE)).await
    }
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let world = world().await;
    let session = world.sign_in(" AWA ", PASSWORD, HERE).await.unwrap();
    assert_eq!(session.identity.party, PartyId("doctor".into()));
    let token = session.token.reveal();
    assert!(world.identities.session(token).await.unwrap().is_some());
    world.identities.end_session(&super::secret::hash(token.as_bytes())).await.unwrap();
    assert!(world.identities.session(token).await.unwrap().is_none());
}

#[tokio::test]
async fn an_unknown_login_and_a_wrong_password_sound_alike() {
    let world = world().await;
    for (login, password) in [("awa", "le fleuve a Matam"), ("nobody", PASSWORD), ("", PASSWORD)] {
        let denied = world.sign_in(login, password, HERE).await.unwrap_err();
        assert!(matches!(denied, Denied::Credentials), "{denied:?}");
    }
}

#[tokio::test]
async fn guessing_locks_out_the_guesser_and_nobody_else() {
    let world = world().await;
    let guesses = (0..30).map(|_| world.sign_in("awa", "wrong password", HERE));
    let denied = futures_util::future::join_all(guesses).await;
    let tried = denied.iter().filter(|denied| matches!(denied, Err(Denied::Credentials))).count();
    assert!(tried <= 6, "{tried} passwords were tried at once");
    // Hashing takes time on a busy machine, so the wait must have become long before it is looked for.
    let mut wait_s = 0;
    while wait_s < 6 {
        let denied = world.sign_in("awa", "wrong password", HERE).await;
        wait_s = if let Err(Denied::TooManyAttempts(seconds)) = denied { seconds } else { 0 };
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let here = world.sign_in("awa", PASSWORD, HERE).await;
    assert!(matches!(here, Err(Denied::TooManyAttempts(_))), "{here:?}");
    assert!(world.sign_in("awa", PASSWORD, THERE).await.is_ok(), "the doctor was locked out");
}

#[tokio::test]
async fn a_known_browser_signs_in_while_its_own_network_is_flooded() {
    let world = world().await;
    let cookie = world.sign_in("awa", PASSWORD, HERE).await.unwrap().device_cookie.unwrap().value;
    let cookie = cookie.reveal().as_str();
    for _ in 0..5 {
        let guesses = (0..30).map(|_| world.sign_in("awa", "wrong password", HERE));
        let (guesses, known) = tokio::join!(
            futures_util::future::join_all(guesses),
            world.sign_in_by("awa", PASSWORD, HERE, Some(cookie))
        );
        assert!(guesses.iter().all(Result::is_err));
        assert!(known.is_ok(), "{known:?}");
    }
    let stolen = world.sign_in_by("awa", "wrong password", HERE, Some(cookie)).await;
    assert!(matches!(stolen, Err(Denied::Credentials)), "a cookie is no password");
    let foreign = world.sign_in_by("moussa", PASSWORD, HERE, Some(cookie)).await;
    assert!(foreign.is_err(), "a cookie of another account");
}

#[tokio::test]
async fn a_thief_of_a_device_cookie_keeps_its_owner_not_out() {
    let world = world().await;
    let cookie = world.sign_in("awa", PASSWORD, HERE).await.unwrap().device_cookie.unwrap();
    let cookie = Some(cookie.value.reveal().as_str());
    let mut waits = 0;
    for _ in 0..20 {
        let guess = world.sign_in_by("awa", "wrong", THERE, cookie).await;
        waits += u32::from(matches!(guess, Err(Denied::TooManyAttempts(_))));
    }
    assert!(waits > 0, "the thief is never told to wait");
    let owner = world.sign_in_by("awa", PASSWORD, HERE, cookie).await;
    assert!(owner.is_ok(), "{owner:?}");
}

#[tokio::test]
async fn guesses_from_forty_addresses_are_slowed() {
    let world = world().await;
    let mut tried = 0;
    for address in 0..40 {
        for _ in 0..6 {
            let from = IpAddr::from([198, 51, 100, address]);
            tried += u32::from(matches!(world.sign_in("awa", "wrong", from).await, Err(Denied::Credentials)));
        }
    }
    // One more is allowed every 20 s while the test runs.
    assert!((20..=24).contains(&tried), "{tried} of 240 passwords were tried");
}

#[tokio::test]
async fn wrong_codes_from_its_own_network_keep_no_post_out() {
    let (world, key) = (world().await, key());
    let point = key.public_key().as_ref();
    let mut waits = 0;
    for number in 0..200 {
        let wrong = format!("{number:012}");
        let denied = world.identities.enroll(&wrong, point, client(HERE)).await.unwrap_err();
        waits += u32::from(matches!(denied, Denied::TooManyAttempts(_)));
    }
    assert!(waits > 150, "{waits} of 200 were told to wait");
    world.enroll(&key).await;
    assert!(world.sign_in_with(&key).await.is_ok());
}

#[tokio::test]
async fn wrong_signatures_keep_no_tablet_out() {
    let (world, key, stranger) = (world().await, self::key(), self::key());
    world.enroll(&key).await;
    for _ in 0..100 {
        assert!(world.sign_in_with(&stranger).await.is_err());
    }
    assert!(world.sign_in_with(&key).await.is_ok());
}

#[tokio::test]
async fn a_tablet_signs_in_with_its_key() {
    let (world, key) = (world().await, key());
    world.enroll(&key).await;
    assert_eq!(world.sign_in_with(&key).await.unwrap().identity.party, kiosk());
    let stranger = self::key();
    assert!(matches!(world.sign_in_with(&stranger).await, Err(Denied::Device)));
}

#[tokio::test]
async fn a_challenge_is_good_for_one_sign_in() {
    let (world, key) = (world().await, key());
    world.enroll(&key).await;
    let (device, challenge) = (kiosk(), world.identities.challenge(&kiosk()));
    let signature = key.sign(&SystemRandom::new(), &challenge).unwrap();
    let sign_in = || world.identities.sign_in_device(&device, &challenge, signature.as_ref(), client(HERE));
    assert!(sign_in().await.is_ok());
    assert!(matches!(sign_in().await, Err(Denied::Challenge)));
}

#[tokio::test]
async fn a_code_is_good_for_one_tablet() {
    let (world, key) = (world().await, key());
    let code = world.identities.new_code(&kiosk()).await.unwrap();
    let enroll = |code: String, key: Vec<u8>| {
        let identities = Arc::clone(&world.identities);
        async move { identities.enroll(&code, &key, client(HERE)).await }
    };
    let point = key.public_key().as_ref().to_vec();
    assert!(matches!(enroll(code.reveal().clone(), vec![4; 65]).await, Err(Denied::Key)));
    assert!(matches!(enroll("00000-00000".into(), point.clone()).await, Err(Denied::Code)));
    assert!(enroll(code.reveal().to_lowercase(), point.clone()).await.is_ok(), "spent on a bad key");
    assert!(matches!(enroll(code.reveal().clone(), point).await, Err(Denied::Code)));
}

#[tokio::test]
async fn a_revoked_tablet_is_out_within_2_s_also_by_another_process() {
    let (world, key) = (world().await, key());
    world.enroll(&key).await;
    let session = world.sign_in_with(&key).await.unwrap();
    let (to, mut revoked) = mpsc::channel(1);
    let watch = tokio::spawn(Arc::clone(&world.identities).watch_revocations(to));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let command = world.folder.open().await;
    command.revoke(&kiosk(), Clock::start().timestamp()).await.unwrap();
    assert!(world.identities.session(session.token.reveal()).await.unwrap().is_none());
    assert!(matches!(world.sign_in_with(&key).await, Err(Denied::Revoked)));
    assert_eq!(timeout(Duration::from_secs(2), revoked.recv()).await.unwrap(), Some(kiosk()));
    watch.abort();
}

#[tokio::test]
async fn a_new_key_is_not_hit_by_the_end_of_the_old_one() {
    let world = world().await;
    let (to, mut revoked) = mpsc::channel(4);
    let watch = tokio::spawn(Arc::clone(&world.identities).watch_revocations(to));
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.enroll(&key()).await;
    assert_eq!(revoked.try_recv(), Ok(kiosk()), "told before the new key can sign in");
    assert!(timeout(Duration::from_secs(3), revoked.recv()).await.is_err(), "told a second time");
    watch.abort();
}

#[tokio::test]
async fn the_store_holds_no_secret() {
    let (world, key) = (world().await, key());
    world.enroll(&key).await;
    let token = world.sign_in_with(&key).await.unwrap().token;
    let code = world.identities.new_code(&kiosk()).await.unwrap();
    world.store.close().await;
    let file = std::fs::read(world.folder.join("teranga.db")).unwrap();
    let holds = |secret: &str| file.windows(secret.len()).any(|window| window == secret.as_bytes());
    let plain = code::read(code.reveal()).unwrap();
    for secret in [token.reveal(), code.reveal(), &plain, PASSWORD] {
        assert!(!holds(secret));
    }
}
