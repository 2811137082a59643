-- What a doctor declared about being available, so that a restart of the server makes nobody absent without a word.
CREATE TABLE declaration (
    party TEXT PRIMARY KEY REFERENCES party (id),
    state TEXT NOT NULL,
    until INTEGER -- NULL until the doctor changes it
) STRICT;
INSERT INTO schema_needs VALUES (36, 25);
