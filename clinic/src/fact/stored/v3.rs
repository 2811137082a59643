//! Version 3 of the stored form. A row names the member of staff beside the event, which stands in the field `what`. The event
//! is in the form of version 2, except for the kinds below, which are changed or new. This file is not changed any more once it
//! is released: see the module above.

use super::{
    v2,
    version::{Body, Unreadable, Version, reason},
};
use crate::{fact, id::StaffId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Version 3 for the codec.
pub(super) const VERSION: Version = Version { number: 3, encode, decode };

/// A row of this version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staff: Option<String>,
    what: Box<RawValue>,
}

fn encode(what: &fact::What, staff: Option<&StaffId>) -> String {
    let what = RawValue::from_string(v2::encode(what)).expect("the stored form is plain JSON");
    let row = Row { staff: staff.map(|staff| staff.0.clone()), what };
    serde_json::to_string(&row).expect("the stored form is plain JSON")
}

fn decode(json: &str) -> Result<Body, Unreadable> {
    let row: Row = serde_json::from_str(json).map_err(|error| reason(&error))?;
    let what = v2::decode(row.what.get())?;
    Ok(Body { what, staff: row.staff.map(StaffId) })
}
