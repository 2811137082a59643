-- The rota of specialists (docs/adr/0035). The plan is one value that is read and written whole, so it is one JSON document under
-- one version number. It names accounts by their identifiers and holds no patient.
CREATE TABLE rota (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL,
    plan     TEXT NOT NULL -- JSON
) STRICT;

-- Who changed what: one row for each version of the plan.
CREATE TABLE rota_change (
    version INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    by      TEXT NOT NULL REFERENCES party (id),
    change  TEXT NOT NULL -- JSON
) STRICT;

-- The calendar feeds. Only the hash of a feed's secret address is kept.
CREATE TABLE rota_feed (
    token_hash BLOB PRIMARY KEY, -- SHA-256
    owner      TEXT NOT NULL REFERENCES party (id),
    speciality TEXT NOT NULL,    -- empty for the owner's own duties
    UNIQUE (owner, speciality)
) STRICT, WITHOUT ROWID;

INSERT INTO schema_needs VALUES (35, 25);
