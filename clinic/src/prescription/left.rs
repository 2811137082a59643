//! What may still be dispensed of a prescription.

use super::{PrescribedLine, Prescription, Prescriptions};
use crate::{
    dispensing::{DISPENSINGS, Dispensed, DispensedLine},
    id::PrescriptionId,
    time::Timestamp,
};

/// Why something could not be dispensed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undispensed {
    /// The consultation has no such prescription.
    #[error("no such prescription")]
    Unknown,
    /// It was cancelled before.
    #[error("the prescription was cancelled")]
    Cancelled,
    /// Another one had replaced it before.
    #[error("the prescription was replaced")]
    Replaced,
    /// Its validity was over, or had not begun.
    #[error("the prescription is not valid at this time")]
    Expired,
    /// More than is left of a line.
    #[error("more than is left of a line")]
    Exceeds,
    /// The lines are no lines of it, or say nothing, or the act is another one's.
    #[error("lines that say nothing")]
    Lines,
    /// The most acts of dispensing are there.
    #[error("too many acts of dispensing")]
    Full,
}

impl PrescribedLine {
    /// The units to be dispensed: those prescribed, or one for a line whose units cannot be counted.
    pub const fn to_dispense(&self) -> u32 {
        if self.quantity == 0 { 1 } else { self.quantity }
    }
}

impl Prescription {
    /// The units of a line that are not dispensed yet; 0 for a line that it does not have.
    pub fn left(&self, line: u8) -> u32 {
        let prescribed =
            self.signed.lines.reveal().get(usize::from(line)).map_or(0, PrescribedLine::to_dispense);
        self.dispensed_of(line).fold(prescribed, |left, given| left.saturating_sub(given.quantity))
    }

    /// What happened to a line, oldest first.
    fn dispensed_of(&self, line: u8) -> impl Iterator<Item = &DispensedLine> {
        self.dispensed.iter().flat_map(|act| act.lines.reveal()).filter(move |given| given.line == line)
    }

    /// True if these lines may be dispensed as far as their number and quantities go.
    fn fits(&self, lines: &[DispensedLine]) -> Result<(), Undispensed> {
        let is_twice = |at: usize| lines[..at].iter().any(|before| before.line == lines[at].line);
        if lines.is_empty() || (0..lines.len()).any(is_twice) {
            return Err(Undispensed::Lines);
        }
        for DispensedLine { line, quantity, refused } in lines {
            let is_one = usize::from(*line) < self.signed.lines.reveal().len();
            if !is_one || (*quantity == 0) != refused.is_some() {
                return Err(Undispensed::Lines);
            }
            if *quantity > self.left(*line) {
                return Err(Undispensed::Exceeds);
            }
        }
        if self.dispensed.len() < DISPENSINGS { Ok(()) } else { Err(Undispensed::Full) }
    }
}

impl Prescriptions {
    /// Whether this may be dispensed after all that was dispensed before.
    ///
    /// # Errors
    /// The reason why not. What was given before a cancellation is taken, also if it is told afterwards.
    pub fn may_dispense(&self, id: PrescriptionId, dispensed: &Dispensed) -> Result<(), Undispensed> {
        let known = self.find(id).ok_or(Undispensed::Unknown)?;
        self.was_in_force(known, dispensed.at)?;
        if self.has_act(dispensed.act) {
            return Err(Undispensed::Lines);
        }
        known.fits(dispensed.lines.reveal())
    }

    /// Whether a prescription was to be followed at this time.
    fn was_in_force(&self, known: &Prescription, at: Timestamp) -> Result<(), Undispensed> {
        if known.cancelled.as_ref().is_some_and(|cancelled| cancelled.at <= at) {
            return Err(Undispensed::Cancelled);
        }
        let replaced_by = known.replaced_by.and_then(|by| self.find(by));
        if replaced_by.is_some_and(|by| by.signed.at <= at) {
            return Err(Undispensed::Replaced);
        }
        let is_valid = (known.signed.at..=known.signed.valid_until).contains(&at);
        if is_valid { Ok(()) } else { Err(Undispensed::Expired) }
    }
}
