//! The head of the audit log by e-mail, once a day, to whoever keeps it outside of this machine (`docs/adr/0026-audit-hash-chain.md`). What
//! was sent is noted in a file of the data folder after the relay has taken it, so that a restart sends nothing twice on one day.

use super::{mail::MailClient, retry::retry_ms, way::Way, worker::own_name};
use crate::{
    clock::Clock,
    config::Config,
    data_folder::write_private,
    store::{AuditLog, StoreError},
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use teranga_clinic::{notice::NoticeTrouble, pii::Pii, rota::Zone, time::Timestamp};

/// The task that sends the head.
pub struct AuditHeadMail {
    log: Arc<dyn AuditLog>,
    way: Box<dyn Way>,
    to: Pii<String>,
    zone: Zone,
    /// The name of the service, as people type it.
    name: String,
    /// The file that names the day whose head was sent.
    file: PathBuf,
    /// The day whose head was sent, as `2026-11-30`; empty if none was.
    sent: String,
    /// The day that is tried, and the attempts that it took so far.
    tried: (String, u32),
}

impl fmt::Debug for AuditHeadMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditHeadMail").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl AuditHeadMail {
    /// The task of this configuration; none if nobody is to get the head.
    ///
    /// # Panics
    /// The configured time zone was checked, and the default one is in the database.
    pub fn new(config: &Config, log: Arc<dyn AuditLog>) -> Option<Self> {
        let to = Pii::new(config.audit_head_to.clone()?);
        let name = own_name(config);
        let way = Box::new(MailClient::new(config.mail.clone()?, name.clone()));
        let zone = Zone::named(config.time_zone.as_deref().unwrap_or("Africa/Dakar"));
        let zone = zone.expect("it was checked with the configuration");
        Some(Self::with(log, way, (to, zone, name), &config.data))
    }

    fn with(
        log: Arc<dyn AuditLog>,
        way: Box<dyn Way>,
        (to, zone, name): (Pii<String>, Zone, String),
        data: &Path,
    ) -> Self {
        let file = data.join(FILE);
        let sent = fs::read_to_string(&file).unwrap_or_default().trim().to_owned();
        Self { log, way, to, zone, name, file, sent, tried: <_>::default() }
    }

    /// Works until the server stops.
    pub async fn run(mut self, clock: Clock) {
        loop {
            let wait_ms = match self.work(clock.timestamp()).await {
                Ok(wait_ms) => wait_ms,
                Err(error) => {
                    tracing::error!(%error, code = "audit_head_not_sent", "the head of the audit log cannot be read");
                    LOOK_EVERY_MS
                }
            };
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Sends the head if that of today was not sent yet. Gives the time until the next look, in milliseconds.
    async fn work(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let day = self.zone.local(now).date().to_string();
        if self.sent == day {
            return Ok(LOOK_EVERY_MS);
        }
        let text = self.text(&self.log.audit_head().await?.to_string(), now);
        if self.tried.0 != day {
            self.tried = (day.clone(), 0);
        }
        match self.way.send(&self.to, &format!("audit-head.{day}"), &text.into()).await {
            Ok(()) => {
                self.note(day);
                Ok(LOOK_EVERY_MS)
            }
            Err(trouble) => {
                let wait_ms = retry_ms(self.tried.1);
                self.tried.1 += 1;
                tell_trouble(trouble, self.tried.1);
                Ok(wait_ms)
            }
        }
    }

    /// Notes that the head of a day was sent. If the disk refuses, this process still sends it once only.
    fn note(&mut self, day: String) {
        tracing::info!(code = "audit_head_sent", day, "the head of the audit log was sent by e-mail");
        if let Err(error) = write_private(&self.file, day.as_bytes()) {
            tracing::error!(%error, code = "audit_head_not_noted", "a restart will send the head of today again");
        }
        self.sent = day;
    }

    /// The subject in the first line, and the text.
    fn text(&self, head: &str, now: Timestamp) -> String {
        let (name, at) = (&self.name, self.zone.local(now));
        let day = format!("{:02}/{:02}/{}", at.day(), at.month(), at.year());
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        format!(
            "Teranga, {name} : tête du journal d’audit du {day}\n\
             Tête du journal d’audit de {name}, le {day} à {time} :\n\n\
             {head}\n\n\
             Gardez ce message ailleurs que sur cette machine : il prouve ce que le journal contenait. Pour vérifier que rien n’y a été effacé \
             ni changé depuis, tapez sur le serveur :\n\n\
             teranga audit verify --data DOSSIER --head {head}\n\n\
             Si la commande échoue, ne changez rien au dossier des données, et comparez-le avec une sauvegarde.\n"
        )
    }
}

fn tell_trouble(trouble: NoticeTrouble, attempts: u32) {
    tracing::warn!(
        code = "audit_head_not_sent",
        ?trouble,
        attempts,
        "the head of the audit log could not be sent by e-mail; it is tried again"
    );
}

/// The name of the file in the data folder.
const FILE: &str = "audit-head.sent";

/// The time between two looks at the calendar, in milliseconds.
const LOOK_EVERY_MS: u64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        audit_chain::{AuditFlaw, AuditHead},
        testing::Folder,
    };
    use async_trait::async_trait;
    use std::sync::Mutex;
    use teranga_clinic::notice::NoticeChannel;

    /// 15 January 2027 at 08:00 in Dakar.
    const START: Timestamp = Timestamp(1_800_000_000_000);
    const HOUR: u64 = 3_600_000;

    #[derive(Debug)]
    struct Log;

    #[async_trait]
    impl AuditLog for Log {
        async fn audit_head(&self) -> Result<AuditHead, StoreError> {
            Ok(AuditHead { rows: 12, hash: [0xab; 32] })
        }

        async fn verify_audit(
            &self,
            _: Option<AuditHead>,
        ) -> Result<Result<AuditHead, AuditFlaw>, StoreError> {
            self.audit_head().await.map(Ok)
        }
    }

    /// What a relay was handed, as key and text, and how it answers.
    type Handed = (Vec<(String, String)>, Result<(), NoticeTrouble>);

    #[derive(Clone)]
    struct Relay(Arc<Mutex<Handed>>);

    #[async_trait]
    impl Way for Relay {
        fn channel(&self) -> NoticeChannel {
            NoticeChannel::Mail
        }

        async fn send(&self, to: &Pii<String>, key: &str, text: &Pii<String>) -> Result<(), NoticeTrouble> {
            assert_eq!(to.reveal(), "audit@sante.example.sn");
            let mut relay = self.0.lock().unwrap();
            relay.0.push((key.to_owned(), text.reveal().clone()));
            relay.1
        }
    }

    impl Relay {
        fn new() -> Self {
            Self(Arc::new(Mutex::new((Vec::new(), Ok(())))))
        }

        fn answer(&self, answer: Result<(), NoticeTrouble>) {
            self.0.lock().unwrap().1 = answer;
        }

        /// The keys of what was handed over since the last call.
        fn keys(&self) -> Vec<String> {
            let handed = std::mem::take(&mut self.0.lock().unwrap().0);
            handed.into_iter().map(|(key, _)| key).collect()
        }
    }

    fn folder() -> Folder {
        let folder = Folder::new();
        fs::create_dir_all(&*folder).unwrap();
        folder
    }

    fn task(relay: &Relay, folder: &Folder) -> AuditHeadMail {
        let zone = Zone::named("Africa/Dakar").unwrap();
        let to = ("audit@sante.example.sn".to_owned().into(), zone, "teranga.example.sn".to_owned());
        AuditHeadMail::with(Arc::new(Log), Box::new(relay.clone()), to, folder)
    }

    /// Works from one time to another, at the times that the task asks for.
    async fn pass(task: &mut AuditHeadMail, from: Timestamp, ms: u64) {
        let mut at = from;
        while at <= from.plus_ms(ms) {
            at = at.plus_ms(task.work(at).await.unwrap());
        }
    }

    #[tokio::test]
    async fn the_head_is_sent_once_a_day_whatever_restarts() {
        let (relay, folder) = (Relay::new(), folder());
        pass(&mut task(&relay, &folder), START, HOUR).await;
        assert_eq!(relay.keys(), ["audit-head.2027-01-15"]);
        for hours in [1, 5, 15] {
            pass(&mut task(&relay, &folder), START.plus_ms(hours * HOUR), HOUR / 2).await;
            assert_eq!(relay.keys(), [""; 0], "after {hours} h");
        }
        pass(&mut task(&relay, &folder), START.plus_ms(15 * HOUR), 30 * HOUR).await;
        assert_eq!(relay.keys(), ["audit-head.2027-01-16", "audit-head.2027-01-17"], "at midnight");
    }

    #[tokio::test]
    async fn a_relay_that_is_away_is_tried_again_and_the_next_day_has_its_own_head() {
        let (relay, folder) = (Relay::new(), folder());
        relay.answer(Err(NoticeTrouble::Unreachable));
        let mut running = task(&relay, &folder);
        pass(&mut running, START, 15 * HOUR + HOUR / 2).await;
        let tried = relay.keys();
        assert!((60..=80).contains(&tried.len()), "{} times", tried.len());
        relay.answer(Ok(()));
        pass(&mut task(&relay, &folder), START.plus_ms(17 * HOUR), HOUR).await;
        assert_eq!(relay.keys(), ["audit-head.2027-01-16"], "yesterday's is not sent any more");
    }

    #[tokio::test]
    async fn a_disk_that_takes_no_note_makes_no_second_e_mail() {
        let (relay, folder) = (Relay::new(), folder());
        let mut running = task(&relay, &folder);
        running.file = folder.join("missing").join(FILE);
        pass(&mut running, START, HOUR).await;
        assert_eq!(relay.keys(), ["audit-head.2027-01-15"]);
    }

    #[tokio::test]
    async fn it_says_what_to_type_and_its_head_can_be_typed() {
        let (relay, folder) = (Relay::new(), folder());
        task(&relay, &folder).work(START).await.unwrap();
        let (_, text) = relay.0.lock().unwrap().0[0].clone();
        let subject = "Teranga, teranga.example.sn : tête du journal d’audit du 15/01/2027\n";
        assert!(text.starts_with(subject), "{text}");
        let head = text.split("--head ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
        let typed: AuditHead = head.parse().unwrap();
        assert_eq!((typed.rows, typed.hash), (12, [0xab; 32]));
    }
}
