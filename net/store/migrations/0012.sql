-- SPDX-License-Identifier: Apache-2.0
-- A wish not to be called again outlives person, offer and call, and nothing takes it back.

CREATE TABLE wish_not_called_2 (
    wish_id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL, -- may be gone since
    phone_bidx BLOB CHECK (length(phone_bidx) = 16), -- NULL = on no number
    agent_id INTEGER REFERENCES agent (agent_id),
    offer_id INTEGER,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO wish_not_called_2 (wish_id, person_id, phone_bidx, agent_id, offer_id, at)
    SELECT wish_id, person_id, phone_bidx, agent_id, offer_id, at FROM wish_not_called;
DROP TABLE wish_not_called;
ALTER TABLE wish_not_called_2 RENAME TO wish_not_called;
CREATE INDEX wish_not_called_person ON wish_not_called (person_id);
CREATE INDEX wish_not_called_phone ON wish_not_called (phone_bidx);
CREATE TRIGGER wish_not_called_stays BEFORE UPDATE OF wish_id, person_id, agent_id, offer_id, at
    ON wish_not_called BEGIN
    SELECT RAISE(ABORT, 'a wish cannot be changed');
END;
CREATE TRIGGER wish_not_called_remains BEFORE DELETE ON wish_not_called BEGIN
    SELECT RAISE(ABORT, 'a wish cannot be taken back');
END;
