-- The version of the stored form of `what`. What was written before is version 1.
ALTER TABLE fact ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- The epoch of the writer; 0 for what was written before there were epochs.
ALTER TABLE fact ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- The fencing token of the one writer that may append facts. A server that starts adds one.
CREATE TABLE epoch (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    number   INTEGER NOT NULL
) STRICT;
INSERT INTO epoch VALUES (1, 0);

-- For each schema from here on, the oldest schema that a program must know to use it. A migration that only adds
-- what older programs ignore names an older one, and makes rolling back possible.
CREATE TABLE schema_needs (
    version INTEGER PRIMARY KEY,
    needs   INTEGER NOT NULL
) STRICT;
INSERT INTO schema_needs VALUES (4, 4);
