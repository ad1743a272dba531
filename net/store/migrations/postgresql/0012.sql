-- SPDX-License-Identifier: Apache-2.0
-- A wish not to be called again outlives person, offer and call, and nothing takes it back.

ALTER TABLE wish_not_called
    DROP CONSTRAINT wish_not_called_person_id_fkey,
    DROP CONSTRAINT wish_not_called_offer_id_fkey;
CREATE TRIGGER wish_not_called_remains BEFORE DELETE ON wish_not_called
    FOR EACH ROW EXECUTE FUNCTION refuse('a wish cannot be taken back');
