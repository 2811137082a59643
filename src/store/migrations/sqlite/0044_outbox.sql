-- How a person is reached outside of the pages (docs/adr/0044), sealed like the name.
ALTER TABLE party ADD COLUMN sealed_phone BLOB;
ALTER TABLE party ADD COLUMN sealed_email BLOB;

-- The outbox of notices: SMS and e-mails to be sent, and what became of them. A key names the reason, so that a reason makes one notice only.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,
    subject     TEXT NOT NULL,    -- what it is about; at most one in an hour for a party, a subject and a channel
    party       TEXT NOT NULL REFERENCES party (id),
    channel     TEXT NOT NULL,
    sealed_text BLOB,             -- NULL once nothing is to be sent any more
    made_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL, -- it is given up then
    state       TEXT NOT NULL,
    trouble     TEXT,
    changed_at  INTEGER NOT NULL,
    attempts    INTEGER NOT NULL, -- those that have begun
    next_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_waiting ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_party ON outbox (party, subject, channel, made_at);
INSERT INTO schema_needs VALUES (44, 25);
