-- SPDX-License-Identifier: Apache-2.0
-- The first schema. Personal data stand only in columns named *_enc (XChaCha20-Poly1305, a blob
-- names its key) and are found through columns named *_bidx (keyed BLAKE2b). Instants are UTC
-- seconds. Whoever reads people names their region.

-- Ids that a sealed field or a token must know before its row exists; never given twice.
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sequence (name, last) VALUES ('agent', 0), ('person', 0), ('call', 0),
    ('session', 0);

-- Policy: every version that was ever loaded stays, the highest counts.
CREATE TABLE service_version (
    service_id TEXT NOT NULL CHECK (length(service_id) BETWEEN 1 AND 48),
    version INTEGER NOT NULL CHECK (version > 0),
    definition TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    PRIMARY KEY (service_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE script_version (
    script_version_id INTEGER PRIMARY KEY,
    script_id TEXT NOT NULL CHECK (length(script_id) BETWEEN 1 AND 64),
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    UNIQUE (script_id, version)
) STRICT;

CREATE TABLE agent (
    agent_id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE CHECK (length(login) BETWEEN 1 AND 64),
    name TEXT NOT NULL,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    role TEXT NOT NULL CHECK (role IN ('agent', 'supervisor')),
    languages TEXT NOT NULL CHECK (length(languages) >= 2), -- 'fr,nl'
    service_id TEXT NOT NULL,
    password_hash TEXT NOT NULL, -- argon2id
    journal_enc BLOB NOT NULL, -- the key of the journals on the agent's machines
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'signed_out' CHECK (state IN ('signed_out', 'available', 'busy',
        'away', 'break', 'meal', 'meeting', 'training', 'on_queue')),
    status_since INTEGER NOT NULL,
    on_queue_since INTEGER,
    free_since INTEGER NOT NULL, -- waits for somebody since
    offer_id INTEGER REFERENCES offer (offer_id) DEFERRABLE INITIALLY DEFERRED, -- holds it now
    CHECK ((state = 'on_queue') = (on_queue_since IS NOT NULL))
) STRICT;
CREATE INDEX agent_ready ON agent (free_since) WHERE state = 'on_queue' AND offer_id IS NULL;
CREATE INDEX agent_on_queue ON agent (region, service_id) WHERE state = 'on_queue';

CREATE TABLE session (
    session_id INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    token_salt BLOB NOT NULL CHECK (length(token_salt) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT CHECK (end_reason IN ('other_login', 'signed_out', 'expired')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;
CREATE UNIQUE INDEX session_open ON session (agent_id) WHERE ended_at IS NULL;
CREATE INDEX session_expiry ON session (expires_at) WHERE ended_at IS NULL;

CREATE TABLE person (
    person_id INTEGER PRIMARY KEY,
    service_id TEXT NOT NULL,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    kind TEXT NOT NULL CHECK (kind IN ('index', 'contact')),
    language TEXT NOT NULL CHECK (length(language) = 2),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'resting', 'held', 'unresolved', 'closed')),
    state_since INTEGER NOT NULL,
    -- Who comes first: a callback (0), an index case (1), a contact (2); then the older instant.
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 2),
    order_at INTEGER NOT NULL,
    for_agent_id INTEGER REFERENCES agent (agent_id), -- whose callback it is
    waiting_since INTEGER NOT NULL,
    due_at INTEGER,
    fence INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- calls that rang
    n_phones INTEGER NOT NULL CHECK (n_phones BETWEEN 1 AND 4),
    next_phone INTEGER NOT NULL DEFAULT 0 CHECK (next_phone BETWEEN 0 AND 3),
    dropped_phones INTEGER NOT NULL DEFAULT 0,
    not_reached INTEGER NOT NULL DEFAULT 0 CHECK (not_reached IN (0, 1)), -- for a field visit
    ticket_at INTEGER NOT NULL,
    ticket_bidx BLOB NOT NULL CHECK (length(ticket_bidx) = 16),
    niss_bidx BLOB CHECK (length(niss_bidx) = 16),
    name_birth_bidx BLOB CHECK (length(name_birth_bidx) = 16),
    ident_enc BLOB NOT NULL,   -- ticket, NISS, names, birth date
    contact_enc BLOB NOT NULL, -- telephone numbers, whose they are
    context_enc BLOB NOT NULL, -- name of the index patient, municipality
    notes_enc BLOB,
    content_mac BLOB NOT NULL CHECK (length(content_mac) = 16), -- keyed: same record or not
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((state = 'resting') = (due_at IS NOT NULL))
) STRICT;
-- A ticket is one person, whatever the service.
CREATE UNIQUE INDEX person_ticket ON person (ticket_bidx);
-- The reservation reads its first row. People who are not due yet are not in it.
CREATE INDEX person_waiting ON person (region, service_id, language, rank, order_at, person_id)
    WHERE state = 'waiting';
CREATE INDEX person_own_callback ON person (for_agent_id, order_at)
    WHERE state = 'waiting' AND for_agent_id IS NOT NULL;
CREATE INDEX person_wait ON person (region, service_id, language, waiting_since)
    WHERE state = 'waiting';
CREATE INDEX person_resting ON person (due_at) WHERE state = 'resting';
CREATE INDEX person_unresolved ON person (region, state_since) WHERE state = 'unresolved';
CREATE INDEX person_niss ON person (niss_bidx) WHERE niss_bidx IS NOT NULL;
CREATE INDEX person_name_birth ON person (name_birth_bidx) WHERE name_birth_bidx IS NOT NULL;

CREATE TABLE person_phone (
    person_id INTEGER NOT NULL REFERENCES person (person_id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 3),
    phone_bidx BLOB NOT NULL CHECK (length(phone_bidx) = 16),
    PRIMARY KEY (person_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_phone_number ON person_phone (phone_bidx);

-- How many wait, without counting them: figures cost the same with ten million.
CREATE TABLE waiting_count (
    region TEXT NOT NULL,
    service_id TEXT NOT NULL,
    language TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (region, service_id, language)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER waiting_in AFTER INSERT ON person WHEN new.state = 'waiting' BEGIN
    INSERT INTO waiting_count VALUES (new.region, new.service_id, new.language, 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER waiting_out AFTER DELETE ON person WHEN old.state = 'waiting' BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE region = old.region AND service_id = old.service_id
        AND language = old.language;
END;
CREATE TRIGGER waiting_move AFTER UPDATE OF state, region, service_id, language ON person
WHEN (old.state = 'waiting') <> (new.state = 'waiting') OR old.region <> new.region
    OR old.service_id <> new.service_id OR old.language <> new.language BEGIN
    UPDATE waiting_count SET n = n - 1 WHERE old.state = 'waiting' AND region = old.region
        AND service_id = old.service_id AND language = old.language;
    INSERT INTO waiting_count
        SELECT new.region, new.service_id, new.language, 1 WHERE new.state = 'waiting'
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- An offer and who holds its person: state is that of core/hold.h, 'none' = over.
CREATE TABLE offer (
    offer_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    service_id TEXT NOT NULL,
    service_version INTEGER NOT NULL,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    kind TEXT NOT NULL CHECK (kind IN ('index', 'contact')),
    language TEXT NOT NULL,
    queue TEXT NOT NULL,
    fence INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('none', 'offered', 'preview', 'call', 'acw', 'overdue', 'done')),
    state_since INTEGER NOT NULL,
    deadline INTEGER,
    acw_deadline INTEGER, -- stays when it has passed: it says what is late
    made_at INTEGER NOT NULL,
    accepted_at INTEGER,
    ended_at INTEGER,
    end_event TEXT,
    skip_reason TEXT,
    release_enc BLOB, -- a supervisor's reason
    attempts_before INTEGER, -- as before the call: a rule can be applied again
    dropped_before INTEGER,
    FOREIGN KEY (service_id, service_version) REFERENCES service_version (service_id, version)
) STRICT;
CREATE UNIQUE INDEX offer_one_agent ON offer (person_id)
    WHERE state IN ('offered', 'preview', 'call', 'acw', 'overdue');
CREATE UNIQUE INDEX offer_one_person ON offer (agent_id) WHERE state <> 'none';
-- The deadline of a preview is the screen's: it starts the call then.
CREATE INDEX offer_deadline ON offer (deadline) WHERE deadline IS NOT NULL AND state <> 'preview';
CREATE INDEX offer_of_agent ON offer (agent_id, made_at);
CREATE INDEX offer_of_person ON offer (person_id, made_at);

CREATE TABLE call (
    call_id INTEGER PRIMARY KEY,
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id),
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    phone_position INTEGER NOT NULL,
    phone_bidx BLOB NOT NULL CHECK (length(phone_bidx) = 16),
    phone_enc BLOB NOT NULL,
    token_salt BLOB NOT NULL CHECK (length(token_salt) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    ring_limit_s INTEGER NOT NULL,
    permitted_at INTEGER NOT NULL,
    sip_call_id TEXT,
    state INTEGER NOT NULL DEFAULT 0, -- enum call_state
    "end" TEXT NOT NULL DEFAULT 'none',
    muted INTEGER NOT NULL DEFAULT 0,
    peer_holds INTEGER NOT NULL DEFAULT 0,
    rang INTEGER NOT NULL DEFAULT 0,
    dialled_at INTEGER NOT NULL DEFAULT 0,
    rang_at INTEGER NOT NULL DEFAULT 0,
    answered_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER NOT NULL DEFAULT 0,
    last_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX call_of_offer ON call (offer_id);
CREATE INDEX call_of_person ON call (person_id);

CREATE TABLE call_event (
    call_id INTEGER NOT NULL REFERENCES call (call_id),
    seq INTEGER NOT NULL CHECK (seq > 0),
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    "end" TEXT NOT NULL,
    sip_status INTEGER NOT NULL,
    text_enc BLOB,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (call_id, seq)
) STRICT, WITHOUT ROWID;

-- One number is dialled from one place, across tickets, services and regions.
CREATE TABLE phone_lease (
    phone_bidx BLOB PRIMARY KEY CHECK (length(phone_bidx) = 16),
    call_id INTEGER NOT NULL UNIQUE REFERENCES call (call_id),
    leased_at INTEGER NOT NULL,
    free_at INTEGER -- set when the end was not proved
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_lease_free ON phone_lease (free_at) WHERE free_at IS NOT NULL;

-- Another region's agent may see one record during one call.
CREATE TABLE call_grant (
    call_id INTEGER NOT NULL REFERENCES call (call_id),
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    granted_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (call_id, agent_id)
) STRICT, WITHOUT ROWID;

-- Every code that was chosen for an offer; the highest revision counts.
CREATE TABLE wrapup (
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id),
    revision INTEGER NOT NULL CHECK (revision > 0),
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    code TEXT NOT NULL,
    late INTEGER NOT NULL CHECK (late IN (0, 1)),
    chosen_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    note_enc BLOB,
    person_state TEXT NOT NULL,
    due_at INTEGER,
    PRIMARY KEY (offer_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE callback (
    callback_id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id), -- in which it was agreed
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    at INTEGER NOT NULL,
    zone TEXT, -- IANA, as agreed
    phone_bidx BLOB CHECK (length(phone_bidx) = 16),
    phone_enc BLOB,
    route_to_agent INTEGER NOT NULL DEFAULT 1 CHECK (route_to_agent IN (0, 1)),
    fallback_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'served', 'cancelled', 'missed')),
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX callback_open ON callback (person_id) WHERE state = 'open';
CREATE INDEX callback_of_agent ON callback (agent_id, at) WHERE state = 'open';

-- A wish not to be called again cannot be taken back.
CREATE TABLE wish_not_called (
    wish_id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    phone_bidx BLOB CHECK (length(phone_bidx) = 16), -- NULL = on no number
    agent_id INTEGER REFERENCES agent (agent_id),
    offer_id INTEGER REFERENCES offer (offer_id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX wish_not_called_person ON wish_not_called (person_id);
CREATE INDEX wish_not_called_phone ON wish_not_called (phone_bidx);
CREATE TRIGGER wish_not_called_stays BEFORE UPDATE ON wish_not_called BEGIN
    SELECT RAISE(ABORT, 'a wish cannot be changed');
END;

-- Numbers that were found wrong.
CREATE TABLE data_quality (
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    phone_position INTEGER NOT NULL,
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id),
    at INTEGER NOT NULL,
    PRIMARY KEY (person_id, phone_position, offer_id)
) STRICT, WITHOUT ROWID;

-- The answers to an offer's script: the newest draft, or what was submitted.
CREATE TABLE response (
    offer_id INTEGER PRIMARY KEY REFERENCES offer (offer_id),
    version INTEGER NOT NULL CHECK (version > 0),
    completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
    body_enc BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Answers that came with a stale fence: words are never thrown away.
CREATE TABLE late_draft (
    late_draft_id INTEGER PRIMARY KEY AUTOINCREMENT,
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id),
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    fence INTEGER NOT NULL,
    base_version INTEGER NOT NULL,
    completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
    body_mac BLOB NOT NULL CHECK (length(body_mac) = 16),
    body_enc BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (offer_id, body_mac)
) STRICT;
CREATE TRIGGER late_draft_stays BEFORE UPDATE ON late_draft BEGIN
    SELECT RAISE(ABORT, 'a late draft cannot be changed');
END;

-- Answers to repeated requests, for 24 hours; no personal data.
CREATE TABLE repeat (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    http_status INTEGER NOT NULL,
    reference TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX repeat_at ON repeat (at);

-- Who looked at what. Each entry's hash is over its fields and the hash before it, keyed. SQLite
-- has one writer at a time, so one chain (1) serves all processes of this database.
CREATE TABLE audit (
    chain INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    agent_id INTEGER,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id INTEGER,
    offer_id INTEGER,
    call_id INTEGER,
    key_id INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (chain, seq)
) STRICT;
CREATE INDEX audit_person ON audit (person_id) WHERE person_id IS NOT NULL;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log cannot be shortened');
END;
CREATE TABLE audit_head (
    chain INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (chain, seq, hash) VALUES (1, 0, zeroblob(32));

-- An import: rows are staged sealed, then, when every row is good, promoted in small batches. The
-- step from 'staging' to 'promoting' is what makes it happen: a run that was cut after it goes on.
CREATE TABLE import_run (
    import_id INTEGER PRIMARY KEY AUTOINCREMENT,
    service_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'promoting', 'done')),
    n_new INTEGER NOT NULL DEFAULT 0,
    n_changed INTEGER NOT NULL DEFAULT 0,
    n_same INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER NOT NULL,
    done_at INTEGER
) STRICT;
CREATE TABLE import_row (
    row_id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL REFERENCES import_run (import_id),
    line INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
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
    UNIQUE (import_id, ticket_bidx)
) STRICT;

-- Opens with the right key only.
CREATE TABLE key_check (
    key_check_id INTEGER PRIMARY KEY CHECK (key_check_id = 1),
    check_enc BLOB NOT NULL
) STRICT;

-- The history of this schema.
CREATE TABLE migration (
    version INTEGER PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT;
