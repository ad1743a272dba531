-- SPDX-License-Identifier: Apache-2.0
-- Audit chains and their checkpoints, keys that change, certificates of what was destroyed,
-- incidents.

-- One chain a writer of audit entries, so that several can write at once. Chain 1 holds what was
-- written when there was one chain for all.
CREATE TABLE audit_chain (
    chain INTEGER PRIMARY KEY,
    writer TEXT NOT NULL UNIQUE CHECK (length(writer) BETWEEN 1 AND 128),
    begun_at INTEGER NOT NULL
) STRICT;
INSERT INTO audit_chain (chain, writer, begun_at) VALUES (1, 'local', 0);

-- Where all chains ended at one instant, signed (Ed25519). Each names the one before it.
CREATE TABLE audit_checkpoint (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE ON audit_checkpoint BEGIN
    SELECT RAISE(ABORT, 'a checkpoint cannot be changed');
END;
CREATE TRIGGER audit_checkpoint_remains BEFORE DELETE ON audit_checkpoint BEGIN
    SELECT RAISE(ABORT, 'a checkpoint cannot be taken away');
END;

-- Which key writes, and how far a change of keys has come: rows of the table `place` (a place in
-- net/store/sealed.def) after (key_1, key_2) are still to be sealed anew.
CREATE TABLE key_state (
    key_state_id INTEGER PRIMARY KEY CHECK (key_state_id = 1),
    database_name TEXT NOT NULL, -- made by chance: one database is not taken for another
    writes INTEGER NOT NULL CHECK (writes > 0),
    rotating INTEGER NOT NULL DEFAULT 0 CHECK (rotating IN (0, 1)),
    begun_at INTEGER,
    ended_at INTEGER,
    place INTEGER NOT NULL DEFAULT 0,
    key_1 INTEGER NOT NULL DEFAULT 0,
    key_2 INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Of keys that left the key file: what is still needed to verify and to find, never to open.
CREATE TABLE kept_key (
    key_id INTEGER NOT NULL,
    purpose INTEGER NOT NULL,
    key_enc BLOB NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, purpose)
) STRICT, WITHOUT ROWID;

-- What was destroyed, signed as a checkpoint is; and keyed digests of the tickets.
CREATE TABLE certificate (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('purge', 'erasure')),
    at INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE TRIGGER certificate_stays BEFORE UPDATE ON certificate BEGIN
    SELECT RAISE(ABORT, 'a certificate cannot be changed');
END;
CREATE TRIGGER certificate_remains BEFORE DELETE ON certificate BEGIN
    SELECT RAISE(ABORT, 'a certificate cannot be taken away');
END;
CREATE TABLE destroyed_ticket (
    number INTEGER NOT NULL, -- of the certificate
    digest BLOB NOT NULL CHECK (length(digest) = 16),
    PRIMARY KEY (number, digest)
) STRICT, WITHOUT ROWID;

-- A leak, or what may be one, as an agent reported it.
INSERT INTO sequence (name, last) VALUES ('incident', 0);
CREATE TABLE incident (
    incident_id INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    happened_at INTEGER NOT NULL,
    reported_at INTEGER NOT NULL, -- typed, on the agent's machine
    received_at INTEGER NOT NULL,
    person_id INTEGER, -- whom it is about, when it is about one; may be gone since
    what_enc BLOB NOT NULL
) STRICT;
CREATE INDEX incident_region ON incident (region, incident_id);
CREATE TRIGGER incident_stays BEFORE UPDATE OF incident_id, agent_id, region, happened_at,
    reported_at, received_at, person_id ON incident BEGIN
    SELECT RAISE(ABORT, 'an incident cannot be changed');
END;
CREATE TRIGGER incident_remains BEFORE DELETE ON incident BEGIN
    SELECT RAISE(ABORT, 'an incident cannot be taken away');
END;

-- The words of a late draft may be sealed with another key; the rest stays as it came.
DROP TRIGGER late_draft_stays;
CREATE TRIGGER late_draft_stays BEFORE UPDATE OF late_draft_id, offer_id, agent_id, fence,
    base_version, completed, received_at ON late_draft BEGIN
    SELECT RAISE(ABORT, 'a late draft cannot be changed');
END;
-- So may the number of a wish be found under another key.
DROP TRIGGER wish_not_called_stays;
CREATE TRIGGER wish_not_called_stays BEFORE UPDATE OF wish_id, person_id, agent_id, offer_id, at
    ON wish_not_called BEGIN
    SELECT RAISE(ABORT, 'a wish cannot be changed');
END;

-- A value is found under its old key until all that holds it is under the new one.
CREATE INDEX call_phone ON call (phone_bidx);
CREATE INDEX callback_phone ON callback (phone_bidx) WHERE phone_bidx IS NOT NULL;
