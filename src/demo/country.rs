//! The tables of the demonstration country: real place names of Matam and Tambacounda with approximate positions, and invented
//! people and telephone numbers. It is not the health map of Senegal.

use crate::store::{Position, Structure, StructureKind};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place, Role, Speciality},
    pii::Pii,
    rota::{DutyLevel, WeekSlot, Weekday},
};

/// A structure: identifier, name, level, district, region, latitude, longitude.
type Row = (&'static str, &'static str, StructureKind, &'static str, &'static str, f64, f64);

const STRUCTURES: [Row; 16] = [
    (
        "poste-nabadji",
        "Poste de santé de Nabadji Civol",
        StructureKind::Post,
        "Matam",
        "Matam",
        15.74,
        -13.37,
    ),
    ("poste-ogo", "Poste de santé d’Ogo", StructureKind::Post, "Matam", "Matam", 15.55, -13.28),
    ("poste-bokidiawe", "Poste de santé de Bokidiawé", StructureKind::Post, "Matam", "Matam", 15.87, -13.48),
    ("poste-agnam", "Poste de santé d’Agnam Civol", StructureKind::Post, "Matam", "Matam", 16.00, -13.70),
    ("poste-dabia", "Poste de santé de Dabia", StructureKind::Post, "Matam", "Matam", 15.95, -13.58),
    ("poste-ourossogui", "Poste de santé d’Ourossogui", StructureKind::Post, "Matam", "Matam", 15.61, -13.32),
    ("poste-thilogne", "Poste de santé de Thilogne", StructureKind::Post, "Matam", "Matam", 15.92, -13.67),
    (
        "poste-missirah",
        "Poste de santé de Missirah",
        StructureKind::Post,
        "Tambacounda",
        "Tambacounda",
        13.53,
        -13.52,
    ),
    (
        "poste-kothiary",
        "Poste de santé de Kothiary",
        StructureKind::Post,
        "Tambacounda",
        "Tambacounda",
        13.88,
        -13.45,
    ),
    (
        "poste-netteboulou",
        "Poste de santé de Néttéboulou",
        StructureKind::Post,
        "Tambacounda",
        "Tambacounda",
        13.60,
        -13.78,
    ),
    (
        "poste-sinthiou",
        "Poste de santé de Sinthiou Malème",
        StructureKind::Post,
        "Tambacounda",
        "Tambacounda",
        13.82,
        -13.92,
    ),
    (
        "poste-dialacoto",
        "Poste de santé de Dialacoto",
        StructureKind::Post,
        "Tambacounda",
        "Tambacounda",
        13.32,
        -13.28,
    ),
    ("district-matam", "Centre de santé de Matam", StructureKind::District, "Matam", "Matam", 15.66, -13.26),
    (
        "district-tambacounda",
        "Centre de santé de Tambacounda",
        StructureKind::District,
        "Tambacounda",
        "Tambacounda",
        13.77,
        -13.67,
    ),
    (
        "hopital-dakar",
        "Hôpital de démonstration, Dakar",
        StructureKind::Hospital,
        "Dakar",
        "Dakar",
        14.69,
        -17.45,
    ),
    ("exploitation", "Exploitation, Dakar", StructureKind::Office, "Dakar", "Dakar", 14.72, -17.46),
];

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
pub fn structures() -> impl Iterator<Item = Structure> {
    (1..).zip(&STRUCTURES).map(|(number, row)| structure(row, number))
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
    structures()
        .map(|structure| structure.place)
        .find(|place| place.id == id)
        .expect("a row of the table above")
}

fn structure(&(id, name, kind, district, region, latitude, longitude): &Row, number: u32) -> Structure {
    let place = Place {
        id: id.into(),
        name: name.into(),
        district: district.into(),
        region: region.into(),
        phone: format!("33 000 00 {number:02}"),
    };
    Structure { place, kind, position: Some(Position { latitude, longitude }), demo: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_country_has_its_structures_people_and_tablets() {
        let count = |kind| structures().filter(|structure| structure.kind == kind).count();
        assert_eq!(
            (count(StructureKind::Post), count(StructureKind::District), count(StructureKind::Hospital)),
            (12, 2, 1)
        );
        let specialists: Vec<_> = people().filter(|person| person.identity.role == Role::Doctor).collect();
        let specialities: BTreeSet<_> =
            specialists.iter().flat_map(|person| &person.identity.specialities).collect();
        assert_eq!((specialists.len(), specialities.len(), kiosks().count()), (6, 4, 2));
    }
}
