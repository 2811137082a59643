//! One writer at a time, and one number after the other.

use super::{Folder, by, claimed, consultation, facts, noted, requested};
use crate::{
    journal::{JournalWriter, QueuedFact, Recorded},
    store::{Epoch, Journal, SqliteStore, StoreError},
};
use std::{sync::Arc, time::Duration};
use teranga_clinic::fact::{Fact, FactNumber, What};
use teranga_signaling::{
    contract::{Commit, Input},
    id::RecordId,
};
use tokio::sync::mpsc;

/// A store with a running consultation of two facts, and the epoch of its writer.
async fn running(folder: &Folder) -> (SqliteStore, Epoch) {
    let (store, id) = (folder.open().await, consultation(1));
    let epoch = store.take_over().await.unwrap();
    for (number, fact) in [(1, requested(id, 1)), (2, claimed(2))] {
        store.append(id, FactNumber(number), epoch, &fact).await.unwrap();
    }
    (store, epoch)
}

#[tokio::test]
async fn a_writer_that_was_replaced_stores_nothing() {
    let (folder, id) = (Folder::new(), consultation(1));
    let (zombie, old) = running(&folder).await;
    let newer = folder.open().await;
    let new = newer.take_over().await.unwrap();
    assert!(new > old);
    for fact in [noted(id, 3), by("doctor", 9, What::Cancelled)] {
        let refused = zombie.append(id, FactNumber(3), old, &fact).await;
        assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
    }
    let begun = zombie.append(consultation(2), FactNumber(1), old, &requested(consultation(2), 9)).await;
    assert!(matches!(begun, Err(StoreError::Fenced)), "{begun:?}");
    assert_eq!(facts(&newer, id).await.len(), 2, "nothing of the zombie is in the journal");
    assert!(facts(&newer, consultation(2)).await.is_empty());
    newer.append(id, FactNumber(3), new, &noted(id, 3)).await.unwrap();
    assert_eq!(facts(&zombie, id).await.len(), 3, "it may still read");
}

#[tokio::test]
async fn a_number_that_does_not_follow_is_refused() {
    let (folder, id) = (Folder::new(), consultation(1));
    let (store, epoch) = running(&folder).await;
    for number in [0, 1, 2, 4, u32::MAX] {
        let refused = store.append(id, FactNumber(number), epoch, &noted(id, 3)).await;
        let Err(StoreError::OutOfSequence { expected, next: 3 }) = refused else { panic!("{refused:?}") };
        assert_eq!(expected, number);
    }
    let early = store.append(consultation(2), FactNumber(2), epoch, &claimed(1)).await;
    assert!(matches!(early, Err(StoreError::OutOfSequence { next: 1, .. })), "{early:?}");
    assert_eq!(facts(&store, id).await.len(), 2);
}

#[tokio::test]
async fn a_command_that_only_reads_leaves_the_epoch_alone() {
    let folder = Folder::new();
    let (server, epoch) = running(&folder).await;
    let command = folder.open().await;
    assert_eq!(facts(&command, consultation(1)).await.len(), 2);
    command.close().await;
    assert_eq!(server.epoch().await.unwrap(), epoch);
}

#[tokio::test]
async fn a_server_that_was_replaced_knows_it_from_then_on() {
    let (folder, id) = (Folder::new(), consultation(1));
    let (store, epoch) = running(&folder).await;
    let (writer, mut answers) = JournalWriter::start(Arc::new(store), epoch);
    assert!(write(&writer, &mut answers, 3, noted(id, 3)).await);
    assert!(!writer.ledger().is_fenced());
    folder.open().await.take_over().await.unwrap();
    assert!(!write(&writer, &mut answers, 4, noted(id, 4)).await);
    let ledger = writer.ledger();
    assert_eq!((ledger.is_fenced(), ledger.is_ok(), ledger.counts()), (true, false, (1, 1)));
}

#[tokio::test]
async fn a_server_that_writes_nothing_knows_that_it_was_replaced() {
    let folder = Folder::new();
    let (store, epoch) = running(&folder).await;
    let (writer, _answers) = JournalWriter::start(Arc::new(store), epoch);
    folder.open().await.take_over().await.unwrap();
    while !writer.ledger().is_fenced() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(writer.ledger().counts(), (0, 0));
}

/// Hands a fact to the writer; true if it became durable.
async fn write(
    writer: &JournalWriter,
    answers: &mut mpsc::Receiver<Recorded>,
    number: u32,
    fact: Fact,
) -> bool {
    let (record, number, fact) = (RecordId(number.into()), FactNumber(number), Box::new(fact));
    assert!(writer.record(QueuedFact { record, consultation: consultation(1), number, fact }));
    let Input::Recorded { outcome, .. } = answers.recv().await.unwrap().into() else { unreachable!() };
    outcome == Commit::Durable
}
