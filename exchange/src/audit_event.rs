//! "Who has seen this record" as FHIR R4: a Bundle of `AuditEvents` after the Basic Audit Log Patterns of IHE (BALP 1.1), pattern `PatientRead`. The
//! pattern is for readings that succeeded; a refused one is the same event with another outcome, and does not claim the pattern.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use teranga_clinic::{
    audit::{NetworkKind, OpenedFile},
    id::ConsultationId,
    people::{Identity, Role},
    pii::Pii,
    readers::RecordReading,
    time::Timestamp,
};
use time::OffsetDateTime;

/// A reading, with the names that the audit log does not hold.
#[derive(Clone, Debug)]
pub struct NamedReading {
    /// The reading; `who` is everybody who is known to the server.
    pub reading: RecordReading,
    /// The member of staff at a tablet, with the profession; none if nobody had typed a PIN.
    pub staff: Option<Pii<String>>,
}

/// The readings of one consultation as a Bundle of type `collection`. `host` is the name of this server, from which its identifiers are made.
pub fn bundle(host: &str, consultation: ConsultationId, at: Timestamp, readings: &[NamedReading]) -> Bundle {
    let site = Site { host, consultation };
    let entry = readings.iter().enumerate().map(|(number, reading)| site.entry(number, reading)).collect();
    Bundle { resource_type: "Bundle", kind: "collection", timestamp: instant(at), entry }
}

