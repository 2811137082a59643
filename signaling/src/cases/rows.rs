//! The lists of cases: who has which case in their list, and what they are told of it. All tablets of a post have the same list. A
//! tablet in a call is told after the call, so that no row stands in front of its voice.

use super::machine::Cases;
use crate::{
    context::Context,
    limits,
    message::{
        ServerMessage,
        case::{CaseGone, CaseList, CaseRow, CaseState},
    },
    registry::OpenCase,
};
use std::collections::BTreeSet;
use teranga_clinic::{
    case::Turn,
    consultation::Consultation,
    danger::dangers,
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
    request::Urgency,
    time::Timestamp,
};

impl Cases {
    /// Tells everybody who has a case in their list what has changed, and sets its next deadline.
    pub(crate) fn notify(cx: &mut Context, id: ConsultationId) {
        Self::tend_if_due(cx, id);
        let Some(open) = cx.registry.cases.get(id) else { return };
        let audience = audience(cx, open);
        let gone: Vec<_> = open.shown_to.difference(&parties(&audience)).cloned().collect();
        let rows: Vec<_> = audience.iter().map(|who| (who.clone(), case_row(cx, open, who))).collect();
        for party in gone {
            cx.send_to(&party, case_gone(id));
        }
        for (who, row) in rows {
            note_shown(cx, id, &who, &row);
            cx.send_to(&who.party, ServerMessage::Case(Box::new(row)));
        }
        if let Some(open) = cx.registry.cases.get_mut(id) {
            open.shown_to = parties(&audience);
        }
    }

    /// A tablet is out of a call: it is told now what changed meanwhile.
    pub(crate) fn call_is_over(cx: &mut Context, tablet: &Identity) {
        let ids: Vec<_> =
            cx.registry.cases.of_place(&tablet.place.id).map(|open| open.consultation.id()).collect();
        for id in ids {
            cx.mark_case_changed(id);
        }
    }
}

/// The list of a party that says hello; none if it is empty.
pub(crate) fn case_list(cx: &mut Context, who: &Identity) -> Option<ServerMessage> {
    let listed = |open: &&OpenCase| is_listed(open, who);
    let mut rows: Vec<_> = match who.role {
        Role::Kiosk => {
            cx.registry.cases.of_place(&who.place.id).map(|open| case_row(cx, open, who)).collect()
        }
        Role::Doctor | Role::Coordinator => {
            cx.registry.cases.iter().filter(listed).map(|open| case_row(cx, open, who)).collect()
        }
        Role::Guest | Role::Operator => Vec::new(),
    };
    rows.sort_by_key(weight);
    rows.truncate(limits::CASE_ROWS);
    for row in &rows {
        note_shown(cx, row.consultation, who, row);
        if let Some(open) = cx.registry.cases.get_mut(row.consultation) {
            open.shown_to.insert(who.party.clone());
        }
    }
    (!rows.is_empty()).then_some(ServerMessage::Cases(CaseList { cases: rows }))
}

/// The order of a list that may be cut, the least first: cases without an answer that nobody has, that are late, or that the reader
/// has; the others; and those whose outcome is awaited. Among them by urgency, and then what is due first.
fn weight(row: &CaseRow) -> (u8, Urgency, u64) {
    let presses = row.state == CaseState::Unassigned || row.mine || row.lapses > 0 || row.due_in_ms == 0;
    let rank = match row.state {
        CaseState::FollowUp => 2,
        CaseState::Answered | CaseState::AnswerRead => 1,
        _ => u8::from(!presses),
    };
    (rank, row.urgency, row.due_in_ms)
}

/// The message that takes a case out of a list.
pub(super) const fn case_gone(consultation: ConsultationId) -> ServerMessage {
    ServerMessage::CaseGone(CaseGone { consultation })
}

/// Everybody connected who has a case in their list.
fn audience(cx: &Context, open: &OpenCase) -> Vec<Identity> {
    let in_call =
        |who: &Identity| cx.registry.seat_of(&who.party).is_some_and(|(call, _)| !call.is_waiting());
    let tablets = cx.sessions.tablets_at(&open.consultation.post().place.id).map(|who| (**who).clone());
    let roles = [Role::Doctor, Role::Coordinator].into_iter();
    let people = roles.flat_map(|role| cx.sessions.of_role(role)).map(|(_, session)| (*session.who).clone());
    let tablets = tablets.filter(|who| !in_call(who));
    tablets.chain(people.filter(|who| is_listed(open, who))).collect()
}

