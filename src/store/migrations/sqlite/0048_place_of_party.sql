-- The consultations of a post are looked up by its tablets (docs/adr/0046).
CREATE INDEX party_place ON party (place);
INSERT INTO schema_needs VALUES (48, 25);
