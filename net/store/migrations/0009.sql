-- SPDX-License-Identifier: Apache-2.0
-- A number is leased from the offer on, to the person whose number it is: two people with one
-- telephone are never presented at the same time, whatever their tickets, services and regions.

CREATE TABLE phone_lease_2 (
    phone_bidx BLOB PRIMARY KEY CHECK (length(phone_bidx) = 16),
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    call_id INTEGER REFERENCES call (call_id), -- which dials it; NULL = presented only
    leased_at INTEGER NOT NULL,
    free_at INTEGER -- set when the end was not proved
) STRICT, WITHOUT ROWID;
INSERT INTO phone_lease_2 (phone_bidx, person_id, call_id, leased_at, free_at)
    SELECT l.phone_bidx, c.person_id, l.call_id, l.leased_at, l.free_at
    FROM phone_lease l JOIN call c ON c.call_id = l.call_id;
INSERT INTO phone_lease_2 (phone_bidx, person_id, leased_at)
    SELECT f.phone_bidx, o.person_id, o.made_at
    FROM offer o JOIN person_phone f ON f.person_id = o.person_id
    WHERE o.state IN ('offered', 'preview', 'call')
    ON CONFLICT DO NOTHING;
DROP TABLE phone_lease;
ALTER TABLE phone_lease_2 RENAME TO phone_lease;
CREATE UNIQUE INDEX phone_lease_call ON phone_lease (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX phone_lease_person ON phone_lease (person_id);
CREATE INDEX phone_lease_free ON phone_lease (free_at) WHERE free_at IS NOT NULL;
