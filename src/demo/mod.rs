//! The demonstration: it fills a data folder with an invented country. A second start finds it there and changes nothing: people,
//! passwords and codes stay the same, and whoever was signed in still is.

pub mod country;
pub mod dpp;
mod error;
mod secrets;
mod signers;

pub use error::DemoError;

use crate::{
    clock::Clock,
    config::Config,
    identity::{CODE_LIFE_MS, code, password, secret},
    store::{Accounts, Devices, HasRotas, NewAccount, Places, PlanChange, Rotas, SqliteStore, StoreError},
};
use country::DemoPerson;
use secrets::Secrets;
use serde::Serialize;
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role, Speciality},
    pii::Pii,
    rota::{Change, DutyPlan, Zone},
    time::Timestamp,
};

/// The sign-in data of the demonstration. It is printed at the start, and written to a file for programs that test.
#[derive(Clone, Debug, Serialize)]
pub struct DemoAccess {
    /// The tablets.
    pub kiosk: Vec<KioskAccess>,
    /// The specialists.
    pub doctors: Vec<PersonAccess>,
    /// People who can be invited.
    pub guests: Vec<PersonAccess>,
    /// The operators.
    pub operators: Vec<PersonAccess>,
    /// The coordinators of the rota.
    pub coordinators: Vec<PersonAccess>,
}

/// A tablet of the demonstration.
#[derive(Clone, Debug, Serialize)]
pub struct KioskAccess {
    /// The name of its post.
    pub post: String,
    /// Its one-time code. Every start makes it valid again.
    pub code: Pii<String>,
    /// Its identifier, which `teranga device revoke` takes.
    pub device: PartyId,
}

/// A person of the demonstration.
#[derive(Clone, Debug, Serialize)]
pub struct PersonAccess {
    /// Sign-in name.
    pub login: Pii<String>,
    /// Password.
    pub password: Pii<String>,
    /// The name that others see.
    pub name: Pii<String>,
    /// The first speciality of a doctor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speciality: Option<Speciality>,
}

/// Writes the demonstration country to the data folder of `config`, as far as it is not there.
///
/// # Errors
/// See [`DemoError`].
pub async fn seed(config: &Config, clock: Clock) -> Result<DemoAccess, DemoError> {
    let store = SqliteStore::open(&config.data, &config.record_keys).await?;
    let secrets = Secrets::open(&config.data)?;
    let access = fill(&store, secrets, clock.timestamp()).await;
    let signers = signers::fill(&store, &config.data, clock.timestamp()).await;
    store.close().await;
    signers.and(access)
}

async fn fill(store: &SqliteStore, mut secrets: Secrets, now: Timestamp) -> Result<DemoAccess, DemoError> {
    store.put_structures(country::structures()).await?;
    let kiosk = fill_kiosks(store, &mut secrets, now).await?;
    let people = fill_people(store, &mut secrets, now).await?;
    fill_rota(Arc::new(store.clone()).rotas().as_ref(), now).await?;
    let of = |role| people.iter().filter(|(is, _)| *is == role).map(|(_, access)| access.clone()).collect();
    Ok(DemoAccess {
        kiosk,
        doctors: of(Role::Doctor),
        guests: of(Role::Guest),
        operators: of(Role::Operator),
        coordinators: of(Role::Coordinator),
    })
}

/// Puts every doctor on duty day and night, so that somebody is always there for each speciality. A rota that people have changed
/// stays as it is.
async fn fill_rota(store: &dyn Rotas, now: Timestamp) -> Result<(), DemoError> {
    if store.duty_plan().await?.version > 0 {
        return Ok(());
    }
    let (doctors, coordinator) = (store.people(Role::Doctor).await?, country::coordinator());
    let zone = Zone::named("UTC").ok_or_else(|| StoreError::Corrupt("the zones".into()))?;
    let change = Change::PutSlots { slots: country::template(&doctors) };
    let plan = DutyPlan::default().changed(&change, &coordinator, &doctors, &zone, now);
    let plan = plan.map_err(|refused| StoreError::Corrupt(refused.to_string()))?;
    let (replaced, by) = (change.replaced(&DutyPlan::default()), &coordinator.party);
    let (plan, change, replaced) = (&plan, &change, &replaced);
    let new = PlanChange { based_on: 0, plan, change, replaced, reason: "", by, at: now };
    store.put_duty_plan(new).await?;
    Ok(())
}

async fn fill_kiosks(
    store: &SqliteStore,
    secrets: &mut Secrets,
    now: Timestamp,
) -> Result<Vec<KioskAccess>, DemoError> {
    let mut kiosks = Vec::new();
    for identity in country::kiosks() {
        let (code, _) = secrets.of(&identity.party.0, secret::code)?;
        put_kiosk(store, &identity, &code, now).await?;
        kiosks.push(KioskAccess { post: identity.place.name, code, device: identity.party });
    }
    Ok(kiosks)
}

async fn put_kiosk(
    store: &SqliteStore,
    identity: &Identity,
    code: &Pii<String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if store.device(&identity.party).await?.is_none() {
        store.add_device(identity, now).await?;
    }
    let plain = code::read(code.reveal()).ok_or_else(|| StoreError::Corrupt("an enrolment code".into()))?;
    store.put_code(&secret::hash(plain.as_bytes()), &identity.party, now.plus_ms(CODE_LIFE_MS)).await
}

async fn fill_people(
    store: &SqliteStore,
    secrets: &mut Secrets,
    now: Timestamp,
) -> Result<Vec<(Role, PersonAccess)>, DemoError> {
    let mut people = Vec::new();
    for person in country::people() {
        let (password, is_new) = secrets.of(person.login, secret::password)?;
        put_person(store, &person, &password, is_new, now).await?;
        people.push((person.identity.role, access(person, password)));
    }
    Ok(people)
}

/// Adds a person, or sets a new password. A password that was in the file already was set by an earlier start; setting it again
/// would sign the person out.
async fn put_person(
    store: &SqliteStore,
    person: &DemoPerson,
    password: &Pii<String>,
    is_new: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = store.party_of_login(person.login).await?.is_some();
    if known && !is_new {
        return Ok(());
    }
    let hash = password::hash(password.reveal()).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    if known {
        store.set_password(person.login, hash.reveal(), now).await?;
        return Ok(());
    }
    let account = NewAccount {
        identity: person.identity.clone(),
        login: person.login.into(),
        password_hash: hash,
        order_number: person.order_number(),
    };
    store.add_account(&account, now).await
}

fn access(DemoPerson { login, identity, .. }: DemoPerson, password: Pii<String>) -> PersonAccess {
    let speciality = identity.specialities.first().copied();
    PersonAccess { login: login.into(), password, name: identity.name, speciality }
}
