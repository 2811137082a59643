//! The claims of a signed prescription: a CBOR Web Token with the prescription in it. Whoever reads them has verified the
//! signature, and still believes no length.

use ciborium::Value;
use std::fmt;
use teranga_clinic::{
    id::PrescriptionId,
    prescription::{LINES, PrescribedLine, PrescribedTo, SignedPrescription},
    time::Timestamp,
};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

/// The claims. They name a patient, so `Debug` prints a placeholder.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who issued it, as `SN`.
    pub issuer: String,
    /// Time of signing, exact to a second.
    pub at: Timestamp,
    /// End of validity, exact to a second.
    pub valid_until: Timestamp,
    /// Identifier.
    pub prescription: PrescriptionId,
    /// The prescription that it replaces.
    pub replaces: Option<PrescriptionId>,
    /// Name of the post.
    pub post: String,
    /// The patient.
    pub patient: PrescribedTo,
    /// Name of the prescriber.
    pub by: String,
    /// Number of the prescriber in the register of the order; empty if it is not known.
    pub order_number: String,
    /// The drugs. Their products are not told.
    pub lines: Vec<PrescribedLine>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(‹redacted›)")
    }
}

/// Bytes that are no claims of a prescription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// They are not CBOR, or something stands behind it.
    #[error("not CBOR")]
    Cbor,
    /// A claim is missing or has the wrong type.
    #[error("a claim is missing or has the wrong type")]
    Shape,
    /// The prescription is written in a later version of its table.
    #[error("version {0} of the table")]
    Version(u64),
}

impl Claims {
    /// The claims of a prescription. Every text is composed (NFC).
    pub fn of(signed: &SignedPrescription, issuer: &str) -> Self {
        let nfc = |text: &str| text.nfc().collect::<String>();
        let PrescribedTo { name, sex, age } = signed.patient.reveal();
        let line = |line: &PrescribedLine| PrescribedLine {
            product: None,
            atc: line.atc.clone(),
            drug: nfc(&line.drug),
            directions: nfc(&line.directions),
            days: line.days,
            quantity: line.quantity,
            unit: line.unit.clone(),
        };
        Self {
            issuer: issuer.to_owned(),
            at: whole_seconds(signed.at),
            valid_until: whole_seconds(signed.valid_until),
            prescription: signed.prescription,
            replaces: signed.replaces,
            post: nfc(&signed.post),
            patient: PrescribedTo { name: nfc(name), sex: sex.clone(), age: nfc(age) },
            by: nfc(signed.by.reveal()),
            order_number: signed
                .order_number
                .as_ref()
                .map_or_else(String::new, |number| nfc(number.reveal())),
            lines: signed.lines.reveal().iter().map(line).collect(),
        }
    }

    /// The claims in CBOR.
    ///
    /// # Panics
    /// Never: memory takes all of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let claims = map([
            (ISSUER, text(&self.issuer)),
            (EXPIRES, seconds(self.valid_until)),
            (ISSUED, seconds(self.at)),
            (HEALTH, map([(PRESCRIPTION, self.prescription())])),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&claims, &mut bytes).expect("memory takes all of it");
        bytes
    }

    fn prescription(&self) -> Value {
        let id = |id: PrescriptionId| Value::Bytes(id.0.as_bytes().to_vec());
        let line = |line: &PrescribedLine| {
            let words = [&line.atc, &line.drug, &line.directions].map(|word| text(word));
            let numbers = [u64::from(line.days), u64::from(line.quantity)].map(Value::from);
            Value::Array(words.into_iter().chain(numbers).chain([text(&line.unit)]).collect())
        };
        let PrescribedTo { name, sex, age } = &self.patient;
        let fields = [
            (1, Value::from(VERSION)),
            (2, id(self.prescription)),
            (3, text(&self.post)),
            (4, Value::Array([name, sex, age].map(|word| text(word)).into())),
            (5, Value::Array([&self.by, &self.order_number].map(|word| text(word)).into())),
            (6, Value::Array(self.lines.iter().map(line).collect())),
        ];
        map(fields.into_iter().chain(self.replaces.map(|replaced| (7, id(replaced)))))
    }

    /// Reads claims.
    ///
    /// # Errors
    /// [`ClaimsError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ClaimsError> {
        let mut rest = bytes;
        let value: Value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEPTH)
            .map_err(|_| ClaimsError::Cbor)?;
        if !rest.is_empty() {
            return Err(ClaimsError::Cbor);
        }
        let fields = get(&get(&value, HEALTH)?, PRESCRIPTION)?;
        match number(&get(&fields, 1)?)? {
            VERSION => {}
            other => return Err(ClaimsError::Version(other)),
        }
        let [name, sex, age] = words(&get(&fields, 4)?)?;
        let [by, order_number] = words(&get(&fields, 5)?)?;
        let lines = array(&get(&fields, 6)?)?.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let replaces = get(&fields, 7).ok().map(|replaced| identifier(&replaced)).transpose()?;
        if lines.is_empty() || lines.len() > LINES {
            return Err(ClaimsError::Shape);
        }
        Ok(Self {
            issuer: word(&get(&value, ISSUER)?)?,
            at: time(&get(&value, ISSUED)?)?,
            valid_until: time(&get(&value, EXPIRES)?)?,
            prescription: identifier(&get(&fields, 2)?)?,
            replaces,
            post: word(&get(&fields, 3)?)?,
            patient: PrescribedTo { name, sex, age },
            by,
            order_number,
            lines,
        })
    }
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp(at.0 / 1_000 * 1_000)
}

