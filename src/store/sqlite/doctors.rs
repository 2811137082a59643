//! The accounts of doctors in SQLite, as a list from elsewhere sees them.

use super::{
    SqliteStore, accounts,
    outbox::{EMAIL, PHONE},
    sealed,
};
use crate::store::{
    error::StoreError,
    names::{from_list, to_list},
    sealing::{Place, RecordKeys},
    traits::{DoctorCorrection, Doctors, HasDoctors, KnownDoctor, NewDoctor},
};
use async_trait::async_trait;
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{contact::Contact, id::PartyId, pii::Pii, time::Timestamp};

/// The accounts of doctors in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteDoctors(SqliteStore);

impl HasDoctors for Arc<SqliteStore> {
    fn doctors(&self) -> Arc<dyn Doctors> {
        Arc::new(SqliteDoctors(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Doctors for SqliteDoctors {
    async fn all(&self) -> Result<Vec<KnownDoctor>, StoreError> {
        let query = sqlx::query(
            "SELECT party.* FROM party JOIN account ON account.party = party.id WHERE role = 'doctor' ORDER BY party.id",
        );
        let rows = query.fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| known(&self.0.keys, row)).collect()
    }

    async fn put(
        &self,
        new: &[NewDoctor],
        corrected: &[DoctorCorrection],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.0.write().await?;
        for NewDoctor { account, contact } in new {
            accounts::add(&mut transaction, &self.0.keys, account, now).await?;
            put_contact(&mut transaction, &self.0.keys, &account.identity.party, contact).await?;
        }
        for DoctorCorrection { party, place, specialities, contact } in corrected {
            sqlx::query("UPDATE party SET place = ?, specialities = ? WHERE id = ?")
                .bind(place)
                .bind(to_list(specialities))
                .bind(&party.0)
                .execute(&mut *transaction)
                .await?;
            put_contact(&mut transaction, &self.0.keys, party, contact).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// Writes the telephone and the e-mail address down, as far as they are given.
async fn put_contact(
    transaction: &mut Transaction<'_, Sqlite>,
    keys: &RecordKeys,
    party: &PartyId,
    Contact { phone, email }: &Contact,
) -> Result<(), StoreError> {
    let seal = |purpose, text: &Option<Pii<String>>| {
        let place = Place { purpose, subject: party.0.as_bytes() };
        text.as_ref().map(|text| keys.seal(place, b"", text.reveal().as_bytes()))
    };
    sqlx::query(
        "UPDATE party SET sealed_phone = COALESCE(?, sealed_phone), sealed_email = COALESCE(?, sealed_email) WHERE id = ?",
    )
    .bind(seal(PHONE, phone))
    .bind(seal(EMAIL, email))
    .bind(&party.0)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn known(keys: &RecordKeys, row: &SqliteRow) -> Result<KnownDoctor, StoreError> {
    let party: String = row.try_get("id")?;
    let number: Option<Vec<u8>> = row.try_get("sealed_order_number")?;
    let contact = |purpose, column| {
        let Some(sealed) = row.try_get::<Option<Vec<u8>>, _>(column)? else { return Ok(None) };
        let place = Place { purpose, subject: party.as_bytes() };
        let text = keys.open(place, b"", &sealed).and_then(|text| String::from_utf8(text).ok());
        let changed = || StoreError::Corrupt(format!("the {purpose} of {party} was changed"));
        text.map(|text| Some(Pii::new(text))).ok_or_else(changed)
    };
    Ok(KnownDoctor {
        order_number: number.map(|number| sealed::open_order_number(keys, &party, &number)).transpose()?,
        place: row.try_get("place")?,
        specialities: from_list(row.try_get("specialities")?)?,
        contact: Contact { phone: contact(PHONE, "sealed_phone")?, email: contact(EMAIL, "sealed_email")? },
        is_revoked: row.try_get::<Option<i64>, _>("revoked_at")?.is_some(),
        party: PartyId(party),
    })
}
