//! Settling: after every input, everyone is told what is new to them, and nothing else.

use super::{Hub, Stirred, Timer};
use crate::{
    case::Case,
    grant::Ticket,
    id::{MemberId, SessionId},
    limits,
    message::{
        ServerMessage,
        call::{Call, Grant, Invitable},
        presence::{Roster, RosterLine},
        queue::{Entry, Requested, Ring},
    },
    queue::{Standing, circle_of},
    room::{Owed, Seat, Stage},
    session::Session,
};
use std::{collections::BTreeMap, mem, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Role, Speciality},
    request::Step,
    time::Timestamp,
};

/// A connected doctor, as the queue sees them.
struct OnDuty {
    session: SessionId,
    who: Arc<Identity>,
    availability: Availability,
}

impl Hub {
    /// A consultation has changed.
    pub(super) fn stir(&mut self, id: ConsultationId) {
        self.stirred.queue |= self.cases.get(id).is_some_and(Case::is_waiting);
        self.stirred.cases.insert(id);
    }

    /// The transport of somebody has changed; in a room of their own nobody sees it.
    pub(super) fn stir_member(&mut self, member: MemberId) {
        if let Some(id) = self.cases.of_member(member) {
            self.stir(id);
        }
    }

    /// A party has come or gone.
    pub(super) fn stir_party(&mut self, who: &Identity) {
        self.stirred.people |= matches!(who.role, Role::Doctor | Role::Guest);
        if let Some(id) = self.cases.of_party(&who.party) {
            self.stir(id);
        }
    }

    /// A member is to be shown more at the next chance.
    pub(super) fn owe(&mut self, id: ConsultationId, party: &PartyId, owed: Owed) {
        if let Some(seat) = self.cases.get_mut(id).and_then(|case| case.room.seat_mut(party)) {
            seat.owed = owed;
        }
        self.stir(id);
    }

    /// Tells everyone what has changed.
    pub(super) fn settle(&mut self) {
        let Stirred { people, queue, mut cases } = mem::take(&mut self.stirred);
        if people {
            self.settle_roster();
        }
        if people || queue {
            self.settle_queue();
        }
        let invitable = people && self.invitable_changed();
        if invitable {
            cases.extend(self.cases.running().map(|case| case.consultation.id()));
        }
        for id in cases {
            self.settle_call(id, invitable);
        }
    }

    /// Tells the posts who is there: at once, but not twice within a few seconds.
    pub(super) fn settle_roster(&mut self) {
        let roster = self.roster();
        if roster.lines == self.told.roster {
            return;
        }
        let next = self.told.roster_at.plus_ms(limits::ROSTER_MS);
        if self.now < next {
            self.timers.set(Timer::Roster, Some(next));
            return;
        }
        self.told.roster_at = self.now;
        self.told.roster.clone_from(&roster.lines);
        for post in self.posts_outside_calls() {
            self.send(post, ServerMessage::Roster(roster.clone()));
        }
    }

    /// Sets a consultation's next deadline.
    pub(super) fn schedule(&mut self, id: ConsultationId) {
        let due = [self.escalates_at(id), self.invitation_ends_at(id), self.deserted_at(id)];
        self.timers.set(Timer::Case(id), due.into_iter().flatten().min());
    }

    /// When the clock of a waiting request moves on; none while a fact is on its way that decides it.
    pub(super) fn escalates_at(&self, id: ConsultationId) -> Option<Timestamp> {
        let case = self.cases.get(id).filter(|case| case.is_waiting())?;
        let busy = self.uncommitted.turning(id).is_some() || self.uncommitted.escalating(id);
        if busy { None } else { case.clock.due(&case.consultation, &self.config.steps) }
    }

    /// When a consultation of which nobody is connected ends by itself.
    pub(super) fn deserted_at(&self, id: ConsultationId) -> Option<Timestamp> {
        let since = self.cases.get(id)?.deserted_since?;
        let ending = self.uncommitted.turning(id).is_some();
        (!ending).then(|| since.plus_ms(self.config.deserted_ms))
    }

