//! The demonstration's national record: a small FHIR server on this machine with invented people. It is a stand-in for the DPP, whose
//! interface is not published, and it speaks what Teranga asks: `PDQm` (ITI-78, ITI-119), and the resources of a patient.

#[cfg(test)]
mod tests;

use crate::config::DppServer;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{io, sync::Arc};
use teranga_clinic::patient::NameKey;
use tokio::net::TcpListener;

/// The system of the numbers of the demonstration.
pub const NUMBER_SYSTEM: &str = "urn:teranga:demonstration:dpp";

/// Starts the stand-in on a free port of this machine and says how it is asked. It runs until the process ends.
///
/// # Errors
/// No port can be opened.
pub async fn start() -> io::Result<DppServer> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move { axum::serve(listener, router()).await });
    Ok(DppServer {
        tls: false,
        host: "127.0.0.1".into(),
        port,
        path: "/fhir".into(),
        number_system: NUMBER_SYSTEM.into(),
        token: None,
        authority: None,
    })
}

/// The interface below `/fhir`.
///
/// # Panics
/// It panics if the resources of the demonstration, which are part of the binary, are no JSON.
pub fn router() -> Router {
    let resources: Vec<Value> = serde_json::from_str(include_str!("resources.json")).expect("valid JSON");
    Router::new()
        .route("/fhir/metadata", get(capabilities))
        .route("/fhir/{kind}", get(search))
        .route("/fhir/{kind}/{id}", get(read).post(operate))
        .with_state(Arc::new(resources))
}

type Resources = State<Arc<Vec<Value>>>;

async fn capabilities() -> Response {
    fhir(
        StatusCode::OK,
        &json!({ "resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1",
            "format": ["json"], "software": { "name": "Teranga: stand-in for the DPP, with invented people" } }),
    )
}

#[derive(Deserialize)]
struct Search {
    identifier: Option<String>,
    patient: Option<String>,
    active: Option<bool>,
}

async fn search(
    State(all): Resources,
    Path(kind): Path<String>,
    Query(Search { identifier, patient, active }): Query<Search>,
) -> Response {
    let has_number = |one: &Value| {
        identifier.as_deref().and_then(|token| token.split_once('|')).is_some_and(|(system, number)| {
            one["identifier"][0]["system"] == system && one["identifier"][0]["value"] == number
        })
    };
    let is_of = |one: &Value| {
        let reference = one["patient"]["reference"].as_str().or_else(|| one["subject"]["reference"].as_str());
        reference.and_then(|reference| reference.strip_prefix("Patient/")) == patient.as_deref()
    };
    // An identity that was joined to another one is found also where active ones are asked for, because it leads there.
    let is_wanted =
        |one: &Value| active.is_none_or(|active| one["active"] == active) || one["link"].is_array();
    let found = all
        .iter()
        .filter(|one| one["resourceType"] == kind)
        .filter(|one| if kind == "Patient" { has_number(one) && is_wanted(one) } else { is_of(one) });
    bundle(found.map(|one| json!({ "resource": one })).collect())
}

async fn read(State(all): Resources, Path((kind, id)): Path<(String, String)>) -> Response {
    let found = all.iter().find(|one| one["resourceType"] == kind && one["id"] == id);
    found.map_or_else(|| outcome(StatusCode::NOT_FOUND, "not-found"), |one| fhir(StatusCode::OK, one))
}

async fn operate(
    State(all): Resources,
    Path((kind, operation)): Path<(String, String)>,
    Json(parameters): Json<Value>,
) -> Response {
    if kind != "Patient" || operation != "$match" {
        return outcome(StatusCode::NOT_FOUND, "not-supported");
    }
    let parameters = parameters["parameter"].as_array().map_or(&[][..], Vec::as_slice);
    let asked = parameters.iter().find(|one| one["name"] == "resource");
    let Some(asked) = asked.map(|one| &one["resource"]) else {
        return outcome(StatusCode::BAD_REQUEST, "required");
    };
    let patients = all.iter().filter(|one| one["resourceType"] == "Patient" && one["active"] == true);
    let mut graded: Vec<_> = patients.filter_map(|one| Some((likeness(asked, one)?, one))).collect();
    graded.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    // Whoever shares all traits with somebody else is not certain.
    let is_alone = graded.get(1).is_none_or(|(second, _)| *second < CERTAIN);
    let entry = |(score, one): (f64, &Value)| {
        let grade = if score >= CERTAIN && is_alone { "certain" } else { "probable" };
        let extension = json!([{ "url": MATCH_GRADE, "valueCode": grade }]);
        json!({ "resource": one, "search": { "mode": "match", "score": score, "extension": extension } })
    };
    bundle(graded.into_iter().take(MATCHES).map(entry).collect())
}

/// How much a patient is like the one who is asked for, from 0 to 1; none for somebody who is certainly another.
fn likeness(asked: &Value, patient: &Value) -> Option<f64> {
    let name = |one: &Value| {
        let words = [one["name"][0]["given"][0].as_str(), one["name"][0]["family"].as_str()];
        let text = one["name"][0]["text"].as_str().map(str::to_owned);
        NameKey::of(&text.unwrap_or_else(|| words.into_iter().flatten().collect::<Vec<_>>().join(" ")))
    };
    let year = |one: &Value| one["birthDate"].as_str().and_then(|date| date.get(..4)).map(str::to_owned);
    let names = name(asked).likeness(&name(patient));
    let differs = |a: Option<String>, b: Option<String>| a.is_some() && b.is_some() && a != b;
    let is_other = differs(year(asked), year(patient))
        || asked["gender"].is_string() && asked["gender"] != patient["gender"];
    let knows_all = year(asked).is_some() && asked["gender"].is_string();
    (names >= ALIKE && !is_other).then(|| if knows_all { names } else { names.min(CERTAIN - 0.01) })
}

fn bundle(entries: Vec<Value>) -> Response {
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len() });
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    fhir(StatusCode::OK, &bundle)
}

fn outcome(status: StatusCode, code: &str) -> Response {
    fhir(
        status,
        &json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": code }] }),
    )
}

fn fhir(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json")], body.to_string()).into_response()
}

const MATCH_GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// The likeness of names from which a patient is shown, and from which they are the one.
const ALIKE: f64 = 0.85;
const CERTAIN: f64 = 0.97;

/// The most patients that a match shows.
const MATCHES: usize = 5;
