//! The proposals about structures in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
    places,
};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    sealing::{Place, RecordKeys},
    traits::{Decided, HasProposals, NewProposal, Proposals, Proposed, StoredProposal, Verdict},
};
use async_trait::async_trait;
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    id::{ProposalId, StaffId},
    pii::Pii,
    structure::{PROPOSALS_OPEN, ProposalState, ProposedChange},
    time::Timestamp,
};

/// The proposals in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteProposals(SqliteStore);

impl HasProposals for Arc<SqliteStore> {
    fn proposals(&self) -> Arc<dyn Proposals> {
        Arc::new(SqliteProposals(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Proposals for SqliteProposals {
    async fn propose(&self, new: &NewProposal) -> Result<Proposed, StoreError> {
        let mut transaction = self.0.write().await?;
        let known: Option<String> = sqlx::query_scalar("SELECT post FROM structure_proposal WHERE id = ?")
            .bind(new.proposal.0)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(post) = known {
            return Ok(if post == new.post { Proposed::Stored } else { Proposed::Unknown });
        }
        let count = "SELECT COUNT(*) FROM structure_proposal WHERE post = ? AND state = 'open'";
        let open: u32 = sqlx::query_scalar(count).bind(&new.post).fetch_one(&mut *transaction).await?;
        if open >= PROPOSALS_OPEN {
            return Ok(Proposed::Full);
        }
        match put(&mut transaction, &self.0.keys, new).await {
            Err(StoreError::Missing) => return Ok(Proposed::Unknown),
            stored => stored?,
        }
        transaction.commit().await?;
        Ok(Proposed::Stored)
    }

    async fn of_post(
        &self,
        post: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredProposal>, StoreError> {
        let query = sqlx::query(
            "SELECT * FROM structure_proposal WHERE post = ? AND (state = 'open' OR decided_at >= ?) \
             ORDER BY made_at DESC, id LIMIT ?",
        );
        let query = query.bind(post).bind(millis(since)).bind(limit);
        let rows = query.fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| stored(&self.0.keys, row)).collect()
    }

    async fn open(&self, limit: u32) -> Result<(u32, Vec<NewProposal>), StoreError> {
        let count = "SELECT COUNT(*) FROM structure_proposal WHERE state = 'open'";
        let count = sqlx::query_scalar(count).fetch_one(&self.0.readers).await?;
        let query =
            sqlx::query("SELECT * FROM structure_proposal WHERE state = 'open' ORDER BY made_at, id LIMIT ?");
        let rows = query.bind(limit).fetch_all(&self.0.readers).await?;
        let proposals: Result<_, _> = rows.iter().map(|row| made(&self.0.keys, row)).collect();
        Ok((count, proposals?))
    }

    async fn decide(&self, verdict: &Verdict) -> Result<Decided, StoreError> {
        let mut transaction = self.0.write().await?;
        let query = sqlx::query("SELECT * FROM structure_proposal WHERE id = ?");
        let row = query.bind(verdict.proposal.0).fetch_optional(&mut *transaction).await?;
        let Some(row) = row else { return Ok(Decided::Unknown) };
        let state: ProposalState = from_name(row.try_get("state")?)?;
        if state != ProposalState::Open {
            let by: Option<&str> = row.try_get("decided_by")?;
            let is_again = state == state_of(verdict) && by == Some(verdict.by.0.as_str());
            return Ok(if is_again { Decided::Stands } else { Decided::Before });
        }
        let proposal = made(&self.0.keys, &row)?;
        let structure = places::one(&mut transaction, &proposal.structure).await?;
        let known = proposal.change.known_of(&structure);
        if verdict.accepted && known != verdict.seen {
            return Ok(Decided::Stale);
        }
        if verdict.accepted {
            let changed = proposal.change.applied_to(structure, verdict.at);
            places::put(&mut transaction, &changed).await?;
        }
        close(&mut transaction, &self.0.keys, verdict, verdict.accepted.then_some(&known)).await?;
        transaction.commit().await?;
        Ok(Decided::Stands)
    }
}

async fn put(
    to: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    new: &NewProposal,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO structure_proposal (id, structure, post, staff, made_at, change, sealed_remark, state) \
         VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
    )
    .bind(new.proposal.0)
    .bind(&new.structure)
    .bind(&new.post)
    .bind(new.staff.as_ref().map(|staff| &staff.0))
    .bind(millis(new.at))
    .bind(json(&new.change))
    .bind(sealed(keys, REMARK, new.proposal, &new.remark))
    .execute(&mut **to)
    .await?;
    Ok(())
}

/// Writes the answer down. `replaced` is the fact that an accepted proposal has replaced.
async fn close(
    to: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    verdict: &Verdict,
    replaced: Option<&ProposedChange>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE structure_proposal SET state = ?, decided_at = ?, decided_by = ?, replaced = ?, sealed_reason = ? \
         WHERE id = ?",
    )
    .bind(state_of(verdict).name())
    .bind(millis(verdict.at))
    .bind(&verdict.by.0)
    .bind(replaced.map(json))
    .bind(sealed(keys, REASON, verdict.proposal, &verdict.reason))
    .bind(verdict.proposal.0)
    .execute(&mut **to)
    .await?;
    Ok(())
}

const fn state_of(verdict: &Verdict) -> ProposalState {
    if verdict.accepted { ProposalState::Accepted } else { ProposalState::Rejected }
}

fn stored(keys: &RecordKeys, row: &SqliteRow) -> Result<StoredProposal, StoreError> {
    let made = made(keys, row)?;
    let decided_at: Option<i64> = row.try_get("decided_at")?;
    let reason: Option<Vec<u8>> = row.try_get("sealed_reason")?;
    let reason = reason.map(|reason| opened(keys, REASON, made.proposal, &reason)).transpose()?;
    Ok(StoredProposal {
        state: from_name(row.try_get("state")?)?,
        decided_at: decided_at.map(timestamp),
        reason: reason.unwrap_or_default(),
        made,
    })
}

fn made(keys: &RecordKeys, row: &SqliteRow) -> Result<NewProposal, StoreError> {
    let proposal = ProposalId(row.try_get("id")?);
    let change = serde_json::from_str(row.try_get("change")?);
    let remark: Vec<u8> = row.try_get("sealed_remark")?;
    Ok(NewProposal {
        proposal,
        structure: row.try_get("structure")?,
        post: row.try_get("post")?,
        staff: row.try_get::<Option<String>, _>("staff")?.map(StaffId),
        at: timestamp(row.try_get("made_at")?),
        change: change.map_err(|_| StoreError::Corrupt("a proposal about a structure".into()))?,
        remark: opened(keys, REMARK, proposal, &remark)?,
    })
}

fn json(change: &ProposedChange) -> String {
    serde_json::to_string(change).expect("a fact about a structure is plain JSON")
}

fn sealed(keys: &RecordKeys, purpose: &'static str, id: ProposalId, text: &Pii<String>) -> Vec<u8> {
    keys.seal(Place { purpose, subject: id.0.as_bytes() }, b"", text.reveal().as_bytes())
}

fn opened(
    keys: &RecordKeys,
    purpose: &'static str,
    id: ProposalId,
    sealed: &[u8],
) -> Result<Pii<String>, StoreError> {
    let place = Place { purpose, subject: id.0.as_bytes() };
    let text = keys.open(place, b"", sealed).and_then(|text| String::from_utf8(text).ok());
    text.map(Pii::new)
        .ok_or_else(|| StoreError::Corrupt(format!("a text of the proposal {} was changed", id.0)))
}

const REMARK: &str = "proposal remark";
const REASON: &str = "proposal reason";
