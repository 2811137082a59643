-- Decisions about who a patient of a post is in the national record (docs/adr/0058). Number and name are sealed. A decision that is undone stays.
CREATE TABLE patient_identification (
    id           BLOB PRIMARY KEY, -- the page made it
    place        TEXT NOT NULL,    -- the post
    patient      BLOB NOT NULL,
    sealed       BLOB NOT NULL,    -- number and name as a JSON array; no name is null
    confirmed    INTEGER NOT NULL, -- 1 if the national record said so
    made_by      TEXT NOT NULL,    -- party
    made_staff   TEXT,             -- NULL if nobody had typed a PIN
    made_at      INTEGER NOT NULL, -- ms since 1970
    undone_by    TEXT,
    undone_staff TEXT,
    undone_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_identification_place ON patient_identification (place);
INSERT INTO schema_needs VALUES (58, 25);
