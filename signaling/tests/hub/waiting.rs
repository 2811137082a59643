//! The wait for a doctor: the order of the rota, who is preferred, what is put off, and what the coordinators are told.

use crate::world::{Page, World, coordinator, doctor, kind, request};
use teranga_clinic::{
    fact::{RingReason, What},
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Speciality},
    request::{EscalationReason, Intake, Language, Step, Urgency},
    rota::DutyLevel,
};
use teranga_signaling::config::RingTimes;
use teranga_signaling::message::{
    ClientMessage, ServerMessage,
    presence::{AbsenceReason, PresenceBasis, SetAvailability},
    queue::{Entry, Postpone, Redirect},
    session::ErrorCode,
    waiting::Preference,
};

const MINUTE: u64 = 60_000;

fn gynaecologist(name: &str) -> Identity {
    doctor(name, Speciality::Obstetrics)
}

fn rung(world: &mut World, page: &Page) -> bool {
    world.kinds(page).iter().any(|kind| kind == "ring")
}

fn postpone(world: &mut World, page: &Page, consultation: ConsultationId, for_ms: u64) {
    world.say(page, ClientMessage::Postpone(Postpone { consultation, for_ms }));
}

fn ask_in(world: &mut World, page: &Page, language: Language, urgency: Urgency) {
    let intake = Intake { language: Some(language), dpp: Some("SN1".into()), ..Intake::default() };
    let mut request = request(1, urgency);
    request.intake = intake;
    world.say(page, ClientMessage::Request(request));
}

#[test]
fn the_rota_rings_first_second_and_regional_level_one_after_the_other_each_for_its_time() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let names = ["first", "second", "regional", "willing"];
    let pages: Vec<_> = names.iter().map(|name| world.enter(&gynaecologist(name)).0).collect();
    let [first, second, regional, willing] = &pages[..] else { panic!("four") };
    let levels = [DutyLevel::First, DutyLevel::Second, DutyLevel::Regional];
    let duties: Vec<_> = pages.iter().map(|page| &page.who).zip(levels).collect();
    world.duties(&duties, vec![]);
    world.set_availability(willing, Availability::Available);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    let everybody: Vec<_> = pages.iter().chain([&kiosk]).collect();
    let rings = |world: &mut World| pages.iter().map(|page| rung(world, page)).collect::<Vec<_>>();
    assert_eq!(rings(&mut world), [true, false, false, false]);
    let who = world.waits(&kiosk).who.expect("somebody rings");
    assert_eq!((&who.now[0].name, who.now[0].level), (&first.who.name, Some(DutyLevel::First)));
    assert_eq!(who.next.len(), 2, "the second level and who is available");
    world.pass(89_000, &everybody);
    assert_eq!(rings(&mut world), [false; 4], "90 s are not over");
    world.pass(1_000, &everybody);
    assert_eq!(rings(&mut world), [false, true, false, true], "{:?}", second.who.party);
    world.pass(MINUTE, &everybody);
    assert_eq!(rings(&mut world), [false, false, true, false], "{:?}", regional.who.party);
    world.pass(MINUTE, &everybody);
    assert_eq!(world.on_disk(id).step().0, Step::Nobody);
    let reasons = world.disk[&id].iter().filter_map(|fact| match fact.what {
        What::Escalated { why, .. } => why,
        _ => None,
    });
    assert_eq!(reasons.collect::<Vec<_>>(), [EscalationReason::Unanswered; 3]);
}

#[test]
fn a_level_with_nobody_there_keeps_no_patient_waiting_and_says_why() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let second = world.enter(&gynaecologist("second")).0;
    let absent = gynaecologist("absent");
    world.duties(&[(&absent, DutyLevel::First), (&second.who, DutyLevel::Second)], vec![]);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    assert!(!rung(&mut world, &second));
    world.pass(world.config.steps.empty_ms, &[&kiosk, &second]);
    assert!(rung(&mut world, &second));
    let last = &world.disk[&id].last().expect("facts").what;
    let why = Some(EscalationReason::NobodyThere);
    assert_eq!(*last, What::Escalated { step: Step::Second, why });
}

