//! The facts of one consultation as they come from a store, read strictly: numbered from 1 without a gap, each one
//! understood, each one following from those before. Otherwise the whole consultation is set aside: nothing is folded
//! past the first row that is not understood, the rows stay as they are, and operations are told.

use crate::{
    consultation::Consultation,
    fact::{
        Fact,
        stored::{Body, Codec, Unreadable},
    },
    id::{ConsultationId, PartyId},
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One row of the journal as a store keeps it; nothing in it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// The number within the consultation.
    pub number: i64,
    /// The version of the stored form.
    pub version: i64,
    /// The time of the fact.
    pub at: Timestamp,
    /// The party that did it; none for the server's own clock.
    pub by: Option<PartyId>,
    /// The stored form; none if the row is not as it was written.
    pub what: Option<Pii<String>>,
}

/// A consultation all of whose rows were understood: its facts, oldest first, and the state they lead to.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    facts: Vec<Fact>,
    consultation: Consultation,
}

/// A consultation that cannot be read. It is not shown, not resumed and never written to until a program reads all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SetAside {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The reason why it cannot be read.
    pub reason: SetAsideReason,
    /// Number of the first fact that cannot be read, counted from 1.
    pub number: u32,
    /// Time of that fact, by the server's clock, ms since 1970: up to then everything can be read.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub since: Timestamp,
}

/// Why a consultation is set aside. The names are stable: they stand in logs and on the operations page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// A newer program wrote a fact in a version that this one does not know.
    UnknownVersion,
    /// A fact is of a kind that this program does not know.
    UnknownKind,
    /// A fact has a field that this program does not know.
    UnknownField,
    /// A fact has a value that this program does not know.
    UnknownValue,
    /// A fact was cut short.
    CutShort,
    /// A fact is damaged in another way.
    Damaged,
    /// A number is missing, or every fact is.
    Gap,
    /// Two facts have one number.
    SameNumber,
    /// A fact does not follow from those before it.
    OutOfOrder,
    /// It contradicts another consultation: somebody would sit in both.
    Conflict,
}

/// A consultation as a store has it: readable, or set aside.
pub type Reading = Result<History, SetAside>;

impl History {
    /// Reads the rows of a consultation, in the order of their numbers.
    ///
    /// # Errors
    /// [`SetAside`] at the first row that is not understood.
    pub fn read(consultation: ConsultationId, rows: &[FactRow], codec: &Codec) -> Reading {
        let mut history: Option<Self> = None;
        for (row, expected) in rows.iter().zip(1..) {
            let aside = |reason| SetAside { consultation, reason, number: expected, since: row.at };
            let next = fact(row, expected, codec).map_err(aside)?;
            history = Some(follow(history, next, consultation).map_err(aside)?);
        }
        let reason = SetAsideReason::Gap;
        history.ok_or(SetAside { consultation, reason, number: 1, since: Timestamp::default() })
    }

    /// The facts, oldest first; at least the request.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The state they lead to.
    pub const fn consultation(&self) -> &Consultation {
        &self.consultation
    }

    /// The history as it stood after so many facts; none if there were never so many.
    pub fn up_to(&self, facts: u32) -> Option<Self> {
        let facts = self.facts.get(..usize::try_from(facts).ok()?)?;
        let consultation = Consultation::replay(facts).ok()?;
        Some(Self { facts: facts.to_vec(), consultation })
    }

    /// The entry of this consultation if it contradicts another one, although its own facts can be read.
    pub fn contradicted(&self) -> SetAside {
        SetAside {
            consultation: self.consultation.id(),
            reason: SetAsideReason::Conflict,
            number: u32::try_from(self.facts.len()).unwrap_or(u32::MAX),
            since: self.facts.last().map_or_else(Timestamp::default, |fact| fact.at),
        }
    }

    /// The state alone.
    pub fn into_consultation(self) -> Consultation {
        self.consultation
    }
}

impl SetAsideReason {
    /// The stable name, for a log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownVersion => "unknown_version",
            Self::UnknownKind => "unknown_kind",
            Self::UnknownField => "unknown_field",
            Self::UnknownValue => "unknown_value",
            Self::CutShort => "cut_short",
            Self::Damaged => "damaged",
            Self::Gap => "gap",
            Self::SameNumber => "same_number",
            Self::OutOfOrder => "out_of_order",
            Self::Conflict => "conflict",
        }
    }
}

impl From<Unreadable> for SetAsideReason {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Version => Self::UnknownVersion,
            Unreadable::Kind => Self::UnknownKind,
            Unreadable::Field => Self::UnknownField,
            Unreadable::Value => Self::UnknownValue,
            Unreadable::Cut => Self::CutShort,
            Unreadable::Damaged => Self::Damaged,
        }
    }
}

/// The fact in a row that should have the number `expected`.
fn fact(row: &FactRow, expected: u32, codec: &Codec) -> Result<Fact, SetAsideReason> {
    match row.number - i64::from(expected) {
        0 => {}
        -1 if expected > 1 => return Err(SetAsideReason::SameNumber),
        _ => return Err(SetAsideReason::Gap),
    }
    let version = u32::try_from(row.version).map_err(|_| SetAsideReason::UnknownVersion)?;
    let what = row.what.as_ref().ok_or(SetAsideReason::Damaged)?;
    let Body { what, staff } = codec.decode(version, what.reveal())?;
    Ok(Fact { at: row.at, by: row.by.clone(), staff, what })
}

