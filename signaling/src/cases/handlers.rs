//! What people ask for in a case: to make a call a case, to take or give a case, to ask a colleague, to call.

use super::{
    allocate::known_doctor,
    machine::{Cases, addressee},
};
use crate::{
    context::{Context, Outcome, Refusal, Sender},
    limits,
    message::{
        ServerMessage,
        call::Act,
        case::{AskOpinion, AssignCase, CallCase, Defer, ReadCase, Recorded},
        clinical::Closed,
        session::ErrorCode,
    },
    registry::{Action, OpenCase},
};
use teranga_clinic::{
    case::{AssignReason, DeferReason},
    consultation::{Consultation, Phase},
    fact::{RingReason, What},
    id::{ActId, ConsultationId},
    people::{Identity, Role},
    request::Request,
};

impl Cases {
    /// A post files a request as a case from its beginning.
    pub(crate) fn file(cx: &mut Context, me: &Sender, request: Request) -> Outcome {
        let id = request.request;
        if cx.draining {
            return Err(ErrorCode::Draining.into());
        }
        refuse_too_many(cx, &me.who.place.id)?;
        let post = (*me.who).clone();
        cx.record(id, Some(me.party()), What::Requested { post, request }, "request")
    }

    /// A post says a request again that is a case meanwhile: it is told so.
    pub(crate) fn file_again(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        let closed = Closed { consultation: id, disposition: None, deferred: true };
        cx.send(me.session, ServerMessage::Closed(closed));
        cx.mark_case_changed(id);
        recorded(cx, me, id, "request")
    }

    /// A call becomes a case, or a case gets another addressee.
    pub(crate) fn defer(cx: &mut Context, me: &Sender, defer: Defer) -> Outcome {
        let id = defer.consultation;
        if let Some(open) = cx.registry.cases.get(id) {
            if open.consultation.is_of_post(&me.who) {
                return recorded(cx, me, id, "defer");
            }
            let to = addressee(defer.to, &open.consultation);
            may_give(open, me)?;
            refuse_uncommitted(cx, id)?;
            let why = DeferReason::Readdressed;
            return cx.record(id, Some(me.party()), What::Deferred { to, why }, "defer");
        }
        let open = cx.open_for(me, id, Action::Cancel).or_else(|_| cx.open_for(me, id, Action::Direct))?;
        let seat = open.room.seat(me.party()).ok_or(ErrorCode::NotFound)?;
        if !cx.may_now(open, seat, Act::Defer) {
            return Err(ErrorCode::Busy.into());
        }
        let to = addressee(defer.to, &open.consultation);
        let why = if me.who.role == Role::Kiosk { DeferReason::Chosen } else { DeferReason::Converted };
        if cx.uncommitted.moves_call(id) {
            return Err(ErrorCode::Storage.into());
        }
        cx.record(id, Some(me.party()), What::Deferred { to, why }, "defer")
    }

    /// A specialist takes a case that has no owner, or whoever may gives it to another one.
    pub(crate) fn assign(cx: &mut Context, me: &Sender, assign: AssignCase) -> Outcome {
        let AssignCase { consultation: id, to } = assign;
        let open = visible(cx, me, id)?;
        if open.consultation.is_held_by(&to) {
            return recorded(cx, me, id, "assign_case");
        }
        let takes = me.who.role == Role::Doctor && to == *me.party();
        if takes && let Some(owner) = open.consultation.owner() {
            return Err(Refusal { code: ErrorCode::AlreadyTaken, by: Some(owner.name.clone()) });
        }
        if !takes {
            may_give(open, me)?;
        }
        let why = if takes { AssignReason::Taken } else { AssignReason::Allocated };
        let doctor = known_doctor(cx, &to).ok_or(ErrorCode::NotFound)?;
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), What::Assigned { doctor: Some(doctor), why }, "assign_case")
    }

    /// The specialist has opened the case, or the post the answer.
    pub(crate) fn read(cx: &mut Context, me: &Sender, read: ReadCase) -> Outcome {
        let id = read.consultation;
        let open = member(cx, me, id)?;
        let consultation = &open.consultation;
        let case = consultation.case().ok_or(ErrorCode::NotFound)?;
        let is_news = if consultation.is_of_post(&me.who) {
            case.answered_at.is_some() && case.answer_read_at.is_none()
        } else {
            consultation.is_held_by(me.party()) && case.read_at.is_none()
        };
        if !is_news {
            return recorded(cx, me, id, "read_case");
        }
        cx.record(id, Some(me.party()), What::CaseRead, "read_case")
    }

    /// The specialist of a case asks a colleague for an opinion.
    pub(crate) fn ask_opinion(cx: &mut Context, me: &Sender, ask: &AskOpinion) -> Outcome {
        let id = ask.consultation;
        let open = held(cx, me, id)?;
        if open.consultation.entered().iter().any(|who| who.party == ask.party) {
            return recorded(cx, me, id, "ask_opinion");
        }
        if open.consultation.entered().len() >= limits::SEATS {
            return Err(ErrorCode::RoomFull.into());
        }
        let guest: Identity = known_doctor(cx, &ask.party).ok_or(ErrorCode::NotFound)?;
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), What::Entered { guest, holds: false, why: None }, "ask_opinion")
    }

    /// The specialist of a case calls its post, at the tablet that had the case last, or at another one if that is away or busy. The case
    /// is a call from now on.
    pub(crate) fn call(cx: &mut Context, me: &Sender, call: CallCase) -> Outcome {
        let id = call.consultation;
        let consultation = &held(cx, me, id)?.consultation;
        let tablet = free_tablet(cx, consultation)?;
        let moves = consultation.tablets().current().party != tablet.party;
        if cx.is_engaged(me.party()) {
            return Err(ErrorCode::Busy.into());
        }
        refuse_uncommitted(cx, id)?;
        if moves {
            cx.record_tablet(id, None, tablet)?;
        }
        let doctor = (*me.who).clone();
        cx.record(id, Some(me.party()), What::Claimed { doctor }, "call_case")
    }

    /// A tablet of the post calls: the case rings like a request of this tablet.
    pub(crate) fn ring(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        let open = member(cx, me, id)?;
        if !open.consultation.is_of_post(&me.who) || open.consultation.phase() != Phase::Deferred {
            return Err(ErrorCode::NotFound.into());
        }
        if cx.is_engaged(me.party()) {
            return Err(ErrorCode::Busy.into());
        }
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), What::RangAgain { why: RingReason::Asked }, "ring_again")
    }
}

