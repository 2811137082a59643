//! What happened, a line for each fact that a record tells, in French.

use super::{follow_up::dispensing::giver, french, people::People};
use crate::{
    fhir::{french_moment, text},
    referral_words,
};
use teranga_clinic::{
    fact::{Fact, What},
    people::{Addressee, Identity},
};

/// True for a fact that a record tells. Notes are their writer's own; what was read, and whoever was reminded of something, is
/// told by the audit log.
pub(super) const fn tells(what: &What) -> bool {
    !matches!(what, What::Noted { .. } | What::ChatSeen { .. } | What::CaseRead | What::Reminded)
}

/// The lines of the story: time, what, and by whom. What was written stands in a section of its own.
pub(super) fn lines(facts: &[Fact], people: &People<'_>) -> Vec<String> {
    let line = |fact: &Fact| {
        let what = event(&fact.what)?;
        let by = Some(by(fact, people)).filter(|by| !by.is_empty());
        let by = by.map_or_else(String::new, |by| format!(" ({by})"));
        Some(format!("{} — {what}{by}", french_moment(fact.at)))
    };
    facts.iter().filter_map(line).collect()
}

/// Whoever did a fact. Receivers of a patient and pharmacies are no members, and the facts name them by themselves.
fn by(fact: &Fact, people: &People<'_>) -> String {
    match &fact.what {
        What::ReferralMoved { actor, by_name, .. } => referral_words::actor(*actor, by_name),
        What::Dispensed { dispensed, .. } => giver(dispensed).unwrap_or_else(|| people.name_of(fact)),
        _ => people.name_of(fact),
    }
}

/// A fact in French; none for one that is no event.
fn event(what: &What) -> Option<String> {
    Some(match what {
        What::Requested { request, .. } => {
            let (_, speciality) = french::speciality(request.speciality);
            format!("Demande : {speciality}, {}", french::urgency(request.urgency).to_lowercase())
        }
        What::Escalated { step, .. } => format!("Appel élargi : {}", french::step(*step)),
        What::Claimed { doctor } => format!("Prise en charge par {}", named(doctor)),
        What::RangAgain { why } => format!("Sonne de nouveau : {}", french::ring(*why)),
        What::Postponed { until } => format!("Remise à plus tard, jusqu’au {}", french_moment(*until)),
        What::Redirected { speciality, why } => {
            with("Confiée à une autre spécialité", french::speciality(*speciality).1, why.reveal())
        }
        What::Entered { guest, why, .. } => {
            with("Entrée", &named(guest), why.as_ref().map_or("", |why| why.reveal()))
        }
        What::TabletJoined { .. } => "Une autre tablette du poste participe".to_owned(),
        What::Left => "Départ".to_owned(),
        What::Advised { advice, .. } if advice.replaces.is_some() => "Conseil corrigé et signé".to_owned(),
        What::Advised { .. } => "Conseil signé".to_owned(),
        What::Prescribed { signed } if signed.replaces.is_some() => {
            "Ordonnance remplacée et signée".to_owned()
        }
        What::Prescribed { .. } => "Ordonnance signée".to_owned(),
        What::PrescriptionCancelled { why, .. } => with("Ordonnance annulée", "", why.reveal()),
        What::PhotoAsked { .. } => "Photo demandée".to_owned(),
        What::PhotoTaken { .. } => "Photo reçue".to_owned(),
        What::PhotoMarked { .. } => "Photo annotée".to_owned(),
        What::Attached { .. } => "Fichier ajouté".to_owned(),
        What::Cancelled => "Demande retirée".to_owned(),
        What::Closed { disposition, .. } => format!("Fin : {}", french::disposition(*disposition).1),
        other => return case_event(other),
    })
}

/// The facts of what follows: sharing, dispensing, evacuations and appointments.
fn follow_up_event(what: &What) -> Option<String> {
    Some(match what {
        What::Consented { .. } => "Accord du patient pour partager le dossier".to_owned(),
        What::ConsentWithdrawn { .. } => "Le patient ne veut pas que le dossier soit partagé".to_owned(),
        What::Dispensed { dispensed, .. } => {
            let is_given = dispensed.lines.reveal().iter().any(|line| line.refused.is_none());
            if is_given { "Médicament délivré" } else { "Médicament pas délivré" }.to_owned()
        }
        What::Referred { referral } => with("Évacuation demandée", &text(&referral.structure.name), ""),
        What::ReferralMoved { actor, event, .. } => {
            with("Évacuation", &referral_words::event(*actor, event), "")
        }
        What::Appointed { appointment } => with("Rendez-vous pris", &french_moment(appointment.at), ""),
        What::AppointmentMoved { at, .. } => with("Rendez-vous déplacé", &french_moment(*at), ""),
        What::AppointmentCancelled { why, .. } => with("Rendez-vous annulé", "", why.reveal()),
        _ => return None,
    })
}

/// The facts of a deferred case, and of its outcome.
fn case_event(what: &What) -> Option<String> {
    Some(match what {
        What::Deferred { to, why } => {
            let to = match to {
                Addressee::Speciality(speciality) => french::speciality(*speciality).1,
                Addressee::Party(_) => "un spécialiste désigné",
            };
            format!("Cas différé, pour {to} : {}", french::defer(*why))
        }
        What::Assigned { doctor: Some(doctor), why } => {
            format!("Cas confié à {} : {}", named(doctor), french::assign(*why))
        }
        What::Assigned { doctor: None, why } => format!("Cas sans spécialiste : {}", french::assign(*why)),
        What::Examined { .. } => "Nouvel examen par le poste".to_owned(),
        What::OutcomeAskedAgain => "Issue demandée de nouveau au poste".to_owned(),
        What::LostToFollowUp { why } => format!("Issue inconnue : {}", french::loss(*why)),
        What::OutcomeTold { outcome, text: remark, .. } => {
            with("Issue", french::outcome(*outcome), remark.reveal())
        }
        other => return follow_up_event(other),
    })
}

fn named(who: &Identity) -> String {
    text(who.name.reveal())
}

/// A head, what it is about, and the words that somebody added.
fn with(head: &str, about: &str, added: &str) -> String {
    let parts = [about.to_owned(), text(added)];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { head.to_owned() } else { format!("{head} : {}", parts.join(" — ")) }
}
