-- SPDX-License-Identifier: Apache-2.0
-- The role of an operator, and imports that count as a whole from the instant of their decision.

ALTER TABLE agent RENAME COLUMN role TO role_1;
ALTER TABLE agent ADD COLUMN role TEXT NOT NULL DEFAULT 'agent'
    CHECK (role IN ('agent', 'supervisor', 'operator'));
UPDATE agent SET role = role_1;
ALTER TABLE agent DROP COLUMN role_1;

-- A run is decided by its step to 'promoting'. From then on its rows are the truth about their
-- people, and who asks sees them so: exports read them too, figures add import_waiting, and the
-- reservation looks at import_row_next and moves the one row that it needs. Moving the rest to
-- person is housekeeping, and nobody sees how far it has come.
ALTER TABLE import_run ADD COLUMN decided_at INTEGER;
UPDATE import_run SET decided_at = started_at WHERE state <> 'staging';
CREATE INDEX import_run_promoting ON import_run (import_id) WHERE state = 'promoting';

CREATE TABLE import_row_2 (
    person_id INTEGER PRIMARY KEY, -- only one run has rows at a time
    import_id INTEGER NOT NULL REFERENCES import_run (import_id),
    line INTEGER NOT NULL,
    is_new INTEGER NOT NULL CHECK (is_new IN (0, 1)), -- nobody of this ticket was stored
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    n_phones INTEGER NOT NULL,
    ticket_at INTEGER NOT NULL,
    ticket_bidx BLOB NOT NULL,
    niss_bidx BLOB,
    name_birth_bidx BLOB,
    phone_bidx BLOB NOT NULL, -- n_phones times 16 bytes
    ident_enc BLOB, -- NULL: the person is stored like this already
    contact_enc BLOB,
    context_enc BLOB,
    notes_enc BLOB,
    content_mac BLOB NOT NULL,
    UNIQUE (ticket_bidx)
) STRICT;
INSERT INTO import_row_2
    SELECT r.person_id, r.import_id, r.line,
        NOT EXISTS (SELECT 1 FROM person p WHERE p.person_id = r.person_id), r.region, r.kind,
        r.language, r.n_phones, r.ticket_at, r.ticket_bidx, r.niss_bidx, r.name_birth_bidx,
        r.phone_bidx, r.ident_enc, r.contact_enc, r.context_enc, r.notes_enc, r.content_mac
    FROM import_row r JOIN import_run i USING (import_id) WHERE i.state = 'promoting'
    ORDER BY r.person_id;
DROP TABLE import_row;
ALTER TABLE import_row_2 RENAME TO import_row;
-- Who would be offered first, as in person_waiting.
CREATE INDEX import_row_next ON import_row (import_id, region, language, kind DESC, ticket_at)
    WHERE is_new = 1;

-- How many new people of a run wait and are not moved yet.
CREATE TABLE import_waiting (
    import_id INTEGER NOT NULL REFERENCES import_run (import_id) ON DELETE CASCADE,
    region TEXT NOT NULL,
    language TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (import_id, region, language)
) STRICT, WITHOUT ROWID;
INSERT INTO import_waiting
    SELECT import_id, region, language, count(*) FROM import_row WHERE is_new = 1
    GROUP BY import_id, region, language;
CREATE TRIGGER import_row_in AFTER INSERT ON import_row WHEN new.is_new = 1 BEGIN
    INSERT INTO import_waiting VALUES (new.import_id, new.region, new.language, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER import_row_out AFTER DELETE ON import_row WHEN old.is_new = 1 BEGIN
    UPDATE import_waiting SET n = n - 1 WHERE import_id = old.import_id AND region = old.region
        AND language = old.language;
END;
CREATE TRIGGER import_run_done AFTER UPDATE OF state ON import_run WHEN new.state = 'done' BEGIN
    DELETE FROM import_waiting WHERE import_id = new.import_id;
END;
