//! The sections of a record: the same things twice, as text for people and as resources for programs.

use super::french;
use super::{
    acts::line_id,
    files::RecordFile,
    follow_up::{consents, dispensing, referrals},
    names::Names,
    observations::Examined,
    people::People,
    source::Source,
    story,
};
use crate::fhir::{CodeableConcept, Coding, Narrative, Reference, Section, escaped, french_moment, text};
use teranga_clinic::{
    clinical::Advice,
    prescription::{PrescribedLine, Prescription},
    safety_net::safety_net,
};

/// What the sections are made of.
pub(super) struct Content<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) names: Names,
    pub(super) people: &'a People<'a>,
    pub(super) examined: &'a [Examined],
    pub(super) files: &'a [RecordFile<'a>],
}

/// One section: its text, a paragraph a line, and the resources that say the same.
pub(super) struct Part {
    code: &'static str,
    pub(super) title: &'static str,
    pub(super) lines: Vec<String>,
    entry: Vec<Reference>,
}

/// A text as XHTML: a paragraph a line.
pub(super) fn narrative(lines: &[String]) -> Narrative {
    let paragraphs = lines.iter().flat_map(|line| ["<p>".to_owned(), escaped(line), "</p>".to_owned()]);
    let paragraphs: String = paragraphs.collect();
    let div = format!(r#"<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>"#);
    Narrative { status: "generated", div }
}

impl Content<'_> {
    /// All of them as FHIR has them.
    pub(super) fn sections(&self) -> Vec<Section> {
        self.parts().into_iter().map(|part| self.section(part)).collect()
    }

    /// All of them. A section about which there is nothing to say is left out, except for what could not be examined.
    pub(super) fn parts(&self) -> Vec<Part> {
        let first = [self.motive(), self.measured(), self.not_examined()];
        let later = [
            self.advice(),
            self.safety_net(),
            self.prescriptions(),
            self.dispensing(),
            self.referrals(),
            self.documents(),
            self.chat(),
            self.consents(),
            self.story(),
        ];
        first.into_iter().chain(later.into_iter().flatten()).collect()
    }

    fn section(&self, Part { code, title, lines, entry }: Part) -> Section {
        let loinc = match code {
            "reason" => Some(Coding::loinc("29299-5", "Reason for visit Narrative")),
            "vital-signs" => Some(Coding::loinc("8716-3", "Vital signs")),
            "advice" => Some(Coding::loinc("69730-0", "Instructions")),
            _ => None,
        };
        let own = self.source.systems.coding("section", code);
        let code =
            CodeableConcept { coding: loinc.into_iter().chain([own]).collect(), text: title.to_owned() };
        Section { title: title.to_owned(), code, text: narrative(&lines), entry }
    }

    fn motive(&self) -> Part {
        let consultation = self.source.history.consultation();
        let (request, intake) = (consultation.request(), consultation.intake());
        let ways = self.source.verification.ways(request.patient.is_some(), intake).into_iter();
        let verified = ways.map(|(_, words)| words).collect::<Vec<_>>().join(" ; ");
        let reason = text(request.intake.reason.reveal());
        let reason = if reason.is_empty() { "Aucun motif n’a été écrit.".to_owned() } else { reason };
        let (_, speciality) = french::speciality(request.speciality);
        let lines = vec![
            reason,
            format!("Spécialité demandée : {speciality}. Urgence : {}.", french::urgency(request.urgency)),
            format!("Identité : {verified}."),
        ];
        Part { code: "reason", title: "Motif", lines, entry: vec![Reference::to(self.names.request())] }
    }

    fn measured(&self) -> Part {
        let mut lines = Vec::new();
        for one in self.examined {
            let known = one.readings.iter().map(|(_, reading)| reading.words()).collect::<Vec<_>>();
            if !known.is_empty() {
                lines.push(format!("Examen par le poste, {}", french_moment(one.at)));
                lines.extend(known);
            }
        }
        if lines.is_empty() {
            lines.push("Aucune constante n’a été notée.".to_owned());
        }
        let entry =
            self.examined.iter().flat_map(|one| one.readings.iter().map(|(id, _)| Reference::to(*id)));
        Part { code: "vital-signs", title: "Constantes et examen", lines, entry: entry.collect() }
    }

    fn not_examined(&self) -> Part {
        let mut lines = vec!["Consultation à distance : l’examen physique est celui du poste.".to_owned()];
        let mut entry = Vec::new();
        for (id, reading) in self.examined.iter().flat_map(|one| &one.readings) {
            if reading.is_unmeasured() {
                lines.push(reading.words());
                entry.push(Reference::to(*id));
            }
        }
        if entry.is_empty() {
            lines.push("Le poste n’a rien noté qu’il n’ait pas pu mesurer.".to_owned());
        }
        Part { code: "not-examined", title: "Ce qui n’a pas pu être examiné", lines, entry }
    }

    fn advice(&self) -> Option<Part> {
        let all = self.source.history.consultation().advice();
        let lines: Vec<_> = all.iter().flat_map(|advice| advice_lines(advice, all)).collect();
        (!lines.is_empty()).then(|| Part {
            code: "advice",
            title: "Conseils signés",
            lines,
            entry: Vec::new(),
        })
    }

    /// When to come back at once, in the words of the advice that stands.
    fn safety_net(&self) -> Option<Part> {
        let all = self.source.history.consultation().advice();
        let standing = all.iter().filter(|advice| !is_corrected(advice, all));
        let lines: Vec<_> = standing.flat_map(|advice| safety_net(advice.text.reveal())).map(text).collect();
        let title = "Quand revenir aussitôt";
        (!lines.is_empty()).then(|| Part { code: "safety-net", title, lines, entry: Vec::new() })
    }

    fn prescriptions(&self) -> Option<Part> {
        let all = self.source.history.consultation().prescriptions().all();
        let lines: Vec<_> = all.iter().flat_map(prescription_lines).collect();
        let entry = all.iter().flat_map(|one| {
            let id = one.signed.prescription;
            (0..one.signed.lines.reveal().len()).map(move |line| Reference::to(line_id(self.names, id, line)))
        });
        (!lines.is_empty()).then(|| Part {
            code: "prescriptions",
            title: "Ordonnances",
            lines,
            entry: entry.collect(),
        })
    }

    fn dispensing(&self) -> Option<Part> {
        let (lines, entry) = dispensing::told(self.source, self.names, self.people);
        let title = "Médicaments délivrés";
        (!lines.is_empty()).then_some(Part { code: "dispensing", title, lines, entry })
    }

    fn referrals(&self) -> Option<Part> {
        let (lines, entry) = referrals::told(self.source, self.names);
        (!lines.is_empty()).then_some(Part { code: "referral", title: "Évacuation", lines, entry })
    }

    fn consents(&self) -> Option<Part> {
        let (lines, entry) = consents::told(self.source, self.names, self.people);
        let title = "Accord pour partager le dossier";
        (!lines.is_empty()).then_some(Part { code: "consent", title, lines, entry })
    }

    fn documents(&self) -> Option<Part> {
        let line = |file: &RecordFile<'_>| format!("{} — {}", french_moment(file.at), file.words);
        let lines: Vec<_> = self.files.iter().map(line).collect();
        let entry = self.files.iter().map(|file| Reference::to(file.id)).collect();
        (!lines.is_empty()).then_some(Part { code: "files", title: "Photos et documents", lines, entry })
    }

    fn chat(&self) -> Option<Part> {
        let consultation = self.source.history.consultation();
        let messages = consultation.chat().messages_for(&consultation.post().party, 0);
        let line = |message: &teranga_clinic::chat::ChatMessage| {
            let words = message.text.as_ref().map_or("", |text| text.reveal());
            format!("{} — {} : {words}", french_moment(message.at), message.by.reveal())
        };
        let lines: Vec<_> = messages.iter().map(line).collect();
        (!lines.is_empty())
            .then(|| Part { code: "chat", title: "Échanges écrits", lines, entry: Vec::new() })
    }

    fn story(&self) -> Option<Part> {
        let lines = story::lines(self.source.history.facts(), self.people);
        let entry = vec![Reference::to(self.names.encounter())];
        (!lines.is_empty()).then_some(Part { code: "course", title: "Évolution et issue", lines, entry })
    }
}

