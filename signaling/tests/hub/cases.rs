//! Deferred cases: how a request becomes one, who answers for it, what happens when somebody does not, and how it ends.

use crate::world::{Page, World, consultation, doctor, operator, request};
use teranga_clinic::{
    case::{AssignReason, Outcome},
    clinical::Disposition,
    consultation::Phase,
    fact::What,
    id::{ChatId, ConsultationId, PartyId},
    people::{Addressee, Identity, Role, Speciality},
    request::{Intake, Request, Step, Urgency},
    rota::{Duty, DutyLevel},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{Input, MediaSignal, Rota},
    message::{
        ClientMessage, ServerMessage,
        call::Act,
        case::{AskOpinion, AssignCase, CallCase, CaseRow, CaseState, Defer, Examine, ReadCase, TellOutcome},
        chat::WriteChat,
        clinical::Close,
        session::ErrorCode,
    },
};

pub(crate) const MINUTE_MS: u64 = 60_000;
/// The deadlines of the programme.
pub(crate) const STAT_MS: u64 = 15 * MINUTE_MS;
pub(crate) const ROUTINE_MS: u64 = 24 * 60 * MINUTE_MS;

impl World {
    pub(crate) fn file(
        &mut self,
        page: &Page,
        number: u128,
        urgency: Urgency,
        to: Addressee,
    ) -> ConsultationId {
        let filed = Request { defer_to: Some(to), ..request(number, urgency) };
        self.say(page, ClientMessage::Request(filed));
        consultation(number)
    }

    /// A post that files a case for obstetrics, and the doctor to whom it is given.
    pub(crate) fn case(&mut self, urgency: Urgency) -> (Page, Page, ConsultationId) {
        let (kiosk, awa) = (self.kiosk("nabadji"), self.doctor("awa", Speciality::Obstetrics));
        let id = self.file(&kiosk, 1, urgency, Addressee::Speciality(Speciality::Obstetrics));
        (kiosk, awa, id)
    }

    pub(crate) fn row(&mut self, page: &Page) -> CaseRow {
        self.find(page, |message| match message {
            ServerMessage::Case(row) => Some((**row).clone()),
            _ => None,
        })
    }

    pub(crate) fn owner(&self, id: ConsultationId) -> Option<PartyId> {
        self.on_disk(id).owner().map(|owner| owner.party.clone())
    }

    fn ask(&mut self, page: &Page, id: ConsultationId, number: u128, asks: bool) {
        let chat = ChatId(uuid::Uuid::from_u128(number));
        self.say(
            page,
            ClientMessage::WriteChat(WriteChat { consultation: id, chat, text: "?".into(), asks }),
        );
    }

    pub(crate) fn rota(&mut self, duties: &[(&Identity, DutyLevel)], doctors: &[Identity]) {
        let duty = |(doctor, level): &(&Identity, DutyLevel)| Duty {
            doctor: (*doctor).clone(),
            speciality: doctor.specialities[0],
            level: *level,
            from: Timestamp(0),
            until: Timestamp(u64::MAX),
        };
        let duties = duties.iter().map(duty).collect();
        let kept = vec![Speciality::Obstetrics];
        let doctors = Some(doctors.to_vec());
        self.input(Input::Rota(Box::new(Rota { duties, doctors, kept, ..Rota::default() })));
    }
}

fn party(name: &str) -> PartyId {
    doctor(name, Speciality::Obstetrics).party
}

#[test]
fn whoever_may_read_the_rota_is_told_that_it_is_another_one_and_a_post_is_not() {
    let mut world = World::new();
    let (kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let coordinator = Identity { role: Role::Coordinator, ..operator("mina") };
    let mina = world.enter(&coordinator).0;
    for page in [&kiosk, &awa, &mina] {
        world.read(page);
    }
    world.rota(&[], &[]);
    let told = |world: &mut World, page: &Page| world.kinds(page).iter().any(|kind| kind == "rota_changed");
    assert!(told(&mut world, &mina) && told(&mut world, &awa));
    assert!(!told(&mut world, &kiosk), "a thin link carries nothing that its page does not show");
}

#[test]
fn a_request_that_nobody_answers_becomes_a_case_that_somebody_answers_for() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.pass(20_000, &[&kiosk]);
    assert_eq!(world.on_disk(id).step().0, Step::Nobody);
    let waiting = world.find(&kiosk, |message| match message {
        ServerMessage::Waiting(waiting) => waiting.defers_in_ms,
        _ => None,
    });
    assert!(waiting <= world.config.defer_ms, "the post sees the clock");
    world.pass(world.config.defer_ms, &[&kiosk]);
    let mail = world.read(&kiosk);
    assert!(mail.iter().any(|message| matches!(message, ServerMessage::Closed(closed) if closed.deferred)));
    assert_eq!((world.on_disk(id).phase(), world.owner(id)), (Phase::Deferred, None));
    let awa = world.doctor("awa", Speciality::Obstetrics);
    assert_eq!(world.owner(id), Some(awa.who.party.clone()), "who comes answers for it");
    let row = world.row(&kiosk);
    assert_eq!((row.state, row.doctor), (CaseState::Assigned, Some(awa.who.name)));
}

