//! The way of facts to the disk: one writer, one order, and an answer for each. The hub never waits.

use crate::store::Records;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use teranga_clinic::{
    fact::{Fact, FactNumber},
    id::ConsultationId,
};
use teranga_signaling::{contract::Input, id::RecordId};
use tokio::sync::mpsc;

/// Facts that may wait for the disk. At 5 ms a write this is five seconds of a full hub; more means that
/// the disk does not answer, and it is kinder to say so at once.
const WAITING_FACTS: usize = 1024;

/// Hands facts to the writer.
#[derive(Clone, Debug)]
pub struct Journal {
    queue: mpsc::Sender<Entry>,
    ledger: Arc<Ledger>,
}

/// How writing goes.
#[derive(Debug)]
pub struct Ledger {
    stored: AtomicU64,
    failed: AtomicU64,
    ok: AtomicBool,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { stored: AtomicU64::new(0), failed: AtomicU64::new(0), ok: AtomicBool::new(true) }
    }
}

impl Ledger {
    /// Facts stored since the start, and facts that could not be.
    pub fn counts(&self) -> (u64, u64) {
        (self.stored.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// Whether the last fact was stored.
    pub fn is_ok(&self) -> bool {
        self.ok.load(Ordering::Relaxed)
    }

    fn count(&self, durable: bool) {
        let counter = if durable { &self.stored } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        self.ok.store(durable, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Entry {
    record: RecordId,
    consultation: ConsultationId,
    number: FactNumber,
    fact: Box<Fact>,
}

/// What became of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    record: RecordId,
    durable: bool,
}

impl From<Recorded> for Input {
    fn from(recorded: Recorded) -> Self {
        Self::Recorded { record: recorded.record, durable: recorded.durable }
    }
}

impl Journal {
    /// Starts the writer. It ends, after what was handed over, when the journal is dropped.
    pub fn start(records: Arc<dyn Records>) -> (Self, mpsc::Receiver<Recorded>) {
        let (queue, entries) = mpsc::channel(WAITING_FACTS);
        let (answers, recorded) = mpsc::channel(WAITING_FACTS);
        let ledger = Arc::new(Ledger::default());
        tokio::spawn(write(records, entries, answers, Arc::clone(&ledger)));
        (Self { queue, ledger }, recorded)
    }

    /// How writing goes.
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    /// Queues a fact; false if it cannot even be queued.
    pub fn record(
        &self,
        record: RecordId,
        consultation: ConsultationId,
        number: FactNumber,
        fact: Box<Fact>,
    ) -> bool {
        self.queue.try_send(Entry { record, consultation, number, fact }).is_ok()
    }
}

async fn write(
    records: Arc<dyn Records>,
    mut entries: mpsc::Receiver<Entry>,
    answers: mpsc::Sender<Recorded>,
    ledger: Arc<Ledger>,
) {
    while let Some(Entry { record, consultation, number, fact }) = entries.recv().await {
        let durable = match records.append(consultation, &fact).await {
            Ok(stored) => {
                debug_assert_eq!(stored, number.0, "the hub counts as the journal does");
                true
            }
            Err(error) => {
                tracing::error!(%consultation, %error, "a fact could not be stored");
                false
            }
        };
        ledger.count(durable);
        if answers.send(Recorded { record, durable }).await.is_err() {
            return;
        }
    }
}
