//! Everybody in a record: the patient, the post, the specialists, the guests, and the members of staff of the post who acted.

use super::{french, names::Names, source::Source};
use crate::fhir::{
    Address, CodeableConcept, Coding, Communication, ContactPoint, HumanName, Identifier, Location,
    Organization, Patient, Practitioner, PractitionerRole, Reference, Resource, text,
};
use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    fact::{Fact, What},
    id::{PartyId, StaffId},
    people::{Identity, Place, Role},
    referral::ReferralEvent,
    request::{Intake, Request},
    view::StaffName,
    vital::Sex,
};
use uuid::Uuid;

/// The people and places of one record.
pub(super) struct People<'a> {
    source: &'a Source<'a>,
    names: Names,
    /// Those who have an account, as the facts introduce them first.
    persons: Vec<&'a Identity>,
    order_numbers: BTreeMap<&'a PartyId, String>,
    /// The members of staff of the post who acted, with their names.
    staff: Vec<&'a StaffName>,
}

impl<'a> People<'a> {
    /// Those whom the facts name.
    pub(super) fn of(source: &'a Source<'a>, names: Names) -> Self {
        let mut persons: Vec<&Identity> = Vec::new();
        for who in source.history.facts().iter().filter_map(introduced) {
            if !persons.iter().any(|known| known.party == who.party) {
                persons.push(who);
            }
        }
        let acted: BTreeSet<_> = source
            .history
            .facts()
            .iter()
            .filter_map(|fact| fact.staff.as_ref().map(|staff| &staff.0))
            .collect();
        let mut staff: Vec<_> = source.staff.iter().filter(|one| acted.contains(&one.id.0)).collect();
        staff.sort_by(|a, b| a.id.0.cmp(&b.id.0));
        staff.dedup_by(|a, b| a.id == b.id);
        let order_numbers = source.history.facts().iter().filter_map(order_number).collect();
        Self { source, names, persons, order_numbers, staff }
    }

    /// The post as an organisation.
    pub(super) fn post(&self) -> Reference {
        Reference::to(self.organization_id(&self.post_place().id))
    }

    /// The place where the patient is.
    pub(super) fn place(&self) -> Reference {
        Reference::to(self.names.id("location", &self.post_place().id))
    }

    /// A structure whose resource is in the record: the post, that of a person, or one that was asked to take the patient.
    pub(super) fn structure(&self, place: &Place) -> Reference {
        Reference::to(self.organization_id(&place.id))
    }

    /// A member of staff of the post, or the post if nobody had typed a PIN.
    pub(super) fn staff_or_post(&self, staff: Option<&StaffId>) -> Reference {
        staff.and_then(|staff| self.member(staff)).unwrap_or_else(|| self.post())
    }

    /// The name and title of a member of staff of the post; the post's name if nobody had typed a PIN.
    pub(super) fn staff_name(&self, staff: Option<&StaffId>) -> String {
        let member = staff.and_then(|id| self.staff.iter().find(|member| member.id == *id));
        let named =
            |member: &&StaffName| text(&format!("{}, {}", member.name.reveal(), member.title.reveal()));
        member.map_or_else(|| text(&self.post_place().name), named)
    }

    /// Whoever did a fact: a person with an account, a member of staff of the post, or the post.
    pub(super) fn author(&self, fact: &Fact) -> Reference {
        let staff = fact.staff.as_ref().and_then(|staff| self.member(staff));
        let person = fact.by.as_ref().and_then(|party| self.person(party));
        person.or(staff).unwrap_or_else(|| self.post())
    }

    /// Somebody with an account; none for a tablet.
    pub(super) fn person(&self, party: &PartyId) -> Option<Reference> {
        let known = self.persons.iter().any(|known| known.party == *party);
        known.then(|| Reference::to(self.names.id("practitioner", &party.0)))
    }

    /// The number of a specialist in the register of the professional order, as their signatures name it.
    pub(super) fn order_number(&self, party: &PartyId) -> Option<String> {
        self.order_numbers.get(party).cloned()
    }

