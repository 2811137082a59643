//! The directory of a post's patients: made of its requests and of what people decided about them, and searched.

use super::{
    identification::{Identification, figures},
    merge::Merge,
    name::NameKey,
};
use crate::{
    id::{ConsultationId, PatientId},
    pii::Pii,
    request::{Intake, Language, Request},
    time::Timestamp,
    vital::Sex,
};
use std::collections::{BTreeMap, HashMap};

/// A consultation of the post as the directory needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The time of the request.
    pub at: Timestamp,
    /// The patient whom the post named; none if it did not say.
    pub patient: Option<PatientId>,
    /// Name or initials.
    pub name: Option<Pii<String>>,
    /// The number in the DPP.
    pub dpp: Option<Pii<String>>,
    /// Age in whole years.
    pub age_years: Option<Pii<u8>>,
    /// The sex.
    pub sex: Option<Pii<Sex>>,
    /// The language spoken with the patient.
    pub language: Option<Language>,
}

impl Visit {
    /// What a request says of who the patient is.
    pub fn of(request: Request, at: Timestamp) -> Self {
        let Intake { name, dpp, age_years, sex, language, .. } = request.intake;
        Self {
            consultation: request.request,
            at,
            patient: request.patient,
            name,
            dpp,
            age_years,
            sex,
            language,
        }
    }

    /// The patient of this consultation before anything was merged. A consultation without a name for it is a patient of its own.
    fn own(&self) -> PatientId {
        self.patient.unwrap_or(PatientId(self.consultation.0))
    }
}

/// A patient of the post.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// The identifier under which all of them are found.
    pub id: PatientId,
    /// The name with which the patient was identified later, otherwise that of the newest visit that has one.
    pub name: Option<Pii<String>>,
    /// The number in the DPP with which the patient was identified later, otherwise that of the newest visit that has one.
    pub dpp: Option<Pii<String>>,
    /// All numbers of the visits. A mistake may have made them several.
    numbers: Vec<Pii<String>>,
    /// The year of birth, from the age at the newest visit that has one; it may be one too high.
    pub birth_year: Option<Pii<u16>>,
    /// The sex.
    pub sex: Option<Pii<Sex>>,
    /// The language spoken with the patient.
    pub language: Option<Language>,
    /// The consultations with their times, the newest first.
    pub visits: Vec<(ConsultationId, Timestamp)>,
}

impl Patient {
    /// True if neither a name nor a number is known.
    pub const fn is_unknown(&self) -> bool {
        self.name.is_none() && self.dpp.is_none()
    }

    /// True if something says that the patient has another number in the DPP than this one.
    pub fn has_other_number(&self, number: &str) -> bool {
        self.numbers().any(|known| known != figures(number))
    }

    /// True if the two cannot be one person, because they have different numbers in the DPP.
    pub fn contradicts(&self, other: &Self) -> bool {
        other.numbers().any(|number| self.has_other_number(&number))
    }

    fn numbers(&self) -> impl Iterator<Item = String> {
        let all = self.numbers.iter().chain(&self.dpp).map(|number| figures(number.reveal()));
        all.filter(|number| !number.is_empty())
    }

    /// The time of the newest consultation.
    pub fn last_at(&self) -> Timestamp {
        self.visits.first().map_or(Timestamp(0), |(_, at)| *at)
    }
}

/// What somebody looks for.
#[derive(Clone, Debug, Default)]
pub struct PatientQuery {
    /// A name or a part of one.
    pub name: String,
    /// The year of birth, if it is known.
    pub birth_year: Option<u16>,
    /// A number in the DPP.
    pub dpp: String,
}

/// The patients of one post.
#[derive(Clone, Debug)]
pub struct Directory {
    patients: Vec<Patient>,
    /// The names under which each is found: as the post wrote it, and that of the DPP.
    keys: Vec<Vec<NameKey>>,
    /// The patient, by its place in the list, under each identifier that it ever had.
    places: HashMap<PatientId, usize>,
}

impl Directory {
    /// The patients of these visits, after all merges that were not undone.
    pub fn of(mut visits: Vec<Visit>, merges: &[Merge]) -> Self {
        visits.sort_by_key(|visit| (std::cmp::Reverse(visit.at), visit.consultation));
        let live: HashMap<_, _> = merges
            .iter()
            .filter(|merge| merge.undone.is_none())
            .map(|merge| (merge.from, merge.into))
            .collect();
        let mut groups: BTreeMap<PatientId, Vec<&Visit>> = BTreeMap::new();
        for visit in &visits {
            groups.entry(root(&live, visit.own())).or_default().push(visit);
        }
        let mut patients: Vec<_> = groups.into_iter().map(|(id, visits)| patient(id, &visits)).collect();
        patients.sort_by_key(|patient| std::cmp::Reverse(patient.last_at()));
        let at: HashMap<_, _> = patients.iter().enumerate().map(|(at, patient)| (patient.id, at)).collect();
        let ids = visits.iter().map(Visit::own);
        let places = ids.filter_map(|id| Some((id, *at.get(&root(&live, id))?))).chain(at.clone()).collect();
        let keys = patients.iter().map(|patient| vec![NameKey::of(name_of(patient))]).collect();
        Self { patients, keys, places }
    }

