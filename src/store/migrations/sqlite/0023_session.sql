-- The beginning, the last use and the browser of a session, for its absolute end and for the list of one's own sessions.
-- The program before kept a person's session for twelve hours after its last use, so this is the latest time at which a
-- session that is open now can have been opened.
ALTER TABLE http_session ADD COLUMN opened_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE http_session ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE http_session ADD COLUMN browser TEXT NOT NULL DEFAULT '';
UPDATE http_session SET opened_at = MAX(0, expires_at - 43200000), seen_at = MAX(0, expires_at - 43200000);
INSERT INTO schema_needs VALUES (23, 4);
