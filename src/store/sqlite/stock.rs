//! The stock of posts in SQLite.

use super::{
    SqliteStore,
    connection::{millis, timestamp},
};
use crate::store::{
    error::StoreError,
    traits::{HasStock, Stock},
};
use async_trait::async_trait;
use sqlx::{Row as _, sqlite::SqliteRow};
use std::sync::Arc;
use teranga_clinic::{
    drug::ProductId,
    id::StaffId,
    stock::{Month, StockCount},
};

/// The stock in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteStock(SqliteStore);

impl HasStock for Arc<SqliteStore> {
    fn stock(&self) -> Arc<dyn Stock> {
        Arc::new(SqliteStock(SqliteStore::clone(self)))
    }
}

#[async_trait]
impl Stock for SqliteStock {
    async fn counts(&self, place: &str) -> Result<Vec<StockCount>, StoreError> {
        let rows = sqlx::query(
            "SELECT product, quantity, expires, counted_at, staff FROM stock WHERE place = ? ORDER BY product",
        );
        rows.bind(place).fetch_all(&self.0.readers).await?.iter().map(count).collect()
    }

    async fn put_counts(&self, place: &str, counts: &[StockCount]) -> Result<(), StoreError> {
        let mut transaction = self.0.write().await?;
        for StockCount { product, quantity, expires, counted_at, staff } in counts {
            sqlx::query(
                "INSERT INTO stock (place, product, quantity, expires, counted_at, staff) VALUES (?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (place, product) DO UPDATE SET quantity = excluded.quantity, expires = excluded.expires, \
                 counted_at = excluded.counted_at, staff = excluded.staff WHERE excluded.counted_at > stock.counted_at",
            )
            .bind(place)
            .bind(&product.0)
            .bind(quantity)
            .bind(expires.map(Month::number))
            .bind(millis(*counted_at))
            .bind(staff.as_ref().map(|staff| &staff.0))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn count(row: &SqliteRow) -> Result<StockCount, StoreError> {
    let expires: Option<u32> = row.try_get("expires")?;
    Ok(StockCount {
        product: ProductId(row.try_get("product")?),
        quantity: row.try_get("quantity")?,
        expires: expires.and_then(Month::of_number),
        counted_at: timestamp(row.try_get("counted_at")?),
        staff: row.try_get::<Option<String>, _>("staff")?.map(StaffId),
    })
}
