-- What a post has of each product, as somebody counted it last (docs/adr/0048).
CREATE TABLE stock (
    place      TEXT NOT NULL REFERENCES place (id),
    product    TEXT NOT NULL,
    quantity   INTEGER NOT NULL CHECK (quantity >= 0),
    expires    INTEGER,          -- the month in which the first of them expires: 12 * year + month - 1
    counted_at INTEGER NOT NULL,
    staff      TEXT,
    PRIMARY KEY (place, product)
) STRICT, WITHOUT ROWID;
INSERT INTO schema_needs VALUES (50, 25);
