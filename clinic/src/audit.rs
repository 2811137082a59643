//! The journal as an auditor reads it: who did what and who opened the record, when; never what was said.

use crate::{
    fact::{Fact, What},
    id::{ConsultationId, PartyId, PhotoId},
    time::Timestamp,
    view::{Actor, people},
};

/// Somebody opened the record of a consultation. Kept beside its facts, and like them for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whose record.
    pub consultation: ConsultationId,
    /// Who opened it.
    pub by: PartyId,
    /// When.
    pub at: Timestamp,
    /// The photo that was opened; none for the record itself.
    pub photo: Option<PhotoId>,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// Whose account or device; none for the server's own clock.
    pub party: Option<PartyId>,
    /// Who that was at the time, if the facts introduce them.
    pub actor: Option<Actor>,
    /// What they did, in one word.
    pub did: &'static str,
}

/// Facts and openings in the order of time.
pub fn journal(facts: &[Fact], openings: &[Opening]) -> Vec<Line> {
    let people = people(facts);
    let line = |at, party: Option<&PartyId>, did| {
        let actor = party.and_then(|party| people.get(party)).cloned();
        Line { at, party: party.cloned(), actor, did }
    };
    let done = facts.iter().map(|fact| line(fact.at, fact.by.as_ref(), word(&fact.what)));
    let did = |opening: &Opening| if opening.photo.is_some() { "photo opened" } else { "opened" };
    let opened = openings.iter().map(|opening| line(opening.at, Some(&opening.by), did(opening)));
    let mut lines: Vec<_> = done.chain(opened).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

const fn word(what: &What) -> &'static str {
    match what {
        What::Requested { .. } => "requested",
        What::Escalated { .. } => "escalated",
        What::Claimed { .. } => "claimed",
        What::Entered { .. } => "entered",
        What::Left => "left",
        What::Noted { .. } => "noted",
        What::Advised { .. } => "advised",
        What::PhotoAsked { .. } => "photo asked",
        What::PhotoTaken { .. } => "photo taken",
        What::PhotoMarked { .. } => "photo marked",
        What::Cancelled => "cancelled",
        What::Closed { .. } => "closed",
    }
}

#[cfg(test)]
mod tests {
    use super::{super::view::tests::story, *};

    #[test]
    fn openings_stand_between_the_facts() {
        let consultation = ConsultationId(uuid::Uuid::from_u128(7));
        let by = PartyId("post".into());
        let lines =
            journal(&story(consultation), &[Opening { consultation, by, at: Timestamp(6), photo: None }]);
        let words: Vec<_> = lines.iter().map(|line| line.did).collect();
        let expected = ["requested", "claimed", "entered", "left", "noted", "advised", "opened", "closed"];
        assert_eq!(words, expected);
        assert_eq!(lines[6].actor.as_ref().unwrap().name, "post".into());
    }
}
