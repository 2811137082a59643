//! The queue as people see it: rows for doctors, rings, and each post's position.

use super::{
    Dispatch,
    order::{adds_somebody, rank, reached, who_rings},
};
use crate::{
    context::{Context, Timer},
    id::SessionId,
    limits,
    message::{
        ServerMessage,
        presence::Roster,
        queue::{Again, AgeBand, Entry, Requested, Ring},
        waiting::{Preference, WhoRings},
    },
    presence::{OnDuty, on_duty, roster},
    registry::{OpenConsultation, QueuePosition, Unsent},
};
use std::collections::BTreeMap;
use teranga_clinic::{
    consultation::Consultation,
    danger::dangers,
    id::{ConsultationId, PartyId},
    people::{Role, Speciality},
};

/// A row of the queue, as the doctors see it whom it rings. The others see it
/// [without the patient](Entry::without_patient).
pub(crate) fn queue_row(cx: &Context, id: ConsultationId) -> Option<Entry> {
    let open = cx.registry.get(id)?;
    let consultation = &open.consultation;
    let request = consultation.request();
    let speciality = consultation.asked_speciality();
    let dangers = dangers(&request.intake, speciality);
    let who = who_rings(cx, open, &rank(cx, open, &on_duty(cx)));
    Some(Entry {
        consultation: id,
        speciality,
        urgency: request.urgency,
        place: consultation.post().place.clone(),
        intake: request.intake.clone(),
        danger: dangers.first().map(|gravest| gravest.severity),
        dangers,
        age_band: AgeBand::of(&request.intake),
        reduced: false,
        waited_ms: cx.now.since_ms(open.waits_since()),
        step: consultation.step().0,
        present: cx.sessions.is_present(&consultation.tablets().current().party),
        again: again(consultation),
        postponed_ms: consultation.detours().0.map(|put_off| put_off.until.since_ms(cx.now)),
        who: Some(who).filter(|who| *who != WhoRings::default()),
        prefers: Vec::new(),
        redirected: consultation.detours().1.map(|redirected| redirected.why.clone()),
    })
}

/// What stands out in a consultation that rings again.
fn again(consultation: &Consultation) -> Option<Again> {
    let (rings, doctor) = (consultation.rings_again()?, consultation.last_owner()?);
    let advice = u16::try_from(consultation.advice().len()).unwrap_or(u16::MAX);
    Some(Again { why: rings.why, party: doctor.party.clone(), by: doctor.name.clone(), advice })
}

/// The `requested` message for a post; none if it has no waiting request.
pub(crate) fn requested_message(cx: &mut Context, party: &PartyId) -> Option<Requested> {
    let id = cx.registry.of_party(party)?;
    cx.registry.get(id).filter(|open| open.is_waiting())?;
    let position = position_of(cx, id)?;
    requested_at(cx, party, id, position)
}

impl Dispatch {
    /// Sends what is new in the queue: rows and rings to doctors, positions to posts.
    pub(crate) fn notify_queue(cx: &mut Context) {
        let doctors = on_duty(cx);
        let waiting: Vec<_> = cx.registry.queue().map(|open| open.consultation.id()).collect();
        for id in waiting {
            watch_clock(cx, id, &doctors);
            send_row(cx, id);
            ring(cx, id, &doctors);
            Self::schedule(cx, id);
        }
        for (id, position) in positions(cx) {
            send_position(cx, id, position);
        }
    }
}

fn watch_clock(cx: &mut Context, id: ConsultationId, doctors: &[OnDuty]) {
    let (now, connected) = (cx.now, cx.is_post_there(id));
    let Some(open) = cx.registry.get(id) else { return };
    let joined = adds_somebody(open, &rank(cx, open, doctors));
    let Some(open) = cx.registry.get_mut(id) else { return };
    open.clock.observe(joined, now);
    open.observe_post(connected, now);
}

fn send_row(cx: &mut Context, id: ConsultationId) {
    let Some(row) = queue_row(cx, id) else { return };
    let now = cx.now;
    let Some(open) = cx.registry.get_mut(id) else { return };
    let until = open.consultation.detours().0.map(|put_off| put_off.until);
    let state = Some((row.step, row.present, until));
    let same_state = open.sent.row == state;
    if same_state && open.sent.who == row.who {
        return;
    }
    if same_state && !open.pace.who.pass(now) {
        return cx.timers.set(Timer::Positions, Some(now.plus_ms(limits::NEWS_EVERY_MS)));
    }
    open.sent.row = state;
    open.sent.who.clone_from(&row.who);
    let rung = open.sent.alerted.clone();
    let doctors: Vec<_> = cx.sessions.of_role(Role::Doctor).map(|(id, _)| id).collect();
    for doctor in doctors {
        let row = if rung.contains(&doctor) { row.clone() } else { row.clone().without_patient() };
        cx.send(doctor, ServerMessage::Entry(row));
    }
    let coordinators: Vec<_> = cx.sessions.of_role(Role::Coordinator).map(|(id, _)| id).collect();
    for coordinator in coordinators {
        cx.send(coordinator, ServerMessage::Entry(row.clone().for_coordinator()));
    }
}