/// A collection of `AuditEvents` (FHIR R4, <https://hl7.org/fhir/R4/bundle.html>).
#[derive(Clone, Debug, Serialize)]
pub struct Bundle {
    #[serde(rename = "resourceType")]
    resource_type: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    full_url: String,
    resource: AuditEvent,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AuditEvent {
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
    #[serde(rename = "type")]
    kind: Coding,
    subtype: [Coding; 1],
    action: &'static str,
    recorded: String,
    outcome: &'static str,
    agent: [Agent; 3],
    source: Source,
    entity: [Entity; 2],
}

#[derive(Clone, Debug, Serialize)]
struct Meta {
    profile: [&'static str; 1],
}

#[derive(Clone, Debug, Serialize)]
struct Coding {
    system: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct CodeableConcept {
    coding: [Coding; 1],
}

#[derive(Clone, Debug, Serialize)]
struct Agent {
    #[serde(rename = "type")]
    kind: CodeableConcept,
    who: Reference,
    requestor: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<Network>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Network {
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<[Extension; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    url: &'static str,
    value_code: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    identifier: Identifier,
    #[serde(skip_serializing_if = "Option::is_none")]
    display: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Identifier {
    system: String,
    value: String,
}

#[derive(Clone, Debug, Serialize)]
struct Source {
    observer: Reference,
    #[serde(rename = "type")]
    kind: [Coding; 1],
}

#[derive(Clone, Debug, Serialize)]
struct Entity {
    what: Reference,
    #[serde(rename = "type")]
    kind: Coding,
    role: Coding,
}

/// Where the log was written, and about which consultation.
struct Site<'a> {
    host: &'a str,
    consultation: ConsultationId,
}

impl Site<'_> {
    fn entry(&self, number: usize, named: &NamedReading) -> Entry {
        let reading = &named.reading;
        let resource = AuditEvent {
            resource_type: "AuditEvent",
            meta: (!reading.refused).then_some(Meta { profile: [PATIENT_READ] }),
            kind: Coding { system: EVENT_TYPE, code: "rest" },
            subtype: [Coding { system: INTERACTION, code: "read" }],
            action: "R",
            recorded: instant(reading.at),
            outcome: if reading.refused { REFUSED } else { SUCCESS },
            agent: [self.client(reading), self.server(), self.user(named)],
            source: Source { observer: self.own(), kind: [Coding { system: SOURCE_TYPE, code: "4" }] },
            entity: [self.data(reading), self.patient()],
        };
        Entry { full_url: self.name_of(number, reading), resource }
    }

    /// The page or tablet that asked.
    fn client(&self, reading: &RecordReading) -> Agent {
        let who = self.reference("Device", "parties", &reading.party.0, None);
        let network = Some(self.network(reading.network));
        Agent { kind: concept(DICOM, "110152"), who, requestor: false, network }
    }

    /// The kind of network in place of an address, which is not kept.
    fn network(&self, kind: Option<NetworkKind>) -> Network {
        let Some(kind) = kind else {
            let unknown = Extension { url: ABSENT, value_code: "unknown" };
            return Network { extension: Some([unknown]), ..Network::default() };
        };
        let address = Some(format!("https://{}/networks/{}", self.host, kind.code()));
        Network { address, kind: Some(URI), extension: None }
    }

    fn server(&self) -> Agent {
        let network =
            Network { address: Some(self.host.to_owned()), kind: Some(MACHINE_NAME), extension: None };
        Agent { kind: concept(DICOM, "110153"), who: self.own(), requestor: false, network: Some(network) }
    }

    /// The person; the post if nobody had said who was at its tablet.
    fn user(&self, NamedReading { reading, staff }: &NamedReading) -> Agent {
        let is_post = reading.who.as_ref().is_some_and(|who| who.role == Role::Kiosk);
        let place = reading.who.as_ref().map(|who| who.place.name.as_str());
        let name = staff.as_ref().or_else(|| name_of(reading.who.as_ref()?));
        let display =
            [name.map(|name| name.reveal().as_str()), place].into_iter().flatten().collect::<Vec<_>>();
        let display = (!display.is_empty()).then(|| display.join(", "));
        let kind = if is_post && staff.is_none() { "Organization" } else { "Practitioner" };
        let who = match reading.staff.as_ref().filter(|_| staff.is_some()) {
            Some(staff) => self.reference(kind, "staff", &staff.0, display),
            None => self.reference(kind, "parties", &reading.party.0, display),
        };
        Agent { kind: concept(PARTICIPATION, "IRCP"), who, requestor: true, network: None }
    }

    fn data(&self, reading: &RecordReading) -> Entity {
        let record = format!("consultations/{}", self.consultation);
        let what = match reading.file {
            None => self.reference("Composition", "consultations", &self.consultation.to_string(), None),
            Some(OpenedFile::Photo(photo)) => {
                self.reference("DocumentReference", &format!("{record}/photos"), &photo.to_string(), None)
            }
            Some(OpenedFile::Attachment(file)) => {
                self.reference("DocumentReference", &format!("{record}/attachments"), &file.to_string(), None)
            }
        };
        let (kind, role) =
            (Coding { system: ENTITY_TYPE, code: "2" }, Coding { system: ENTITY_ROLE, code: "3" });
        Entity { what, kind, role }
    }

    /// The patient of this consultation, who is not named.
    fn patient(&self) -> Entity {
        let what = self.reference("Patient", "consultations", &self.consultation.to_string(), None);
        let (kind, role) =
            (Coding { system: ENTITY_TYPE, code: "1" }, Coding { system: ENTITY_ROLE, code: "1" });
        Entity { what, kind, role }
    }

    /// This server.
    fn own(&self) -> Reference {
        self.reference("Device", "servers", self.host, None)
    }

    fn reference(&self, kind: &'static str, system: &str, value: &str, display: Option<String>) -> Reference {
        let system = format!("https://{}/{system}", self.host);
        Reference { kind, identifier: Identifier { system, value: value.to_owned() }, display }
    }

    /// The name of an event, which is the same in each export.
    fn name_of(&self, number: usize, reading: &RecordReading) -> String {
        let text =
            format!("{} {} {number} {} {}", self.host, self.consultation, reading.at.0, reading.party.0);
        let hash = digest(&SHA256, text.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_ref()[..16]);
        format!("urn:uuid:{}", uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
}

/// The name of a person; a tablet has the name of its post, which stands beside it anyway.
fn name_of(who: &Identity) -> Option<&Pii<String>> {
    (who.role != Role::Kiosk && !who.name.reveal().is_empty()).then_some(&who.name)
}

const fn concept(system: &'static str, code: &'static str) -> CodeableConcept {
    CodeableConcept { coding: [Coding { system, code }] }
}

/// A time as FHIR's `instant`, in UTC with milliseconds. A time beyond the year 9999 is written as the beginning of 1970.
fn instant(at: Timestamp) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000_000);
    let time = time.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = time.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}.{:03}Z", time.date(), time.millisecond())
}

const PATIENT_READ: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead";
const EVENT_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const SOURCE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/security-source-type";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// Outcomes (<https://hl7.org/fhir/R4/valueset-audit-event-outcome.html>): a refusal is a minor failure, which the asker may cause.
const SUCCESS: &str = "0";
const REFUSED: &str = "4";

/// Kinds of an address in a network (<https://hl7.org/fhir/R4/valueset-network-type.html>).
const MACHINE_NAME: &str = "1";
const URI: &str = "5";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use teranga_clinic::{
        id::{PartyId, StaffId},
        people::Place,
        readers::ReadingOccasion,
    };
    use uuid::Uuid;

