//! What a patient answered about consent, in version 3 of the stored form. This file is not changed any more once it is released.

use super::v1::{Language, values};
use crate::{consent, id::ActId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentAct {
    act: Uuid,
    language: Language,
    giver: ConsentGiver,
}

values!(ConsentGiver of consent::ConsentGiver { Patient, Guardian });

impl From<consent::ConsentAct> for ConsentAct {
    fn from(said: consent::ConsentAct) -> Self {
        Self { act: said.act.0, language: said.language.into(), giver: said.giver.into() }
    }
}

impl From<ConsentAct> for consent::ConsentAct {
    fn from(stored: ConsentAct) -> Self {
        Self { act: ActId(stored.act), language: stored.language.into(), giver: stored.giver.into() }
    }
}