#[test]
fn a_post_with_a_case_may_ask_for_another_patient() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Routine);
    let other = world.request(&kiosk, 2, Urgency::Stat);
    world.claim(&awa, other);
    assert_eq!(world.shown_call(&awa).consultation, other);
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred);
    world.read(&kiosk);
    world.ask(&awa, id, 1, true);
    assert!(!world.kinds(&kiosk).contains(&"case".to_owned()), "nothing stands in front of the voice");
    world.close(&awa, other);
    assert_eq!(world.row(&kiosk).state, CaseState::Asked, "told after the call");
}

#[test]
fn a_case_is_read_discussed_answered_and_closed_with_receipts() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Urgent);
    let mail = world.read(&kiosk);
    let filed = |message: &ServerMessage| matches!(message, ServerMessage::Recorded(recorded) if recorded.consultation == id && recorded.of == "request");
    assert!(mail.iter().any(filed), "the post may say that it is sent");
    world.say(&awa, ClientMessage::ReadCase(ReadCase { consultation: id }));
    assert_eq!(world.row(&kiosk).state, CaseState::Read);
    world.ask(&awa, id, 1, true);
    let row = world.row(&kiosk);
    assert_eq!((row.state, row.unread), (CaseState::Asked, 1));
    world.ask(&kiosk, id, 2, false);
    assert_eq!(world.row(&awa).state, CaseState::Read);
    world.advise(&awa, id, 1, "Repos, revoir demain");
    let mail = world.read(&kiosk);
    assert!(mail.iter().any(|message| matches!(message, ServerMessage::Advice(_))));
    world.say(&kiosk, ClientMessage::ReadCase(ReadCase { consultation: id }));
    assert_eq!(world.row(&awa).state, CaseState::AnswerRead);
    world.close(&awa, id);
    assert_eq!(world.on_disk(id).disposition(), Some(Disposition::Advice));
    assert_eq!(world.hub.stats().cases, 0);
    assert!(world.kinds(&kiosk).contains(&"case_gone".to_owned()));
}

#[test]
fn the_same_case_is_not_answered_twice() {
    let mut world = World::new();
    let (_, awa, id) = world.case(Urgency::Urgent);
    let fatou = world.doctor("fatou", Speciality::Obstetrics);
    world.advise(&fatou, id, 1, "Autre avis");
    assert_eq!(world.refusal(&fatou).0, ErrorCode::NotFound);
    world
        .say(&fatou, ClientMessage::AssignCase(AssignCase { consultation: id, to: fatou.who.party.clone() }));
    assert_eq!(world.refusal(&fatou).0, ErrorCode::NotFound, "it is not in that doctor's list");
    world.advise(&awa, id, 1, "Repos");
    world.advise(&awa, id, 1, "Repos");
    assert_eq!(world.on_disk(id).advice().len(), 1);
}

#[test]
fn a_case_goes_to_who_is_on_duty_even_if_not_connected_and_a_gap_is_searched_again() {
    let mut world = World::new();
    let [awa, fatou] = ["awa", "fatou"].map(|name| doctor(name, Speciality::Obstetrics));
    world.rota(&[], &[awa.clone(), fatou.clone()]);
    let kiosk = world.kiosk("nabadji");
    let to = Addressee::Speciality(Speciality::Obstetrics);
    let id = world.file(&kiosk, 1, Urgency::Urgent, to);
    assert_eq!((world.owner(id), world.row(&kiosk).state), (None, CaseState::Unassigned));
    world.rota(&[(&fatou, DutyLevel::Second)], &[awa.clone(), fatou.clone()]);
    assert_eq!(world.owner(id), Some(party("fatou")));
    world.rota(&[(&awa, DutyLevel::First)], std::slice::from_ref(&awa));
    assert_eq!(world.owner(id), Some(party("awa")), "fatou has no account any more");
    let why = |what: &What| matches!(what, What::Assigned { why: AssignReason::Revoked, .. });
    assert!(world.disk[&id].iter().any(|fact| why(&fact.what)));
}

