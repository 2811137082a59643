//! A post asks for a specialist, asks again, or withdraws its request.

use super::{Dispatch, claims::taken, resend::show_again};
use crate::{
    cases::Cases,
    context::{Context, Outcome, Sender},
    limits,
    message::{call::Act, session::ErrorCode},
    registry::Action,
};
use teranga_clinic::{fact::What, id::ConsultationId, people::Role, request::Request};

impl Dispatch {
    /// A post asks. Saying the same request again changes nothing.
    pub(crate) fn request(&self, cx: &mut Context, me: &Sender, request: Request) -> Outcome {
        me.must_be(Role::Kiosk)?;
        if let Some(said_before) = self.request_again(cx, me, request.request) {
            return said_before;
        }
        if cx.absent(request.request) == ErrorCode::SetAside {
            return Err(ErrorCode::SetAside.into());
        }
        if request.defer_to.is_some() {
            return Cases::file(cx, me, request);
        }
        may_request(cx, me)?;
        let post = (*me.who).clone();
        cx.record(request.request, Some(me.party()), What::Requested { post, request }, "request")
    }

    /// A post withdraws a request that waits, or ends a consultation whose doctor is not there any more or which it has left
    /// itself.
    pub(crate) fn cancel(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        let open = cx.open_for(me, id, Action::Cancel)?;
        let seat = open.room.seat(me.party()).ok_or(ErrorCode::NotFound)?;
        if !cx.may_now(open, seat, Act::Cancel) {
            return Err(ErrorCode::Busy.into());
        }
        match cx.uncommitted.turning(id) {
            Some(fact) if matches!(fact.what, What::Claimed { .. }) => Err(taken(fact)),
            Some(fact)
                if matches!(fact.what, What::Postponed { .. }) && fact.by.as_ref() == Some(me.party()) =>
            {
                cx.record(id, Some(me.party()), What::Cancelled, "cancel")
            }
            Some(_) => Ok(()),
            None => cx.record(id, Some(me.party()), What::Cancelled, "cancel"),
        }
    }

    /// The answer to a request that is known already; none for a new one.
    fn request_again(&self, cx: &mut Context, me: &Sender, id: ConsultationId) -> Option<Outcome> {
        if let Some(open) = cx.registry.get(id) {
            if open.consultation.tablets().current().party == *me.party() {
                return Some(show_again(cx, me, id));
            }
            // It was this tablet's case, and is another tablet's call now.
            let was_own = open.consultation.post().party == *me.party();
            return Some(if was_own {
                Cases::file_again(cx, me, id)
            } else {
                Err(ErrorCode::NotFound.into())
            });
        }
        if let Some(fact) = cx.uncommitted.request(id) {
            let own = fact.by.as_ref() == Some(me.party());
            return Some(if own { Ok(()) } else { Err(ErrorCode::NotFound.into()) });
        }
        if let Some(case) = cx.registry.cases.get(id) {
            let own = case.consultation.is_of_post(&me.who);
            return Some(if own { Cases::file_again(cx, me, id) } else { Err(ErrorCode::NotFound.into()) });
        }
        let ending = self.recently_closed.find(id)?;
        if !ending.is_of_post(&me.who) {
            return Some(Err(ErrorCode::NotFound.into()));
        }
        for message in ending.messages() {
            cx.send(me.session, message);
        }
        Some(Ok(()))
    }
}

fn may_request(cx: &Context, me: &Sender) -> Outcome {
    if cx.draining {
        Err(ErrorCode::Draining.into())
    } else if cx.is_engaged(me.party()) {
        Err(ErrorCode::Busy.into())
    } else if is_full(cx, &me.who.place.region) {
        Err(ErrorCode::QueueFull.into())
    } else {
        Ok(())
    }
}

/// True if no further request of this region fits, because the region or the country is full.
fn is_full(cx: &Context, region: &str) -> bool {
    let (national, regional) = (cx.registry.national_load(), cx.registry.regional_load(region));
    let (uncommitted, uncommitted_here) = cx.uncommitted.requests(region);
    regional.waiting + uncommitted_here >= limits::REGION_QUEUE
        || regional.open + uncommitted_here >= limits::REGION_CONSULTATIONS
        || national.waiting + uncommitted >= limits::QUEUE
        || national.open + uncommitted >= limits::CONSULTATIONS
}
