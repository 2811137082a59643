//! A specialist of a list, and how the values of a list are read.

use crate::directory::reading::{Reading, name};
use std::collections::BTreeMap;
use teranga_clinic::{contact, people::Speciality, pii::Pii, text};

/// The most specialists of one list. Senegal has some 2,500 doctors.
pub const PRACTITIONERS_MAX: usize = 5_000;

/// A specialist of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practitioner {
    /// Where the list names them, as `line 3` or `entry 7 (Practitioner/abc)`: it stands for the name in what an operator reads.
    pub at: String,
    /// The number in the register of the professional order, in its stored form.
    pub order_number: Pii<String>,
    /// The name to show.
    pub name: Pii<String>,
    /// The specialities, at least one, each once.
    pub specialities: Vec<Speciality>,
    /// The identifier of the structure, which the reader of the list does not look up.
    pub structure: String,
    /// The telephone in the form of ITU-T E.164, if the list has one.
    pub phone: Option<Pii<String>>,
    /// The e-mail address, if the list has one.
    pub email: Option<Pii<String>>,
    /// False if the list says that they practise no more.
    pub active: bool,
}

pub(super) fn order_number(typed: &str) -> Result<Pii<String>, String> {
    text::order_number(typed).map(Pii::new).map_err(|flaw| flaw.to_string())
}

pub(super) fn shown_name(typed: &str) -> Result<Pii<String>, String> {
    name(typed).map(Pii::new)
}

pub(super) fn structure(typed: &str) -> Result<String, String> {
    name(typed)
}

/// A telephone number, or none if the list has none.
pub(super) fn phone(typed: &str) -> Result<Option<Pii<String>>, String> {
    optional(typed, |typed| contact::phone(typed).map_err(|flaw| flaw.to_string()))
}

/// An e-mail address, or none if the list has none.
pub(super) fn email(typed: &str) -> Result<Option<Pii<String>>, String> {
    optional(typed, |typed| contact::email(typed).map_err(|flaw| flaw.to_string()))
}

fn optional(
    typed: &str,
    read: impl FnOnce(&str) -> Result<String, String>,
) -> Result<Option<Pii<String>>, String> {
    if typed.is_empty() { Ok(None) } else { read(typed).map(|read| Some(Pii::new(read))) }
}

/// A speciality by its word on the wire.
pub(super) fn speciality(word: &str) -> Result<Speciality, String> {
    match word {
        "obstetrics" => Ok(Speciality::Obstetrics),
        "paediatrics" => Ok(Speciality::Paediatrics),
        "general" => Ok(Speciality::General),
        "surgery" => Ok(Speciality::Surgery),
        _ => {
            Err("one word is not known here; the words are obstetrics, paediatrics, general, surgery".into())
        }
    }
}

/// Each speciality once; a list without one is refused, because nobody could ring for them.
pub(super) fn specialities(
    words: impl Iterator<Item = Result<Speciality, String>>,
) -> Result<Vec<Speciality>, String> {
    let mut found = Vec::new();
    for word in words {
        let word = word?;
        if !found.contains(&word) {
            found.push(word);
        }
    }
    if found.is_empty() {
        return Err("name at least one of obstetrics, paediatrics, general, surgery".into());
    }
    Ok(found)
}

/// Takes a specialist into the reading, unless the number stands in the list before.
pub(super) fn take(
    reading: &mut Reading<Practitioner>,
    first_at: &mut BTreeMap<Pii<String>, String>,
    practitioner: Practitioner,
) {
    if let Some(first) = first_at.get(&practitioner.order_number) {
        let reason = format!("the number of the order stands at {first}, too");
        reading.refuse(practitioner.at, reason);
        return;
    }
    first_at.insert(practitioner.order_number.clone(), practitioner.at.clone());
    reading.entries.push(practitioner);
}
