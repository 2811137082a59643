-- The time of the last thing that happened to each referral (docs/adr/0048), by which a reminder that is new and news for a doctor are found. It is written
-- with the facts. Of what was stored before, the index knows nearly when: the time of the end, or of the last question to a structure. A program of before
-- writes 0, so a referral that it moves is told anew only with the next step.
ALTER TABLE referral ADD COLUMN moved_at INTEGER NOT NULL DEFAULT 0;
UPDATE referral SET moved_at = COALESCE(over_at, MAX(asked_at, ordered_at, COALESCE(due_from, 0)));
CREATE INDEX referral_moved ON referral (moved_at);
CREATE INDEX referral_rung ON referral (moved_at) WHERE due IS NULL AND state IN ('en_route', 'arrived', 'in_care');
INSERT INTO schema_needs VALUES (63, 52);
