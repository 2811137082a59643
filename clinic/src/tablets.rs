//! The tablets of the post of a consultation: which of them have had a part in it, and at which one its calls are. A consultation owns
//! the value, and changes it by facts only.

use crate::{
    id::PartyId,
    people::{Identity, Role},
};

/// The tablets of the post of one consultation.
#[derive(Clone, Debug, PartialEq)]
pub struct Tablets {
    asked: Identity,
    /// The other ones that have had a part.
    others: Vec<Identity>,
    /// The one of them that had the case last; none for the tablet that asked.
    at: Option<usize>,
}

impl Tablets {
    /// The tablet at which the calls are: the one that asked, or the one that had the case last.
    pub fn current(&self) -> &Identity {
        self.at.and_then(|at| self.others.get(at)).unwrap_or(&self.asked)
    }

    /// True if this is the tablet that asked, or another one of the post that has had a part in it.
    pub fn contains(&self, party: &PartyId) -> bool {
        self.asked.party == *party || self.others.iter().any(|tablet| tablet.party == *party)
    }

    /// The party under which the chat knows somebody who has had a part: all tablets of the post are one member.
    pub fn chat_member<'a>(&'a self, party: &'a PartyId) -> &'a PartyId {
        if self.contains(party) { &self.asked.party } else { party }
    }

    /// The party under which the chat knows a reader, who may be a tablet of the post that has had no part yet.
    pub fn chat_reader<'a>(&'a self, who: &'a Identity) -> &'a PartyId {
        if self.is_of_post(who) { &self.asked.party } else { &who.party }
    }

    /// The tablet that asked, alone.
    pub(crate) const fn of(asked: Identity) -> Self {
        Self { asked, others: Vec::new(), at: None }
    }

    /// The tablet that asked.
    pub(crate) const fn asked(&self) -> &Identity {
        &self.asked
    }

    /// Adds a tablet that takes part for the first time.
    pub(crate) fn add(&mut self, tablet: &Identity) {
        if !self.contains(&tablet.party) {
            self.others.push(tablet.clone());
        }
    }

    /// The next call is at this tablet; nothing changes for a party that is none.
    pub(crate) fn go_on_at(&mut self, party: &PartyId) {
        if self.contains(party) {
            self.at = self.others.iter().position(|tablet| tablet.party == *party);
        }
    }

    /// True for each tablet of the post, also for one that has had no part yet.
    pub(crate) fn is_of_post(&self, who: &Identity) -> bool {
        who.role == Role::Kiosk && who.place.id == self.asked.place.id
    }
}
