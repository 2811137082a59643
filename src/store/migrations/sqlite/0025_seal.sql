-- Texts of patients and people are sealed from here on (docs/adr/0025): `what` is the sealed stored form of a fact,
-- and `sealed_name` the sealed name of a party, whose `name` is then empty. The program seals what it finds unsealed
-- when it opens the file, because SQL cannot.
CREATE TABLE sealed_fact (
    consultation BLOB NOT NULL,
    number       INTEGER NOT NULL, -- counted from 1 within the consultation
    version      INTEGER NOT NULL, -- of the stored form
    epoch        INTEGER NOT NULL, -- of the writer
    at           INTEGER NOT NULL,
    by           TEXT,             -- party; none for the server's own clock
    what         BLOB NOT NULL,
    PRIMARY KEY (consultation, number)
) STRICT, WITHOUT ROWID;
INSERT INTO sealed_fact
    SELECT consultation, number, version, epoch, at, by, CAST(what AS BLOB) FROM fact;
DROP TABLE fact;
ALTER TABLE sealed_fact RENAME TO fact;

ALTER TABLE party ADD COLUMN sealed_name BLOB;

-- The keys that have sealed something here. All of them must be in the key file.
CREATE TABLE record_key (
    id BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- 0: there may be texts that are not sealed. 1: all are sealed, and the pages that held them are not yet rewritten.
-- 2: done.
CREATE TABLE sealing (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    state    INTEGER NOT NULL
) STRICT;
INSERT INTO sealing VALUES (1, 0);

-- The audit log as a hash chain (docs/adr/0026): who did or opened what. Rows are numbered from 1 without a gap, and the hash
-- of each covers the row and the hash before. It takes the place of `opening`, of which the program moves the rows.
CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    did          TEXT NOT NULL,
    consultation BLOB NOT NULL,
    party        TEXT, -- none for the server's own clock
    photo        BLOB,
    fact         INTEGER, -- number of the fact within the consultation
    digest       BLOB,    -- SHA-256 of the fact's sealed form
    hash         BLOB NOT NULL
) STRICT;
CREATE INDEX audit_consultation ON audit (consultation, number);
CREATE INDEX audit_fact ON audit (consultation, fact) WHERE fact IS NOT NULL;

-- The end of the chain, with an authentication code under the newest key, so that rows cannot be cut off by somebody
-- who has only the file.
CREATE TABLE audit_head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    rows     INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    code     BLOB NOT NULL
) STRICT;

-- An older program cannot read what is sealed.
INSERT INTO schema_needs VALUES (25, 25);
