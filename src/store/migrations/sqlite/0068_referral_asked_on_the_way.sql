-- A structure is told by SMS of a patient who has left before anybody there opened the letter.
DROP INDEX referral_asked;
CREATE INDEX referral_asked ON referral (asked_at) WHERE state IN ('requested', 'received', 'accepted', 'en_route');