#[test]
fn a_case_of_the_last_doctor_waits_for_somebody_once_that_account_is_revoked() {
    let mut world = World::new();
    let awa = doctor("awa", Speciality::Obstetrics);
    world.rota(&[(&awa, DutyLevel::First)], std::slice::from_ref(&awa));
    let kiosk = world.kiosk("nabadji");
    let to = Addressee::Speciality(Speciality::Obstetrics);
    let id = world.file(&kiosk, 1, Urgency::Urgent, to);
    world.input(Input::Rota(Box::default()));
    assert_eq!(world.owner(id), Some(party("awa")), "who has an account is not known");
    world.restart();
    let kiosk = world.enter(&kiosk.who).0;
    world.pass(MINUTE_MS, &[&kiosk]);
    assert_eq!(world.owner(id), Some(party("awa")), "it is not known yet");
    world.rota(&[], &[]);
    assert_eq!(world.owner(id), None, "nobody has an account");
    let why = |what: &What| matches!(what, What::Assigned { doctor: None, why: AssignReason::Revoked });
    assert!(why(&world.disk[&id].last().unwrap().what));
    let fatou = world.doctor("fatou", Speciality::Obstetrics);
    assert_eq!(world.owner(id), Some(fatou.who.party), "who comes answers for it");
}

#[test]
fn a_case_for_one_person_waits_for_them_and_then_goes_to_the_others() {
    let mut world = World::new();
    let [awa, fatou] = ["awa", "fatou"].map(|name| doctor(name, Speciality::Obstetrics));
    world.rota(&[(&fatou, DutyLevel::First)], &[awa.clone(), fatou.clone()]);
    let kiosk = world.kiosk("nabadji");
    let id = world.file(&kiosk, 1, Urgency::Stat, Addressee::Party(awa.party));
    assert_eq!(world.owner(id), Some(party("awa")));
    world.pass(STAT_MS, &[&kiosk]);
    assert_eq!(world.owner(id), Some(party("fatou")));
}

#[test]
fn a_case_for_one_person_that_is_overdue_goes_to_the_speciality_of_that_person() {
    let mut world = World::new();
    let fatou = doctor("fatou", Speciality::Obstetrics);
    let [sow, ndiaye] = ["sow", "ndiaye"].map(|name| doctor(name, Speciality::Surgery));
    let duties = [(&fatou, DutyLevel::First), (&ndiaye, DutyLevel::Second)];
    world.rota(&duties, &[fatou.clone(), sow.clone(), ndiaye.clone()]);
    let kiosk = world.kiosk("nabadji");
    let id = world.file(&kiosk, 1, Urgency::Stat, Addressee::Party(sow.party));
    assert_eq!(world.row(&kiosk).speciality, Speciality::Surgery, "the form was for obstetrics");
    world.pass(STAT_MS, &[&kiosk]);
    assert_eq!(world.owner(id), Some(ndiaye.party.clone()));
    let both = Identity {
        specialities: vec![Speciality::Surgery, Speciality::General],
        ..doctor("both", Speciality::Surgery)
    };
    world.rota(&duties, &[fatou.clone(), both.clone(), doctor("ndiaye", Speciality::Surgery)]);
    let id = world.file(&kiosk, 2, Urgency::Stat, Addressee::Party(both.party));
    world.pass(STAT_MS, &[&kiosk]);
    assert_eq!(
        world.owner(id),
        Some(fatou.party),
        "which of the two was meant is not known: as the form says"
    );
}

#[test]
fn a_case_for_somebody_who_cannot_answer_goes_to_whoever_is_on_duty_and_is_never_lost() {
    let mut world = World::new();
    let [awa, fatou] = ["awa", "fatou"].map(|name| doctor(name, Speciality::Obstetrics));
    world.rota(&[(&fatou, DutyLevel::First)], &[awa.clone(), fatou.clone()]);
    let kiosk = world.kiosk("nabadji");
    for (number, nobody) in (1..).zip([party("unknown"), kiosk.who.party.clone()]) {
        let id = world.file(&kiosk, number, Urgency::Urgent, Addressee::Party(nobody));
        assert_eq!(world.owner(id), Some(party("fatou")));
    }
    let id = world.file(&kiosk, 3, Urgency::Urgent, Addressee::Party(awa.party));
    assert_eq!(world.owner(id), Some(party("awa")));
    world.rota(&[(&fatou, DutyLevel::First)], std::slice::from_ref(&fatou));
    assert_eq!(world.owner(id), Some(party("fatou")), "awa has lost the account");
    let endless = Addressee::Party(PartyId("x".repeat(10_000)));
    let refused = world.file(&kiosk, 4, Urgency::Urgent, endless);
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::TooLarge);
    assert!(!world.disk.contains_key(&refused));
}

