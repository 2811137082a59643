//! How an element is declared: every field is left out of the JSON while it has no content.

use super::Decimal;

/// Something that may have no content.
pub(super) trait Absent {
    /// True if it has none.
    fn is_absent(&self) -> bool;
}

impl Absent for String {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Absent for &str {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Absent for Decimal {
    fn is_absent(&self) -> bool {
        self.digits().is_empty()
    }
}

impl Absent for u32 {
    fn is_absent(&self) -> bool {
        false
    }
}

impl Absent for bool {
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T: Absent> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(Absent::is_absent)
    }
}

impl<T: Absent> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.iter().all(Absent::is_absent)
    }
}

/// Declares elements. `Debug` prints the name of an element alone, because its content may tell of a patient.
macro_rules! elements {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$field_doc:meta])+ $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])+
        #[derive(Clone, Default, PartialEq, serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {$(
            $(#[$field_doc])+
            #[serde(skip_serializing_if = "crate::fhir::element::Absent::is_absent")]
            pub $field: $type,
        )+}

        impl crate::fhir::element::Absent for $name {
            fn is_absent(&self) -> bool {
                true $(&& crate::fhir::element::Absent::is_absent(&self.$field))+
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}
