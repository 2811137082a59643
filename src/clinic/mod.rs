//! What was done for a patient, as a pure read model: a consultation is the replay of its facts. Nothing
//! here stores, sends or reads a clock.

pub mod audit;
pub mod photo;
pub mod picture;
pub mod view;
