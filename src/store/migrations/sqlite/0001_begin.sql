-- Times are milliseconds since 1970 by the server's clock. A released migration is never changed: add another.

-- Structures of the health pyramid: public facts, no persons.
CREATE TABLE place (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    name      TEXT NOT NULL,
    district  TEXT NOT NULL,
    region    TEXT NOT NULL,
    phone     TEXT NOT NULL,
    latitude  REAL,
    longitude REAL,
    -- 1: demonstration data, not to be trusted on the ground.
    demo      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Everyone who can sign in: accounts of persons and devices of posts.
CREATE TABLE party (
    id           TEXT PRIMARY KEY,
    role         TEXT NOT NULL,
    name         TEXT NOT NULL,
    place        TEXT NOT NULL REFERENCES place (id),
    specialities TEXT NOT NULL, -- JSON list
    added_at     INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;

CREATE TABLE account (
    party         TEXT PRIMARY KEY REFERENCES party (id),
    login         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL -- argon2id, PHC format
) STRICT;

CREATE TABLE device (
    party       TEXT PRIMARY KEY REFERENCES party (id),
    public_key  BLOB, -- uncompressed P-256 point; none before the first enrolment
    enrolled_at INTEGER
) STRICT;

-- One-time codes that bind a key to a device; gone when used.
CREATE TABLE enrolment (
    code_hash  BLOB PRIMARY KEY, -- SHA-256
    party      TEXT NOT NULL REFERENCES device (party),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE http_session (
    token_hash BLOB PRIMARY KEY, -- SHA-256
    party      TEXT NOT NULL REFERENCES party (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX http_session_party ON http_session (party);
CREATE INDEX http_session_expiry ON http_session (expires_at);

-- Whose sockets must close, in order: a running server reads on from the last number it knows, so that
-- a command in another process is heard too.
CREATE TABLE revocation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    party  TEXT NOT NULL REFERENCES party (id),
    at     INTEGER NOT NULL
) STRICT;

-- The journal. A consultation is the replay of its facts; the two tables after it are indexes that could
-- be made anew from here.
CREATE TABLE fact (
    consultation BLOB NOT NULL,
    number       INTEGER NOT NULL, -- counted from 1 within the consultation
    at           INTEGER NOT NULL,
    by           TEXT,             -- party; none for the server's own clock
    what         TEXT NOT NULL,    -- JSON
    PRIMARY KEY (consultation, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE consultation (
    id           BLOB PRIMARY KEY,
    requested_at INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX consultation_ended ON consultation (ended_at);

CREATE TABLE member (
    party        TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    consultation BLOB NOT NULL REFERENCES consultation (id),
    PRIMARY KEY (party, requested_at, consultation)
) STRICT, WITHOUT ROWID;

-- Who opened which record.
CREATE TABLE opening (
    number       INTEGER PRIMARY KEY,
    consultation BLOB NOT NULL REFERENCES consultation (id),
    party        TEXT NOT NULL REFERENCES party (id),
    at           INTEGER NOT NULL
) STRICT;
CREATE INDEX opening_consultation ON opening (consultation);