    /// The members of staff of the post who acted.
    pub(super) fn staff(&self) -> impl Iterator<Item = Reference> {
        self.staff.iter().map(|member| Reference::to(self.staff_id(&member.id)))
    }

    /// The name of whoever did a fact, for people.
    pub(super) fn name_of(&self, fact: &Fact) -> String {
        let staff = fact.staff.as_ref().and_then(|id| self.staff.iter().find(|member| member.id == *id));
        let person = fact.by.as_ref().and_then(|by| self.persons.iter().find(|known| known.party == *by));
        match (person, staff) {
            (Some(person), _) => text(person.name.reveal()),
            (None, Some(member)) => self.staff_name(Some(&member.id)),
            (None, None) if fact.by.is_some() => text(&self.post_place().name),
            (None, None) => String::new(),
        }
    }

    /// The resources, the patient first.
    pub(super) fn resources(&self) -> Vec<(Uuid, Resource)> {
        let request = self.source.history.consultation().request();
        let patient = self.patient(request, self.source.history.consultation().intake());
        let mut resources = vec![(self.names.patient(), patient.into())];
        let places = std::iter::once(self.post_place())
            .chain(self.persons.iter().map(|person| &person.place))
            .chain(self.source.history.facts().iter().flat_map(asked));
        let mut known = BTreeSet::new();
        for place in places.filter(|place| known.insert(&place.id)) {
            resources.push((self.organization_id(&place.id), self.organization(place).into()));
        }
        let location = self.names.id("location", &self.post_place().id);
        resources.push((location, self.location(location).into()));
        for person in &self.persons {
            let (id, role) =
                (self.names.id("practitioner", &person.party.0), self.names.id("role", &person.party.0));
            resources.push((id, self.practitioner(id, person).into()));
            resources.push((role, self.role(role, id, person).into()));
        }
        for member in &self.staff {
            let (id, role) = (self.staff_id(&member.id), self.names.id("staff-role", &member.id.0));
            resources.push((id, named(id, member.name.reveal()).into()));
            resources.push((role, self.staff_role(role, id, member).into()));
        }
        resources
    }

