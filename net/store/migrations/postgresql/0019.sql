-- SPDX-License-Identifier: Apache-2.0
-- What contacts and collectivities are worth follows the answers that named them
-- (net/store/named_worth.h): those of the wrong person name nobody.

-- The only word on this person is that of answers: nobody else knows of them.
ALTER TABLE person ADD COLUMN named_only BIGINT NOT NULL DEFAULT 0 CHECK (named_only IN (0, 1));
-- Since when the person is closed because those answers were of the wrong person.
ALTER TABLE person ADD COLUMN withdrawn_at BIGINT;

ALTER TABLE named_contact ADD COLUMN may_name BIGINT NOT NULL DEFAULT 0
    CHECK (may_name IN (0, 1)); -- the index case may be told to this contact
ALTER TABLE named_contact ADD COLUMN withdrawn_at BIGINT; -- the answers do not count since then
ALTER TABLE named_contact ADD COLUMN told_enc BYTEA; -- last contact as told, and as it was before
ALTER TABLE collectivity ADD COLUMN withdrawn_at BIGINT;
-- The answers were told anew, and name this no more: it is withdrawn whatever they are worth.
ALTER TABLE named_contact ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1));
ALTER TABLE collectivity ADD COLUMN left_out BIGINT NOT NULL DEFAULT 0 CHECK (left_out IN (0, 1));
-- As what an entry was handed out: 1 = one to be disregarded.
ALTER TABLE list_mark ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0
    CHECK (withdrawn IN (0, 1));

UPDATE person SET named_only = 1 WHERE person_id IN (SELECT n.person_id FROM named_contact n
    JOIN person p ON p.person_id = n.person_id WHERE p.created_at = n.at AND p.ticket_at = n.at);
UPDATE named_contact SET withdrawn_at = (SELECT r.updated_at FROM response r
    WHERE r.offer_id = named_contact.offer_id AND r.status = 'entered-in-error');
UPDATE collectivity SET withdrawn_at = (SELECT r.updated_at FROM response r
    WHERE r.offer_id = collectivity.offer_id AND r.status = 'entered-in-error');

-- What a code brought about goes with it when it is corrected, and what it cancelled comes back.
-- The code (of the callback's offer) that agreed a callback; NULL = agreed or moved in the calendar.
ALTER TABLE callback ADD COLUMN agreed_revision BIGINT;
ALTER TABLE wrapup ADD COLUMN ended_callback_id BIGINT;
UPDATE callback SET agreed_revision = (SELECT max(w.revision) FROM wrapup w
    WHERE w.offer_id = callback.offer_id AND w.received_at = callback.created_at)
    WHERE state IN ('open', 'due', 'missed');
