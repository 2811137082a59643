//! The fold: which facts follow from which, and that a refused one changes nothing.

use crate::world::{START, consultation, doctor, guest, kiosk, operator, request};
use teranga_clinic::{
    clinical::{Advise, Disposition, Note},
    consultation::{Consultation, Illegal, Phase},
    fact::{Fact, What, stored::CODEC},
    people::{Identity, Role, Speciality},
    request::{Step, Urgency},
    time::Timestamp,
};

fn fact(by: Option<&Identity>, what: What) -> Fact {
    Fact { at: START, by: by.map(|who| who.party.clone()), staff: None, what }
}

fn requested() -> Fact {
    let post = kiosk("nabadji");
    fact(Some(&post.clone()), What::Requested { post, request: request(1, Urgency::Stat) })
}

fn claimed(doctor: &Identity) -> Fact {
    fact(Some(doctor), What::Claimed { doctor: doctor.clone() })
}

fn running(doctor: &Identity) -> Consultation {
    Consultation::replay(&[requested(), claimed(doctor)]).expect("legal")
}

fn awa() -> Identity {
    doctor("awa", Speciality::Obstetrics)
}

fn advised(by: &Identity, number: u128) -> Fact {
    let advice =
        Advise { consultation: consultation(number), revision: 1, text: "Repos".into(), replaces: None };
    fact(Some(by), What::Advised { advice, order_number: None })
}

/// Returns the refusal of a fact that does not follow. It must have changed nothing.
fn refused(state: &mut Consultation, fact: &Fact) -> Illegal {
    let before = state.clone();
    let illegal = state.apply(fact).expect_err("does not follow");
    assert_eq!(*state, before, "a refused fact changes nothing");
    illegal
}

#[test]
fn a_consultation_begins_with_its_posts_request_and_has_no_second_one() {
    assert_eq!(Consultation::replay(&[]), Err(Illegal::Empty));
    assert_eq!(Consultation::replay(&[claimed(&awa())]), Err(Illegal::Beginning));
    assert_eq!(Consultation::replay(&[requested(), requested()]), Err(Illegal::Beginning));
    let forged = Fact { by: Some(awa().party), ..requested() };
    assert_eq!(Consultation::replay(&[forged]), Err(Illegal::Actor));
}

#[test]
fn it_is_taken_once_and_by_a_doctor() {
    let mut state = running(&awa());
    let late = claimed(&doctor("binta", Speciality::Obstetrics));
    assert_eq!(refused(&mut state, &late), Illegal::Phase(Phase::Running));
    let mut waiting = Consultation::open(&requested()).unwrap();
    assert_eq!(refused(&mut waiting, &claimed(&guest("samba"))), Illegal::Actor);
}

#[test]
fn the_clock_only_goes_forward_and_only_while_it_waits() {
    let mut waiting = Consultation::open(&requested()).unwrap();
    let to = |step| fact(None, What::Escalated { step, why: None });
    assert_eq!(waiting.apply(&to(Step::Regional)), Ok(()));
    assert_eq!(waiting.step(), (Step::Regional, START));
    assert_eq!(refused(&mut waiting, &to(Step::Second)), Illegal::Backwards);
    assert_eq!(refused(&mut running(&awa()), &to(Step::Nobody)), Illegal::Phase(Phase::Running));
}

#[test]
fn guests_come_and_go_and_the_owner_stays() {
    let (mut state, samba) = (running(&awa()), guest("samba"));
    let enters =
        |who: &Identity, holds| fact(Some(who), What::Entered { guest: who.clone(), holds, why: None });
    assert_eq!(state.apply(&enters(&samba, false)), Ok(()));
    assert_eq!(state.entered().len(), 2);
    assert_eq!(state.apply(&fact(Some(&samba), What::Left)), Ok(()));
    assert_eq!(state.entered(), [awa()]);
    assert_eq!(refused(&mut state, &fact(Some(&awa()), What::Left)), Illegal::Actor);
    assert_eq!(refused(&mut state, &enters(&samba, true)), Illegal::Actor, "an interpreter cannot hold it");
    assert_eq!(refused(&mut state, &enters(&operator("ndeye"), false)), Illegal::Actor);
}

#[test]
fn advice_is_signed_by_somebody_who_is_in_and_belongs_here() {
    let mut state = running(&awa());
    assert_eq!(refused(&mut state, &advised(&doctor("x", Speciality::Surgery), 1)), Illegal::Actor);
    assert_eq!(refused(&mut state, &advised(&awa(), 2)), Illegal::Foreign);
    assert_eq!(state.apply(&advised(&awa(), 1)), Ok(()));
    assert_eq!((&state.advice()[0].by, state.advice()[0].at), (&awa().name, START));
}

#[test]
fn only_doctors_see_notes() {
    let mut state = running(&awa());
    let note = Note { consultation: consultation(1), revision: 1, text: "TA 170/110".into() };
    state.apply(&fact(Some(&awa()), What::Noted { note: note.clone() })).unwrap();
    assert_eq!(state.record_for(Role::Doctor).note, Some(note));
    assert_eq!(state.record_for(Role::Kiosk).note, None);
    assert_eq!(state.record_for(Role::Guest).note, None);
}

#[test]
fn nothing_follows_the_end() {
    let mut state = running(&awa());
    let end = Fact {
        at: Timestamp(9),
        ..fact(Some(&awa()), What::Closed { disposition: Disposition::Advice, follow_up: None })
    };
    state.apply(&end).unwrap();
    assert_eq!((state.phase(), state.ended_at()), (Phase::Closed, Some(Timestamp(9))));
    for after in [end, advised(&awa(), 1), fact(None, What::Cancelled), fact(Some(&awa()), What::Left)] {
        assert_eq!(refused(&mut state, &after), Illegal::Phase(Phase::Closed));
    }
}

#[test]
fn a_fact_reads_back_from_the_store() {
    for fact in [requested(), claimed(&awa()), advised(&awa(), 1), fact(None, What::Cancelled)] {
        let stored = CODEC.encode(&fact.what, None);
        assert_eq!(CODEC.decode(stored.version, &stored.json), Ok(fact.what.into()));
    }
}
