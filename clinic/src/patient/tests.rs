//! Names as they are spelt in Senegal, and a directory that is merged and split again.

use super::*;
use crate::{
    id::{ConsultationId, PartyId, PatientId},
    pii::Pii,
    time::Timestamp,
    vital::Sex,
};
use uuid::Uuid;

fn likeness(a: &str, b: &str) -> f64 {
    NameKey::of(a).likeness(&NameKey::of(b))
}

#[test]
fn spellings_of_one_name_are_found() {
    let pairs = [
        ("Fatou Ndiaye", "Fatoumata N'Diaye"),
        ("NDIAYE Fatou", "Fatou Ndiaye"),
        ("Fatimata N’Diaye", "fatou ndiaye"),
        ("Aïssatou Diallo", "Aissata Jallow"),
        ("Khady Diop", "Khadidiatou Joob"),
        ("Xadi Joop", "Khady Diop"),
        ("Mamadou Moustapha Bâ", "Mouhamadou Ba"),
        ("Souleymane Sy", "Suleymaan Si"),
        ("Cheikh Tidiane Gueye", "Cheick Tijaan Guèye"),
        ("Marième Sow", "Mariama Soow"),
        ("Ndèye Coumba Thiam", "Ndeye Kumba Thiam"),
        ("Ablaye Wade", "Abdoulaye Wad"),
        ("Ousseynou Faye", "Ousseynou Fay"),
        ("ƁURU Sow", "Buru Sow"),
        ("Jean-Pierre Mendy", "Jean Pierre Mendy"),
        ("Oumar Kane", "Omar Kan"),
        ("Ramata Ly", "Ramatoulaye Ly"),
    ];
    for (a, b) in pairs {
        assert!(likeness(a, b) >= 0.85, "{a} and {b}: {}", likeness(a, b));
    }
}

#[test]
fn other_people_are_not_found() {
    let pairs = [
        ("Fatou Ndiaye", "Fatou Sarr"),
        ("Fatou Ndiaye", "Awa Ndiaye"),
        ("Mamadou Ba", "Mamadou Sy"),
        ("Aminata Diallo", "Mariama Diallo"),
        ("Ousmane Faye", "Oumar Faye"),
        ("Ibrahima Sow", "Ousmane Sow"),
        ("Khady Diop", "Coumba Diop"),
        ("", "Fatou Ndiaye"),
        ("1234", "Fatou Ndiaye"),
    ];
    for (a, b) in pairs {
        assert!(likeness(a, b) < 0.85, "{a} and {b}: {}", likeness(a, b));
    }
}

#[test]
fn likeness_is_symmetric_and_bounded() {
    let long = "Ndiaye ".repeat(10_000);
    let names =
        ["", "F", "Fatou", "Ndiaye F.", "Fatou Ndiaye", "مريم", "👩‍⚕️", "a b c d e f g h i j", long.as_str()];
    for a in names {
        for b in names {
            let (there, back) = (likeness(a, b), likeness(b, a));
            assert!((0.0..=1.0).contains(&there) && (there - back).abs() < 0.2, "{there} {back}");
        }
    }
    assert!(likeness("F. Ndiaye", "Fatou Ndiaye") >= 0.85, "an initial");
}

const YEAR_MS: u64 = 31_556_952_000;

fn patient_id(number: u128) -> PatientId {
    PatientId(Uuid::from_u128(number))
}

/// A visit: its number is also its time in days of 2026.
fn visit(number: u64, name: &str, age: Option<u8>) -> Visit {
    Visit {
        consultation: ConsultationId(Uuid::from_u128(number.into())),
        at: Timestamp(56 * YEAR_MS + number * 86_400_000),
        patient: None,
        name: (!name.is_empty()).then(|| name.into()),
        dpp: None,
        age_years: age.map(Into::into),
        sex: None,
        language: None,
    }
}

fn merge(number: u128, from: u128, into: u128) -> Merge {
    let made = Decision { by: PartyId("post".into()), staff: None, at: Timestamp(1) };
    Merge { id: Uuid::from_u128(number), from: patient_id(from), into: patient_id(into), made, undone: None }
}

fn ids(found: &[&Patient]) -> Vec<u128> {
    found.iter().map(|patient| patient.id.0.as_u128()).collect()
}

