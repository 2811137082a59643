-- The version of the rota up to which each doctor has seen the answers to leave and swaps (docs/adr/0035). What was answered before this
-- migration is no news.
CREATE TABLE rota_seen (
    party   TEXT PRIMARY KEY REFERENCES party (id),
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO rota_seen (party, version) SELECT party.id, rota.version FROM party, rota WHERE party.role = 'doctor';
INSERT INTO schema_needs VALUES (47, 25);
