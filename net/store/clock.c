/* SPDX-License-Identifier: Apache-2.0 */
/* The wall clock was moved under a running backend: what is a time to go moves with it. */

#include "net/store/internal.h"
#include "net/store/store.h"

enum err_code store_clock_moved(struct store *st, int64_t by_s, struct err *err)
{
    static const enum sql_id moves[] = {
        SQL_MOVE_OFFERS,   SQL_MOVE_CALLS,  SQL_MOVE_LEASES,
        SQL_MOVE_SESSIONS, SQL_MOVE_AGENTS, SQL_MOVE_OUTBOX,
    };
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof moves / sizeof moves[0]; i++) {
        code = sql_run(st, moves[i], err, sql_int(by_s));
    }
    return code;
}
