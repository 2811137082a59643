//! What is sent, and what the answers to it mean.

use super::*;
use crate::record::Signer;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use teranga_clinic::time::Timestamp;
use uuid::Uuid;

const KEY: Uuid = Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
const NAME: &str = "urn:uuid:00112233-4455-6677-8899-aabbccddeeff";
const BASE: &str = "https://dpp.example/fhir";

fn signers() -> Vec<Signer> {
    vec![
        Signer { name: "Dr Awa Diop".into(), order_number: Some("1234".into()) },
        Signer { name: "Dr Ba".into(), order_number: None },
    ]
}

fn document(signers: &[Signer]) -> Document<'_> {
    Document {
        key: KEY,
        patient: "p1",
        json: b"{\"resourceType\":\"Bundle\"}",
        at: Timestamp(1_800_000_000_000),
        signers,
        order_number: "urn:example:order",
        structure: ("urn:example:structure", "nabadji"),
    }
}

fn body(request: &FhirRequest) -> Value {
    serde_json::from_str(request.body.as_ref().unwrap()).unwrap()
}

#[test]
fn one_document_is_one_resource_with_its_bytes_their_length_and_their_hash() {
    let signers = signers();
    let request = document(&signers).publish();
    assert_eq!((request.method, request.path.as_str()), (Method::Post, "DocumentReference"));
    let condition = "identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A00112233-4455-6677-8899-aabbccddeeff";
    assert_eq!(request.condition, Some(Condition::IfNoneExist(condition.to_owned())));
    let sent = body(&request);
    assert_eq!((&sent["masterIdentifier"]["value"], &sent["status"]), (&json!(NAME), &json!("current")));
    assert_eq!(sent["subject"]["reference"], "Patient/p1");
    assert!(sent.get("docStatus").is_none() && sent.get("relatesTo").is_none());
    let content = sent["content"].as_array().unwrap();
    assert_eq!(content.len(), 1);
    let attachment = &content[0]["attachment"];
    let bytes = STANDARD.decode(attachment["data"].as_str().unwrap()).unwrap();
    assert_eq!(bytes, b"{\"resourceType\":\"Bundle\"}");
    assert_eq!(attachment["size"], bytes.len());
    assert_eq!(attachment["hash"], STANDARD.encode(sha1(&bytes)));
    assert_eq!(
        (&attachment["language"], &attachment["contentType"]),
        (&json!("fr"), &json!("application/fhir+json"))
    );
    assert!(attachment.get("url").is_none());
    assert_eq!(sent["author"][0]["identifier"]["value"], "1234");
    assert!(sent["author"][1].get("identifier").is_none());
}

#[test]
fn a_later_version_is_a_transaction_that_names_the_one_before() {
    let request = document(&[]).replace("77");
    assert_eq!((request.path.as_str(), &request.condition), ("", &None));
    let sent = body(&request);
    assert_eq!(sent["type"], "transaction");
    let kinds: Vec<_> = sent["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["List", "DocumentReference", "Binary"]);
    let [list, reference, binary] = [0, 1, 2].map(|at| &sent["entry"][at]);
    assert_eq!(list["resource"]["entry"][0]["item"]["reference"], reference["fullUrl"]);
    let attachment = &reference["resource"]["content"][0]["attachment"];
    assert_eq!(attachment["url"], binary["fullUrl"]);
    assert!(attachment.get("data").is_none());
    let replaced = &reference["resource"]["relatesTo"][0];
    assert_eq!(
        (&replaced["code"], &replaced["target"]["reference"]),
        (&json!("replaces"), &json!("DocumentReference/77"))
    );
    assert!(reference["request"]["ifNoneExist"].as_str().unwrap().ends_with("ccddeeff"));
    assert!(!request.body.unwrap().contains("null"), "nothing is written as null");
}

fn says(status: u16, location: Option<&str>, body: &str) -> Told {
    told(Answer { status, location, body: body.as_bytes() }, BASE, "p1", KEY)
}

fn resource(id: &str, patient: &str) -> Value {
    json!({ "resourceType": "DocumentReference", "id": id, "status": "current",
        "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": NAME }, "subject": { "reference": format!("Patient/{patient}") } })
}

