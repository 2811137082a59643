//! The worker of the outbox. It keeps the notices that the hub's list asks for, sends those that are due one after the other, and tells
//! the hub what became of them. It is the only one who sends.

use super::{
    appointments::{self, Reminder, Reminders},
    mail::MailClient,
    notices::{key, notice, pause_ms},
    retry::retry_ms,
    sms::SmsClient,
    structures::{self, StructureCall, StructureCalls},
    way::{Way, address},
};
use crate::{
    clock::Clock,
    config::Config,
    store::{NewNotice, Outbox, StoreError, StoredNotice},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use teranga_clinic::{
    id::PartyId,
    notice::{Notice, NoticeChannel, NoticeState, NoticeTrouble},
    pii::Pii,
    rota::Zone,
    time::Timestamp,
};
use teranga_signaling::contract::{Input, Summons, SummonsReason};
use tokio::sync::{mpsc, watch};

/// The handle by which the bridge says whom to reach.
#[derive(Debug, Default)]
pub struct Outbound {
    wanted: watch::Sender<Vec<Summons>>,
}

impl Outbound {
    /// Replaces the list of those who are to be reached.
    pub fn summon(&self, summons: Vec<Summons>) {
        self.wanted.send_replace(summons);
    }
}

/// The counts of notices since the start, by channel, and of those that wait now.
#[derive(Debug, Default)]
pub struct OutboundCounts {
    sent: [AtomicU64; 2],
    failed: [AtomicU64; 2],
    waiting: AtomicU64,
}

impl OutboundCounts {
    /// The notices that a gateway or relay has taken.
    pub fn sent(&self, channel: NoticeChannel) -> u64 {
        self.sent[channel as usize].load(Relaxed)
    }

    /// The notices that were given up.
    pub fn failed(&self, channel: NoticeChannel) -> u64 {
        self.failed[channel as usize].load(Relaxed)
    }

    /// The notices that wait.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Relaxed)
    }
}

/// The worker.
pub struct OutboundWorker {
    pub(super) outbox: Arc<dyn Outbox>,
    pub(super) ways: Vec<Box<dyn Way>>,
    pub(super) zone: Zone,
    /// The address of the pages, without the path.
    pub(super) site: String,
    /// The keys of the last list that stand in the outbox.
    pub(super) kept: BTreeSet<String>,
    pub(super) counts: Arc<OutboundCounts>,
    pub(super) reminders: Reminders,
    /// The patients' telephones of the reminders that stand in the outbox, by key; none where the post's gets it.
    pub(super) reminded: BTreeMap<String, Option<Pii<String>>>,
    wanted: watch::Receiver<Vec<Summons>>,
    structures: StructureCalls,
}

/// The name of this server, as people type it.
pub(super) fn own_name(config: &Config) -> String {
    config.http.names.first().cloned().unwrap_or_else(|| "localhost".to_owned())
}

/// The longest pause between two looks at the outbox.
const LOOK_EVERY_MS: u64 = 60_000;

impl OutboundWorker {
    /// The handle and the worker of this configuration. Without a gateway and a relay the worker has nothing to do.
    ///
    /// # Panics
    /// The configured time zone was checked, and the default one is in the database.
    pub fn new(
        config: &Config,
        port: u16,
        outbox: Arc<dyn Outbox>,
        reminders: Reminders,
    ) -> (Outbound, Self) {
        let name = own_name(config);
        let site = if port == 443 { format!("https://{name}") } else { format!("https://{name}:{port}") };
        let sms = config.sms.clone().map(|gateway| Box::new(SmsClient::new(gateway)) as Box<dyn Way>);
        let mail = config.mail.clone().map(|relay| Box::new(MailClient::new(relay, name)) as Box<dyn Way>);
        let zone = config.time_zone.as_deref().unwrap_or("Africa/Dakar");
        let zone = Zone::named(zone).expect("it was checked with the configuration");
        Self::with(sms.into_iter().chain(mail).collect(), (zone, site), outbox, reminders)
    }

