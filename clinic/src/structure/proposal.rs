//! What a post proposes to correct of what is known of a structure. A proposal changes nothing by itself: the district accepts or rejects it.

use super::known::{Capability, Hours, Structure};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most proposals of one post that wait for an answer.
pub const PROPOSALS_OPEN: u32 = 20;

/// The longest remark with a proposal, and the longest reason of an answer, in characters.
pub const REMARK_CHARS: usize = 300;

/// One fact about a structure, as a post proposes it, or as it is known. Its JSON is kept with each proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProposedChange {
    /// The telephone number.
    Phone {
        /// The number; empty if there is none.
        phone: String,
    },
    /// What the structure can do for a patient.
    Capability {
        /// The capability.
        capability: Capability,
        /// True if the structure has it.
        present: bool,
    },
    /// The hours at which it takes patients.
    Hours {
        /// The hours.
        hours: Hours,
    },
    /// The structure takes patients, or none.
    Closed {
        /// True if it takes none until further notice.
        closed: bool,
    },
}

impl ProposedChange {
    /// The same fact as it is known of a structure now.
    #[must_use]
    pub fn known_of(&self, structure: &Structure) -> Self {
        match *self {
            Self::Phone { .. } => Self::Phone { phone: structure.place.phone.clone() },
            Self::Capability { capability, .. } => {
                Self::Capability { capability, present: structure.capabilities.contains(&capability) }
            }
            Self::Hours { .. } => Self::Hours { hours: structure.hours },
            Self::Closed { .. } => Self::Closed { closed: structure.closed },
        }
    }

    /// The structure with this fact, confirmed at `now`.
    #[must_use]
    pub fn applied_to(&self, structure: Structure, now: Timestamp) -> Structure {
        let mut changed = Structure { confirmed_at: Some(now), ..structure };
        match self {
            Self::Phone { phone } => changed.place.phone.clone_from(phone),
            Self::Capability { capability, present: true } => {
                changed.capabilities.insert(*capability);
            }
            Self::Capability { capability, present: false } => {
                changed.capabilities.remove(capability);
            }
            Self::Hours { hours } => changed.hours = *hours,
            Self::Closed { closed } => changed.closed = *closed,
        }
        changed
    }
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nobody has answered.
    Open,
    /// The structure was changed.
    Accepted,
    /// The structure was left as it is, for a reason.
    Rejected,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{people::Place, structure::StructureKind};
    use serde_json::json;

    const NOW: Timestamp = Timestamp(9);

    fn hospital() -> Structure {
        let [id, name, district, region, phone] =
            ["h", "Hôpital", "Matam", "Matam", "33 1"].map(String::from);
        let place = Place { id, name, district, region, phone };
        Structure {
            capabilities: [Capability::Cesarean].into(),
            ..Structure::new(place, StructureKind::Eps2)
        }
    }

    /// A fact that differs from what is known of the hospital, and its JSON.
    fn changes() -> [(ProposedChange, serde_json::Value); 5] {
        let can = |capability, present| ProposedChange::Capability { capability, present };
        [
            (ProposedChange::Phone { phone: "33 2".into() }, json!({ "kind": "phone", "phone": "33 2" })),
            (
                can(Capability::Cesarean, false),
                json!({ "kind": "capability", "capability": "cesarean", "present": false }),
            ),
            (
                can(Capability::Imaging, true),
                json!({ "kind": "capability", "capability": "imaging", "present": true }),
            ),
            (ProposedChange::Hours { hours: Hours::DayAndNight }, json!({ "kind": "hours", "hours": "24h" })),
            (ProposedChange::Closed { closed: true }, json!({ "kind": "closed", "closed": true })),
        ]
    }

    #[test]
    fn a_change_is_what_is_known_once_it_is_applied_and_nothing_else_is_touched() {
        for (change, _) in changes() {
            let before = change.known_of(&hospital());
            assert_ne!(before, change);
            let changed = change.applied_to(hospital(), NOW);
            assert_eq!((change.known_of(&changed), changed.confirmed_at), (change, Some(NOW)));
            let back = before.applied_to(changed, NOW);
            assert_eq!(back, Structure { confirmed_at: Some(NOW), ..hospital() });
        }
    }

    #[test]
    fn what_is_kept_of_a_proposal_stays_readable() {
        for (change, kept) in changes() {
            assert_eq!(json!(change), kept);
            assert_eq!(serde_json::from_value::<ProposedChange>(kept).unwrap(), change);
        }
        let unknown = json!({ "kind": "position", "latitude": 15.6 });
        assert!(serde_json::from_value::<ProposedChange>(unknown).is_err());
    }
}