#[test]
fn a_post_that_does_not_reply_gives_the_turn_back_and_an_answered_case_ends_by_itself() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Stat);
    world.ask(&awa, id, 1, true);
    world.pass(STAT_MS, &[&kiosk, &awa]);
    let case = world.on_disk(id).case().unwrap().clone();
    assert_eq!((case.lapses, case.turn), (0, teranga_clinic::case::Turn::Specialist));
    world.advise(&awa, id, 1, "Repos");
    world.pass(world.config.cases.closing_ms + 1_000, &[&kiosk, &awa]);
    assert_eq!(world.on_disk(id).phase(), Phase::Closed);
}

#[test]
fn a_case_becomes_a_call_without_retyping_and_a_call_a_case() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Urgent);
    world.cut(&kiosk);
    world.say(&awa, ClientMessage::CallCase(CallCase { consultation: id }));
    assert_eq!(world.refusal(&awa).0, ErrorCode::PostAway);
    let kiosk = world.kiosk("nabadji");
    world.say(&awa, ClientMessage::CallCase(CallCase { consultation: id }));
    let (call, post) = (world.shown_call(&awa), world.shown_call(&kiosk));
    assert_eq!((call.consultation, post.consultation), (id, id));
    assert!(call.grant.is_some() && post.grant.is_some());
    assert_eq!(call.record.unwrap().intake, request(1, Urgency::Urgent).intake);
    world.say(&awa, ClientMessage::Defer(Defer { consultation: id, to: None }));
    let consultation = world.on_disk(id);
    assert_eq!((consultation.phase(), world.owner(id)), (Phase::Deferred, Some(awa.who.party.clone())));
    world.ring_again(&kiosk, id);
    assert_eq!(world.requested(&kiosk).status.consultation, id, "the post may ring for it, too");
    world.claim(&awa, id);
    assert_eq!(world.on_disk(id).phase(), Phase::Running);
}

#[test]
fn a_call_without_news_for_minutes_goes_on_after_a_restart() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    world.pass(6 * MINUTE_MS, &[&kiosk, &awa]);
    assert_eq!(world.on_disk(id).phase(), Phase::Running);
    world.restart();
    world.pass(MINUTE_MS, &[]);
    assert_eq!(world.on_disk(id).phase(), Phase::Running, "its people are given the time to come back");
}

#[test]
fn a_post_out_of_reach_for_five_minutes_finds_its_call_as_a_case() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    world.cut(&kiosk);
    world.pass(5 * MINUTE_MS + 1_000, &[&awa]);
    assert_eq!(world.on_disk(id).phase(), Phase::Running, "its voice still comes without a socket");
    world.signal(world.place(&kiosk), MediaSignal::Quiet);
    world.pass(5 * MINUTE_MS - 1_000, &[&awa]);
    assert_eq!(world.on_disk(id).phase(), Phase::Running);
    world.pass(2_000, &[&awa]);
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred);
    let closed = |message: &ServerMessage| matches!(message, ServerMessage::Closed(end) if end.deferred);
    assert!(world.read(&awa).iter().any(closed), "the doctor's page leaves the call");
    let mut kiosk = kiosk;
    world.say_hello_again(&mut kiosk);
    let mail = world.read(&kiosk);
    let list = mail.iter().find_map(|message| match message {
        ServerMessage::Cases(list) => Some(list.cases[0].clone()),
        _ => None,
    });
    assert_eq!(list.expect("the post finds it in its list").doctor, Some(awa.who.name));
}

#[test]
fn the_outcome_is_asked_of_the_post_and_told_to_the_specialist() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.call();
    world.advise(&awa, id, 1, "Évacuer");
    let (disposition, follow_up_h) = (Disposition::Advice, Some(48));
    world.say(&awa, ClientMessage::Close(Close { consultation: id, disposition, follow_up_h }));
    let row = world.row(&kiosk);
    assert_eq!((row.state, row.due_in_ms), (CaseState::FollowUp, 48 * 60 * MINUTE_MS));
    world.restart();
    let (kiosk, awa) = (world.enter(&kiosk.who).0, world.enter(&awa.who).0);
    world.pass(48 * 60 * MINUTE_MS, &[&kiosk, &awa]);
    assert_eq!(world.row(&kiosk).due_in_ms, 0, "it is asked now");
    let tell =
        TellOutcome { consultation: id, outcome: Outcome::Arrived, text: "opérée".into(), act: None };
    world.say(&kiosk, ClientMessage::TellOutcome(tell));
    assert_eq!(world.on_disk(id).phase(), Phase::Closed);
    assert!(world.kinds(&awa).contains(&"case_gone".to_owned()));
    let told = world.on_disk(id).follow_up().unwrap().told.clone().unwrap();
    assert_eq!((told.outcome, told.lost), (Outcome::Arrived, None));
}

