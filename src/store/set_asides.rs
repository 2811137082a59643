//! The list of consultations that were set aside since the store was opened: who reads the journal adds to it, operations
//! read it, and nothing is appended to a consultation that is on it. It is kept in memory only, because reading the rows
//! anew gives the same list, and a program that can read them gives none.

use std::collections::BTreeMap;
use teranga_clinic::{history::SetAside, id::ConsultationId};
use tokio::sync::watch;

/// The list, which can be watched. One belongs to each open store.
#[derive(Debug)]
pub struct SetAsides(watch::Sender<BTreeMap<ConsultationId, SetAside>>);

impl Default for SetAsides {
    fn default() -> Self {
        Self(watch::Sender::new(BTreeMap::new()))
    }
}

impl SetAsides {
    /// Puts a consultation on the list, and says so in the log the first time.
    pub fn add(&self, aside: SetAside) {
        let SetAside { consultation, reason, number, .. } = aside;
        let is_new = self.0.send_if_modified(|list| list.insert(consultation, aside).is_none());
        if is_new {
            let (code, reason) = ("consultation_set_aside", reason.code());
            tracing::error!(%consultation, code, reason, number, "a consultation cannot be read and is set aside");
        }
    }

    /// True if this consultation is on the list.
    pub fn contains(&self, consultation: ConsultationId) -> bool {
        self.0.borrow().contains_key(&consultation)
    }

    /// The list, by identifier.
    pub fn list(&self) -> Vec<SetAside> {
        self.0.borrow().values().copied().collect()
    }

    /// Hears of every addition from now on.
    pub fn watch(&self) -> watch::Receiver<BTreeMap<ConsultationId, SetAside>> {
        self.0.subscribe()
    }
}
