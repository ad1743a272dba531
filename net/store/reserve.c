/* SPDX-License-Identifier: Apache-2.0 */
/* The reservation: who is next for an agent, and the hold that begins with it.
 *
 * Each question reads the first row of one index, however many wait; the answers are merged.
 * Whoever comes first but has a number that another agent has been given rests for a while, so that
 * the next one does not look at it again. */

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "net/store/agent_row.h"
#include "net/store/internal.h"
#include "net/store/reserve.h"
#include "net/store/store_hours.h"
#include "net/store/store_offer.h"
#include "net/store/store_overload.h"
#include "net/store/store_wish.h"

/* The person who comes first so far; person_id 0 = nobody. */
struct candidate {
    int64_t person_id;
    int priority; /* of the queue: the lower first */
    int64_t rank;
    int64_t order_at;
};

/* Callbacks, then by the queue's priority, index cases before contacts, the older ticket. */
static void keep_better(const struct candidate *c, struct candidate *best)
{
    const int64_t a[] = {c->rank != 0, c->priority, c->rank, c->order_at};
    const int64_t b[] = {best->rank != 0, best->priority, best->rank, best->order_at};
    size_t i = 0;
    while (i < 3 && a[i] == b[i]) {
        i++;
    }
    if (best->person_id == 0 || a[i] < b[i]) {
        *best = *c;
    }
}

/* Keep the better of the two. Each statement reads the first row of an index, in the order of
 * ranks: where overload holds the first one back (sms; NULL = nobody is), it does so with all. */
static enum err_code consider(struct store *st, enum sql_id id, int priority, const bool *sms,
                              const struct sql_arg *args, size_t n, struct candidate *best,
                              struct err *err)
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
    struct candidate c = {sql_col_int(q, 0), priority, sql_col_int(q, 1), sql_col_int(q, 2)};
    if (!sms || overload_may_offer(true, sms, c.rank)) {
        keep_better(&c, best);
    }
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

/* Of the queue, or of that by the language when it is none by competence. */
static int priority_of(const struct service *s, enum region region, const char *queue,
                       const char *language)
{
    const struct service_queue *q =
        queue[0] ? service_find_queue(s, queue) : service_language_queue(s, region, language);
    return q ? q->priority : SERVICE_PRIORITY;
}

/* The first of a queue ("" = by language), in each of these languages. sms: see consider. */
static enum err_code find_in_queue(struct store *st, const struct store_agent *a,
                                   const struct service *service, const bool *sms,
                                   const char *queue, const char (*languages)[LANGUAGE_SIZE],
                                   size_t n, int64_t now_utc_s, struct candidate *ret,
                                   struct err *err)
{
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < n; i++) {
        const int priority = priority_of(service, a->region, queue, languages[i]);
        const struct sql_arg args[] = {
            sql_text(region_name(a->region)), sql_text(service->id), sql_text(queue),
            sql_text(languages[i]),           sql_int(a->agent_id),  sql_int(now_utc_s)};
        code = consider(st, SQL_NEXT_WAITING, priority, sms, args, 6, ret, err);
        code = code ? code : consider(st, SQL_NEXT_IMPORTED, priority, sms, args, 4, ret, err);
    }
    return code;
}

/* Keep who comes first in a service. */
static enum err_code consider_service(struct store *st, const struct store_agent *a,
                                      const char *service_id, int64_t now_utc_s,
                                      struct candidate *best, struct err *err)
{
    const struct service *service = NULL;
    const struct queue_server by = store_agent_server(a);
    bool overload = false;
    enum err_code code = store_overload_is_on(st, service_id, a->region, &overload, err);
    code = code ? code : store_service(st, service_id, &service, err);
    if (code) {
        return code;
    }
    const bool *sms = overload ? service->overload.sms : NULL;
    /* The first line takes whoever speaks its languages, also where no queue is named for one. */
    const bool by_language = by.line == QUEUE_FIRST_LINE;
    if (by_language) {
        code = find_in_queue(st, a, service, sms, "", a->languages, a->n_languages, now_utc_s, best,
                             err);
    }
    for (size_t i = 0; !code && i < service->n_queues; i++) {
        const struct service_queue *q = &service->queues[i];
        if (!queue_is_served(q, &by)) {
            continue;
        }
        if (q->kind == SERVICE_QUEUE_COMPETENCE) {
            code = find_in_queue(st, a, service, sms, q->id, a->languages, a->n_languages,
                                 now_utc_s, best, err);
        } else if (!by_language || !speaks(a, q->language)) {
            code = find_in_queue(st, a, service, sms, "", &q->language, 1, now_utc_s, best, err);
        }
    }
    return code;
}

