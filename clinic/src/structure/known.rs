//! What is known of a structure, and the words for it.

use super::position::Position;
use crate::{people::Place, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr};

/// The level of a structure in the health pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StructureKind {
    /// Case de santé: a community health worker of a village, below a post.
    Case,
    /// Poste de santé: a nurse, a midwife, a tablet.
    Post,
    /// Centre de santé of a district.
    District,
    /// A hospital of which the level is not known.
    Hospital,
    /// Établissement public de santé of level 1.
    Eps1,
    /// Établissement public de santé of level 2, which a region usually has.
    Eps2,
    /// Établissement public de santé of level 3: national and university hospitals.
    Eps3,
    /// An office of operations or of the ministry.
    Office,
}

impl StructureKind {
    /// True for a structure to which a post refers patients.
    pub const fn is_above_posts(self) -> bool {
        matches!(self, Self::District | Self::Hospital | Self::Eps1 | Self::Eps2 | Self::Eps3)
    }
}

/// What a structure can do for a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Caesarean sections.
    Cesarean,
    /// Surgery.
    Surgery,
    /// Blood transfusions.
    Transfusion,
    /// Care of ill and premature newborns.
    Neonatal,
    /// Ultrasound or X-rays.
    Imaging,
    /// A laboratory.
    Laboratory,
    /// Births.
    Maternity,
    /// An ambulance of its own.
    Ambulance,
}

impl Capability {
    /// Every capability, the most urgent first.
    pub const ALL: [Self; 8] = [
        Self::Cesarean,
        Self::Surgery,
        Self::Transfusion,
        Self::Neonatal,
        Self::Imaging,
        Self::Laboratory,
        Self::Maternity,
        Self::Ambulance,
    ];
}

/// What the position of a structure is worth, the best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PositionQuality {
    /// The position was measured at the structure.
    Exact,
    /// The structure is in or near this place; it may be some kilometres away.
    Approximate,
    /// The position is that of the health centre of the district, which may be 50 km or more away.
    DistrictSeat,
    /// There is no position.
    #[default]
    Unknown,
}

/// The hours at which a structure takes patients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Hours {
    /// Day and night.
    #[serde(rename = "24h")]
    DayAndNight,
    /// The day only, which is also presumed where nothing is known.
    #[default]
    #[serde(rename = "day")]
    Day,
}

/// A word that stands for nothing here, and those that do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is not known here; the words are {known}")]
pub struct UnknownWord {
    /// The word, at most 40 characters of it.
    pub word: String,
    /// The words that are known.
    pub known: String,
}

/// Reads the words of files and command lines, which are those of the wire.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every value with its word.
            pub const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant)),+];
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                let found = Self::WORDS.iter().find(|(known, _)| *known == word);
                found.map(|(_, value)| *value).ok_or_else(|| unknown(word, &[$($word),+]))
            }
        }
    };
}

fn unknown(word: &str, known: &[&str]) -> UnknownWord {
    UnknownWord { word: word.chars().take(40).collect(), known: known.join(", ") }
}

words!(StructureKind {
    Case = "case",
    Post = "post",
    District = "district",
    Hospital = "hospital",
    Eps1 = "eps1",
    Eps2 = "eps2",
    Eps3 = "eps3",
    Office = "office",
});
words!(Capability {
    Cesarean = "cesarean",
    Surgery = "surgery",
    Transfusion = "transfusion",
    Neonatal = "neonatal",
    Imaging = "imaging",
    Laboratory = "laboratory",
    Maternity = "maternity",
    Ambulance = "ambulance",
});
words!(PositionQuality {
    Exact = "exact",
    Approximate = "approximate",
    DistrictSeat = "district_seat",
    Unknown = "unknown",
});
words!(Hours { DayAndNight = "24h", Day = "day" });

/// A structure of the health pyramid.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// The structure as everyone sees it.
    pub place: Place,
    /// Its level.
    pub kind: StructureKind,
    /// Its place on the map; none exactly if its quality is [`PositionQuality::Unknown`].
    pub position: Option<Position>,
    /// What the position is worth.
    pub quality: PositionQuality,
    /// What it can do.
    pub capabilities: BTreeSet<Capability>,
    /// When it takes patients.
    pub hours: Hours,
    /// The time at which somebody last said that these facts are right; none if nobody has.
    pub confirmed_at: Option<Timestamp>,
    /// True if it takes no patients until further notice. It keeps its people and its tablets.
    pub closed: bool,
    /// True for demonstration data, which is not to be trusted on the ground.
    pub demo: bool,
}

impl Structure {
    /// An open structure of which nothing else is known.
    pub const fn new(place: Place, kind: StructureKind) -> Self {
        Self {
            place,
            kind,
            position: None,
            quality: PositionQuality::Unknown,
            capabilities: BTreeSet::new(),
            hours: Hours::Day,
            confirmed_at: None,
            closed: false,
            demo: false,
        }
    }

    /// True if it has all of these capabilities.
    pub fn is_capable_of(&self, needs: &[Capability]) -> bool {
        needs.iter().all(|need| self.capabilities.contains(need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    #[test]
    fn words_are_read_as_they_are_written_on_the_wire() {
        fn same<T: Copy + PartialEq + std::fmt::Debug + Serialize + FromStr<Err = UnknownWord>>(
            all: &[(&str, T)],
        ) {
            for (word, value) in all {
                assert_eq!(json!(value), json!(word));
                assert_eq!(word.parse(), Ok(*value));
            }
        }
        same(StructureKind::WORDS);
        same(Capability::WORDS);
        same(PositionQuality::WORDS);
        same(Hours::WORDS);
        assert!(Capability::ALL.iter().eq(Capability::WORDS.iter().map(|(_, one)| one)));
    }

    #[test]
    fn an_unknown_word_is_told_with_the_known_ones() {
        let error = "hospice".parse::<StructureKind>().unwrap_err().to_string();
        assert_eq!(
            error,
            "\"hospice\" is not known here; the words are case, post, district, hospital, eps1, eps2, eps3, office"
        );
        assert!("x".repeat(10_000).parse::<Hours>().unwrap_err().to_string().len() < 120);
    }
}
