-- SPDX-License-Identifier: Apache-2.0
-- Alarms for supervisors: kinds and ids, never a word about a person.

INSERT INTO sequence (name, last) VALUES ('alarm', 0);
CREATE TABLE alarm (
    alarm_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL, -- the id of what it is about, by its kind (core/alarm.h)
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT NOT NULL, -- '' = of none
    person_id INTEGER,
    offer_id INTEGER,
    agent_id INTEGER,
    callback_id INTEGER,
    incident_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('raised', 'seen', 'closed')),
    times INTEGER NOT NULL CHECK (times > 0), -- how often it happened while it was open
    raised_at INTEGER NOT NULL,
    again_at INTEGER NOT NULL, -- the last time
    seen_at INTEGER,
    seen_by INTEGER REFERENCES agent (agent_id),
    closed_at INTEGER,
    closed_by INTEGER REFERENCES agent (agent_id), -- NULL = by itself
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX alarm_open ON alarm (kind, subject_id) WHERE state <> 'closed';
CREATE INDEX alarm_of_region ON alarm (region, alarm_id) WHERE state <> 'closed';