#[test]
fn who_speaks_the_language_or_followed_the_patient_rings_before_the_others() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let pages: Vec<_> =
        ["awa", "ba", "cira"].iter().map(|name| world.enter(&gynaecologist(name)).0).collect();
    let [awa, ba, cira] = &pages[..] else { panic!("three") };
    let duties: Vec<_> = pages.iter().map(|page| (&page.who, DutyLevel::First)).collect();
    let speaks = vec![(ba.who.party.clone(), vec![Language::Ff])];
    world.duties(&duties, speaks.clone());
    ask_in(&mut world, &kiosk, Language::Wo, Urgency::Stat);
    world.claim(cira, ConsultationId(uuid::Uuid::from_u128(1)));
    world.close(cira, ConsultationId(uuid::Uuid::from_u128(1)));
    for page in &pages {
        world.read(page);
    }
    let mut again = request(2, Urgency::Urgent);
    again.intake = Intake { language: Some(Language::Ff), dpp: Some("sn 1".into()), ..Intake::default() };
    world.say(&kiosk, ClientMessage::Request(again));
    let prefers = |world: &mut World, page: &Page| {
        world.find(page, |message| match message {
            ServerMessage::Ring(ring) => Some(ring.entry.prefers.clone()),
            _ => None,
        })
    };
    let turn_ms = world.config.steps.next_doctor_ms;
    let everybody = [&kiosk, awa, ba, cira];
    assert_eq!(prefers(&mut world, ba), [Preference::Language(Language::Ff)]);
    assert!(!rung(&mut world, cira));
    world.pass(turn_ms, &everybody);
    assert!(matches!(prefers(&mut world, cira)[..], [Preference::Followed(_)]));
    assert!(!rung(&mut world, awa), "whose duty is the first one of the rota");
    let who = world.waits(&kiosk).who.expect("two ring");
    assert_eq!((who.now.len(), who.next.len()), (2, 1));
    world.pass(turn_ms, &everybody);
    assert!(rung(&mut world, awa), "then the others of the step");
}

#[test]
fn doctors_on_duty_are_rung_one_after_the_other_and_those_outside_of_the_rota_together() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let names = ["first", "colleague", "second", "willing", "also-willing"];
    let pages: Vec<_> = names.iter().map(|name| world.enter(&gynaecologist(name)).0).collect();
    let levels = [DutyLevel::First, DutyLevel::First, DutyLevel::Second];
    let duties: Vec<_> = pages.iter().map(|page| &page.who).zip(levels).collect();
    world.duties(&duties, vec![]);
    for willing in &pages[3..] {
        world.set_availability(willing, Availability::Available);
    }
    world.request(&kiosk, 1, Urgency::Urgent);
    let everybody: Vec<_> = pages.iter().chain([&kiosk]).collect();
    let rings = |world: &mut World| pages.iter().map(|page| rung(world, page)).collect::<Vec<_>>();
    let (turn_ms, step_ms) = (world.config.steps.next_doctor_ms, world.config.steps.urgent.first_ms);
    assert_eq!(rings(&mut world), [true, false, false, false, false]);
    let who = world.waits(&kiosk).who.expect("somebody rings");
    assert_eq!(who.next.iter().map(|next| &next.name).collect::<Vec<_>>(), [&pages[1].who.name]);
    world.pass(turn_ms - 1_000, &everybody);
    assert_eq!(rings(&mut world), [false; 5], "the turn is not over");
    world.pass(1_000, &everybody);
    assert_eq!(rings(&mut world), [false, true, false, false, false]);
    world.pass(step_ms - turn_ms, &everybody);
    assert_eq!(rings(&mut world), [false, false, true, false, false]);
    world.pass(turn_ms, &everybody);
    assert_eq!(rings(&mut world), [false, false, false, true, true], "no rota orders them");
}

#[test]
fn a_step_that_ends_before_everybody_had_a_turn_leaves_nobody_out() {
    let mut world = World::new();
    world.config.steps.urgent = RingTimes::each(world.config.steps.next_doctor_ms / 2);
    let mut world = World::with(world.config);
    let kiosk = world.kiosk("nabadji");
    let pages: Vec<_> = ["a", "b", "c"].iter().map(|name| world.enter(&gynaecologist(name)).0).collect();
    let duties: Vec<_> = pages.iter().map(|page| (&page.who, DutyLevel::First)).collect();
    world.duties(&duties, vec![]);
    world.request(&kiosk, 1, Urgency::Urgent);
    let everybody: Vec<_> = pages.iter().chain([&kiosk]).collect();
    let rings = |world: &mut World| pages.iter().map(|page| rung(world, page)).collect::<Vec<_>>();
    assert_eq!(rings(&mut world), [true, false, false]);
    world.pass(world.config.steps.urgent.first_ms, &everybody);
    assert_eq!(rings(&mut world), [false, true, true]);
}

#[test]
fn a_vital_emergency_waits_for_no_preference() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, ba) = (world.enter(&gynaecologist("awa")).0, world.enter(&gynaecologist("ba")).0);
    let duties = [(&awa.who, DutyLevel::First), (&ba.who, DutyLevel::First)];
    world.duties(&duties, vec![(ba.who.party.clone(), vec![Language::Ff])]);
    ask_in(&mut world, &kiosk, Language::Ff, Urgency::Stat);
    assert!(rung(&mut world, &awa) && rung(&mut world, &ba));
}

