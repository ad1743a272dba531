/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: reserving the next person, and the steps until the agent is free again. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/hold_change.h"
#include "net/store/internal.h"
#include "net/store/seal.h"
#include "net/store/store_admin.h"
#include "net/store/store_offer.h"
#include "net/store/store_overload.h"

/* The person who comes first so far; person_id 0 = nobody. */
struct candidate {
    int64_t person_id;
    int64_t rank;
    int64_t order_at;
};

static void keep_better(const struct candidate *c, struct candidate *best)
{
    if (best->person_id == 0 || c->rank < best->rank ||
        (c->rank == best->rank && c->order_at < best->order_at)) {
        *best = *c;
    }
}

/* Keep the better of the two. Each statement reads the first row of an index. */
static enum err_code consider(struct store *st, enum sql_id id, const struct sql_arg *args,
                              size_t n, struct candidate *best, struct err *err)
{
    CLEANUP_SQL struct sql_rows *q = NULL;
    bool row = false;
    enum err_code code = sql_each_args(st, id, args, n, &q, err);
    if (!code) {
        code = sql_next(st, q, &row, err);
    }
    if (code || !row) {
        return code;
    }
    struct candidate c = {sql_col_int(q, 0), sql_col_int(q, 1), sql_col_int(q, 2)};
    keep_better(&c, best);
    return ERR_OK;
}

static bool speaks(const struct store_agent *a, const char *language)
{
    for (size_t i = 0; i < a->n_languages; i++) {
        if (strcmp(a->languages[i], language) == 0) {
            return true;
        }
    }
    return false;
}

/* The first of a queue ("" = by language), in each of these languages. */
static enum err_code find_in_queue(struct store *st, const struct store_agent *a,
                                   const char *service_id, const char *queue,
                                   const char (*languages)[LANGUAGE_SIZE], size_t n,
                                   struct candidate *ret, struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < n; i++) {
        const struct sql_arg args[] = {sql_text(region_name(a->region)), sql_text(service_id),
                                       sql_text(queue), sql_text(languages[i]),
                                       sql_int(a->agent_id)};
        code = consider(st, SQL_NEXT_WAITING, args, 5, ret, err);
        code = code ? code : consider(st, SQL_NEXT_IMPORTED, args, 4, ret, err);
    }
    return code;
}

static enum err_code find_in_service(struct store *st, const struct store_agent *a,
                                     const char *service_id, struct candidate *ret, struct err *err)
{
    const struct service *service = NULL;
    const struct queue_server by = store_agent_server(a);
    enum err_code code = store_service(st, service_id, &service, err);
    /* The first line takes whoever speaks its languages, also where no queue is named for one. */
    const bool by_language = by.line == QUEUE_FIRST_LINE;
    if (!code && by_language) {
        code = find_in_queue(st, a, service_id, "", a->languages, a->n_languages, ret, err);
    }
    for (size_t i = 0; !code && i < service->n_queues; i++) {
        const struct service_queue *q = &service->queues[i];
        if (!queue_is_served(q, &by)) {
            continue;
        }
        if (q->kind == SERVICE_QUEUE_COMPETENCE) {
            code = find_in_queue(st, a, service_id, q->id, a->languages, a->n_languages, ret, err);
        } else if (!by_language || !speaks(a, q->language)) {
            code = find_in_queue(st, a, service_id, "", &q->language, 1, ret, err);
        }
    }
    return code;
}

/* Keep who comes first in a service, unless overload holds contacts back: only the first row of
 * each index is looked at, whoever comes after. */
static enum err_code consider_service(struct store *st, const struct store_agent *a,
                                      const char *service_id, struct candidate *best,
                                      struct err *err)
{
    struct candidate first = {0};
    bool overload = false;
    enum err_code code = find_in_service(st, a, service_id, &first, err);
    if (!code && first.person_id != 0) {
        code = store_overload_is_on(st, service_id, a->region, &overload, err);
        if (overload_may_offer(overload, first.rank)) {
            keep_better(&first, best);
        }
    }
    return code;
}

