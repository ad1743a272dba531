/* SPDX-License-Identifier: Apache-2.0 */
/* People in a queue or a region that a version of their service does not have: nobody is offered
 * them, and no list shows them. */

#include <stdio.h>
#include <string.h>

#include "net/store/internal.h"
#include "net/store/store_admin.h"

#define STRANDED_SERVICES 64

/* What is looked for, and what was found. */
struct search {
    const struct service *in;     /* the version that should serve them */
    const struct service *before; /* the one that does; NULL = the same */
    struct store_stranded *rows;
    size_t cap;
    size_t n;
};

/* Who waits by language is served by whoever speaks it, with or without a queue for it; but a
 * version that takes the region's last such queue away is not meant to leave them. */
static bool has_place(const struct search *s, enum region region, const char *queue,
                      const char *language)
{
    if (!s->in->regions[region]) {
        return false;
    }
    if (queue[0]) {
        const struct service_queue *q = service_find_queue(s->in, queue);
        return q && q->kind == SERVICE_QUEUE_COMPETENCE;
    }
    return !s->before || !service_queue_for(s->before, region, language) ||
           service_queue_for(s->in, region, language);
}

/* By the name that people know: of the queue, else of the region. */
static void count(struct search *s, enum region region, const char *queue, const char *language,
                  int64_t n)
{
    const struct service *known = s->before ? s->before : s->in;
    const struct service_queue *q = service_queue_for(known, region, language);
    const char *name = queue[0] ? queue : q ? q->id : region_name(region);
    size_t i = 0;
    while (i < s->n &&
           (strcmp(s->rows[i].queue, name) != 0 || strcmp(s->rows[i].service_id, s->in->id) != 0)) {
        i++;
    }
    if (i == s->cap) {
        i--; /* the last one stands for the rest, too */
    } else if (i == s->n) {
        s->rows[s->n++] = (struct store_stranded){0};
        snprintf(s->rows[i].service_id, sizeof s->rows[i].service_id, "%s", s->in->id);
        snprintf(s->rows[i].queue, sizeof s->rows[i].queue, "%s", name);
    }
    s->rows[i].n += n;
}

static enum err_code look(struct store *st, struct search *s, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = true;
    enum err_code code = sql_each(st, SQL_PEOPLE_BY_QUEUE, &q, err, sql_text(s->in->id));
    while (!code && !(code = sql_next(st, q, &row, err)) && row) {
        char name[16];
        char queue[SERVICE_ID_SIZE];
        char language[LANGUAGE_SIZE];
        enum region region;
        sql_col_text(q, 0, name, sizeof name);
        sql_col_text(q, 1, queue, sizeof queue);
        sql_col_text(q, 2, language, sizeof language);
        if (region_by_name(name, strlen(name), &region) && !has_place(s, region, queue, language)) {
            count(s, region, queue, language, sql_col_int(q, 3));
        }
    }
    return code;
}

/* Does the other version have all of this one's regions and queues? Then nobody need be counted. */
static bool takes_nothing_away(const struct service *before, const struct service *in)
{
    for (unsigned r = 0; r < REGION_COUNT; r++) {
        if (before->regions[r] && !in->regions[r]) {
            return false;
        }
    }
    for (size_t i = 0; i < before->n_queues; i++) {
        const struct service_queue *q = service_find_queue(in, before->queues[i].id);
        if (!q || q->kind != before->queues[i].kind ||
            strcmp(q->language, before->queues[i].language) != 0) {
            return false;
        }
    }
    return true;
}

enum err_code store_stranded_by(struct store *st, const struct service *next,
                                struct store_stranded *rows, size_t cap, size_t *ret_n,
                                struct err *err)
{
    struct err none;
    struct search s = {.in = next, .rows = rows, .cap = cap};
    enum err_code code = store_service(st, next->id, &s.before, &none);
    *ret_n = 0;
    if (code) { /* it is new */
        return code == ERR_NOT_FOUND ? ERR_OK : err_set(err, code, "%s", none.sentence);
    }
    if (takes_nothing_away(s.before, next)) {
        return ERR_OK;
    }
    code = look(st, &s, err);
    *ret_n = s.n;
    return code;
}

enum err_code store_stranded(struct store *st, struct store_stranded *rows, size_t cap,
                             size_t *ret_n, struct err *err)
{
    char ids[STRANDED_SERVICES][SERVICE_ID_SIZE];
    size_t n_ids = 0;
    struct search s = {.rows = rows, .cap = cap};
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        bool row = true;
        enum err_code code = sql_each_args(st, SQL_SERVICE_IDS, NULL, 0, &q, err);
        while (!code && n_ids < STRANDED_SERVICES && !(code = sql_next(st, q, &row, err)) && row) {
            sql_col_text(q, 0, ids[n_ids++], SERVICE_ID_SIZE);
        }
        if (code) {
            return code;
        }
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < n_ids; i++) {
        code = store_service(st, ids[i], &s.in, err);
        code = code ? code : look(st, &s, err);
    }
    *ret_n = s.n;
    return code;
}
