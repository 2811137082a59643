-- The keys with which specialists sign documents, the authorities whose certificates of such keys are believed, and in which
-- consultation a prescription stands (docs/adr/0047).
CREATE TABLE signer_key (
    id            INTEGER PRIMARY KEY,
    party         TEXT NOT NULL REFERENCES party (id),
    made_at       INTEGER NOT NULL,
    public        BLOB NOT NULL UNIQUE, -- an uncompressed point on P-256
    sealed        BLOB NOT NULL,        -- the private key in PKCS #8
    certificate   BLOB,                 -- in DER; none until the authority has certified the key
    valid_from    INTEGER,
    valid_to      INTEGER,
    withdrawn_at  INTEGER,
    withdrawn_why TEXT CHECK (withdrawn_why IN ('left', 'lost'))
) STRICT;
CREATE INDEX signer_key_of_party ON signer_key (party);

CREATE TABLE document_authority (
    certificate BLOB PRIMARY KEY, -- in DER
    added_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE prescription (
    id           BLOB PRIMARY KEY,
    consultation BLOB NOT NULL REFERENCES consultation (id)
) STRICT;
INSERT INTO schema_needs VALUES (49, 25);