#[test]
fn a_colleague_gives_an_opinion_and_does_not_answer() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Urgent);
    let surgeon = world.doctor("sow", Speciality::Surgery);
    world.ask(&surgeon, id, 1, false);
    assert_eq!(world.refusal(&surgeon).0, ErrorCode::NotFound, "not asked");
    let party = surgeon.who.party.clone();
    world.say(&awa, ClientMessage::AskOpinion(AskOpinion { consultation: id, party: party.clone() }));
    let row = world.row(&surgeon);
    assert!(!row.mine && row.reason.is_some());
    world.ask(&surgeon, id, 2, false);
    assert_eq!(world.on_disk(id).chat().count(), 1);
    world.advise(&surgeon, id, 1, "Opérer");
    assert_eq!(world.refusal(&surgeon).0, ErrorCode::NotFound);
    world.say(&awa, ClientMessage::AssignCase(AssignCase { consultation: id, to: party.clone() }));
    assert_eq!(world.owner(id), Some(party), "it is given to the colleague");
    let _ = kiosk;
}

#[test]
fn a_coordinator_gives_a_case_and_sees_no_patient() {
    let mut world = World::new();
    let fatou = doctor("fatou", Speciality::Obstetrics);
    world.rota(&[], std::slice::from_ref(&fatou));
    let kiosk = world.kiosk("nabadji");
    let id = world.file(&kiosk, 1, Urgency::Urgent, Addressee::Speciality(Speciality::Obstetrics));
    let who =
        Identity { party: PartyId("coordinator-binta".into()), role: Role::Coordinator, ..fatou.clone() };
    let (coordinator, _) = world.enter(&who);
    world.say(
        &coordinator,
        ClientMessage::AssignCase(AssignCase { consultation: id, to: fatou.party.clone() }),
    );
    assert_eq!(world.owner(id), Some(fatou.party));
    let row = world.row(&coordinator);
    assert!(row.patient.is_none() && row.reason.is_none() && !row.mine);
    world.ask(&coordinator, id, 1, false);
    assert_eq!(world.refusal(&coordinator).0, ErrorCode::NotFound);
}

#[test]
fn a_new_examination_is_kept_and_gives_the_turn_back() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Urgent);
    world.ask(&awa, id, 1, true);
    let intake = Intake { pulse: Some(120.into()), ..Intake::default() };
    let examine = Examine { consultation: id, intake, act: None };
    world.say(&kiosk, ClientMessage::Examine(examine.clone()));
    world.say(&kiosk, ClientMessage::Examine(examine));
    assert_eq!(world.on_disk(id).examinations().len(), 1, "said twice, kept once");
    assert_eq!(world.row(&awa).state, CaseState::Assigned);
}

#[test]
fn a_case_survives_a_restart_with_its_clock() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Routine);
    world.pass(ROUTINE_MS / 2 - 1_000, &[&kiosk, &awa]);
    world.restart();
    let (kiosk, awa) = (world.enter(&kiosk.who).0, world.enter(&awa.who).0);
    world.pass(2_000, &[&kiosk, &awa]);
    assert!(world.on_disk(id).case().unwrap().reminded);
    assert_eq!(world.owner(id), Some(awa.who.party));
}

#[test]
fn a_disk_that_fails_loses_no_step_of_a_case() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Stat);
    let fatou = world.doctor("fatou", Speciality::Obstetrics);
    world.disk_works_at_once = false;
    world.pass(STAT_MS / 2, &[&kiosk, &awa, &fatou]);
    world.write(false);
    world.disk_works_at_once = true;
    world.pass(6_000, &[&kiosk, &awa, &fatou]);
    assert!(world.on_disk(id).case().unwrap().reminded);
}

#[test]
fn a_post_may_make_its_waiting_request_a_case_when_nobody_comes() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let id = world.request(&kiosk, 1, Urgency::Urgent);
    assert!(world.hub.acts(id, &kiosk.who.party).contains(&Act::Defer));
    world.say(&kiosk, ClientMessage::Defer(Defer { consultation: id, to: None }));
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred);
    world.say(&kiosk, ClientMessage::Request(request(1, Urgency::Urgent)));
    assert!(world.kinds(&kiosk).contains(&"closed".to_owned()), "a page that says it again is told");
}
