//! The French words of evacuations, which are those of the screens: in the record of a consultation, and in the copy of the letter.

use crate::fhir::{french_moment, text};
use teranga_clinic::{
    pii::Pii,
    referral::{
        FailReason, Letter, Need, Referral, ReferralActor, ReferralEvent, ReferralState, ReferralStep,
        RejectReason, Transport,
    },
};

/// Where an evacuation stands.
pub(crate) const fn state(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Requested => "Demandée, pas encore lue",
        ReferralState::Received => "Lue, réponse attendue",
        ReferralState::Accepted => "Acceptée",
        ReferralState::Rejected => "Refusée",
        ReferralState::EnRoute => "En route",
        ReferralState::Arrived => "Arrivée",
        ReferralState::InCare => "Prise en charge",
        ReferralState::Completed => "Terminée, contre-référence reçue",
        ReferralState::Failed => "N’est pas arrivée",
        ReferralState::Cancelled => "Annulée",
    }
}

/// Where this evacuation stands. A death on the way is never called a patient who did not arrive.
pub(crate) fn standing(of: &Referral) -> &'static str {
    if died(of) { fail(FailReason::DiedOnTheWay) } else { state(of.state) }
}

/// True if the patient died on the way.
pub(crate) fn died(of: &Referral) -> bool {
    of.failed == Some(FailReason::DiedOnTheWay)
}

pub(crate) const fn need(need: Need) -> &'static str {
    match need {
        Need::Cesarean => "césarienne",
        Need::Surgery => "chirurgie",
        Need::Transfusion => "transfusion",
        Need::Neonatal => "soins du nouveau-né",
        Need::Imaging => "imagerie",
        Need::Laboratory => "laboratoire",
        Need::Maternity => "maternité",
    }
}

pub(crate) const fn reject(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::NoBed => "pas de lit",
        RejectReason::NoEquipment => "plateau technique indisponible",
        RejectReason::NoSpecialist => "pas de spécialiste",
        RejectReason::NoTransport => "pas de transport",
        RejectReason::Other => "autre raison",
    }
}

pub(crate) const fn fail(reason: FailReason) -> &'static str {
    match reason {
        FailReason::NotArrived => "N’est pas arrivée",
        FailReason::DiedOnTheWay => "Décès pendant le trajet",
    }
}

const fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::AmbulanceOfReceiver => "ambulance de la structure d’accueil",
        Transport::AmbulanceOfDistrict => "ambulance du district",
        Transport::OwnVehicle => "véhicule du poste",
        Transport::PrivateVehicle => "véhicule privé",
        Transport::Other => "autre transport",
    }
}