/// The history with one fact more.
fn follow(history: Option<History>, next: Fact, id: ConsultationId) -> Result<History, SetAsideReason> {
    let out_of_order = |_| SetAsideReason::OutOfOrder;
    let Some(mut history) = history else {
        let consultation = Consultation::open(&next).map_err(out_of_order)?;
        let own = consultation.id() == id;
        let history = History { facts: vec![next], consultation };
        return own.then_some(history).ok_or(SetAsideReason::OutOfOrder);
    };
    history.consultation.apply(&next).map_err(out_of_order)?;
    history.facts.push(next);
    Ok(history)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{fact::stored::CODEC, sample::sample_facts};
    use uuid::Uuid;

    const ID: ConsultationId = ConsultationId(Uuid::from_u128(7));

    /// The rows that a store keeps of these facts.
    pub(crate) fn rows(facts: &[Fact]) -> Vec<FactRow> {
        let row = |(number, fact): (i64, &Fact)| {
            let stored = CODEC.encode(&fact.what, fact.staff.as_ref());
            let (version, what) = (stored.version.into(), Some(stored.json.into()));
            FactRow { number, version, at: fact.at, by: fact.by.clone(), what }
        };
        (1..).zip(facts).map(row).collect()
    }

    /// Damages the rows of the sample, and gives the reason and the number of the fact at which it is set aside.
    fn damaged(damage: impl FnOnce(&mut Vec<FactRow>)) -> (SetAsideReason, u32) {
        let mut rows = rows(&sample_facts(ID));
        damage(&mut rows);
        let aside = History::read(ID, &rows, &CODEC).unwrap_err();
        assert_eq!(aside.consultation, ID);
        (aside.reason, aside.number)
    }

    #[test]
    fn a_whole_story_is_read() {
        let facts = sample_facts(ID);
        let history = History::read(ID, &rows(&facts), &CODEC).unwrap();
        assert_eq!(history.facts(), facts);
        assert_eq!(history.consultation(), &Consultation::replay(&facts).unwrap());
    }

    #[test]
    fn numbers_that_do_not_follow_are_told_apart() {
        assert_eq!(damaged(Vec::clear), (SetAsideReason::Gap, 1));
        assert_eq!(damaged(|rows| drop(rows.remove(0))), (SetAsideReason::Gap, 1));
        assert_eq!(damaged(|rows| drop(rows.remove(2))), (SetAsideReason::Gap, 3));
        assert_eq!(damaged(|rows| rows.insert(2, rows[1].clone())), (SetAsideReason::SameNumber, 3));
        assert_eq!(damaged(|rows| rows[0].number = 0), (SetAsideReason::Gap, 1));
    }

    #[test]
    fn a_row_that_is_not_understood_is_not_folded_past() {
        assert_eq!(damaged(|rows| rows[4].version = 99), (SetAsideReason::UnknownVersion, 5));
        assert_eq!(damaged(|rows| rows[4].version = -1), (SetAsideReason::UnknownVersion, 5));
        let write = |number: usize, what: &'static str| {
            damaged(move |rows| rows[number - 1].what = Some(what.into()))
        };
        assert_eq!(write(4, r#"{"what":{"kind":"paused"}}"#), (SetAsideReason::UnknownKind, 4));
        assert_eq!(write(4, r#"{"what":{"kind":"left","why":"x"}}"#), (SetAsideReason::UnknownField, 4));
        assert_eq!(
            write(7, r#"{"what":{"kind":"closed","disposition":"x"}}"#),
            (SetAsideReason::UnknownValue, 7)
        );
        assert_eq!(write(4, r#"{"what":{"kind":"le"#), (SetAsideReason::CutShort, 4));
        assert_eq!(write(4, "rubbish"), (SetAsideReason::Damaged, 4));
    }

    #[test]
    fn a_fact_out_of_order_is_not_folded() {
        let swap = |a: usize, b: usize| {
            damaged(move |rows| {
                rows.swap(a, b);
                let (a_number, b_number) = (rows[a].number, rows[b].number);
                (rows[a].number, rows[b].number) = (b_number, a_number);
            })
        };
        assert_eq!(swap(0, 1), (SetAsideReason::OutOfOrder, 1));
        assert_eq!(swap(5, 6), (SetAsideReason::OutOfOrder, 7));
        let foreign = History::read(ConsultationId(Uuid::from_u128(8)), &rows(&sample_facts(ID)), &CODEC);
        assert_eq!(foreign.unwrap_err().reason, SetAsideReason::OutOfOrder);
    }

    #[test]
    fn the_code_is_the_name_on_the_wire() {
        for reason in [SetAsideReason::UnknownVersion, SetAsideReason::SameNumber, SetAsideReason::Conflict] {
            assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{}\"", reason.code()));
        }
    }
}
