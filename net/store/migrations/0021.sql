-- SPDX-License-Identifier: Apache-2.0
-- Calling another number after a call (core/another.h): an offer of its own, in the preview at once.

-- Where the person goes back to when it ends without a call; NULL = waiting, as after any offer.
ALTER TABLE offer ADD COLUMN before_state TEXT
    CHECK (before_state IN ('waiting', 'resting', 'unresolved', 'closed'));
ALTER TABLE offer ADD COLUMN before_due_at INTEGER;
ALTER TABLE offer ADD COLUMN after_offer_id INTEGER; -- the call before; may be destroyed since
-- Who is called in place of the person (core/party.h).
ALTER TABLE offer ADD COLUMN party_relation TEXT
    CHECK (party_relation IN ('parent', 'guardian', 'helper', 'other'));
ALTER TABLE offer ADD COLUMN party_name_enc BLOB;
ALTER TABLE offer ADD COLUMN party_phone_enc BLOB;
CREATE INDEX offer_party ON offer (person_id, offer_id) WHERE party_relation IS NOT NULL;