    /// Who is there, by speciality.
    pub(super) fn roster(&self) -> Roster {
        const ALL: [Speciality; 4] =
            [Speciality::Obstetrics, Speciality::Paediatrics, Speciality::General, Speciality::Surgery];
        let mut lines = ALL.map(|speciality| RosterLine { speciality, available: 0, busy: 0 });
        for doctor in self.on_duty() {
            for line in lines.iter_mut().filter(|line| doctor.who.specialities.contains(&line.speciality)) {
                line.available += u16::from(doctor.availability == Availability::Available);
                line.busy += u16::from(doctor.availability == Availability::Busy);
            }
        }
        Roster { lines: lines.to_vec() }
    }

    /// A row of the queue.
    pub(super) fn entry(&self, id: ConsultationId) -> Option<Entry> {
        let consultation = &self.cases.get(id)?.consultation;
        let request = consultation.request();
        Some(Entry {
            consultation: id,
            speciality: request.speciality,
            urgency: request.urgency,
            place: consultation.post().place.clone(),
            intake: request.intake.clone(),
            waited_ms: self.now.since_ms(consultation.requested_at()),
            step: consultation.step().0,
            present: self.sessions.is_present(&consultation.post().party),
        })
    }

    /// What a post is told of its waiting request.
    pub(super) fn requested_message(&mut self, party: &PartyId) -> Option<Requested> {
        let (case, seat) = self.cases.seat_of(party).filter(|(case, _)| case.is_waiting())?;
        let (id, member, wants_grant) = (case.consultation.id(), seat.member, seat.owed.grant);
        let standing = self.standing(id)?;
        let ticket = Ticket { session: self.sessions.live(party)?, member };
        let grant = wants_grant.then(|| self.grant(ticket));
        let now = self.now;
        let case = self.cases.get_mut(id)?;
        case.told.standing = Some(standing);
        case.room.seat_mut(party)?.owed = Owed::default();
        let status = standing.message(&case.consultation, now);
        Some(Requested { status, request: case.consultation.request().clone(), grant })
    }

    /// What a member is told of a running consultation: what is owed is paid.
    pub(super) fn call_message(&mut self, party: &PartyId) -> Option<Call> {
        let (case, seat) = self.cases.seat_of(party).filter(|(case, _)| !case.is_waiting())?;
        if !seat.is_taken() {
            return None;
        }
        let (id, member) = (case.consultation.id(), seat.member);
        let (owed, role) = (seat.owed, seat.who.role);
        let wants_grant = owed.grant && seat.stage == Stage::In;
        let holds = case.consultation.is_held_by(party);
        let call = Call {
            consultation: id,
            member,
            members: case.room.members(&case.consultation, |party| self.sessions.is_present(party)),
            age_ms: self.now.since_ms(case.consultation.taken_at().unwrap_or_default()),
            grant: None,
            record: owed.record.then(|| self.record_for(case, role)),
            invitable: if holds { self.invitable() } else { Vec::new() },
        };
        let ticket = Ticket { session: self.sessions.live(party)?, member };
        let grant = wants_grant.then(|| self.grant(ticket));
        self.cases.get_mut(id)?.room.seat_mut(party)?.owed = Owed::default();
        Some(Call { grant, ..call })
    }

    /// A call makes a specialist busy, whatever they have said.
    pub(super) fn effective_availability(&self, party: &PartyId) -> Availability {
        let in_call = self.cases.seat_of(party).is_some_and(|(_, seat)| seat.is_taken());
        if in_call { Availability::Busy } else { self.sessions.availability(party) }
    }

    fn grant(&mut self, ticket: Ticket) -> Grant {
        self.grants.issue(ticket, self.now, &mut *self.rng)
    }

