-- SPDX-License-Identifier: Apache-2.0
-- Agents of several services, with a line, skills and queues, who can be disabled; people who wait
-- in a queue by competence.

ALTER TABLE agent ADD COLUMN line INTEGER NOT NULL DEFAULT 1 CHECK (line BETWEEN 1 AND 3);
ALTER TABLE agent ADD COLUMN employer TEXT NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN disabled_at INTEGER; -- may not sign in since

-- Lists as languages are one: 'tracing,disability'. The first service is agent.service_id: what the
-- screen shows while the agent holds nobody. Queues by name, beside those of languages and skills;
-- the skill 'Public-Health' serves the queue of this name in the agent's region.
ALTER TABLE agent ADD COLUMN services TEXT NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN queues TEXT NOT NULL DEFAULT '';
ALTER TABLE agent ADD COLUMN skills TEXT NOT NULL DEFAULT '';
UPDATE agent SET services = service_id;
DROP INDEX agent_on_queue;
CREATE INDEX agent_on_queue ON agent (region) WHERE state = 'on_queue';

-- '' = the queue of the person's language, else one by competence: 'WAL_Public-Health'.
ALTER TABLE person ADD COLUMN queue TEXT NOT NULL DEFAULT '';
DROP INDEX person_waiting;
CREATE INDEX person_waiting
    ON person (region, service_id, queue, language, rank, order_at, person_id)
    WHERE state = 'waiting';
DROP INDEX person_wait;
CREATE INDEX person_wait ON person (region, service_id, queue, language, waiting_since)
    WHERE state = 'waiting';

DROP TRIGGER waiting_in;
DROP TRIGGER waiting_out;
DROP TRIGGER waiting_move;
CREATE TABLE waiting_count_2 (
    region TEXT NOT NULL,
    service_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    language TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (region, service_id, queue, language)
) STRICT, WITHOUT ROWID;
INSERT INTO waiting_count_2 SELECT region, service_id, '', language, n FROM waiting_count;
DROP TABLE waiting_count;
ALTER TABLE waiting_count_2 RENAME TO waiting_count;
CREATE TRIGGER waiting_in AFTER INSERT ON person WHEN new.state = 'waiting' BEGIN
    INSERT INTO waiting_count VALUES (new.region, new.service_id, new.queue, new.language, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER waiting_out AFTER DELETE ON person WHEN old.state = 'waiting' BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE region = old.region AND service_id = old.service_id
        AND queue = old.queue AND language = old.language;
END;
CREATE TRIGGER waiting_move AFTER UPDATE OF state, region, service_id, queue, language ON person
WHEN (old.state = 'waiting') <> (new.state = 'waiting') OR old.region <> new.region
    OR old.service_id <> new.service_id OR old.queue <> new.queue
    OR old.language <> new.language BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE old.state = 'waiting' AND region = old.region
        AND service_id = old.service_id AND queue = old.queue AND language = old.language;
    INSERT INTO waiting_count
        SELECT new.region, new.service_id, new.queue, new.language, 1 WHERE new.state = 'waiting'
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- The same for the people of a decided import.
ALTER TABLE import_row ADD COLUMN queue TEXT NOT NULL DEFAULT '';
DROP INDEX import_row_next;
CREATE INDEX import_row_next
    ON import_row (import_id, region, queue, language, kind DESC, ticket_at) WHERE is_new = 1;
DROP TRIGGER import_row_in;
DROP TRIGGER import_row_out;
DROP TRIGGER import_run_done;
CREATE TABLE import_waiting_2 (
    import_id INTEGER NOT NULL REFERENCES import_run (import_id) ON DELETE CASCADE,
    region TEXT NOT NULL,
    queue TEXT NOT NULL,
    language TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (import_id, region, queue, language)
) STRICT, WITHOUT ROWID;
INSERT INTO import_waiting_2 SELECT import_id, region, '', language, n FROM import_waiting;
DROP TABLE import_waiting;
ALTER TABLE import_waiting_2 RENAME TO import_waiting;
CREATE TRIGGER import_row_in AFTER INSERT ON import_row WHEN new.is_new = 1 BEGIN
    INSERT INTO import_waiting VALUES (new.import_id, new.region, new.queue, new.language, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER import_row_out AFTER DELETE ON import_row WHEN old.is_new = 1 BEGIN
    UPDATE import_waiting SET n = n - 1 WHERE import_id = old.import_id AND region = old.region
        AND queue = old.queue AND language = old.language;
END;
CREATE TRIGGER import_run_done AFTER UPDATE OF state ON import_run WHEN new.state = 'done' BEGIN
    DELETE FROM import_waiting WHERE import_id = new.import_id;
END;
