//! The overview of operators: what it shows, and what it must not show.

use crate::world::{World, consultation, operator};
use teranga_clinic::{
    clinical::Advise,
    history::{SetAside, SetAsideReason},
    people::Availability,
    request::{Step, Urgency},
    time::Timestamp,
};
use teranga_signaling::{
    contract::Input,
    message::{
        ClientMessage, ServerMessage,
        ops::{Overview, Watch},
        session::ErrorCode,
    },
};

fn overview(message: &ServerMessage) -> Option<Overview> {
    match message {
        ServerMessage::Overview(overview) => Some(overview.clone()),
        _ => None,
    }
}

#[test]
fn an_operator_sees_activity_every_two_seconds_and_no_name() {
    let mut world = World::new();
    let (kiosk, doctor, _) = world.call();
    let ops = world.enter(&operator("ndeye")).0;
    world.say(&ops, ClientMessage::Watch(Watch { on: true }));
    let seen = world.find(&ops, overview);
    assert_eq!((seen.online.len(), seen.consultations.len()), (3, 1));
    assert_eq!(seen.consultations[0].step, None::<Step>);
    assert_eq!(seen.online[0].availability, Availability::Busy);
    let json = serde_json::to_string(&seen).unwrap();
    assert!(!json.contains("Mme") && !json.contains("Saignement"), "{json}");
    world.pass(6_000, &[&ops, &kiosk, &doctor]);
    assert_eq!(world.kinds(&ops), ["overview"; 3]);
    world.say(&ops, ClientMessage::Watch(Watch { on: false }));
    world.pass(6_000, &[&ops, &kiosk, &doctor]);
    assert_eq!(world.kinds(&ops), [] as [&str; 0]);
}

#[test]
fn the_most_urgent_consultation_stands_first_before_the_list_is_cut() {
    let mut world = World::new();
    let ops = world.enter(&operator("ndeye")).0;
    for (number, name, urgency) in
        [(1, "aere", Urgency::Routine), (2, "bokidiawe", Urgency::Stat), (3, "civol", Urgency::Urgent)]
    {
        let kiosk = world.kiosk(name);
        world.request(&kiosk, number, urgency);
    }
    world.say(&ops, ClientMessage::Watch(Watch { on: true }));
    let seen = world.find(&ops, overview).consultations;
    let order: Vec<_> = seen.iter().map(|activity| activity.urgency).collect();
    assert_eq!(order, [Urgency::Stat, Urgency::Urgent, Urgency::Routine]);
}

#[test]
fn a_consultation_that_is_set_aside_is_shown_to_operators_and_refused_to_others() {
    let mut world = World::new();
    let (kiosk, ops) = (world.kiosk("nabadji"), world.enter(&operator("ndeye")).0);
    let aside = SetAside {
        consultation: consultation(9),
        reason: SetAsideReason::CutShort,
        number: 4,
        since: Timestamp(1),
    };
    world.input(Input::SetAside(vec![aside]));
    world.say(&ops, ClientMessage::Watch(Watch { on: true }));
    assert_eq!(world.find(&ops, overview).set_aside, [aside]);
    world.request(&kiosk, 9, Urgency::Stat);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::SetAside, "request".to_owned()));
    let advice = Advise { consultation: consultation(9), revision: 1, text: "repos".into(), replaces: None };
    world.say(&kiosk, ClientMessage::Advise(advice));
    assert_eq!(world.refusal(&kiosk), (ErrorCode::SetAside, "advise".to_owned()));
    assert!(world.disk.is_empty(), "nothing was written to it");
    world.request(&kiosk, 10, Urgency::Stat);
    assert_eq!(world.requested(&kiosk).status.consultation, consultation(10), "the rest runs");
}

#[test]
fn nobody_else_may_watch() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.say(&kiosk, ClientMessage::Watch(Watch { on: true }));
    assert_eq!(world.refusal(&kiosk), (ErrorCode::NotFound, "watch".to_owned()));
}

#[test]
fn refusals_are_counted_by_code() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    world.say(&kiosk, ClientMessage::Watch(Watch { on: true }));
    assert_eq!(world.hub.counters().refused[&ErrorCode::NotFound], 1);
}
