//! The clocks in virtual time, on a real store. The hub is played by the tests: it makes a fact of what it is told.

use super::{ReferralClocks, clocks::LastLook};
use crate::{
    outbound::{CallReason, StructureCalls},
    store::{
        HasReferrals, Journal, Places, SqliteStore,
        testing::{Folder, add, consultation, identity, place, requested},
    },
};
use std::sync::Arc;
use teranga_clinic::{
    clinical::Disposition,
    consultation::referrals::referrals_of,
    fact::{Fact, What},
    id::{PartyId, ReferralId},
    people::{Place, Role},
    referral::{
        Letter, Referral, ReferralActor, ReferralEvent, ReferralLimits, ReferralOrder, ReferralState,
        RejectReason, Transport, TriedState, code_of,
    },
    request::Urgency,
    structure::{Structure, StructureKind},
    time::Timestamp,
};
use teranga_signaling::contract::Input;
use tokio::sync::mpsc;
use uuid::Uuid;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const ID: ReferralId = ReferralId(Uuid::from_u128(0x0ef0_0000_0000_4000_8000_0000_0000_0001));

struct World {
    store: Arc<SqliteStore>,
    clocks: ReferralClocks,
    inputs: mpsc::Receiver<Input>,
    last: LastLook,
    now: Timestamp,
    folder: Folder,
}

fn structure(id: &str) -> Structure {
    let place = Place { id: id.into(), name: id.into(), phone: "339660000".into(), ..place() };
    Structure::new(place, StructureKind::Hospital)
}

fn order() -> ReferralOrder {
    ReferralOrder {
        referral: ID,
        consultation: consultation(1),
        structure: structure("centre").place,
        others: ["matam", "dakar"].map(|id| structure(id).place).into(),
        needs: vec![],
        urgency: Urgency::Stat,
        letter: Letter::default(),
        by: "doctor".into(),
        order_number: None,
        at: Timestamp(MINUTE),
        code: code_of(ID).into(),
    }
}

fn clocks(store: &Arc<SqliteStore>) -> (ReferralClocks, mpsc::Receiver<Input>) {
    let (sender, inputs) = mpsc::channel(64);
    let clocks = ReferralClocks {
        referrals: store.referrals(),
        journal: store.clone(),
        places: store.clone(),
        limits: ReferralLimits::default(),
        inputs: sender,
        calls: StructureCalls::default(),
    };
    (clocks, inputs)
}

impl World {
    /// A structure takes no patients any more.
    async fn close(&self, id: &str) {
        self.store.put_structure(&Structure { closed: true, ..structure(id) }).await.unwrap();
    }

    /// A referral to the health centre, and after it to Matam and Dakar, of minute 1.
    async fn new() -> Self {
        let folder = Folder::new();
        let store = Arc::new(folder.open().await);
        for id in ["centre", "matam", "dakar"] {
            store.put_structure(&structure(id)).await.unwrap();
        }
        add(&store, consultation(1), &requested(consultation(1), 1)).await.unwrap();
        let (clocks, inputs) = clocks(&store);
        let world = Self { store, clocks, inputs, last: LastLook::default(), now: Timestamp(MINUTE), folder };
        world.fact(Some("doctor"), What::Claimed { doctor: identity("doctor", Role::Doctor) }).await;
        world.fact(Some("doctor"), What::Referred { referral: Box::new(order()) }).await;
        world
    }

    async fn fact(&self, by: Option<&str>, what: What) {
        let by = by.map(|by| PartyId(by.into()));
        add(&self.store, consultation(1), &Fact { at: self.now, by, staff: None, what }).await.unwrap();
    }

    async fn step(&self, by: Option<&str>, actor: ReferralActor, event: ReferralEvent) {
        let (by_name, event) = ("x".into(), Box::new(event));
        self.fact(by, What::ReferralMoved { referral: ID, actor, by_name, event, act: None }).await;
    }

    /// The server is killed and starts again on the same data.
    async fn restart(&mut self) {
        self.store.close().await;
        self.store = Arc::new(self.folder.open().await);
        (self.clocks, self.inputs) = clocks(&self.store);
        self.last = LastLook::default();
    }

