//! The table of a referral: who may do what in which state, and the state that follows.

use super::{
    ReferralActor::{self, Doctor, Post, Receiver, Server},
    ReferralEvent as Event,
};
use serde::{Deserialize, Serialize};

/// State of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReferralState {
    /// A structure is asked, and has not opened the letter.
    Requested,
    /// The structure opened the letter.
    Received,
    /// The structure takes the patient.
    Accepted,
    /// The structure cannot take the patient.
    Rejected,
    /// The patient left the post.
    EnRoute,
    /// The patient is at the structure.
    Arrived,
    /// The structure took charge of the patient.
    InCare,
    /// The structure wrote back ("contre-référence").
    Completed,
    /// The patient did not come to the structure.
    Failed,
    /// The patient is not sent any more.
    Cancelled,
}

impl ReferralState {
    /// Every state.
    pub const ALL: [Self; 10] = [
        Self::Requested,
        Self::Received,
        Self::Accepted,
        Self::Rejected,
        Self::EnRoute,
        Self::Arrived,
        Self::InCare,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// True if nothing can follow.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// The event does not follow: not in this state, or not by this actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step of a referral that does not follow")]
pub struct NotNow;

/// The state after an event. The table has a row for each event, and two rows may lead to the same state.
///
/// # Errors
/// [`NotNow`] if the event is not one of this actor in this state.
#[expect(clippy::match_same_arms, reason = "each row of the table is one event")]
pub const fn transition(
    state: ReferralState,
    actor: ReferralActor,
    event: &Event,
) -> Result<ReferralState, NotNow> {
    use ReferralState::{
        Accepted, Arrived, Cancelled, Completed, EnRoute, Failed, InCare, Received, Rejected, Requested,
    };
    Ok(match (event, actor, state) {
        (Event::Received, Receiver, Requested) => Received,
        (Event::Accepted { .. }, Receiver, Requested | Received) => Accepted,
        // The server speaks for a structure that was closed.
        (Event::Rejected { .. }, Receiver | Server, Requested | Received | Accepted) => Rejected,
        // Whatever is said of or asked of structures while the patient is on the way: the patient still is. What follows of it depends on
        // what was said before, which the referral knows (`follows_on_the_way`).
        (Event::Received | Event::Accepted { .. }, Receiver, EnRoute) => EnRoute,
        (Event::Rejected { .. }, Receiver | Server, EnRoute) => EnRoute,
        (Event::AskedNext { .. }, Doctor | Post | Server, Requested | Received | Rejected) => Requested,
        // People decide where a patient goes who is on the way. The server did so in facts of November 2026.
        (Event::AskedNext { .. }, Doctor | Post | Server, EnRoute) => EnRoute,
        (Event::Unanswered, Server, Requested | Received | EnRoute) => state,
        // A post does not wait for an answer to save a life.
        (Event::Departed { .. }, Post | Doctor, Accepted | Requested | Received | EnRoute) => EnRoute,
        (Event::Arrived, Receiver | Post, EnRoute | Accepted) => Arrived,
        (Event::InCare, Receiver, Arrived | EnRoute) => InCare,
        (Event::ArrivalAsked, Server, EnRoute) => EnRoute,
        (Event::CounterReferral { .. }, Receiver, InCare | Arrived) => Completed,
        (Event::CounterAsked, Server, InCare | Arrived) => state,
        (Event::Failed { .. }, Post | Doctor | Receiver, EnRoute | Accepted) => Failed,
        (Event::Cancelled { .. }, Doctor | Post, Requested | Received | Accepted | Rejected | EnRoute) => {
            Cancelled
        }
        _ => return Err(NotNow),
    })
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use crate::people::Place;

    /// One event of each kind, with its name.
    fn events() -> [(&'static str, Event); 13] {
        let structure = || Place {
            id: "h".into(),
            name: "h".into(),
            district: "d".into(),
            region: "r".into(),
            phone: String::new(),
        };
        [
            ("received", Event::Received),
            ("accepted", Event::Accepted { text: None }),
            ("rejected", Event::Rejected { reason: RejectReason::NoBed, text: None }),
            ("asked_next", Event::AskedNext { structure: structure(), code: None }),
            ("unanswered", Event::Unanswered),
            (
                "departed",
                Event::Departed { transport: Transport::Other, eta_min: None, ago_min: None, text: None },
            ),
            ("arrived", Event::Arrived),
            ("in_care", Event::InCare),
            ("arrival_asked", Event::ArrivalAsked),
            ("counter_referral", Event::CounterReferral { text: "Opérée.".into() }),
            ("counter_asked", Event::CounterAsked),
            ("failed", Event::Failed { reason: FailReason::NotArrived, text: None }),
            ("cancelled", Event::Cancelled { text: "Guérie.".into() }),
        ]
    }

    /// Everything that is allowed, written by hand from the clinical rules: event, actors, states, and the state that follows (`=`: the
    /// same one). All other combinations are refused.
    const ALLOWED: &[(&str, &str, &str, &str)] = &[
        ("received", "receiver", "requested", "received"),
        ("received", "receiver", "en_route", "="),
        ("accepted", "receiver", "requested received", "accepted"),
        ("accepted", "receiver", "en_route", "="),
        ("rejected", "receiver server", "requested received accepted", "rejected"),
        ("rejected", "receiver server", "en_route", "="),
        ("asked_next", "doctor post server", "requested received rejected", "requested"),
        ("asked_next", "doctor post server", "en_route", "="),
        ("unanswered", "server", "requested received en_route", "="),
        ("departed", "post doctor", "accepted requested received en_route", "en_route"),
        ("arrived", "receiver post", "en_route accepted", "arrived"),
        ("in_care", "receiver", "arrived en_route", "in_care"),
        ("arrival_asked", "server", "en_route", "="),
        ("counter_referral", "receiver", "in_care arrived", "completed"),
        ("counter_asked", "server", "in_care arrived", "="),
        ("failed", "post doctor receiver", "en_route accepted", "failed"),
        ("cancelled", "doctor post", "requested received accepted rejected en_route", "cancelled"),
    ];

    fn name(value: impl Serialize) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }

    fn expected(event: &str, actor: &str, state: &str) -> Option<String> {
        let has = |words: &str, word: &str| words.split(' ').any(|one| one == word);
        let row = ALLOWED.iter().find(|row| row.0 == event && has(row.1, actor) && has(row.2, state))?;
        Some(if row.3 == "=" { state } else { row.3 }.to_owned())
    }

    #[test]
    fn every_state_actor_and_event_gives_what_the_rules_say() {
        let mut allowed = 0;
        for state in ReferralState::ALL {
            for actor in ReferralActor::ALL {
                for (word, event) in events() {
                    let next = transition(state, actor, &event).ok().map(name);
                    let (state, actor) = (name(state), name(actor));
                    assert_eq!(next, expected(word, &actor, &state), "{word} by {actor} in {state}");
                    allowed += usize::from(next.is_some());
                }
            }
        }
        assert_eq!(allowed, (1 + 1) + (2 + 1) + (6 + 2) + (9 + 3) + 3 + 8 + 4 + 2 + 1 + 2 + 2 + 6 + 10);
    }

    #[test]
    fn events_have_the_names_that_travel() {
        for (word, event) in events() {
            assert_eq!(serde_json::to_value(&event).unwrap()["event"], word);
        }
    }

    #[test]
    fn nothing_follows_the_end_and_everything_else_has_an_exit_by_a_person() {
        let people = [ReferralActor::Post, ReferralActor::Doctor, ReferralActor::Receiver];
        for state in ReferralState::ALL {
            let leaves = people.iter().any(|actor| {
                events()
                    .iter()
                    .any(|(_, event)| transition(state, *actor, event).is_ok_and(|next| next != state))
            });
            assert_eq!(leaves, !state.is_over(), "{state:?}");
        }
    }
}