    fn identity(role: Role) -> Identity {
        let [id, name, district, region, phone] = ["h", "Hôpital X", "", "", ""].map(String::from);
        let place = Place { id, name, district, region, phone };
        Identity {
            party: PartyId("awa".into()),
            role,
            name: "Dr Awa Ndiaye".into(),
            place,
            specialities: vec![],
        }
    }

    fn named(refused: bool) -> NamedReading {
        NamedReading {
            reading: RecordReading {
                at: Timestamp(1_795_339_519_123),
                party: PartyId("awa".into()),
                who: Some(identity(Role::Doctor)),
                staff: None,
                occasion: ReadingOccasion::Record,
                file: None,
                refused,
                network: Some(NetworkKind::Public),
            },
            staff: None,
        }
    }

    fn events(readings: &[NamedReading]) -> Vec<Value> {
        let bundle = bundle("teranga.test", ConsultationId(Uuid::nil()), Timestamp(0), readings);
        let json = serde_json::to_value(bundle).unwrap();
        json["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect()
    }

    #[test]
    fn a_reading_names_its_person_and_a_refused_one_claims_no_pattern() {
        let all = events(&[named(false), named(true)]);
        assert_eq!(all[0]["meta"]["profile"], json!([PATIENT_READ]));
        assert_eq!(all[0]["recorded"], "2026-11-22T09:25:19.123Z");
        assert_eq!(all[0]["agent"][2]["who"]["display"], "Dr Awa Ndiaye, Hôpital X");
        assert_eq!(all[0]["agent"][2]["requestor"], true);
        assert_eq!((&all[0]["outcome"], &all[1]["outcome"]), (&json!("0"), &json!("4")));
        assert!(all[1].get("meta").is_none());
    }

    #[test]
    fn whoever_was_at_a_tablet_is_named_and_otherwise_the_post() {
        let mut of_post = named(false);
        of_post.reading.who = Some(identity(Role::Kiosk));
        let nobody = events(std::slice::from_ref(&of_post))[0]["agent"][2]["who"].clone();
        assert_eq!((&nobody["type"], &nobody["display"]), (&json!("Organization"), &json!("Hôpital X")));
        of_post.reading.staff = Some(StaffId("s-1".into()));
        of_post.staff = Some("Demba Sow, ICP".into());
        let somebody = events(&[of_post])[0]["agent"][2]["who"].clone();
        assert_eq!(somebody["display"], "Demba Sow, ICP, Hôpital X");
        assert_eq!(somebody["identifier"], json!({"system": "https://teranga.test/staff", "value": "s-1"}));
    }

    #[test]
    fn an_unknown_network_is_said_to_be_unknown() {
        let mut in_call = named(false);
        in_call.reading.network = None;
        let client = events(&[in_call])[0]["agent"][0].clone();
        assert_eq!(client["network"]["extension"][0]["valueCode"], "unknown");
        assert!(client["network"].get("address").is_none());
        assert_eq!(
            events(&[named(false)])[0]["agent"][0]["network"]["address"],
            "https://teranga.test/networks/public"
        );
    }

    #[test]
    fn an_event_has_the_same_name_in_each_export_and_no_two_have_one() {
        let of = |readings: &[NamedReading]| {
            let bundle = bundle("teranga.test", ConsultationId(Uuid::nil()), Timestamp(0), readings);
            bundle.entry.into_iter().map(|entry| entry.full_url).collect::<Vec<_>>()
        };
        let both = of(&[named(false), named(false)]);
        assert_ne!(both[0], both[1]);
        assert_eq!(of(&[named(false)])[0], both[0]);
    }
}
