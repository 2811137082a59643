//! How a record is sent to the DPP: one document by ITI-105 (`SimplifiedPublish`), and a later version by ITI-65 (`ProvideBundle`) that
//! names the one before (IHE MHD 4.2.4). A document is never deleted and never told to be an error, because MHD has neither.

use super::{
    answer::is_id,
    ask::{Condition, FhirRequest, Method, escape, reference_to},
    found::StoredDocument,
    name::{URI, condition, urn},
};
use crate::{fhir::instant, record::Signer};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use teranga_clinic::time::Timestamp;
use uuid::Uuid;

/// A version of a record, as it is sent.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// Its name in the world, which the national record keeps as `masterIdentifier`.
    pub key: Uuid,
    /// The patient's identifier at the national record.
    pub patient: &'a str,
    /// The document Bundle as JSON.
    pub json: &'a [u8],
    /// The time of the last fact that it tells.
    pub at: Timestamp,
    /// The specialists who signed.
    pub signers: &'a [Signer],
    /// The system of their numbers in the register of the professional order.
    pub order_number: &'a str,
    /// The identifier of the structure that sends, and the system of such identifiers.
    pub structure: (&'a str, &'a str),
}

impl Document<'_> {
    /// Sends the document as one resource (ITI-105). The condition makes a server that knows it store the document once only.
    pub fn publish(&self) -> FhirRequest {
        let mut attachment = self.attachment();
        attachment["data"] = json!(STANDARD.encode(self.json));
        FhirRequest {
            method: Method::Post,
            path: "DocumentReference".to_owned(),
            body: Some(self.reference(&attachment, None).to_string()),
            condition: Some(Condition::IfNoneExist(condition(self.key))),
        }
    }

    /// Sends the document as a new version of an earlier one (ITI-65): the submission, the resource, and the bytes.
    pub fn replace(&self, earlier: &str) -> FhirRequest {
        // Names inside of the transaction, which the server replaces. One that leaves some as they are has no name twice.
        let [list, reference, binary] = [1, 2, 3].map(|part| Uuid::from_u128(self.key.as_u128() ^ part));
        let mut attachment = self.attachment();
        attachment["url"] = json!(urn(binary));
        let document = self.reference(&attachment, Some(earlier));
        let bytes =
            json!({ "resourceType": "Binary", "contentType": FHIR_JSON, "data": STANDARD.encode(self.json) });
        let entry = |id: Uuid, resource: Value, condition: Option<String>| {
            let mut request = json!({ "method": "POST", "url": resource["resourceType"] });
            if let Some(condition) = condition {
                request["ifNoneExist"] = json!(condition);
            }
            json!({ "fullUrl": urn(id), "resource": resource, "request": request })
        };
        let bundle = json!({
            "resourceType": "Bundle",
            "meta": { "profile": [PROVIDE_BUNDLE] },
            "type": "transaction",
            "entry": [
                entry(list, self.submission(reference), None),
                entry(reference, document, Some(condition(self.key))),
                entry(binary, bytes, None),
            ],
        });
        FhirRequest::post(String::new(), bundle.to_string())
    }

    /// The description of the document. It has no `docStatus`, which MHD forbids.
    fn reference(&self, attachment: &Value, earlier: Option<&str>) -> Value {
        let profile = if earlier.is_some() { MINIMAL } else { SIMPLIFIED };
        let coding = json!([{ "system": "http://loinc.org", "code": "11488-4", "display": "Consult note" }]);
        let kind = json!({ "coding": [{ "system": IDENTIFIER_TYPE, "code": "uniqueId" }] });
        let name = json!({ "type": kind, "system": URI, "value": urn(self.key) });
        let mut reference = json!({
            "resourceType": "DocumentReference",
            "meta": { "profile": [profile] },
            "masterIdentifier": name,
            // Some servers search only these by `identifier`, although FHIR R4 names both.
            "identifier": [name],
            "status": "current",
            "type": { "coding": coding, "text": TITLE },
            "category": [{ "coding": coding, "text": TITLE }],
            "subject": { "reference": format!("Patient/{}", self.patient) },
            "date": instant(self.at),
            "description": TITLE,
            "content": [{ "attachment": attachment }],
        });
        if !self.signers.is_empty() {
            reference["author"] = self.signers.iter().map(|signer| self.author(signer)).collect();
        }
        if let Some(earlier) = earlier {
            let target = json!({ "reference": format!("DocumentReference/{earlier}") });
            reference["relatesTo"] = json!([{ "code": "replaces", "target": target }]);
        }
        reference
    }

    fn attachment(&self) -> Value {
        json!({
            "contentType": FHIR_JSON,
            "language": "fr",
            "size": self.json.len(),
            "hash": STANDARD.encode(sha1(self.json)),
            "title": TITLE,
            "creation": instant(self.at),
        })
    }

    /// A specialist by name and number, because the national record may not have them as a resource.
    fn author(&self, signer: &Signer) -> Value {
        let mut author = json!({ "type": "Practitioner", "display": signer.name });
        if let Some(number) = &signer.order_number {
            author["identifier"] = json!({ "system": self.order_number, "value": number });
        }
        author
    }

    /// The submission (`SubmissionSet`), which says who sends what about whom.
    fn submission(&self, reference: Uuid) -> Value {
        let (system, value) = self.structure;
        let source = json!({ "system": system, "value": value });
        json!({
            "resourceType": "List",
            "meta": { "profile": [SUBMISSION_SET] },
            "extension": [{ "url": SOURCE_ID, "valueIdentifier": source }],
            "status": "current",
            "mode": "working",
            "code": { "coding": [{ "system": LIST_TYPES, "code": "submissionset" }] },
            "title": TITLE,
            "subject": { "reference": format!("Patient/{}", self.patient) },
            "date": instant(self.at),
            "entry": [{ "item": { "reference": urn(reference) } }],
        })
    }
}

