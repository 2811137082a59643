//! The documents of the national record that are opened at once on this server. A large one takes tens of megabytes and a processor for
//! a moment, and calls run beside it.

use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

/// The places of all openings, and the longest wait for one.
#[derive(Debug)]
pub(super) struct Openings {
    places: Arc<Semaphore>,
    wait: Duration,
}

/// The error of an opening that finds no place in time, or whose work ended with a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many documents are being opened")]
pub(super) struct NoPlace;

/// The place of one opening. It is free again after the last work of that opening, also if nobody waits for its end any more.
#[derive(Debug)]
pub(super) struct Opening(Arc<OwnedSemaphorePermit>);

impl Default for Openings {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), wait: WAIT }
    }
}

impl Openings {
    /// A place, for which openings wait in the order in which they came.
    ///
    /// # Errors
    /// [`NoPlace`]
    pub(super) async fn place(&self) -> Result<Opening, NoPlace> {
        let Ok(Ok(place)) = timeout(self.wait, Arc::clone(&self.places).acquire_owned()).await else {
            tracing::warn!(code = "dpp_busy", "a document of the national record found no place in time");
            return Err(NoPlace);
        };
        Ok(Opening(Arc::new(place)))
    }
}

impl Opening {
    /// Works on a thread that serves nobody else.
    ///
    /// # Errors
    /// [`NoPlace`]
    pub(super) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoPlace> {
        let place = Arc::clone(&self.0);
        let work = move || {
            let _place = place;
            work()
        };
        spawn_blocking(work).await.map_err(|_| NoPlace)
    }
}

/// The documents that are opened at once: a quarter of the questions that the national record is asked at once, so that lookups go on.
pub(super) const AT_ONCE: usize = 2;

/// The longest wait for a place. The doctor waits before a page that says so, and a record that is slow may take longer with others.
const WAIT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use tokio::task::yield_now;

    #[tokio::test]
    async fn a_third_opening_waits_and_is_refused_if_no_place_gets_free() {
        let openings = Openings { wait: Duration::from_millis(20), ..Openings::default() };
        let first = openings.place().await.unwrap();
        let _second = openings.place().await.unwrap();
        assert_eq!(openings.place().await.unwrap_err(), NoPlace);
        drop(first);
        assert!(openings.place().await.is_ok());
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_place_to_its_end() {
        let openings = Openings::default();
        let (end, ended) = mpsc::channel::<()>();
        let place = openings.place().await.unwrap();
        let opening = tokio::spawn(async move { place.apart(move || ended.recv()).await });
        yield_now().await;
        opening.abort();
        assert!(opening.await.unwrap_err().is_cancelled());
        assert_eq!(openings.places.available_permits(), AT_ONCE - 1);
        end.send(()).unwrap();
        let all = u32::try_from(AT_ONCE).unwrap();
        assert!(timeout(WAIT, openings.places.acquire_many(all)).await.is_ok(), "all places are free again");
    }
}
