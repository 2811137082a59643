-- The time at which an account or a device was last connected, for the list of who is not there. NULL if it never was.
ALTER TABLE party ADD COLUMN connected_at INTEGER;
INSERT INTO schema_needs VALUES (33, 25);
