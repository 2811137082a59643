//! The outbox to the national record: the worker that sends what is owed, and what came of it. A row is written with the fact that makes
//! it (`src/store/sqlite/publications.rs`), so this worker only reads rows and moves them on:
//!
//! ```text
//! waiting ──send──► answer names the document ──► sent
//!    ▲  │           no answer, or an unclear one ──► search by the key: found ──► sent
//!    │  └─ back-off ◄──────────────────────────────── not found, or no answer
//!    │              refused for good, somebody else's number ──► refused ──a person──► waiting or abandoned
//!    └── consent withdrawn, newer version ──► dropped
//! ```
//!
//! Once a sending has begun, the document is searched for before it is sent again. One worker sends one document at a time, and a row is
//! taken with the number of sendings that was read, so that there is one flight a key.

mod attempt;
#[cfg(test)]
mod judged;
mod publisher;
#[cfg(test)]
mod tests;

pub use publisher::{Pause, PublicationTotals, Publisher};

use super::retry::retry_ms;
use crate::{
    clock::Clock,
    store::{PublicationCounts, StoreError, StoredPublication},
};
use attempt::Outcome;
use std::{sync::atomic::Ordering::Relaxed, time::Duration};
use teranga_clinic::{
    publication::{PublicationState, PublicationTrouble},
    time::Timestamp,
};

/// The pause between two looks at the outbox.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The most documents that are sent between two looks.
const AT_ONCE: u32 = 20;

impl Publisher {
    /// Works until the server stops. Without a national record it does nothing, and what is owed stays owed.
    pub async fn run(mut self, clock: Clock) {
        while self.dpp.is_on() {
            if let Err(error) = self.work(clock.timestamp()).await {
                tracing::error!(%error, code = "publications_failed", "publications cannot be stored or read");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sends what is due.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub async fn work(&mut self, now: Timestamp) -> Result<(), StoreError> {
        for row in self.publications.due(now, AT_ONCE).await? {
            // While the record does not answer, only what is new or what a person wants is tried.
            if now < self.pause.until && row.tries > 0 {
                continue;
            }
            let outcome = self.attempt(&row, now).await?;
            let silent = matches!(
                outcome,
                Outcome::Waits(PublicationTrouble::Unreachable | PublicationTrouble::Denied)
            );
            self.note(&row, outcome, now).await?;
            if silent {
                self.pause.until = now.plus_ms(retry_ms(self.pause.failures));
                self.pause.failures = self.pause.failures.saturating_add(1);
                break;
            }
            self.pause = Pause::default();
        }
        let PublicationCounts { waiting, refused, .. } = self.publications.counts().await?;
        self.totals.owed.store(waiting, Relaxed);
        self.totals.with_a_person.store(refused, Relaxed);
        Ok(())
    }

    async fn note(
        &self,
        row: &StoredPublication,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = row.key;
        match outcome {
            Outcome::Sent { remote, trouble } => {
                self.totals.sent.fetch_add(1, Relaxed);
                tracing::info!(%key, "a record was published");
                self.publications.settle(key, PublicationState::Sent, trouble, Some(&remote), now).await
            }
            Outcome::Refused(trouble) => {
                self.totals.refused.fetch_add(1, Relaxed);
                tracing::warn!(code = "publication_refused", %key, ?trouble, "a record was not published");
                self.publications.settle(key, PublicationState::Refused, Some(trouble), None, now).await
            }
            Outcome::Dropped(trouble) => {
                tracing::info!(%key, ?trouble, "a publication is not needed any more");
                self.publications.settle(key, PublicationState::Dropped, Some(trouble), None, now).await
            }
            Outcome::Waits(trouble) => {
                self.publications.put_off(key, trouble, now.plus_ms(retry_ms(row.tries)), now).await
            }
            Outcome::Taken => Ok(()),
        }
    }
}
