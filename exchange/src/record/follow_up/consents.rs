//! What the patient answered about sharing the record. Each answer is a Consent by the pattern `IHE.PCF.consentBasic` (IHE ITI, Privacy
//! Consent on FHIR), and exactly one of them is active: the last one, be it a yes or a no.

use super::super::{
    acts::written_down, french, names::Names, people::People, source::Source, systems::Systems,
};
use crate::fhir::{
    Attachment, CodeableConcept, Coding, Consent, ConsentPolicy, ConsentProvision, Identifier, Meta,
    Reference, RelatedPerson, Resource, french_moment, instant,
};
use teranga_clinic::{
    consent::{Consent as Answer, ConsentGiver, ConsentStanding},
    consultation::consents::consents,
};
use uuid::Uuid;

/// The answers, with whoever gave them and whoever wrote them down.
pub(in super::super) fn resources(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> Vec<(Uuid, Resource)> {
    let answers = consents(source.history.consultation()).all();
    let of = |(number, answer): (usize, &Answer)| {
        let counts = number + 1 == answers.len();
        let consent = consent(answer, counts, (names, people), source.systems);
        let id = consent_id(names, answer);
        let written = written_down(
            names.id("consent-provenance", answer.said.act.0.to_string()),
            vec![Reference::to(id)],
            (answer.at, answer.at),
            (people.staff_or_post(answer.staff.as_ref()), "Réponse recueillie"),
        );
        let guardian = (answer.said.giver == ConsentGiver::Guardian).then(|| guardian(names, answer));
        guardian.into_iter().chain([(id, consent.into()), written])
    };
    answers.iter().enumerate().flat_map(of).collect()
}

/// A line for each answer, and their resources.
pub(in super::super) fn told(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> (Vec<String>, Vec<Reference>) {
    let answers = consents(source.history.consultation()).all();
    let line = |answer: &Answer| {
        let standing = match answer.standing {
            ConsentStanding::Given => "Accord donné pour partager le dossier.",
            ConsentStanding::Refused => "Accord refusé : le dossier n’est pas partagé.",
            ConsentStanding::Withdrawn => "Accord retiré : plus rien n’est partagé.",
        };
        format!("{} — {standing} {}", french_moment(answer.at), how(answer, people))
    };
    let entry = answers.iter().map(|answer| Reference::to(consent_id(names, answer)));
    (answers.iter().map(line).collect(), entry.collect())
}

fn consent(
    answer: &Answer,
    counts: bool,
    (names, people): (Names, &People<'_>),
    systems: &Systems,
) -> Consent {
    let is_yes = answer.standing == ConsentStanding::Given;
    // A no is not limited to a purpose: nothing may be shared.
    let purpose = is_yes.then(|| Coding::new(PURPOSE, "TREAT", "treatment"));
    Consent {
        id: consent_id(names, answer).to_string(),
        meta: Meta { profile: vec![PROFILE.to_owned()], ..Meta::default() },
        identifier: vec![Identifier::uuid(answer.said.act.0)],
        status: if counts { "active" } else { "inactive" },
        scope: CodeableConcept {
            coding: vec![Coding::new(SCOPE, "patient-privacy", "Privacy Consent")],
            text: String::new(),
        },
        category: vec![CodeableConcept::new(Coding::loinc("59284-0", ""), "Accord pour partager le dossier")],
        patient: names.subject(),
        date_time: instant(answer.at),
        performer: vec![match answer.said.giver {
            ConsentGiver::Patient => names.subject(),
            ConsentGiver::Guardian => Reference::to(guardian_id(names, answer)),
        }],
        organization: vec![people.post()],
        source_attachment: Attachment {
            language: french::language(answer.said.language).0,
            title: how(answer, people),
            creation: instant(answer.at),
            ..Attachment::default()
        },
        policy: vec![ConsentPolicy { uri: systems.consent_policy.clone() }],
        provision: ConsentProvision {
            r#type: if is_yes { "permit" } else { "deny" },
            purpose: purpose.into_iter().collect(),
        },
    }
}

/// Who answered, in which language they were asked, and by whom.
fn how(answer: &Answer, people: &People<'_>) -> String {
    let giver = match answer.said.giver {
        ConsentGiver::Patient => "du patient",
        ConsentGiver::Guardian => "d’un parent ou tuteur",
    };
    let (_, language) = french::language(answer.said.language);
    let (language, by) = (language.to_lowercase(), people.staff_name(answer.staff.as_ref()));
    format!("Réponse orale {giver}, question posée en {language}. Recueillie par {by}.")
}

/// A parent or guardian. The facts do not name them, so that two answers may be by two persons.
fn guardian(names: Names, answer: &Answer) -> (Uuid, Resource) {
    let id = guardian_id(names, answer);
    let relationship =
        CodeableConcept::new(Coding::new(ROLE, "RESPRSN", "responsible party"), "Parent ou tuteur");
    let person =
        RelatedPerson { id: id.to_string(), patient: names.subject(), relationship: vec![relationship] };
    (id, person.into())
}

fn consent_id(names: Names, answer: &Answer) -> Uuid {
    names.id("consent", answer.said.act.0.to_string())
}

fn guardian_id(names: Names, answer: &Answer) -> Uuid {
    names.id("guardian", answer.said.act.0.to_string())
}

const PROFILE: &str = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentBasic";
const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
const PURPOSE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
