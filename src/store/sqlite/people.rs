//! Who stands behind a party, in SQLite.

use super::{
    SqliteStore,
    rows::{identity, select_identity},
};
use crate::store::{
    error::StoreError,
    traits::{HasPeople, People},
};
use async_trait::async_trait;
use std::sync::Arc;
use teranga_clinic::{id::PartyId, people::Identity};

/// The people in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqlitePeople(SqliteStore);

impl HasPeople for Arc<SqliteStore> {
    fn people(&self) -> Arc<dyn People> {
        Arc::new(SqlitePeople(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl People for SqlitePeople {
    async fn identity(&self, party: &PartyId) -> Result<Option<Identity>, StoreError> {
        let row = sqlx::query(select_identity!("party.added_at", "WHERE party.id = ?"));
        let row = row.bind(&party.0).fetch_optional(&self.0.readers).await?;
        row.map(|row| identity(&self.0.keys, &row)).transpose()
    }
}
