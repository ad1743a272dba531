-- SPDX-License-Identifier: Apache-2.0
-- What comes in and goes out: contacts know their index case, overload, lists for others, and the
-- answers on their way to the federal side.

-- Of whom somebody is a contact: the blind index of the index case's ticket. A link is followed by
-- it, inside one region, whenever it is asked for: the index case may come later, or never.
ALTER TABLE person ADD COLUMN index_ticket_bidx BLOB CHECK (length(index_ticket_bidx) = 16);
CREATE INDEX person_of_index ON person (index_ticket_bidx, region, person_id)
    WHERE index_ticket_bidx IS NOT NULL;
ALTER TABLE import_row ADD COLUMN index_ticket_bidx BLOB;

-- Ids that a sealed field must know before its row exists.
INSERT INTO sequence (name, last) VALUES ('collectivity', 0), ('list_export', 0), ('overload', 0);

-- How many wait, by rank too: what overload would change is known without counting.
DROP TRIGGER waiting_in;
DROP TRIGGER waiting_out;
DROP TRIGGER waiting_move;
DROP TABLE waiting_count;
CREATE TABLE waiting_count (
    region TEXT NOT NULL,
    service_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    language TEXT NOT NULL,
    rank INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (region, service_id, queue, language, rank)
) STRICT, WITHOUT ROWID;
INSERT INTO waiting_count (region, service_id, queue, language, rank, n)
    SELECT region, service_id, queue, language, rank, count(*) FROM person
    WHERE state = 'waiting' GROUP BY region, service_id, queue, language, rank;
