//! Version 2 of the stored form. It is version 1 with the kinds of fact below changed or added; every other kind is
//! written and read as in version 1. This file is not changed any more once it is released: see the module above.

use super::{
    v1::{self, Identity, Speciality, Urgency},
    v2_intake::Intake,
    version::{Unreadable, Version, kind_of, read},
};
use crate::{fact, id::ConsultationId, request};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version 2 for the codec.
pub(super) const VERSION: Version = Version { number: 2, encode, decode };

/// The kinds of fact that differ from version 1.
const KINDS: &[&str] = &["requested"];

fn encode(what: &fact::What) -> String {
    match What::of(what) {
        Some(form) => serde_json::to_string(&form).expect("the stored form is plain JSON"),
        None => (v1::VERSION.encode)(what),
    }
}

fn decode(json: &str) -> Result<fact::What, Unreadable> {
    if KINDS.contains(&kind_of(json)?.as_str()) {
        read::<What>(json, KINDS).map(fact::What::from)
    } else {
        (v1::VERSION.decode)(json)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Requested { post: Identity, request: Box<PostRequest> },
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

impl What {
    /// The form of a fact of one of these kinds; none for any other kind.
    fn of(what: &fact::What) -> Option<Self> {
        match what {
            fact::What::Requested { post, request } => Some(Self::Requested {
                post: post.clone().into(),
                request: Box::new(PostRequest::from(request.clone())),
            }),
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
        }
    }
}

impl From<request::Request> for PostRequest {
    fn from(request: request::Request) -> Self {
        let request::Request { request, speciality, urgency, intake } = request;
        let intake = intake.into();
        Self { request: request.0, speciality: speciality.into(), urgency: urgency.into(), intake }
    }
}

impl From<PostRequest> for request::Request {
    fn from(request: PostRequest) -> Self {
        let PostRequest { request, speciality, urgency, intake } = request;
        let request = ConsultationId(request);
        Self { request, speciality: speciality.into(), urgency: urgency.into(), intake: intake.into() }
    }
}
