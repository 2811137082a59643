//! A list of structures as a table.

use super::{
    cells::{Form, Row, read_table},
    reading::{Reading, STRUCTURES_MAX, located, name, phone},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
};
use teranga_clinic::{
    people::Place,
    structure::{Bounds, Capability, Structure},
};

/// The columns of a list, all of them and in this order.
pub const COLUMNS: [&str; 11] = [
    "id",
    "name",
    "kind",
    "district",
    "region",
    "latitude",
    "longitude",
    "position",
    "phone",
    "capabilities",
    "hours",
];

const FORM: Form = Form { columns: &COLUMNS, rows_max: STRUCTURES_MAX, rows: "structures" };

/// Reads a list. Each structure is open, confirmed by nobody, and not marked as demonstration.
pub fn read_csv(bytes: &[u8], bounds: &Bounds) -> Reading {
    let mut line_of = BTreeMap::new();
    read_table(bytes, &FORM, |row| {
        let structure = structure(row, bounds);
        let id = name(row.first()).ok();
        if let Some(first) = id.and_then(|id| line_of.insert(id, row.line)) {
            row.flaw("id", format!("line {first} has this identifier, too"));
        }
        structure
    })
}

/// The structure of a row, if every cell can be used.
fn structure(row: &mut Row<'_>, bounds: &Bounds) -> Option<Structure> {
    if !row.is_whole() {
        return None;
    }
    let place = place(row);
    let kind = row.read("kind", word);
    let quality = row.read("position", word);
    let latitude = row.read("latitude", degrees);
    let longitude = row.read("longitude", degrees);
    let capabilities = row.read("capabilities", capabilities);
    let hours = row.read("hours", word);
    let (degrees, quality) = ((latitude?, longitude?), quality?);
    let position = row.keep("latitude", located(bounds, degrees, quality))?;
    Some(Structure {
        position,
        quality,
        capabilities: capabilities?,
        hours: hours?,
        ..Structure::new(place?, kind?)
    })
}

fn place(row: &mut Row<'_>) -> Option<Place> {
    let [id, name, district, region] = ["id", "name", "district", "region"].map(|one| row.read(one, name));
    let phone = row.read("phone", phone);
    Some(Place { id: id?, name: name?, district: district?, region: region?, phone: phone? })
}

fn word<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn capabilities(text: &str) -> Result<BTreeSet<Capability>, String> {
    text.split_whitespace().map(word).collect()
}

/// A number of degrees, or none if the cell is empty.
fn degrees(text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let shown: String = text.chars().take(40).collect();
    let number = text.parse().map_err(|_| format!("{shown} is no number of degrees, as 15.66 or -13.26"))?;
    Ok(Some(number))
}

#[cfg(test)]
mod tests {
    use super::{super::reading::FLAWS_MAX, *};
    use teranga_clinic::structure::{Hours, Position, PositionQuality, SENEGAL, StructureKind};

    const MATAM: &str = "district-matam,Centre de santé de Matam,district,Matam,Matam,15.66,-13.26,approximate,\
                         33 966 11 22,laboratory maternity,24h";

