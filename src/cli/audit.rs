//! `teranga audit`: the journal of a consultation, for whoever answers for the protection of its data.

use super::{Failure, data::Data};
use crate::store::Records;
use teranga_clinic::{
    audit::{Line, journal},
    id::ConsultationId,
    time::Timestamp,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: Data,
    /// The consultation's identifier.
    consultation: Uuid,
}

/// Prints who did what and who opened the record, when; never what was said.
///
/// # Errors
/// There is no such consultation, or the store failed.
pub async fn run(args: Args) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    let id = ConsultationId(args.consultation);
    let facts = opened.store.facts(id).await?;
    if facts.is_empty() {
        return Err(Failure::Usage(format!("there is no consultation {id}")));
    }
    journal(&facts, &opened.store.openings(id).await?).iter().for_each(print);
    Ok(())
}

fn print(line: &Line) {
    let party = line.party.as_ref().map_or("(clock)", |party| &party.0);
    let name = line.actor.as_ref().map_or("", |actor| actor.name.reveal());
    println!("{}\t{:<10}\t{party}\t{name}", civil(line.at), line.did);
}

/// Date and time, UTC.
fn civil(at: Timestamp) -> String {
    let time = i64::try_from(at.0 / 1_000).ok().and_then(|s| OffsetDateTime::from_unix_timestamp(s).ok());
    time.map_or_else(
        || format!("{} ms", at.0),
        |time| format!("{} {:02}:{:02}:{:02}Z", time.date(), time.hour(), time.minute(), time.second()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable() {
        assert_eq!(civil(Timestamp(1_795_339_519_123)), "2026-11-22 09:25:19Z");
        assert_eq!(civil(Timestamp(u64::MAX)), format!("{} ms", u64::MAX));
    }
}