/// Tells the sender that what was asked for is so already.
pub(super) fn recorded(cx: &mut Context, me: &Sender, id: ConsultationId, of: &str) -> Outcome {
    said_again(cx, me, id, of, None)
}

/// Tells the sender that this act is durable already.
pub(super) fn said_again(
    cx: &mut Context,
    me: &Sender,
    id: ConsultationId,
    of: &str,
    act: Option<ActId>,
) -> Outcome {
    cx.reply(me, ServerMessage::Recorded(Recorded { consultation: id, of: of.to_owned(), act }))
}

/// The case, if the sender is a tablet of its post, its specialist or a colleague who was asked.
pub(super) fn member<'a>(cx: &'a Context, me: &Sender, id: ConsultationId) -> Result<&'a OpenCase, Refusal> {
    let open = cx.registry.cases.get(id).ok_or_else(|| cx.absent(id))?;
    let consultation = &open.consultation;
    let is_in =
        consultation.is_of_post(&me.who) || consultation.entered().iter().any(|who| who.party == *me.party());
    if is_in { settled(cx, id).map(|()| open) } else { Err(ErrorCode::NotFound.into()) }
}

/// The case, if the sender answers for it and it is not over.
pub(super) fn held<'a>(cx: &'a Context, me: &Sender, id: ConsultationId) -> Result<&'a OpenCase, Refusal> {
    let open = cx.registry.cases.get(id).ok_or_else(|| cx.absent(id))?;
    let holds = open.consultation.is_held_by(me.party()) && open.consultation.phase() == Phase::Deferred;
    if holds { settled(cx, id).map(|()| open) } else { Err(ErrorCode::NotFound.into()) }
}

/// Refuses while the fate of a fact is unknown that will end the case, make it a call or give it to somebody else. That fact may still
/// fail; the page says it again, and is told then.
fn settled(cx: &Context, id: ConsultationId) -> Outcome {
    if cx.uncommitted.moves_case(id) { Err(ErrorCode::Storage.into()) } else { Ok(()) }
}

/// The case, if it stands in the sender's list: a member's, a coordinator's, or a doctor's whose speciality is asked.
fn visible<'a>(cx: &'a Context, me: &Sender, id: ConsultationId) -> Result<&'a OpenCase, Refusal> {
    let open = cx.registry.cases.get(id).ok_or_else(|| cx.absent(id))?;
    let speciality = open.consultation.asked_speciality();
    let listed = match me.who.role {
        Role::Coordinator => true,
        Role::Doctor => {
            open.consultation.owner().is_none() && me.who.specialities.contains(&speciality)
                || open.consultation.is_member(&me.who)
                || open.shown_to.contains(me.party())
        }
        Role::Kiosk | Role::Guest | Role::Operator => false,
    };
    let open = Some(open).filter(|open| listed && open.consultation.phase() == Phase::Deferred);
    open.ok_or(ErrorCode::NotFound.into())
}

/// The tablet of the post that is called: the one that had the case last, or else any other one that is free.
fn free_tablet(cx: &Context, consultation: &Consultation) -> Result<Identity, Refusal> {
    let tablets = cx.sessions.tablets_at(&consultation.post().place.id);
    let mut there: Vec<_> = tablets.filter(|tablet| cx.sessions.is_present(&tablet.party)).collect();
    if there.is_empty() {
        return Err(ErrorCode::PostAway.into());
    }
    there.sort_by_key(|tablet| tablet.party != consultation.tablets().current().party);
    let free = there.into_iter().find(|tablet| !cx.is_engaged(&tablet.party));
    free.map(|tablet| (**tablet).clone()).ok_or(ErrorCode::Busy.into())
}

/// A case is given to somebody else by whoever answers for it, or by a coordinator.
fn may_give(open: &OpenCase, me: &Sender) -> Outcome {
    let may = me.who.role == Role::Coordinator || open.consultation.is_held_by(me.party());
    if may && open.consultation.phase() == Phase::Deferred { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
}

/// Refuses while the fate of any other fact of the case is unknown: what follows may depend on it.
pub(super) fn refuse_uncommitted(cx: &Context, id: ConsultationId) -> Outcome {
    if cx.uncommitted.is_any(id) { Err(ErrorCode::Storage.into()) } else { Ok(()) }
}

/// Refuses one case too many, of a post or of the country. A consultation whose outcome is awaited is no work for a specialist any
/// more, ends by itself, and keeps no patient out.
fn refuse_too_many(cx: &Context, place: &str) -> Outcome {
    let own = cx.registry.cases.of_place(place).filter(|open| open.is_unfinished()).count();
    let full = own >= limits::CASES_OF_POST || cx.registry.cases.unfinished() >= limits::CASES;
    if full { Err(ErrorCode::QueueFull.into()) } else { Ok(()) }
}
