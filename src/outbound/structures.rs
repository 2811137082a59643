//! The SMS to a structure that is asked to take a patient, if the patient has arrived, or to write back. It names the post and no patient: a telephone of
//! a ward lies open.

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

/// What a structure is told by SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallReason {
    /// It is asked to take a patient.
    Asked,
    /// The patient should have arrived: has the patient come?
    Arrival,
    /// It has not written back ("contre-référence").
    Counter,
}

/// A structure that is to be told something by SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructureCall {
    /// The referral.
    pub referral: ReferralId,
    /// What it is told.
    pub reason: CallReason,
    /// The time since which it is asked that.
    pub since: Timestamp,
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
    let what = match call.reason {
        CallReason::Asked => "",
        CallReason::Arrival => ".arrival",
        CallReason::Counter => ".counter",
    };
    format!("referral.{}.{}{what}.sms", call.referral, call.since.0)
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
        Urgency::Stat => " (urgence vitale). Code ",
        Urgency::Urgent => " (urgent). Code ",
        Urgency::Routine => ". Code ",
    };
    let (before, after) = match call.reason {
        CallReason::Asked => ("TERANGA: evacuation demandee par ", urgency),
        CallReason::Arrival => ("TERANGA: le patient de ", " est-il arrive? Repondez: code "),
        CallReason::Counter => ("TERANGA: contre-reference attendue par ", ". Code "),
    };
    let page = format!(" sur {site}/accueil");
    let with = |post: &str, page: &str| format!("{before}{post}{after}{}{page}", call.code.reveal());
    let page = if with("", &page).len() + POST_CHARS <= SMS_CHARS { page } else { PAGE.to_owned() };
    let left = SMS_CHARS - with("", &page).len();
    let post: String = gsm(&call.post).chars().take(left).collect();
    with(post.trim_end(), &page)
}

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

    const REASONS: [CallReason; 3] = [CallReason::Asked, CallReason::Arrival, CallReason::Counter];

    fn call(post: &str, urgency: Urgency) -> StructureCall {
        let referral = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
        StructureCall {
            referral,
            reason: CallReason::Asked,
            since: Timestamp(1),
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
    fn it_asks_for_the_arrival_and_for_the_counter_referral_under_keys_of_their_own() {
        let asks = |reason| StructureCall { reason, ..call("Poste de santé de Nabadji", Urgency::Stat) };
        let site = "https://teranga.example.sn";
        assert_eq!(
            text(&asks(CallReason::Arrival), site),
            "TERANGA: le patient de Poste de sante de Nabadji est-il arrive? Repondez: code 04HMA-SW9ND sur \
             https://teranga.example.sn/accueil"
        );
        assert_eq!(
            text(&asks(CallReason::Counter), site),
            "TERANGA: contre-reference attendue par Poste de sante de Nabadji. Code 04HMA-SW9ND sur \
             https://teranga.example.sn/accueil"
        );
        let keys: std::collections::BTreeSet<_> = REASONS.map(|reason| key(&asks(reason))).into();
        assert_eq!(keys.len(), REASONS.len());
    }

    #[test]
    fn it_is_one_sms_whatever_the_names_are() {
        let sites = ["https://t.sn".to_owned(), format!("https://{}.sn:8443", "t".repeat(200))];
        for post in ["P", &"É".repeat(80), "عائشة", "{[~]}\\^|€", ""] {
            for urgency in [Urgency::Stat, Urgency::Urgent, Urgency::Routine] {
                for (site, reason) in sites.iter().flat_map(|site| REASONS.map(|reason| (site, reason))) {
                    let text = text(&StructureCall { reason, ..call(post, urgency) }, site);
                    let is_gsm = |char: char| char.is_ascii() && !"{}[]~\\^|`".contains(char);
                    assert!(text.chars().all(is_gsm) && text.len() <= SMS_CHARS, "{}: {text}", text.len());
                    assert!(text.contains("04HMA-SW9ND") && text.contains("/accueil"), "{text}");
                }
            }
        }
    }
}
