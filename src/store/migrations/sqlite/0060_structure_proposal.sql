-- What posts propose to correct of what is known of structures, and what the district answered (docs/adr/0053).
CREATE TABLE structure_proposal (
    id            BLOB PRIMARY KEY, -- the tablet made it
    structure     TEXT NOT NULL REFERENCES place (id),
    post          TEXT NOT NULL REFERENCES place (id),
    staff         TEXT,             -- NULL if nobody had typed a PIN
    made_at       INTEGER NOT NULL, -- ms since 1970, as all times
    change        TEXT NOT NULL,    -- the fact that is proposed, as JSON
    sealed_remark BLOB NOT NULL,
    state         TEXT NOT NULL,
    decided_at    INTEGER,
    decided_by    TEXT,
    replaced      TEXT,             -- the fact that was known when the proposal was accepted
    sealed_reason BLOB
) STRICT;
CREATE INDEX structure_proposal_open ON structure_proposal (made_at) WHERE state = 'open';
CREATE INDEX structure_proposal_post ON structure_proposal (post, made_at);
INSERT INTO schema_needs VALUES (60, 25);
