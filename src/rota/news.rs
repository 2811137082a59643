//! News for a doctor: what others have answered to their leave and swaps since they last looked, and the swaps that wait for their own
//! answer. It follows from the log of changes, so nothing of it is stored but how far each doctor has looked.

use super::service::RotaService;
use crate::store::StoreError;
use teranga_clinic::{
    id::PartyId,
    people::Identity,
    pii::Pii,
    rota::{DutyNews, Swap},
    time::Timestamp,
};

/// The changes of leave and swaps that one look reads. A doctor who has not looked for so long misses the oldest ones.
const MOST_CHANGES: u32 = 400;

/// The news for one doctor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The version of the rota up to which the news go.
    pub version: u32,
    /// What was answered and is not seen, the newest first.
    pub lines: Vec<NewsLine>,
    /// The swaps that wait for the doctor's answer.
    pub asked: Vec<Swap>,
}

/// Something that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsLine {
    /// The version of the rota that it made.
    pub version: u32,
    /// The time.
    pub at: Timestamp,
    /// The name of the person who answered.
    pub by: Pii<String>,
    /// What was answered.
    pub what: DutyNews,
}

impl RotaService {
    /// The news for a doctor.
    pub async fn news(&self, who: &Identity) -> Result<News, StoreError> {
        // The plan is read first: what is changed meanwhile is told again rather than never.
        let stored = self.store.duty_plan().await?;
        let seen = self.store.seen_version(&who.party).await?;
        let changes = self.store.changes_of_absences(seen, MOST_CHANGES).await?;
        let lines = changes.into_iter().filter_map(|stored| {
            let (change, replaced) = stored.change?;
            let what = change.news_for(&who.party, &stored.by.party, &replaced)?;
            Some(NewsLine { version: stored.version, at: stored.at, by: stored.by.name, what })
        });
        let now = self.clock.timestamp();
        let waits = |swap: &Swap| swap.to == who.party && !swap.accepted && swap.gives.span.until > now;
        let asked = stored.plan.swaps.iter().filter(|swap| waits(swap)).cloned().collect();
        Ok(News { version: stored.version, lines: lines.collect(), asked })
    }

    /// Notes that a doctor has seen the news up to a version. One that does not exist yet cannot be seen.
    pub async fn saw_news(&self, party: &PartyId, version: u32) -> Result<(), StoreError> {
        let newest = self.store.duty_plan().await?.version;
        self.store.put_seen_version(party, version.min(newest)).await
    }
}
