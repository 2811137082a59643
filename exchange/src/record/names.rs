//! The identifiers of the resources of a record: UUIDs of version 5 (RFC 9562 section 5.5) in the namespace of the consultation,
//! whose own identifier is random. The same facts give the same names, and nobody guesses them.

use crate::fhir::{Identifier, Reference};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use teranga_clinic::id::ConsultationId;
use uuid::{Builder, Uuid};

/// The names of one consultation.
#[derive(Clone, Copy)]
pub(super) struct Names(ConsultationId);

impl Names {
    /// Those of this consultation.
    pub(super) const fn of(consultation: ConsultationId) -> Self {
        Self(consultation)
    }

    /// The name of a resource of this kind.
    pub(super) fn id(self, kind: &str, name: impl AsRef<str>) -> Uuid {
        let bytes =
            [self.0.0.as_bytes().as_slice(), kind.as_bytes(), b"/", name.as_ref().as_bytes()].concat();
        let mut first = [0; 16];
        first.copy_from_slice(&digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes).as_ref()[..16]);
        Builder::from_sha1_bytes(first).into_uuid()
    }

    pub(super) fn patient(self) -> Uuid {
        self.id("patient", "")
    }

    pub(super) fn encounter(self) -> Uuid {
        self.id("encounter", "")
    }

    pub(super) fn request(self) -> Uuid {
        self.id("request", "")
    }

    pub(super) fn composition(self) -> Uuid {
        self.id("composition", "")
    }

    /// The document as it stood after so many facts. What was known of the patient's identity beside them makes another one, by its
    /// [mark](super::Verification::mark).
    pub(super) fn document(self, revision: usize, mark: &str) -> Uuid {
        self.id("document", format!("{revision}{mark}"))
    }

    /// The consultation itself, as a name in the world.
    pub(super) fn consultation(self) -> Identifier {
        Identifier::uuid(self.0.0)
    }

    pub(super) fn subject(self) -> Reference {
        Reference::to(self.patient())
    }

    pub(super) fn in_encounter(self) -> Reference {
        Reference::to(self.encounter())
    }
}
