// The drugs of which each delivery needs a prescription of its own, generated from clinic/src/drug/formulary.json: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew.

/** Codes of the ATC classification, and names for a drug without a code, in small letters without accents. */
export const NOT_RENEWABLE: { atc: readonly string[]; words: readonly string[] } = {
  atc: ["N02AA01", "N02AX02", "N03AA02", "N05BA01"],
  words: ["contramal", "diazepam", "gardenal", "morphine", "phenobarbital", "topalgic", "tramadol", "valium"],
};
