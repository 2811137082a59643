//! The call's handlers: the media plane, invitations, leaving and coming back.

use super::{Hub, MediaOrder, MediaSignal, Outcome, Refusal, Speaker};
use crate::{
    case::Case,
    id::MemberId,
    limits,
    message::{
        ServerMessage,
        call::{Answer, AnswerInvite, Invite, Join, Link, Measured, MemberLink, Rung, Voice, VoiceOnly},
        queue::Ring,
        session::{ErrorCode, Refused},
    },
    room::{Act, Owed, Seat, Stage, Transport},
    token::Token,
};
use std::sync::Arc;
use teranga_clinic::{
    fact::What,
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Role},
};

impl Hub {
    pub(super) fn join(&mut self, me: &Speaker, join: Join) -> Outcome {
        let token = Token::parse(join.token.reveal()).ok_or(ErrorCode::Grant)?;
        let ticket = self.grants.redeem(token, me.session, self.now).ok_or(ErrorCode::Grant)?;
        let member = ticket.member;
        let room = self.cases.room_of(member).ok_or(ErrorCode::Grant)?;
        let seat = self.cases.member_mut(member).ok_or(ErrorCode::Grant)?;
        seat.transport = Transport::Asked;
        seat.owed.grant = false;
        let party = seat.who.party.clone();
        self.order(MediaOrder::Join { room, member, party, offer: join.sdp });
        self.stir_member(member);
        Ok(())
    }

    pub(super) fn offer(&mut self, me: &Speaker, sdp: String) -> Outcome {
        let (room, seat) = self.cases.place_of(me.party()).ok_or(ErrorCode::NotFound)?;
        if !seat.is_joined() {
            return Err(ErrorCode::Grant.into());
        }
        let member = seat.member;
        self.order(MediaOrder::Offer { room, member, offer: sdp });
        Ok(())
    }

    /// What a page saw its link carry is for its transport; without one nobody needs it.
    pub(super) fn measured(&mut self, me: &Speaker, seen: Measured) {
        let Some((room, seat)) = self.cases.place_of(me.party()).filter(|(_, seat)| seat.is_joined()) else {
            return;
        };
        let member = seat.member;
        self.order(MediaOrder::Measured { room, member, seen });
    }

    /// No pictures for whoever wants none, neither way.
    pub(super) fn voice_only(&mut self, me: &Speaker, VoiceOnly { on }: VoiceOnly) {
        let Some((room, seat)) = self.cases.place_of(me.party()).filter(|(_, seat)| seat.is_joined()) else {
            return;
        };
        let member = seat.member;
        self.order(MediaOrder::VoiceOnly { room, member, on });
    }

    /// What a page knows of its own voice and ears is told to the others.
    pub(super) fn voice(&mut self, me: &Speaker, voice: Voice) {
        let Some((case, seat)) = self.cases.seat_of(me.party()).filter(|(_, seat)| seat.is_joined()) else {
            return;
        };
        let (id, fell_deaf) = (case.consultation.id(), voice.deaf && !seat.voice.deaf);
        self.counters.deaf += u64::from(fell_deaf);
        if let Some(seat) = self.cases.get_mut(id).and_then(|case| case.room.seat_mut(me.party())) {
            seat.voice = voice;
            self.stir(id);
        }
    }

    pub(super) fn invite(&mut self, me: &Speaker, invite: &Invite) -> Outcome {
        let id = invite.consultation;
        let case = self.case_for(me, id, Act::Direct)?;
        let invited = case.room.seat(&invite.party).is_some_and(|seat| !seat.is_taken());
        let has_space = invited || case.room.has_space();
        let guest = self.invited_guest(id, invite)?;
        if self.uncommitted.turning(id).is_some() {
            return Err(ErrorCode::NotFound.into());
        }
        if !has_space {
            return Err(ErrorCode::RoomFull.into());
        }
        self.seat_invited(id, guest, invite.hand_over);
        Ok(())
    }

    pub(super) fn answer_invite(&mut self, me: &Speaker, answer: AnswerInvite) -> Outcome {
        let id = answer.consultation;
        let seat = self.case_for(me, id, Act::Answer)?.room.seat(me.party());
        let hand_over = seat.is_some_and(|seat| matches!(seat.stage, Stage::Invited { hand_over: true, .. }));
        if self.uncommitted.seating(me.party()) {
            return Ok(());
        }
        if !answer.accept {
            self.uninvite(id, me.party());
            return Ok(());
        }
        if self.uncommitted.turning(id).is_some() {
            return Err(ErrorCode::NotFound.into());
        }
        let guest = (*me.who).clone();
        self.record(id, Some(me.party()), What::Entered { guest, holds: hand_over }, "answer_invite")
    }

