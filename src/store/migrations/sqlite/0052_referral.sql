-- The index of referrals (docs/adr/0048): in which consultation each one stands, the structure that is asked, and the clock that runs. It is written with
-- the facts, from which it could be made anew.
CREATE TABLE referral (
    id           BLOB PRIMARY KEY,
    consultation BLOB NOT NULL REFERENCES consultation (id),
    structure    TEXT NOT NULL,    -- the one that is asked now, or took the patient
    ordered_at   INTEGER NOT NULL, -- ms since 1970, as all times
    asked_at     INTEGER NOT NULL, -- since when this structure is asked
    state        TEXT NOT NULL,
    over_at      INTEGER,          -- NULL while it goes on
    due          TEXT,             -- what is done when the clock has run out; NULL if none runs
    due_from     INTEGER           -- the time from which the clock counts; its length is configured
) STRICT;
CREATE INDEX referral_structure ON referral (structure, over_at IS NOT NULL, ordered_at DESC);
CREATE INDEX referral_due ON referral (due, due_from) WHERE due IS NOT NULL;
CREATE INDEX referral_asked ON referral (asked_at) WHERE state IN ('requested', 'received', 'accepted');

-- A notice may go to the telephone of a structure instead of its party's.
ALTER TABLE outbox ADD COLUMN structure TEXT;
INSERT INTO schema_needs VALUES (52, 51);
