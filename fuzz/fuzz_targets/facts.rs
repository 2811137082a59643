//! Stored facts: any row is decoded or refused, a decoded one is encoded without loss, and a replay never panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use teranga_clinic::{
    consultation::Consultation,
    fact::{Fact, stored::CODEC},
    id::PartyId,
    time::Timestamp,
};

/// The version as which rows are read. The seeds are of the first version, which the second one reads as well.
const VERSION: u32 = 2;

fuzz_target!(|text: &str| {
    let Ok(rows) = serde_json::from_str::<Vec<Value>>(text) else { return };
    let facts: Option<Vec<Fact>> = rows.iter().map(decoded).collect();
    if let Some(facts) = facts {
        let _ = Consultation::replay(&facts);
    }
});

fn decoded(row: &Value) -> Option<Fact> {
    let what = CODEC.decode(VERSION, &row["what"].to_string()).ok()?;
    let stored = CODEC.encode(&what);
    assert_eq!(
        CODEC.decode(stored.version, &stored.json).as_ref(),
        Ok(&what),
        "a fact is encoded without loss"
    );
    let by = row["by"].as_str().map(|party| PartyId(party.to_owned()));
    Some(Fact { at: Timestamp(row["at"].as_u64()?), by, what })
}
