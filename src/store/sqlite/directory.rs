//! The directory in SQLite.

use super::{SqliteStore, from_json, from_name, millis, timestamp, to_json, to_name};
use crate::store::{
    Account, Device, Directory, Kind, LinkRates, NewAccount, Position, Session, StoreError, Structure,
};
use async_trait::async_trait;
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place},
    pii::Pii,
    time::Timestamp,
};

/// Columns of [`Identity`]; every query that reads one begins with them.
macro_rules! select_identity {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT party.id, role, party.name, specialities, place.id AS place_id, place.name AS place_name, ",
            "district, region, phone, ",
            $columns,
            " FROM party JOIN place ON place.id = party.place ",
            $rest
        )
    };
}

#[async_trait]
impl Directory for SqliteStore {
    async fn put_structure(&self, structure: &Structure) -> Result<(), StoreError> {
        let Structure { place, kind, position, demo } = structure;
        sqlx::query(
            "INSERT INTO place (id, kind, name, district, region, phone, latitude, longitude, demo) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, \
             name = excluded.name, district = excluded.district, region = excluded.region, phone = excluded.phone, \
             latitude = excluded.latitude, longitude = excluded.longitude, demo = excluded.demo",
        )
        .bind(&place.id)
        .bind(to_name(kind))
        .bind(&place.name)
        .bind(&place.district)
        .bind(&place.region)
        .bind(&place.phone)
        .bind(position.map(|position| position.latitude))
        .bind(position.map(|position| position.longitude))
        .bind(demo)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn structures(&self) -> Result<Vec<Structure>, StoreError> {
        let rows = sqlx::query("SELECT *, id AS place_id, name AS place_name FROM place ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(structure).collect()
    }

    async fn district_centre(&self, of: &Place) -> Result<Option<Place>, StoreError> {
        let row = sqlx::query(
            "SELECT id AS place_id, name AS place_name, district, region, phone FROM place \
             WHERE kind = ? AND district = ? AND region = ? AND phone <> '' ORDER BY id LIMIT 1",
        )
        .bind(to_name(&Kind::District))
        .bind(&of.district)
        .bind(&of.region)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(place).transpose()
    }

    async fn add_account(&self, account: &NewAccount, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add_party(&mut transaction, &account.identity, now).await?;
        sqlx::query("INSERT INTO account (party, login, password_hash) VALUES (?, ?, ?)")
            .bind(&account.identity.party.0)
            .bind(account.login.reveal())
            .bind(account.password_hash.reveal())
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn account(&self, login: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query(select_identity!(
            "password_hash",
            "JOIN account ON account.party = party.id WHERE login = ? AND revoked_at IS NULL"
        ))
        .bind(login)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(account).transpose()
    }

    async fn set_password(
        &self,
        login: &str,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError> {
        let mut transaction = self.write().await?;
        let party: Option<String> =
            sqlx::query_scalar("UPDATE account SET password_hash = ? WHERE login = ? RETURNING party")
                .bind(hash)
                .bind(login)
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(party) = party.map(PartyId) else { return Ok(None) };
        end_sessions(&mut transaction, &party, now).await?;
        transaction.commit().await?;
        Ok(Some(party))
    }

    async fn add_device(&self, identity: &Identity, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        add_party(&mut transaction, identity, now).await?;
        sqlx::query("INSERT INTO device (party) VALUES (?)")
            .bind(&identity.party.0)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn device(&self, party: &PartyId) -> Result<Option<Device>, StoreError> {
        let row = sqlx::query(select_identity!(
            "public_key, revoked_at",
            "JOIN device ON device.party = party.id WHERE party.id = ?"
        ))
        .bind(&party.0)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(device).transpose()
    }

    async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let rows = sqlx::query(select_identity!(
            "public_key, revoked_at",
            "JOIN device ON device.party = party.id ORDER BY party.id"
        ))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(device).collect()
    }

    async fn put_code(
        &self,
        code: &[u8; 32],
        party: &PartyId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        void_codes(&mut transaction, party).await?;
        sqlx::query("INSERT INTO enrolment (code_hash, party, expires_at) VALUES (?, ?, ?)")
            .bind(&code[..])
            .bind(&party.0)
            .bind(millis(expires_at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn enroll(
        &self,
        code: &[u8; 32],
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Option<PartyId>, StoreError> {
        let mut transaction = self.write().await?;
        let Some(party) = use_code(&mut transaction, code, now).await? else { return Ok(None) };
        end_sessions(&mut transaction, &party, now).await?;
        sqlx::query("UPDATE device SET public_key = ?, enrolled_at = ? WHERE party = ?")
            .bind(public_key)
            .bind(millis(now))
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE party SET revoked_at = NULL WHERE id = ?")
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Some(party))
    }

    async fn open_session(
        &self,
        token: &[u8; 32],
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("DELETE FROM http_session WHERE expires_at <= ?")
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO http_session (token_hash, party, expires_at) VALUES (?, ?, ?)")
            .bind(&token[..])
            .bind(&session.identity.party.0)
            .bind(millis(session.expires_at))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn session(&self, token: &[u8; 32], now: Timestamp) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(select_identity!(
            "expires_at",
            "JOIN http_session ON http_session.party = party.id \
             WHERE token_hash = ? AND expires_at > ? AND revoked_at IS NULL"
        ))
        .bind(&token[..])
        .bind(millis(now))
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(session).transpose()
    }

    async fn extend_session(&self, token: &[u8; 32], expires_at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE http_session SET expires_at = ? WHERE token_hash = ?")
            .bind(millis(expires_at))
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn close_session(&self, token: &[u8; 32]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM http_session WHERE token_hash = ?")
            .bind(&token[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn party_of_login(&self, login: &str) -> Result<Option<PartyId>, StoreError> {
        let party = sqlx::query_scalar("SELECT party FROM account WHERE login = ?").bind(login);
        Ok(party.fetch_optional(&self.readers).await?.map(PartyId))
    }

    async fn revoke(&self, party: &PartyId, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let revoked = sqlx::query("UPDATE party SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?")
            .bind(millis(now))
            .bind(&party.0)
            .execute(&mut *transaction)
            .await?;
        if revoked.rows_affected() == 0 {
            return Ok(false);
        }
        void_codes(&mut transaction, party).await?;
        end_sessions(&mut transaction, party, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn put_link(&self, party: &PartyId, link: LinkRates, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO link (party, up_bps, down_bps, at) VALUES (?, ?, ?, ?) ON CONFLICT (party) DO UPDATE \
             SET up_bps = excluded.up_bps, down_bps = excluded.down_bps, at = excluded.at",
        )
        .bind(&party.0)
        .bind(link.up_bps)
        .bind(link.down_bps)
        .bind(millis(now))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn links(&self) -> Result<Vec<(PartyId, LinkRates)>, StoreError> {
        let rows = sqlx::query("SELECT party, up_bps, down_bps FROM link").fetch_all(&self.readers).await?;
        let link = |row: &SqliteRow| {
            let rates = LinkRates { up_bps: row.try_get("up_bps")?, down_bps: row.try_get("down_bps")? };
            Ok((PartyId(row.try_get("party")?), rates))
        };
        rows.iter().map(link).collect()
    }

    async fn last_revocation(&self) -> Result<i64, StoreError> {
        let last = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM revocation");
        Ok(last.fetch_one(&self.readers).await?)
    }

    async fn revocations_after(&self, number: i64) -> Result<Vec<(i64, PartyId)>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT number, party FROM revocation WHERE number > ? ORDER BY number")
                .bind(number)
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(number, party)| (number, PartyId(party))).collect())
    }
}

async fn add_party(
    transaction: &mut Transaction<'_, Sqlite>,
    identity: &Identity,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO party (id, role, name, place, specialities, added_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&identity.party.0)
    .bind(to_name(&identity.role))
    .bind(identity.name.reveal())
    .bind(&identity.place.id)
    .bind(to_json(&identity.specialities))
    .bind(millis(now))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Ends the sessions of a party, and tells a running server to close its sockets.
async fn end_sessions(
    transaction: &mut Transaction<'_, Sqlite>,
    party: &PartyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM http_session WHERE party = ?")
        .bind(&party.0)
        .execute(&mut **transaction)
        .await?;
    sqlx::query("INSERT INTO revocation (party, at) VALUES (?, ?)")
        .bind(&party.0)
        .bind(millis(now))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn void_codes(transaction: &mut Transaction<'_, Sqlite>, party: &PartyId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM enrolment WHERE party = ?").bind(&party.0).execute(&mut **transaction).await?;
    Ok(())
}

/// Uses a code up, if it is valid: of two that come at once, one is served.
async fn use_code(
    transaction: &mut Transaction<'_, Sqlite>,
    code: &[u8; 32],
    now: Timestamp,
) -> Result<Option<PartyId>, StoreError> {
    let party =
        sqlx::query_scalar("DELETE FROM enrolment WHERE code_hash = ? AND expires_at > ? RETURNING party")
            .bind(&code[..])
            .bind(millis(now))
            .fetch_optional(&mut **transaction)
            .await?;
    Ok(party.map(PartyId))
}

fn identity(row: &SqliteRow) -> Result<Identity, StoreError> {
    Ok(Identity {
        party: PartyId(row.try_get("id")?),
        role: from_name(row.try_get("role")?)?,
        name: Pii::new(row.try_get("name")?),
        place: place(row)?,
        specialities: from_json(row.try_get("specialities")?)?,
    })
}

fn place(row: &SqliteRow) -> Result<Place, StoreError> {
    Ok(Place {
        id: row.try_get("place_id")?,
        name: row.try_get("place_name")?,
        district: row.try_get("district")?,
        region: row.try_get("region")?,
        phone: row.try_get("phone")?,
    })
}

fn structure(row: &SqliteRow) -> Result<Structure, StoreError> {
    let degrees = (row.try_get("latitude")?, row.try_get("longitude")?);
    let position = match degrees {
        (Some(latitude), Some(longitude)) => Some(Position { latitude, longitude }),
        _ => None,
    };
    Ok(Structure {
        place: place(row)?,
        kind: from_name(row.try_get("kind")?)?,
        position,
        demo: row.try_get("demo")?,
    })
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    Ok(Account { identity: identity(row)?, password_hash: Pii::new(row.try_get("password_hash")?) })
}

fn device(row: &SqliteRow) -> Result<Device, StoreError> {
    let revoked_at: Option<i64> = row.try_get("revoked_at")?;
    Ok(Device {
        identity: identity(row)?,
        public_key: row.try_get("public_key")?,
        revoked_at: revoked_at.map(timestamp),
    })
}

fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session { identity: identity(row)?, expires_at: timestamp(row.try_get("expires_at")?) })
}
