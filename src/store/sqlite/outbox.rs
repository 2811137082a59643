//! The outbox and the contacts of accounts in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    sealing::Place,
    traits::{Accounts, Contacts, HasOutbox, NOTICES_WAITING, NewNotice, Outbox, StoredNotice},
};
use async_trait::async_trait;
use sqlx::{Row, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    contact::{Contact, phone},
    id::PartyId,
    notice::{NoticeState, NoticeTrouble},
    pii::Pii,
    time::Timestamp,
};

/// The outbox in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteOutbox(SqliteStore);

impl HasOutbox for Arc<SqliteStore> {
    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(SqliteOutbox(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Contacts for SqliteOutbox {
    async fn contact(&self, party: &PartyId) -> Result<Contact, StoreError> {
        let query = "SELECT sealed_phone, sealed_email FROM party WHERE id = ? AND revoked_at IS NULL";
        let row = sqlx::query(query).bind(&party.0).fetch_optional(&self.0.readers).await?;
        let Some(row) = row else { return Ok(Contact::default()) };
        let open = |purpose, column| {
            let sealed: Option<Vec<u8>> = row.try_get(column)?;
            sealed.map(|sealed| self.opened(purpose, &party.0, &sealed)).transpose()
        };
        Ok(Contact { phone: open(PHONE, "sealed_phone")?, email: open(EMAIL, "sealed_email")? })
    }

    async fn set_phone(&self, login: &str, phone: Option<&str>) -> Result<Option<PartyId>, StoreError> {
        let Some(party) = self.0.party_of_login(login).await? else { return Ok(None) };
        let query = sqlx::query("UPDATE party SET sealed_phone = ? WHERE id = ?");
        let sealed = phone.map(|phone| self.sealed(PHONE, &party.0, phone));
        query.bind(sealed).bind(&party.0).execute(&self.0.writer).await?;
        Ok(Some(party))
    }

    async fn set_email(&self, login: &str, email: Option<&str>) -> Result<Option<PartyId>, StoreError> {
        let Some(party) = self.0.party_of_login(login).await? else { return Ok(None) };
        let query = sqlx::query("UPDATE party SET sealed_email = ? WHERE id = ?");
        let sealed = email.map(|email| self.sealed(EMAIL, &party.0, email));
        query.bind(sealed).bind(&party.0).execute(&self.0.writer).await?;
        Ok(Some(party))
    }
}

#[async_trait]
impl Outbox for SqliteOutbox {
    async fn put_notice(&self, notice: &NewNotice, pause_ms: u64) -> Result<bool, StoreError> {
        let made_at = millis(notice.made_at);
        let mut transaction = self.0.write().await?;
        sqlx::query("DELETE FROM outbox WHERE state != 'waiting' AND made_at < ?")
            .bind(made_at - KEPT_MS)
            .execute(&mut *transaction)
            .await?;
        let made = sqlx::query(
            "INSERT INTO outbox (key, subject, party, channel, sealed_text, made_at, expires_at, state, changed_at, attempts, next_at, structure) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', ?6, 0, ?6, ?10 \
             WHERE (SELECT COUNT(*) FROM outbox WHERE state = 'waiting') < ?8 \
             AND NOT EXISTS (SELECT 1 FROM outbox WHERE party = ?3 AND subject = ?2 AND channel = ?4 AND key != ?1 \
                             AND state != 'dropped' AND made_at > ?9) \
             ON CONFLICT (key) DO UPDATE SET state = 'waiting', sealed_text = excluded.sealed_text, \
             changed_at = excluded.changed_at, next_at = excluded.next_at WHERE state = 'dropped'",
        )
        .bind(&notice.key)
        .bind(notice.subject)
        .bind(&notice.party.0)
        .bind(notice.channel.name())
        .bind(self.sealed(TEXT, &notice.key, notice.text.reveal()))
        .bind(made_at)
        .bind(millis(notice.expires_at))
        .bind(NOTICES_WAITING)
        .bind(millis(Timestamp(notice.made_at.0.saturating_sub(pause_ms))))
        .bind(&notice.structure)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(made.rows_affected() > 0)
    }

    async fn waiting_notices(&self) -> Result<Vec<StoredNotice>, StoreError> {
        let query = sqlx::query("SELECT * FROM outbox WHERE state = 'waiting' ORDER BY next_at, id");
        let rows = query.fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| self.stored(row)).collect()
    }

    async fn notice(&self, key: &str) -> Result<Option<StoredNotice>, StoreError> {
        let query = sqlx::query("SELECT * FROM outbox WHERE key = ?").bind(key);
        let row = query.fetch_optional(&self.0.readers).await?;
        row.map(|row| self.stored(&row)).transpose()
    }

    async fn phone_of_structure(&self, structure: &str) -> Result<Option<Pii<String>>, StoreError> {
        let query = sqlx::query_scalar("SELECT phone FROM place WHERE id = ?").bind(structure);
        let number: Option<String> = query.fetch_optional(&self.0.readers).await?;
        Ok(number.and_then(|number| phone(&number).ok()).map(Pii::new))
    }

    async fn begin_attempt(&self, id: i64, next_at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE id = ?");
        query.bind(millis(next_at)).bind(id).execute(&self.0.writer).await?;
        Ok(())
    }

    async fn settle(
        &self,
        id: i64,
        state: NoticeState,
        trouble: Option<NoticeTrouble>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE outbox SET state = ?1, trouble = ?2, changed_at = ?3, \
             sealed_text = CASE ?1 WHEN 'waiting' THEN sealed_text END WHERE id = ?4",
        )
        .bind(state.name())
        .bind(trouble.map(Named::name))
        .bind(millis(now))
        .bind(id)
        .execute(&self.0.writer)
        .await?;
        Ok(())
    }
}

impl SqliteOutbox {
    fn sealed(&self, purpose: &'static str, subject: &str, text: &str) -> Vec<u8> {
        self.0.keys.seal(Place { purpose, subject: subject.as_bytes() }, b"", text.as_bytes())
    }

