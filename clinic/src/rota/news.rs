//! What a change of the plan tells a doctor whom it concerns and who has not made it: the answer to a leave that was asked for, or
//! to a swap. It reads the change and what that took the place of, as the log keeps both, and changes nothing.

use super::{
    change::Change,
    plan::{Span, Swap},
    replaced::Replaced,
};
use crate::id::PartyId;
use serde::Serialize;

/// News of the rota for one doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DutyNews {
    /// A coordinator granted the leave that the doctor asked for.
    LeaveGranted {
        /// The time of the leave.
        span: Span,
    },
    /// A coordinator refused it.
    LeaveRefused {
        /// The time that was asked for.
        span: Span,
    },
    /// A coordinator gave a leave that the doctor had not asked for.
    LeaveGiven {
        /// The time of the leave.
        span: Span,
    },
    /// A coordinator took a leave back: the doctor is on duty again.
    LeaveWithdrawn {
        /// The time of the leave.
        span: Span,
    },
    /// The colleague accepted the swap that the doctor had proposed.
    SwapAccepted {
        /// The swap.
        swap: Swap,
    },
    /// The colleague refused it.
    SwapRefused {
        /// The swap.
        swap: Swap,
    },
    /// A coordinator undid a swap of the doctor.
    SwapUndone {
        /// The swap.
        swap: Swap,
    },
}

impl Change {
    /// What this change by somebody tells a doctor; none if it does not concern them, or is their own.
    pub fn news_for(&self, doctor: &PartyId, by: &PartyId, replaced: &Replaced) -> Option<DutyNews> {
        if doctor == by {
            return None;
        }
        let leave = || replaced.leaves.iter().find(|leave| leave.doctor == *doctor).map(|leave| leave.span);
        let swap = || replaced.swaps.first().cloned();
        let asked = |swap: &Swap| swap.from == *doctor;
        match self {
            Self::AskLeave { doctor: given, span } => {
                (given == doctor).then_some(DutyNews::LeaveGiven { span: *span })
            }
            Self::DecideLeave { granted: true, .. } => leave().map(|span| DutyNews::LeaveGranted { span }),
            Self::DecideLeave { granted: false, .. } => leave().map(|span| DutyNews::LeaveRefused { span }),
            Self::WithdrawLeave { .. } => leave().map(|span| DutyNews::LeaveWithdrawn { span }),
            Self::AnswerSwap { accepted: true, .. } => {
                // The plan before the answer knows the swap as not accepted yet.
                swap()
                    .filter(asked)
                    .map(|swap| DutyNews::SwapAccepted { swap: Swap { accepted: true, ..swap } })
            }
            Self::AnswerSwap { accepted: false, .. } => {
                swap().filter(asked).map(|swap| DutyNews::SwapRefused { swap })
            }
            Self::WithdrawSwap { .. } => {
                let concerned = |swap: &Swap| swap.from != *by && (asked(swap) || swap.to == *doctor);
                swap().filter(concerned).map(|swap| DutyNews::SwapUndone { swap })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        people::Speciality,
        rota::{DutyLeave, DutyLevel, Stretch},
        time::Timestamp,
    };

    const SPAN: Span = Span { from: Timestamp(10), until: Timestamp(20) };

    fn party(name: &str) -> PartyId {
        PartyId(name.into())
    }

    fn leave(doctor: &str, granted: bool) -> Replaced {
        let leaves = vec![DutyLeave { id: 1, doctor: party(doctor), span: SPAN, granted }];
        Replaced { leaves, ..Replaced::default() }
    }

    fn swap() -> Swap {
        let gives = Stretch { speciality: Speciality::Surgery, level: DutyLevel::First, span: SPAN };
        Swap { id: 2, from: party("awa"), to: party("binta"), gives, in_return: None, accepted: false }
    }

    fn swapped() -> Replaced {
        Replaced { swaps: vec![swap()], ..Replaced::default() }
    }

    #[test]
    fn whoever_asked_for_leave_is_told_the_decision_and_nobody_else_is() {
        let tells = |change: &Change, doctor: &str, by: &str, replaced: &Replaced| {
            change.news_for(&party(doctor), &party(by), replaced)
        };
        let (yes, no) =
            (Change::DecideLeave { id: 1, granted: true }, Change::DecideLeave { id: 1, granted: false });
        let asked = leave("awa", false);
        assert_eq!(tells(&yes, "awa", "mina", &asked), Some(DutyNews::LeaveGranted { span: SPAN }));
        assert_eq!(tells(&no, "awa", "mina", &asked), Some(DutyNews::LeaveRefused { span: SPAN }));
        assert_eq!(tells(&yes, "binta", "mina", &asked), None);
        let back = Change::WithdrawLeave { id: 1 };
        let granted = leave("awa", true);
        assert_eq!(tells(&back, "awa", "mina", &granted), Some(DutyNews::LeaveWithdrawn { span: SPAN }));
        assert_eq!(tells(&back, "awa", "awa", &granted), None, "one's own act is no news");
        let give = Change::AskLeave { doctor: party("awa"), span: SPAN };
        assert_eq!(
            tells(&give, "awa", "mina", &Replaced::default()),
            Some(DutyNews::LeaveGiven { span: SPAN })
        );
        assert_eq!(tells(&give, "awa", "awa", &Replaced::default()), None);
    }

    #[test]
    fn whoever_proposed_a_swap_is_told_the_answer_and_both_are_told_if_it_is_undone() {
        let tells =
            |change: &Change, doctor: &str, by: &str| change.news_for(&party(doctor), &party(by), &swapped());
        let (yes, no) =
            (Change::AnswerSwap { id: 2, accepted: true }, Change::AnswerSwap { id: 2, accepted: false });
        let accepted = Swap { accepted: true, ..swap() };
        assert_eq!(tells(&yes, "awa", "binta"), Some(DutyNews::SwapAccepted { swap: accepted }));
        assert_eq!(tells(&no, "awa", "binta"), Some(DutyNews::SwapRefused { swap: swap() }));
        assert_eq!((tells(&yes, "binta", "binta"), tells(&yes, "fatou", "binta")), (None, None));
        let undo = Change::WithdrawSwap { id: 2 };
        for doctor in ["awa", "binta"] {
            assert_eq!(tells(&undo, doctor, "mina"), Some(DutyNews::SwapUndone { swap: swap() }));
        }
        assert_eq!(tells(&undo, "fatou", "mina"), None);
        assert_eq!(tells(&undo, "binta", "awa"), None, "a proposal that is taken back asks nobody any more");
    }
}
