-- The versions of records that are owed to the national record (docs/adr/0056), and what became of each. A row is written with the fact that makes
-- it. It holds nothing of a patient.
CREATE TABLE publication (
    key          BLOB PRIMARY KEY, -- the name of the document in the world
    consultation BLOB NOT NULL REFERENCES consultation (id),
    fact         INTEGER NOT NULL, -- it tells the record up to this fact
    made_at      INTEGER NOT NULL, -- ms since 1970, as all times
    state        TEXT NOT NULL,
    trouble      TEXT,
    changed_at   INTEGER NOT NULL,
    tries        INTEGER NOT NULL, -- how often it was looked at, for the pause before the next time
    sends        INTEGER NOT NULL, -- sendings that have begun; after one, the document is searched for before it is sent again
    next_at      INTEGER NOT NULL,
    remote       TEXT,             -- the identifier of the national record for it
    decided_by   TEXT              -- who gave it up, or had it tried again
) STRICT;
CREATE INDEX publication_waiting ON publication (next_at) WHERE state = 'waiting';
CREATE INDEX publication_refused ON publication (changed_at) WHERE state = 'refused';
CREATE INDEX publication_consultation ON publication (consultation, fact);
INSERT INTO schema_needs VALUES (56, 25);
