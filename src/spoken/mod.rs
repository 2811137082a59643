//! The sound of the sentences for patients: it makes a small Ogg Opus file of what an operator has recorded, and holds the French
//! stand-ins that a program spoke. Nobody's file is parsed here: a page sends plain samples, and every file that a tablet plays was
//! written by this server.

mod encode;
mod level;
mod stand_ins;

pub use encode::{Encoded, RECORDED_BYTES, encode};
pub use level::SoundFlaw;
pub use stand_ins::{StandIn, stand_ins};
