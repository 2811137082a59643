//! A sample consultation from beginning to end, for the tests of this crate. Its names and texts mean nothing.

use crate::{
    clinical::{Advise, Disposition, Note},
    consultation::{Consultation, Illegal},
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
    people::{Identity, Place, Role, Speciality},
    pii::Pii,
    request::{Intake, Request, Urgency},
    time::Timestamp,
};
use uuid::Uuid;

/// Somebody with this role, whose name is the identifier of their party.
pub(crate) fn identity(party: &str, role: Role) -> Identity {
    Identity { party: PartyId(party.into()), role, name: party.into(), place: place(), specialities: vec![] }
}

fn place() -> Place {
    let [id, name, district, region, phone] = ["p", "Poste", "Matam", "Matam", ""].map(String::from);
    Place { id, name, district, region, phone }
}

fn request(id: ConsultationId) -> Request {
    let (speciality, urgency) = (Speciality::Obstetrics, Urgency::Stat);
    Request {
        request: id,
        speciality,
        urgency,
        intake: Intake::default(),
        defer_to: None,
        patient: None,
        appointment_with: None,
    }
}

/// The consultation of the sample in tests that need only one.
pub(crate) const SAMPLE: ConsultationId = ConsultationId(Uuid::from_u128(7));

/// The first facts of the sample, then these, at 10 ms, 11 ms and so on.
pub(crate) fn after(first: usize, facts: &[(Option<&str>, What)]) -> Result<Consultation, Illegal> {
    let mut consultation = Consultation::replay(&sample_facts(SAMPLE)[..first])?;
    for (at, (by, what)) in (10..).zip(facts) {
        let by = by.map(|by| PartyId(by.into()));
        consultation.apply(&Fact { at: Timestamp(at), by, staff: None, what: what.clone() })?;
    }
    Ok(consultation)
}

/// The facts of the sample, at 1 ms, 2 ms and so on: a post asks for a specialist, a doctor claims the request, a guest
/// enters and leaves, and the doctor writes a note, signs advice and closes.
pub(crate) fn sample_facts(id: ConsultationId) -> Vec<Fact> {
    let (revision, text) = (1, Pii::from("rest"));
    let facts = [
        ("post", What::Requested { post: identity("post", Role::Kiosk), request: request(id) }),
        ("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }),
        ("guest", What::Entered { guest: identity("guest", Role::Guest), holds: false, why: None }),
        ("guest", What::Left),
        ("doctor", What::Noted { note: Note { consultation: id, revision, text: text.clone() } }),
        (
            "doctor",
            What::Advised {
                advice: Advise { consultation: id, revision, text, replaces: None },
                order_number: None,
            },
        ),
        ("doctor", What::Closed { disposition: Disposition::Advice, follow_up: None }),
    ];
    let fact = |(at, (by, what)): (u64, (&str, What))| Fact {
        at: Timestamp(at),
        by: Some(PartyId(by.into())),
        staff: None,
        what,
    };
    (1..).zip(facts).map(fact).collect()
}
