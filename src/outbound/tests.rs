//! Tests of the outbox with a clock that moves when told and a gateway that answers as told: what is sent, how often, and what a
//! restart changes.

use super::{CallReason, StructureCall, appointments::Reminders, way::Way, worker::OutboundWorker};
use crate::store::{
    Accounts, HasAppointments, HasOutbox, NewAccount, Outbox, Places, Revocations, SqliteStore,
    testing::{Folder, consultation, identity, place},
};
use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use teranga_clinic::{
    id::{PartyId, ReferralId},
    notice::{Notice, NoticeChannel, NoticeState, NoticeTrouble},
    people::{Place, Role, Speciality},
    pii::Pii,
    request::Urgency,
    rota::{Duty, DutyLevel, Zone},
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use teranga_signaling::contract::{Cause, Summons, SummonsReason, Uncovered};
use uuid::Uuid;

const START: Timestamp = Timestamp(1_800_000_000_000);
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// What a gateway has got, and how it answers.
#[derive(Clone)]
struct Gateway(Arc<Mutex<Handed>>);

/// The addresses of what was handed over, and the answer to each.
type Handed = (Vec<String>, Result<(), NoticeTrouble>);

struct Recorder(NoticeChannel, Gateway);

#[async_trait]
impl Way for Recorder {
    fn channel(&self) -> NoticeChannel {
        self.0
    }

    async fn send(&self, to: &Pii<String>, _: &str, _: &Pii<String>) -> Result<(), NoticeTrouble> {
        let mut gateway = self.1.0.lock().unwrap();
        gateway.0.push(to.reveal().clone());
        gateway.1
    }
}

pub(super) struct World {
    pub(super) store: Arc<SqliteStore>,
    outbox: Arc<dyn Outbox>,
    gateway: Gateway,
    worker: OutboundWorker,
    pub(super) now: Timestamp,
    calls: Vec<StructureCall>,
    folder: Folder,
}

impl World {
    /// A doctor `awa` with a telephone and an e-mail address, a doctor `ba` without, and a coordinator `mina` with a telephone.
    pub(super) async fn new(channels: &[NoticeChannel]) -> Self {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        let structure = Structure::new(place(), StructureKind::Post);
        store.put_structure(&structure).await.unwrap();
        for (party, role) in [("awa", Role::Doctor), ("ba", Role::Doctor), ("mina", Role::Coordinator)] {
            let (identity, password_hash) = (identity(party, role), "hash".into());
            let account = NewAccount { identity, login: party.into(), password_hash, order_number: None };
            store.add_account(&account, START).await.unwrap();
        }
        let outbox = store.outbox();
        outbox.set_phone("awa", Some("+221771234567")).await.unwrap();
        outbox.set_phone("mina", Some("+221780000001")).await.unwrap();
        outbox.set_email("awa", Some("awa@example.sn")).await.unwrap();
        let gateway = Gateway(Arc::new(Mutex::new((Vec::new(), Ok(())))));
        let worker = worker(channels, &gateway, &store);
        Self { store, outbox, gateway, worker, now: START, calls: Vec::new(), folder }
    }

    /// The server is killed and starts again on the same data.
    pub(super) async fn restart(&mut self) {
        self.store.close().await;
        self.store = Arc::new(self.folder.open().await);
        self.outbox = self.store.outbox();
        let channels: Vec<_> = self.worker.ways.iter().map(|way| way.channel()).collect();
        self.worker = worker(&channels, &self.gateway, &self.store);
    }

    pub(super) fn answer(&self, answer: Result<(), NoticeTrouble>) {
        self.gateway.0.lock().unwrap().1 = answer;
    }

    /// Lets time pass with this list, and gives what the coordinators read of it.
    pub(super) async fn pass(&mut self, ms: u64, list: &[Summons]) -> Vec<Notice> {
        let end = self.now.plus_ms(ms);
        loop {
            let (notices, _) = self.worker.work(self.now, list, &self.calls).await.unwrap();
            if self.now >= end {
                return notices.into_iter().map(|(_, notice)| notice).collect();
            }
            self.now = self.now.plus_ms(30_000).min(end);
        }
    }

    /// The addresses to which something was handed since the last call.
    pub(super) fn handed(&self) -> Vec<String> {
        std::mem::take(&mut self.gateway.0.lock().unwrap().0)
    }

    /// The numbers of attempts at the gateway since the last call.
    fn tried(&self) -> usize {
        std::mem::take(&mut self.gateway.0.lock().unwrap().0).len()
    }
}

fn worker(channels: &[NoticeChannel], gateway: &Gateway, store: &Arc<SqliteStore>) -> OutboundWorker {
    let ways = channels.iter().map(|channel| Box::new(Recorder(*channel, gateway.clone())) as Box<dyn Way>);
    let site = (Zone::named("Africa/Dakar").unwrap(), "https://t.sn".to_owned());
    let reminders = Reminders { appointments: store.appointments(), journal: store.clone() };
    OutboundWorker::with(ways.collect(), site, store.outbox(), reminders).1
}

fn duty(party: &str, from: Timestamp) -> Box<Duty> {
    let (doctor, speciality, level) =
        (identity(party, Role::Doctor), Speciality::Obstetrics, DutyLevel::First);
    Box::new(Duty { doctor, speciality, level, from, until: from.plus_ms(12 * HOUR) })
}

fn absent(party: &str, from: Timestamp) -> Summons {
    Summons { to: identity(party, Role::Doctor), why: SummonsReason::Absent(duty(party, from)) }
}

fn rings(party: &str, number: u128) -> Summons {
    let (duty, consultation) = (duty(party, START), consultation(number));
    let why = SummonsReason::Rings { duty, consultation, urgency: Urgency::Stat };
    Summons { to: identity(party, Role::Doctor), why }
}

/// A case that `awa` answers for, since a time.
fn case(number: u128, urgency: Urgency, since: Timestamp) -> Summons {
    let (consultation, due) = (consultation(number), since.plus_ms(2 * HOUR));
    let why = SummonsReason::Case { consultation, speciality: Speciality::Obstetrics, urgency, since, due };
    Summons { to: identity("awa", Role::Doctor), why }
}

/// What the coordinator `mina` is to hear of.
fn cause(cause: Cause) -> Summons {
    Summons { to: identity("mina", Role::Coordinator), why: SummonsReason::Cause(cause) }
}

fn lapsed(number: u128, urgency: Urgency, lapses: u16) -> Summons {
    let (consultation, speciality) = (consultation(number), Speciality::Obstetrics);
    cause(Cause::Lapsed { consultation, speciality, urgency, lapses })
}

const SMS: &[NoticeChannel] = &[NoticeChannel::Sms];

#[tokio::test]
async fn a_duty_makes_one_sms_and_one_e_mail_whatever_happens() {
    let mut world = World::new(&[NoticeChannel::Sms, NoticeChannel::Mail]).await;
    let list = [absent("awa", START)];
    let notices = world.pass(HOUR, &list).await;
    let sent = |channel| Notice { channel, state: NoticeState::Sent, trouble: None, at: START };
    assert_eq!(notices, [sent(NoticeChannel::Sms), sent(NoticeChannel::Mail)]);
    let to = std::mem::take(&mut world.gateway.0.lock().unwrap().0);
    assert_eq!(to, ["+221771234567", "awa@example.sn"]);
    world.restart().await;
    world.pass(2 * HOUR, &[]).await;
    assert_eq!(world.pass(2 * HOUR, &list).await.len(), 2, "what was sent is still told");
    assert_eq!(world.tried(), 0, "neither a restart nor a second absence sends it again");
    world.pass(MINUTE, &[absent("awa", START.plus_ms(5 * HOUR))]).await;
    assert_eq!(world.tried(), 2, "another duty is another reason");
}

#[tokio::test]
async fn a_change_of_the_rota_within_the_hour_makes_no_second_sms() {
    let mut world = World::new(SMS).await;
    world.pass(MINUTE, &[absent("awa", START)]).await;
    let changed = [absent("awa", START.plus_ms(1))];
    world.pass(50 * MINUTE, &changed).await;
    assert_eq!(world.tried(), 1);
    world.pass(20 * MINUTE, &changed).await;
    assert_eq!(world.tried(), 1, "after the hour");
}

#[tokio::test]
async fn a_gateway_that_is_away_is_tried_more_and_more_seldom_and_given_up_with_a_code() {
    let mut world = World::new(SMS).await;
    world.answer(Err(NoticeTrouble::Unreachable));
    let list = [absent("awa", START)];
    let notices = world.pass(10 * MINUTE, &list).await;
    assert_eq!(
        (notices[0].state, notices[0].trouble),
        (NoticeState::Waiting, Some(NoticeTrouble::Unreachable))
    );
    assert_eq!(world.tried(), 5, "after 0, 0.5, 1.5, 3.5 and 7.5 minutes");
    world.restart().await;
    world.pass(5 * HOUR, &list).await;
    assert!((15..=30).contains(&world.tried()));
    let notices = world.pass(2 * HOUR, &list).await;
    assert_eq!(
        (notices[0].state, notices[0].trouble),
        (NoticeState::Failed, Some(NoticeTrouble::Unreachable))
    );
    assert_eq!((world.worker.counts().failed(NoticeChannel::Sms), world.worker.counts().waiting()), (1, 0));
    world.answer(Ok(()));
    world.tried();
    world.pass(HOUR, &list).await;
    assert_eq!(world.tried(), 0, "what was given up stays so");
}

#[tokio::test]
async fn whoever_comes_or_is_off_duty_before_it_was_sent_gets_nothing() {
    let mut world = World::new(SMS).await;
    world.answer(Err(NoticeTrouble::Unreachable));
    let list = [absent("awa", START)];
    world.pass(MINUTE, &list).await;
    world.pass(MINUTE, &[]).await;
    world.answer(Ok(()));
    world.tried();
    world.pass(HOUR, &[]).await;
    assert_eq!(world.tried(), 0);
    world.pass(MINUTE, &list).await;
    assert_eq!(world.tried(), 1, "who is missed again in the same duty, and was never told, is told");
}

#[tokio::test]
async fn a_telephone_that_is_given_during_the_duty_gets_the_sms() {
    let mut world = World::new(SMS).await;
    let list = [absent("ba", START)];
    let notices = world.pass(MINUTE, &list).await;
    assert_eq!(
        (notices[0].state, notices[0].trouble),
        (NoticeState::Waiting, Some(NoticeTrouble::NoAddress))
    );
    world.outbox.set_phone("ba", Some("+221770000000")).await.unwrap();
    assert_eq!(world.pass(5 * MINUTE, &list).await[0].state, NoticeState::Sent);
    assert_eq!(world.tried(), 1);
}

#[tokio::test]
async fn a_gateway_that_is_away_hides_no_missing_telephone_and_is_waited_for_once() {
    let mut world = World::new(SMS).await;
    world.answer(Err(NoticeTrouble::Unreachable));
    world.outbox.set_phone("ba", Some("+221770000000")).await.unwrap();
    world.pass(0, &[absent("awa", START), absent("ba", START)]).await;
    assert_eq!(world.tried(), 1, "the second notice waits without an attempt");
    world.outbox.set_phone("ba", None).await.unwrap();
    let notices = world.pass(MINUTE, &[absent("awa", START), absent("ba", START)]).await;
    let troubles: Vec<_> = notices.iter().map(|notice| notice.trouble).collect();
    assert_eq!(troubles, [Some(NoticeTrouble::Unreachable), Some(NoticeTrouble::NoAddress)]);
}

#[tokio::test]
async fn a_number_that_is_refused_is_not_tried_again_and_a_revoked_account_has_none() {
    let mut world = World::new(SMS).await;
    world.answer(Err(NoticeTrouble::Refused));
    let list = [absent("awa", START)];
    assert_eq!(world.pass(HOUR, &list).await[0].state, NoticeState::Failed);
    assert_eq!(world.tried(), 1);
    world.store.revoke(&PartyId("awa".into()), START).await.unwrap();
    assert_eq!(world.outbox.contact(&PartyId("awa".into())).await.unwrap().phone, None);
}

#[tokio::test]
async fn requests_that_ring_make_one_sms_an_hour_to_a_doctor_beside_the_reminder() {
    let mut world = World::new(SMS).await;
    world.pass(MINUTE, &[rings("awa", 1)]).await;
    world.pass(MINUTE, &[absent("awa", START), rings("awa", 1)]).await;
    assert_eq!(world.tried(), 2, "the request and the duty");
    world.pass(30 * MINUTE, &[absent("awa", START), rings("awa", 2)]).await;
    assert_eq!(world.tried(), 0);
    world.pass(40 * MINUTE, &[absent("awa", START), rings("awa", 3)]).await;
    assert_eq!(world.tried(), 1);
}

#[tokio::test]
async fn an_attempt_that_a_crash_interrupts_is_made_again_and_counted() {
    let mut world = World::new(SMS).await;
    world.answer(Err(NoticeTrouble::Unreachable));
    let list = [absent("awa", START)];
    world.pass(0, &list).await;
    let waiting = world.outbox.waiting_notices().await.unwrap();
    world.outbox.begin_attempt(waiting[0].id, START.plus_ms(MINUTE)).await.unwrap();
    world.restart().await;
    world.answer(Ok(()));
    world.tried();
    assert_eq!(world.pass(2 * MINUTE, &list).await[0].state, NoticeState::Sent);
    assert_eq!(world.tried(), 1);
    let stored = world.outbox.notice(&waiting[0].key).await.unwrap().unwrap();
    assert_eq!((stored.attempts, stored.text), (3, None), "what was sent is forgotten");
}

#[tokio::test]
async fn a_case_makes_one_sms_to_its_doctor_for_each_time_that_they_are_given() {
    let mut world = World::new(SMS).await;
    let list = [case(1, Urgency::Urgent, START)];
    assert_eq!(
        world.pass(HOUR, &list).await,
        [],
        "the coordinators' list of absences tells of absences only"
    );
    world.restart().await;
    world.pass(HOUR, &list).await;
    assert_eq!(world.tried(), 1, "a restart sends nothing twice");
    world.pass(MINUTE, &[case(1, Urgency::Urgent, START.plus_ms(2 * HOUR))]).await;
    assert_eq!(world.tried(), 1, "the same doctor, and a new time");
}

#[tokio::test]
async fn an_emergency_does_not_wait_for_the_hour_of_the_one_before_and_other_cases_do() {
    let mut world = World::new(SMS).await;
    let urgent = [case(1, Urgency::Urgent, START), case(2, Urgency::Urgent, START)];
    world.pass(50 * MINUTE, &urgent).await;
    assert_eq!(world.tried(), 1);
    world.pass(MINUTE, &[case(3, Urgency::Stat, START), case(4, Urgency::Stat, START)]).await;
    assert_eq!(world.tried(), 2);
    world.pass(20 * MINUTE, &[lapsed(5, Urgency::Stat, 1), lapsed(6, Urgency::Stat, 1)]).await;
    assert_eq!(world.tried(), 2, "two emergencies whose time is over");
    world.pass(2 * HOUR, &urgent).await;
    assert_eq!(world.tried(), 1, "the second one, when its hour has come");
}

#[tokio::test]
async fn a_coordinator_gets_one_sms_a_cause_also_over_a_restart() {
    let mut world = World::new(SMS).await;
    let (speciality, level, from) = (Speciality::Paediatrics, DutyLevel::First, START.plus_ms(8 * HOUR));
    let uncovered = Uncovered { speciality, level, from };
    let unassigned =
        Cause::Unassigned { consultation: consultation(1), speciality, urgency: Urgency::Urgent, owners: 0 };
    let list = [
        cause(Cause::Uncovered(uncovered)),
        cause(Cause::Absent(duty("awa", START))),
        cause(unassigned),
        lapsed(1, Urgency::Urgent, 1),
    ];
    world.pass(HOUR, &list).await;
    let to = std::mem::take(&mut world.gateway.0.lock().unwrap().0);
    assert_eq!(to, ["+221780000001"; 4], "one for each cause");
    world.restart().await;
    world.pass(5 * HOUR, &[]).await;
    world.pass(5 * HOUR, &list).await;
    assert_eq!(world.tried(), 0);
    world.pass(MINUTE, &[lapsed(1, Urgency::Urgent, 2)]).await;
    assert_eq!(world.tried(), 1, "another deadline");
}

#[tokio::test]
async fn a_structure_that_is_asked_gets_one_sms_on_its_own_telephone_unless_it_opens_the_letter_first() {
    let mut world = World::new(SMS).await;
    let hospital = Place { id: "hopital".into(), phone: "33 966 00 00".into(), ..place() };
    let hospital = Structure::new(hospital, StructureKind::Hospital);
    world.store.put_structure(&hospital).await.unwrap();
    let call = StructureCall {
        referral: ReferralId(Uuid::from_u128(1)),
        reason: CallReason::Asked,
        since: START,
        doctor: PartyId("awa".into()),
        structure: "hopital".into(),
        post: "Poste".into(),
        urgency: Urgency::Stat,
        code: "00000-00001".into(),
    };
    world.calls = vec![call.clone()];
    world.pass(HOUR, &[]).await;
    let to = std::mem::take(&mut world.gateway.0.lock().unwrap().0);
    assert_eq!(to, ["+221339660000"]);
    world.restart().await;
    world.pass(HOUR, &[]).await;
    assert_eq!(world.tried(), 0, "a restart sends nothing twice");
    world.answer(Err(NoticeTrouble::Unreachable));
    world.calls = vec![StructureCall { since: START.plus_ms(HOUR), ..call.clone() }];
    world.pass(MINUTE, &[]).await;
    assert!(world.tried() > 0, "it is asked again after another one");
    world.answer(Ok(()));
    for reason in [CallReason::Arrival, CallReason::Counter] {
        world.calls = vec![StructureCall { reason, ..call.clone() }];
        world.pass(HOUR, &[]).await;
        let to = std::mem::take(&mut world.gateway.0.lock().unwrap().0);
        assert_eq!(to, ["+221339660000"], "{reason:?}");
    }
    (world.calls, ()) = (Vec::new(), world.answer(Ok(())));
    world.pass(HOUR, &[]).await;
    assert_eq!(world.tried(), 0);
}
