-- What a change of the rota took the place of (JSON), and its reason, sealed (docs/adr/0043). NULL for changes before this migration.
ALTER TABLE rota_change ADD COLUMN replaced TEXT;
ALTER TABLE rota_change ADD COLUMN sealed_reason BLOB;
INSERT INTO schema_needs VALUES (43, 25);