#[test]
fn a_call_on_hold_rings_its_doctor_back_at_the_time_and_then_the_others() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    let ba = world.doctor("ba", Speciality::Obstetrics);
    postpone(&mut world, &awa, id, 10 * MINUTE);
    let call = world.shown_call(&kiosk);
    let postponed = call.postponed.expect("the post is told");
    assert_eq!((postponed.by.as_ref(), postponed.for_ms), (Some(&awa.who.name), 10 * MINUTE));
    assert!(call.rings.is_none());
    let told = world.kinds(&awa);
    assert!(told.contains(&"released".to_owned()) && !told.contains(&"ring".to_owned()));
    assert!(!rung(&mut world, &ba));
    let other = world.kiosk("orefonde");
    let second = world.request(&other, 2, Urgency::Stat);
    world.claim(&awa, second);
    world.close(&awa, second);
    for page in [&awa, &ba] {
        world.read(page);
    }
    world.pass(10 * MINUTE, &[&kiosk, &awa, &ba]);
    assert!(rung(&mut world, &awa) && !rung(&mut world, &ba));
    world.pass(world.config.ring_back_ms, &[&kiosk, &awa, &ba]);
    assert!(rung(&mut world, &ba));
    world.claim(&awa, id);
    assert_eq!(world.on_disk(id).owner().map(|owner| &owner.party), Some(&awa.who.party));
    assert!(world.shown_call(&kiosk).postponed.is_none());
}

#[test]
fn a_call_on_hold_is_no_dead_end() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    let ba = world.doctor("ba", Speciality::Obstetrics);
    postpone(&mut world, &awa, id, 10 * MINUTE);
    world.ring_again(&kiosk, id);
    assert!(rung(&mut world, &ba), "the post calls sooner");
    world.claim(&ba, id);
    postpone(&mut world, &ba, id, 10 * MINUTE);
    world.claim(&awa, id);
    assert_eq!(
        world.on_disk(id).owner().map(|owner| &owner.party),
        Some(&awa.who.party),
        "anybody may take it"
    );
    postpone(&mut world, &awa, id, 10 * MINUTE);
    world.cancel(&kiosk, id);
    assert!(world.on_disk(id).ended_at().is_some());
}

#[test]
fn a_post_is_called_back_at_its_time_from_the_first_step_on_also_after_a_restart() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let mut awa = world.doctor("awa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Urgent);
    world.pass(5 * MINUTE, &[&kiosk, &awa]);
    assert_ne!(world.on_disk(id).step().0, Step::OnCall);
    postpone(&mut world, &kiosk, id, 10 * MINUTE);
    let waiting = world.waits(&kiosk);
    assert_eq!((waiting.postponed_ms, waiting.next_step_ms, waiting.rung), (Some(10 * MINUTE), None, 0));
    let stops = |message: &ServerMessage| matches!(message, ServerMessage::EntryGone(gone) if gone.returns);
    assert!(world.read(&awa).iter().any(stops));
    world.restart();
    for page in [&mut kiosk, &mut awa] {
        page.resume = None;
        world.come_back(page);
    }
    world.pass(10 * MINUTE - 1_000, &[&kiosk, &awa]);
    assert!(!rung(&mut world, &awa));
    world.pass(1_000, &[&kiosk, &awa]);
    assert!(rung(&mut world, &awa));
    assert_eq!(world.on_disk(id).step(), (Step::OnCall, world.now));
    assert!(matches!(world.disk[&id].last().unwrap().what, What::RangAgain { why: RingReason::Due }));
}

#[test]
fn what_is_put_off_is_bounded_and_only_for_who_may() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    for for_ms in [0, MINUTE - 1, 4 * 60 * MINUTE + 1, u64::MAX] {
        postpone(&mut world, &awa, id, for_ms);
        assert_eq!(world.refusal(&awa), (ErrorCode::Malformed, "postpone".to_owned()));
    }
    postpone(&mut world, &kiosk, id, MINUTE);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::Busy, "postpone".to_owned()), "the doctor is there");
    let stranger = world.kiosk("orefonde");
    postpone(&mut world, &stranger, id, MINUTE);
    assert_eq!(world.refusal(&stranger), (ErrorCode::NotFound, "postpone".to_owned()));
}