/// Rings every doctor whom the clock has reached and who has not been rung yet. They are shown what the post wrote of the
/// patient, and that is written down.
fn ring(cx: &mut Context, id: ConsultationId, doctors: &[OnDuty]) {
    if cx.uncommitted.turning(id).is_some() {
        return;
    }
    let fresh = newly_reached(cx, id, doctors);
    let Some(row) = queue_row(cx, id).filter(|_| !fresh.is_empty()) else { return };
    for (doctor, prefers) in fresh {
        if let Some(who) = doctors.iter().find(|rung| rung.session == doctor) {
            cx.note_rung(id, who.who.party.clone());
        }
        let entry = Entry { prefers, ..row.clone() };
        cx.send(doctor, ServerMessage::Ring(Ring { entry, invited_by: None, why: None }));
    }
}

fn newly_reached(
    cx: &mut Context,
    id: ConsultationId,
    doctors: &[OnDuty],
) -> Vec<(SessionId, Vec<Preference>)> {
    let Some(open) = cx.registry.get(id) else { return Vec::new() };
    let ranked = rank(cx, open, doctors);
    let reached = reached(cx, open, &ranked).into_iter();
    let reached: Vec<_> = reached.map(|one| (one.doctor.session, one.prefers.clone())).collect();
    let Some(open) = cx.registry.get_mut(id) else { return Vec::new() };
    let alerted = &mut open.sent.alerted;
    alerted.retain(|session| doctors.iter().any(|doctor| doctor.session == *session));
    reached.into_iter().filter(|(session, _)| alerted.insert(*session)).collect()
}

fn send_position(cx: &mut Context, id: ConsultationId, position: QueuePosition) {
    let Some(open) = cx.registry.get(id) else { return };
    let post = open.consultation.tablets().current().party.clone();
    let is_waiting = open.is_waiting();
    if is_waiting && open.room.seat(&post).is_some_and(|seat| seat.unsent.any()) {
        if let Some(requested) = requested_at(cx, &post, id, position) {
            cx.send_to(&post, ServerMessage::Requested(requested));
        }
    } else if open.sent.position.as_ref() != Some(&position) && cx.sessions.is_live(&post) {
        let now = cx.now;
        let Some(open) = cx.registry.get_mut(id) else { return };
        if !open.pace.position.pass(now) {
            cx.timers.set(Timer::Positions, Some(now.plus_ms(limits::NEWS_EVERY_MS)));
            return;
        }
        let message = position.message(open, now);
        let is_news = open.sent.position.replace(position).is_some();
        // The first position of a consultation that rings again comes with its `call`.
        if is_waiting || is_news {
            cx.send_to(&post, ServerMessage::Waiting(message));
        }
    }
}

/// The positions of all requests, in the order of the queue, computed in one pass.
fn positions(cx: &mut Context) -> Vec<(ConsultationId, QueuePosition)> {
    cx.counters.queue_passes += 1;
    let (roster, doctors) = (roster(cx), on_duty(cx));
    let mut before: BTreeMap<Speciality, u16> = BTreeMap::new();
    let place = |open: &OpenConsultation| {
        let ahead = before.entry(open.consultation.asked_speciality()).or_default();
        let position = position_behind(cx, *ahead, open, &roster, &doctors);
        *ahead += u16::from(open.is_ringing());
        (open.consultation.id(), position)
    };
    cx.registry.queue().map(place).collect()
}

/// The position of one consultation that rings.
pub(super) fn position_of(cx: &Context, id: ConsultationId) -> Option<QueuePosition> {
    let open = cx.registry.get(id).filter(|open| open.is_queued())?;
    let speciality = open.consultation.asked_speciality();
    let before = cx.registry.queue().take_while(|other| other.consultation.id() != id);
    let ahead = before
        .filter(|other| other.is_ringing() && other.consultation.asked_speciality() == speciality)
        .count();
    let ahead = u16::try_from(ahead).unwrap_or(u16::MAX);
    Some(position_behind(cx, ahead, open, &roster(cx), &on_duty(cx)))
}

fn position_behind(
    cx: &Context,
    ahead: u16,
    open: &OpenConsultation,
    roster: &Roster,
    doctors: &[OnDuty],
) -> QueuePosition {
    let ranked = rank(cx, open, doctors);
    let rung = reached(cx, open, &ranked).len();
    let speciality = open.consultation.asked_speciality();
    let line = roster.lines.iter().find(|line| line.speciality == speciality);
    QueuePosition {
        ahead,
        available: line.map_or(0, |line| line.available),
        busy: line.map_or(0, |line| line.busy),
        rung: u16::try_from(rung).unwrap_or(u16::MAX),
        step: open.consultation.step().0,
        due: open.clock.due(&open.consultation, &cx.config.steps).filter(|_| open.is_ringing()),
        defers_at: open.defers_at(cx.config.defer_ms).filter(|_| open.is_ringing()),
        postponed: open.consultation.detours().0.map(|put_off| put_off.until),
        who: who_rings(cx, open, &ranked),
        estimate: cx.past.estimate(speciality, cx.now),
    }
}

/// The `requested` message for a post, if the position of its request is known already.
fn requested_at(
    cx: &mut Context,
    party: &PartyId,
    id: ConsultationId,
    position: QueuePosition,
) -> Option<Requested> {
    let session = cx.sessions.live(party)?;
    let seat = cx.registry.get(id)?.room.seat(party)?;
    let (member, wants_grant) = (seat.member, seat.unsent.grant);
    let grant = wants_grant.then(|| cx.join_token(session, member));
    let now = cx.now;
    let open = cx.registry.get_mut(id)?;
    open.room.seat_mut(party)?.unsent = Unsent::default();
    let status = position.message(open, now);
    open.sent.position = Some(position);
    Some(Requested { status, request: open.consultation.request().clone(), grant })
}
