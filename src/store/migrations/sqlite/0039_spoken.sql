-- Recordings of the sentences that a tablet says to a patient (docs/adr/0039). A row is never replaced: a slot, which is a sentence in
-- a language, has numbered versions. Nothing here is about a patient, so nothing is sealed.
CREATE TABLE spoken (
    sentence      TEXT NOT NULL,
    language      TEXT NOT NULL,
    version       INTEGER NOT NULL, -- counted from 1 within the slot
    state         TEXT NOT NULL,
    recorded_by   TEXT,             -- party; none for a stand-in that a program spoke
    recorded_at   INTEGER NOT NULL,
    signed_off_by TEXT,
    signed_off_at INTEGER,
    withdrawn_by  TEXT,
    withdrawn_at  INTEGER,
    duration_ms   INTEGER NOT NULL,
    sha256        BLOB NOT NULL,
    audio         BLOB NOT NULL,    -- Ogg Opus
    PRIMARY KEY (sentence, language, version)
) STRICT;
INSERT INTO schema_needs VALUES (39, 25);