/* Those of the agent's services that call now: whoever is presented can be called before they
 * close, even if the agent takes all the time there is. */
static enum err_code services_open(struct store *st, const struct store_agent *a, int64_t now_utc_s,
                                   struct queue_names *ret, struct err *err)
{
    enum err_code code = ERR_OK;
    ret->n = 0;
    for (size_t i = 0; !code && i < a->services.n; i++) {
        const struct service *service = NULL;
        struct hours *hours = NULL;
        code = store_service(st, a->services.items[i], &service, err);
        if (!code) {
            const int64_t lead_s = service_lead_s(service);
            code = store_working_hours(st, a->services.items[i], &hours, err);
            if (!code && hours_may_present(hours, now_utc_s, lead_s)) {
                memcpy(ret->items[ret->n++], a->services.items[i], SERVICE_ID_SIZE);
            }
        }
    }
    return code;
}

/* *ret stays as it is when nobody waits in these services. */
static enum err_code find_next(struct store *st, const struct store_agent *a,
                               const struct queue_names *services, int64_t now_utc_s,
                               struct candidate *ret, struct err *err)
{
    const char *region = region_name(a->region);
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < services->n; i++) {
        const struct sql_arg own[] = {sql_int(a->agent_id), sql_text(region),
                                      sql_text(services->items[i])};
        code = consider(st, SQL_NEXT_OWN_CALLBACK, 0, NULL, own, 3, ret, err);
    }
    if (code || ret->person_id != 0) {
        return code; /* an own callback comes before everything */
    }
    for (size_t i = 0; !code && i < services->n; i++) {
        code = consider_service(st, a, services->items[i], now_utc_s, ret, err);
    }
    return code;
}

/* The same, of people as they are now: one whom a decided import has still to move is moved, and
 * may not be the next any more. */
static enum err_code find_settled(struct store *st, const struct store_agent *a,
                                  const struct queue_names *services, int64_t now_utc_s,
                                  struct candidate *ret, struct err *err)
{
    for (;;) {
        struct candidate next = {0};
        bool moved = false;
        enum err_code code = find_next(st, a, services, now_utc_s, &next, err);
        if (!code && next.person_id != 0) {
            code = import_settle(st, next.person_id, &moved, err);
        }
        if (!code && next.person_id != 0 && !moved) { /* a wish may have closed the person */
            code = store_wish_settle(st, next.person_id, a->region, now_utc_s, &moved, err);
        }
        if (code || !moved) {
            *ret = next;
            return code;
        }
    }
}

/* How long somebody waits whose number another agent has; who frees it is not known. */
#define NUMBER_BUSY_S 60
/* So many of them are passed over at once. Each rests then, so that nobody looks at it again. */
#define PASSED_OVER_MAX 8

enum err_code lease_numbers(struct store *st, int64_t person_id, int64_t now_utc_s, bool *ret_got,
                            struct err *err)
{
    int64_t got = 0;
    int64_t all = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        bool row = true;
        enum err_code code =
            sql_each(st, SQL_LEASE_NUMBERS, &q, err, sql_int(person_id), sql_int(now_utc_s));
        while (!code && !(code = sql_next(st, q, &row, err)) && row) {
            got++;
            all = sql_col_int(q, 0);
        }
        if (code) {
            return code;
        }
    }
    *ret_got = got > 0 && got == all;
    return *ret_got || got == 0 ? ERR_OK
                                : sql_run(st, SQL_LEASE_NOT_DIALLED, err, sql_int(person_id));
}