    fn opened(&self, purpose: &'static str, subject: &str, sealed: &[u8]) -> Result<Pii<String>, StoreError> {
        let place = Place { purpose, subject: subject.as_bytes() };
        let text = self.0.keys.open(place, b"", sealed).and_then(|text| String::from_utf8(text).ok());
        text.map(Pii::new)
            .ok_or_else(|| StoreError::Corrupt(format!("the {purpose} of {subject} was changed")))
    }

    fn stored(&self, row: &SqliteRow) -> Result<StoredNotice, StoreError> {
        let key: String = row.try_get("key")?;
        let text: Option<Vec<u8>> = row.try_get("sealed_text")?;
        let trouble: Option<String> = row.try_get("trouble")?;
        Ok(StoredNotice {
            id: row.try_get("id")?,
            party: PartyId(row.try_get("party")?),
            structure: row.try_get("structure")?,
            channel: from_name(row.try_get("channel")?)?,
            text: text.map(|text| self.opened(TEXT, &key, &text)).transpose()?,
            expires_at: timestamp(row.try_get("expires_at")?),
            state: from_name(row.try_get("state")?)?,
            trouble: trouble.as_deref().map(from_name).transpose()?,
            changed_at: timestamp(row.try_get("changed_at")?),
            attempts: row.try_get("attempts")?,
            next_at: timestamp(row.try_get("next_at")?),
            key,
        })
    }
}

/// To what the seals of the telephone and the e-mail address of an account are bound.
pub(super) const PHONE: &str = "telephone";
pub(super) const EMAIL: &str = "e-mail address";
const TEXT: &str = "notice";

/// The time for which a settled notice is kept, in milliseconds: a month, so that an operator can look back.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;
