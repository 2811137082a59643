-- A post is told which of its coming appointments were cancelled (docs/adr/0052).
CREATE INDEX appointment_cancelled_of_place ON appointment (place, at) WHERE cancelled = 1;
INSERT INTO schema_needs VALUES (66, 25);
