//! The SMS to a structure that is asked to take a patient. It names the post and no patient: a telephone of a ward lies open.

use super::text::{SMS_CHARS, gsm};
use crate::store::NewNotice;
use teranga_clinic::{
    id::{PartyId, ReferralId},
    notice::NoticeChannel,
    pii::Pii,
    request::Urgency,
    time::Timestamp,
};
use tokio::sync::watch;

/// A structure that is to be told by SMS that it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructureCall {
    /// The referral.
    pub referral: ReferralId,
    /// The time since which the structure is asked.
    pub asked_at: Timestamp,
    /// The doctor who ordered the referral, in whose name the SMS goes.
    pub doctor: PartyId,
    /// The identifier of the structure, whose telephone gets it.
    pub structure: String,
    /// The name of the post.
    pub post: String,
    /// The urgency.
    pub urgency: Urgency,
    /// The code that opens the letter.
    pub code: Pii<String>,
}

/// The handle by which the clocks of referrals say which structures are to be told.
#[derive(Clone, Debug, Default)]
pub struct StructureCalls(watch::Sender<Vec<StructureCall>>);

impl StructureCalls {
    /// Replaces the list. A structure that is not on it any more gets no SMS.
    pub fn replace(&self, calls: Vec<StructureCall>) {
        self.0.send_if_modified(|known| {
            let differ = *known != calls;
            *known = calls;
            differ
        });
    }

    pub(super) fn watch(&self) -> watch::Receiver<Vec<StructureCall>> {
        self.0.subscribe()
    }
}

/// The key of the notice. It names the referral, and no person.
pub(super) fn key(call: &StructureCall) -> String {
    format!("referral.{}.{}.sms", call.referral, call.asked_at.0)
}

/// The notice.
pub(super) fn notice(call: &StructureCall, site: &str, now: Timestamp) -> NewNotice {
    NewNotice {
        key: key(call),
        subject: "referral",
        party: call.doctor.clone(),
        structure: Some(call.structure.clone()),
        channel: NoticeChannel::Sms,
        text: Pii::new(text(call, site)),
        made_at: now,
        expires_at: now.plus_ms(EXPIRES_MS),
    }
}

/// The text. If it does not fit into one SMS, the name of the post is cut, and an address that leaves it too little room is left out.
fn text(call: &StructureCall, site: &str) -> String {
    let urgency = match call.urgency {
        Urgency::Stat => " (urgence vitale)",
        Urgency::Urgent => " (urgent)",
        Urgency::Routine => "",
    };
    let page = format!(" sur {site}/accueil");
    let around = |page: &str| format!("{BEGIN}{urgency}. Code {}{page}", call.code.reveal());
    let page = if around(&page).len() + POST_CHARS <= SMS_CHARS { page } else { PAGE.to_owned() };
    let left = SMS_CHARS - around(&page).len();
    let post: String = gsm(&call.post).chars().take(left).collect();
    format!("{BEGIN}{}{urgency}. Code {}{page}", post.trim_end(), call.code.reveal())
}

const BEGIN: &str = "TERANGA: evacuation demandee par ";

/// What is said instead of an address that is too long.
const PAGE: &str = " sur la page /accueil de Teranga";

/// Room for the name of the post, however long the address is.
const POST_CHARS: usize = 20;

/// The time after which the SMS is given up, in milliseconds. People have telephoned by then.
const EXPIRES_MS: u64 = 6 * 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::referral::code_of;
    use uuid::Uuid;

    fn call(post: &str, urgency: Urgency) -> StructureCall {
        let referral = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
        StructureCall {
            referral,
            asked_at: Timestamp(1),
            doctor: PartyId("awa".into()),
            structure: "hopital".into(),
            post: post.into(),
            urgency,
            code: code_of(referral).into(),
        }
    }

    #[test]
    fn it_says_who_asks_how_urgent_it_is_and_where_the_letter_is() {
        assert_eq!(
            text(&call("Poste de santé de Nabadji", Urgency::Stat), "https://teranga.example.sn"),
            "TERANGA: evacuation demandee par Poste de sante de Nabadji (urgence vitale). Code 04HMA-SW9ND sur \
             https://teranga.example.sn/accueil"
        );
    }

    #[test]
    fn it_is_one_sms_whatever_the_names_are() {
        let sites = ["https://t.sn".to_owned(), format!("https://{}.sn:8443", "t".repeat(200))];
        for post in ["P", &"É".repeat(80), "عائشة", "{[~]}\\^|€", ""] {
            for urgency in [Urgency::Stat, Urgency::Urgent, Urgency::Routine] {
                for site in &sites {
                    let text = text(&call(post, urgency), site);
                    let is_gsm = |char: char| char.is_ascii() && !"{}[]~\\^|`".contains(char);
                    assert!(text.chars().all(is_gsm) && text.len() <= SMS_CHARS, "{}: {text}", text.len());
                    assert!(text.contains("04HMA-SW9ND") && text.contains("/accueil"), "{text}");
                }
            }
        }
    }
}