/* The person rests until the number is free, as far as anybody knows. */
static enum err_code pass_over(struct store *st, enum region region, int64_t person_id,
                               int64_t now_utc_s, struct err *err)
{
    int64_t until = 0;
    {
        CLEANUP_SQL struct sql_rows *q = NULL;
        enum err_code code = sql_one(st, SQL_LEASE_BUSY, &q, err, sql_int(person_id));
        if (code) {
            return code;
        }
        until = sql_col_int(q, 0);
    }
    return sql_run(st, SQL_PERSON_LATER, err, sql_int(person_id), sql_text(region_name(region)),
                   sql_int(until > now_utc_s ? until : now_utc_s + NUMBER_BUSY_S),
                   sql_int(now_utc_s));
}

/* The next whose numbers nobody has. ERR_NOT_FOUND: nobody waits. */
static enum err_code find_free(struct store *st, const struct store_agent *a, int64_t now_utc_s,
                               int64_t *ret_person_id, struct err *err)
{
    struct queue_names services;
    enum err_code code = services_open(st, a, now_utc_s, &services, err);
    for (int i = 0; !code && i < PASSED_OVER_MAX; i++) {
        struct candidate next = {0};
        bool got = false;
        code = find_settled(st, a, &services, now_utc_s, &next, err);
        if (!code && next.person_id == 0) {
            break;
        }
        if (!code) {
            code = lease_numbers(st, next.person_id, now_utc_s, &got, err);
        }
        if (!code && !got) {
            code = pass_over(st, a->region, next.person_id, now_utc_s, err);
        }
        if (code || got) {
            *ret_person_id = next.person_id;
            return code;
        }
    }
    return code ? code : err_set(err, ERR_NOT_FOUND, N_("Nobody waits."));
}

/* One step takes the person out of the waiting, with a new fence. */
static enum err_code take_person(struct store *st, int64_t person_id, int64_t now_utc_s,
                                 struct hold_row *row, struct err *err)
{
    char kind[16];
    CLEANUP_SQL struct sql_rows *q = NULL;
    enum err_code code = sql_one(st, SQL_PERSON_RESERVE, &q, err, sql_int(person_id),
                                 sql_text(region_name(row->region)), sql_int(now_utc_s));
    if (code) {
        return code;
    }
    row->person_id = person_id;
    sql_col_text(q, 0, kind, sizeof kind);
    sql_col_text(q, 1, row->language, sizeof row->language);
    sql_col_text(q, 2, row->service_id, sizeof row->service_id);
    sql_col_text(q, 3, row->queue, sizeof row->queue);
    row->fence = sql_col_int(q, 4);
    return person_kind_by_name(kind, strlen(kind), &row->kind)
               ? ERR_OK
               : err_set(err, ERR_STORE, "a person in the database is broken");
}

enum err_code hold_name_queue(struct store *st, struct hold_row *row, struct err *err)
{
    const struct service *service = NULL;
    enum err_code code = store_service(st, row->service_id, &service, err);
    if (!code && !row->queue[0]) {
        const struct service_queue *q = service_language_queue(service, row->region, row->language);
        snprintf(row->queue, sizeof row->queue, "%s", q ? q->id : "");
    }
    return code;
}

enum err_code store_offer_next(struct store *st, int64_t agent_id, int64_t now_utc_s,
                               int64_t *ret_offer_id, struct err *err)
{
    struct agent_row agent;
    int64_t person_id = 0;
    const struct hold_input in = {.now_utc_s = now_utc_s};
    enum err_code code = agent_read(st, agent_id, &agent, err);
    if (!code && (!agent_state_on_queue(agent.state) || agent.offer_id != 0)) {
        code = err_set(err, ERR_STATE, N_("This agent takes nobody now."));
    }
    if (!code) {
        code = find_free(st, &agent.agent, now_utc_s, &person_id, err);
    }
    struct hold_row row = {.agent_id = agent_id, .state = HOLD_NONE};
    if (!code) {
        row.region = agent.agent.region;
        code = take_person(st, person_id, now_utc_s, &row, err);
    }
    if (!code) {
        code = hold_name_queue(st, &row, err);
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
