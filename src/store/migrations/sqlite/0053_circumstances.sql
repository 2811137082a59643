-- From where a record was opened and by whom of a post's staff (docs/adr/0051). The digest of the row covers both, so that an older
-- program verifies the chain as well.
ALTER TABLE audit ADD COLUMN network TEXT;
ALTER TABLE audit ADD COLUMN staff TEXT;
INSERT INTO schema_needs VALUES (53, 25);
