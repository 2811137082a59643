//! The names under which enumerations stand in columns. They are the store's own: the wire and the domain types may
//! rename theirs, and what is on the disk stays readable.

use super::StoreError;
use teranga_clinic::{
    notice::{NoticeChannel, NoticeState, NoticeTrouble},
    patient::CheckWay,
    people::{Role, Speciality},
    publication::{PublicationState, PublicationTrouble},
    referral::{Due, ReferralState},
    request::Language,
    spoken::{Sentence, SpokenState},
    structure::{Capability, Hours, PositionQuality, ProposalState, StructureKind},
};

/// An enumeration that is kept in a column by name.
pub(super) trait Named: Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];

    /// The name in the column.
    fn name(self) -> &'static str;
}

/// Declares the names of an enumeration; the compiler demands one for each value.
macro_rules! names {
    ($type:ty { $($value:ident = $name:literal),+ $(,)? }) => {
        impl Named for $type {
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn name(self) -> &'static str {
                match self { $(Self::$value => $name),+ }
            }
        }
    };
}

names!(Role {
    Kiosk = "kiosk",
    Doctor = "doctor",
    Guest = "guest",
    Operator = "operator",
    Coordinator = "coordinator",
});
names!(CheckWay {
    Number = "number",
    Match = "match",
    Questions = "questions",
});
names!(Speciality {
    Obstetrics = "obstetrics",
    Paediatrics = "paediatrics",
    General = "general",
    Surgery = "surgery",
});
names!(ReferralState {
    Requested = "requested",
    Received = "received",
    Accepted = "accepted",
    Rejected = "rejected",
    EnRoute = "en_route",
    Arrived = "arrived",
    InCare = "in_care",
    Completed = "completed",
    Failed = "failed",
    Cancelled = "cancelled",
});
names!(Due { Next = "next", Answer = "answer", Arrival = "arrival", Counter = "counter" });
names!(Language { Fr = "fr", Wo = "wo", Ff = "ff", Snk = "snk", Mnk = "mnk" });
names!(Sentence {
    Consent = "consent",
    Share = "share",
    Photo = "photo",
    Wait = "wait",
    Fear = "fear",
    Look = "look",
    Hurt = "hurt",
    Breathe = "breathe",
    Still = "still",
    Drink = "drink",
    Ambulance = "ambulance",
});
names!(SpokenState { Draft = "draft", SignedOff = "signed_off", Withdrawn = "withdrawn" });
names!(NoticeChannel { Sms = "sms", Mail = "mail" });
names!(NoticeState { Waiting = "waiting", Sent = "sent", Failed = "failed", Dropped = "dropped" });
names!(NoticeTrouble {
    NoAddress = "no_address",
    Unreachable = "unreachable",
    Denied = "denied",
    Refused = "refused",
});
names!(PublicationState {
    Waiting = "waiting",
    Sent = "sent",
    Refused = "refused",
    Abandoned = "abandoned",
    Dropped = "dropped",
});
names!(PublicationTrouble {
    Unreachable = "unreachable",
    Denied = "denied",
    Unusable = "unusable",
    PatientUnknown = "patient_unknown",
    OtherPatient = "other_patient",
    Refused = "refused",
    Doubled = "doubled",
    Unreadable = "unreadable",
    NotSuperseded = "not_superseded",
    Withdrawn = "withdrawn",
    Replaced = "replaced",
});
names!(StructureKind {
    Case = "case",
    Post = "post",
    District = "district",
    Hospital = "hospital",
    Eps1 = "eps1",
    Eps2 = "eps2",
    Eps3 = "eps3",
    Office = "office",
});
names!(Capability {
    Cesarean = "cesarean",
    Surgery = "surgery",
    Transfusion = "transfusion",
    Neonatal = "neonatal",
    Imaging = "imaging",
    Laboratory = "laboratory",
    Maternity = "maternity",
    Ambulance = "ambulance",
});
names!(PositionQuality {
    Exact = "exact",
    Approximate = "approximate",
    DistrictSeat = "district_seat",
    Unknown = "unknown",
});
names!(ProposalState { Open = "open", Accepted = "accepted", Rejected = "rejected" });
names!(Hours { DayAndNight = "24h", Day = "day" });

/// The value of this name.
///
/// # Errors
/// [`StoreError::Corrupt`] for a name that is none of ours. The error does not repeat it.
pub(super) fn from_name<T: Named>(name: &str) -> Result<T, StoreError> {
    let found = T::ALL.iter().copied().find(|value| value.name() == name);
    found.ok_or_else(|| StoreError::Corrupt(format!("an unknown {}", std::any::type_name::<T>())))
}

/// A list of values as a JSON list of their names.
pub(super) fn to_list<T: Named>(values: &[T]) -> String {
    let names: Vec<_> = values.iter().map(|value| value.name()).collect();
    serde_json::to_string(&names).expect("a list of names is plain JSON")
}

/// The values of a JSON list of names.
///
/// # Errors
/// [`StoreError::Corrupt`] if it is no such list.
pub(super) fn from_list<T: Named>(list: &str) -> Result<Vec<T>, StoreError> {
    let names: Vec<String> =
        serde_json::from_str(list).map_err(|_| StoreError::Corrupt("a list of names".to_owned()))?;
    names.iter().map(|name| from_name(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_kept_as_they_always_were() {
        let list = r#"["obstetrics","general"]"#;
        let values = [Speciality::Obstetrics, Speciality::General];
        assert_eq!(from_list::<Speciality>(list).unwrap(), values);
        assert_eq!(to_list(&values), list);
        assert_eq!(to_list::<Speciality>(&[]), "[]");
    }

    #[test]
    fn an_unknown_name_is_corrupt_and_not_repeated() {
        let error = from_list::<Speciality>(r#"["Awa"]"#).unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt(_)) && !error.to_string().contains("Awa"), "{error}");
    }
}
