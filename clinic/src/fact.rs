//! Facts: what the hub wants remembered. A consultation is the replay of its facts, in the hub after a
//! restart as well as in the record that people read.

use crate::{
    clinical::{Advise, Disposition, Note},
    id::{PartyId, PhotoId},
    people::Identity,
    photo::{Mark, PhotoFile},
    request::{Request, Step},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One fact of one consultation, with who did it and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Who; none for the server's own clock (escalation, expiry).
    pub by: Option<PartyId>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A post asked. Always the first fact.
    Requested {
        /// The post.
        post: Identity,
        /// What it asked.
        request: Request,
    },
    /// The clock reached the next step.
    Escalated {
        /// Which.
        step: Step,
    },
    /// A specialist took it.
    Claimed {
        /// Who.
        doctor: Identity,
    },
    /// Somebody was brought in.
    Entered {
        /// Who.
        guest: Identity,
        /// Whether they hold the consultation from now on.
        holds: bool,
    },
    /// Somebody left for good (an invited guest).
    Left,
    /// Notes were written.
    Noted {
        /// The note.
        note: Note,
    },
    /// Advice was signed.
    Advised {
        /// The advice.
        advice: Advise,
    },
    /// The post was asked for a photo.
    PhotoAsked {
        /// Its name.
        photo: PhotoId,
    },
    /// The post sent it: all of it is stored.
    PhotoTaken {
        /// Which.
        photo: PhotoId,
        /// What it is.
        file: PhotoFile,
    },
    /// Something was drawn on it.
    PhotoMarked {
        /// Which.
        photo: PhotoId,
        /// Everything that is drawn on it from now on.
        marks: Vec<Mark>,
    },
    /// The post withdrew.
    Cancelled,
    /// It ended.
    Closed {
        /// How.
        disposition: Disposition,
    },
}
