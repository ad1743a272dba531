/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the whole backend. A row of a region or state that this program does not know is
 * passed over. */

#include <string.h>

#include "net/store/internal.h"
#include "net/store/store_figures.h"
#include "net/store/store_outbox.h"

static bool col_region(struct sql_rows *q, int column, enum region *ret)
{
    char name[8];
    sql_col_text(q, column, name, sizeof name);
    return region_by_name(name, strlen(name), ret);
}

static bool hold_by_name(const char *name, enum hold_state *ret)
{
    for (int s = 0; s < HOLD_STATE_COUNT; s++) {
        if (strcmp(hold_state_name((enum hold_state)s), name) == 0) {
            *ret = (enum hold_state)s;
            return true;
        }
    }
    return false;
}

static void take_waiting(struct sql_rows *q, struct store_figures *f)
{
    if (f->n_waiting < STORE_FIGURES_WAITING &&
        col_region(q, 0, &f->waiting[f->n_waiting].region)) {
        sql_col_text(q, 1, f->waiting[f->n_waiting].service_id,
                     sizeof f->waiting[f->n_waiting].service_id);
        f->waiting[f->n_waiting].n = sql_col_int(q, 2);
        f->n_waiting++;
    }
}

static void take_agents(struct sql_rows *q, struct store_figures *f)
{
    char name[16];
    enum region region;
    enum agent_state state;
    sql_col_text(q, 1, name, sizeof name);
    if (col_region(q, 0, &region) && agent_state_by_name(name, &state)) {
        f->agents[region][state] = sql_col_int(q, 2);
    }
}

static void take_holds(struct sql_rows *q, struct store_figures *f)
{
    char name[16];
    enum region region;
    enum hold_state state;
    sql_col_text(q, 1, name, sizeof name);
    if (col_region(q, 0, &region) && hold_by_name(name, &state)) {
        f->holds[region][state] = sql_col_int(q, 2);
    }
}

static void take_callbacks(struct sql_rows *q, struct store_figures *f)
{
    f->callbacks_open = sql_col_int(q, 0);
    f->callbacks_overdue = sql_col_int(q, 1);
}

static void take_rest(struct sql_rows *q, struct store_figures *f)
{
    f->sessions = sql_col_int(q, 0);
    f->late_drafts = sql_col_int(q, 1);
    f->imports_unfinished = sql_col_int(q, 2);
}

static const struct {
    enum sql_id id;
    bool wants_now;
    void (*take)(struct sql_rows *q, struct store_figures *f);
} questions[] = {
    {SQL_FIGURES_WAITING,   false, take_waiting  },
    {SQL_FIGURES_AGENTS,    false, take_agents   },
    {SQL_FIGURES_HOLDS,     false, take_holds    },
    {SQL_FIGURES_CALLBACKS, true,  take_callbacks},
    {SQL_FIGURES_REST,      false, take_rest     },
};

static enum err_code unresolved(struct store *st, enum region region, int64_t *ret, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code =
        sql_one(st, SQL_FIGURES_UNRESOLVED, &q, err, sql_text(region_name(region)));
    if (!code) {
        *ret = sql_col_int(q, 0);
    }
    return code;
}

enum err_code store_figures_read(struct store *st, int64_t now_utc_s, struct store_figures *ret,
                                 struct err *err)
{
    struct store_figures f = {.schema = store_schema_version(st)};
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < sizeof questions / sizeof questions[0]; i++) {
        CLEANUP_SQL struct sql_rows *q = NULL;
        const struct sql_arg now = sql_int(now_utc_s);
        bool row = false;
        code = sql_each_args(st, questions[i].id, &now, questions[i].wants_now, &q, err);
        while (!code && !(code = sql_next(st, q, &row, err)) && row) {
            questions[i].take(q, &f);
        }
    }
    struct store_outbox_figures outbox = {0};
    if (!code) {
        code = store_outbox_figures(st, &outbox, err);
        f.outbox_waiting = outbox.waiting;
        f.outbox_parked = outbox.parked;
        f.outbox_oldest_s = outbox.oldest_utc_s && outbox.oldest_utc_s < now_utc_s
                                ? now_utc_s - outbox.oldest_utc_s
                                : 0;
    }
    for (int r = 0; !code && r < REGION_COUNT; r++) {
        code = unresolved(st, (enum region)r, &f.unresolved[r], err);
    }
    if (!code) {
        code = store_alarm_count(st, &f.alarms, err);
    }
    if (!code) {
        *ret = f;
    }
    return code;
}

enum err_code store_try_write(struct store *st, struct err *err)
{
    return sql_do(st, SQL_TRY_WRITE, err);
}
