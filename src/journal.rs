//! The writer of the journal: a bounded queue of facts and one task that stores them in their order, with an answer for
//! each. The hub never waits for the disk. The task writes for one epoch; once another server has begun a later one,
//! nothing that it is handed is stored any more.

use crate::store::{Epoch, Journal, StoreError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use teranga_clinic::{
    audit::RecordOpening,
    fact::{Fact, FactNumber},
    id::ConsultationId,
};
use teranga_signaling::{
    contract::{Commit, Input},
    id::RecordId,
};
use tokio::sync::mpsc;

/// Hands facts to the writer.
#[derive(Clone, Debug)]
pub struct JournalWriter {
    queue: mpsc::Sender<Entry>,
    ledger: Arc<Ledger>,
}

/// A fact to be stored.
#[derive(Debug)]
pub struct QueuedFact {
    /// The hub's name for it, which comes back in the answer.
    pub record: RecordId,
    /// The consultation.
    pub consultation: ConsultationId,
    /// The number that the hub expects it to have.
    pub number: FactNumber,
    /// The fact.
    pub fact: Box<Fact>,
}

/// What is to be stored, in the order in which it came.
#[derive(Debug)]
enum Entry {
    Fact(QueuedFact),
    Opening(RecordOpening),
}

/// The counts of stored and of failed facts.
#[derive(Debug)]
pub struct Ledger {
    stored: AtomicU64,
    failed: AtomicU64,
    ok: AtomicBool,
    fenced: AtomicBool,
}

/// Outcome of a fact.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    record: RecordId,
    outcome: Commit,
}

impl JournalWriter {
    /// Starts the writer of this epoch. It ends, after what was handed over, when the last handle is dropped.
    pub fn start(journal: Arc<dyn Journal>, epoch: Epoch) -> (Self, mpsc::Receiver<Recorded>) {
        let (queue, entries) = mpsc::channel(WAITING_FACTS);
        let (answers, recorded) = mpsc::channel(WAITING_FACTS);
        let ledger = Arc::new(Ledger::default());
        tokio::spawn(Task { journal, epoch, answers, ledger: Arc::clone(&ledger) }.run(entries));
        (Self { queue, ledger }, recorded)
    }

    /// The counts, which go on being updated.
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    /// Queues a fact; false if the queue is full or the writer has ended.
    pub fn record(&self, entry: QueuedFact) -> bool {
        self.queue.try_send(Entry::Fact(entry)).is_ok()
    }

    /// Queues an opening of a record.
    pub fn note(&self, opening: RecordOpening) {
        let consultation = opening.consultation;
        if self.queue.try_send(Entry::Opening(opening)).is_err() {
            self.ledger.opening_lost();
            tracing::error!(%consultation, code = "opening_not_stored", "an opening of a record could not be queued");
        }
    }
}

impl Default for Ledger {
    fn default() -> Self {
        let (stored, failed, ok, fenced) = <_>::default();
        let ledger = Self { stored, failed, ok, fenced };
        ledger.ok.store(true, Ordering::Relaxed);
        ledger
    }
}

impl Ledger {
    /// The number of facts stored since the start, and of facts that could not be.
    pub fn counts(&self) -> (u64, u64) {
        (self.stored.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }

    /// True if the last fact was stored.
    pub fn is_ok(&self) -> bool {
        self.ok.load(Ordering::Relaxed)
    }

    /// True if another server has taken over the journal.
    pub fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Relaxed)
    }

    fn count(&self, outcome: &Result<(), StoreError>) {
        let durable = outcome.is_ok();
        let counter = if durable { &self.stored } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
        // A fact that is out of sequence says nothing of the disk.
        if commit(outcome) != Commit::OutOfSequence {
            self.ok.store(durable, Ordering::Relaxed);
        }
        if matches!(outcome, Err(StoreError::Fenced)) {
            self.fence();
        }
    }

    /// An opening of a record was not written down: the store is not well.
    fn opening_lost(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.ok.store(false, Ordering::Relaxed);
    }

    fn fence(&self) {
        self.fenced.store(true, Ordering::Relaxed);
    }
}

impl From<Recorded> for Input {
    fn from(recorded: Recorded) -> Self {
        Self::Recorded { record: recorded.record, outcome: recorded.outcome }
    }
}

/// The task that writes.
struct Task {
    journal: Arc<dyn Journal>,
    epoch: Epoch,
    answers: mpsc::Sender<Recorded>,
    ledger: Arc<Ledger>,
}

impl Task {
    /// Stores facts until the last handle is dropped. The epoch is looked at now and then, because a server with nothing
    /// to write must know as well that it was replaced.
    async fn run(self, mut entries: mpsc::Receiver<Entry>) {
        let mut look = tokio::time::interval(EPOCH_EVERY);
        loop {
            tokio::select! {
                biased;
                entry = entries.recv() => {
                    let Some(entry) = entry else { return };
                    match entry {
                        Entry::Fact(fact) => {
                            if !self.store(fact).await {
                                return;
                            }
                        }
                        Entry::Opening(opening) => self.note(opening).await,
                    }
                }
                _ = look.tick(), if !self.ledger.is_fenced() => self.check_epoch().await,
            }
        }
    }

    /// Stores a fact and answers; false if nobody takes the answer.
    async fn store(&self, fact: QueuedFact) -> bool {
        let QueuedFact { record, consultation, number, fact } = fact;
        let outcome = self.journal.append(consultation, number, self.epoch, &fact).await;
        if let Err(error) = &outcome {
            tracing::error!(%consultation, code = code(error), %error, "a fact could not be stored");
        }
        self.ledger.count(&outcome);
        self.answers.send(Recorded { record, outcome: commit(&outcome) }).await.is_ok()
    }

    async fn note(&self, opening: RecordOpening) {
        if let Err(error) = self.journal.note_opening(&opening).await {
            let consultation = opening.consultation;
            self.ledger.opening_lost();
            tracing::error!(%consultation, code = "opening_not_stored", %error, "an opening could not be stored");
        }
    }

    async fn check_epoch(&self) {
        match self.journal.epoch().await {
            Ok(current) if current != self.epoch => {
                let error = StoreError::Fenced;
                tracing::error!(code = code(&error), %error, "this server was replaced and must be stopped");
                self.ledger.fence();
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the epoch of the journal cannot be read"),
        }
    }
}

/// The outcome as the hub is told it.
const fn commit(outcome: &Result<(), StoreError>) -> Commit {
    match outcome {
        Ok(()) => Commit::Durable,
        Err(StoreError::OutOfSequence { .. }) => Commit::OutOfSequence,
        Err(_) => Commit::Failed,
    }
}

/// The stable name of a failure in the log.
const fn code(error: &StoreError) -> &'static str {
    match error {
        StoreError::Fenced => "journal_fenced",
        StoreError::OutOfSequence { .. } => "fact_out_of_sequence",
        StoreError::SetAside => "consultation_set_aside",
        _ => "fact_not_stored",
    }
}

/// Facts that may wait for the disk. They are five seconds of work at 5 ms a write. More means that the disk
/// does not answer, and then a fact is refused at once.
const WAITING_FACTS: usize = 1024;

/// The interval at which the epoch is looked at.
const EPOCH_EVERY: Duration = Duration::from_secs(2);