/// Signed advice: who and when, what was corrected, and every line of it.
fn advice_lines(advice: &Advice, all: &[Advice]) -> Vec<String> {
    let number = advice.order_number.as_ref().map(|number| text(number.reveal()));
    let number = number
        .filter(|number| !number.is_empty())
        .map_or_else(String::new, |number| format!(", n° {number}"));
    let state = match (advice.replaces.is_some(), is_corrected(advice, all)) {
        (_, true) => " (corrigé plus tard)",
        (true, false) => " (corrige un conseil précédent)",
        (false, false) => "",
    };
    let head = format!("Signé par {}{number}, {}{state}", text(advice.by.reveal()), french_moment(advice.at));
    vec![head, text(advice.text.reveal())]
}

/// True if later advice is to be read in place of this one.
fn is_corrected(advice: &Advice, all: &[Advice]) -> bool {
    all.iter().any(|later| later.replaces == Some(advice.revision))
}

/// A prescription: who and when, whether it is in force, and its drugs.
fn prescription_lines(prescription: &Prescription) -> Vec<String> {
    let signed = &prescription.signed;
    let state = match (&prescription.cancelled, prescription.replaced_by) {
        (Some(cancelled), _) => format!("annulée : {}", text(cancelled.why.reveal())),
        (None, Some(_)) => "remplacée".to_owned(),
        (None, None) => format!("valable jusqu’au {}", french_moment(signed.valid_until)),
    };
    let head =
        format!("Ordonnance signée par {}, {} — {state}", text(signed.by.reveal()), french_moment(signed.at));
    let line = |line: &PrescribedLine| {
        let days = if line.days == 0 { String::new() } else { format!(" — pendant {} j", line.days) };
        format!("{} : {}{days}", line.drug, line.directions)
    };
    std::iter::once(head).chain(signed.lines.reveal().iter().map(line)).collect()
}
