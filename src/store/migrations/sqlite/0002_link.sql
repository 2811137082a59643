-- What a party's link carried last time: where the next call begins.
CREATE TABLE link (
    party    TEXT PRIMARY KEY REFERENCES party (id),
    up_bps   INTEGER NOT NULL, -- towards the server
    down_bps INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
