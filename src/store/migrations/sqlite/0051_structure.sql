-- What a structure can do, what its position is worth, and when somebody last said so. `kind` keeps the four words that an older program knows, so that it can
-- use this database; `level` has the exact one, or NULL if it is `kind`.
ALTER TABLE place ADD COLUMN level TEXT;
ALTER TABLE place ADD COLUMN quality TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE place ADD COLUMN capabilities TEXT NOT NULL DEFAULT '[]'; -- a JSON list of names
ALTER TABLE place ADD COLUMN hours TEXT NOT NULL DEFAULT 'day';
ALTER TABLE place ADD COLUMN confirmed_at INTEGER; -- ms since 1970; NULL if nobody ever did
ALTER TABLE place ADD COLUMN closed INTEGER NOT NULL DEFAULT 0; -- 1 if it takes no patients
UPDATE place SET quality = 'approximate' WHERE latitude IS NOT NULL AND longitude IS NOT NULL;
INSERT INTO schema_needs VALUES (51, 25);