/// The parts of a letter with their titles.
pub(crate) const fn letter(letter: &Letter) -> [(&'static str, &Pii<String>); 5] {
    [
        ("Motif de l’évacuation", &letter.reason),
        ("Constats", &letter.findings),
        ("Ce qui a été fait", &letter.done),
        ("Ce qui n’a pas pu être examiné", &letter.not_examined),
        ("Ce qui est demandé", &letter.question),
    ]
}

/// What happened, when, and by whom.
pub(crate) fn step(step: &ReferralStep) -> String {
    format!(
        "{} — {} ({})",
        french_moment(step.at),
        event(step.actor, &step.event),
        actor(step.actor, &step.by)
    )
}

/// Whoever did something: the name, and what they are.
pub(crate) fn actor(actor: ReferralActor, name: &Pii<String>) -> String {
    let actor = match actor {
        ReferralActor::Post => "poste",
        ReferralActor::Doctor => "médecin",
        ReferralActor::Receiver => "structure d’accueil",
        ReferralActor::Server => "serveur",
    };
    let name = Some(text(name.reveal())).filter(|name| !name.is_empty());
    name.map_or_else(|| actor.to_owned(), |name| format!("{name}, {actor}"))
}

/// What happened. The server rejects in the place of a structure that is closed.
pub(crate) fn event(by: ReferralActor, event: &ReferralEvent) -> String {
    use ReferralEvent as Event;
    let with = |words: &str, remark: Option<&Pii<String>>| match remark.map(|remark| text(remark.reveal())) {
        Some(remark) if !remark.is_empty() => format!("{words} : {remark}"),
        _ => words.to_owned(),
    };
    match event {
        Event::Received => "Fiche lue".to_owned(),
        Event::Accepted { text } => with("Acceptée", text.as_ref()),
        Event::Rejected { .. } if by == ReferralActor::Server => "La structure a fermé".to_owned(),
        Event::Rejected { reason, text } => with(&format!("Refusée, {}", reject(*reason)), text.as_ref()),
        Event::AskedNext { structure, .. } => format!("Demandée à {}", structure.name),
        Event::Unanswered => "Personne n’a répondu".to_owned(),
        Event::Departed { transport: by, eta_min, ago_min, text } => {
            let eta = eta_min.map_or_else(String::new, |minutes| format!(", trajet de {minutes} min"));
            let ago = ago_min.map_or_else(String::new, |minutes| format!(", il y a {minutes} min"));
            with(&format!("Départ, {}{ago}{eta}", transport(*by)), text.as_ref())
        }
        Event::Arrived => "Arrivée".to_owned(),
        Event::InCare => "Prise en charge".to_owned(),
        Event::ArrivalAsked => "Arrivée demandée aux deux côtés".to_owned(),
        Event::CounterReferral { .. } => "Contre-référence écrite".to_owned(),
        Event::CounterAsked => "Contre-référence demandée de nouveau".to_owned(),
        Event::Failed { reason, text } => with(fail(*reason), text.as_ref()),
        Event::Cancelled { text } => with("Annulée", Some(text)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use teranga_clinic::{
        id::{ConsultationId, ReferralId},
        people::Place,
        referral::ReferralOrder,
        request::Urgency,
        time::Timestamp,
    };
    use uuid::Uuid;

    /// An order to a hospital.
    pub(crate) fn order() -> ReferralOrder {
        let structure = Place {
            id: "h".into(),
            name: "Hôpital".into(),
            district: "d".into(),
            region: "r".into(),
            phone: String::new(),
        };
        ReferralOrder {
            referral: ReferralId(Uuid::from_u128(1)),
            consultation: ConsultationId(Uuid::from_u128(2)),
            structure,
            others: vec![],
            needs: vec![],
            urgency: Urgency::Stat,
            letter: Letter::default(),
            by: "Dr Awa Ndiaye".into(),
            order_number: None,
            at: Timestamp(1),
            code: "".into(),
        }
    }

    /// The referral of an order after these steps.
    pub(crate) fn moved(order: ReferralOrder, steps: &[(ReferralActor, ReferralEvent)]) -> Referral {
        let mut referral = Referral::new(order);
        for (actor, event) in steps {
            let (at, actor, event) = (Timestamp(2), *actor, event.clone());
            referral.apply(&ReferralStep { at, actor, by: "x".into(), event, act: None }).unwrap();
        }
        referral
    }

    #[test]
    fn a_death_on_the_way_is_told_as_such_and_never_as_a_patient_who_did_not_arrive() {
        let words = |reason| {
            let failed = ReferralEvent::Failed { reason, text: None };
            let accepted = ReferralEvent::Accepted { text: None };
            let of = moved(order(), &[(ReferralActor::Receiver, accepted), (ReferralActor::Post, failed)]);
            (standing(&of), event(ReferralActor::Post, &of.steps[1].event))
        };
        let died = "Décès pendant le trajet";
        assert_eq!(words(FailReason::DiedOnTheWay), (died, died.to_owned()));
        let lost = "N’est pas arrivée";
        assert_eq!(words(FailReason::NotArrived), (lost, lost.to_owned()));
    }

    #[test]
    fn the_server_that_rejects_in_the_place_of_a_structure_says_that_it_closed() {
        let closed = ReferralEvent::Rejected { reason: RejectReason::Other, text: Some("Fermée.".into()) };
        assert_eq!(event(ReferralActor::Server, &closed), "La structure a fermé");
        assert_eq!(event(ReferralActor::Receiver, &closed), "Refusée, autre raison : Fermée.");
    }
}