    /// An invited party's entry is durable.
    pub(super) fn entered(&mut self, id: ConsultationId, guest: &PartyId) {
        self.give_up_lobby(guest);
        if let Some(seat) = self.cases.get_mut(id).and_then(|case| case.room.seat_mut(guest)) {
            seat.stage = Stage::In;
            seat.owed = Owed::ALL;
        }
        self.repace(guest);
        self.stirred.people = true;
        self.stir(id);
    }

    pub(super) fn leave(&mut self, me: &Speaker, id: ConsultationId) -> Outcome {
        self.case_for(me, id, Act::Leave)?;
        if self.uncommitted.turning(id).is_some() {
            return Err(ErrorCode::NotFound.into());
        }
        if self.leaves_for_good(id, &me.who) {
            self.record(id, Some(me.party()), What::Left, "leave")?;
        }
        self.depart(id, me.party());
        Ok(())
    }

    /// A guest's departure is durable.
    pub(super) fn left(&mut self, id: ConsultationId, guest: &PartyId) {
        self.step_out(id, guest);
        self.cases.unseat(guest);
        self.repace(guest);
        self.stirred.people = true;
        self.stir(id);
    }

    pub(super) fn rejoin(&mut self, me: &Speaker, id: ConsultationId) -> Outcome {
        self.case_for(me, id, Act::Attend)?;
        if self.uncommitted.leaving(me.party()) {
            return Err(ErrorCode::NotFound.into());
        }
        self.step_out(id, me.party());
        if let Some(seat) = self.cases.get_mut(id).and_then(|case| case.room.seat_mut(me.party())) {
            seat.stage = Stage::In;
        }
        self.owe(id, me.party(), Owed::ALL);
        self.repace(me.party());
        Ok(())
    }

    pub(super) fn media(&mut self, member: MemberId, signal: &MediaSignal) {
        let Some(seat) = self.cases.member_mut(member).filter(|seat| seat.is_joined()) else { return };
        let party = seat.who.party.clone();
        let message = passed_on(signal, seat);
        if seat.hear(signal) {
            self.repace(&party);
            self.stir_member(member);
        }
        if let Some(message) = message {
            self.tell(&party, message);
        }
        if let (MediaSignal::Link(_), Some(id)) = (signal, self.cases.of_member(member)) {
            self.tell_links(id);
        }
    }

    /// Gives a seat's transport up: what stands of it is torn down, and the next one has a new place.
    pub(super) fn step_out(&mut self, id: ConsultationId, party: &PartyId) {
        let Some(case) = self.cases.get_mut(id) else { return };
        let room = case.room.id;
        let Some(seat) = case.room.seat_mut(party).filter(|seat| seat.is_joined()) else { return };
        seat.drop_transport();
        if let Some(member) = self.cases.renew_member(id, party) {
            self.grants.revoke_member(member);
            self.order(MediaOrder::Leave { room, member });
        }
        self.stir(id);
    }

    /// Somebody leaves the call and keeps the seat.
    pub(super) fn depart(&mut self, id: ConsultationId, party: &PartyId) {
        self.step_out(id, party);
        let seat = self.cases.get_mut(id).and_then(|case| case.room.seat_mut(party));
        let Some(seat) = seat.filter(|seat| seat.is_taken()) else { return };
        seat.stage = Stage::Left;
        let member = seat.member;
        self.grants.revoke_member(member);
        self.repace(party);
        self.stir(id);
    }

    /// Rings a party that is invited and has not answered: at once, and when it comes back.
    pub(super) fn ring_invited(&mut self, party: &PartyId) {
        let Some((case, seat)) = self.cases.seat_of(party) else { return };
        if seat.is_taken() {
            return;
        }
        let invited_by = case.consultation.owner().map(|owner| owner.name.clone());
        let (id, role) = (case.consultation.id(), seat.who.role);
        if let Some(entry) = self.entry(id) {
            let entry = if role == Role::Doctor { entry } else { entry.without_patient() };
            self.tell(party, ServerMessage::Ring(Ring { entry, invited_by }));
        }
    }

    /// Takes invitations back that nobody answered in time.
    pub(super) fn drop_stale_invitations(&mut self, id: ConsultationId) {
        let stale = |seat: &&Seat| matches!(seat.stage, Stage::Invited { until, .. } if until <= self.now);
        let Some(case) = self.cases.get(id) else { return };
        let stale: Vec<_> =
            case.room.seats().iter().filter(stale).map(|seat| seat.who.party.clone()).collect();
        for party in stale {
            if !self.uncommitted.seating(&party) {
                self.uninvite(id, &party);
            }
        }
    }

    /// Who would come if invited: connected, not in another consultation, and a doctor only if available.
    pub(super) fn is_invitable(&self, who: &Identity) -> bool {
        let party = &who.party;
        let willing = match who.role {
            Role::Doctor => self.sessions.availability(party) == Availability::Available,
            Role::Guest => true,
            Role::Kiosk | Role::Operator => false,
        };
        willing && self.cases.of_party(party).is_none() && !self.uncommitted.seating(party)
    }

