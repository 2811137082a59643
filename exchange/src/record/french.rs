//! The French words of a record, which are those of the screens.

use teranga_clinic::{
    case::{AssignReason, DeferReason, LossReason, Outcome},
    clinical::Disposition,
    fact::RingReason,
    people::{Role, Speciality},
    request::{Language, Step, Urgency},
};

pub(super) const fn speciality(speciality: Speciality) -> (&'static str, &'static str) {
    match speciality {
        Speciality::Obstetrics => ("obstetrics", "Gynécologie-obstétrique"),
        Speciality::Paediatrics => ("paediatrics", "Pédiatrie"),
        Speciality::General => ("general", "Médecine interne et générale"),
        Speciality::Surgery => ("surgery", "Chirurgie"),
    }
}

pub(super) const fn role(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Kiosk => ("post", "Poste de santé"),
        Role::Doctor => ("doctor", "Médecin spécialiste"),
        Role::Guest => ("guest", "Personne invitée"),
        Role::Operator => ("operator", "Exploitation"),
        Role::Coordinator => ("coordinator", "Coordination"),
    }
}

/// How urgent a request or an evacuation is.
pub(crate) const fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Stat => "Urgence vitale",
        Urgency::Urgent => "Urgent",
        Urgency::Routine => "Non urgent",
    }
}

pub(super) const fn disposition(disposition: Disposition) -> (&'static str, &'static str) {
    match disposition {
        Disposition::Advice => ("advice", "Conseil"),
        Disposition::Prescription => ("prescription", "Ordonnance"),
        Disposition::Evacuation => ("evacuation", "Évacuation"),
        Disposition::Appointment => ("appointment", "Rendez-vous"),
    }
}

/// The language by BCP 47, and its name.
pub(super) const fn language(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Fr => ("fr", "Français"),
        Language::Wo => ("wo", "Wolof"),
        Language::Ff => ("ff", "Pulaar"),
        Language::Snk => ("snk", "Soninké"),
        Language::Mnk => ("mnk", "Mandinka"),
    }
}

pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Arrived => "arrivée à la structure",
        Outcome::Recovered => "guérison",
        Outcome::Improved => "va mieux",
        Outcome::Worse => "ne va pas mieux",
        Outcome::Evacuated => "évacuation",
        Outcome::Died => "décès",
        Outcome::LostToFollowUp => "perdu de vue",
    }
}

pub(super) const fn step(step: Step) -> &'static str {
    match step {
        Step::OnCall => "spécialistes disponibles",
        Step::Second => "spécialistes occupés aussi",
        Step::Regional => "tous les médecins",
        Step::Nobody => "plus personne à appeler",
    }
}

pub(super) const fn ring(why: RingReason) -> &'static str {
    match why {
        RingReason::Absent => "le médecin n’était plus joignable",
        RingReason::Asked => "le poste a rappelé",
        RingReason::HandedOn => "le médecin a passé la main",
        RingReason::Due => "l’heure convenue est arrivée",
    }
}

pub(super) const fn defer(why: DeferReason) -> &'static str {
    match why {
        DeferReason::Chosen => "choix du poste",
        DeferReason::Unanswered => "personne n’a répondu à l’appel",
        DeferReason::Converted => "choix du médecin",
        DeferReason::LinkLost => "le poste était hors d’atteinte",
        DeferReason::Readdressed => "adressé à quelqu’un d’autre",
    }
}

pub(super) const fn assign(why: AssignReason) -> &'static str {
    match why {
        AssignReason::OnDuty => "de garde",
        AssignReason::Addressed => "le cas lui est adressé",
        AssignReason::Taken => "a pris le cas",
        AssignReason::Allocated => "le cas lui a été confié",
        AssignReason::Overdue => "le délai du précédent est passé",
        AssignReason::Revoked => "le compte du précédent est fermé",
        AssignReason::NoReply => "le poste n’a pas répondu à temps",
    }
}

pub(super) const fn loss(why: LossReason) -> &'static str {
    match why {
        LossReason::NoAnswer => "le poste n’a pas répondu",
    }
}
