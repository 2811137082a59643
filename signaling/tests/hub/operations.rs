//! What operators see, and what they do not.

use crate::world::{World, operator};
use teranga_clinic::{people::Availability, request::Step};
use teranga_signaling::message::{
    ClientMessage, ServerMessage,
    ops::{Overview, Watch},
    session::ErrorCode,
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
