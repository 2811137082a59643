use super::*;
use serde_json::{Value, json};
use teranga_clinic::structure::{Position, SENEGAL};

fn typed(code: &str) -> Value {
    json!({ "coding": [{ "system": TYPES, "code": code }] })
}

fn ours(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": format!("{DEFAULT_CODES}/{system}"), "code": code }] })
}

fn jurisdiction(id: &str, name: &str, above: Option<&str>) -> Value {
    let part_of = above.map(|id| json!({ "reference": format!("Location/{id}") }));
    json!({ "resource": { "resourceType": "Location", "id": id, "name": name, "status": "active", "type": [typed("jurisdiction")], "partOf": part_of } })
}

fn bundle() -> Value {
    json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": { "resourceType": "Location", "id": "matam-hospital", "name": "Hôpital de Matam", "status": "active",
            "meta": { "lastUpdated": "2026-01-02T03:04:05Z" },
            "type": [typed("facility"), ours("structure-kind", "eps2")],
            "managingOrganization": { "reference": "urn:uuid:0d2f7a6a-557c-4732-b73d-3bbf5c346e84" },
            "partOf": { "reference": "Location/matam" },
            "telecom": [{ "system": "email", "value": "a@b.sn" }, { "system": "phone", "value": "33 966 11 22" }],
            "hoursOfOperation": [{ "allDay": true }],
            "position": { "longitude": -13.26, "latitude": 15.66 } } },
        { "fullUrl": "urn:uuid:0d2f7a6a-557c-4732-b73d-3bbf5c346e84",
            "resource": { "resourceType": "Organization", "id": "o1", "name": "Hôpital de Matam", "active": true, "type": [typed("facility")] } },
        { "resource": { "resourceType": "HealthcareService", "id": "s1", "location": [{ "reference": "Location/matam-hospital" }],
            "type": [ours("capability", "cesarean"), ours("capability", "transfusion")] } },
        jurisdiction("matam", "District de Matam", Some("region-matam")),
        jurisdiction("region-matam", "Matam", None),
        { "resource": { "resourceType": "Practitioner", "id": "nobody" } },
    ] })
}

fn read(bundle: &Value) -> Reading {
    read_bundle(bundle.to_string().as_bytes(), &SENEGAL, DEFAULT_CODES)
}

/// Why the facility is refused after a change of the bundle.
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut bundle = bundle();
    change(&mut bundle["entry"]);
    let reading = read(&bundle);
    assert_eq!((reading.entries.len(), reading.flaws.is_empty()), (0, false), "{reading:?}");
    reading.flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_pair_of_location_and_organization_is_a_structure() {
    let reading = read(&bundle());
    assert_eq!(reading.flaws, []);
    let [one] = &reading.entries[..] else { panic!("{reading:?}") };
    assert_eq!((one.place.id.as_str(), one.place.phone.as_str()), ("matam-hospital", "33 966 11 22"));
    assert_eq!((one.place.district.as_str(), one.place.region.as_str()), ("District de Matam", "Matam"));
    assert_eq!((one.kind, one.hours, one.closed), (StructureKind::Eps2, Hours::DayAndNight, false));
    assert_eq!(one.position, Some(Position { latitude: 15.66, longitude: -13.26 }));
    assert_eq!(
        one.quality,
        PositionQuality::Approximate,
        "a directory does not say what a position is worth"
    );
    assert_eq!(one.capabilities, [Capability::Cesarean, Capability::Transfusion].into());
    assert_eq!(one.confirmed_at, Some(Timestamp(1_767_323_045_000)));
}

#[test]
fn a_location_that_is_not_active_is_closed_and_a_withdrawn_service_is_no_capability() {
    let mut changed = bundle();
    changed["entry"][0]["resource"]["status"] = "suspended".into();
    changed["entry"][2]["resource"]["active"] = false.into();
    let one = read(&changed).entries.remove(0);
    assert!(one.closed && one.capabilities.is_empty());
    let mut changed = bundle();
    changed["entry"][1]["resource"]["active"] = false.into();
    assert!(read(&changed).entries[0].closed);
}

#[test]
fn each_flaw_is_told_with_its_entry() {
    let position = |latitude: f64, longitude: f64| {
        refused(move |all| {
            all[0]["resource"]["position"] = json!({ "latitude": latitude, "longitude": longitude });
        })
    };
    let at = "entry 1 (Location/matam-hospital): ";
    for (told, said) in [
        (position(0.0, 0.0), "0, 0 is not a position"),
        (position(-13.26, 15.66), "latitude and longitude seem to be swapped"),
        (
            refused(|all| all[0]["resource"]["managingOrganization"] = Value::Null),
            "it names no managingOrganization",
        ),
        (refused(|all| all[1]["fullUrl"] = "".into()), "its managingOrganization is not in the bundle"),
        (
            refused(|all| all[3]["resource"]["partOf"]["reference"] = "Location/matam".into()),
            "lead in a circle",
        ),
        (refused(|all| all[3]["resource"]["partOf"] = Value::Null), "two jurisdictions are expected"),
        (
            refused(|all| all[0]["resource"]["type"][1] = ours("structure-kind", "hospice")),
            "\"hospice\" is not known here",
        ),
        (
            refused(|all| all[0]["resource"]["type"] = json!([typed("facility")])),
            "no code of urn:teranga/structure-kind",
        ),
        (
            refused(|all| all[2]["resource"]["type"][0] = ours("capability", "scanner")),
            "\"scanner\" is not known here",
        ),
        (
            refused(|all| all[0]["resource"]["telecom"][1]["value"] = "call me".into()),
            "telecom: a telephone number",
        ),
        (refused(|all| all[0]["resource"]["name"] = " ".into()), "name: a name must have"),
        (refused(|all| all[0]["resource"]["position"] = json!({ "latitude": "15" })), "invalid type"),
    ] {
        assert!(told.starts_with(at) && told.contains(said), "{told}");
    }
}

#[test]
fn a_structure_that_stands_twice_is_refused_once() {
    let mut twice = bundle();
    let again = twice["entry"][0].clone();
    twice["entry"].as_array_mut().unwrap().push(again);
    let reading = read(&twice);
    assert_eq!((reading.entries.len(), reading.flaws.len()), (1, 1));
    assert!(reading.flaws[0].to_string().starts_with("entry 7 (Location/matam-hospital): "), "{reading:?}");
}

#[test]
fn what_is_no_bundle_of_facilities_says_so() {
    for (text, said) in [
        ("", "it is no FHIR bundle"),
        ("{\"resourceType\":\"Patient\"}", "it is no FHIR bundle"),
        ("{\"resourceType\":\"Bundle\"}", "it has no Location with the type"),
        ("{\"resourceType\":\"Bundle\",\"entry\":[3]}", "entry 1: "),
    ] {
        let reading = read_bundle(text.as_bytes(), &SENEGAL, DEFAULT_CODES);
        assert!(reading.entries.is_empty() && reading.flaws[0].to_string().contains(said), "{reading:?}");
    }
    let entries = vec!["{\"resource\":{}}"; 60_001].join(",");
    let many = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{entries}]}}");
    let reading = read_bundle(many.as_bytes(), &SENEGAL, DEFAULT_CODES);
    assert!(reading.flaws[0].to_string().contains("at most 60000 entries"), "{reading:?}");
    let deep = "[".repeat(100_000);
    assert!(!read_bundle(deep.as_bytes(), &SENEGAL, DEFAULT_CODES).flaws.is_empty());
}
