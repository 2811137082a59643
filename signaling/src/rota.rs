//! What the hub knows of the rota: the duties that run now, and every doctor who has an account. The world hands it in and renews
//! it at each boundary of a duty; the hub never computes a duty itself.

use std::collections::BTreeMap;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Speciality},
    request::Language,
    rota::{Duty, DutyLevel},
    time::Timestamp,
};

/// The rota of this moment. An empty one is what a hub has that was never told of any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rota {
    /// The duties that run now.
    pub duties: Vec<Duty>,
    /// The next duty of each doctor that has not begun yet, as far as one of the next days is known.
    pub next: Vec<Duty>,
    /// The times that nobody has taken, and that run now or begin within [`NEXT_HOURS_MS`].
    pub uncovered: Vec<Uncovered>,
    /// Every doctor whose account is not revoked, connected or not; none while the hub does not know them. An empty list says that
    /// there is no such doctor.
    pub doctors: Option<Vec<Identity>>,
    /// Every coordinator whose account is not revoked, connected or not.
    pub coordinators: Vec<Identity>,
    /// The specialities for which somebody keeps a rota. For any other one, every connected doctor of the speciality counts as
    /// on duty; for one of these, nobody on duty means a gap.
    pub kept: Vec<Speciality>,
    /// The languages that doctors speak, as far as somebody has said so.
    pub languages: Vec<(PartyId, Vec<Language>)>,
}

/// A time for which nobody is on duty although somebody keeps the rota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The beginning.
    pub from: Timestamp,
}

/// The time before a duty in which its coordinators are told that nobody will keep it, in milliseconds: long enough to find somebody.
pub const NEXT_HOURS_MS: u64 = 12 * 60 * 60_000;

/// The time after which an absence without an end is over if no duty is known, in milliseconds.
const ABSENCE_MS: u64 = 12 * 60 * 60_000;

impl Rota {
    /// The end of an absence that a doctor declared at a time without saying until when: that of the duty in which it was declared,
    /// or else the beginning of the next one.
    pub(crate) fn end_of_absence(&self, party: &PartyId, since: Timestamp) -> Timestamp {
        let (within, later): (Vec<_>, Vec<_>) = self.duties_of(party).partition(|duty| duty.from <= since);
        let next = self.next.iter().filter(|duty| duty.doctor.party == *party);
        let begins = || later.into_iter().chain(next).map(|duty| duty.from).min();
        let ends = within.into_iter().map(|duty| duty.until).max();
        ends.or_else(begins).unwrap_or_else(|| since.plus_ms(ABSENCE_MS))
    }

    /// The duties of a doctor that run now.
    pub(crate) fn duties_of(&self, party: &PartyId) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(move |duty| duty.doctor.party == *party)
    }

    /// The duties of a speciality at a level that run now.
    pub(crate) fn on_duty(&self, speciality: Speciality, level: DutyLevel) -> impl Iterator<Item = &Duty> {
        self.duties.iter().filter(move |duty| duty.speciality == speciality && duty.level == level)
    }

    /// The doctor of this account; none if there is no such doctor, or if the account is revoked.
    pub(crate) fn find(&self, party: &PartyId) -> Option<&Identity> {
        self.doctors.iter().flatten().find(|doctor| doctor.party == *party)
    }

    /// True if somebody keeps a rota for this speciality.
    pub(crate) fn is_kept(&self, speciality: Speciality) -> bool {
        self.kept.contains(&speciality)
    }

    /// True if this doctor is known to speak this language.
    pub(crate) fn speaks(&self, party: &PartyId, language: Language) -> bool {
        self.languages.iter().any(|(doctor, spoken)| doctor == party && spoken.contains(&language))
    }
}

/// One duty of each doctor, that of the first level: whoever has several duties at once is reached once.
pub(crate) fn first_duties<'a>(duties: impl Iterator<Item = &'a Duty>) -> BTreeMap<PartyId, &'a Duty> {
    let mut first: BTreeMap<PartyId, &Duty> = BTreeMap::new();
    for duty in duties {
        let known = first.entry(duty.doctor.party.clone()).or_insert(duty);
        if (duty.level, duty.from) < (known.level, known.from) {
            *known = duty;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::people::{Place, Role};

    fn doctor(party: &str, speciality: Speciality) -> Identity {
        let text = String::new;
        let place = Place { id: text(), name: text(), district: text(), region: text(), phone: text() };
        let party = PartyId(party.into());
        Identity { party, role: Role::Doctor, name: text().into(), place, specialities: vec![speciality] }
    }

    #[test]
    fn a_duty_is_found_by_speciality_and_level_only() {
        let (awa, ba) = (doctor("awa", Speciality::Obstetrics), doctor("ba", Speciality::Paediatrics));
        let duty = |doctor: &Identity, level| Duty {
            doctor: doctor.clone(),
            speciality: doctor.specialities[0],
            level,
            from: Timestamp(0),
            until: Timestamp(10),
        };
        let duties = vec![duty(&awa, DutyLevel::First), duty(&ba, DutyLevel::Second)];
        let rota = Rota {
            duties,
            doctors: Some(vec![awa.clone(), ba.clone()]),
            kept: vec![Speciality::Obstetrics],
            languages: vec![(awa.party.clone(), vec![Language::Wo])],
            ..Rota::default()
        };
        let on =
            |speciality, level| rota.on_duty(speciality, level).map(|duty| &duty.doctor).collect::<Vec<_>>();
        assert_eq!(on(Speciality::Obstetrics, DutyLevel::First), [&awa]);
        assert!(on(Speciality::Obstetrics, DutyLevel::Second).is_empty());
        assert_eq!(on(Speciality::Paediatrics, DutyLevel::Second), [&ba]);
        assert_eq!(rota.find(&awa.party), Some(&awa));
        assert!(rota.is_kept(Speciality::Obstetrics) && !rota.is_kept(Speciality::Paediatrics));
        assert!(rota.speaks(&awa.party, Language::Wo) && !rota.speaks(&ba.party, Language::Wo));
    }
}
