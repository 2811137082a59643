//! The audit log in SQLite: rows are added in the transaction of what they tell, and the whole log can be verified.

use super::{SqliteStore, connection::millis, sealed::FactSeal};
use crate::store::{
    audit_chain::{AuditFlaw, AuditHead, AuditRow},
    error::StoreError,
    sealing::RecordKeys,
    traits::AuditLog,
};
use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use futures_util::TryStreamExt;
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction, sqlite::SqliteRow};
use teranga_clinic::{
    audit::{Circumstances, NetworkKind, RecordOpening},
    id::{ConsultationId, StaffId},
};
use uuid::Uuid;

#[async_trait]
impl AuditLog for SqliteStore {
    async fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let mut connection = self.readers.acquire().await?;
        Ok(head(&mut connection).await?.0)
    }

    async fn verify_audit(
        &self,
        kept: Option<AuditHead>,
    ) -> Result<Result<AuditHead, AuditFlaw>, StoreError> {
        // One transaction, so that what is written meanwhile is not taken for a flaw.
        let mut transaction = self.readers.begin().await?;
        let (end, code) = head(&mut transaction).await?;
        if !self.keys.verifies(HEAD, &end.message(), &code) {
            return Ok(Err(AuditFlaw::Head));
        }
        if let Err(flaw) = verify_chain(&mut transaction, end, kept).await? {
            return Ok(Err(flaw));
        }
        let facts = verify_facts(&mut transaction, &self.keys).await?;
        Ok(if facts { Ok(end) } else { Err(AuditFlaw::Fact) })
    }
}

/// Adds a row to the log. It is durable with its transaction.
pub(super) async fn add(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    row: &AuditRow,
) -> Result<(), StoreError> {
    let (before, _) = head(transaction).await?;
    let after = insert(transaction, before, row).await?;
    keep_head(transaction, keys, after).await
}

/// The row of a fact, with the digest of its sealed form.
pub(super) fn of_fact(
    (consultation, number): (Uuid, i64),
    at: i64,
    by: Option<&str>,
    sealed: &[u8],
) -> AuditRow {
    AuditRow {
        at,
        did: FACT.to_owned(),
        consultation,
        party: by.map(str::to_owned),
        photo: None,
        fact: Some(number),
        digest: Some(digest(&SHA256, sealed).as_ref().to_vec()),
    }
}

/// The row of an opening.
fn of_opening(opening: &RecordOpening) -> AuditRow {
    AuditRow {
        at: millis(opening.at),
        did: opening.code().to_owned(),
        consultation: opening.consultation.0,
        party: Some(opening.by.0.clone()),
        photo: opening.file_id(),
        fact: None,
        digest: digest_of(texts(&opening.circumstances)),
    }
}

/// The digest by which the chain covers the circumstances of an opening. An older program verifies the chain, because the digest is in a
/// column that it knows.
fn digest_of((network, staff): (Option<&str>, Option<&str>)) -> Option<Vec<u8>> {
    let message = [network.unwrap_or_default(), staff.unwrap_or_default()].join("\n");
    let is_known = network.is_some() || staff.is_some();
    is_known.then(|| digest(&SHA256, message.as_bytes()).as_ref().to_vec())
}

/// The circumstances as the columns have them.
pub(super) fn texts(Circumstances { network, staff }: &Circumstances) -> (Option<&str>, Option<&str>) {
    (network.map(NetworkKind::code), staff.as_ref().map(|staff| staff.0.as_str()))
}

