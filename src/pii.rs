//! What must not reach a log: one definition for the whole house, in the plane where it enters.

pub use teranga_signaling::pii::Pii;
