//! The counts of outcomes.

use super::{Folder, add, by, claimed, consultation, requested};
use crate::store::{Journal, SqliteStore};
use sqlx::Executor;
use teranga_clinic::{
    case::{CountedOutcome, LossReason, Outcome},
    clinical::Disposition,
    fact::{Fact, What},
    time::Timestamp,
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A consultation that ends on a day with this answer to the question for its outcome.
async fn end(store: &SqliteStore, number: u128, day: u64, answer: Fact) {
    let id = consultation(number);
    let close = What::Closed { disposition: Disposition::Advice, follow_up: Some(Timestamp(9)) };
    let facts = [requested(id, 1), claimed(2), by("doctor", 3, close)];
    for fact in facts.into_iter().chain([Fact { at: Timestamp(day * DAY_MS + 7), ..answer }]) {
        add(store, id, &fact).await.unwrap();
    }
}

fn told(outcome: Outcome) -> Fact {
    by("post", 0, What::OutcomeTold { outcome, text: "va bien".into(), act: None })
}

fn given_up() -> Fact {
    Fact { by: None, ..by("", 0, What::LostToFollowUp { why: LossReason::NoAnswer }) }
}

/// The outcomes that there were since a day, with their numbers.
async fn counts(store: &SqliteStore, day: u64) -> Vec<(CountedOutcome, u64)> {
    let mut counts = store.outcomes(Timestamp(day * DAY_MS)).await.unwrap();
    assert_eq!(counts.len(), CountedOutcome::all().count(), "also those that there were not");
    counts.retain(|(_, count)| *count > 0);
    counts
}

/// Two recoveries on different days, a patient whom the post did not find, and one of whom it did not answer.
async fn four(store: &SqliteStore) {
    end(store, 1, 100, told(Outcome::Recovered)).await;
    end(store, 2, 130, told(Outcome::Recovered)).await;
    end(store, 3, 130, told(Outcome::LostToFollowUp)).await;
    end(store, 4, 130, given_up()).await;
}

const ALL: [(CountedOutcome, u64); 3] = [
    (CountedOutcome::Told(Outcome::Recovered), 2),
    (CountedOutcome::Told(Outcome::LostToFollowUp), 1),
    (CountedOutcome::GivenUp(LossReason::NoAnswer), 1),
];

#[tokio::test]
async fn outcomes_are_counted_by_day_and_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open().await;
    four(&store).await;
    assert_eq!(counts(&store, 0).await, ALL);
    store.close().await;
    let store = folder.open().await;
    assert_eq!(counts(&store, 0).await, ALL);
    assert_eq!(
        counts(&store, 101).await[0],
        (CountedOutcome::Told(Outcome::Recovered), 1),
        "the other one is older"
    );
    assert_eq!(counts(&store, 131).await, []);
}

#[tokio::test]
async fn what_was_told_before_outcomes_were_counted_is_counted_once() {
    let folder = Folder::new();
    let store = folder.open().await;
    four(&store).await;
    store.writer.execute("DELETE FROM outcome_count; UPDATE outcome_counting SET done = 0").await.unwrap();
    store.close().await;
    for _ in 0..2 {
        let store = folder.open().await;
        assert_eq!(counts(&store, 0).await, ALL);
        assert_eq!(counts(&store, 101).await[0], (CountedOutcome::Told(Outcome::Recovered), 1));
        store.close().await;
    }
}
