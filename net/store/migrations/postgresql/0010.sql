-- SPDX-License-Identifier: Apache-2.0
-- Words that stay may be sealed with another key.

DROP TRIGGER overload_switch_stays ON overload_switch;
CREATE TRIGGER overload_switch_stays
    BEFORE UPDATE OF switch_id, service_id, region, is_on, at, agent_id, account
    ON overload_switch FOR EACH ROW EXECUTE FUNCTION refuse('what was switched stays');
