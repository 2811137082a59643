//! `teranga audit`: the journal of a consultation, for whoever answers for the protection of its data.

use super::{Failure, data::DataFolder};
use crate::store::{AuditLog, Journal, SqliteStore, audit_chain::AuditHead};
use std::str::FromStr;
use teranga_clinic::{
    audit::{JournalLine, RowLine, journal, row_lines},
    fact::stored::CODEC,
    history::SetAside,
    id::{ConsultationId, PartyId},
    time::Timestamp,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataFolder,
    /// The consultation's identifier; or `head`: prints the head of the log without reading the rest; or `verify`: checks that no
    /// row of the log was deleted, changed or moved, and prints its head.
    what: Wanted,
    /// With `verify`: a head that was kept elsewhere, which the log must contain.
    #[arg(long)]
    head: Option<AuditHead>,
}

/// What is asked of the log.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// The lines of one consultation.
    Consultation(ConsultationId),
    /// The head of the log.
    Head,
    /// The verification of the whole log.
    Verify,
}

impl FromStr for Wanted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = match text {
            "head" => return Ok(Self::Head),
            "verify" => return Ok(Self::Verify),
            id => {
                id.parse::<Uuid>().map_err(|_| "give the identifier of a consultation, `head` or `verify`")?
            }
        };
        Ok(Self::Consultation(ConsultationId(id)))
    }
}

/// Prints who did what and who opened the record, when; never what was said. It prints the rows of a
/// consultation that is set aside one by one.
///
/// # Errors
/// There is no such consultation, the log is not whole, or the store failed.
pub async fn run(args: Args) -> Result<(), Failure> {
    let store = args.data.open().await?.store;
    match args.what {
        Wanted::Consultation(id) => show(&store, id).await,
        Wanted::Head => head(&store).await,
        Wanted::Verify => verify(&store, args.head).await,
    }
}

async fn head(store: &SqliteStore) -> Result<(), Failure> {
    println!("{}", store.audit_head().await?);
    Ok(())
}

async fn verify(store: &SqliteStore, kept: Option<AuditHead>) -> Result<(), Failure> {
    match store.verify_audit(kept).await? {
        Ok(head) => println!("{head}"),
        Err(flaw) => return Err(Failure::Usage(format!("the audit log was tampered with: {flaw}"))),
    }
    Ok(())
}

async fn show(store: &SqliteStore, id: ConsultationId) -> Result<(), Failure> {
    let reading = store.read(id).await?;
    let openings = store.openings(id).await?;
    match reading.ok_or_else(|| Failure::Usage(format!("there is no consultation {id}")))? {
        Ok(history) => journal(history.facts(), &openings).iter().for_each(print),
        Err(aside) => {
            println!("{}", headline(&aside));
            row_lines(&store.rows(id).await?, &CODEC).iter().for_each(print_row);
            journal(&[], &openings).iter().for_each(print);
        }
    }
    Ok(())
}

fn headline(SetAside { reason, number, .. }: &SetAside) -> String {
    format!("set aside at fact {number} ({}): nothing is changed or removed", reason.code())
}

fn print(line: &JournalLine) {
    let name = line.actor.as_ref().map_or("", |actor| actor.name.reveal());
    println!("{}\t{:<10}\t{}\t{name}", civil(line.at), line.did, party(line.party.as_ref()));
}

fn print_row(line: &RowLine) {
    let RowLine { number, version, bytes, .. } = line;
    let (at, party) = (civil(line.at), party(line.party.as_ref()));
    let did = line.did.map_or_else(|unreadable| unreadable.to_string(), str::to_owned);
    println!("{number}\t{at}\t{did}\t{party}\tversion {version}, {bytes} bytes");
}

fn party(party: Option<&PartyId>) -> &str {
    party.map_or("(clock)", |party| &party.0)
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
