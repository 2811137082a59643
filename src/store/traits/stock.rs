//! The stock of posts.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::stock::StockCount;

/// A store that keeps other subjects, too.
pub trait HasStock {
    /// The stock in it.
    fn stock(&self) -> Arc<dyn Stock>;
}

/// The stock of posts, a count for each product of a post.
#[async_trait]
pub trait Stock: Send + Sync + fmt::Debug {
    /// The counts of a post, by the names of their products.
    async fn counts(&self, place: &str) -> Result<Vec<StockCount>, StoreError>;

    /// Keeps these counts of a post. One that was made before the count that is kept changes nothing, so that counts may come late, twice and
    /// in any order.
    async fn put_counts(&self, place: &str, counts: &[StockCount]) -> Result<(), StoreError>;
}
