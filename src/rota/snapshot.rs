//! The plan and the doctors at one moment, read together.

use crate::store::StoredPlan;
use teranga_clinic::{
    people::Identity,
    rota::{DutyCalendar, Zone},
};

/// The plan and the doctors at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The plan.
    pub stored: StoredPlan,
    /// The doctors whose account is not revoked.
    pub doctors: Vec<Identity>,
    /// The coordinators whose account is not revoked.
    pub coordinators: Vec<Identity>,
}

impl Snapshot {
    /// The computed duties of the snapshot.
    pub fn calendar<'a>(&'a self, zone: &'a Zone) -> DutyCalendar<'a> {
        DutyCalendar { plan: &self.stored.plan, zone, doctors: &self.doctors }
    }
}