/// Adds the row of an opening, with its circumstances.
pub(super) async fn add_opening(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    opening: &RecordOpening,
) -> Result<(), StoreError> {
    add(transaction, keys, &of_opening(opening)).await?;
    let (network, staff) = texts(&opening.circumstances);
    sqlx::query("UPDATE audit SET network = ?, staff = ? WHERE number = (SELECT rows FROM audit_head)")
        .bind(network)
        .bind(staff)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The circumstances in a row of an opening. A kind of network that is not known is as one that was not written down.
pub(super) fn circumstances(row: &SqliteRow) -> Result<Circumstances, StoreError> {
    let (network, staff): (Option<&str>, Option<String>) = (row.try_get("network")?, row.try_get("staff")?);
    Ok(Circumstances { network: network.and_then(NetworkKind::from_code), staff: staff.map(StaffId) })
}

/// Begins the log of a file that has none: with the facts and the openings that were there before, in the order of
/// their times.
pub(super) async fn begin(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    let facts = "SELECT consultation, number, at, by, what FROM fact ORDER BY at, consultation, number";
    for fact in sqlx::query(facts).fetch_all(&mut **transaction).await? {
        let name = (fact.try_get("consultation")?, fact.try_get("number")?);
        let what: Vec<u8> = fact.try_get("what")?;
        rows.push(of_fact(name, fact.try_get("at")?, fact.try_get("by")?, &what));
    }
    let openings = "SELECT consultation, party, at, photo FROM opening ORDER BY number";
    for opening in sqlx::query(openings).fetch_all(&mut **transaction).await? {
        rows.push(AuditRow {
            at: opening.try_get("at")?,
            did: teranga_clinic::audit::OpeningWay::Read.code().to_owned(),
            consultation: opening.try_get("consultation")?,
            party: opening.try_get("party")?,
            photo: opening.try_get("photo")?,
            fact: None,
            digest: None,
        });
    }
    rows.sort_by_key(|row| row.at);
    let mut end = AuditHead::EMPTY;
    for row in &rows {
        end = insert(transaction, end, row).await?;
    }
    sqlx::query("DROP TABLE opening").execute(&mut **transaction).await?;
    sqlx::query("INSERT INTO audit_head (only_row, rows, hash, code) VALUES (1, 0, x'', x'')")
        .execute(&mut **transaction)
        .await?;
    keep_head(transaction, keys, end).await
}

async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    before: AuditHead,
    row: &AuditRow,
) -> Result<AuditHead, StoreError> {
    let after = before.followed_by(row);
    sqlx::query(
        "INSERT INTO audit (number, at, did, consultation, party, photo, fact, digest, hash) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(after.rows)
    .bind(row.at)
    .bind(&row.did)
    .bind(row.consultation)
    .bind(&row.party)
    .bind(row.photo)
    .bind(row.fact)
    .bind(&row.digest)
    .bind(&after.hash[..])
    .execute(&mut **transaction)
    .await?;
    Ok(after)
}

/// The end of the log, and its authentication code.
async fn head(connection: &mut SqliteConnection) -> Result<(AuditHead, Vec<u8>), StoreError> {
    let damaged = || StoreError::Corrupt("the head of the audit log is damaged".into());
    let (rows, hash, code): (i64, Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT rows, hash, code FROM audit_head")
            .fetch_optional(connection)
            .await?
            .ok_or_else(damaged)?;
    Ok((AuditHead { rows, hash: hash.try_into().map_err(|_| damaged())? }, code))
}

async fn keep_head(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    head: AuditHead,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE audit_head SET rows = ?, hash = ?, code = ?")
        .bind(head.rows)
        .bind(&head.hash[..])
        .bind(keys.code(HEAD, &head.message()))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Follows the chain from the first row to the last.
async fn verify_chain(
    connection: &mut SqliteConnection,
    end: AuditHead,
    kept: Option<AuditHead>,
) -> Result<Result<(), AuditFlaw>, StoreError> {
    let mut at = AuditHead::EMPTY;
    let mut was_kept = kept.is_none_or(|kept| kept == at);
    let mut rows = sqlx::query("SELECT * FROM audit ORDER BY number").fetch(connection);
    while let Some(row) = rows.try_next().await? {
        if row.try_get::<i64, _>("number")? != at.rows + 1 {
            return Ok(Err(AuditFlaw::Missing));
        }
        let audited = audit_row(&row)?;
        if audited.fact.is_none()
            && audited.digest != digest_of((row.try_get("network")?, row.try_get("staff")?))
        {
            return Ok(Err(AuditFlaw::Changed));
        }
        at = at.followed_by(&audited);
        if row.try_get::<Vec<u8>, _>("hash")? != at.hash {
            return Ok(Err(AuditFlaw::Changed));
        }
        was_kept |= kept == Some(at);
    }
    Ok(match at.rows.cmp(&end.rows) {
        std::cmp::Ordering::Less => Err(AuditFlaw::CutOff),
        std::cmp::Ordering::Greater => Err(AuditFlaw::Head),
        std::cmp::Ordering::Equal if at != end => Err(AuditFlaw::Changed),
        std::cmp::Ordering::Equal if !was_kept => Err(AuditFlaw::OtherLog),
        std::cmp::Ordering::Equal => Ok(()),
    })
}

/// True if each fact is the one that the log names and its row is as it was written, and each one that the log names is there.
async fn verify_facts(connection: &mut SqliteConnection, keys: &RecordKeys) -> Result<bool, StoreError> {
    let mut facts = sqlx::query(
        "SELECT fact.*, audit.digest FROM fact \
         LEFT JOIN audit ON audit.consultation = fact.consultation AND audit.fact = fact.number",
    )
    .fetch(&mut *connection);
    let mut found = 0;
    while let Some(row) = facts.try_next().await? {
        let (what, named): (Vec<u8>, Option<Vec<u8>>) = (row.try_get("what")?, row.try_get("digest")?);
        let consultation = ConsultationId(row.try_get("consultation")?);
        let is_named = named.as_deref() == Some(digest(&SHA256, &what).as_ref());
        // The digest covers what was done; the seal also covers who did it, when, and where it stands.
        if !is_named || FactSeal::of(consultation, &row)?.open(keys, &what).is_none() {
            return Ok(false);
        }
        found += 1;
    }
    drop(facts);
    let named: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE fact IS NOT NULL").fetch_one(connection).await?;
    Ok(named == found)
}

fn audit_row(row: &SqliteRow) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        at: row.try_get("at")?,
        did: row.try_get("did")?,
        consultation: row.try_get("consultation")?,
        party: row.try_get("party")?,
        photo: row.try_get("photo")?,
        fact: row.try_get("fact")?,
        digest: row.try_get("digest")?,
    })
}

/// The name of a fact in the log.
const FACT: &str = "fact";

/// The purpose of the head's authentication code.
const HEAD: &str = "audit head";
