//! What a change takes the place of, so that the log of the rota can show an entry before and after. It reads the plan before the
//! change, and changes nothing.

use super::{
    change::Change,
    plan::{DutyLeave, DutyPlan, Exception, Swap, WeekSlot},
};
use serde::{Deserialize, Serialize};

/// The entries of a plan that a change replaces, removes or decides, as they were before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// Slots of the template.
    pub slots: Vec<WeekSlot>,
    /// Exceptions.
    pub exceptions: Vec<Exception>,
    /// Leave.
    pub leaves: Vec<DutyLeave>,
    /// Swaps.
    pub swaps: Vec<Swap>,
}

impl Change {
    /// The entries that this change takes the place of in a plan.
    pub fn replaced(&self, plan: &DutyPlan) -> Replaced {
        let mut replaced = Replaced::default();
        match self {
            Self::PutSlots { slots } => {
                let ids: Vec<u32> = slots.iter().map(|slot| slot.id).collect();
                replaced.slots = named(&plan.template, &ids, |slot| slot.id);
            }
            Self::RemoveSlot { id } => replaced.slots = named(&plan.template, &[*id], |slot| slot.id),
            Self::PutExceptions { exceptions } => {
                let ids: Vec<u32> = exceptions.iter().map(|exception| exception.id).collect();
                replaced.exceptions = named(&plan.exceptions, &ids, |exception| exception.id);
            }
            Self::RemoveException { id } => {
                replaced.exceptions = named(&plan.exceptions, &[*id], |exception| exception.id);
            }
            Self::DecideLeave { id, .. } | Self::WithdrawLeave { id } => {
                replaced.leaves = named(&plan.leaves, &[*id], |leave| leave.id);
            }
            Self::AnswerSwap { id, .. } | Self::WithdrawSwap { id } => {
                replaced.swaps = named(&plan.swaps, &[*id], |swap| swap.id);
            }
            Self::AskLeave { .. } | Self::ProposeSwap { .. } | Self::SetLanguages { .. } => {}
        }
        replaced
    }
}

/// The entries with these identifiers.
fn named<T: Clone>(entries: &[T], ids: &[u32], id_of: impl Fn(&T) -> u32) -> Vec<T> {
    entries.iter().filter(|entry| ids.contains(&id_of(entry))).cloned().collect()
}