    pub(super) fn with(
        ways: Vec<Box<dyn Way>>,
        (zone, site): (Zone, String),
        outbox: Arc<dyn Outbox>,
        reminders: Reminders,
    ) -> (Outbound, Self) {
        let (sender, wanted) = watch::channel(Vec::new());
        let worker = Self {
            outbox,
            ways,
            zone,
            site,
            kept: BTreeSet::new(),
            counts: Arc::default(),
            reminders,
            reminded: BTreeMap::new(),
            wanted,
            structures: StructureCalls::default(),
        };
        (Outbound { wanted: sender }, worker)
    }

    /// The counts, which go on being updated.
    pub fn counts(&self) -> Arc<OutboundCounts> {
        self.counts.clone()
    }

    /// The handle by which structures are told of referrals.
    pub fn structures(&self) -> StructureCalls {
        self.structures.clone()
    }

    /// Works until the bridge is gone.
    pub async fn run(mut self, clock: Clock, inputs: mpsc::Sender<Input>) {
        let (mut told, mut structures) = (Vec::new(), self.structures.watch());
        loop {
            let now = clock.timestamp();
            let list = self.wanted.borrow_and_update().clone();
            let calls = structures.borrow_and_update().clone();
            let mut wait_ms = LOOK_EVERY_MS;
            match self.work(now, &list, &calls).await {
                Ok((notices, next)) => {
                    wait_ms = next.map_or(wait_ms, |next| next.since_ms(clock.timestamp()).min(wait_ms));
                    if notices != told && inputs.send(Input::Noticed(notices.clone())).await.is_err() {
                        return;
                    }
                    told = notices;
                }
                Err(error) => {
                    tracing::error!(%error, code = "outbox_failed", "notices cannot be stored or read");
                }
            }
            tokio::select! {
                changed = self.wanted.changed() => if changed.is_err() { return },
                _ = structures.changed() => {}
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
            }
        }
    }

    /// Brings the outbox up to the lists, sends what is due, and gives what became of the reminders, and the time of the next
    /// attempt.
    pub(super) async fn work(
        &mut self,
        now: Timestamp,
        list: &[Summons],
        calls: &[StructureCall],
    ) -> Result<(Vec<(PartyId, Notice)>, Option<Timestamp>), StoreError> {
        let mut kept = self.put(now, list).await?;
        kept.extend(self.put_calls(now, calls).await?);
        self.kept = kept;
        self.put_reminders(now).await?;
        self.send_due(now).await?;
        let waiting = self.outbox.waiting_notices().await?;
        self.counts.waiting.store(waiting.len() as u64, Relaxed);
        let next = waiting.iter().map(|notice| notice.next_at).min();
        Ok((self.became(list).await?, next))
    }

    /// Puts a notice into the outbox for each reason on the list that has none yet.
    async fn put(&self, now: Timestamp, list: &[Summons]) -> Result<BTreeSet<String>, StoreError> {
        let mut kept = BTreeSet::new();
        for summons in list {
            for way in &self.ways {
                let channel = way.channel();
                let key = key(summons, channel);
                let new = || notice(summons, channel, (&self.zone, &self.site), now);
                if self.kept.contains(&key) || self.is_put(new(), pause_ms(&summons.why)).await? {
                    kept.insert(key);
                }
            }
        }
        Ok(kept)
    }

    /// Puts an SMS into the outbox for each structure on the list that has none yet.
    async fn put_calls(
        &self,
        now: Timestamp,
        calls: &[StructureCall],
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut kept = BTreeSet::new();
        if !self.ways.iter().any(|way| way.channel() == NoticeChannel::Sms) {
            return Ok(kept);
        }
        for call in calls {
            let key = structures::key(call);
            let new = || structures::notice(call, &self.site, now);
            if self.kept.contains(&key) || self.is_put(new(), 0).await? {
                kept.insert(key);
            }
        }
        Ok(kept)
    }

    /// True if the notice stands in the outbox, from now on or since earlier.
    async fn is_put(&self, new: NewNotice, pause_ms: u64) -> Result<bool, StoreError> {
        Ok(self.outbox.put_notice(&new, pause_ms).await? || self.outbox.notice(&new.key).await?.is_some())
    }

