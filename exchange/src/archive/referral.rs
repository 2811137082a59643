//! The copy of the letter of an evacuation ("fiche de liaison"), of what happened to it, and of what the receiver wrote back
//! ("contre-référence"). The code that opens the letter without an account is left out: it would outlive the paper.

use super::{
    error::ArchiveError,
    manuscript::{Block, Field, Manuscript},
    pdf,
};
use crate::{fhir::french_moment, record::urgency, referral_words};
use teranga_clinic::{
    people::Place,
    pii::Pii,
    referral::{Letter, Need, Referral, ReferralOrder, ReferralState},
    time::Timestamp,
};

/// The archive copy of a referral from this post, as it stands now.
///
/// # Errors
/// [`ArchiveError`].
pub fn referral(of: &Referral, post: &Place) -> Result<Vec<u8>, ArchiveError> {
    pdf::write(Manuscript {
        title: "Fiche de liaison",
        head: format!("Fiche de liaison du {}", french_moment(of.order.at)),
        id: of.order.referral.0,
        at: newest(of),
        authors: vec![of.order.by.reveal().clone()],
        blocks: blocks(of, post),
        proof: None,
    })
}

fn newest(of: &Referral) -> Timestamp {
    of.steps.iter().map(|step| step.at).fold(of.order.at, Timestamp::max)
}

fn blocks(of: &Referral, post: &Place) -> Vec<Block> {
    let order = &of.order;
    let state = format!("{}. État le {}.", referral_words::standing(of), french_moment(newest(of)));
    let title = Block::Title {
        text: "Fiche de liaison".to_owned(),
        below: vec![format!("Évacuation, {}", urgency(order.urgency).to_lowercase()), state],
    };
    let mut blocks = vec![Block::Structure(post.clone()), title];
    blocks.extend(ended(of).map(Block::Notice));
    blocks.push(Block::Fields(addressed(of)));
    blocks.extend(letter(&order.letter));
    blocks.push(Block::Signature { code: None, fields: signature(order) });
    blocks.extend(counter(of));
    blocks.extend(steps(of));
    blocks
}

/// How it ended, if the patient was not taken in; none otherwise.
fn ended(of: &Referral) -> Option<String> {
    let is_lost = matches!(of.state, ReferralState::Cancelled | ReferralState::Failed);
    let at = of.over_at.filter(|_| is_lost)?;
    let words = if referral_words::died(of) {
        "Le patient est décédé pendant le trajet,".to_owned()
    } else {
        referral_words::state(of.state).to_uppercase()
    };
    Some(format!("{words} le {}.", french_moment(at)))
}

fn addressed(of: &Referral) -> Vec<Field> {
    let order = &of.order;
    let needs: Vec<_> = order.needs.iter().map(|need: &Need| referral_words::need(*need)).collect();
    let others: Vec<_> = order.others.iter().map(|place| &*place.name).collect();
    let mut fields = vec![
        Field::new("Patient", &**order.letter.patient.reveal()),
        Field::new("Adressé à", &*order.structure.name),
        Field::new("Besoins", needs.join(", ")),
    ];
    if !others.is_empty() {
        fields.push(Field::new("Sinon", others.join(", ")));
    }
    if of.structure.id != order.structure.id {
        fields.push(Field::new("Structure actuelle", &*of.structure.name));
    }
    fields
}

/// The parts of the letter; one that was left empty says so.
fn letter(letter: &Letter) -> Vec<Block> {
    let part = |(title, text): (&str, &Pii<String>)| {
        let text = text.reveal();
        let words = if text.trim().is_empty() { "Rien n’a été écrit." } else { text };
        [Block::Heading(title.to_owned()), Block::Text(words.to_owned())]
    };
    referral_words::letter(letter).into_iter().flat_map(part).collect()
}

fn signature(order: &ReferralOrder) -> Vec<Field> {
    let number = order.order_number.as_ref().map_or("", |number| number.reveal());
    vec![
        Field::new("Signée par", &**order.by.reveal()),
        Field::new("N° à l’ordre", number),
        Field::new("Le", french_moment(order.at)),
        Field::new("Clé", "aucune : la session du médecin fait foi"),
    ]
}

fn counter(of: &Referral) -> Vec<Block> {
    let Some(counter) = &of.counter_referral else { return Vec::new() };
    vec![
        Block::Heading("Contre-référence".to_owned()),
        Block::Text(counter.text.reveal().clone()),
        Block::Fields(vec![
            Field::new("Écrite par", &**counter.by.reveal()),
            Field::new("Structure", &*of.structure.name),
            Field::new("Le", french_moment(counter.at)),
        ]),
    ]
}

fn steps(of: &Referral) -> Vec<Block> {
    if of.steps.is_empty() {
        return Vec::new();
    }
    let head = Block::Heading("Suivi".to_owned());
    std::iter::once(head).chain(of.steps.iter().map(|step| Block::Text(referral_words::step(step)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral_words::tests::{moved, order};
    use teranga_clinic::referral::{FailReason, ReferralActor as Actor, ReferralEvent as Event};

    /// Everything that stands in a copy, in its order.
    fn copy(of: &Referral) -> String {
        let fields = |fields: &[Field]| -> Vec<String> {
            fields.iter().map(|field| format!("{} : {}", field.label, field.value)).collect()
        };
        let words = |block: &Block| -> Vec<String> {
            match block {
                Block::Structure(place) => vec![place.name.clone()],
                Block::Title { text, below } => [std::slice::from_ref(text), &below[..]].concat(),
                Block::Entry { head, below } => [std::slice::from_ref(head), &below[..]].concat(),
                Block::Notice(text) | Block::Heading(text) | Block::Text(text) | Block::Remark(text) => {
                    vec![text.clone()]
                }
                Block::Fields(all) | Block::Signature { fields: all, .. } => fields(all),
            }
        };
        blocks(of, &of.order.structure).iter().flat_map(words).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_copy_tells_what_the_receiver_wrote_back() {
        let text = "Césarienne à 14 h.\nContrôle dans 7 jours.".to_owned();
        let steps = [
            (Actor::Receiver, Event::Accepted { text: None }),
            (Actor::Receiver, Event::Arrived),
            (Actor::Receiver, Event::CounterReferral { text: text.clone().into() }),
        ];
        let copy = copy(&moved(order(), &steps));
        for part in ["Contre-référence\n", &text, "Écrite par", "Terminée, contre-référence reçue"] {
            assert!(copy.contains(part), "{part} in {copy}");
        }
    }

    #[test]
    fn a_copy_tells_a_death_on_the_way_with_care_and_never_as_a_patient_who_did_not_arrive() {
        let failed = |reason| {
            let steps = [
                (Actor::Receiver, Event::Accepted { text: None }),
                (Actor::Post, Event::Failed { reason, text: None }),
            ];
            copy(&moved(order(), &steps))
        };
        let died = failed(FailReason::DiedOnTheWay);
        assert!(died.contains("Le patient est décédé pendant le trajet, le "), "{died}");
        assert!(!died.to_lowercase().contains("n’est pas arrivée"), "{died}");
        assert!(failed(FailReason::NotArrived).contains("N’EST PAS ARRIVÉE le "));
    }
}