    /// Lets time pass, and gives what the hub was told to do by the clocks: the minute and the event.
    async fn pass(&mut self, ms: u64) -> Vec<(u64, ReferralEvent)> {
        let (end, mut told) = (self.now.plus_ms(ms), Vec::new());
        while self.now < end {
            self.now = self.now.plus_ms(MINUTE.max(ms / 200)).min(end);
            self.clocks.work(self.now, &mut self.last).await.unwrap();
            while let Ok(input) = self.inputs.try_recv() {
                let Input::Referral(change) = input else { panic!("something else") };
                let What::ReferralMoved { actor, event, .. } = &*change.what else {
                    panic!("something else")
                };
                assert_eq!((*actor, &change.by), (ReferralActor::Server, &None));
                if let ReferralEvent::AskedNext { code, .. } = &**event {
                    assert_ne!(code, &None, "who is asked next has a code of their own");
                }
                told.push((self.now.0 / MINUTE, event.shown()));
                self.fact(None, *change.what).await;
            }
        }
        told
    }

    /// The structures that are to get an SMS.
    fn called(&self) -> Vec<&str> {
        self.last.wanted.values().flatten().map(|call| call.structure.as_str()).collect()
    }

    /// The structures that are to get an SMS, and why.
    fn reminded(&self) -> Vec<(&str, CallReason)> {
        self.last.wanted.values().flatten().map(|call| (call.structure.as_str(), call.reason)).collect()
    }

    async fn referral(&self) -> Referral {
        let history = self.store.read(consultation(1)).await.unwrap().unwrap().unwrap();
        referrals_of(history.consultation()).find(ID).unwrap().clone()
    }
}

fn asked(id: &str) -> ReferralEvent {
    ReferralEvent::AskedNext { structure: structure(id).place, code: None }
}

#[tokio::test]
async fn structures_that_do_not_answer_are_asked_in_turn_each_for_ten_minutes() {
    let mut world = World::new().await;
    assert_eq!(world.pass(9 * MINUTE).await, []);
    assert_eq!(world.called(), ["centre"]);
    let told = world.pass(HOUR).await;
    let expected = [(11, asked("matam")), (21, asked("dakar")), (31, ReferralEvent::Unanswered)];
    assert_eq!(told, expected);
    let referral = world.referral().await;
    assert_eq!(
        (referral.state, referral.unanswered_since),
        (ReferralState::Requested, Some(Timestamp(31 * MINUTE)))
    );
    assert!(referral.tried.iter().all(|tried| tried.state == TriedState::Unanswered));
    assert_eq!(world.pass(30 * DAY).await, [], "people are told once");
}

#[tokio::test]
async fn a_rejection_asks_the_next_one_at_once_and_an_answer_stops_the_clock() {
    let mut world = World::new().await;
    world.pass(2 * MINUTE).await;
    let rejected = ReferralEvent::Rejected { reason: RejectReason::NoBed, text: None };
    world.step(None, ReferralActor::Receiver, rejected).await;
    assert_eq!(world.pass(MINUTE).await, [(4, asked("matam"))]);
    world.pass(MINUTE).await;
    assert_eq!(world.called(), ["matam"]);
    world.step(None, ReferralActor::Receiver, ReferralEvent::Received).await;
    world.pass(MINUTE).await;
    assert_eq!(world.called(), [""; 0], "whoever reads the letter needs no SMS");
    world.step(None, ReferralActor::Receiver, ReferralEvent::Accepted { text: None }).await;
    assert_eq!(world.pass(DAY).await, []);
}

#[tokio::test]
async fn both_sides_are_asked_for_the_arrival_and_a_week_later_for_the_counter_referral_also_after_the_end() {
    let mut world = World::new().await;
    let departed = ReferralEvent::Departed {
        transport: Transport::OwnVehicle,
        eta_min: Some(40),
        ago_min: None,
        text: None,
    };
    world.step(Some("post"), ReferralActor::Post, departed).await;
    world.fact(Some("doctor"), What::Closed { disposition: Disposition::Evacuation, follow_up: None }).await;
    world.pass(MINUTE).await;
    assert_eq!(world.called(), ["centre"], "whoever expects nobody is told of a patient who has left");
    let told = world.pass(3 * HOUR).await;
    assert_eq!(told, [(11, ReferralEvent::Unanswered), (101, ReferralEvent::ArrivalAsked)]);
    assert_eq!(world.reminded(), [("centre", CallReason::Arrival)], "whoever has only SMS is asked by SMS");
    world.step(None, ReferralActor::Receiver, ReferralEvent::InCare).await;
    assert_eq!(world.pass(6 * DAY).await, []);
    assert_eq!(world.reminded(), [], "it has answered");
    let told = world.pass(DAY + HOUR).await;
    assert_eq!(told.iter().map(|(_, event)| event).collect::<Vec<_>>(), [&ReferralEvent::CounterAsked]);
    assert_eq!(world.reminded(), [("centre", CallReason::Counter)]);
    assert_eq!(world.pass(30 * DAY).await, []);
}

