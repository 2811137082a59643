//! The sheet that copies are printed on. Lengths are points (1/72 inch).

/// A millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
/// The width and the height of A4.
pub(super) const WIDTH: f32 = 210.0 * MM;
pub(super) const HEIGHT: f32 = 297.0 * MM;
/// The margin at the left and at the right.
pub(super) const MARGIN: f32 = 20.0 * MM;