#[test]
fn only_an_answer_that_names_the_document_counts_as_stored() {
    let stored = Told::Stored("77".into());
    assert_eq!(says(201, None, &resource("77", "p1").to_string()), stored);
    assert_eq!(says(201, Some("https://dpp.example/fhir/DocumentReference/77/_history/1"), ""), stored);
    assert_eq!(says(201, Some("DocumentReference/77/_history/1"), ""), stored);
    let remark = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information"}]}"#;
    assert_eq!(says(201, Some("DocumentReference/77"), remark), stored);
    let error = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}"#;
    let mut other = resource("77", "p1");
    other["masterIdentifier"]["value"] = json!("urn:uuid:1");
    let (other, another) = (other.to_string(), resource("77", "p9").to_string());
    for (status, location, body) in [
        (200, Some("DocumentReference/77"), error),
        (201, Some("https://elsewhere.example/fhir/DocumentReference/77"), ""),
        (201, Some("//elsewhere.example/DocumentReference/77"), ""),
        (201, None, ""),
        (201, Some("DocumentReference/77"), "<DocumentReference xmlns=\"http://hl7.org/fhir\"/>"),
        (200, None, other.as_str()),
        (201, Some("DocumentReference/77"), another.as_str()),
        (412, None, error),
    ] {
        assert_eq!(says(status, location, body), Told::Unclear, "{status} {location:?} {body}");
    }
    for status in [408, 409, 429, 500, 503] {
        assert_eq!(says(status, None, error), Told::Unknown, "{status}");
    }
    for (status, told) in [
        (401, Told::Denied),
        (403, Told::Denied),
        (302, Told::Refused),
        (400, Told::Refused),
        (404, Told::Refused),
        (422, Told::Refused),
    ] {
        assert_eq!(says(status, None, error), told, "{status}");
    }
}

#[test]
fn a_transaction_is_stored_if_all_of_it_was_done() {
    let of = |statuses: [&str; 3]| {
        let entry = |status: &str, kind: &str| json!({ "response": { "status": status, "location": format!("{kind}/7") } });
        let entries = [
            entry(statuses[0], "List"),
            entry(statuses[1], "DocumentReference"),
            entry(statuses[2], "Binary"),
        ];
        json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": entries }).to_string()
    };
    assert_eq!(says(200, None, &of(["201 Created", "200 OK", "201"])), Told::Stored("7".into()));
    assert_eq!(says(200, None, &of(["201", "422", "201"])), Told::Unclear);
}

#[test]
fn a_search_finds_the_documents_of_one_name_and_never_those_of_somebody_else() {
    let set = |resources: &[Value]| {
        let entries: Vec<_> = resources.iter().map(|one| json!({ "resource": one })).collect();
        json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries }).to_string().into_bytes()
    };
    let ids = |json: &[u8]| {
        found(json, "p1", KEY).map(|found| found.into_iter().map(|one| one.id).collect::<Vec<_>>())
    };
    assert_eq!(ids(&set(&[])), Ok(vec![]));
    assert_eq!(ids(&set(&[resource("1", "p1"), resource("2", "p1")])), Ok(vec!["1".into(), "2".into()]));
    let mut other = resource("3", "p9");
    assert_eq!(ids(&set(&[other.clone()])), Err(Unusable::OtherPatient));
    other["masterIdentifier"]["value"] = json!("urn:uuid:1");
    assert_eq!(ids(&set(&[other])), Ok(vec![]), "a server that ignores the condition gives others");
    assert_eq!(ids(b"<Bundle/>"), Err(Unusable::NoJson));
    let one = resource("1", "p1").to_string();
    assert!(document_of(one.as_bytes(), "1", "p1").unwrap().is_current);
    assert_eq!(document_of(one.as_bytes(), "2", "p1"), Err(Unusable::Type));
    let put = supersede(&document_of(one.as_bytes(), "1", "p1").unwrap());
    assert_eq!((put.method, put.path.as_str()), (Method::Put, "DocumentReference/1"));
    assert_eq!(body(&put)["status"], "superseded");
}
