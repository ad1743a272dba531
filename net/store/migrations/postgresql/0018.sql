-- SPDX-License-Identifier: Apache-2.0
-- Contacts whom somebody named in an interview, when the answers were handed in: a row each, beside
-- the person whom it became, or who was there already.
CREATE TABLE named_contact (
    named_contact_id BIGINT PRIMARY KEY,
    region TEXT COLLATE "C" NOT NULL CHECK (region IN ('VLG', 'WAL', 'BXL', 'OOS')),
    service_id TEXT COLLATE "C" NOT NULL,
    offer_id BIGINT NOT NULL REFERENCES offer (offer_id), -- of the interview
    person_id BIGINT REFERENCES person (person_id), -- NULL: has no number to call
    entry_enc BYTEA, -- who has none: names, birth date, national number, what else was told
    entry_mac BYTEA CHECK (length(entry_mac) = 16), -- keyed: told already or not
    at BIGINT NOT NULL,
    CHECK ((person_id IS NULL) = (entry_enc IS NOT NULL)),
    CHECK ((person_id IS NULL) = (entry_mac IS NOT NULL)),
    UNIQUE (offer_id, person_id),
    UNIQUE (offer_id, entry_mac)
);
CREATE INDEX named_contact_person ON named_contact (person_id) WHERE person_id IS NOT NULL;
CREATE SEQUENCE seq_named_contact AS BIGINT;

-- One more list for others.
ALTER TABLE list_export DROP CONSTRAINT list_export_list_check;
ALTER TABLE list_export ADD CONSTRAINT list_export_list_check
    CHECK (list IN ('field-visits', 'collectivities', 'sms', 'contacts-without-number'));
