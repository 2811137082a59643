//! The specialists of a directory: a FHIR R4 bundle with `Practitioner` and `PractitionerRole` of IHE mCSD 4.0. Specialities are codes of a system of our own,
//! because mCSD names none.

use super::entry::{self, PRACTITIONERS_MAX, Practitioner};
use crate::directory::{
    fhir::{Concept, Found, Reference, ResourceFlaw, Telecom, by_name, contact, read_entries},
    reading::Reading,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use teranga_clinic::people::Speciality;

/// A `Practitioner`.
#[derive(Deserialize)]
struct Person {
    active: Option<bool>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    #[serde(default)]
    name: Vec<HumanName>,
    #[serde(default)]
    telecom: Vec<Telecom>,
}

/// An `Identifier`.
#[derive(Deserialize)]
struct Identifier {
    #[serde(default)]
    system: String,
    #[serde(default)]
    value: String,
}

/// A `HumanName`.
#[derive(Deserialize)]
struct HumanName {
    #[serde(default)]
    text: String,
    #[serde(default)]
    family: String,
    #[serde(default)]
    given: Vec<String>,
    #[serde(default)]
    prefix: Vec<String>,
}

impl HumanName {
    /// The name as one text: as the directory writes it, or put together.
    fn shown(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        let parts = self.prefix.iter().chain(&self.given).chain([&self.family]);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// A `PractitionerRole`.
#[derive(Deserialize)]
struct Role {
    active: Option<bool>,
    practitioner: Option<Reference>,
    #[serde(default)]
    location: Vec<Reference>,
    #[serde(rename = "code", default)]
    codes: Vec<Concept>,
    #[serde(rename = "specialty", default)]
    specialties: Vec<Concept>,
}

/// A `Location`, of which only its identifier counts.
#[derive(Deserialize)]
struct Place {
    id: String,
}

/// Reads a bundle. Somebody is active if the practitioner and one of the roles are; the first such role tells the structure, and all of them the
/// specialities. `codes` is the beginning of the addresses of the code systems (`…/order-number`, `…/speciality`).
pub fn read_practitioner_bundle(bytes: &[u8], codes: &str) -> Reading<Practitioner> {
    let (mut people, mut roles, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut reading = Reading::default();
    let read = read_entries(bytes, &mut reading, |entry| {
        match entry.kind.as_str() {
            "Practitioner" => people.push(entry.read::<Person>().map_err(unreadable)?),
            "PractitionerRole" => roles.push(entry.read::<Role>().map_err(unreadable)?),
            "Location" => places.extend(entry.read::<Place>().ok()),
            _ => (),
        }
        Ok(())
    });
    if let Err(reason) = read {
        return Reading::unreadable("the file", reason);
    }
    if people.is_empty() {
        reading.refuse("the file", "it has no Practitioner");
    }
    if people.len() > PRACTITIONERS_MAX {
        reading.refuse("the file", format!("a list has at most {PRACTITIONERS_MAX} specialists"));
        people.truncate(PRACTITIONERS_MAX);
    }
    let directory =
        Directory { roles: roles_of(&people, &roles), places: by_name(&places), all: &places, codes };
    let mut first_at = BTreeMap::new();
    for (index, person) in people.iter().enumerate() {
        match directory.practitioner(index, person) {
            Ok(practitioner) => entry::take(&mut reading, &mut first_at, practitioner),
            Err(reason) => reading.refuse(&person.at, reason),
        }
    }
    reading
}

/// The flaw of a resource whose form is wrong. What the parser says of it would repeat a part of it.
fn unreadable((at, _): ResourceFlaw) -> ResourceFlaw {
    (at, "it has not the form of this resource in FHIR R4".into())
}

/// The roles of each practitioner, by index.
fn roles_of<'a>(people: &[Found<Person>], roles: &'a [Found<Role>]) -> HashMap<usize, Vec<&'a Role>> {
    let names = by_name(people);
    let mut found: HashMap<usize, Vec<&Role>> = HashMap::new();
    for Found { resource: role, .. } in roles {
        let to = role.practitioner.as_ref().and_then(|to| names.get(&to.reference));
        if let Some(index) = to {
            found.entry(*index).or_default().push(role);
        }
    }
    found
}

/// What a bundle has, by the references to it.
struct Directory<'a> {
    roles: HashMap<usize, Vec<&'a Role>>,
    places: HashMap<String, usize>,
    all: &'a [Found<Place>],
    codes: &'a str,
}

impl Directory<'_> {
    fn practitioner(&self, index: usize, person: &Found<Person>) -> Result<Practitioner, String> {
        let Found { at, resource, .. } = person;
        let roles = self.roles.get(&index).map(Vec::as_slice).unwrap_or_default();
        let is_active = |role: &&&Role| role.active.unwrap_or(true);
        let mut active: Vec<_> = roles.iter().filter(is_active).copied().collect();
        let practises = resource.active.unwrap_or(true) && !active.is_empty();
        if active.is_empty() {
            active = roles.to_vec();
        }
        let first = active.first().ok_or("no PractitionerRole names this practitioner")?;
        let system = format!("{}/order-number", self.codes);
        let number = resource.identifier.iter().find(|one| one.system == system);
        let number = number.ok_or_else(|| format!("it has no identifier of {system}"))?;
        let shown = resource.name.first().map(HumanName::shown).unwrap_or_default();
        let phone = contact(&resource.telecom, "phone").unwrap_or_default();
        let email = contact(&resource.telecom, "email").unwrap_or_default();
        Ok(Practitioner {
            at: at.clone(),
            order_number: entry::order_number(&number.value)
                .map_err(|reason| format!("identifier: {reason}"))?,
            name: entry::shown_name(&shown).map_err(|reason| format!("name: {reason}"))?,
            specialities: self.specialities(&active).map_err(|reason| format!("code: {reason}"))?,
            structure: self.structure(first).map_err(|reason| format!("location: {reason}"))?,
            phone: entry::phone(phone).map_err(|reason| format!("telecom: {reason}"))?,
            email: entry::email(email).map_err(|reason| format!("telecom: {reason}"))?,
            active: practises,
        })
    }

    fn specialities(&self, roles: &[&Role]) -> Result<Vec<Speciality>, String> {
        let system = format!("{}/speciality", self.codes);
        let concepts = roles.iter().flat_map(|role| role.codes.iter().chain(&role.specialties));
        let codings = concepts.flat_map(|concept| &concept.codings).filter(|coding| coding.system == system);
        entry::specialities(codings.map(|coding| entry::speciality(&coding.code)))
    }

    /// The identifier of the location: that of the bundle, or the end of a reference to another one.
    fn structure(&self, role: &Role) -> Result<String, String> {
        let to = &role.location.first().ok_or("a PractitionerRole names none")?.reference;
        let id = match self.places.get(to) {
            Some(index) => self.all[*index].resource.id.as_str(),
            None => to.strip_prefix("Location/").ok_or("it is not in the bundle")?,
        };
        entry::structure(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::DEFAULT_CODES;
    use serde_json::{Value, json};

    fn coded(code: &str) -> Value {
        json!([{ "coding": [{ "system": "urn:teranga/speciality", "code": code }] }])
    }

    fn bundle() -> Value {
        json!({ "resourceType": "Bundle", "type": "collection", "entry": [
            { "resource": { "resourceType": "Practitioner", "id": "awa",
                "identifier": [{ "system": "urn:other", "value": "9" }, { "system": "urn:teranga/order-number", "value": "sn-1234" }],
                "name": [{ "family": "Ndiaye", "given": ["Awa"], "prefix": ["Dr"] }],
                "telecom": [{ "system": "phone", "value": "77 123 45 67" }, { "system": "email", "value": "awa@example.sn" }] } },
            { "resource": { "resourceType": "PractitionerRole", "id": "r0", "active": false, "practitioner": { "reference": "Practitioner/awa" },
                "location": [{ "reference": "Location/old" }], "code": coded("surgery") } },
            { "resource": { "resourceType": "PractitionerRole", "id": "r1", "practitioner": { "reference": "Practitioner/awa" },
                "location": [{ "reference": "urn:uuid:0d2f7a6a-557c-4732-b73d-3bbf5c346e84" }], "code": coded("obstetrics") } },
            { "resource": { "resourceType": "PractitionerRole", "id": "r2", "practitioner": { "reference": "Practitioner/awa" },
                "location": [{ "reference": "Location/other" }], "specialty": coded("general") } },
            { "fullUrl": "urn:uuid:0d2f7a6a-557c-4732-b73d-3bbf5c346e84", "resource": { "resourceType": "Location", "id": "hopital-dakar" } },
        ] })
    }

    fn read(bundle: &Value) -> Reading<Practitioner> {
        read_practitioner_bundle(bundle.to_string().as_bytes(), DEFAULT_CODES)
    }

    fn changed(change: impl FnOnce(&mut Value)) -> Reading<Practitioner> {
        let mut bundle = bundle();
        change(&mut bundle["entry"]);
        read(&bundle)
    }

    #[test]
    fn a_practitioner_with_roles_is_a_specialist() {
        let reading = read(&bundle());
        assert_eq!(reading.flaws, []);
        let [awa] = &reading.entries[..] else { panic!("{reading:?}") };
        assert_eq!(
            (awa.at.as_str(), awa.structure.as_str()),
            ("entry 1 (Practitioner/awa)", "hopital-dakar")
        );
        assert_eq!(
            (awa.name.reveal().as_str(), awa.order_number.reveal().as_str()),
            ("Dr Awa Ndiaye", "SN-1234")
        );
        assert_eq!(awa.specialities, [Speciality::Obstetrics, Speciality::General]);
        assert_eq!((&awa.phone, awa.active), (&Some("+221771234567".into()), true));
    }

    #[test]
    fn somebody_without_an_active_role_practises_no_more() {
        let retired = changed(|all| {
            all[2]["resource"]["active"] = false.into();
            all[3]["resource"]["active"] = false.into();
        });
        let awa = &retired.entries[0];
        assert_eq!((awa.active, awa.structure.as_str()), (false, "old"));
        assert!(!changed(|all| all[0]["resource"]["active"] = false.into()).entries[0].active);
    }

    #[test]
    fn each_flaw_is_told_with_its_entry_and_nothing_of_the_person() {
        let with = |field: &str, value: Value| changed(|all| all[0]["resource"][field] = value);
        let of_role = |field: &str, value: Value| changed(|all| all[2]["resource"][field] = value);
        for (reading, said) in [
            (with("identifier", json!([])), "it has no identifier of urn:teranga/order-number"),
            (
                with("identifier", json!([{ "system": "urn:teranga/order-number", "value": "?" }])),
                "identifier: ",
            ),
            (with("name", json!([])), "name: a name must have"),
            (
                with("telecom", json!([{ "system": "phone", "value": "call me" }])),
                "telecom: a telephone number",
            ),
            (of_role("location", json!([])), "location: a PractitionerRole names none"),
            (
                of_role("location", json!([{ "reference": "urn:uuid:9" }])),
                "location: it is not in the bundle",
            ),
            (of_role("code", coded("dentistry")), "code: one word is not known here"),
            (
                changed(|all| all.as_array_mut().unwrap().truncate(1)),
                "no PractitionerRole names this practitioner",
            ),
        ] {
            let told = reading.flaws.iter().map(ToString::to_string).collect::<String>();
            assert!(told.starts_with("entry 1 (Practitioner/awa): ") && told.contains(said), "{told}");
            assert!(reading.entries.is_empty() && !format!("{reading:?}").contains("Ndiaye"), "{reading:?}");
        }
    }

    #[test]
    fn a_number_that_stands_twice_is_refused_once_and_what_is_no_bundle_says_so() {
        let twice = changed(|all| {
            let mut again = all[0].clone();
            again["resource"]["id"] = "again".into();
            all.as_array_mut().unwrap().push(again);
            let mut role = all[2].clone();
            role["resource"]["practitioner"]["reference"] = "Practitioner/again".into();
            all.as_array_mut().unwrap().push(role);
        });
        assert_eq!(twice.entries.len(), 1);
        assert!(
            twice.flaws[0]
                .to_string()
                .starts_with("entry 6 (Practitioner/again): the number of the order stands")
        );
        for text in ["", "{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Bundle\"}"] {
            let reading = read_practitioner_bundle(text.as_bytes(), DEFAULT_CODES);
            assert_eq!((reading.entries.len(), reading.flaws.len()), (0, 1), "{text}");
        }
    }
}
