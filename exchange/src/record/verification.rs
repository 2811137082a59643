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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// The strongest check at the national record (DPP) before the number was said, and its time.
    check: Option<(CheckWay, Timestamp)>,
    /// When the post said, beside a consultation, who the patient is, and if the national record confirmed it.
    identified: Option<(Timestamp, bool)>,
    /// True if the national record confirmed the number when the record was sent to it.
    at_sending: bool,
}

impl Verification {
    /// What these rows say about the patient of a consultation. `checks` may be of the whole post; `identifications` are decisions about this patient.
    pub fn of(history: &History, checks: &[IdentityCheck], identifications: &[Identification]) -> Self {
        let live = identifications.iter().filter(|one| one.undone.is_none());
        let newest = live.max_by_key(|one| (one.identity.confirmed, one.made.at));
        Self {
            check: strongest(history, checks),
            identified: newest.map(|one| (one.made.at, one.identity.confirmed)),
            at_sending: false,
        }
    }

    /// The same, after the national record has confirmed the number at the moment of sending.
    #[must_use]
    pub const fn confirmed_at_sending(self) -> Self {
        Self { at_sending: true, ..self }
    }

    /// The times between which a check counts for this consultation; none if it has no number.
    pub fn checked_between(history: &History) -> Option<(Timestamp, Timestamp)> {
        let said_at = said(history)?.1;
        Some((Timestamp(said_at.0.saturating_sub(CHECKED_BEFORE_MS)), said_at))
    }

    /// What makes a document another one than that of the facts alone. A check came before the facts that it is about.
    pub(super) fn mark(&self) -> String {
        let identified = self.identified.map(|(at, confirmed)| format!("/identified-{}-{confirmed}", at.0));
        let sent = self.at_sending.then_some("/confirmed-at-sending");
        identified.unwrap_or_default() + sent.unwrap_or_default()
    }

    /// All that verified the identity as codes and words, the strongest first.
    pub(super) fn ways(&self, is_known_at_post: bool, intake: &Intake) -> Vec<(&'static str, String)> {
        let mut ways = Vec::new();
        if let Some((way, at)) = self.check {
            ways.push(checked(way, at));
        }
        if let Some((at, true)) = self.identified {
            let at = french_moment(at);
            let words = format!("Identifié par le poste le {at}, avec un numéro que le DPP a confirmé");
            ways.push(("identified", words));
        }
        if self.at_sending {
            ways.push(("number-confirmed", "Numéro DPP confirmé par le DPP lors de l’envoi".to_owned()));
        }
        if is_known_at_post {
            ways.push(("known-at-post", "Retrouvé par le poste parmi ses propres patients".to_owned()));
        }
        if let Some((at, false)) = self.identified {
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