/// Looks for the document of this name (ITI-67). It is asked before anything is sent again.
pub fn by_key(patient: &str, key: Uuid) -> FhirRequest {
    let condition = condition(key);
    let patient = reference_to(patient);
    FhirRequest::get(format!("DocumentReference?patient={patient}&status=current%2Csuperseded&{condition}"))
}

/// Marks an earlier version as superseded. MHD leaves that to the server; one that does not do it by itself is asked to. The version of
/// the resource guards against overwriting what changed meanwhile.
pub fn supersede(earlier: &StoredDocument) -> FhirRequest {
    let mut resource = earlier.resource.clone();
    resource["status"] = json!("superseded");
    let version = earlier.resource["meta"]["versionId"].as_str().filter(|version| is_id(version));
    FhirRequest {
        method: Method::Put,
        path: format!("DocumentReference/{}", earlier.id),
        body: Some(resource.to_string()),
        condition: version.map(|version| Condition::IfMatch(format!("W/\"{version}\""))),
    }
}

/// Asks for one document by the server's identifier (ITI-68 gives its content, too, if it stands inside).
pub fn document_by_id(id: &str) -> FhirRequest {
    FhirRequest::get(format!("DocumentReference/{}", escape(id)))
}

/// The SHA-1 of a document. FHIR R4 defines `Attachment.hash` as one; nothing depends on its strength here.
pub fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}

const TITLE: &str = "Compte rendu de téléconsultation";
const FHIR_JSON: &str = "application/fhir+json";
const IDENTIFIER_TYPE: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType";
const LIST_TYPES: &str = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";
const SOURCE_ID: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId";
const SIMPLIFIED: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.DocumentReference";
const MINIMAL: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.DocumentReference";
const PROVIDE_BUNDLE: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.ProvideBundle";
const SUBMISSION_SET: &str =
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Minimal.SubmissionSet";
