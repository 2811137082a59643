//! What a referral becomes by its events, when its clocks run out, and which texts are taken.

use super::*;
use crate::{
    clinical::Disposition,
    consultation::{Illegal, referrals::referrals_of},
    fact::What,
    id::{ActId, ConsultationId, ReferralId},
    people::Place,
    pii::Pii,
    request::Urgency,
    sample::{SAMPLE, after},
    time::Timestamp,
};
use uuid::Uuid;

fn place(id: &str) -> Place {
    let text = || id.to_owned();
    Place { id: text(), name: text(), district: text(), region: text(), phone: String::new() }
}

fn id(number: u128) -> ReferralId {
    ReferralId(Uuid::from_u128(number))
}

/// An order for the health centre, and after it for the hospitals of Matam and Tambacounda.
fn order(number: u128) -> ReferralOrder {
    ReferralOrder {
        referral: id(number),
        consultation: SAMPLE,
        structure: place("centre"),
        others: ["matam", "tamba"].map(place).into(),
        needs: vec![Need::Cesarean],
        urgency: Urgency::Stat,
        letter: Letter::default(),
        by: "doctor".into(),
        order_number: None,
        at: Timestamp(MINUTE),
        code: code_of(id(number)).into(),
    }
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// A referral with these events at these minutes.
fn moved(events: &[(u64, ReferralActor, ReferralEvent)]) -> Result<Referral, NotNow> {
    let mut referral = Referral::new(order(1));
    for (minute, actor, event) in events {
        let (at, event) = (Timestamp(minute * MINUTE), event.clone());
        referral.apply(&ReferralStep { at, actor: *actor, by: "x".into(), event, act: None })?;
    }
    Ok(referral)
}

fn waits_at(referral: &Referral) -> Option<(u64, Due)> {
    due(referral, &ReferralLimits::default()).map(|(at, due)| (at.0 / MINUTE, due))
}

fn rejected() -> ReferralEvent {
    ReferralEvent::Rejected { reason: RejectReason::NoBed, text: None }
}

fn departed(eta_min: Option<u16>) -> ReferralEvent {
    ReferralEvent::Departed { transport: Transport::OwnVehicle, eta_min, ago_min: None, text: None }
}

fn asked(structure: &str) -> ReferralEvent {
    ReferralEvent::AskedNext { structure: place(structure), code: None }
}

use ReferralActor::{Doctor, Post, Receiver, Server};

#[test]
fn the_structures_of_the_order_are_asked_in_turn_and_each_only_once() {
    let referral = moved(&[]).unwrap();
    assert_eq!(waits_at(&referral), Some((11, Due::Answer)));
    assert_eq!(referral.next_structure().unwrap().id, "matam");
    let referral = moved(&[(11, Server, asked("matam")), (12, Receiver, rejected())]).unwrap();
    assert_eq!(waits_at(&referral), Some((12, Due::Next)), "the next one is asked at once");
    assert_eq!(referral.next_structure().unwrap().id, "tamba");
    let events = [(11, Server, asked("matam")), (12, Receiver, rejected()), (13, Server, asked("tamba"))];
    let referral = moved(&events).unwrap();
    let tried: Vec<_> =
        referral.tried.iter().map(|one| (one.structure.id.as_str(), one.state, one.at.0 / MINUTE)).collect();
    assert_eq!(tried, [("centre", TriedState::Unanswered, 11), ("matam", TriedState::Rejected, 12)]);
    assert_eq!(waits_at(&referral), Some((23, Due::Answer)));
    assert_eq!(referral.next_structure(), None);
    let referral = moved(&[&events[..], &[(14, Receiver, rejected())]].concat()).unwrap();
    assert_eq!(waits_at(&referral), None, "nobody is left, and the post was told");
}

#[test]
fn a_doctor_may_ask_a_structure_that_the_order_does_not_name() {
    let referral = moved(&[(3, Doctor, asked("dakar"))]).unwrap();
    assert_eq!((referral.structure.id.as_str(), referral.asked_at), ("dakar", Timestamp(3 * MINUTE)));
    assert_eq!(referral.next_structure().unwrap().id, "matam", "the one before is not asked again");
}

#[test]
fn a_structure_is_not_asked_while_it_is_asked_and_only_a_person_asks_one_again_that_rejected() {
    assert_eq!(moved(&[(3, Doctor, asked("centre"))]), Err(NotNow));
    let rejected = (3, Receiver, rejected());
    assert!(moved(&[rejected.clone(), (4, Post, asked("centre"))]).is_ok());
    assert_eq!(moved(&[rejected.clone(), (4, Server, asked("centre"))]), Err(NotNow));
    let next = (4, Server, asked("matam"));
    assert_eq!(moved(&[rejected, next.clone(), next]), Err(NotNow), "the clock's word counts once");
}

#[test]
fn structures_are_not_asked_without_end() {
    let mut referral = Referral::new(order(1));
    let ask = |referral: &mut Referral, structure| {
        let event = asked(structure);
        referral.apply(&ReferralStep { at: Timestamp(1), actor: Doctor, by: "x".into(), event, act: None })
    };
    for number in 0..TRIED {
        ask(&mut referral, ["matam", "tamba"][number % 2]).unwrap();
    }
    assert_eq!(ask(&mut referral, "matam"), Err(NotNow));
    assert_eq!(referral.tried.len(), TRIED);
}

#[test]
fn nobody_is_told_twice_to_telephone_until_another_one_is_asked() {
    let unanswered = (11, Server, ReferralEvent::Unanswered);
    let referral = moved(std::slice::from_ref(&unanswered)).unwrap();
    assert_eq!(referral.unanswered_since, Some(Timestamp(11 * MINUTE)));
    assert_eq!(waits_at(&referral), None);
    assert_eq!(moved(&[unanswered.clone(), unanswered.clone()]), Err(NotNow));
    let referral = moved(&[unanswered, (12, Post, asked("tamba"))]).unwrap();
    assert_eq!((referral.unanswered_since, waits_at(&referral)), (None, Some((22, Due::Answer))));
}

#[test]
fn the_arrival_is_asked_once_an_hour_after_it_was_expected() {
    let accepted = (2, Receiver, ReferralEvent::Accepted { text: None });
    let left = |departed| [accepted.clone(), (3, Post, departed)];
    for (eta_min, at) in [(Some(45), 3 + 45 + 60), (None, 3 + 180)] {
        assert_eq!(waits_at(&moved(&left(departed(eta_min))).unwrap()), Some((at, Due::Arrival)));
    }
    let question = (200, Server, ReferralEvent::ArrivalAsked);
    let referral = moved(&[&left(departed(None))[..], std::slice::from_ref(&question)].concat()).unwrap();
    assert_eq!((referral.state, waits_at(&referral)), (ReferralState::EnRoute, None));
    assert_eq!(moved(&[&left(departed(None))[..], &[question.clone(), question]].concat()), Err(NotNow));
}

#[test]
fn a_departure_that_is_told_later_counts_from_the_time_at_which_it_was() {
    let ago = |ago_min| ReferralEvent::Departed {
        transport: Transport::OwnVehicle,
        eta_min: Some(45),
        ago_min: Some(ago_min),
        text: None,
    };
    let accepted = (2, Receiver, ReferralEvent::Accepted { text: None });
    let left = |departed| moved(&[accepted.clone(), (130, Post, departed)]).unwrap();
    let referral = left(ago(120));
    assert_eq!(referral.departed.unwrap().at, Timestamp(10 * MINUTE));
    assert_eq!(waits_at(&referral), Some((10 + 45 + 60, Due::Arrival)), "it is due at once");
    assert_eq!(left(ago(1_440)).departed.unwrap().at, Timestamp(0), "no time is before the first one");
    for (ago_min, fits) in [(0, true), (1_440, true), (1_441, false)] {
        assert_eq!(cleaned_event(ago(ago_min)).is_ok(), fits, "{ago_min}");
    }
    assert_eq!(cleaned_event(ago(0)), Ok(departed(Some(45))), "a departure of now says no more");
}

#[test]
fn people_are_told_to_telephone_for_a_patient_who_left_and_of_whom_nobody_there_knows() {
    let left = (2, Post, departed(Some(45)));
    let referral = moved(std::slice::from_ref(&left)).unwrap();
    assert_eq!((referral.is_unopened(), waits_at(&referral)), (true, Some((11, Due::Answer))));
    let told = [left.clone(), (11, Server, ReferralEvent::Unanswered)];
    let referral = moved(&told).unwrap();
    assert_eq!(referral.unanswered_since, Some(Timestamp(11 * MINUTE)));
    assert_eq!(waits_at(&referral), Some((2 + 45 + 60, Due::Arrival)), "it is told once");
    for event in [ReferralEvent::Received, ReferralEvent::Accepted { text: None }, rejected()] {
        let referral = moved(&[&told[..], &[(12, Receiver, event)]].concat()).unwrap();
        assert_eq!((referral.state, referral.unanswered_since), (ReferralState::EnRoute, None));
        assert!(!referral.is_unopened());
    }
    let before = [(11, Server, ReferralEvent::Unanswered), (12, Post, departed(Some(45)))];
    assert_eq!(waits_at(&moved(&before).unwrap()), Some((12 + 45 + 60, Due::Arrival)), "it was told before");
    let opened = [(2, Receiver, ReferralEvent::Received), (3, Post, departed(Some(45)))];
    assert_eq!(waits_at(&moved(&opened).unwrap()), Some((3 + 45 + 60, Due::Arrival)), "they know");
}

#[test]
fn a_counter_referral_is_asked_for_once_a_week_after_the_arrival_and_ends_it() {
    let in_care = [(2, Post, departed(None)), (60, Receiver, ReferralEvent::InCare)];
    let referral = moved(&in_care).unwrap();
    assert_eq!(
        waits_at(&referral),
        Some((60 + 7 * DAY / MINUTE, Due::Counter)),
        "it arrived, or would not be in care"
    );
    let asked = (20_000, Server, ReferralEvent::CounterAsked);
    assert_eq!(waits_at(&moved(&[&in_care[..], &[asked]].concat()).unwrap()), None);
    let counter = (30_000, Receiver, ReferralEvent::CounterReferral { text: "Opérée.".into() });
    let referral = moved(&[&in_care[..], &[counter]].concat()).unwrap();
    let written = referral.counter_referral.clone().unwrap();
    assert_eq!((referral.state, referral.over_at), (ReferralState::Completed, Some(written.at)));
    assert_eq!(written.text, "Opérée.".into());
    let step = &referral.steps.last().unwrap().event;
    assert_eq!(*step, ReferralEvent::CounterReferral { text: Pii::default() }, "the text is there once");
}

#[test]
fn a_refused_step_changes_nothing_and_an_act_counts_once() {
    let act = Some(ActId(Uuid::from_u128(5)));
    let step = |at, event| ReferralStep { at: Timestamp(at), actor: Receiver, by: "x".into(), event, act };
    let mut referral = Referral::new(order(1));
    referral.apply(&step(2, ReferralEvent::Accepted { text: None })).unwrap();
    let before = referral.clone();
    assert_eq!(referral.apply(&step(3, rejected())), Err(NotNow), "the act is known");
    assert_eq!(referral.apply(&step(3, ReferralEvent::Unanswered)), Err(NotNow));
    assert_eq!(referral, before);
}

#[test]
fn a_clock_that_was_set_back_brings_no_time_forward() {
    let referral = moved(&[(30, Receiver, rejected()), (5, Doctor, asked("tamba"))]).unwrap();
    assert_eq!(waits_at(&referral), Some((15, Due::Answer)), "it counts from the time of the fact");
}

fn referred(number: u128) -> What {
    What::Referred { referral: Box::new(order(number)) }
}

fn step(number: u128, actor: ReferralActor, event: ReferralEvent) -> What {
    What::ReferralMoved {
        referral: id(number),
        actor,
        by_name: "Dr Sy".into(),
        event: Box::new(event),
        act: None,
    }
}

#[test]
fn only_a_doctor_of_the_consultation_refers_and_no_identifier_is_used_twice() {
    for by in [Some("post"), Some("guest"), Some("stranger"), None] {
        assert_eq!(after(3, &[(by, referred(1))]), Err(Illegal::Actor), "{by:?}");
    }
    let twice = [referred(1), referred(1)].map(|what| (Some("doctor"), what));
    assert_eq!(after(2, &twice), Err(Illegal::Referral));
    let mut other = referred(1);
    if let What::Referred { referral } = &mut other {
        referral.consultation = ConsultationId(Uuid::from_u128(8));
    }
    assert_eq!(after(2, &[(Some("doctor"), other)]), Err(Illegal::Foreign));
}

#[test]
fn a_step_is_by_whom_it_says_and_may_come_days_after_the_end() {
    let closed = What::Closed { disposition: Disposition::Evacuation, follow_up: None };
    let ended = [(Some("doctor"), referred(1)), (Some("doctor"), closed)];
    let with = |by, what| after(2, &[&ended[..], &[(by, what)]].concat());
    for (by, actor, event) in [
        (Some("doctor"), Post, departed(None)),
        (Some("post"), Doctor, departed(None)),
        (Some("stranger"), Post, departed(None)),
        (None, Post, departed(None)),
        (Some("doctor"), Server, ReferralEvent::Unanswered),
    ] {
        assert_eq!(with(by, step(1, actor, event)), Err(Illegal::Actor), "{by:?}");
    }
    for (by, actor, event) in [
        (Some("post"), Post, departed(None)),
        (Some("doctor"), Doctor, departed(None)),
        (Some("sister"), Receiver, ReferralEvent::Received),
        (None, Receiver, ReferralEvent::Received),
        (None, Server, ReferralEvent::Unanswered),
    ] {
        let consultation = with(by, step(1, actor, event.clone())).unwrap();
        let referral = referrals_of(&consultation).find(id(1)).unwrap();
        assert_eq!(referral.steps.last().unwrap().event, event);
    }
    assert_eq!(with(None, step(9, Receiver, ReferralEvent::Received)), Err(Illegal::Referral));
    assert_eq!(with(None, step(1, Receiver, ReferralEvent::InCare)), Err(Illegal::Referral));
    let late = [ended[1].clone(), (Some("doctor"), referred(2))];
    assert!(matches!(after(2, &late), Err(Illegal::Phase(_))), "an order is given before the end");
}

#[test]
fn a_log_shows_neither_the_letter_nor_a_name_nor_the_code() {
    let letter = Letter { findings: "TA 17/11".into(), ..Letter::default() };
    let referral = Referral::new(ReferralOrder { letter, by: "Awa".into(), ..order(1) });
    let shown = format!("{referral:?}");
    for word in ["17/11", "Awa", referral.order.code.reveal()] {
        assert!(!shown.contains(word), "{word} is in {shown}");
    }
}

#[test]
fn texts_have_a_bound_and_lose_what_nobody_sees() {
    let letter = |findings: String| Letter {
        patient: " A. Nd.\n27 ans ".into(),
        findings: findings.into(),
        ..Letter::default()
    };
    let clean = cleaned_letter(&letter("é".repeat(2_000))).unwrap();
    assert_eq!(clean.patient, "A. Nd. 27 ans".into());
    assert_eq!(cleaned_letter(&letter("é".repeat(2_001))), Err(TextFlaw::TooLong));
    let turned = cleaned_letter(&letter("TA \u{202e}17/11".into())).unwrap();
    assert_eq!(turned.findings, "TA 17/11".into());
    let counter = |text: &str| cleaned_event(ReferralEvent::CounterReferral { text: text.into() });
    assert!(counter(&"x".repeat(4_000)).is_ok());
    assert_eq!(counter(&"x".repeat(4_001)), Err(TextFlaw::TooLong));
    assert_eq!(counter(" \u{200b} "), Err(TextFlaw::Malformed));
    let remark = |text: &str| cleaned_event(ReferralEvent::Accepted { text: Some(text.into()) });
    assert_eq!(remark("  "), Ok(ReferralEvent::Accepted { text: None }));
    assert_eq!(remark(&"x".repeat(501)), Err(TextFlaw::TooLong));
    assert_eq!(cleaned_event(ReferralEvent::Cancelled { text: " ".into() }), Err(TextFlaw::Malformed));
    for (eta_min, fits) in [(4, false), (5, true), (1_440, true), (1_441, false)] {
        assert_eq!(cleaned_event(departed(Some(eta_min))).is_ok(), fits, "{eta_min}");
    }
}

/// A patient who is on the way to a structure that has accepted, and what happens then.
fn on_the_way(then: &[(u64, ReferralActor, ReferralEvent)]) -> Result<Referral, NotNow> {
    let before = [(2, Receiver, ReferralEvent::Accepted { text: None }), (3, Post, departed(Some(40)))];
    moved(&[&before[..], then].concat())
}

#[test]
fn a_structure_may_say_no_while_the_patient_is_on_the_way_and_reads_the_letter_no_more() {
    for actor in [Server, Receiver] {
        let closed = (4, actor, rejected());
        let referral = on_the_way(std::slice::from_ref(&closed)).unwrap();
        assert_eq!((referral.state, referral.is_rejected_on_the_way()), (ReferralState::EnRoute, true));
        assert_eq!(
            waits_at(&referral),
            Some((3 + 40 + 60, Due::Arrival)),
            "the clock of the arrival runs on"
        );
        assert_eq!(referral.is_readable(), actor == Server, "the directory may be wrong");
        let then = |actor, event| on_the_way(&[closed.clone(), (5, actor, event)]);
        for again in [rejected(), ReferralEvent::Accepted { text: None }, ReferralEvent::Received] {
            assert_eq!(then(Receiver, again), Err(NotNow), "it has said no");
        }
        assert_eq!(then(Post, departed(None)), Err(NotNow), "the patient has left already");
        assert!(then(Receiver, ReferralEvent::Arrived).unwrap().is_readable(), "it took them in");
        assert!(then(Post, ReferralEvent::Cancelled { text: "De retour au poste".into() }).is_ok());
    }
}

#[test]
fn a_patient_who_is_taken_to_another_structure_is_still_on_the_way_and_has_a_new_road() {
    let next =
        [(4, Server, rejected()), (120, Server, ReferralEvent::ArrivalAsked), (121, Post, asked("matam"))];
    let then = |more: &[(u64, ReferralActor, ReferralEvent)]| on_the_way(&[&next[..], more].concat());
    let referral = then(&[]).unwrap();
    assert_eq!((referral.state, referral.structure.id.as_str()), (ReferralState::EnRoute, "matam"));
    assert_eq!(
        (referral.departed, referral.tried.len()),
        (None, 1),
        "the one that said no stands there once"
    );
    assert!(referral.is_unopened() && !referral.is_rejected_on_the_way());
    assert_eq!(waits_at(&referral), Some((131, Due::Answer)));
    for end in [FailReason::NotArrived, FailReason::DiedOnTheWay] {
        let failed = ReferralEvent::Failed { reason: end, text: None };
        assert_eq!(then(&[(122, Post, failed)]).unwrap().state, ReferralState::Failed);
    }
    assert_eq!(then(&[(122, Post, ReferralEvent::Arrived)]).unwrap().state, ReferralState::Arrived);
    let accepted = (122, Receiver, ReferralEvent::Accepted { text: None });
    let referral = then(std::slice::from_ref(&accepted)).unwrap();
    assert_eq!(waits_at(&referral), Some((121 + 180, Due::Arrival)), "nobody knows the new road so far");
    let referral = then(&[accepted, (123, Post, departed(Some(20)))]).unwrap();
    assert_eq!(waits_at(&referral), Some((123 + 20 + 60, Due::Arrival)));
    let twice = [(122, Post, departed(Some(20))), (123, Post, departed(Some(30)))];
    assert_eq!(then(&twice), Err(NotNow), "it has left for this one");
}

#[test]
fn facts_of_the_time_at_which_a_patient_who_was_turned_was_asked_for_anew_still_follow() {
    let turned = [(4, Server, rejected()), (5, Post, asked("matam"))];
    let then = |more: &[(u64, ReferralActor, ReferralEvent)]| on_the_way(&[&turned[..], more].concat());
    assert_eq!(then(&[(15, Server, asked("tamba"))]).unwrap().structure.id, "tamba");
    let refused =
        [(6, Receiver, rejected()), (6, Server, asked("tamba")), (16, Server, ReferralEvent::Unanswered)];
    assert_eq!(then(&refused).unwrap().state, ReferralState::EnRoute);
    let back = [
        (6, Receiver, ReferralEvent::Received),
        (7, Receiver, ReferralEvent::Accepted { text: None }),
        (8, Doctor, ReferralEvent::Cancelled { text: "De retour au poste".into() }),
    ];
    assert_eq!(then(&back).unwrap().state, ReferralState::Cancelled);
    let again =
        [back[0].clone(), back[1].clone(), (8, Post, departed(None)), (9, Receiver, ReferralEvent::InCare)];
    assert_eq!(then(&again).unwrap().state, ReferralState::InCare);
}

#[test]
fn a_letter_that_was_opened_is_not_unopened_because_nobody_answered_then() {
    let events = [
        (2, Receiver, ReferralEvent::Received),
        (12, Server, ReferralEvent::Unanswered),
        (13, Post, departed(Some(40))),
    ];
    let referral = moved(&events).unwrap();
    assert_eq!((referral.is_unopened(), waits_at(&referral)), (false, Some((13 + 40 + 60, Due::Arrival))));
}

#[test]
fn a_patient_who_is_on_the_way_may_be_taken_elsewhere() {
    let expected = on_the_way(&[(4, Post, asked("matam"))]).unwrap();
    assert_eq!(
        (expected.structure.id.as_str(), expected.departed),
        ("matam", None),
        "they say why by telephone"
    );
    let left = [(2, Post, departed(Some(40))), (3, Doctor, asked("tamba"))];
    let referral = moved(&left).unwrap();
    assert_eq!((referral.state, referral.departed), (ReferralState::EnRoute, None));
    assert_eq!(referral.tried[0].state, TriedState::Unanswered);
}

#[test]
fn a_structure_that_rejected_and_is_asked_again_is_not_closed_on_the_way() {
    let events = [
        (2, Receiver, rejected()),
        (3, Post, asked("centre")),
        (4, Receiver, ReferralEvent::Accepted { text: None }),
        (5, Post, departed(None)),
    ];
    assert!(!moved(&events).unwrap().is_rejected_on_the_way());
}
