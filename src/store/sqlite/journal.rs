//! The journal in SQLite. The pure crate decides what a fact changes in the indexes, whether rows can be read and which
//! openings are one; this file only applies it.

use super::{
    SqliteStore, appointments, audit_rows,
    connection::{millis, timestamp},
    outcomes, prescriptions, publications, referrals,
    sealed::FactSeal,
};
use crate::store::{
    error::StoreError,
    set_asides::SetAsides,
    traits::{Epoch, Journal},
};
use async_trait::async_trait;
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::atomic::Ordering;
use teranga_clinic::{
    audit::RecordOpening,
    case::CountedOutcome,
    fact::{Fact, FactNumber, stored::Stored},
    history::{FactRow, History, Reading},
    id::{ConsultationId, PartyId},
    index::{IndexChange, changes_members, is_continued},
    people::{Identity, Role},
    pii::Pii,
    time::Timestamp,
};

/// The parties as whom somebody reads (`?1`): for a tablet every tablet of its post (`?2`), and for a person that person.
macro_rules! parties_of_reader {
    () => {
        "(SELECT ?1 AS party WHERE ?2 IS NULL \
         UNION ALL SELECT id FROM party WHERE place = ?2 AND role = 'kiosk') AS reader "
    };
}

#[async_trait]
impl Journal for SqliteStore {
    async fn take_over(&self) -> Result<Epoch, StoreError> {
        let number = sqlx::query_scalar("UPDATE epoch SET number = number + 1 RETURNING number");
        Ok(Epoch(number.fetch_one(&self.writer).await?))
    }

    async fn epoch(&self) -> Result<Epoch, StoreError> {
        Ok(Epoch(sqlx::query_scalar("SELECT number FROM epoch").fetch_one(&self.readers).await?))
    }

    async fn append(
        &self,
        consultation: ConsultationId,
        expected: FactNumber,
        epoch: Epoch,
        fact: &Fact,
    ) -> Result<(), StoreError> {
        if self.set_asides.contains(consultation) {
            return Err(StoreError::SetAside);
        }
        let Stored { version, json } = self.codec.encode(&fact.what, fact.staff.as_ref());
        let seal = FactSeal {
            consultation,
            number: expected.0.into(),
            version: version.into(),
            at: millis(fact.at),
            by: fact.by.as_ref().map(|by| by.0.as_str()),
        };
        let what = seal.seal(&self.keys, json.as_bytes());
        let mut transaction = self.write().await?;
        check_epoch(&mut transaction, epoch).await?;
        check_number(&mut transaction, consultation, expected).await?;
        let change = IndexChange::of(fact);
        apply(&mut transaction, consultation, change, fact.at).await?;
        if let Some(outcome) = change.outcome {
            outcomes::add(&mut transaction, fact.at, outcome).await?;
        }
        insert(&mut transaction, seal, epoch, &what).await?;
        if let Some(referral) = change.refers {
            referrals::update(self, &mut transaction, referral, consultation).await?;
        }
        publications::update(self, &mut transaction, (consultation, expected), fact).await?;
        let row = audit_rows::of_fact((consultation.0, seal.number), seal.at, seal.by, &what);
        audit_rows::add(&mut transaction, &self.keys, &row).await?;
        transaction.commit().await?;
        if changes_members(&fact.what) {
            self.member_changes.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    async fn current(&self, ended_since: Timestamp) -> Result<Vec<Reading>, StoreError> {
        let rows = sqlx::query(
            "SELECT consultation.id, number, version, fact.at, by, what FROM consultation \
             LEFT JOIN fact ON fact.consultation = consultation.id \
             WHERE ended_at IS NULL OR ended_at >= ? ORDER BY requested_at, consultation.id, number",
        );
        readings(self, &rows.bind(millis(ended_since)).fetch_all(&self.readers).await?)
    }

    async fn read(&self, consultation: ConsultationId) -> Result<Option<Reading>, StoreError> {
        let rows = sqlx::query(
            "SELECT consultation.id, number, version, fact.at, by, what FROM consultation \
             LEFT JOIN fact ON fact.consultation = consultation.id WHERE consultation.id = ? ORDER BY number",
        );
        let rows = rows.bind(consultation.0).fetch_all(&self.readers).await?;
        Ok(readings(self, &rows)?.pop())
    }

    async fn has_ended(&self, consultation: ConsultationId) -> Result<bool, StoreError> {
        let ended = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM consultation WHERE id = ? AND ended_at IS NOT NULL)",
        );
        Ok(ended.bind(consultation.0).fetch_one(&self.readers).await?)
    }

