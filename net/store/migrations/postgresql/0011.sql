-- SPDX-License-Identifier: Apache-2.0
-- Who sends answers now: one at a time each, so that an older version never overtakes a newer one.

ALTER TABLE outbox ADD COLUMN claim BIGINT NOT NULL DEFAULT 0; -- counts them
ALTER TABLE outbox ADD COLUMN busy_until BIGINT NOT NULL DEFAULT 0; -- 0 = nobody sends it
ALTER TABLE outbox ADD COLUMN alarmed_at BIGINT NOT NULL DEFAULT 0; -- of this version
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (region, queued_at, offer_id) WHERE state = 'waiting';
DROP INDEX outbox_parked;
CREATE INDEX outbox_parked ON outbox (region, queued_at, offer_id) WHERE state = 'parked';
