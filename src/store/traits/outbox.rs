//! The outbox: notices to be sent by SMS and e-mail. A notice is in it before the first attempt to send it, so that a restart
//! forgets none.

use super::Contacts;
use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::PartyId,
    notice::{NoticeChannel, NoticeState, NoticeTrouble},
    pii::Pii,
    time::Timestamp,
};

/// The most notices that wait at once. A country has fewer doctors on duty; more of them mean a fault.
pub const NOTICES_WAITING: i64 = 1_000;

/// A store that keeps other subjects, too.
pub trait HasOutbox {
    /// The outbox in it.
    fn outbox(&self) -> Arc<dyn Outbox>;
}

/// A notice to be put into the outbox.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// The name of its reason. A reason makes one notice for each channel only.
    pub key: String,
    /// What it is about: the same person gets at most one in an hour about the same subject by the same channel.
    pub subject: &'static str,
    /// The person.
    pub party: PartyId,
    /// The structure whose telephone gets it instead of the person's; none for a notice to the person.
    pub structure: Option<String>,
    /// The way by which it goes.
    pub channel: NoticeChannel,
    /// Its text. The first line of an e-mail is its subject.
    pub text: Pii<String>,
    /// The time at which it is made.
    pub made_at: Timestamp,
    /// The time at which it is given up.
    pub expires_at: Timestamp,
}

/// A notice in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotice {
    /// Its number.
    pub id: i64,
    /// The name of its reason.
    pub key: String,
    /// The person.
    pub party: PartyId,
    /// The structure whose telephone gets it instead of the person's; none for a notice to the person.
    pub structure: Option<String>,
    /// The way by which it goes.
    pub channel: NoticeChannel,
    /// Its text; none once it needs no sending any more.
    pub text: Option<Pii<String>>,
    /// The time at which it is given up.
    pub expires_at: Timestamp,
    /// What has become of it.
    pub state: NoticeState,
    /// The reason of the last trouble.
    pub trouble: Option<NoticeTrouble>,
    /// The time of its last change.
    pub changed_at: Timestamp,
    /// The attempts that have begun.
    pub attempts: u32,
    /// The time of the next attempt.
    pub next_at: Timestamp,
}

/// The notices of the last month.
#[async_trait]
pub trait Outbox: Contacts + Send + Sync + fmt::Debug {
    /// Puts a notice in; false if its reason has made one already, if the person got one about the same subject within the last
    /// `pause_ms`, or if [`NOTICES_WAITING`] wait. One that was dropped before it was sent is taken up again.
    async fn put_notice(&self, notice: &NewNotice, pause_ms: u64) -> Result<bool, StoreError>;

    /// The notices that wait, the longest first.
    async fn waiting_notices(&self) -> Result<Vec<StoredNotice>, StoreError>;

    /// The notice of a reason.
    async fn notice(&self, key: &str) -> Result<Option<StoredNotice>, StoreError>;

    /// The telephone number of a structure in the form of ITU-T E.164; none if it has none.
    async fn phone_of_structure(&self, structure: &str) -> Result<Option<Pii<String>>, StoreError>;

    /// Notes that an attempt begins, so that one which a crash interrupts is counted, and comes again at `next_at`.
    async fn begin_attempt(&self, id: i64, next_at: Timestamp) -> Result<(), StoreError>;

    /// Notes what has become of a notice. Its text is forgotten unless it waits on.
    async fn settle(
        &self,
        id: i64,
        state: NoticeState,
        trouble: Option<NoticeTrouble>,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}
