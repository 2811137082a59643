//! The counts of outcomes, by day. A fact that tells an outcome is counted in the transaction that adds it, so the counts are those of the
//! journal after every restart. They name no consultation.

use super::connection::millis;
use crate::store::error::StoreError;
use sqlx::{Sqlite, SqlitePool, Transaction};
use teranga_clinic::{case::CountedOutcome, time::Timestamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Counts one outcome more.
pub(super) async fn add(
    transaction: &mut Transaction<'_, Sqlite>,
    at: Timestamp,
    outcome: CountedOutcome,
) -> Result<(), StoreError> {
    let one_more = "INSERT INTO outcome_count (day, outcome, count) VALUES (?, ?, 1) \
                    ON CONFLICT DO UPDATE SET count = count + 1";
    sqlx::query(one_more).bind(millis(at) / DAY_MS).bind(outcome.word()).execute(&mut **transaction).await?;
    Ok(())
}

/// The counts of all outcomes since the day of a time; 0 for those that there were not.
pub(super) async fn since(
    readers: &SqlitePool,
    since: Timestamp,
) -> Result<Vec<(CountedOutcome, u64)>, StoreError> {
    let sums = "SELECT outcome, SUM(count) FROM outcome_count WHERE day >= ? GROUP BY outcome";
    let sums: Vec<(String, i64)> =
        sqlx::query_as(sums).bind(millis(since) / DAY_MS).fetch_all(readers).await?;
    let count = |outcome: CountedOutcome| {
        let sum = sums.iter().find(|(word, _)| word == outcome.word());
        sum.map_or(0, |(_, sum)| u64::try_from(*sum).unwrap_or_default())
    };
    Ok(CountedOutcome::all().map(|outcome| (outcome, count(outcome))).collect())
}
