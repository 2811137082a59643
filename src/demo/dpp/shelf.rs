//! What the stand-in keeps, and the form of its answers.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The shelf, as handlers get it.
pub(super) type Resources = State<Arc<Shelf>>;

/// What the stand-in keeps.
#[derive(Debug)]
pub struct Shelf(Mutex<Vec<Value>>);

impl Default for Shelf {
    /// The invented people.
    ///
    /// # Panics
    /// It panics if the resources of the demonstration, which are part of the binary, are no JSON.
    fn default() -> Self {
        Self(Mutex::new(serde_json::from_str(include_str!("resources.json")).expect("valid JSON")))
    }
}

impl Shelf {
    pub(super) fn all(&self) -> MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn outcome(status: StatusCode, code: &str) -> Response {
    fhir(
        status,
        &json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": code }] }),
    )
}

pub(super) fn fhir(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/fhir+json")], body.to_string()).into_response()
}
