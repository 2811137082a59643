//! The audit watch: a task that verifies the audit log at the start and once a day, and exports its head to the log, so that
//! a copy outside this machine proves that nothing was deleted since. It changes nothing, and a flaw stops nobody's care.

use crate::store::{
    AuditLog,
    audit_chain::{AuditFlaw, AuditHead},
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::interval};

/// What is known of the audit log, as the operations page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AuditStatus {
    /// The number of rows.
    #[cfg_attr(test, ts(type = "number"))]
    pub rows: i64,
    /// The head, as `ROWS:HASH`; empty until it was read.
    pub head: String,
    /// True once the whole log was verified since the start.
    pub verified: bool,
    /// The first thing that was found wrong with it.
    pub flaw: Option<AuditFlaw>,
}

/// Starts the watch. It ends when nobody reads its status any more.
pub fn start(log: Arc<dyn AuditLog>) -> watch::Receiver<AuditStatus> {
    let (told, status) = watch::channel(AuditStatus::default());
    tokio::spawn(run(log, told));
    status
}

async fn run(log: Arc<dyn AuditLog>, told: watch::Sender<AuditStatus>) {
    let mut look = interval(HEAD_EVERY);
    for count in (0..VERIFY_EVERY).cycle() {
        look.tick().await;
        if told.is_closed() {
            return;
        }
        let mut status = told.borrow().clone();
        if count == 0 {
            verify(log.as_ref(), &mut status).await;
        }
        match log.audit_head().await {
            Ok(head) => export(head, &mut status),
            Err(error) => tracing::error!(%error, "the head of the audit log cannot be read"),
        }
        told.send_if_modified(|old| std::mem::replace(old, status.clone()) != status);
    }
}

async fn verify(log: &dyn AuditLog, status: &mut AuditStatus) {
    match log.verify_audit(None).await {
        Ok(Ok(_)) => *status = AuditStatus { verified: true, flaw: None, ..status.clone() },
        Ok(Err(flaw)) => {
            let code = flaw.code();
            tracing::error!(code = "audit_broken", flaw = code, "the audit log was tampered with: {flaw}");
            *status = AuditStatus { verified: true, flaw: Some(flaw), ..status.clone() };
        }
        Err(error) => tracing::error!(%error, "the audit log cannot be verified"),
    }
}

/// Tells a new head to the log.
fn export(head: AuditHead, status: &mut AuditStatus) {
    let text = head.to_string();
    if text != status.head {
        tracing::info!(code = "audit_head", head = text, "the audit log grew");
        (status.rows, status.head) = (head.rows, text);
    }
}

/// The interval at which a new head is exported: rows that are cut off sooner are told by the database's own head.
const HEAD_EVERY: Duration = Duration::from_mins(1);

/// The looks at the head from one verification to the next: a day. A million rows take some seconds.
const VERIFY_EVERY: u32 = 24 * 60;