#[test]
fn visits_of_a_named_patient_are_one_and_others_are_patients_of_their_own() {
    let again = Visit { patient: Some(patient_id(1)), ..visit(4, "Fatou Ndiaye", Some(28)) };
    let visits =
        vec![visit(1, "Fatoumata N'Diaye", Some(27)), visit(2, "", None), visit(3, "Awa Sy", None), again];
    let directory = Directory::of(visits, &[]);
    assert_eq!(ids(&directory.patients().iter().collect::<Vec<_>>()), [1, 3, 2], "the last seen first");
    let fatou = directory.find(patient_id(1)).unwrap();
    assert_eq!(fatou.visits.iter().map(|(id, _)| id.0.as_u128()).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(fatou.birth_year, Some(1998.into()));
    assert_eq!(fatou.name, Some("Fatou Ndiaye".into()), "as it was written last");
    assert!(directory.find(patient_id(2)).unwrap().is_unknown());
    assert_eq!(directory.of_consultation(ConsultationId(Uuid::from_u128(4))), Some(fatou));
    assert_eq!(directory.find(patient_id(9)), None);
}

#[test]
fn a_patient_is_found_by_number_and_by_name_and_year() {
    let mut numbered = visit(1, "Fatou Ndiaye", Some(27));
    numbered.dpp = Some("221-7788-4411".into());
    let visits = vec![numbered, visit(2, "Fatou Ndiaye", Some(60)), visit(3, "Awa Sy", Some(27))];
    let directory = Directory::of(visits, &[]);
    let search = |name: &str, birth_year, dpp: &str| {
        let query = PatientQuery { name: name.into(), birth_year, dpp: dpp.into() };
        ids(&directory.search(&query, 9))
    };
    assert_eq!(search("", None, "22177884411"), [1]);
    assert_eq!(search("fatoumata ndiay", Some(1999), ""), [1]);
    assert_eq!(search("fatoumata ndiay", None, "").len(), 2);
    assert_eq!(search("Sy Awa", Some(2001), ""), [3]);
    assert_eq!(search("", None, ""), [0_u128; 0]);
    assert_eq!(directory.search(&PatientQuery { name: "fatou ndiaye".into(), ..<_>::default() }, 1).len(), 1);
}

#[test]
fn a_merge_joins_and_its_undoing_keeps_both() {
    let visits = || vec![visit(1, "Fatou Ndiaye", None), visit(2, "", None), visit(3, "", None)];
    let (first, second) = (merge(7, 2, 1), merge(8, 3, 2));
    let joined = Directory::of(visits(), &[first.clone(), second.clone()]);
    assert_eq!(joined.patients().len(), 1);
    for id in [1, 2, 3] {
        assert_eq!(joined.find(patient_id(id)).unwrap().visits.len(), 3, "found under each identifier");
    }
    let undone = Merge { undone: Some(Decision { at: Timestamp(2), ..first.made.clone() }), ..first };
    let split = Directory::of(visits(), &[undone.clone(), second]);
    assert_eq!(split.find(patient_id(1)).unwrap().visits.len(), 1);
    assert_eq!(split.find(patient_id(3)).unwrap().id, patient_id(2), "the other merge stays");
    assert_eq!(Directory::of(visits(), &[undone]).patients().len(), 3);
}

#[test]
fn merges_in_a_circle_and_of_nobody_lead_nowhere() {
    let visits = || vec![visit(1, "A", None), visit(2, "B", None)];
    let circle = Directory::of(visits(), &[merge(7, 1, 2), merge(8, 2, 1), merge(9, 5, 5)]);
    assert_eq!(circle.patients().iter().map(|patient| patient.visits.len()).sum::<usize>(), 2);
    let nobody = Directory::of(visits(), &[merge(7, 9, 1), merge(8, 2, 99)]);
    assert_eq!(nobody.patients().len(), 2);
    assert_eq!(nobody.find(patient_id(2)).unwrap().id, patient_id(99));
}

#[test]
fn duplicates_are_proposed_and_people_who_cannot_be_one_are_not() {
    let sexed = |number, name, sex| {
        let mut visit = visit(number, name, Some(30));
        visit.sex = Some(Pii::new(sex));
        visit
    };
    let mut numbered = visit(4, "Fatou Ndiaye", Some(30));
    numbered.dpp = Some("1".into());
    let mut other_number = visit(5, "Fatou Ndiaye", Some(30));
    other_number.dpp = Some("2".into());
    let visits = vec![
        sexed(1, "Fatou Ndiaye", Sex::Female),
        sexed(2, "Fatoumata N'Diaye", Sex::Female),
        sexed(3, "Fatou Ndiaye", Sex::Male),
        numbered,
        other_number,
        visit(6, "", None),
        visit(7, "Fatou Ndiaye", Some(70)),
    ];
    let directory = Directory::of(visits, &[]);
    let mut of_first = ids(&directory.duplicates(patient_id(1), 9));
    of_first.sort_unstable();
    assert_eq!(of_first, [2, 4, 5]);
    assert!(!ids(&directory.duplicates(patient_id(4), 9)).contains(&5), "two numbers are two people");
    assert_eq!(ids(&directory.duplicates(patient_id(6), 9)), [0_u128; 0], "nobody is like an unknown person");
    assert_eq!(directory.patients().len(), 7, "nothing is merged by itself");
}

fn identification(number: u128, patient: u128, dpp: &str, name: Option<&str>) -> Identification {
    let made =
        Decision { by: PartyId("post".into()), staff: None, at: Timestamp(u64::try_from(number).unwrap()) };
    let identity = NationalIdentity { number: dpp.into(), name: name.map(Into::into), confirmed: true };
    Identification { id: Uuid::from_u128(number), patient: patient_id(patient), identity, made, undone: None }
}

#[test]
fn whoever_was_not_known_is_found_by_the_number_and_name_of_later_until_that_is_undone() {
    let visits = || vec![visit(1, "", None), visit(2, "Awa Sy", None)];
    let decision = identification(7, 1, "SN-1", Some("Aïssata Sow"));
    let search = |directory: &Directory, name: &str, dpp: &str| {
        let query = PatientQuery { name: name.into(), birth_year: None, dpp: dpp.into() };
        ids(&directory.search(&query, 9))
    };
    let known = Directory::of(visits(), &[]).identified(std::slice::from_ref(&decision));
    let patient = known.find(patient_id(1)).unwrap();
    assert_eq!((&patient.name, &patient.dpp), (&Some("Aïssata Sow".into()), &Some("SN-1".into())));
    assert!(!patient.is_unknown());
    assert_eq!((search(&known, "aissata so", ""), search(&known, "", "sn 1")), (vec![1], vec![1]));

    let undone = Identification { undone: Some(decision.made.clone()), ..decision };
    let unknown = Directory::of(visits(), &[]).identified(&[undone]);
    assert!(unknown.find(patient_id(1)).unwrap().is_unknown());
    assert_eq!((search(&unknown, "aissata so", ""), search(&unknown, "", "sn 1")), (vec![], vec![]));
}

#[test]
fn a_patient_who_is_known_is_found_by_both_names_and_keeps_their_own_if_only_a_number_is_given() {
    let visits = || vec![visit(1, "Awa Sy", None)];
    let named = Directory::of(visits(), &[]).identified(&[identification(7, 1, "SN-1", Some("Aïssata Sow"))]);
    for name in ["Awa Sy", "Aïssata Sow"] {
        let query = PatientQuery { name: name.into(), ..<_>::default() };
        assert_eq!(ids(&named.search(&query, 9)), [1], "{name}");
    }
    let numbered = Directory::of(visits(), &[]).identified(&[identification(7, 1, "SN-1", None)]);
    assert_eq!(numbered.find(patient_id(1)).unwrap().name, Some("Awa Sy".into()));
}

#[test]
fn an_identification_follows_the_merges_of_its_patient_and_the_last_one_is_shown() {
    let visits = || vec![visit(1, "", None), visit(2, "Awa Sy", None)];
    let (first, second) =
        (identification(7, 2, "SN-1", None), identification(8, 1, "SN 1", Some("Awa Sall")));
    let joined = Directory::of(visits(), &[merge(9, 1, 2)]).identified(&[second.clone(), first]);
    let patient = joined.find(patient_id(1)).unwrap();
    assert_eq!((&patient.dpp, &patient.name), (&Some("SN 1".into()), &Some("Awa Sall".into())));
    let nobody = Identification { patient: patient_id(99), ..second };
    assert_eq!(Directory::of(visits(), &[]).identified(&[nobody]).patients().len(), 2);
}

#[test]
fn one_patient_has_one_number_however_it_is_written() {
    let mut numbered = visit(1, "Awa Sy", None);
    numbered.dpp = Some("sn-1".into());
    let visits = vec![numbered, visit(2, "", None), visit(3, "", None)];
    let directory = Directory::of(visits, &[]).identified(&[identification(7, 2, "SN-2", None)]);
    let [first, second, third] = [1, 2, 3].map(|id| directory.find(patient_id(id)).unwrap());
    assert!(!first.has_other_number("SN 1") && first.has_other_number("SN-2"));
    assert!(second.has_other_number("SN-1") && !third.has_other_number("SN-1"));
    assert!(first.contradicts(second) && second.contradicts(first));
    assert!(!first.contradicts(third) && !third.contradicts(first) && !first.contradicts(first));
    assert_eq!(ids(&directory.duplicates(patient_id(2), 9)), [0_u128; 0]);
}
