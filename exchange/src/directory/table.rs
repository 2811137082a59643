//! A list of structures as a table (RFC 4180, UTF-8). The separator is a comma, or a semicolon, which spreadsheets write in French.

use super::reading::{Reading, STRUCTURES_MAX, located, name, phone};
use csv::{ReaderBuilder, StringRecord, Trim};
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

/// A cell that cannot be used: its column and the reason.
type CellFlaw = (&'static str, String);

/// Reads a list. Each structure is open, confirmed by nobody, and not marked as demonstration.
pub fn read_csv(bytes: &[u8], bounds: &Bounds) -> Reading {
    let Ok(text) = str::from_utf8(bytes) else {
        return Reading::unreadable("the file", "it is not UTF-8; save it as \"CSV UTF-8\"");
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let separator = if header.contains(';') { b';' } else { b',' };
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = rows.records();
    if !rows.next().is_some_and(|row| row.is_ok_and(|row| row == COLUMNS[..])) {
        return Reading::unreadable("line 1", format!("the columns are {}", COLUMNS.join(",")));
    }
    read_rows(rows, &mut Lines { text, byte: 0, line: 1 }, bounds)
}

fn read_rows(
    rows: impl Iterator<Item = csv::Result<StringRecord>>,
    lines: &mut Lines<'_>,
    bounds: &Bounds,
) -> Reading {
    let mut reading = Reading::default();
    let mut line_of = BTreeMap::new();
    for (number, row) in rows.enumerate() {
        if number == STRUCTURES_MAX {
            reading.refuse("the file", format!("a list has at most {STRUCTURES_MAX} structures"));
            break;
        }
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                reading.refuse("the file", error.to_string());
                break;
            }
        };
        let line = lines.line_of(&row);
        let mut read = Row { cells: &row, flaws: Vec::new() };
        let structure = read.structure(bounds);
        let id = row.get(0).and_then(|id| name(id).ok());
        if let Some(first) = id.and_then(|id| line_of.insert(id, line)) {
            read.flaws.push(("id", format!("line {first} has this identifier, too")));
        }
        reading.structures.extend(structure.filter(|_| read.flaws.is_empty()));
        for (column, reason) in read.flaws {
            reading.refuse(format!("line {line}, column {column}"), reason);
        }
    }
    reading
}

/// Counts the lines of a file as an editor does. The reader of rows is one line behind where lines end with CR LF.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line on which a row begins. Rows must be asked for in their order.
    fn line_of(&mut self, row: &StringRecord) -> usize {
        let bytes = self.text.as_bytes();
        let told =
            row.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let mut begin = told.clamp(self.byte, bytes.len());
        while bytes.get(begin).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            begin += 1;
        }
        self.line += self.text.get(self.byte..begin).map_or(0, |passed| passed.matches('\n').count());
        self.byte = begin;
        self.line
    }
}

/// A row while it is read, and what is wrong with it so far.
struct Row<'a> {
    cells: &'a StringRecord,
    flaws: Vec<CellFlaw>,
}

impl<'a> Row<'a> {
    /// The structure of the row, if every cell can be used.
    fn structure(&mut self, bounds: &Bounds) -> Option<Structure> {
        let count = self.cells.len();
        if count != COLUMNS.len() {
            let column = COLUMNS.get(count).copied().unwrap_or("hours");
            let reason = format!("the line has {count} columns and not {}", COLUMNS.len());
            self.flaws.push((column, reason));
            return None;
        }
        let place = self.place();
        let kind = self.read("kind", word);
        let quality = self.read("position", word);
        let latitude = self.read("latitude", degrees);
        let longitude = self.read("longitude", degrees);
        let capabilities = self.read("capabilities", capabilities);
        let hours = self.read("hours", word);
        let (degrees, quality) = ((latitude?, longitude?), quality?);
        let position = self.keep("latitude", located(bounds, degrees, quality))?;
        Some(Structure {
            position,
            quality,
            capabilities: capabilities?,
            hours: hours?,
            ..Structure::new(place?, kind?)
        })
    }

    fn place(&mut self) -> Option<Place> {
        let [id, name, district, region] =
            ["id", "name", "district", "region"].map(|one| self.read(one, name));
        let phone = self.read("phone", phone);
        Some(Place { id: id?, name: name?, district: district?, region: region?, phone: phone? })
    }

    fn read<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        let at = COLUMNS.iter().position(|one| *one == column)?;
        let value = read(self.cells.get(at).unwrap_or_default());
        self.keep(column, value)
    }

    /// The value, or none if it is a flaw, which is then remembered.
    fn keep<T>(&mut self, column: &'static str, value: Result<T, String>) -> Option<T> {
        value.map_err(|reason| self.flaws.push((column, reason))).ok()
    }
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
        assert_eq!((reading.structures.len(), reading.flaws.len()), (1, 1), "{reading:?}");
        reading.flaws[0].to_string()
    }

    #[test]
    fn a_structure_is_read_with_all_that_is_known_of_it() {
        let reading = read(&[MATAM]);
        assert_eq!(reading.flaws, []);
        let one = &reading.structures[0];
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
        assert_eq!((reading.structures.len(), told), (0, expected.to_vec()));
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
            assert!(
                reading.structures.is_empty() && reading.flaws[0].to_string().contains(said),
                "{reading:?}"
            );
        }
    }

    #[test]
    fn rows_and_flaws_are_bounded() {
        let rows: Vec<_> =
            (0..50_000).map(|one| MATAM.replace("district-matam", &format!("post-{one}"))).collect();
        let reading = read(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(reading.structures.len(), STRUCTURES_MAX);
        assert_eq!(reading.flaws.len(), 1);
        assert!(reading.flaws[0].to_string().contains("at most 8000 structures"));
        let twice = read(&vec![MATAM; FLAWS_MAX + 5]);
        assert_eq!((twice.structures.len(), twice.flaws.len(), twice.more_flaws), (1, FLAWS_MAX, 4));
        let long = "x".repeat(1_000_000);
        for (column, _) in MATAM.split(',').enumerate() {
            let mut cells: Vec<_> = MATAM.split(',').collect();
            cells[column] = &long;
            let reading = read(&[&cells.join(",")]);
            assert!(reading.structures.is_empty(), "column {column}");
            assert!(reading.flaws.iter().all(|flaw| flaw.to_string().len() < 300), "column {column}");
        }
    }
}