    /// Puts a notice into the outbox for each appointment whose reminder is due and has none yet.
    async fn put_reminders(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let known = mem::take(&mut self.reminded);
        if !self.ways.iter().any(|way| way.channel() == NoticeChannel::Sms) {
            return Ok(());
        }
        for indexed in self.reminders.due(now, &self.zone).await? {
            let key = appointments::key(&indexed);
            if let Some(phone) = known.get(&key) {
                self.reminded.insert(key, phone.clone());
                continue;
            }
            let reminder = self.reminders.reminder(&indexed, &self.zone, now).await?;
            if let Some(Reminder { notice, phone }) = reminder
                && self.is_put(notice, 0).await?
            {
                self.reminded.insert(key, phone);
            }
        }
        Ok(())
    }

    async fn send_due(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut silent = BTreeMap::new();
        for notice in self.outbox.waiting_notices().await? {
            let StoredNotice { id, channel, trouble, .. } = notice;
            if notice.expires_at <= now {
                self.give_up(&notice, trouble, now).await?;
            } else if !self.kept.contains(&notice.key) && !self.reminded.contains_key(&notice.key) {
                self.outbox.settle(id, NoticeState::Dropped, trouble, now).await?;
            } else if notice.next_at <= now {
                self.outbox.begin_attempt(id, now.plus_ms(retry_ms(notice.attempts))).await?;
                let sent = self.attempt(&notice, silent.get(&channel).copied()).await?;
                if let Err(trouble @ (NoticeTrouble::Unreachable | NoticeTrouble::Denied)) = sent {
                    silent.insert(channel, trouble);
                }
                self.note(&notice, sent, now).await?;
            }
        }
        Ok(())
    }

    /// Tries to send a notice. A gateway that was `silent` a moment ago is not waited for again.
    async fn attempt(
        &self,
        notice: &StoredNotice,
        silent: Option<NoticeTrouble>,
    ) -> Result<Result<(), NoticeTrouble>, StoreError> {
        let to = match (self.reminded.get(&notice.key), &notice.structure) {
            (Some(Some(patient)), _) => Some(patient.clone()),
            (_, Some(structure)) => self.outbox.phone_of_structure(structure).await?,
            (_, None) => address(self.outbox.contact(&notice.party).await?, notice.channel),
        };
        let way = self.ways.iter().find(|way| way.channel() == notice.channel);
        Ok(match (to, silent, way) {
            (None, ..) => Err(NoticeTrouble::NoAddress),
            (_, Some(trouble), _) => Err(trouble),
            (Some(to), None, Some(way)) => {
                way.send(&to, &notice.key, &notice.text.clone().unwrap_or_default()).await
            }
            (_, None, None) => Err(NoticeTrouble::Unreachable),
        })
    }

    /// Notes what came of an attempt.
    async fn note(
        &self,
        notice: &StoredNotice,
        sent: Result<(), NoticeTrouble>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match sent {
            Ok(()) => {
                self.counts.sent[notice.channel as usize].fetch_add(1, Relaxed);
                self.outbox.settle(notice.id, NoticeState::Sent, None, now).await
            }
            Err(NoticeTrouble::Refused) => self.give_up(notice, Some(NoticeTrouble::Refused), now).await,
            Err(trouble) => self.outbox.settle(notice.id, NoticeState::Waiting, Some(trouble), now).await,
        }
    }

    async fn give_up(
        &self,
        notice: &StoredNotice,
        trouble: Option<NoticeTrouble>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let StoredNotice { party, channel, attempts, .. } = notice;
        tracing::warn!(code = "notice_given_up", %party, ?channel, ?trouble, attempts, "a notice was given up");
        self.counts.failed[*channel as usize].fetch_add(1, Relaxed);
        self.outbox.settle(notice.id, NoticeState::Failed, trouble, now).await
    }

    /// What became of the reminders to those on the list.
    async fn became(&self, list: &[Summons]) -> Result<Vec<(PartyId, Notice)>, StoreError> {
        let mut notices = Vec::new();
        for summons in list.iter().filter(|summons| matches!(summons.why, SummonsReason::Absent(_))) {
            for way in &self.ways {
                let channel = way.channel();
                let Some(stored) = self.outbox.notice(&key(summons, channel)).await? else { continue };
                let StoredNotice { state, trouble, changed_at: at, party, .. } = stored;
                notices.push((party, Notice { channel, state, trouble, at }));
            }
        }
        Ok(notices)
    }
}
