//! Stored facts: any row is decoded or refused, a decoded one is encoded without loss, and a replay never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use teranga_clinic::{
    consultation::Consultation,
    fact::{
        Fact,
        stored::{Body, CODEC},
    },
    id::PartyId,
    time::Timestamp,
};

/// The versions as which rows are read, the newest first. The seeds are of the first version.
const VERSIONS: [u32; 2] = [3, 2];

fuzz_target!(|text: &str| {
    let Ok(rows) = serde_json::from_str::<Vec<Value>>(text) else { return };
    let facts: Option<Vec<Fact>> = rows.iter().map(decoded).collect();
    if let Some(facts) = facts {
        let _ = Consultation::replay(&facts);
    }
});

fn decoded(row: &Value) -> Option<Fact> {
    let form = row["what"].to_string();
    let body = VERSIONS.into_iter().find_map(|version| CODEC.decode(version, &form).ok())?;
    let stored = CODEC.encode(&body.what, body.staff.as_ref());
    assert_eq!(
        CODEC.decode(stored.version, &stored.json).as_ref(),
        Ok(&body),
        "a fact is encoded without loss"
    );
    let by = row["by"].as_str().map(|party| PartyId(party.to_owned()));
    let Body { what, staff } = body;
    Some(Fact { at: Timestamp(row["at"].as_u64()?), by, staff, what })
}