    /// Whether a guest's departure is for good; the post and the holder keep their place.
    pub(super) fn leaves_for_good(&self, id: ConsultationId, who: &Identity) -> bool {
        let holds =
            |party: &PartyId| self.cases.get(id).is_some_and(|case| case.consultation.is_held_by(party));
        who.role != Role::Kiosk && !holds(&who.party) && !self.uncommitted.leaving(&who.party)
    }

    fn invited_guest(&self, id: ConsultationId, invite: &Invite) -> Result<Arc<Identity>, Refusal> {
        let session = self.sessions.live(&invite.party).and_then(|session| self.sessions.get(session));
        let guest = session.map(|session| session.who.clone()).ok_or(ErrorCode::NotFound)?;
        if invite.hand_over && guest.role != Role::Doctor {
            return Err(ErrorCode::NotFound.into());
        }
        let again = self.cases.seat_of(&guest.party);
        let again = again.is_some_and(|(case, seat)| case.consultation.id() == id && !seat.is_taken());
        if (again && !self.uncommitted.seating(&guest.party)) || self.is_invitable(&guest) {
            return Ok(guest);
        }
        let busy = matches!(guest.role, Role::Doctor | Role::Guest);
        Err(if busy { ErrorCode::Busy } else { ErrorCode::NotFound }.into())
    }

    fn seat_invited(&mut self, id: ConsultationId, guest: Arc<Identity>, hand_over: bool) {
        let party = guest.party.clone();
        let until = self.now.plus_ms(self.config.invite_ms);
        self.cases.unseat(&party);
        self.cases.seat(id, guest, Stage::Invited { until, hand_over });
        self.ring_invited(&party);
        self.repace(&party);
        self.stirred.people = true;
        self.stir(id);
    }

    pub(super) fn uninvite(&mut self, id: ConsultationId, party: &PartyId) {
        self.cases.unseat(party);
        self.repace(party);
        self.stirred.people = true;
        self.stir(id);
    }

    /// The figures of a room's links, now and then: of all to the people in it, of its own to a post,
    /// whose page shows no other and whose link is the thin one.
    fn tell_links(&mut self, id: ConsultationId) {
        let Some(case) = self.cases.get_mut(id) else { return };
        let links = case.room.links();
        if links.is_empty() || self.now.since_ms(case.told.links_at) < links_pause_ms(case, &links) {
            return;
        }
        case.told.links_at = self.now;
        case.told.links.clone_from(&links);
        case.told.ladder = case.room.rung();
        let seated = case.room.seats().iter().filter(|seat| seat.stage == Stage::In);
        let told: Vec<_> = seated.map(|seat| (seat.who.party.clone(), links_for(seat, &links))).collect();
        for (party, members) in told {
            if !members.is_empty() {
                self.tell(&party, ServerMessage::Link(Link { members }));
            }
        }
    }
}

/// How long after the last figures of a room's links these may be told.
fn links_pause_ms(case: &Case, links: &[MemberLink]) -> u64 {
    let (rung, told) = (case.room.rung(), &case.told);
    let others = || links.iter().map(|link| link.member).ne(told.links.iter().map(|link| link.member));
    if rung == Some(Rung::Video) || rung != told.ladder || others() {
        limits::LINK_MS
    } else if links.iter().zip(&told.links).any(|(link, told)| has_moved(link, told)) {
        limits::LINK_NEWS_MS
    } else {
        limits::LINK_THIN_MS
    }
}

/// Whether a round trip has changed much.
fn has_moved(link: &MemberLink, told: &MemberLink) -> bool {
    let (Some(now), Some(then)) = (link.rtt_ms, told.rtt_ms) else { return link.rtt_ms != told.rtt_ms };
    let by = now.abs_diff(then);
    by > limits::LINK_NEWS_RTT_MS && by > then.saturating_mul(limits::LINK_NEWS_PERCENT) / 100
}

/// What of a room's links a member is told.
fn links_for(seat: &Seat, links: &[MemberLink]) -> Vec<MemberLink> {
    let all = seat.who.role != Role::Kiosk;
    links.iter().filter(|link| all || link.member == seat.member).copied().collect()
}

/// What of a signal is for the member's own page.
fn passed_on(signal: &MediaSignal, seat: &Seat) -> Option<ServerMessage> {
    match signal {
        MediaSignal::Answer(sdp) => Some(ServerMessage::Answer(Answer { sdp: sdp.clone() })),
        MediaSignal::Refused(code) => Some(ServerMessage::Error(refused_offer(*code, seat))),
        MediaSignal::Streams(streams) => Some(ServerMessage::Streams(streams.clone())),
        MediaSignal::Caps(caps) => Some(ServerMessage::Caps(*caps)),
        _ => None,
    }
}

fn refused_offer(code: ErrorCode, seat: &Seat) -> Refused {
    let of = if seat.transport == Transport::Asked { "join" } else { "offer" };
    Refused { code, of: of.to_owned(), by: None }
}