    fn on_duty(&self) -> Vec<OnDuty> {
        let doctor = |(session, known): (SessionId, &Session)| OnDuty {
            session,
            who: known.who.clone(),
            availability: self.effective_availability(&known.who.party),
        };
        self.sessions.of_role(Role::Doctor).map(doctor).collect()
    }

    fn posts_outside_calls(&self) -> Vec<SessionId> {
        let in_call = |party: &PartyId| self.cases.seat_of(party).is_some_and(|(case, _)| !case.is_waiting());
        let posts = self.sessions.of_role(Role::Kiosk).filter(|(_, post)| !in_call(&post.who.party));
        posts.map(|(session, _)| session).collect()
    }

    fn settle_queue(&mut self) {
        let doctors = self.on_duty();
        for id in self.cases.line() {
            self.watch_clock(id, &doctors);
            self.tell_entry(id);
            self.ring(id, &doctors);
            self.schedule(id);
        }
        self.tell_standings();
    }

    fn watch_clock(&mut self, id: ConsultationId, doctors: &[OnDuty]) {
        let now = self.now;
        let connected = self.is_anybody_connected(id);
        let Some(case) = self.cases.get_mut(id) else { return };
        let (step, speciality) = (case.consultation.step().0, case.consultation.request().speciality);
        let joins = |doctor: &OnDuty| circle_of(&doctor.who, doctor.availability, speciality) == step;
        case.clock.observe(doctors.iter().any(joins), now);
        case.observe_presence(connected, now);
    }

    fn tell_entry(&mut self, id: ConsultationId) {
        let Some(entry) = self.entry(id) else { return };
        let Some(case) = self.cases.get_mut(id) else { return };
        let news = Some((entry.step, entry.present));
        if case.told.entry != news {
            case.told.entry = news;
            self.tell_doctors(&ServerMessage::Entry(entry), None);
        }
    }

    /// Rings every doctor whom the clock has reached and who has not been rung yet.
    fn ring(&mut self, id: ConsultationId, doctors: &[OnDuty]) {
        if self.uncommitted.turning(id).is_some() {
            return;
        }
        let Some(entry) = self.entry(id) else { return };
        for doctor in self.newly_reached(id, doctors, entry.step) {
            self.send(doctor, ServerMessage::Ring(Ring { entry: entry.clone(), invited_by: None }));
        }
    }

    fn newly_reached(&mut self, id: ConsultationId, doctors: &[OnDuty], step: Step) -> Vec<SessionId> {
        let Some(case) = self.cases.get_mut(id) else { return Vec::new() };
        let speciality = case.consultation.request().speciality;
        let rung = &mut case.told.rung;
        rung.retain(|session| doctors.iter().any(|doctor| doctor.session == *session));
        let reached = |doctor: &&OnDuty| circle_of(&doctor.who, doctor.availability, speciality) <= step;
        let reached = doctors.iter().filter(reached).map(|doctor| doctor.session);
        reached.filter(|session| rung.insert(*session)).collect()
    }

    fn tell_standings(&mut self) {
        for (id, standing) in self.standings() {
            let Some(case) = self.cases.get(id) else { continue };
            let post = case.consultation.post().party.clone();
            if case.room.seat(&post).is_some_and(|seat| seat.owed.any()) {
                self.tell_requested(&post);
            } else if case.told.standing != Some(standing) && self.sessions.is_live(&post) {
                self.tell_waiting(id, &post, standing);
            }
        }
    }

    fn tell_requested(&mut self, post: &PartyId) {
        if let Some(requested) = self.requested_message(post) {
            self.tell(post, ServerMessage::Requested(requested));
        }
    }

    fn tell_waiting(&mut self, id: ConsultationId, post: &PartyId, standing: Standing) {
        let Some(case) = self.cases.get_mut(id) else { return };
        case.told.standing = Some(standing);
        let message = standing.message(&case.consultation, self.now);
        self.tell(post, ServerMessage::Waiting(message));
    }

