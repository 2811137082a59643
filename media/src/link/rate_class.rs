//! The classes of links by capacity: the rates at which the server begins to treat a link differently.
//!
//! These rates are shared by the estimators, the allocation and the plan. A rate that one file alone uses stands there.

use crate::units::Bitrate;

/// The capacity assumed of a link on which nothing was measured. A voice fits through nearly any link at this rate, and nothing
/// else does. A good link is measured after a tenth of a second.
pub const LINK_UNKNOWN: Bitrate = Bitrate::kbps(40);

/// The capacity at which a camera fits beside the voice.
pub const LINK_VIDEO: Bitrate = Bitrate::kbps(96);

/// The capacity at which the engine's own estimate (TWCC, draft-holmer-rmcat-transport-wide-cc) is worth its feedback, and is
/// finer than probes.
pub const LINK_THICK: Bitrate = Bitrate::kbps(400);

/// The share of lost packets above which a voice breaks up. A full queue loses more than this.
pub const LOSS_FRAGILE: f32 = 0.15;
