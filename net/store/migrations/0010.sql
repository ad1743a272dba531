-- SPDX-License-Identifier: Apache-2.0
-- Words that stay may be sealed with another key.

DROP TRIGGER overload_switch_stays;
CREATE TRIGGER overload_switch_stays BEFORE UPDATE OF switch_id, service_id, region, is_on, at,
    agent_id, account ON overload_switch BEGIN
    SELECT RAISE(ABORT, 'what was switched stays');
END;
