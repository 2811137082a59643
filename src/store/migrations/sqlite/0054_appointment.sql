-- The index of appointments (docs/adr/0052): who has one and when. What it is about stands in the sealed facts of its consultation.
CREATE TABLE appointment (
    id           BLOB PRIMARY KEY,
    consultation BLOB NOT NULL REFERENCES consultation (id),
    place        TEXT NOT NULL,    -- the structure of the post
    doctor       TEXT NOT NULL REFERENCES party (id),
    at           INTEGER NOT NULL, -- it begins then
    since        INTEGER NOT NULL, -- it was made, or moved to this time, then
    cancelled    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX appointment_of_doctor ON appointment (doctor, at) WHERE cancelled = 0;
CREATE INDEX appointment_of_place ON appointment (place, at) WHERE cancelled = 0;
CREATE INDEX appointment_at ON appointment (at) WHERE cancelled = 0;
INSERT INTO schema_needs VALUES (54, 25);
