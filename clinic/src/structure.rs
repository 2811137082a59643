//! Structures of the health pyramid: where they are, what they can do, and what these facts are worth. Public facts, no persons.

mod known;
mod near;
mod position;
mod proposal;

pub use known::{Capability, Hours, PositionQuality, Structure, StructureKind, UnknownWord};
pub use near::{Near, first_for_any_needs, minutes_by_road, nearest, nearest_capable, nearest_closed};
pub use position::{Bounds, Position, PositionFlaw, SENEGAL};
pub use proposal::{PROPOSALS_OPEN, ProposalState, ProposedChange, REMARK_CHARS};
