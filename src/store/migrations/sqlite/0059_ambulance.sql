-- The links with which the telephone of an ambulance comes into the call of an evacuation (docs/adr/0059): one for a referral. Only hashes of
-- its secrets are kept.
CREATE TABLE ambulance_link (
    referral     BLOB PRIMARY KEY,
    consultation BLOB NOT NULL REFERENCES consultation (id),
    party        TEXT NOT NULL UNIQUE, -- whoever opens it becomes this party
    secret_hash  BLOB NOT NULL UNIQUE, -- SHA-256 of what stands in the address and in the QR code
    code_hash    BLOB NOT NULL UNIQUE, -- SHA-256 of the code that is typed
    expires_at   INTEGER NOT NULL,     -- it is not opened after this; ms since 1970, as all times
    opener_hash  BLOB                  -- SHA-256 of the key of the page that opened it; NULL before
) STRICT;
INSERT INTO schema_needs VALUES (59, 25);