    fn read(rows: &[&str]) -> Reading {
        read_csv(format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n")).as_bytes(), &SENEGAL)
    }

    fn refused(row: &str) -> String {
        let reading = read(&[MATAM, row]);
        assert_eq!((reading.entries.len(), reading.flaws.len()), (1, 1), "{reading:?}");
        reading.flaws[0].to_string()
    }

    #[test]
    fn a_structure_is_read_with_all_that_is_known_of_it() {
        let reading = read(&[MATAM]);
        assert_eq!(reading.flaws, []);
        let one = &reading.entries[0];
        assert_eq!((one.place.id.as_str(), one.kind), ("district-matam", StructureKind::District));
        assert_eq!(one.position, Some(Position { latitude: 15.66, longitude: -13.26 }));
        assert_eq!((one.quality, one.hours), (PositionQuality::Approximate, Hours::DayAndNight));
        assert_eq!(one.capabilities, [Capability::Laboratory, Capability::Maternity].into());
        assert!(!one.demo && !one.closed && one.confirmed_at.is_none());
    }

    #[test]
    fn the_file_of_a_french_spreadsheet_is_read() {
        let text = format!("\u{feff}{}\r\n{}\r\n", COLUMNS.join(";"), MATAM.replace(',', ";"));
        assert_eq!(read_csv(text.as_bytes(), &SENEGAL), read(&[MATAM]));
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let bad = MATAM.replace("district-matam", "other").replace("24h", "always");
        let quoted = MATAM.replace("Centre de santé de Matam", "\"Centre de santé,\nMatam\"");
        for end in ["\n", "\r\n"] {
            let text =
                format!("{}{end}{end}{end}{MATAM}{end}{bad}{end}{end}{quoted}{end}{bad}", COLUMNS.join(","));
            let reading = read_csv(text.as_bytes(), &SENEGAL);
            let told: Vec<_> = reading.flaws.iter().map(|flaw| flaw.at.as_str()).collect();
            let expected = [
                "line 5, column hours",
                "line 7, column name",
                "line 7, column id",
                "line 9, column hours",
                "line 9, column id",
            ];
            assert_eq!(told, expected, "{end:?}");
        }
    }

    #[test]
    fn every_flaw_of_a_line_is_told() {
        let reading = read(&["post-a,,hospice,,Matam,north,-13.26,near,call me,scanner,always"]);
        let told: Vec<_> = reading.flaws.iter().map(|flaw| flaw.at.rsplit(' ').next().unwrap()).collect();
        let expected = ["name", "district", "phone", "kind", "position", "latitude", "capabilities", "hours"];
        assert_eq!((reading.entries.len(), told), (0, expected.to_vec()));
    }

    #[test]
    fn an_error_names_the_line_the_column_and_what_is_wrong() {
        for (from, to, said) in [
            ("15.66", "157.4", "line 3, column latitude: 157.4, -13.26 is outside of the country"),
            (
                "15.66,-13.26",
                "-13.26,15.66",
                "line 3, column latitude: latitude and longitude seem to be swapped",
            ),
            ("15.66,-13.26", "0,0.0", "line 3, column latitude: 0, 0 is not a position"),
            ("-13.26", "", "give latitude and longitude together"),
            ("15.66", "15°39", "line 3, column latitude: 15°39 is no number"),
            ("15.66", "NaN", "line 3, column latitude: NaN"),
            ("approximate", "unknown", "the position is exact, approximate or district_seat"),
            (",district,", ",hospice,", "line 3, column kind: \"hospice\" is not known here"),
            ("Centre de santé de Matam", " ", "line 3, column name: a name must have at least one letter"),
            ("laboratory", "scanner", "line 3, column capabilities: \"scanner\" is not known here"),
            ("33 966 11 22", "call me", "line 3, column phone: a telephone number"),
            (",24h", ",always", "line 3, column hours"),
            (",24h", "", "line 3, column hours: the line has 10 columns and not 11"),
            (",24h", ",24h,24h", "the line has 12 columns and not 11"),
        ] {
            let told = refused(&MATAM.replace("district-matam", "other").replacen(from, to, 1));
            assert!(told.contains(said), "{told}");
        }
        assert!(refused(MATAM).contains("line 3, column id: line 2 has this identifier, too"));
    }

    #[test]
    fn a_file_that_is_no_list_says_so() {
        for (bytes, said) in [
            (&b""[..], "the columns are id,name"),
            (b"id,name\n", "line 1: the columns are"),
            (b"id,name\xff", "not UTF-8"),
        ] {
            let reading = read_csv(bytes, &SENEGAL);
            assert!(reading.entries.is_empty() && reading.flaws[0].to_string().contains(said), "{reading:?}");
        }
    }

    #[test]
    fn rows_and_flaws_are_bounded() {
        let rows: Vec<_> =
            (0..50_000).map(|one| MATAM.replace("district-matam", &format!("post-{one}"))).collect();
        let reading = read(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(reading.entries.len(), STRUCTURES_MAX);
        assert_eq!(reading.flaws.len(), 1);
        assert!(reading.flaws[0].to_string().contains("at most 8000 structures"));
        let twice = read(&vec![MATAM; FLAWS_MAX + 5]);
        assert_eq!((twice.entries.len(), twice.flaws.len(), twice.more_flaws), (1, FLAWS_MAX, 4));
        let long = "x".repeat(1_000_000);
        for (column, _) in MATAM.split(',').enumerate() {
            let mut cells: Vec<_> = MATAM.split(',').collect();
            cells[column] = &long;
            let reading = read(&[&cells.join(",")]);
            assert!(reading.entries.is_empty(), "column {column}");
            assert!(reading.flaws.iter().all(|flaw| flaw.to_string().len() < 300), "column {column}");
        }
    }
}
