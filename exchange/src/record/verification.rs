//! How the identity of a consultation's patient was verified, and how a record tells it. Everything that happened is told, the strongest first;
//! that something is only as somebody typed it is told if nothing better happened.

use super::systems::Systems;
use crate::fhir::{Extension, french_moment};
use teranga_clinic::{
    fact::What,
    history::History,
    patient::{CheckWay, Identification, IdentityCheck, figures},
    pii::Pii,
    request::Intake,
    time::Timestamp,
};

/// The time before a number is said within which a check of it counts: a nurse's day.
const CHECKED_BEFORE_MS: u64 = 24 * 3_600_000;

/// What verified the identity of a consultation's patient beside its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The strongest check at the national record (DPP) before the number was said, and its time.
    check: Option<(CheckWay, Timestamp)>,
    /// What the post said, beside a consultation, about who the patient is, also if it was undone since.
    identified: Vec<Identified>,
    /// The time at which the national record confirmed the number because a record was sent to it; the first, if there were several.
    sent_at: Option<Timestamp>,
}

/// When the post said who the patient is, and if the national record confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identified {
    at: Timestamp,
    confirmed: bool,
    undone_at: Option<Timestamp>,
}

impl Verification {
    /// What these rows say about the patient of a consultation. `checks` may be of the whole post; `identifications` are decisions about this patient.
    pub fn of(history: &History, checks: &[IdentityCheck], identifications: &[Identification]) -> Self {
        let identified = identifications.iter().map(|one| Identified {
            at: one.made.at,
            confirmed: one.identity.confirmed,
            undone_at: one.undone.as_ref().map(|undone| undone.at),
        });
        Self { check: strongest(history, checks), identified: identified.collect(), sent_at: None }
    }

    /// The same, after the national record has confirmed the number at the moment of sending, at this time for the first time.
    #[must_use]
    pub fn confirmed_at_sending(self, first_at: Timestamp) -> Self {
        Self { sent_at: Some(first_at), ..self }
    }

    /// The times between which a check counts for this consultation; none if it has no number.
    pub fn checked_between(history: &History) -> Option<(Timestamp, Timestamp)> {
        let said_at = said(history)?.1;
        Some((Timestamp(said_at.0.saturating_sub(CHECKED_BEFORE_MS)), said_at))
    }

    /// What makes a document another one than that of the facts alone. A check came before the facts that it is about.
    pub(super) fn mark(&self) -> String {
        mark(self.identified(), self.sent_at.is_some())
    }

    /// The marks that documents had between these times, the earliest first: one more with each thing that was said or undone meanwhile.
    pub(super) fn marks_between(&self, from: Timestamp, until: Timestamp) -> Vec<String> {
        let said = self.identified.iter().flat_map(|one| [Some(one.at), one.undone_at]);
        let changes = said.chain([self.sent_at]).flatten().filter(|at| from < *at && *at <= until);
        let mut times: Vec<_> = changes.chain([from]).collect();
        times.sort_unstable();
        let mut marks = Vec::new();
        for at in times {
            let mark = mark(self.identified_at(at), self.sent_at.is_some_and(|sent| sent <= at));
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
        marks
    }

    /// What holds now.
    fn identified(&self) -> Option<(Timestamp, bool)> {
        newest(self.identified.iter().filter(|one| one.undone_at.is_none()))
    }

    /// What held at this time.
    fn identified_at(&self, at: Timestamp) -> Option<(Timestamp, bool)> {
        let held = |one: &&Identified| one.at <= at && one.undone_at.is_none_or(|undone| at < undone);
        newest(self.identified.iter().filter(held))
    }

    /// All that verified the identity as codes and words, the strongest first.
    pub(super) fn ways(&self, is_known_at_post: bool, intake: &Intake) -> Vec<(&'static str, String)> {
        let mut ways = Vec::new();
        if let Some((way, at)) = self.check {
            ways.push(checked(way, at));
        }
        let identified = self.identified();
        if let Some((at, true)) = identified {
            let at = french_moment(at);
            let words = format!("Identifié par le poste le {at}, avec un numéro que le DPP a confirmé");
            ways.push(("identified", words));
        }
        if self.sent_at.is_some() {
            ways.push(("number-confirmed", "Numéro DPP confirmé par le DPP lors de l’envoi".to_owned()));
        }
        if is_known_at_post {
            ways.push(("known-at-post", "Retrouvé par le poste parmi ses propres patients".to_owned()));
        }
        if let Some((at, false)) = identified {
            let at = french_moment(at);
            let words = format!(
                "Identifié par le poste le {at}, avec un numéro tel que saisi, sans vérification auprès du DPP"
            );
            ways.push(("identified-as-typed", words));
        }
        if ways.is_empty() {
            let (code, words) = as_typed(intake);
            ways.push((code, words.to_owned()));
        }
        ways
    }

    /// The same as extensions of the patient.
    pub(super) fn extensions(
        &self,
        systems: &Systems,
        is_known_at_post: bool,
        intake: &Intake,
    ) -> Vec<Extension> {
        let ways = self.ways(is_known_at_post, intake).into_iter();
        ways.map(|(code, words)| {
            let mut told = systems.extension("identity-verification");
            told.value_codeable_concept = systems.concept("identity-verification", code, &words);
            told
        })
        .collect()
    }
}

fn mark(identified: Option<(Timestamp, bool)>, is_sent: bool) -> String {
    let identified = identified.map(|(at, confirmed)| format!("/identified-{}-{confirmed}", at.0));
    let sent = is_sent.then_some("/confirmed-at-sending");
    identified.unwrap_or_default() + sent.unwrap_or_default()
}

/// The newest of what the national record confirmed, or else of what was typed.
fn newest<'a>(all: impl Iterator<Item = &'a Identified>) -> Option<(Timestamp, bool)> {
    all.max_by_key(|one| (one.confirmed, one.at)).map(|one| (one.at, one.confirmed))
}

