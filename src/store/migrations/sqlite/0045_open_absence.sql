-- When a doctor declared to be absent without an end: it then ends with the duty or at the next one. Absences of before end so, too.
ALTER TABLE declaration ADD COLUMN open_since INTEGER; -- NULL unless its end follows from the rota
UPDATE declaration SET open_since = 0 WHERE state = 'away' AND until IS NULL;
INSERT INTO schema_needs VALUES (45, 25);
