//! What operations see: who is there, what goes on, how the links are. No patient, and no person's name.

use super::{Hub, Outcome, Speaker, Timer};
use crate::{
    case::Case,
    limits,
    message::{
        ServerMessage,
        ops::{Activity, ActivityLink, Online, Overview},
    },
    session::Session,
};
use teranga_clinic::people::Role;

impl Hub {
    pub(super) fn watch(&mut self, me: &Speaker, on: bool) -> Outcome {
        me.must_be(Role::Operator)?;
        if let Some(session) = self.sessions.get_mut(me.session) {
            session.watching = on;
        }
        if on {
            self.send(me.session, ServerMessage::Overview(self.overview_message()));
            self.arm_overview();
        }
        Ok(())
    }

    /// The next `overview` is due, if anybody still watches.
    pub(super) fn overview(&mut self) {
        let watching = self.sessions.of_role(Role::Operator).filter(|(_, session)| session.watching);
        let watching: Vec<_> = watching.map(|(id, _)| id).collect();
        if watching.is_empty() {
            return;
        }
        let message = self.overview_message();
        for operator in watching {
            self.send(operator, ServerMessage::Overview(message.clone()));
        }
        self.arm_overview();
    }

    fn arm_overview(&mut self) {
        if !self.timers.is_set(&Timer::Overview) {
            self.timers.set(Timer::Overview, Some(self.now.plus_ms(limits::OVERVIEW_MS)));
        }
    }

    fn overview_message(&self) -> Overview {
        let online = self.sessions.ready().take(limits::OVERVIEW_ROWS);
        let consultations = self.cases.iter().take(limits::OVERVIEW_ROWS);
        Overview {
            online: online.map(|(_, session)| self.online(session)).collect(),
            consultations: consultations.map(|case| self.activity(case)).collect(),
        }
    }

    fn online(&self, session: &Session) -> Online {
        let who = &session.who;
        Online {
            party: who.party.clone(),
            role: who.role,
            place: who.place.clone(),
            availability: self.effective_availability(&who.party),
            since_ms: self.now.since_ms(session.opened_at),
        }
    }

    fn activity(&self, case: &Case) -> Activity {
        let consultation = &case.consultation;
        let request = consultation.request();
        Activity {
            consultation: consultation.id(),
            place: consultation.post().place.clone(),
            speciality: request.speciality,
            urgency: request.urgency,
            step: case.is_waiting().then(|| consultation.step().0),
            age_ms: self.now.since_ms(consultation.requested_at()),
            links: links(case),
        }
    }
}

fn links(case: &Case) -> Vec<ActivityLink> {
    let seats = case.room.seats().iter();
    let measured = seats.filter_map(|seat| seat.link.map(|link| (seat, link)));
    let shown = measured.map(|(seat, link)| {
        let (role, place) = (seat.who.role, seat.who.place.clone());
        ActivityLink { role, place, link }
    });
    shown.collect()
}
