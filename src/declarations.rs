//! Declarations of availability on their way to the store. The bridge does not wait for the disk: a write that fails is logged, and
//! the doctor's page shows after a restart what the server knows.

use crate::store::Declarations;
use std::sync::Arc;
use teranga_clinic::{id::PartyId, people::Declaration};
use tokio::{sync::mpsc, task::JoinHandle};

/// Declarations that may wait to be written: every doctor of the country at once.
const WAITING: usize = 1_024;

/// Writes declarations in the order in which they were made. It ends when it is dropped.
#[derive(Debug)]
pub struct DeclarationWriter {
    writer: mpsc::Sender<(PartyId, Option<Declaration>)>,
    writing: JoinHandle<()>,
}

impl DeclarationWriter {
    /// Starts the writer.
    pub fn start(store: Arc<dyn Declarations>) -> Self {
        let (writer, waiting) = mpsc::channel(WAITING);
        Self { writer, writing: tokio::spawn(write(store, waiting)) }
    }

    /// Keeps what a specialist declared, or forgets it.
    pub fn put(&self, party: PartyId, declaration: Option<Declaration>) {
        if self.writer.try_send((party, declaration)).is_err() {
            tracing::warn!("a declaration of availability is not kept: the disk is slow");
        }
    }

    /// Waits until everything that was declared is written, before the server stops.
    pub async fn finish(self) {
        drop(self.writer);
        let _ = self.writing.await;
    }
}

async fn write(store: Arc<dyn Declarations>, mut waiting: mpsc::Receiver<(PartyId, Option<Declaration>)>) {
    while let Some((party, declaration)) = waiting.recv().await {
        if let Err(error) = store.put_declaration(&party, declaration).await {
            tracing::warn!(%error, "a declaration of availability is not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Devices, HasDeclarations, Places,
        testing::{Folder, identity},
    };
    use teranga_clinic::{
        people::{Availability, Role},
        structure::{Structure, StructureKind},
        time::Timestamp,
    };

    #[tokio::test]
    async fn what_was_declared_last_is_what_the_next_start_knows() {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        let who = identity("post-a", Role::Kiosk);
        let structure = Structure::new(who.place.clone(), StructureKind::Post);
        store.put_structure(&structure).await.unwrap();
        store.add_device(&who, Timestamp(0)).await.unwrap();
        let store = store.declared();
        let writer = DeclarationWriter::start(store.clone());
        let party = who.party;
        let until = Some(Timestamp(1_800_000_000_000));
        let open_since = Some(Timestamp(1_799_999_000_000));
        let last = Declaration { state: Availability::Away, until, open_since };
        writer.put(
            party.clone(),
            Some(Declaration { state: Availability::Available, until: None, open_since: None }),
        );
        writer.put(party.clone(), Some(last));
        while store.declarations().await.unwrap() != [(party.clone(), last)] {
            tokio::task::yield_now().await;
        }
        writer.put(party, None);
        while !store.declarations().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_server_that_stops_has_written_what_was_declared_last() {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        let who = identity("post-a", Role::Kiosk);
        store.put_structure(&Structure::new(who.place.clone(), StructureKind::Post)).await.unwrap();
        store.add_device(&who, Timestamp(0)).await.unwrap();
        let store = store.declared();
        let writer = DeclarationWriter::start(store.clone());
        let declaration = |until| Declaration { state: Availability::Available, until, open_since: None };
        let last = declaration(Some(Timestamp(1_800_000_000_000)));
        writer.put(who.party.clone(), Some(declaration(None)));
        writer.put(who.party.clone(), Some(last));
        writer.finish().await;
        assert_eq!(store.declarations().await.unwrap(), [(who.party, last)]);
    }
}
