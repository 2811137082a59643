//! The file of an import: a list of structures or of doctors, as a table or as a FHIR bundle. The whole file is checked before anything is stored, and each
//! error names the entry and says what to do.

use super::Failure;
use std::{fs, path::Path};
use teranga_exchange::directory::Reading;

/// The largest file, bytes. A structure takes some 150 bytes in a table and some 2 kB in a bundle.
const FILE_MAX: u64 = 16 * 1024 * 1024;

/// Reads a file with the reader of its form.
///
/// # Errors
/// It cannot be opened, is too large, or is neither a table nor a bundle.
pub(super) fn read<T>(
    path: &Path,
    table: impl FnOnce(&[u8]) -> Reading<T>,
    bundle: impl FnOnce(&[u8]) -> Reading<T>,
) -> Result<Reading<T>, Failure> {
    if fs::metadata(path)?.len() > FILE_MAX {
        return Err(Failure::Usage(format!("{}: a file has at most 16 MB", path.display())));
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(table(&fs::read(path)?)),
        Some("json") => Ok(bundle(&fs::read(path)?)),
        _ => Err(Failure::Usage(format!("{}: the name of a file ends with .csv or .json", path.display()))),
    }
}

/// The entries of a file that are to be stored: all, or with `skip` those that can be used.
///
/// # Errors
/// Entries cannot be used and are not to be skipped, or there is nothing to store.
pub(super) fn usable<T>(
    path: &Path,
    Reading { entries, flaws, more_flaws }: Reading<T>,
    skip: bool,
) -> Result<Vec<T>, Failure> {
    let mut told: Vec<_> = flaws.iter().map(|flaw| format!("{}: {flaw}", path.display())).collect();
    if more_flaws > 0 {
        told.push(format!("{}: and {more_flaws} more", path.display()));
    }
    if !told.is_empty() && (!skip || entries.is_empty()) {
        return Err(Failure::Usage(format!("{}\nnothing was changed", told.join("\n"))));
    }
    for line in &told {
        println!("left out: {line}");
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::structure::SENEGAL;
    use teranga_exchange::directory::{read_bundle, read_csv};

    fn reading(rows: &str) -> Reading {
        let columns = "id,name,kind,district,region,latitude,longitude,position,phone,capabilities,hours";
        read_csv(format!("{columns}\n{rows}").as_bytes(), &SENEGAL)
    }

    #[test]
    fn a_file_with_a_flaw_is_left_whole_or_without_what_cannot_be_used() {
        let (good, bad) =
            ("a,Ogo,post,Matam,Matam,,,unknown,,,day", "b,Ogo,post,Matam,Matam,0,0,exact,,,day");
        let path = Path::new("list.csv");
        let both = || reading(&format!("{good}\n{bad}\n"));
        let Err(Failure::Usage(told)) = usable(path, both(), false) else { panic!("it has a flaw") };
        assert!(
            told.starts_with("list.csv: line 3, column latitude: 0, 0")
                && told.ends_with("nothing was changed")
        );
        assert_eq!(usable(path, both(), true).unwrap().len(), 1);
        assert!(usable(path, reading(bad), true).is_err(), "nothing is left");
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(matches!(
            read(&file, |bytes| read_csv(bytes, &SENEGAL), |bytes| read_bundle(bytes, &SENEGAL, "")),
            Err(Failure::Usage(_))
        ));
    }
}
