-- The members of staff of a post, who share its tablet (docs/adr/0037): name and title sealed, the PIN as argon2id.
CREATE TABLE staff (
    id           TEXT PRIMARY KEY,
    place        TEXT NOT NULL REFERENCES place (id),
    sealed_name  BLOB NOT NULL,
    sealed_title BLOB NOT NULL,
    responsible  INTEGER NOT NULL, -- 1 for who may add and change the others
    pin_hash     TEXT NOT NULL,
    added_at     INTEGER NOT NULL,
    left_at      INTEGER           -- NULL while they work there
) STRICT;
CREATE INDEX staff_place ON staff (place);

-- What a tablet shows to prove that a member of staff has typed the PIN on it. Only its SHA-256 is kept.
CREATE TABLE staff_proof (
    hash    BLOB PRIMARY KEY,
    staff   TEXT NOT NULL REFERENCES staff (id),
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_proof_staff ON staff_proof (staff);

-- Who took charge of a consultation that was begun while nobody had signed in at the tablet.
CREATE TABLE staff_charge (
    consultation BLOB PRIMARY KEY,
    staff        TEXT NOT NULL REFERENCES staff (id),
    at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO schema_needs VALUES (37, 25);
