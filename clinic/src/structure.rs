//! Structures of the health pyramid: where they are, what they can do, and what these facts are worth. Public facts, no persons.

mod known;
mod near;
mod position;

pub use known::{Capability, Hours, PositionQuality, Structure, StructureKind, UnknownWord};
pub use near::{Near, minutes_by_road, nearest, nearest_capable};
pub use position::{Bounds, Position, PositionFlaw, SENEGAL};
