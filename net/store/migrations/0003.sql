-- SPDX-License-Identifier: Apache-2.0
-- Under which fence the newest answers were given: what an older login left unsent on another
-- machine never overwrites them. 0: before this was noted.

ALTER TABLE response ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
