/* SPDX-License-Identifier: Apache-2.0 */
/* Holds that contradict each other: found, and put right so that nobody who may have been spoken to
 * is called again by itself. */

#include "net/store/internal.h"
#include "net/store/store_hold_check.h"

static const struct {
    const char *name;
    enum sql_id count;
    enum sql_id repair;
} checks[] = {
  /* In this order: what one puts right is what the next looks at. */
    {"hold_without_person", SQL_CHECK_HOLD_PERSON,   SQL_REPAIR_HOLD_PERSON  },
    {"hold_without_agent",  SQL_CHECK_HOLD_AGENT,    SQL_REPAIR_HOLD_AGENT   },
    {"agent_without_hold",  SQL_CHECK_AGENT_HOLD,    SQL_REPAIR_AGENT_HOLD   },
    {"person_without_hold", SQL_CHECK_PERSON_HOLD,   SQL_REPAIR_PERSON_HOLD  },
    {"number_without_hold", SQL_CHECK_NUMBER_HOLD,   SQL_REPAIR_NUMBER_HOLD  },
    {"hold_without_end",    SQL_CHECK_HOLD_DEADLINE, SQL_REPAIR_HOLD_DEADLINE},
};
_Static_assert(sizeof checks / sizeof checks[0] == STORE_HOLD_CHECKS, "one row a check");

enum err_code store_hold_check(struct store *st, struct store_hold_check ret[STORE_HOLD_CHECKS],
                               struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < STORE_HOLD_CHECKS; i++) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        ret[i] = (struct store_hold_check){.name = checks[i].name};
        code = sql_one_args(st, checks[i].count, NULL, 0, &q, err);
        if (!code) {
            ret[i].n = sql_col_int(q, 0);
        }
    }
    return code;
}

enum err_code store_hold_repair(struct store *st, int64_t now_utc_s,
                                struct store_hold_check ret[STORE_HOLD_CHECKS], struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < STORE_HOLD_CHECKS; i++) {
        ret[i] = (struct store_hold_check){.name = checks[i].name};
        code = sql_run(st, checks[i].repair, err, sql_int(now_utc_s));
        if (!code) {
            ret[i].n = sql_changes(st);
        }
    }
    return code;
}