    fn standing(&self, id: ConsultationId) -> Option<Standing> {
        self.standings().into_iter().find(|(known, _)| *known == id).map(|(_, standing)| standing)
    }

    /// Where every request stands, in their order.
    fn standings(&self) -> Vec<(ConsultationId, Standing)> {
        let roster = self.roster();
        let mut before: BTreeMap<Speciality, u16> = BTreeMap::new();
        let waiting = self.cases.line().into_iter().filter_map(|id| self.cases.get(id));
        let stand = |case: &Case| {
            let ahead = before.entry(case.consultation.request().speciality).or_default();
            *ahead += 1;
            (case.consultation.id(), self.standing_behind(*ahead - 1, case, &roster))
        };
        waiting.map(stand).collect()
    }

    fn standing_behind(&self, ahead: u16, case: &Case, roster: &Roster) -> Standing {
        let speciality = case.consultation.request().speciality;
        let line = roster.lines.iter().find(|line| line.speciality == speciality);
        Standing {
            ahead,
            available: line.map_or(0, |line| line.available),
            busy: line.map_or(0, |line| line.busy),
            step: case.consultation.step().0,
            due: case.clock.due(&case.consultation, &self.config.steps),
        }
    }

    /// Tells the members of a running consultation what has changed.
    fn settle_call(&mut self, id: ConsultationId, invitable: bool) {
        let (now, connected) = (self.now, self.is_anybody_connected(id));
        let Some(case) = self.cases.get(id).filter(|case| !case.is_waiting()) else { return };
        let members = case.room.members(&case.consultation, |party| self.sessions.is_present(party));
        let news = members != case.told.members;
        let audience = audience(case, news, invitable);
        if let Some(case) = self.cases.get_mut(id) {
            case.told.members = members;
            case.observe_presence(connected, now);
        }
        self.schedule(id);
        for party in audience {
            self.tell_call(&party);
        }
    }

    fn tell_call(&mut self, party: &PartyId) {
        if !self.sessions.is_live(party) {
            return;
        }
        if let Some(call) = self.call_message(party) {
            self.tell(party, ServerMessage::Call(call));
        }
    }

    fn is_anybody_connected(&self, id: ConsultationId) -> bool {
        let seats = self.cases.get(id).map(|case| case.room.seats()).unwrap_or_default();
        seats.iter().any(|seat| seat.is_taken() && self.sessions.is_live(&seat.who.party))
    }

    fn invitation_ends_at(&self, id: ConsultationId) -> Option<Timestamp> {
        let seats = self.cases.get(id)?.room.seats().iter();
        let open = seats.filter(|seat| !self.uncommitted.seating(&seat.who.party));
        let ends = open.filter_map(|seat| match seat.stage {
            Stage::Invited { until, .. } => Some(until),
            Stage::In | Stage::Left => None,
        });
        ends.min()
    }

    fn invitable(&self) -> Vec<Invitable> {
        let people = self.sessions.ready().map(|(_, session)| &session.who);
        let willing = people.filter(|who| self.is_invitable(who)).take(limits::INVITABLE);
        willing.map(|who| invitable(who)).collect()
    }

    fn invitable_changed(&mut self) -> bool {
        let fresh = self.invitable();
        let changed = fresh != self.told.invitable;
        self.told.invitable = fresh;
        changed
    }
}

fn invitable(who: &Identity) -> Invitable {
    Invitable { party: who.party.clone(), name: who.name.clone(), role: who.role, place: who.place.clone() }
}

/// Who is to be shown the call: with `news` everyone in it, else whoever is owed something, and the
/// holder if others may be invited now.
fn audience(case: &Case, news: bool, invitable: bool) -> Vec<PartyId> {
    let holds = |seat: &Seat| case.consultation.is_held_by(&seat.who.party);
    let hears = |seat: &&Seat| seat.is_taken() && (news || seat.owed.any() || (invitable && holds(seat)));
    case.room.seats().iter().filter(hears).map(|seat| seat.who.party.clone()).collect()
}
