//! Tables (RFC 4180, UTF-8). The separator is a comma, or a semicolon, which spreadsheets write in French.

use super::reading::Reading;
use csv::{ReaderBuilder, StringRecord, Trim};

/// A cell that cannot be used: its column and the reason.
type CellFlaw = (&'static str, String);

/// The form of a table.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// The columns, all of them and in this order.
    pub(super) columns: &'static [&'static str],
    /// The most rows.
    pub(super) rows_max: usize,
    /// The word for the rows, as `structures`.
    pub(super) rows: &'static str,
}

/// Reads a table. `read` gives the entry of a row and adds what is wrong with it to the row; an entry with a flaw is left out.
pub(super) fn read_table<T>(
    bytes: &[u8],
    form: &Form,
    mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Reading<T> {
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
    if !rows.next().is_some_and(|row| row.is_ok_and(|row| row == *form.columns)) {
        return Reading::unreadable("line 1", format!("the columns are {}", form.columns.join(",")));
    }
    let mut lines = Lines { text, byte: 0, line: 1 };
    let mut reading = Reading::default();
    for (number, row) in rows.enumerate() {
        if number == form.rows_max {
            reading.refuse("the file", format!("a list has at most {} {}", form.rows_max, form.rows));
            break;
        }
        match row {
            Ok(cells) => take(&mut reading, form, &cells, lines.line_of(&cells), &mut read),
            Err(error) => {
                reading.refuse("the file", error.to_string());
                break;
            }
        }
    }
    reading
}

/// Takes the entry of a row, or what is wrong with it.
fn take<T>(
    reading: &mut Reading<T>,
    form: &Form,
    cells: &StringRecord,
    line: usize,
    read: &mut impl FnMut(&mut Row<'_>) -> Option<T>,
) {
    let mut row = Row { cells, columns: form.columns, line, flaws: Vec::new() };
    let entry = read(&mut row);
    reading.entries.extend(entry.filter(|_| row.flaws.is_empty()));
    for (column, reason) in row.flaws {
        reading.refuse(format!("line {line}, column {column}"), reason);
    }
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
pub(super) struct Row<'a> {
    cells: &'a StringRecord,
    columns: &'static [&'static str],
    /// The line on which it begins.
    pub(super) line: usize,
    flaws: Vec<CellFlaw>,
}

impl<'a> Row<'a> {
    /// True if it has as many cells as the table has columns. Otherwise that is a flaw.
    pub(super) fn is_whole(&mut self) -> bool {
        let (count, columns) = (self.cells.len(), self.columns.len());
        if count != columns {
            let column = self.columns.get(count).or(self.columns.last()).copied().unwrap_or_default();
            self.flaw(column, format!("the line has {count} columns and not {columns}"));
        }
        count == columns
    }

    /// The text of the first cell.
    pub(super) fn first(&self) -> &'a str {
        self.cells.get(0).unwrap_or_default()
    }

    /// The value of a cell, or none if it is a flaw, which is then remembered.
    pub(super) fn read<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        let at = self.columns.iter().position(|one| *one == column)?;
        let value = read(self.cells.get(at).unwrap_or_default());
        self.keep(column, value)
    }

    /// The value, or none if it is a flaw, which is then remembered.
    pub(super) fn keep<T>(&mut self, column: &'static str, value: Result<T, String>) -> Option<T> {
        value.map_err(|reason| self.flaw(column, reason)).ok()
    }

    /// Remembers that a cell cannot be used.
    pub(super) fn flaw(&mut self, column: &'static str, reason: String) {
        self.flaws.push((column, reason));
    }
}
