//! The store on a real disk: what it keeps, what it refuses, what it sets aside, and what survives `kill -9`.

mod directory;
mod doctors;
mod durability;
mod fence;
mod identifications;
mod journal;
pub(crate) mod last_build;
mod outcomes;
mod proposals;
pub(crate) mod publications;
mod referrals;
mod refusals;
mod rollback;
mod sealed;

use crate::{
    data_folder::default_key_file,
    store::{Journal, SqliteStore, StoreError},
};
use std::{
    env, fs,
    ops::Deref,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};
use teranga_clinic::{
    clinical::Note,
    fact::{Fact, FactNumber, What},
    id::{ConsultationId, PartyId},
    people::{Identity, Place, Role, Speciality},
    request::{Intake, Request, Urgency},
    time::Timestamp,
};
use uuid::Uuid;

/// A folder that is gone with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(env::temp_dir().join(format!("teranga-store-{}-{number}", process::id())))
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        self.try_open().await.unwrap()
    }

    pub(crate) async fn try_open(&self) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(self, &self.key_file()).await
    }

    /// The key file beside the folder, as it is by default.
    pub(crate) fn key_file(&self) -> PathBuf {
        default_key_file(self)
    }

    fn file(&self) -> PathBuf {
        self.join("teranga.db")
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = self.key_file().parent().map(fs::remove_dir_all);
    }
}

pub(crate) fn place() -> Place {
    let [id, name, district, region, phone] = ["poste", "Poste", "Matam", "Matam", ""].map(String::from);
    Place { id, name, district, region, phone }
}

pub(crate) fn identity(party: &str, role: Role) -> Identity {
    let specialities = if role == Role::Doctor { vec![Speciality::Obstetrics] } else { vec![] };
    Identity { party: PartyId(party.into()), role, name: party.into(), place: place(), specialities }
}

pub(crate) fn consultation(number: u128) -> ConsultationId {
    ConsultationId(Uuid::from_u128(number))
}

/// Appends a fact as the writer of the current epoch, under the next number; gives that.
pub(crate) async fn add(
    store: &SqliteStore,
    id: ConsultationId,
    fact: &Fact,
) -> Result<FactNumber, StoreError> {
    let last = store.rows(id).await?.last().map_or(0, |row| u32::try_from(row.number).unwrap());
    let number = FactNumber(last + 1);
    store.append(id, number, store.epoch().await?, fact).await?;
    Ok(number)
}

/// The facts of a consultation that can be read; none if there is no such.
async fn facts(store: &SqliteStore, id: ConsultationId) -> Vec<Fact> {
    store.read(id).await.unwrap().map_or_else(Vec::new, |reading| reading.unwrap().facts().to_vec())
}

fn by(party: &str, at: u64, what: What) -> Fact {
    Fact { at: Timestamp(at), by: Some(PartyId(party.into())), staff: None, what }
}

pub(crate) fn requested(request: ConsultationId, at: u64) -> Fact {
    let (speciality, urgency) = (Speciality::Obstetrics, Urgency::Stat);
    let request = Request {
        request,
        speciality,
        urgency,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    };
    by("post", at, What::Requested { post: identity("post", Role::Kiosk), request })
}

fn claimed(at: u64) -> Fact {
    by("doctor", at, What::Claimed { doctor: identity("doctor", Role::Doctor) })
}

fn noted(consultation: ConsultationId, revision: u32) -> Fact {
    let note = Note { consultation, revision, text: "à revoir".into() };
    by("doctor", u64::from(revision), What::Noted { note })
}
