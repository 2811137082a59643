//! The overview that operations see: who is connected, what goes on, how the links are. It holds no patient, and no
//! person's name.

use super::Hub;
use crate::{
    context::{Context, Outcome, Sender, Timer},
    limits,
    message::{
        ServerMessage,
        ops::{Activity, ActivityLink, Online, Overview},
    },
    presence::effective_availability,
    registry::OpenConsultation,
    session::Session,
};
use teranga_clinic::{people::Role, request::Urgency, time::Timestamp};

/// The time between two `overview` messages, in milliseconds.
const OVERVIEW_MS: u64 = 2_000;

impl Hub {
    /// An operator wants overviews, or no longer.
    pub(super) fn watch(&mut self, me: &Sender, on: bool) -> Outcome {
        me.must_be(Role::Operator)?;
        let cx = &mut self.cx;
        if let Some(session) = cx.sessions.get_mut(me.session) {
            session.watching = on;
        }
        if on {
            let overview = overview(cx);
            cx.send(me.session, ServerMessage::Overview(overview));
            arm_timer(cx);
        }
        Ok(())
    }

    /// Sends the next overview to every operator who watches.
    pub(super) fn send_overviews(&mut self) {
        let cx = &mut self.cx;
        let watching = cx.sessions.of_role(Role::Operator).filter(|(_, session)| session.watching);
        let watching: Vec<_> = watching.map(|(id, _)| id).collect();
        if watching.is_empty() {
            return;
        }
        let overview = overview(cx);
        for operator in watching {
            cx.send(operator, ServerMessage::Overview(overview.clone()));
        }
        arm_timer(cx);
    }
}

fn arm_timer(cx: &mut Context) {
    if !cx.timers.is_set(&Timer::Overview) {
        cx.timers.set(Timer::Overview, Some(cx.now.plus_ms(OVERVIEW_MS)));
    }
}

fn overview(cx: &Context) -> Overview {
    let mut online: Vec<_> = cx.sessions.ready().map(|(_, session)| online_row(cx, session)).collect();
    online.sort_by(|a, b| (a.role != Role::Doctor, &a.party.0).cmp(&(b.role != Role::Doctor, &b.party.0)));
    online.truncate(limits::OVERVIEW_ROWS);
    let mut consultations: Vec<_> = cx.registry.iter().collect();
    consultations.sort_by_key(|open| need(open));
    consultations.truncate(limits::OVERVIEW_ROWS);
    Overview {
        online,
        consultations: consultations.into_iter().map(|open| activity(cx, open)).collect(),
        set_aside: cx.set_aside.iter().take(limits::OVERVIEW_ROWS).copied().collect(),
    }
}

/// The order of consultations, before the list is cut: the most urgent first, and who waits before who is answered.
fn need(open: &OpenConsultation) -> (Urgency, bool, Timestamp) {
    let consultation = &open.consultation;
    (consultation.request().urgency, !open.is_waiting(), consultation.requested_at())
}

fn online_row(cx: &Context, session: &Session) -> Online {
    let who = &session.who;
    Online {
        party: who.party.clone(),
        role: who.role,
        place: who.place.clone(),
        availability: effective_availability(cx, &who.party),
        since_ms: cx.now.since_ms(session.opened_at),
    }
}

fn activity(cx: &Context, open: &OpenConsultation) -> Activity {
    let consultation = &open.consultation;
    let request = consultation.request();
    Activity {
        consultation: consultation.id(),
        place: consultation.post().place.clone(),
        speciality: request.speciality,
        urgency: request.urgency,
        step: open.is_waiting().then(|| consultation.step().0),
        age_ms: cx.now.since_ms(consultation.requested_at()),
        links: links(open),
    }
}

fn links(open: &OpenConsultation) -> Vec<ActivityLink> {
    let seats = open.room.seats().iter();
    let measured = seats.filter_map(|seat| seat.link.map(|link| (seat, link)));
    let shown = measured.map(|(seat, link)| {
        let (role, place) = (seat.who.role, seat.who.place.clone());
        ActivityLink { role, place, link }
    });
    shown.collect()
}
