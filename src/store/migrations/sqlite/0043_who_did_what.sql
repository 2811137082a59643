-- What a change of the rota took the place of (JSON), and its reason, sealed (docs/adr/0043). NULL for changes before this migration.
ALTER TABLE rota_change ADD COLUMN replaced TEXT;
ALTER TABLE rota_change ADD COLUMN sealed_reason BLOB;
-- The member of staff who decided that two patients are one person, or that they are not (docs/adr/0037). NULL if nobody had typed a PIN.
ALTER TABLE patient_merge ADD COLUMN made_staff TEXT;
ALTER TABLE patient_merge ADD COLUMN undone_staff TEXT;

-- What was changed of the staff of a post, by whom (docs/adr/0037). It names nobody but by identifiers.
CREATE TABLE staff_change (
    at      INTEGER NOT NULL,
    place   TEXT NOT NULL,
    by      TEXT,          -- the member who changed it; NULL for operators, and for the first of a post
    staff   TEXT NOT NULL, -- the member who was changed
    change  TEXT NOT NULL  -- words of: added renamed titled appointed dismissed left pin
) STRICT;
CREATE INDEX staff_change_place ON staff_change (place, at);
INSERT INTO schema_needs VALUES (43, 25);
