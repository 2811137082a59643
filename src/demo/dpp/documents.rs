//! Documents at the stand-in: it takes one by itself (ITI-105) or in a transaction (ITI-65), looks whether it is whole, and marks the
//! version before it as superseded.

use super::shelf::{Resources, fhir, outcome};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use teranga_exchange::dpp::sha1;
use uuid::Uuid;

/// A refusal: the status, and the code of the issue.
type Refusal = (StatusCode, &'static str);

/// Takes one document (ITI-105).
pub(super) async fn create(
    State(shelf): Resources,
    Path(kind): Path<String>,
    headers: HeaderMap,
    Json(resource): Json<Value>,
) -> Response {
    if kind != "DocumentReference" || resource["resourceType"] != kind {
        return outcome(StatusCode::NOT_FOUND, "not-supported");
    }
    let condition = headers.get("if-none-exist").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let data = resource["content"][0]["attachment"]["data"].clone();
    let mut all = shelf.all();
    let stored = store(&mut all, resource, &data, condition.as_deref());
    stored.map_or_else(|(status, code)| outcome(status, code), |(status, stored)| created(status, &stored))
}

/// Takes a submission with a document and its bytes (ITI-65): all of it, or nothing.
pub(super) async fn transaction(State(shelf): Resources, Json(bundle): Json<Value>) -> Response {
    let mut all = shelf.all();
    match submit(&mut all, &bundle) {
        Ok(entries) => {
            let answer =
                json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": entries });
            fhir(StatusCode::OK, &answer)
        }
        Err((status, code)) => outcome(status, code),
    }
}

/// Replaces a document's description. Only its status may have changed.
pub(super) async fn update(
    State(shelf): Resources,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(mut resource): Json<Value>,
) -> Response {
    let mut all = shelf.all();
    let is_it = |one: &&mut Value| one["resourceType"] == kind && one["id"] == id;
    let Some(stored) = all.iter_mut().find(is_it).filter(|_| kind == "DocumentReference") else {
        return outcome(StatusCode::NOT_FOUND, "not-found");
    };
    let version = stored["meta"]["versionId"].as_str().map(|version| format!("W/\"{version}\""));
    let asked = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    if asked.is_some() && asked != version.as_deref() {
        return outcome(StatusCode::PRECONDITION_FAILED, "conflict");
    }
    resource["meta"]["versionId"] = json!("2");
    *stored = resource;
    fhir(StatusCode::OK, stored)
}

fn created(status: StatusCode, resource: &Value) -> Response {
    let location = resource["id"].as_str().map(|id| format!("DocumentReference/{id}/_history/1"));
    ([(header::LOCATION, location.unwrap_or_default())], fhir(status, resource)).into_response()
}

/// The entries of the answer.
fn submit(all: &mut Vec<Value>, bundle: &Value) -> Result<Vec<Value>, Refusal> {
    let entries = bundle["entry"].as_array().filter(|_| bundle["type"] == "transaction");
    let entries = entries.ok_or((StatusCode::BAD_REQUEST, "structure"))?;
    let of = |kind: &str| entries.iter().find(|entry| entry["resource"]["resourceType"] == kind);
    let (list, reference, binary) = (of("List"), of("DocumentReference"), of("Binary"));
    let (Some(list), Some(reference), Some(binary)) = (list, reference, binary) else {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "required"));
    };
    if list["resource"]["entry"][0]["item"]["reference"] != reference["fullUrl"] {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
    }
    let mut document = reference["resource"].clone();
    let bytes = Uuid::new_v4().to_string();
    let attachment = &mut document["content"][0]["attachment"];
    if attachment["url"] != binary["fullUrl"] {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
    }
    attachment["url"] = json!(format!("Binary/{bytes}"));
    let condition = reference["request"]["ifNoneExist"].as_str();
    let (status, stored) = store(all, document, &binary["resource"]["data"], condition)?;
    let submission = Uuid::new_v4().to_string();
    if status == StatusCode::CREATED {
        for (id, resource) in [(&bytes, &binary["resource"]), (&submission, &list["resource"])] {
            let mut resource = resource.clone();
            resource["id"] = json!(id);
            all.push(resource);
        }
    }
    let answer = |kind: &str, id: &str| json!({ "response": { "status": status.as_str(), "location": format!("{kind}/{id}/_history/1") } });
    let id = stored["id"].as_str().unwrap_or_default();
    Ok(vec![answer("List", &submission), answer("DocumentReference", id), answer("Binary", &bytes)])
}

/// Stores a document with these bytes, unless one of this name is there.
fn store(
    all: &mut Vec<Value>,
    mut document: Value,
    data: &Value,
    condition: Option<&str>,
) -> Result<(StatusCode, Value), Refusal> {
    check(all, &document, data).map_err(|code| (StatusCode::UNPROCESSABLE_ENTITY, code))?;
    if condition.is_some() {
        let is_it = |one: &&Value| one["masterIdentifier"]["value"] == document["masterIdentifier"]["value"];
        let mut there = all.iter().filter(is_it);
        match (there.next(), there.next()) {
            (Some(one), None) => return Ok((StatusCode::OK, one.clone())),
            (Some(_), Some(_)) => return Err((StatusCode::PRECONDITION_FAILED, "multiple-matches")),
            (None, _) => {}
        }
    }
    document["id"] = json!(Uuid::new_v4().to_string());
    document["meta"]["versionId"] = json!("1");
    let replaced = document["relatesTo"][0]["target"]["reference"].as_str().map(str::to_owned);
    if let Some(id) = replaced.as_deref().and_then(|target| target.strip_prefix("DocumentReference/"))
        && let Some(earlier) = all.iter_mut().find(|one| one["id"] == id)
    {
        earlier["status"] = json!("superseded");
    }
    all.push(document.clone());
    Ok((StatusCode::CREATED, document))
}

/// What MHD demands of a document, and that its bytes are those that its description tells of.
fn check(all: &[Value], document: &Value, data: &Value) -> Result<(), &'static str> {
    let name = document["masterIdentifier"]["value"].as_str().unwrap_or_default();
    let contents = document["content"].as_array().map_or(0, Vec::len);
    if !name.starts_with("urn:uuid:") || document["status"] != "current" || contents != 1 {
        return Err("required");
    }
    if !document["docStatus"].is_null() {
        return Err("business-rule");
    }
    let subject = document["subject"]["reference"].as_str().unwrap_or_default();
    let is_subject = |one: &Value| {
        one["resourceType"] == "Patient" && one["id"].as_str() == subject.strip_prefix("Patient/")
    };
    if !all.iter().any(is_subject) {
        return Err("not-found");
    }
    let attachment = &document["content"][0]["attachment"];
    let bytes = data.as_str().and_then(|data| STANDARD.decode(data).ok()).ok_or("invalid")?;
    let is_whole =
        attachment["size"] == bytes.len() && attachment["hash"] == STANDARD.encode(sha1(&bytes)).as_str();
    if is_whole { Ok(()) } else { Err("value") }
}
