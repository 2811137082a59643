-- A doctor's number in the register of the professional order, sealed; it is printed beside the name. NULL if none is known.
ALTER TABLE party ADD COLUMN sealed_order_number BLOB;
INSERT INTO schema_needs VALUES (31, 25);