    fn post_place(&self) -> &'a Place {
        &self.source.history.consultation().post().place
    }

    fn member(&self, staff: &StaffId) -> Option<Reference> {
        let known = self.staff.iter().any(|member| member.id == *staff);
        known.then(|| Reference::to(self.staff_id(staff)))
    }

    fn staff_id(&self, staff: &StaffId) -> Uuid {
        self.names.id("staff", &staff.0)
    }

    fn organization_id(&self, place: &str) -> Uuid {
        self.names.id("organization", place)
    }

    fn patient(&self, request: &Request, intake: &Intake) -> Patient {
        let typed = |pii: &Option<teranga_clinic::pii::Pii<String>>| {
            pii.as_ref().map(|pii| text(pii.reveal())).filter(|typed| !typed.is_empty())
        };
        let (dpp, name) = (typed(&intake.dpp), typed(&intake.name));
        let (systems, is_known) = (self.source.systems, request.patient.is_some());
        let anonymous = || HumanName { r#use: "anonymous", text: "Inconnu".to_owned() };
        let dpp = dpp.map(|value| Identifier { system: systems.dpp.clone(), value });
        Patient {
            id: self.names.patient().to_string(),
            extension: self.source.verification.extensions(systems, is_known, intake),
            identifier: dpp.into_iter().collect(),
            name: vec![name.map_or_else(anonymous, |text| HumanName { r#use: "usual", text })],
            gender: match intake.sex.map(|sex| *sex.reveal()) {
                Some(Sex::Female) => "female",
                Some(Sex::Male) => "male",
                None => "",
            },
            communication: intake.language.map(spoken).into_iter().collect(),
        }
    }

    fn organization(&self, place: &Place) -> Organization {
        let phone = ContactPoint { system: "phone", value: text(&place.phone) };
        let name = text(&place.name);
        Organization {
            id: self.organization_id(&place.id).to_string(),
            identifier: vec![Identifier {
                system: self.source.systems.structure.clone(),
                value: text(&place.id),
            }],
            name: if name.is_empty() { UNNAMED.to_owned() } else { name },
            telecom: Some(phone).filter(|phone| !phone.value.is_empty()).into_iter().collect(),
            address: vec![address(place)],
        }
    }

    fn location(&self, id: Uuid) -> Location {
        let place = self.post_place();
        Location {
            id: id.to_string(),
            status: "active",
            name: text(&place.name),
            address: address(place),
            managing_organization: self.post(),
        }
    }

    fn practitioner(&self, id: Uuid, person: &Identity) -> Practitioner {
        let number = self.order_number(&person.party);
        let number =
            number.map(|value| Identifier { system: self.source.systems.order_number.clone(), value });
        Practitioner { identifier: number.into_iter().collect(), ..named(id, person.name.reveal()) }
    }

    fn role(&self, role: Uuid, person_id: Uuid, person: &Identity) -> PractitionerRole {
        let systems = self.source.systems;
        let speciality = |speciality: &_| {
            let (code, words) = french::speciality(*speciality);
            systems.concept("speciality", code, words)
        };
        let (code, words) = french::role(person.role);
        PractitionerRole {
            id: role.to_string(),
            practitioner: Reference::to(person_id),
            organization: Reference::to(self.organization_id(&person.place.id)),
            code: vec![systems.concept("role", code, words)],
            specialty: person.specialities.iter().map(speciality).collect(),
        }
    }

    fn staff_role(&self, role: Uuid, person: Uuid, member: &StaffName) -> PractitionerRole {
        PractitionerRole {
            id: role.to_string(),
            practitioner: Reference::to(person),
            organization: self.post(),
            code: vec![CodeableConcept::words(text(member.title.reveal()))],
            specialty: Vec::new(),
        }
    }
}

fn named(id: Uuid, name: &str) -> Practitioner {
    let name = HumanName { text: text(name), ..HumanName::default() };
    Practitioner { id: id.to_string(), identifier: Vec::new(), name: vec![name] }
}

fn spoken(language: teranga_clinic::request::Language) -> Communication {
    let (code, words) = french::language(language);
    let language = CodeableConcept::new(Coding::new("urn:ietf:bcp:47", code, ""), words);
    Communication { language, preferred: Some(true) }
}

fn address(place: &Place) -> Address {
    Address { district: text(&place.district), state: text(&place.region) }
}

/// Whom a fact introduces, if it is a person with an account.
fn introduced(fact: &Fact) -> Option<&Identity> {
    let who = match &fact.what {
        What::Claimed { doctor } | What::Assigned { doctor: Some(doctor), .. } => doctor,
        What::Entered { guest, .. } => guest,
        _ => return None,
    };
    (who.role != Role::Kiosk).then_some(who)
}

/// The structures that a fact names as receivers of the patient.
fn asked(fact: &Fact) -> Vec<&Place> {
    match &fact.what {
        What::Referred { referral } => std::iter::once(&referral.structure).chain(&referral.others).collect(),
        What::ReferralMoved { event, .. } => match event.as_ref() {
            ReferralEvent::AskedNext { structure, .. } => vec![structure],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The number in the register of the order that a signature names.
fn order_number(fact: &Fact) -> Option<(&PartyId, String)> {
    let number = match &fact.what {
        What::Advised { order_number, .. } => order_number,
        What::Prescribed { signed } => &signed.order_number,
        What::Referred { referral } => &referral.order_number,
        _ => return None,
    };
    let number = text(number.as_ref()?.reveal());
    Some((fact.by.as_ref()?, number)).filter(|(_, number)| !number.is_empty())
}

/// The name of a structure whose name nobody gave: an organisation must have one.
const UNNAMED: &str = "Structure sans nom";
