//! The demonstration's national record: a small FHIR server on this machine with invented people. It is a stand-in for the DPP, whose
//! interface is not published, and it speaks what Teranga asks: `PDQm` (ITI-78, ITI-119), the resources of a patient, and documents (MHD
//! ITI-105, ITI-65, ITI-67, ITI-68). It forgets the documents when the process ends.

mod documents;
#[cfg(test)]
mod losses;
mod shelf;
#[cfg(test)]
mod tests;

pub use shelf::Shelf;

use crate::config::DppServer;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use shelf::{Resources, fhir, outcome};
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
    serve(router(Arc::default())).await
}

/// Serves an interface on a free port of this machine.
///
/// # Errors
/// No port can be opened.
pub(super) async fn serve(router: Router) -> io::Result<DppServer> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(DppServer {
        tls: false,
        host: "127.0.0.1".into(),
        port,
        path: "/fhir".into(),
        number_system: NUMBER_SYSTEM.into(),
        token: None,
        authority: None,
        contact: Some("la cellule du DPP (démonstration)".into()),
    })
}

/// The interface below `/fhir`.
pub fn router(shelf: Arc<Shelf>) -> Router {
    Router::new()
        .route("/fhir", post(documents::transaction))
        .route("/fhir/metadata", get(capabilities))
        .route("/fhir/{kind}", get(search).post(documents::create))
        .route("/fhir/{kind}/{id}", get(read).post(operate).put(documents::update))
        .with_state(shelf)
}

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
    status: Option<String>,
    #[serde(rename = "_sort")]
    sort: Option<String>,
    #[serde(rename = "_count")]
    count: Option<usize>,
}

async fn search(State(shelf): Resources, Path(kind): Path<String>, Query(asked): Query<Search>) -> Response {
    let all = shelf.all();
    let mut found: Vec<_> =
        all.iter().filter(|one| one["resourceType"] == kind && asked.finds(one)).collect();
    if asked.sort.as_deref() == Some("-date") {
        found.sort_by(|a, b| b["date"].as_str().cmp(&a["date"].as_str()));
    }
    let most = asked.count.unwrap_or(MOST).min(MOST);
    bundle(found.into_iter().take(most).map(|one| json!({ "resource": one })).collect())
}

impl Search {
    fn finds(&self, one: &Value) -> bool {
        if one["resourceType"] == "Patient" {
            // An identity that was joined to another one is found also where active ones are asked for, because it leads there.
            let is_wanted =
                self.active.is_none_or(|active| one["active"] == active) || one["link"].is_array();
            return self.identifier.is_some() && self.has_identifier(&one["identifier"][0]) && is_wanted;
        }
        let of = one["patient"]["reference"].as_str().or_else(|| one["subject"]["reference"].as_str());
        let status =
            |list: &str| list.split(',').any(|status| one["status"] == status || one["status"].is_null());
        let asked = self.patient.as_deref().map(|patient| patient.trim_start_matches("Patient/"));
        of.and_then(|of| of.strip_prefix("Patient/")) == asked
            && self.has_identifier(&one["masterIdentifier"])
            && self.status.as_deref().is_none_or(status)
    }

    fn has_identifier(&self, identifier: &Value) -> bool {
        let Some(token) = &self.identifier else { return true };
        let wanted = token.split_once('|');
        wanted.is_some_and(|(system, value)| identifier["system"] == system && identifier["value"] == value)
    }
}

async fn read(State(shelf): Resources, Path((kind, id)): Path<(String, String)>) -> Response {
    let all = shelf.all();
    let found = all.iter().find(|one| one["resourceType"] == kind && one["id"] == id);
    found.map_or_else(|| outcome(StatusCode::NOT_FOUND, "not-found"), |one| fhir(StatusCode::OK, one))
}

async fn operate(
    State(shelf): Resources,
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
    let all = shelf.all();
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

const MATCH_GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";

/// The likeness of names from which a patient is shown, and from which they are the one.
const ALIKE: f64 = 0.85;
const CERTAIN: f64 = 0.97;

/// The most resources of an answer.
const MOST: usize = 100;

/// The most patients that a match shows.
const MATCHES: usize = 5;
