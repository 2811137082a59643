//! Version 2 of the stored form. It is version 1 with the kinds of fact below changed or added; every other kind is
//! written and read as in version 1. This file is not changed any more once it is released: see the module above.

use super::{
    v1::{self, Identity, Speciality, Urgency},
    v2_intake::Intake,
    version::{Body, Unreadable, Version, kind_of, read},
};
use crate::{
    chat::Progress,
    clinical::Advise,
    fact::{self, RingReason},
    id::{ChatId, ConsultationId},
    pii::Pii,
    request,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version 2 for the codec.
pub(super) const VERSION: Version =
    Version { number: 2, encode: |what, _| encode(what), decode: |json| decode(json).map(Body::from) };

/// The kinds of fact that differ from version 1.
const KINDS: &[&str] = &["requested", "advised", "rang_again", "chat_written", "chat_seen"];

pub(super) fn encode(what: &fact::What) -> String {
    match What::of(what) {
        Some(form) => serde_json::to_string(&form).expect("the stored form is plain JSON"),
        None => v1::encode(what),
    }
}

pub(super) fn decode(json: &str) -> Result<fact::What, Unreadable> {
    if KINDS.contains(&kind_of(json)?.as_str()) {
        read::<What>(json, KINDS).map(fact::What::from)
    } else {
        v1::decode(json)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Requested {
        post: Identity,
        request: Box<PostRequest>,
    },
    Advised {
        advice: Advice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_number: Option<Pii<String>>,
    },
    RangAgain {
        why: Why,
    },
    ChatWritten {
        chat: Uuid,
        text: Pii<String>,
    },
    ChatSeen {
        received: u32,
        read: u32,
    },
}

/// A request. Version 1 knows fewer values of its form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostRequest {
    request: Uuid,
    speciality: Speciality,
    urgency: Urgency,
    intake: Intake,
}

/// Advice. Version 1 does not know that it may replace an earlier one, nor its signer's number.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advice {
    consultation: Uuid,
    revision: u32,
    text: Pii<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<u32>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Absent,
    Asked,
    HandedOn,
}

impl What {
    /// The form of a fact of one of these kinds; none for any other kind.
    fn of(what: &fact::What) -> Option<Self> {
        match what {
            fact::What::Requested { post, request } => Some(Self::Requested {
                post: post.clone().into(),
                request: Box::new(PostRequest::from(request.clone())),
            }),
            fact::What::Advised { advice, order_number } => {
                let Advise { consultation, revision, text, replaces } = advice.clone();
                Some(Self::Advised {
                    advice: Advice { consultation: consultation.0, revision, text, replaces },
                    order_number: order_number.clone(),
                })
            }
            fact::What::RangAgain { why } => Some(Self::RangAgain { why: (*why).into() }),
            fact::What::ChatWritten { chat, text, .. } => {
                Some(Self::ChatWritten { chat: chat.0, text: text.clone() })
            }
            fact::What::ChatSeen { progress: Progress { received, read } } => {
                Some(Self::ChatSeen { received: *received, read: *read })
            }
            _ => None,
        }
    }
}

impl From<What> for fact::What {
    fn from(what: What) -> Self {
        match what {
            What::Requested { post, request } => {
                Self::Requested { post: post.into(), request: (*request).into() }
            }
            What::Advised { advice: Advice { consultation, revision, text, replaces }, order_number } => {
                let consultation = ConsultationId(consultation);
                let advice = Advise { consultation, revision, text, replaces };
                Self::Advised { advice, order_number }
            }
            What::RangAgain { why } => Self::RangAgain { why: why.into() },
            What::ChatWritten { chat, text } => Self::ChatWritten { chat: ChatId(chat), text, asks: false },
            What::ChatSeen { received, read } => Self::ChatSeen { progress: Progress { received, read } },
        }
    }
}

impl From<request::Request> for PostRequest {
    fn from(request: request::Request) -> Self {
        let request::Request { request, speciality, urgency, intake, .. } = request;
        let intake = intake.into();
        Self { request: request.0, speciality: speciality.into(), urgency: urgency.into(), intake }
    }
}

impl From<PostRequest> for request::Request {
    fn from(request: PostRequest) -> Self {
        let PostRequest { request, speciality, urgency, intake } = request;
        let request = ConsultationId(request);
        let (speciality, urgency) = (speciality.into(), urgency.into());
        Self {
            request,
            speciality,
            urgency,
            intake: intake.into(),
            defer_to: None,
            patient: None,
            appointment_with: None,
        }
    }
}

impl From<RingReason> for Why {
    fn from(why: RingReason) -> Self {
        match why {
            RingReason::Absent => Self::Absent,
            RingReason::Asked => Self::Asked,
            RingReason::HandedOn => Self::HandedOn,
            RingReason::Due => unreachable!("a later version writes this reason"),
        }
    }
}

impl From<Why> for RingReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Absent => Self::Absent,
            Why::Asked => Self::Asked,
            Why::HandedOn => Self::HandedOn,
        }
    }
}
