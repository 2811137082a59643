//! Who did what comes by HTTP, and what the disk knew of the consultation then.

use teranga_clinic::{id::StaffId, prescription::Prescription};

/// A consultation that is over, as whoever adds a file to it found it on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtEnd {
    /// The number of its facts.
    pub facts: u32,
    /// True if the file comes from a tablet of the post that has had no part in it so far.
    pub is_new_tablet: bool,
}

/// A consultation that is over, for a prescription of it that is cancelled or dispensed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// The consultation as it is on the disk.
    pub at_end: AtEnd,
    /// The identifier of the structure of its post, whose tablets are told.
    pub place: String,
    /// The prescription as it is afterwards.
    pub prescription: Prescription,
}

/// Who of a post's staff did what came by HTTP. Accounts of one person have no staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The page did not say it: whoever is at the tablet now.
    AtTheTablet,
    /// This member; none if nobody had typed a PIN when it was done.
    Staff(Option<StaffId>),
}