    async fn of_reader(&self, reader: &Identity, limit: u32) -> Result<Vec<Reading>, StoreError> {
        // The newest are at the end of an index, and those that go on are few: a reader's years are not looked through.
        let rows = sqlx::query(concat!(
            "SELECT own.id, number, version, fact.at, by, what FROM (\
             SELECT newest.id AS id, newest.requested_at AS requested_at, ended_at IS NULL AS is_open FROM \
             (SELECT DISTINCT consultation AS id, requested_at FROM ",
            parties_of_reader!(),
            "CROSS JOIN member ON member.party = reader.party ORDER BY requested_at DESC LIMIT ?3) AS newest \
             LEFT JOIN consultation ON consultation.id = newest.id \
             UNION SELECT id, consultation.requested_at, 1 FROM consultation CROSS JOIN ",
            parties_of_reader!(),
            "CROSS JOIN member ON member.party = reader.party AND member.consultation = consultation.id \
             AND member.requested_at = consultation.requested_at WHERE ended_at IS NULL \
             ORDER BY is_open DESC, requested_at DESC LIMIT ?3) \
             AS own LEFT JOIN fact ON own.id = fact.consultation \
             ORDER BY is_open DESC, requested_at DESC, own.id, number",
        ));
        let rows = rows.bind(&reader.party.0).bind(place_of_tablet(reader)).bind(limit);
        readings(self, &rows.fetch_all(&self.readers).await?)
    }

    async fn is_listed(&self, consultation: ConsultationId, reader: &Identity) -> Result<bool, StoreError> {
        // The parties are looked up first, also for a consultation that does not exist.
        let listed = sqlx::query_scalar(concat!(
            "SELECT EXISTS (SELECT 1 FROM ",
            parties_of_reader!(),
            "CROSS JOIN consultation ON consultation.id = ?3 \
             CROSS JOIN member ON member.party = reader.party AND member.consultation = consultation.id \
             AND member.requested_at = consultation.requested_at)",
        ));
        let listed = listed.bind(&reader.party.0).bind(place_of_tablet(reader)).bind(consultation.0);
        Ok(listed.fetch_one(&self.readers).await?)
    }

    async fn rows(&self, consultation: ConsultationId) -> Result<Vec<FactRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, version, at, by, what FROM fact WHERE consultation = ? ORDER BY number",
        );
        let rows = rows.bind(consultation.0).fetch_all(&self.readers).await?;
        rows.iter().map(|row| self.row(consultation, row)).collect()
    }

    async fn outcomes(&self, since: Timestamp) -> Result<Vec<(CountedOutcome, u64)>, StoreError> {
        outcomes::since(&self.readers, since).await
    }

    fn member_changes(&self) -> u64 {
        self.member_changes.load(Ordering::Acquire)
    }

    fn set_asides(&self) -> &SetAsides {
        &self.set_asides
    }

    async fn note_opening(&self, opening: &RecordOpening) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let last = last_opening(&mut transaction, opening).await?;
        if last.is_some_and(|last| is_continued(&last, opening)) {
            return Ok(());
        }
        audit_rows::add_opening(&mut transaction, &self.keys, opening).await?;
        Ok(transaction.commit().await?)
    }

    async fn openings(&self, consultation: ConsultationId) -> Result<Vec<RecordOpening>, StoreError> {
        let rows = sqlx::query(
            "SELECT party, at, photo, did, network, staff FROM audit WHERE consultation = ? AND fact IS NULL ORDER BY number",
        );
        let rows = rows.bind(consultation.0).fetch_all(&self.readers).await?;
        rows.iter().map(|row| opening(consultation, row)).collect()
    }
}

impl SqliteStore {
    /// The row of a fact, with its seal opened.
    pub(super) fn row(&self, consultation: ConsultationId, row: &SqliteRow) -> Result<FactRow, StoreError> {
        let (seal, what): (_, Vec<u8>) = (FactSeal::of(consultation, row)?, row.try_get("what")?);
        Ok(FactRow {
            number: seal.number,
            version: seal.version,
            at: timestamp(seal.at),
            by: seal.by.map(|by| PartyId(by.to_owned())),
            what: seal.open(&self.keys, &what).map(Pii::new),
        })
    }
}

/// Groups rows that stand together by consultation and reads each group. One that cannot be read is put on the list.
fn readings(store: &SqliteStore, rows: &[SqliteRow]) -> Result<Vec<Reading>, StoreError> {
    let mut groups: Vec<(ConsultationId, Vec<FactRow>)> = Vec::new();
    for one in rows {
        let id = ConsultationId(one.try_get("id")?);
        if groups.last().is_none_or(|(last, _)| *last != id) {
            groups.push((id, Vec::new()));
        }
        let (_, group) = groups.last_mut().expect("one was just pushed");
        if one.try_get::<Option<i64>, _>("number")?.is_some() {
            group.push(store.row(id, one)?);
        }
    }
    let read = |(id, rows): (ConsultationId, Vec<FactRow>)| {
        History::read(id, &rows, &store.codec).inspect_err(|aside| store.set_asides.add(*aside))
    };
    Ok(groups.into_iter().map(read).collect())
}

