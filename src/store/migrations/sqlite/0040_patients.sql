-- Decisions that two patients of a post are one person (docs/adr/0040). Patients themselves are read from the facts. The rows name nobody but
-- the tablet that decided: patients are random identifiers. A decision that is undone stays.
CREATE TABLE patient_merge (
    id           BLOB PRIMARY KEY,
    place        TEXT NOT NULL, -- the post
    from_patient BLOB NOT NULL,
    into_patient BLOB NOT NULL,
    made_by      TEXT NOT NULL, -- party
    made_at      INTEGER NOT NULL,
    undone_by    TEXT,
    undone_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_merge_place ON patient_merge (place);
INSERT INTO schema_needs VALUES (40, 25);