#[test]
fn another_speciality_is_rung_with_the_reason_and_the_doctor_is_free() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    let (surgeon, ba) =
        (world.doctor("sow", Speciality::Surgery), world.doctor("ba", Speciality::Obstetrics));
    for page in [&surgeon, &ba] {
        world.read(page);
    }
    let why = || "Avis chirurgical : ventre de bois".into();
    let redirect = Redirect { consultation: id, speciality: Speciality::Surgery, why: why() };
    world.say(&kiosk, ClientMessage::Redirect(redirect.clone()));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Busy, "only its doctor");
    world.say(&awa, ClientMessage::Redirect(redirect));
    let entry: Entry = world.find(&surgeon, |message| match message {
        ServerMessage::Ring(ring) => Some(ring.entry.clone()),
        _ => None,
    });
    assert_eq!((entry.speciality, entry.redirected), (Speciality::Surgery, Some(why())));
    assert!(!rung(&mut world, &ba));
    assert!(world.kinds(&awa).contains(&"released".to_owned()));
    world.claim(&surgeon, id);
    assert_eq!(world.on_disk(id).asked_speciality(), Speciality::Surgery);
}

#[test]
fn who_is_on_duty_and_has_said_nothing_may_be_rung_and_is_asked() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let awa = world.enter(&gynaecologist("awa")).0;
    world.duties(&[(&awa.who, DutyLevel::First)], vec![]);
    let own = world.own_presence(&awa);
    assert_eq!((own.state, own.by), (Availability::Available, PresenceBasis::Undeclared));
    assert_eq!((own.duties.len(), own.duties[0].level), (1, DutyLevel::First));
    world.request(&kiosk, 1, Urgency::Stat);
    assert!(rung(&mut world, &awa));
}

#[test]
fn coordinators_hear_who_is_on_duty_and_not_there_and_see_no_patient() {
    let mut world = World::new();
    let desk = world.enter(&coordinator("diop")).0;
    let (awa, absent) = (world.enter(&gynaecologist("awa")).0, gynaecologist("absent"));
    world.duties(&[(&awa.who, DutyLevel::First), (&absent, DutyLevel::Second)], vec![]);
    let away = SetAvailability { state: Availability::Away, for_ms: Some(30 * MINUTE) };
    world.say(&awa, ClientMessage::Availability(away));
    world.read(&desk);
    world.pass(world.config.duty_absent_ms - 1_000, &[&desk, &awa]);
    let told = |messages: &[ServerMessage]| {
        messages.iter().rev().find_map(|message| match message {
            ServerMessage::DutyAbsent(list) => {
                Some(list.absences.iter().map(|one| one.why).collect::<Vec<_>>())
            }
            _ => None,
        })
    };
    assert_eq!(told(&world.read(&desk)), None, "a reload alarms nobody");
    world.pass(1_000, &[&desk, &awa]);
    let whole = [AbsenceReason::DeclaredAway, AbsenceReason::NotConnected];
    assert_eq!(told(&world.read(&desk)), Some(whole.to_vec()));
    world.set_availability(&awa, Availability::Available);
    assert_eq!(told(&world.read(&desk)), Some(vec![AbsenceReason::NotConnected]));
    let kiosk = world.kiosk("nabadji");
    ask_in(&mut world, &kiosk, Language::Ff, Urgency::Stat);
    for message in world.read(&desk) {
        let ServerMessage::Entry(entry) = &message else { panic!("{} is not for them", kind(&message)) };
        assert!(entry.intake == Intake::default() && entry.danger.is_none() && entry.age_band.is_none());
    }
}

#[test]
fn the_wait_of_the_last_hours_is_told_once_enough_have_waited_also_after_a_restart() {
    let mut world = World::new();
    let mut kiosk = world.kiosk("nabadji");
    let mut awa = world.doctor("awa", Speciality::Obstetrics);
    for number in 1..=5 {
        let id = world.request(&kiosk, number, Urgency::Stat);
        assert_eq!(world.waits(&kiosk).estimate, None, "{number}");
        world.pass(u64::try_from(number).unwrap() * 10_000, &[&kiosk, &awa]);
        world.claim(&awa, id);
        world.close(&awa, id);
    }
    world.restart();
    for page in [&mut kiosk, &mut awa] {
        page.resume = None;
        world.come_back(page);
    }
    world.request(&kiosk, 6, Urgency::Stat);
    let estimate = world.waits(&kiosk).estimate.expect("five have waited");
    assert_eq!((estimate.median_ms, estimate.bad_ms, estimate.count), (30_000, 50_000, 5));
}

#[test]
fn a_declaration_of_who_signs_out_is_over_but_an_absence_holds() {
    let mut world = World::new();
    for (state, kept) in [(Availability::Available, false), (Availability::Away, true)] {
        let page = world.enter(&gynaecologist("awa")).0;
        world.set_availability(&page, state);
        world.input(teranga_signaling::contract::Input::SignedOut { session: page.session });
        assert_eq!(world.declared.contains_key(&PartyId("doctor-awa".into())), kept);
    }
}