/// True if a case stands in the list of this person: every case that is to be answered or closed in a coordinator's, one's own and those that wait for somebody
/// of one's speciality in a doctor's.
fn is_listed(open: &OpenCase, who: &Identity) -> bool {
    let consultation = &open.consultation;
    match who.role {
        Role::Coordinator => open.is_unfinished(),
        Role::Doctor => {
            let is_member = consultation.entered().iter().any(|member| member.party == who.party);
            let wanted = consultation.owner().is_none() && open.is_unfinished();
            is_member || (wanted && who.specialities.contains(&consultation.asked_speciality()))
        }
        Role::Kiosk | Role::Guest | Role::Operator => false,
    }
}

fn case_row(cx: &Context, open: &OpenCase, reader: &Identity) -> CaseRow {
    let consultation = &open.consultation;
    let (request, intake) = (consultation.request(), consultation.intake());
    let is_member =
        consultation.is_of_post(reader) || consultation.entered().iter().any(|who| who.party == reader.party);
    let patient = intake.name.clone().or_else(|| intake.dpp.clone());
    let (since, due) = times(cx, consultation);
    let case = consultation.case();
    CaseRow {
        consultation: consultation.id(),
        place: consultation.post().place.clone(),
        speciality: consultation.asked_speciality(),
        urgency: request.urgency,
        danger: dangers(intake, request.speciality).first().map(|gravest| gravest.severity),
        patient: patient.filter(|_| is_member),
        reason: Some(intake.reason.clone()).filter(|reason| is_member && !reason.reveal().is_empty()),
        state: state(consultation),
        doctor: consultation.owner().map(|owner| owner.name.clone()),
        mine: consultation.is_held_by(&reader.party),
        age_ms: cx.now.since_ms(since),
        due_in_ms: due.since_ms(cx.now),
        reminded: is_reminded(consultation),
        lapses: case.map_or(0, |case| case.lapses),
        unread: if is_member {
            consultation.chat().unread_by(consultation.tablets().chat_reader(reader))
        } else {
            0
        },
        facts: open.durable_facts,
        disposition: consultation.disposition(),
    }
}

/// True if whoever has the next step was reminded of it: the specialist or the post of a case, or the post of its outcome.
fn is_reminded(consultation: &Consultation) -> bool {
    match (consultation.follow_up(), consultation.case()) {
        (Some(follow_up), _) => follow_up.asked_again > 0,
        (None, case) => case.is_some_and(|case| case.reminded),
    }
}

/// The time since which a case is as it is, and the time at which something is due.
fn times(cx: &Context, consultation: &Consultation) -> (Timestamp, Timestamp) {
    let urgency = consultation.request().urgency;
    match (consultation.follow_up(), consultation.case()) {
        (Some(follow_up), _) => (consultation.requested_at(), follow_up.due),
        (None, Some(case)) => (case.since, case.due(urgency, &cx.config.cases)),
        (None, None) => (consultation.requested_at(), cx.now),
    }
}

fn state(consultation: &Consultation) -> CaseState {
    let Some(case) = consultation.case().filter(|_| consultation.follow_up().is_none()) else {
        return CaseState::FollowUp;
    };
    match case.turn {
        Turn::Closing if case.answer_read_at.is_some() => CaseState::AnswerRead,
        Turn::Closing => CaseState::Answered,
        Turn::Post => CaseState::Asked,
        Turn::Specialist if consultation.owner().is_none() => CaseState::Unassigned,
        Turn::Specialist if case.read_at.is_none() => CaseState::Assigned,
        Turn::Specialist => CaseState::Read,
    }
}

/// Writes down that a doctor is shown what the post wrote of its patient, once a connection.
fn note_shown(cx: &mut Context, id: ConsultationId, who: &Identity, row: &CaseRow) {
    let shows_patient = row.patient.is_some() || row.reason.is_some();
    let is_new = cx.registry.cases.get(id).is_some_and(|open| !open.shown_to.contains(&who.party));
    if who.role == Role::Doctor && shows_patient && is_new {
        cx.note_rung(id, who.party.clone());
    }
}

fn parties(people: &[Identity]) -> BTreeSet<PartyId> {
    people.iter().map(|who| who.party.clone()).collect()
}