CREATE TRIGGER waiting_in AFTER INSERT ON person WHEN new.state = 'waiting' BEGIN
    INSERT INTO waiting_count
        VALUES (new.region, new.service_id, new.queue, new.language, new.rank, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER waiting_out AFTER DELETE ON person WHEN old.state = 'waiting' BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE region = old.region AND service_id = old.service_id
        AND queue = old.queue AND language = old.language AND rank = old.rank;
END;
CREATE TRIGGER waiting_move
AFTER UPDATE OF state, region, service_id, queue, language, rank ON person
WHEN (old.state = 'waiting') <> (new.state = 'waiting') OR old.region <> new.region
    OR old.service_id <> new.service_id OR old.queue <> new.queue
    OR old.language <> new.language OR old.rank <> new.rank
BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE old.state = 'waiting' AND region = old.region
        AND service_id = old.service_id AND queue = old.queue AND language = old.language
        AND rank = old.rank;
    INSERT INTO waiting_count
        SELECT new.region, new.service_id, new.queue, new.language, new.rank, 1
        WHERE new.state = 'waiting'
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- The same for those of a decided import who are not moved yet.
DROP TRIGGER import_row_in;
DROP TRIGGER import_row_out;
DROP TRIGGER import_run_done;
DROP TABLE import_waiting;
CREATE TABLE import_waiting (
    import_id INTEGER NOT NULL REFERENCES import_run (import_id) ON DELETE CASCADE,
    region TEXT NOT NULL,
    queue TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (import_id, region, queue, language, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO import_waiting (import_id, region, queue, language, kind, n)
    SELECT import_id, region, queue, language, kind, count(*) FROM import_row WHERE is_new = 1
    GROUP BY import_id, region, queue, language, kind;
CREATE TRIGGER import_row_in AFTER INSERT ON import_row WHEN new.is_new = 1 BEGIN
    INSERT INTO import_waiting
        VALUES (new.import_id, new.region, new.queue, new.language, new.kind, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER import_row_out AFTER DELETE ON import_row WHEN old.is_new = 1 BEGIN
    UPDATE import_waiting SET n = n - 1 WHERE import_id = old.import_id AND region = old.region
        AND queue = old.queue AND language = old.language AND kind = old.kind;
END;
CREATE TRIGGER import_run_done AFTER UPDATE OF state ON import_run WHEN new.state = 'done' BEGIN
    DELETE FROM import_waiting WHERE import_id = new.import_id;
END;

-- Overload of a service in a region: the newest row says whether it is on. While it is, contacts
-- who wait are flagged for SMS by that alone, and not offered.
CREATE TABLE overload_switch (
    switch_id INTEGER PRIMARY KEY,
    service_id TEXT NOT NULL,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    at INTEGER NOT NULL,
    agent_id INTEGER REFERENCES agent (agent_id), -- NULL: whoever may use the machine,
    account TEXT NOT NULL,                        -- by this account of it
    reason_enc BLOB NOT NULL
) STRICT;
CREATE INDEX overload_newest ON overload_switch (service_id, region, switch_id);
CREATE TRIGGER overload_switch_stays BEFORE UPDATE ON overload_switch BEGIN
    SELECT RAISE(ABORT, 'what was switched stays');
END;

-- Lists for others, and who stands in one that was handed out: marked after the file was safe.
CREATE TABLE list_export (
    list_export_id INTEGER PRIMARY KEY,
    list TEXT NOT NULL CHECK (list IN ('field-visits', 'collectivities', 'sms')),
    region TEXT CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')), -- NULL = all
    at INTEGER NOT NULL,
    account TEXT NOT NULL
) STRICT;
CREATE TABLE list_mark (
    list TEXT NOT NULL,
    entry_id INTEGER NOT NULL, -- a person_id, or a collectivity_id
    list_export_id INTEGER NOT NULL REFERENCES list_export (list_export_id),
    PRIMARY KEY (list, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_not_reached ON person (region, person_id) WHERE not_reached = 1;

-- Where many people were together, as somebody who was called told it: for the hygiene cell.
CREATE TABLE collectivity (
    collectivity_id INTEGER PRIMARY KEY,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT NOT NULL,
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id),
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    kind TEXT NOT NULL, -- "school", "care_home"
    entry_enc BLOB NOT NULL, -- name, place, role, last day there, note
    entry_mac BLOB NOT NULL CHECK (length(entry_mac) = 16), -- keyed: told already or not
    at INTEGER NOT NULL,
    UNIQUE (offer_id, entry_mac)
) STRICT;
CREATE INDEX collectivity_of_region ON collectivity (region, collectivity_id);

-- Submitted answers on their way to the federal side: one row a response, which follows its newest
-- version. The body stays in response only.
CREATE TABLE outbox (
    offer_id INTEGER PRIMARY KEY REFERENCES offer (offer_id),
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT NOT NULL,
    resource_id TEXT NOT NULL UNIQUE CHECK (length(resource_id) = 36), -- given by us, for good
    version INTEGER NOT NULL, -- of the answers that have to get there
    sent_version INTEGER NOT NULL DEFAULT 0, -- that is there; 0 = none
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'parked')),
    queued_at INTEGER NOT NULL, -- since when `version` waits
    due_at INTEGER, -- the next try
    tries INTEGER NOT NULL DEFAULT 0, -- of this version
    http_status INTEGER NOT NULL DEFAULT 0, -- of the last try; 0 = no answer
    fault TEXT NOT NULL DEFAULT '', -- a code, never a text of the other side
    sent_at INTEGER,
    CHECK ((state = 'waiting') = (due_at IS NOT NULL))
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at, offer_id) WHERE state = 'waiting';
CREATE INDEX outbox_waiting ON outbox (queued_at, offer_id) WHERE state = 'waiting';
CREATE INDEX outbox_parked ON outbox (queued_at, offer_id) WHERE state = 'parked';
INSERT INTO outbox (offer_id, region, service_id, resource_id, version, state, queued_at, due_at)
    SELECT r.offer_id, o.region, o.service_id,
        lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-8'
            || substr(h, 18, 3) || '-' || substr(h, 21, 12)),
        r.version, 'waiting', r.updated_at, r.updated_at
    FROM (SELECT offer_id, version, updated_at, hex(randomblob(16)) AS h FROM response
        WHERE completed = 1) r JOIN offer o ON o.offer_id = r.offer_id;
