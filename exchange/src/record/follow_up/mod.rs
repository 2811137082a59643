//! What follows from a consultation outside of the call: what the patient answered about sharing the record, what was given of its
//! prescriptions, and what became of an evacuation.

pub(super) mod consents;
pub(super) mod dispensing;
pub(super) mod referrals;
