-- SPDX-License-Identifier: Apache-2.0
-- Calls beside that of the person: an expert is consulted while the person is on hold; and where a
-- person's call was to be transferred.

-- 'person'; 'consult': of the same offer, it neither moves the hold nor counts as an attempt.
ALTER TABLE call ADD COLUMN role TEXT NOT NULL DEFAULT 'person';
-- Who is consulted, or to whom the person's call was to be transferred last: 'number', 'user',
-- 'queue'; NULL = nobody.
ALTER TABLE call ADD COLUMN target TEXT CHECK (target IN ('number', 'user', 'queue'));
ALTER TABLE call ADD COLUMN target_name TEXT NOT NULL DEFAULT ''; -- a user's login, a queue's id
ALTER TABLE call ADD COLUMN transfer_enc BLOB; -- the number of a transfer; a consult's is phone_enc
