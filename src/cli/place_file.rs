//! The file of `teranga place import`: all structures of a country or a region, in TOML. The whole file is checked before the first structure is stored, and
//! each error names the entry and says what to do.

use super::Failure;
use crate::store::{Position, Structure, StructureKind};
use config::{File, FileFormat};
use serde::Deserialize;
use std::{collections::BTreeSet, fs, path::Path};
use teranga_clinic::{people::Place, text};

/// The largest file. A structure takes some 250 bytes.
const FILE_MAX: u64 = 2 * 1024 * 1024;

/// The most structures; Senegal has some 2,000.
const STRUCTURES_MAX: usize = 5_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    place: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: StructureKind,
    name: String,
    district: String,
    region: String,
    #[serde(default)]
    phone: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

/// Reads and checks a file.
///
/// # Errors
/// The first entry that cannot be used, by its place in the file and its identifier.
pub(super) fn read(path: &Path) -> Result<Vec<Structure>, Failure> {
    if fs::metadata(path)?.len() > FILE_MAX {
        return Err(Failure::Usage(format!("{}: a file has at most 2 MB", path.display())));
    }
    check(&fs::read_to_string(path)?)
        .map_err(|reason| Failure::Usage(format!("{}: {reason}; nothing was changed", path.display())))
}

fn check(text: &str) -> Result<Vec<Structure>, String> {
    let source = File::from_str(text, FileFormat::Toml);
    let read = config::Config::builder().add_source(source).build();
    let entries: Entries =
        read.and_then(config::Config::try_deserialize).map_err(|error| error.to_string())?;
    if entries.place.len() > STRUCTURES_MAX {
        return Err(format!("a file has at most {STRUCTURES_MAX} structures"));
    }
    let mut ids = BTreeSet::new();
    let numbered = (1..).zip(entries.place);
    numbered
        .map(|(number, entry)| {
            let id = entry.id.clone();
            let structure = structure(entry).map_err(|reason| format!("place {number} ({id}): {reason}"))?;
            ids.insert(id.clone())
                .then_some(structure)
                .ok_or_else(|| format!("place {number} ({id}): this identifier stands in the file twice"))
        })
        .collect()
}

fn structure(entry: Entry) -> Result<Structure, String> {
    let Entry { id, kind, name, district, region, phone: number, latitude, longitude } = entry;
    let name_of = |field: &str, value: &str| text::name(value).map_err(|flaw| format!("{field}: {flaw}"));
    let place = Place {
        id: name_of("id", &id)?,
        name: name_of("name", &name)?,
        district: name_of("district", &district)?,
        region: name_of("region", &region)?,
        phone: phone(&number).map_err(|flaw| format!("phone: {flaw}"))?,
    };
    Ok(Structure { place, kind, position: position(latitude, longitude)?, demo: false })
}

/// Checks a position.
///
/// # Errors
/// One coordinate without the other, or one that is nowhere on Earth.
pub(super) fn position(latitude: Option<f64>, longitude: Option<f64>) -> Result<Option<Position>, String> {
    let is_on_earth = |latitude: f64, longitude: f64| latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    match (latitude, longitude) {
        (None, None) => Ok(None),
        (Some(latitude), Some(longitude)) if is_on_earth(latitude, longitude) => {
            Ok(Some(Position { latitude, longitude }))
        }
        (Some(latitude), Some(longitude)) => Err(format!(
            "latitude {latitude}, longitude {longitude}: degrees are from -90 to 90 north and from -180 to 180 east, as 15.74 and -13.37"
        )),
        _ => Err("give latitude and longitude together, or neither".into()),
    }
}

/// Checks a telephone number; it may be missing.
///
/// # Errors
/// It has something else than figures, spaces, `+`, `-`, `.`, `(`, `)` and `/`, fewer than 2 figures, or more than 40 characters.
pub(super) fn phone(typed: &str) -> Result<String, String> {
    let is_part = |char: char| char.is_ascii_digit() || " +-.()/".contains(char);
    let figures = typed.chars().filter(char::is_ascii_digit).count();
    let is_number = typed.chars().all(is_part) && figures >= 2 && typed.len() <= 40;
    if typed.is_empty() || is_number {
        return Ok(typed.to_owned());
    }
    Err("a telephone number has figures and spaces, as 33 966 11 22".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MATAM: &str = "[[place]]\nid = \"district-matam\"\nkind = \"district\"\nname = \"Centre de santé de Matam\"\n\
        district = \"Matam\"\nregion = \"Matam\"\nphone = \"33 966 11 22\"\nlatitude = 15.66\nlongitude = -13.26\n";

    fn refused(text: &str) -> String {
        check(text).unwrap_err()
    }

    #[test]
    fn structures_are_read_with_their_position() {
        let read = check(MATAM).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].kind, StructureKind::District);
        assert_eq!(read[0].position, Some(Position { latitude: 15.66, longitude: -13.26 }));
        assert!(!read[0].demo);
        let unknown = MATAM.replace("latitude = 15.66\nlongitude = -13.26\n", "");
        assert_eq!(check(&unknown).unwrap()[0].position, None);
    }

    #[test]
    fn an_error_names_the_entry_and_what_is_wrong() {
        for (from, to, said) in [
            ("15.66", "157.4", "place 1 (district-matam): latitude 157.4"),
            ("longitude = -13.26", "", "give latitude and longitude together"),
            ("\"district\"\n", "\"hospice\"\n", "hospice"),
            (
                "name = \"Centre de santé de Matam\"",
                "name = \" \"",
                "place 1 (district-matam): name: a name must have",
            ),
            ("region", "regoin", "regoin"),
            ("33 966 11 22", "33\\n966", "phone: a telephone number"),
        ] {
            let told = refused(&MATAM.replacen(from, to, 1));
            assert!(told.contains(said), "{told}");
        }
        let told = refused(&MATAM.repeat(2));
        assert!(
            told.contains("place 2 (district-matam): this identifier stands in the file twice"),
            "{told}"
        );
        assert!(refused("places = 3").contains("place"));
    }
}
