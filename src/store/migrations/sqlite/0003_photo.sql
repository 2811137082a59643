-- The photo that was opened; none when it was the record itself.
ALTER TABLE opening ADD COLUMN photo BLOB;