/// The place of the post of a tablet; none for a person.
fn place_of_tablet(reader: &Identity) -> Option<&str> {
    (reader.role == Role::Kiosk).then_some(&reader.place.id)
}

fn opening(consultation: ConsultationId, row: &SqliteRow) -> Result<RecordOpening, StoreError> {
    let opened = RecordOpening::opened(row.try_get("did")?, row.try_get("photo")?);
    let (way, file) =
        opened.ok_or_else(|| StoreError::Corrupt("a row of the audit log is of no known kind".into()))?;
    Ok(RecordOpening {
        consultation,
        by: PartyId(row.try_get("party")?),
        at: timestamp(row.try_get("at")?),
        file,
        way,
        circumstances: audit_rows::circumstances(row)?,
    })
}

/// Refuses a writer of an earlier epoch. The transaction holds the file, so none can begin meanwhile.
async fn check_epoch(transaction: &mut Transaction<'_, Sqlite>, epoch: Epoch) -> Result<(), StoreError> {
    let current = sqlx::query_scalar("SELECT number FROM epoch").fetch_one(&mut **transaction).await?;
    if epoch == Epoch(current) { Ok(()) } else { Err(StoreError::Fenced) }
}

/// Refuses a number that does not follow the last one.
async fn check_number(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    expected: FactNumber,
) -> Result<(), StoreError> {
    let next: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) + 1 FROM fact WHERE consultation = ?")
            .bind(consultation.0)
            .fetch_one(&mut **transaction)
            .await?;
    let FactNumber(expected) = expected;
    if next == i64::from(expected) { Ok(()) } else { Err(StoreError::OutOfSequence { expected, next }) }
}

/// Brings the tables that are read instead of the facts in step with a fact.
async fn apply(
    transaction: &mut Transaction<'_, Sqlite>,
    consultation: ConsultationId,
    change: IndexChange<'_>,
    at: Timestamp,
) -> Result<(), StoreError> {
    if let Some(at) = change.begins {
        sqlx::query("INSERT INTO consultation (id, requested_at) VALUES (?, ?)")
            .bind(consultation.0)
            .bind(millis(at))
            .execute(&mut **transaction)
            .await?;
    }
    if let Some(party) = change.member {
        sqlx::query(
            "INSERT INTO member (party, requested_at, consultation) \
             SELECT ?, requested_at, id FROM consultation WHERE id = ? ON CONFLICT DO NOTHING",
        )
        .bind(&party.0)
        .bind(consultation.0)
        .execute(&mut **transaction)
        .await?;
    }
    if let Some(prescription) = change.prescribes {
        prescriptions::add(transaction, prescription, consultation).await?;
    }
    if let Some(change) = change.appointment {
        appointments::apply(transaction, consultation, change, at).await?;
    }
    if let Some(at) = change.ends {
        sqlx::query("UPDATE consultation SET ended_at = ? WHERE id = ?")
            .bind(millis(at))
            .bind(consultation.0)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Adds the sealed fact to a consultation that has begun; to another one nothing is added.
async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    FactSeal { consultation, number, version, at, by }: FactSeal<'_>,
    epoch: Epoch,
    what: &[u8],
) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO fact (consultation, number, version, epoch, at, by, what) \
         SELECT id, ?, ?, ?, ?, ?, ? FROM consultation WHERE id = ?",
    )
    .bind(number)
    .bind(version)
    .bind(epoch.0)
    .bind(at)
    .bind(by)
    .bind(what)
    .bind(consultation.0)
    .execute(&mut **transaction)
    .await?;
    if inserted.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Missing) }
}

/// The last opening of the same thing by the same party in the same circumstances.
async fn last_opening(
    transaction: &mut Transaction<'_, Sqlite>,
    like: &RecordOpening,
) -> Result<Option<RecordOpening>, StoreError> {
    let (network, staff) = audit_rows::texts(&like.circumstances);
    let at: Option<i64> = sqlx::query_scalar(
        "SELECT at FROM audit WHERE consultation = ? AND party = ? AND photo IS ? AND did = ? \
         AND network IS ? AND staff IS ? ORDER BY number DESC LIMIT 1",
    )
    .bind(like.consultation.0)
    .bind(&like.by.0)
    .bind(like.file_id())
    .bind(like.code())
    .bind(network)
    .bind(staff)
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(at.map(|at| RecordOpening { at: timestamp(at), ..like.clone() }))
}