fn seconds(at: Timestamp) -> Value {
    Value::from(at.0 / 1_000)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Value::from(key), value)).collect())
}

fn get(value: &Value, key: i64) -> Result<Value, ClaimsError> {
    let entries = value.as_map().ok_or(ClaimsError::Shape)?;
    let found = entries.iter().find(|(known, _)| *known == Value::from(key));
    found.map(|(_, value)| value.clone()).ok_or(ClaimsError::Shape)
}

fn array(value: &Value) -> Result<&[Value], ClaimsError> {
    value.as_array().map(Vec::as_slice).ok_or(ClaimsError::Shape)
}

fn number(value: &Value) -> Result<u64, ClaimsError> {
    value.as_integer().and_then(|number| u64::try_from(number).ok()).ok_or(ClaimsError::Shape)
}

fn time(value: &Value) -> Result<Timestamp, ClaimsError> {
    number(value)?.checked_mul(1_000).map(Timestamp).ok_or(ClaimsError::Shape)
}

fn word(value: &Value) -> Result<String, ClaimsError> {
    value.as_text().map(str::to_owned).ok_or(ClaimsError::Shape)
}

fn words<const N: usize>(value: &Value) -> Result<[String; N], ClaimsError> {
    let words = array(value)?.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    words.try_into().map_err(|_| ClaimsError::Shape)
}

fn identifier(value: &Value) -> Result<PrescriptionId, ClaimsError> {
    let bytes = value.as_bytes().and_then(|bytes| Uuid::from_slice(bytes).ok());
    bytes.map(PrescriptionId).ok_or(ClaimsError::Shape)
}

fn line(value: &Value) -> Result<PrescribedLine, ClaimsError> {
    let [atc, drug, directions, days, quantity, unit] = array(value)? else { return Err(ClaimsError::Shape) };
    Ok(PrescribedLine {
        product: None,
        atc: word(atc)?,
        drug: word(drug)?,
        directions: word(directions)?,
        days: number(days)?.try_into().map_err(|_| ClaimsError::Shape)?,
        quantity: number(quantity)?.try_into().map_err(|_| ClaimsError::Shape)?,
        unit: word(unit)?,
    })
}

/// The version of the table of fields.
const VERSION: u64 = 1;
/// The registered claims (RFC 8392, section 3.1), and the claim of health certificates.
const ISSUER: i64 = 1;
const EXPIRES: i64 = 4;
const ISSUED: i64 = 6;
const HEALTH: i64 = -260;
/// Our place in the claim of health certificates.
const PRESCRIPTION: i64 = -7;
/// Maps and arrays within each other: five in a prescription.
const DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        let line = PrescribedLine {
            product: None,
            atc: "J01CA04".into(),
            drug: "amoxicilline".into(),
            directions: "1 comprimé".into(),
            days: 5,
            quantity: 10,
            unit: "comprimés".into(),
        };
        Claims {
            issuer: "SN".into(),
            at: Timestamp(1_800_000_000_000),
            valid_until: Timestamp(1_807_776_000_000),
            prescription: PrescriptionId(Uuid::from_u128(1)),
            replaces: Some(PrescriptionId(Uuid::from_u128(2))),
            post: "Poste".into(),
            patient: PrescribedTo::default(),
            by: "Dr Awa Ndiaye".into(),
            order_number: String::new(),
            lines: vec![line],
        }
    }

    #[test]
    fn claims_are_read_as_they_were_written_and_nothing_may_follow() {
        let bytes = claims().to_bytes();
        assert_eq!(Claims::read(&bytes), Ok(claims()));
        assert_eq!(Claims::read(&[&bytes[..], &[0]].concat()), Err(ClaimsError::Cbor));
        for end in 0..bytes.len() {
            assert!(Claims::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn what_is_missing_too_many_too_deep_or_of_tomorrow_is_refused() {
        let with = |lines: usize| Claims { lines: vec![claims().lines[0].clone(); lines], ..claims() };
        for lines in [0, LINES + 1] {
            assert_eq!(Claims::read(&with(lines).to_bytes()), Err(ClaimsError::Shape));
        }
        assert_eq!(Claims::read(&[0x81; 4_000]), Err(ClaimsError::Cbor));
        assert_eq!(Claims::read(&[0xa0]), Err(ClaimsError::Shape));
        let mut tomorrow = claims().to_bytes();
        let field = tomorrow.windows(2).position(|pair| pair == [1, 1]).unwrap();
        tomorrow[field + 1] = 2;
        assert_eq!(Claims::read(&tomorrow), Err(ClaimsError::Version(2)));
    }
}