/* *ret stays as it is when nobody waits. */
static enum err_code find_next(struct store *st, const struct store_agent *a, struct candidate *ret,
                               struct err *err)
{
    const char *region = region_name(a->region);
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < a->services.n; i++) {
        const struct sql_arg own[] = {sql_int(a->agent_id), sql_text(region),
                                      sql_text(a->services.items[i])};
        code = consider(st, SQL_NEXT_OWN_CALLBACK, own, 3, ret, err);
    }
    if (code || ret->person_id != 0) {
        return code; /* an own callback comes before everything */
    }
    for (size_t i = 0; !code && i < a->services.n; i++) {
        code = consider_service(st, a, a->services.items[i], ret, err);
    }
    return code;
}

/* The same, of people as they are now: one whom a decided import has still to move is moved, and
 * may not be the next any more. */
static enum err_code find_settled(struct store *st, const struct store_agent *a,
                                  struct candidate *ret, struct err *err)
{
    for (;;) {
        struct candidate next = {0};
        bool moved = false;
        enum err_code code = find_next(st, a, &next, err);
        if (!code && next.person_id != 0) {
            code = import_settle(st, next.person_id, &moved, err);
        }
        if (code || !moved) {
            *ret = next;
            return code;
        }
    }
}

/* Write the offer as held by nobody; hold_change makes it a hold. */
static enum err_code insert_offer(struct store *st, const struct store_agent *a, int64_t person_id,
                                  int64_t now_utc_s, struct hold_row *ret, struct err *err)
{
    char kind[16];
    struct hold_row row = {.person_id = person_id, .agent_id = a->agent_id, .region = a->region};
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_PERSON_RESERVE, &q, err, sql_int(person_id),
                                     sql_text(region_name(a->region)), sql_int(now_utc_s));
        if (code) {
            return code;
        }
        sql_col_text(q, 0, kind, sizeof kind);
        sql_col_text(q, 1, row.language, sizeof row.language);
        sql_col_text(q, 2, row.service_id, sizeof row.service_id);
    }
    enum err_code code = store_service(st, row.service_id, &row.service, err);
    if (code) {
        return code;
    }
    char queue[SERVICE_ID_SIZE];
    const struct service_queue *of_language =
        service_language_queue(row.service, a->region, row.language);
    snprintf(queue, sizeof queue, "%s", of_language ? of_language->id : "");
    code = sql_run(st, SQL_OFFER_INSERT, err, sql_int(person_id), sql_int(a->agent_id),
                   sql_text(row.service_id), sql_int(row.service->version),
                   sql_text(region_name(a->region)), sql_text(kind), sql_text(row.language),
                   sql_text(queue), sql_int(now_utc_s));
    if (!code) {
        row.offer_id = sql_last_id(st);
        row.state = HOLD_NONE;
        *ret = row;
    }
    return code;
}

enum err_code store_offer_next(struct store *st, int64_t agent_id, int64_t now_utc_s,
                               int64_t *ret_offer_id, struct err *err)
{
    struct agent_row agent;
    struct candidate next = {0};
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = agent_read(st, agent_id, &agent, err);
    if (!code && (!agent_state_on_queue(agent.state) || agent.offer_id != 0)) {
        code = err_set(err, ERR_STATE, N_("This agent takes nobody now."));
    }
    if (!code) {
        code = find_settled(st, &agent.agent, &next, err);
    }
    if (!code && next.person_id == 0) {
        code = err_set(err, ERR_NOT_FOUND, N_("Nobody waits."));
    }
    if (!code) {
        code = insert_offer(st, &agent.agent, next.person_id, now_utc_s, &row, err);
    }
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_OFFER, &in, err);
    }
    if (!code) {
        code = sql_run(st, SQL_AGENT_HOLDS, err, sql_int(agent_id), sql_int(row.offer_id));
    }
    if (!code) {
        *ret_offer_id = row.offer_id;
    }
    return code;
}