#[tokio::test]
async fn a_structure_with_an_account_reads_reminders_on_its_list_and_gets_no_sms_for_them() {
    let mut world = World::new().await;
    world.step(Some("sy"), ReferralActor::Receiver, ReferralEvent::Accepted { text: None }).await;
    let departed = ReferralEvent::Departed {
        transport: Transport::OwnVehicle,
        eta_min: Some(40),
        ago_min: None,
        text: None,
    };
    world.step(Some("post"), ReferralActor::Post, departed).await;
    assert_eq!(world.pass(2 * HOUR).await.len(), 1, "it is asked");
    assert_eq!(world.reminded(), []);
}

#[tokio::test]
async fn a_structure_that_closes_counts_as_one_that_rejects_and_closed_ones_are_passed_over() {
    let mut world = World::new().await;
    world.step(None, ReferralActor::Receiver, ReferralEvent::Accepted { text: None }).await;
    for id in ["centre", "matam"] {
        world.close(id).await;
    }
    let told = world.pass(2 * MINUTE).await;
    assert!(
        matches!(&told[..], [(2, ReferralEvent::Rejected { .. }), (3, next)] if *next == asked("dakar")),
        "{told:?}"
    );
    let referral = world.referral().await;
    assert_eq!(referral.tried[0].text, Some("Cette structure est fermée.".into()));
    world.close("dakar").await;
    let told = world.pass(HOUR).await;
    assert!(matches!(&told[..], [(_, ReferralEvent::Rejected { .. })]), "nobody is left: {told:?}");
    assert_eq!(world.referral().await.state, ReferralState::Rejected);
}

#[tokio::test]
async fn a_structure_that_closes_while_the_patient_is_on_the_way_is_told_once_and_people_decide() {
    let mut world = World::new().await;
    let departed =
        ReferralEvent::Departed { transport: Transport::Other, eta_min: None, ago_min: None, text: None };
    world.step(Some("post"), ReferralActor::Post, departed.clone()).await;
    world.close("centre").await;
    let told = world.pass(HOUR).await;
    assert!(
        matches!(&told[..], [(2, ReferralEvent::Rejected { .. })]),
        "it is told at once, and once: {told:?}"
    );
    let referral = world.referral().await;
    assert_eq!((referral.state, referral.is_rejected_on_the_way()), (ReferralState::EnRoute, true));
    world.restart().await;
    assert_eq!(world.pass(MINUTE).await, []);
    world.step(Some("post"), ReferralActor::Post, asked("matam")).await;
    assert_eq!(world.pass(MINUTE).await, []);
    assert_eq!(world.called(), ["matam"], "it hears of a patient who is on the way already");
    world.step(Some("post"), ReferralActor::Post, departed).await;
    world.close("matam").await;
    let told = world.pass(MINUTE).await;
    assert!(matches!(&told[..], [(_, ReferralEvent::Rejected { .. })]), "the next one closes, too: {told:?}");
}

#[tokio::test]
async fn a_restart_forgets_no_clock_and_rings_none_twice() {
    let mut world = World::new().await;
    world.pass(5 * MINUTE).await;
    world.restart().await;
    assert_eq!(world.pass(6 * MINUTE).await, [(11, asked("matam"))]);
    world.restart().await;
    assert_eq!(world.pass(8 * MINUTE).await, []);
    assert_eq!(world.called(), ["matam"]);
    world.now = world.now.plus_ms(HOUR);
    world.restart().await;
    assert_eq!(world.pass(MINUTE).await.len(), 1, "what fell due while the server was down is done at once");
}

#[tokio::test]
async fn what_the_hub_does_not_record_is_told_again() {
    let mut world = World::new().await;
    let late = Timestamp(20 * MINUTE);
    for _ in 0..2 {
        world.clocks.work(late, &mut world.last).await.unwrap();
        assert!(matches!(world.inputs.try_recv(), Ok(Input::Referral(_))));
        assert!(world.inputs.try_recv().is_err());
    }
}
