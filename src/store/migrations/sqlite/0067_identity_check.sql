-- When the national record (DPP) was certain, in front of a post, who has a number (docs/adr/0054). Who it was is sealed.
CREATE TABLE identity_check (
    id     BLOB PRIMARY KEY,
    place  TEXT NOT NULL,    -- the post
    at     INTEGER NOT NULL, -- ms since 1970
    way    TEXT NOT NULL,
    sealed BLOB NOT NULL     -- number, name, date of birth and sex as a JSON array
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_check_place ON identity_check (place, at);
INSERT INTO schema_needs VALUES (67, 25);