enum err_code store_offer_accept(struct store *st, const struct store_actor *actor,
                                 int64_t offer_id, int64_t fence, int64_t now_utc_s,
                                 struct err *err)
{
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_ACCEPT, &in, err);
    }
    if (!code) {
        code = sql_run(st, SQL_OFFER_ACCEPTED, err, sql_int(offer_id), sql_int(now_utc_s));
    }
    if (!code) { /* name and number are shown from now on */
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "preview",
                                                        .subject = "",
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code;
}

enum err_code store_offer_skip(struct store *st, const struct store_actor *actor, int64_t offer_id,
                               int64_t fence, const char *reason, int64_t now_utc_s,
                               struct err *err)
{
    struct hold_row row;
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    if (!code) {
        code = store_service(st, row.service_id, &row.service, err);
    }
    if (code) {
        return code;
    }
    const struct service_skip *skip = service_find_skip(row.service, reason);
    if (!skip) {
        return err_field(err, ERR_INVALID, "/reason", N_("This is no reason of the service."));
    }
    struct hold_input in = {.now_utc_s = now_utc_s, .rest_s = skip->rest_s};
    code = hold_change(st, &row, HOLD_EV_SKIP, &in, err);
    return code ? code : sql_run(st, SQL_OFFER_SKIPPED, err, sql_int(offer_id), sql_text(skip->id));
}

enum err_code store_offer_end(struct store *st, const struct store_actor *actor, int64_t offer_id,
                              int64_t fence, int64_t now_utc_s, struct err *err)
{
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_fenced(st, actor, offer_id, fence, &row, err);
    return code ? code : hold_change(st, &row, HOLD_EV_END_PREVIEW, &in, err);
}

static enum err_code read_outcome(struct store *st, const struct hold_row *row,
                                  struct store_outcome *ret, struct err *err)
{
    char state[16];
    struct store_outcome o = {.agent_id = row->agent_id};
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_READ_STATE, &q, err, sql_int(row->person_id),
                                 sql_text(region_name(row->region)));
    if (code) {
        return code;
    }
    sql_col_text(q, 0, state, sizeof state);
    o.due_utc_s = sql_col_int(q, 1);
    if (!person_state_by_name(state, strlen(state), &o.person_state)) {
        return err_set(err, ERR_STORE, "a person in the database is broken");
    }
    *ret = o;
    return ERR_OK;
}

enum err_code store_offer_release(struct store *st, const struct store_actor *actor,
                                  int64_t offer_id, const char *reason, int64_t now_utc_s,
                                  struct store_outcome *ret, struct err *err)
{
    if (actor->role != AGENT_ROLE_SUPERVISOR) {
        return err_set(err, ERR_FORBIDDEN, N_("Only a supervisor may do this."));
    }
    struct hold_row row;
    struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = hold_load_in_region(st, actor->region, offer_id, &row, err);
    if (!code) {
        code = hold_change(st, &row, HOLD_EV_RELEASE, &in, err);
    }
    CLEANUP_BUF struct buf sealed = {0};
    struct seal_place place = {"offer", "release", offer_id};
    if (!code) {
        code = seal(st->keys, &place, reason, strlen(reason), &sealed, err);
    }
    if (!code) {
        code = sql_run(st, SQL_OFFER_RELEASED, err, sql_int(offer_id),
                       sql_blob(sealed.data, sealed.len));
    }
    if (!code) {
        code = store_audit_append(st,
                                  &(struct store_audit){.at_utc_s = now_utc_s,
                                                        .agent_id = actor->agent_id,
                                                        .action = "release",
                                                        .subject = "",
                                                        .person_id = row.person_id,
                                                        .offer_id = offer_id},
                                  err);
    }
    return code ? code : read_outcome(st, &row, ret, err);
}
