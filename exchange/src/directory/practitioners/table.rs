//! A list of specialists as a table.

use super::entry::{self, PRACTITIONERS_MAX, Practitioner};
use crate::directory::{
    cells::{Form, Row, read_table},
    reading::Reading,
};
use std::collections::BTreeMap;

/// The columns of a list of specialists, all of them and in this order.
pub const PRACTITIONER_COLUMNS: [&str; 7] =
    ["order", "name", "specialities", "structure", "phone", "email", "active"];

const FORM: Form = Form { columns: &PRACTITIONER_COLUMNS, rows_max: PRACTITIONERS_MAX, rows: "specialists" };

/// Reads a list of specialists.
pub fn read_practitioner_csv(bytes: &[u8]) -> Reading<Practitioner> {
    let mut line_of = BTreeMap::new();
    read_table(bytes, &FORM, |row| {
        let practitioner = practitioner(row);
        let number = entry::order_number(row.first()).ok();
        if let Some(first) = number.and_then(|number| line_of.insert(number, row.line)) {
            row.flaw("order", format!("line {first} has this number, too"));
        }
        practitioner
    })
}

/// The specialist of a row, if every cell can be used.
fn practitioner(row: &mut Row<'_>) -> Option<Practitioner> {
    if !row.is_whole() {
        return None;
    }
    let order_number = row.read("order", entry::order_number);
    let name = row.read("name", entry::shown_name);
    let specialities =
        row.read("specialities", |cell| entry::specialities(cell.split_whitespace().map(entry::speciality)));
    let structure = row.read("structure", entry::structure);
    let phone = row.read("phone", entry::phone);
    let email = row.read("email", entry::email);
    let active = row.read("active", yes_or_no);
    Some(Practitioner {
        at: format!("line {}", row.line),
        order_number: order_number?,
        name: name?,
        specialities: specialities?,
        structure: structure?,
        phone: phone?,
        email: email?,
        active: active?,
    })
}

fn yes_or_no(cell: &str) -> Result<bool, String> {
    match cell {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::people::Speciality;

    const AWA: &str =
        "sn-1234,Dr Awa Ndiaye,obstetrics general obstetrics,hopital-dakar,77 123 45 67,awa@example.sn,yes";

    fn read(rows: &[&str]) -> Reading<Practitioner> {
        let text = format!("{}\n{}\n", PRACTITIONER_COLUMNS.join(","), rows.join("\n"));
        read_practitioner_csv(text.as_bytes())
    }

    #[test]
    fn a_specialist_is_read_with_all_that_is_known() {
        let reading = read(&[AWA, "SN-7,Dr Ba,surgery,hopital-matam,,,no"]);
        assert_eq!(reading.flaws, []);
        let [awa, ba] = &reading.entries[..] else { panic!("{reading:?}") };
        assert_eq!((awa.at.as_str(), awa.order_number.reveal().as_str()), ("line 2", "SN-1234"));
        assert_eq!(awa.specialities, [Speciality::Obstetrics, Speciality::General]);
        assert_eq!(awa.phone, Some("+221771234567".into()));
        assert_eq!((&ba.phone, &ba.email, ba.active), (&None, &None, false));
    }

    #[test]
    fn every_flaw_is_told_with_its_line_and_nothing_of_the_person() {
        let reading =
            read(&[AWA, "x,,dentistry,,12,awa,maybe", AWA, "SN-8,Dr Ba,,hopital-matam,,,yes", "SN-9"]);
        let told: Vec<_> = reading.flaws.iter().map(|flaw| flaw.at.as_str()).collect();
        let of_line_3 = ["order", "name", "specialities", "structure", "phone", "email", "active"];
        let expected: Vec<_> = of_line_3.iter().map(|column| format!("line 3, column {column}")).collect();
        assert_eq!(told[..7], expected);
        assert_eq!(told[7..], ["line 4, column order", "line 5, column specialities", "line 6, column name"]);
        assert_eq!(reading.entries.len(), 1);
        let text = format!("{:?} {:?}", reading.flaws, reading.entries);
        assert!(!text.contains("Ndiaye") && !text.contains("1234567") && !text.contains("1234"), "{text}");
    }

    #[test]
    fn rows_are_bounded_and_another_file_says_so() {
        let rows: Vec<_> = (0..6_000).map(|one| AWA.replace("sn-1234", &format!("sn-{one}"))).collect();
        let reading = read(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((reading.entries.len(), reading.flaws.len()), (PRACTITIONERS_MAX, 1));
        assert!(reading.flaws[0].to_string().contains("at most 5000 specialists"));
        let other = read_practitioner_csv(b"id,name\n");
        assert!(other.flaws[0].to_string().contains("the columns are order,name"), "{other:?}");
    }
}
