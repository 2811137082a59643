//! Texts of a specialist: notes, signed advice, and the disposition that ends a consultation.

use crate::{
    attachment::Attachment,
    consent::Consent,
    danger::Danger,
    id::{ActId, ConsultationId},
    people::Speciality,
    photo::Photo,
    pii::Pii,
    prescription::Prescription,
    referral::Referral,
    request::{Intake, Urgency},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The specialist's note. Each one is the whole text, and the last one counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Revision, counted up by the page and repeated in `saved`.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
}

/// Advice to the post. Sending it signs it: the server records author, time and text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Advise {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Revision, counted up by the page and repeated in `saved`. The same revision again changes nothing.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
    /// The revision that this one corrects: a member reads this text in its place. None for further advice.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub replaces: Option<u32>,
}

/// The way in which a consultation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Advice ("Conseil").
    Advice,
    /// Prescription ("Ordonnance").
    Prescription,
    /// Evacuation ("Évacuation").
    Evacuation,
    /// Appointment ("Rendez-vous").
    Appointment,
}

/// Signed advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Advice {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Revision of the page that wrote it; it orders several pieces of advice.
    pub revision: u32,
    /// The text.
    pub text: Pii<String>,
    /// The name of the doctor who signed.
    pub by: Pii<String>,
    /// Their number in the register of the professional order; none if it was not known when they signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub order_number: Option<Pii<String>>,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The revision of the same consultation that this one corrects; none for further advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub replaces: Option<u32>,
}

/// The record of a consultation that a member gets on entering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Record {
    /// The requested speciality.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// The form.
    pub intake: Intake,
    /// The dangerous values of the form, the gravest first; none for members who are not doctors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Danger>>"))]
    pub dangers: Vec<Danger>,
    /// The last note; none for members who are not doctors.
    pub note: Option<Note>,
    /// Signed advice, oldest first.
    pub advice: Vec<Advice>,
    /// Signed prescriptions, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Prescription>>"))]
    pub prescriptions: Vec<Prescription>,
    /// Referrals, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Referral>>"))]
    pub referrals: Vec<Referral>,
    /// Photos that were asked for, oldest first.
    pub photos: Vec<Photo>,
    /// Files that the post or a specialist added, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Attachment>>"))]
    pub attachments: Vec<Attachment>,
    /// What the patient answered last about sharing the record; none if nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub consent: Option<Consent>,
    /// All examinations, oldest first, if there was one after the request, whose form is then the first of them; `intake` has the
    /// values of the last one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Examination>>"))]
    pub examinations: Vec<Examination>,
}

/// One examination of the patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Examination {
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The whole form with the values of that time.
    pub intake: Intake,
    /// The act, as its page named it; none for the form of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
}
