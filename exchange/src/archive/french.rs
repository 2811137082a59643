//! The French words that several copies use.

use super::manuscript::{Block, Proof};
use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write as _;
use teranga_clinic::referral::{FailReason, Need, ReferralState, RejectReason, Transport};

/// The sex of a patient, by its letter; empty if it is unknown.
pub(super) fn sex(letter: &str) -> &'static str {
    match letter {
        "F" => "Féminin",
        "M" => "Masculin",
        _ => "",
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Says what is attached, with its digest, so that a printed copy can be compared with the file.
pub(super) fn attached(proof: &Proof) -> Block {
    let sha256 = hex(digest(&SHA256, &proof.bytes).as_ref());
    Block::Remark(format!("Pièce jointe à ce PDF : {} — {}. SHA-256 : {sha256}", proof.file, proof.what))
}

/// Where an evacuation stands.
pub(super) const fn referral_state(state: ReferralState) -> &'static str {
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

pub(super) const fn need(need: Need) -> &'static str {
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

pub(super) const fn reject(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::NoBed => "pas de lit",
        RejectReason::NoEquipment => "plateau technique indisponible",
        RejectReason::NoSpecialist => "pas de spécialiste",
        RejectReason::NoTransport => "pas de transport",
        RejectReason::Other => "autre raison",
    }
}

pub(super) const fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::AmbulanceOfReceiver => "ambulance de la structure d’accueil",
        Transport::AmbulanceOfDistrict => "ambulance du district",
        Transport::OwnVehicle => "véhicule du poste",
        Transport::PrivateVehicle => "véhicule privé",
        Transport::Other => "autre transport",
    }
}

pub(super) const fn fail(reason: FailReason) -> &'static str {
    match reason {
        FailReason::NotArrived => "N’est pas arrivée",
        FailReason::DiedOnTheWay => "Décès pendant le trajet",
    }
}
