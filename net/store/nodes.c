/* SPDX-License-Identifier: Apache-2.0 */
/* Several nodes on one database: telling, and who was seen where. */

#include "net/store/store_nodes.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "net/store/internal.h"
#include "net/store/sql_engine.h"

#define FORGET_AFTER_S 3600

bool store_is_shared(const struct store *st)
{
    return st->engine == &sql_postgresql;
}

enum err_code store_tell(struct store *st, const char *text, struct err *err)
{
    CLEANUP_BUF struct buf words = {0};
    if (!store_is_shared(st)) {
        return ERR_OK;
    }
    buf_printf(&words, "%s %s", st->instance, text);
    return words.failed ? err_set(err, ERR_NOMEM, NULL)
                        : sql_run(st, SQL_TELL, err, sql_text(buf_text(&words)));
}

enum err_code store_presence_put(struct store *st, const int64_t *agent_ids, size_t n,
                                 struct err *err)
{
    CLEANUP_BUF struct buf list = {0};
    if (!store_is_shared(st) || n == 0) {
        return ERR_OK;
    }
    for (size_t i = 0; i < n; i++) {
        buf_printf(&list, "%s%" PRId64, i ? "," : "", agent_ids[i]);
    }
    return list.failed
               ? err_set(err, ERR_NOMEM, NULL)
               : sql_run(st, SQL_PRESENCE_PUT, err, sql_text(buf_text(&list)), sql_int(st->node));
}

enum err_code store_presence_others(struct store *st, store_presence_fn *fn, void *arg,
                                    struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    if (!store_is_shared(st)) {
        return ERR_OK;
    }
    enum err_code code = sql_each(st, SQL_PRESENCE_OTHERS, &q, err, sql_int(st->node));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        fn(arg, sql_col_int(q, 0), sql_col_int(q, 1));
    }
    return code;
}

enum err_code store_presence_recent(struct store *st, int64_t agent_id, int64_t now_utc_s,
                                    bool *ret_recent, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    *ret_recent = false;
    if (!store_is_shared(st)) {
        return ERR_OK;
    }
    enum err_code code = sql_each(st, SQL_PRESENCE_RECENT, &q, err, sql_int(agent_id),
                                  sql_int(st->node), sql_int(now_utc_s));
    return code ? code : sql_next(st, q, ret_recent, err);
}

enum err_code store_presence_purge(struct store *st, struct err *err)
{
    return store_is_shared(st) ? sql_run(st, SQL_PRESENCE_PURGE, err, sql_int(FORGET_AFTER_S))
                               : ERR_OK;
}