    /// The same patients with the numbers and names that people gave them later, unless they were undone. Of two for one patient the one
    /// that was decided last is shown.
    #[must_use]
    pub fn identified(mut self, identifications: &[Identification]) -> Self {
        let mut live: Vec<_> = identifications.iter().filter(|one| one.undone.is_none()).collect();
        live.sort_by_key(|one| one.made.at);
        for Identification { patient, identity, .. } in live {
            let Some(at) = self.places.get(patient).copied() else { continue };
            let patient = &mut self.patients[at];
            patient.dpp = Some(identity.number.clone());
            if let Some(name) = &identity.name {
                self.keys[at].push(NameKey::of(name.reveal()));
                patient.name = Some(name.clone());
            }
        }
        self
    }

    /// All patients, those that were seen last first.
    pub fn patients(&self) -> &[Patient] {
        &self.patients
    }

    /// The patient with this identifier, or with one that it had before it was merged.
    pub fn find(&self, id: PatientId) -> Option<&Patient> {
        self.places.get(&id).and_then(|at| self.patients.get(*at))
    }

    /// The patient of a consultation.
    pub fn of_consultation(&self, id: ConsultationId) -> Option<&Patient> {
        self.patients.iter().find(|patient| patient.visits.iter().any(|(visit, _)| *visit == id))
    }

    /// The patients that may be meant, the likeliest first, at most `limit`. A number decides; a year of birth that differs by more
    /// than two excludes.
    pub fn search(&self, query: &PatientQuery, limit: usize) -> Vec<&Patient> {
        let (number, name) = (figures(&query.dpp), NameKey::of(&query.name));
        let likeness = |keys: &[NameKey]| keys.iter().map(|key| key.likeness(&name)).fold(0.0, f64::max);
        let scored = self.patients.iter().zip(&self.keys).filter_map(|(patient, keys)| {
            let score = match &patient.dpp {
                Some(dpp) if !number.is_empty() && figures(dpp.reveal()) == number => 2.0,
                _ => likeness(keys),
            };
            let fits = near(patient.birth_year.as_ref().map(|year| *year.reveal()), query.birth_year);
            (score > 1.0 || score >= WORTH_A_LOOK && fits).then_some((score, patient))
        });
        let mut found: Vec<_> = scored.collect();
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.into_iter().take(limit).map(|(_, patient)| patient).collect()
    }

    /// The patients that may be the same person as this one, the likeliest first, at most `limit`. They are proposals for a person.
    pub fn duplicates(&self, of: PatientId, limit: usize) -> Vec<&Patient> {
        let Some(patient) = self.find(of) else { return Vec::new() };
        let query = PatientQuery {
            name: name_of(patient).to_owned(),
            birth_year: patient.birth_year.as_ref().map(|year| *year.reveal()),
            dpp: patient.dpp.as_ref().map(|dpp| dpp.reveal().clone()).unwrap_or_default(),
        };
        let other_sex = |one: &&Patient| one.sex.is_some() && patient.sex.is_some() && one.sex != patient.sex;
        let other_number = |one: &&Patient| match (&one.dpp, &patient.dpp) {
            (Some(a), Some(b)) => figures(a.reveal()) != figures(b.reveal()),
            _ => false,
        };
        let found = self.search(&query, limit + PROPOSED_ASIDE).into_iter();
        let same = found.filter(|one| one.id != patient.id && !other_sex(one) && !other_number(one));
        same.take(limit).collect()
    }
}

/// The identifier at the end of the merges that begin at this one. A merge whose end comes back to its beginning is not followed.
fn root(live: &HashMap<PatientId, PatientId>, from: PatientId) -> PatientId {
    let mut at = from;
    for _ in 0..live.len() {
        match live.get(&at) {
            Some(next) if *next != from => at = *next,
            _ => break,
        }
    }
    at
}

fn patient(id: PatientId, visits: &[&Visit]) -> Patient {
    let newest = |visit: &&Visit| visit.age_years.as_ref().map(|age| (visit.at, *age.reveal()));
    let birth = |(at, age): (Timestamp, u8)| Pii::new(year_of(at).saturating_sub(age.into()));
    Patient {
        id,
        name: visits.iter().find_map(|visit| visit.name.clone()),
        dpp: visits.iter().find_map(|visit| visit.dpp.clone()),
        numbers: visits.iter().filter_map(|visit| visit.dpp.clone()).collect(),
        birth_year: visits.iter().find_map(newest).map(birth),
        sex: visits.iter().find_map(|visit| visit.sex),
        language: visits.iter().find_map(|visit| visit.language),
        visits: visits.iter().map(|visit| (visit.consultation, visit.at)).collect(),
    }
}

fn name_of(patient: &Patient) -> &str {
    patient.name.as_ref().map_or("", |name| name.reveal())
}

/// True if two years of birth may be of one person. Ages are told in whole years and often guessed.
fn near(a: Option<u16>, b: Option<u16>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a.abs_diff(b) <= YEARS_APART)
}

/// The year of a time by the mean length of the Gregorian year, which is exact to a day.
pub(super) fn year_of(at: Timestamp) -> u16 {
    u16::try_from(1970 + at.0 / MEAN_YEAR_MS).unwrap_or(u16::MAX)
}

const MEAN_YEAR_MS: u64 = 31_556_952_000;
const YEARS_APART: u16 = 2;
/// The likeness above which a person should look.
const WORTH_A_LOOK: f64 = 0.85;
/// Proposals that are looked through beyond the limit, because some of them are excluded.
const PROPOSED_ASIDE: usize = 20;
