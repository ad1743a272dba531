-- SPDX-License-Identifier: Apache-2.0
-- Contacts whom somebody named in an interview, when the answers were handed in: a row each, beside
-- the person whom it became, or who was there already.
CREATE TABLE named_contact (
    named_contact_id INTEGER PRIMARY KEY,
    region TEXT NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT NOT NULL,
    offer_id INTEGER NOT NULL REFERENCES offer (offer_id), -- of the interview
    person_id INTEGER REFERENCES person (person_id), -- NULL: has no number to call
    entry_enc BLOB, -- who has none: names, birth date, national number, what else was told
    entry_mac BLOB CHECK (length(entry_mac) = 16), -- keyed: told already or not
    at INTEGER NOT NULL,
    CHECK ((person_id IS NULL) = (entry_enc IS NOT NULL)),
    CHECK ((person_id IS NULL) = (entry_mac IS NOT NULL)),
    UNIQUE (offer_id, person_id),
    UNIQUE (offer_id, entry_mac)
) STRICT;
CREATE INDEX named_contact_person ON named_contact (person_id) WHERE person_id IS NOT NULL;
INSERT INTO sequence (name, last) VALUES ('named_contact', 0);

-- One more list for others. A check cannot be changed: the tables are made anew.
CREATE TABLE list_export_anew (
    list_export_id INTEGER PRIMARY KEY,
    list TEXT NOT NULL CHECK (list IN ('field-visits', 'collectivities', 'sms',
        'contacts-without-number')),
    region TEXT CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')), -- NULL = all
    at INTEGER NOT NULL,
    account TEXT NOT NULL
) STRICT;
CREATE TABLE list_mark_anew (
    list TEXT NOT NULL,
    entry_id INTEGER NOT NULL, -- a person_id, a collectivity_id, or a named_contact_id
    list_export_id INTEGER NOT NULL REFERENCES list_export_anew (list_export_id),
    PRIMARY KEY (list, entry_id)
) STRICT, WITHOUT ROWID;
INSERT INTO list_export_anew SELECT list_export_id, list, region, at, account FROM list_export;
INSERT INTO list_mark_anew SELECT list, entry_id, list_export_id FROM list_mark;
DROP TABLE list_mark;
DROP TABLE list_export;
ALTER TABLE list_export_anew RENAME TO list_export;
ALTER TABLE list_mark_anew RENAME TO list_mark;
