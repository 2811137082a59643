//! The tables of the demonstration country: structures with the names of real places, most of them in Matam and Tambacounda, and
//! invented people, telephone numbers and capabilities. It is not the health map of Senegal.

use std::sync::LazyLock;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place, Role, Speciality},
    pii::Pii,
    rota::{DutyLevel, WeekSlot, Weekday},
    structure::{SENEGAL, Structure},
    time::Timestamp,
};
use teranga_exchange::directory::read_csv;

/// The structures, as `teranga place import` reads them. Where they come from stands in `docs/structures.md`.
const STRUCTURES: &str = include_str!("structures.csv");

/// The day on which the list was written, 29 November 2026.
const WRITTEN_AT: Timestamp = Timestamp(1_795_910_400_000);

static COUNTRY: LazyLock<Vec<Structure>> = LazyLock::new(|| {
    let reading = read_csv(STRUCTURES.as_bytes(), &SENEGAL);
    assert_eq!(reading.flaws, [], "a test reads the list of this program");
    let known = |one| Structure { demo: true, confirmed_at: Some(WRITTEN_AT), ..one };
    reading.entries.into_iter().map(known).collect()
});

/// The posts that have a tablet.
pub const KIOSKS: [&str; 2] = ["poste-nabadji", "poste-missirah"];

/// A person: login, name, role, place, specialities.
type Person = (&'static str, &'static str, Role, &'static str, &'static [Speciality]);

const PEOPLE: [Person; 11] = [
    ("awa.ndiaye", "Dr Awa Ndiaye", Role::Doctor, "hopital-dakar", &[Speciality::Obstetrics]),
    ("fatou.sarr", "Dr Fatou Sarr", Role::Doctor, "hopital-dakar", &[Speciality::Obstetrics]),
    ("mamadou.ba", "Dr Mamadou Ba", Role::Doctor, "hopital-dakar", &[Speciality::Paediatrics]),
    (
        "khady.diop",
        "Dr Khady Diop",
        Role::Doctor,
        "hopital-dakar",
        &[Speciality::Paediatrics, Speciality::General],
    ),
    ("ibrahima.sow", "Dr Ibrahima Sow", Role::Doctor, "hopital-dakar", &[Speciality::General]),
    ("ousmane.faye", "Dr Ousmane Faye", Role::Doctor, "hopital-dakar", &[Speciality::Surgery]),
    ("aminata.sy", "Dr Aminata Sy, district de Matam", Role::Guest, "district-matam", &[]),
    ("demba.diallo", "Demba Diallo, interprète pulaar", Role::Guest, "district-matam", &[]),
    ("exploitation", "Exploitation", Role::Operator, "exploitation", &[]),
    ("oumar.kane", "Oumar Kane, exploitation", Role::Operator, "exploitation", &[]),
    ("mariama.sarr", "Mariama Sarr", Role::Coordinator, "hopital-dakar", &[]),
];

/// A person of the demonstration, with the sign-in name.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// The sign-in name.
    pub login: &'static str,
    /// The account.
    pub identity: Identity,
    /// The place in the table, counted from 1.
    number: u32,
}

impl DemoPerson {
    /// The number of a doctor in the register of the professional order: invented, and told apart by its first letters.
    pub fn order_number(&self) -> Option<Pii<String>> {
        let is_doctor = self.identity.role == Role::Doctor;
        is_doctor.then(|| format!("DEMO-{}", 1_400 + 37 * self.number).into())
    }
}

/// All structures.
pub fn structures() -> &'static [Structure] {
    &COUNTRY
}

/// All people. Their identifiers appear in logs, so they are numbers and not names.
pub fn people() -> impl Iterator<Item = DemoPerson> {
    (1..).zip(&PEOPLE).map(|(number, &(login, name, role, place, specialities))| DemoPerson {
        login,
        number,
        identity: Identity {
            party: PartyId(format!("demo-person-{number}")),
            role,
            name: name.into(),
            place: place_of(place),
            specialities: specialities.to_vec(),
        },
    })
}

/// The coordinator of the rota.
///
/// # Panics
/// If the table of people has none.
pub fn coordinator() -> Identity {
    let person = people().find(|person| person.identity.role == Role::Coordinator);
    person.expect("a row of the table above").identity
}

/// A week in which each doctor is on duty for each of their specialities, from eight to eight.
pub fn template(doctors: &[Identity]) -> Vec<WeekSlot> {
    let of = |doctor: &Identity, speciality: Speciality, weekday: Weekday| WeekSlot {
        id: 0,
        speciality,
        level: DutyLevel::First,
        weekday,
        from_min: 8 * 60,
        until_min: 8 * 60,
        doctor: doctor.party.clone(),
    };
    let pairs = doctors.iter().flat_map(|doctor| doctor.specialities.iter().map(move |one| (doctor, *one)));
    pairs.flat_map(|(doctor, one)| Weekday::ALL.map(|weekday| of(doctor, one, weekday))).collect()
}

/// All tablets.
pub fn kiosks() -> impl Iterator<Item = Identity> {
    KIOSKS.iter().map(|&place| {
        let place = place_of(place);
        Identity {
            party: PartyId(format!("demo-kiosk-{}", place.id.trim_start_matches("poste-"))),
            role: Role::Kiosk,
            name: place.name.as_str().into(),
            place,
            specialities: Vec::new(),
        }
    })
}

fn place_of(id: &str) -> Place {
    let known = structures().iter().find(|structure| structure.place.id == id);
    known.expect("a row of the list").place.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use teranga_clinic::structure::StructureKind;

    #[test]
    fn the_country_has_its_structures_people_and_tablets() {
        let count = |kind| structures().iter().filter(|structure| structure.kind == kind).count();
        assert_eq!(structures().len(), 69);
        assert_eq!((count(StructureKind::Post), count(StructureKind::District)), (36, 13));
        assert!(structures().iter().all(|one| one.demo && one.confirmed_at.is_some()));
        let specialists: Vec<_> = people().filter(|person| person.identity.role == Role::Doctor).collect();
        let specialities: BTreeSet<_> =
            specialists.iter().flat_map(|person| &person.identity.specialities).collect();
        assert_eq!((specialists.len(), specialities.len(), kiosks().count()), (6, 4, 2));
    }
}
