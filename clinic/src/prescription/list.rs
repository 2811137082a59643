//! The prescriptions of one consultation, oldest first.

use super::{Prescription, SignedPrescription};
use crate::{
    dispensing::Dispensed,
    id::{ActId, PrescriptionId},
};

/// The prescriptions of one consultation, with those that were replaced and cancelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prescriptions(Vec<Prescription>);

impl Prescriptions {
    /// All of them, oldest first.
    pub fn all(&self) -> &[Prescription] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: PrescriptionId) -> Option<&Prescription> {
        self.0.iter().find(|known| known.signed.prescription == id)
    }

    /// True if this one is there and in force.
    pub fn is_in_force(&self, id: PrescriptionId) -> bool {
        self.find(id).is_some_and(Prescription::is_in_force)
    }

    /// True if one at least is in force.
    pub fn any_in_force(&self) -> bool {
        self.0.iter().any(Prescription::is_in_force)
    }

    /// One of them that is in force, to be replaced or cancelled.
    pub(crate) fn in_force_mut(&mut self, id: PrescriptionId) -> Option<&mut Prescription> {
        let known = self.0.iter_mut().find(|known| known.signed.prescription == id);
        known.filter(|known| known.is_in_force())
    }

    /// Adds one that was signed last.
    pub(crate) fn add(&mut self, signed: SignedPrescription) {
        self.0.push(Prescription { signed, replaced_by: None, cancelled: None, dispensed: Vec::new() });
    }

    /// True if an act of dispensing with this name is there.
    pub(super) fn has_act(&self, act: ActId) -> bool {
        self.0.iter().flat_map(|known| &known.dispensed).any(|known| known.act == act)
    }

    /// Adds what was given of one of them.
    pub(crate) fn dispense(&mut self, id: PrescriptionId, dispensed: Dispensed) {
        if let Some(known) = self.0.iter_mut().find(|known| known.signed.prescription == id) {
            known.dispensed.push(dispensed);
        }
    }
}
