-- SPDX-License-Identifier: Apache-2.0
-- Two more roles; and of a session, when somebody was last heard of and more reasons to end it.

ALTER TABLE agent RENAME COLUMN role TO role_1;
ALTER TABLE agent ADD COLUMN role TEXT NOT NULL DEFAULT 'agent'
    CHECK (role IN ('agent', 'supervisor', 'trainer', 'operator', 'authority'));
UPDATE agent SET role = role_1;
ALTER TABLE agent DROP COLUMN role_1;

CREATE TABLE session_2 (
    session_id INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agent (agent_id),
    token_salt BLOB NOT NULL CHECK (length(token_salt) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, -- at most so long
    seen_at INTEGER NOT NULL,    -- somebody was there, to the minute or so
    ended_at INTEGER,
    end_reason TEXT CHECK (end_reason IN ('other_login', 'signed_out', 'expired', 'idle',
        'operator', 'disabled')),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;
INSERT INTO session_2 (session_id, agent_id, token_salt, token_hash, created_at, expires_at,
        seen_at, ended_at, end_reason)
    SELECT session_id, agent_id, token_salt, token_hash, created_at, expires_at, created_at,
        ended_at, end_reason
    FROM session ORDER BY session_id;
DROP TABLE session;
ALTER TABLE session_2 RENAME TO session;
CREATE UNIQUE INDEX session_open ON session (agent_id) WHERE ended_at IS NULL;
CREATE INDEX session_expiry ON session (expires_at) WHERE ended_at IS NULL;
CREATE INDEX session_seen ON session (seen_at) WHERE ended_at IS NULL;
