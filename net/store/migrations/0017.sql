-- SPDX-License-Identifier: Apache-2.0
-- What answers are worth follows the call (core/response_status.h): `completed` says that they were
-- handed in, `changed` that they were changed afterwards, `status` what the wrap-up code made of it.
ALTER TABLE response ADD COLUMN changed INTEGER NOT NULL DEFAULT 0 CHECK (changed IN (0, 1));
ALTER TABLE response ADD COLUMN status TEXT NOT NULL DEFAULT 'in-progress'
    CHECK (status IN ('in-progress', 'completed', 'amended', 'stopped', 'entered-in-error'));
UPDATE response SET status = 'completed' WHERE completed = 1;
-- A draft of somebody who was closed then is one that nobody goes on with.
UPDATE response SET status = 'stopped' WHERE completed = 0 AND 'closed' = (
    SELECT w.person_state FROM wrapup w WHERE w.offer_id = response.offer_id
    ORDER BY w.revision DESC LIMIT 1);

-- Tries that may have brought answers to the federal side: those on their way, those it answered,
-- and those of which nobody knows. 0: it has nothing. Of what was before, any may have.
ALTER TABLE outbox ADD COLUMN open_tries INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET open_tries = claim;
