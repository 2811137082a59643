-- How many patients had which outcome, by day (docs/adr/0034). It names no consultation; the transaction that adds the fact counts it.
CREATE TABLE outcome_count (
    day     INTEGER NOT NULL, -- whole days since 1970, UTC
    outcome TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (day, outcome)
) STRICT;

-- 0 until the outcomes are counted that were told before this migration: facts are sealed, so the program does it and not this file.
CREATE TABLE outcome_counting (done INTEGER NOT NULL) STRICT;
INSERT INTO outcome_counting VALUES (0);
INSERT INTO schema_needs VALUES (46, 25);
