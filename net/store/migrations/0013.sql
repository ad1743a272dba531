-- SPDX-License-Identifier: Apache-2.0
-- A callback is an object of its own: another number, a fallback, when it counts as missed, and how
-- it ended, why and by whom. States as in core/callback.h.

CREATE TABLE callback_2 (
    callback_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id), -- in which it was agreed
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id), -- who agreed it
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    zone TEXT NOT NULL, -- IANA, as agreed; '' = the service's
    phone_bidx BLOB CHECK (length(phone_bidx) = 16),
    phone_enc BLOB, -- another number; NULL = one that the person has
    route_to_agent INTEGER NOT NULL CHECK (route_to_agent IN (0, 1)),
    fallback_at INTEGER NOT NULL, -- from then on anybody may ring
    miss_at INTEGER NOT NULL, -- nobody rang until then: missed
    state TEXT NOT NULL CHECK (state IN ('open', 'due', 'missed', 'served', 'cancelled')),
    version INTEGER NOT NULL, -- grows with each change
    created_at INTEGER NOT NULL,
    missed_at INTEGER, -- stays when somebody rings later
    closed_at INTEGER,
    closed_by INTEGER REFERENCES agent (agent_id), -- NULL = by itself
    why TEXT NOT NULL, -- of a cancelled one
    CHECK ((state IN ('served', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK ((state = 'cancelled') = (why <> '')),
    CHECK (at <= fallback_at AND fallback_at <= miss_at)
) STRICT;
INSERT INTO callback_2
    SELECT k.callback_id, k.person_id, k.offer_id, k.agent_id, k.region, p.service_id, k.at,
        coalesce(k.zone, ''), k.phone_bidx, k.phone_enc, k.route_to_agent,
        k.at + 900, k.at + 1800, k.state, 1, k.created_at, NULL, k.closed_at, NULL,
        CASE k.state WHEN 'cancelled' THEN 'replaced' ELSE '' END
    FROM callback k JOIN person p ON p.person_id = k.person_id WHERE k.state <> 'missed';
INSERT INTO sequence (name, last) SELECT 'callback', coalesce(max(callback_id), 0) FROM callback;
DROP TABLE callback;
ALTER TABLE callback_2 RENAME TO callback;
CREATE UNIQUE INDEX callback_live ON callback (person_id) WHERE state IN ('open', 'due', 'missed');
CREATE INDEX callback_of_agent ON callback (agent_id, at) WHERE state IN ('open', 'due', 'missed');
CREATE INDEX callback_of_region ON callback (region, at) WHERE state IN ('open', 'due', 'missed');
CREATE INDEX callback_phone ON callback (phone_bidx) WHERE phone_bidx IS NOT NULL;
CREATE INDEX callback_due ON callback (at) WHERE state = 'open';
CREATE INDEX callback_miss ON callback (miss_at) WHERE state IN ('open', 'due');

-- Until then a callback is for one agent only.
ALTER TABLE person ADD COLUMN for_agent_until INTEGER;
UPDATE person SET for_agent_until = order_at + 900 WHERE for_agent_id IS NOT NULL;

-- Whoever moves to another region takes along what was promised, and what is wrong with it.
CREATE TRIGGER callback_moves AFTER UPDATE OF region ON person WHEN old.region <> new.region BEGIN
    UPDATE callback SET region = new.region, version = version + 1
        WHERE person_id = new.person_id AND state IN ('open', 'due', 'missed');
    UPDATE alarm SET region = new.region
        WHERE person_id = new.person_id AND callback_id IS NOT NULL AND state <> 'closed';
END;
