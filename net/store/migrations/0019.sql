-- SPDX-License-Identifier: Apache-2.0
-- What contacts and collectivities are worth follows the answers that named them
-- (net/store/named_worth.h): those of the wrong person name nobody.

-- The only word on this person is that of answers: nobody else knows of them.
ALTER TABLE person ADD COLUMN named_only INTEGER NOT NULL DEFAULT 0 CHECK (named_only IN (0, 1));
-- Since when the person is closed because those answers were of the wrong person.
ALTER TABLE person ADD COLUMN withdrawn_at INTEGER;

ALTER TABLE named_contact ADD COLUMN may_name INTEGER NOT NULL DEFAULT 0
    CHECK (may_name IN (0, 1)); -- the index case may be told to this contact
ALTER TABLE named_contact ADD COLUMN withdrawn_at INTEGER; -- the answers do not count since then
ALTER TABLE named_contact ADD COLUMN told_enc BLOB; -- last contact as told, and as it was before
ALTER TABLE collectivity ADD COLUMN withdrawn_at INTEGER;
-- The answers were told anew, and name this no more: it is withdrawn whatever they are worth.
ALTER TABLE named_contact ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1));
ALTER TABLE collectivity ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1));
-- As what an entry was handed out: 1 = one to be disregarded.
ALTER TABLE list_mark ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0
    CHECK (withdrawn IN (0, 1));

UPDATE person SET named_only = 1 WHERE person_id IN (SELECT n.person_id FROM named_contact n
    JOIN person p ON p.person_id = n.person_id WHERE p.created_at = n.at AND p.ticket_at = n.at);
UPDATE named_contact SET withdrawn_at = (SELECT r.updated_at FROM response r
    WHERE r.offer_id = named_contact.offer_id AND r.status = 'entered-in-error');
UPDATE collectivity SET withdrawn_at = (SELECT r.updated_at FROM response r
    WHERE r.offer_id = collectivity.offer_id AND r.status = 'entered-in-error');

-- The number of an offer that was destroyed is nobody's again: journals and desks may still hold
-- it. The audit log remembers numbers of offers that are gone already.
INSERT INTO sequence (name, last) SELECT 'offer', max(
    (SELECT coalesce(max(offer_id), 0) FROM offer), (SELECT coalesce(max(offer_id), 0) FROM audit),
    (SELECT coalesce(max(offer_id), 0) FROM wish_not_called)) WHERE true
    ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last);

-- What a code brought about goes with it when it is corrected, and what it cancelled comes back.
-- The code (of the callback's offer) that agreed a callback; NULL = agreed or moved in the calendar.
ALTER TABLE callback ADD COLUMN agreed_revision INTEGER;
ALTER TABLE wrapup ADD COLUMN ended_callback_id INTEGER;
UPDATE callback SET agreed_revision = (SELECT max(w.revision) FROM wrapup w
    WHERE w.offer_id = callback.offer_id AND w.received_at = callback.created_at)
    WHERE state IN ('open', 'due', 'missed');