fn checked(way: CheckWay, at: Timestamp) -> (&'static str, String) {
    let at = french_moment(at);
    match way {
        CheckWay::Questions => (
            "dpp-questions",
            format!(
                "Identité confirmée au DPP par le poste le {at} : bonnes réponses du patient à deux questions"
            ),
        ),
        CheckWay::Match => (
            "dpp-match",
            format!("Retrouvé au DPP avec certitude par le poste le {at}, d’après le nom, l’âge et le sexe"),
        ),
        CheckWay::Number => ("dpp-number", format!("Numéro DPP vérifié auprès du DPP par le poste le {at}")),
    }
}

/// What is left if nothing verified the identity.
fn as_typed(intake: &Intake) -> (&'static str, &'static str) {
    let typed = |pii: &Option<Pii<String>>| pii.as_ref().is_some_and(|text| !text.reveal().trim().is_empty());
    if typed(&intake.dpp) {
        ("number-as-typed", "Numéro DPP tel que saisi par le poste, sans vérification auprès du DPP")
    } else if typed(&intake.name) {
        ("name-as-typed", "Nom ou initiales tels que saisis par le poste, sans pièce vérifiée")
    } else {
        ("unknown", "Identité inconnue")
    }
}

/// The strongest check of the number of this consultation, of somebody whom its form may be about.
fn strongest(history: &History, checks: &[IdentityCheck]) -> Option<(CheckWay, Timestamp)> {
    let ((number, said_at), (from, to)) = (said(history)?, Verification::checked_between(history)?);
    let counts = checks.iter().filter(|check| {
        (from..=to).contains(&check.at)
            && figures(check.who.number.reveal()) == number
            && !check.who.contradicts(history.consultation().intake(), said_at)
    });
    counts.map(|check| (check.way, check.at)).max()
}

/// The letters and figures of the number of this consultation, and the time at which the post said it; none without a number.
fn said(history: &History) -> Option<(String, Timestamp)> {
    let number_of = |intake: &Intake| intake.dpp.as_ref().map(|number| figures(number.reveal()));
    let number = number_of(history.consultation().intake()).filter(|number| !number.is_empty())?;
    let mut forms = history.facts().iter().filter_map(|fact| match &fact.what {
        What::Requested { request, .. } => Some((fact.at, &request.intake)),
        What::Examined { intake, .. } => Some((fact.at, intake)),
        _ => None,
    });
    let (at, _) = forms.find(|(_, intake)| number_of(intake).as_ref() == Some(&number))?;
    Some((number, at))
}
