/* SPDX-License-Identifier: Apache-2.0 */
/* What a service makes of a callback while it is still being typed. */

#include "core/agenda.h"

#include <stdlib.h>

#include "core/service.h"

struct agenda {
    const struct hours_ops *ops;
    const struct service *service;
    struct hours *hours[SERVICE_CLASSES];
    size_t n_hours;
};

struct agenda *agenda_free(struct agenda *a)
{
    for (size_t i = 0; a && i < a->n_hours; i++) {
        hours_free(a->hours[i]);
    }
    free(a);
    return NULL;
}

struct agenda *agenda_new(const struct hours_ops *ops, const struct service *s)
{
    struct agenda *a = calloc(1, sizeof *a);
    if (!a) {
        return NULL;
    }
    a->ops = ops;
    a->service = s;
    const size_t n = s->n_classes ? s->n_classes : 1;
    for (size_t i = 0; i < n; i++) {
        const char *id = s->n_classes ? s->classes[i].id : "";
        a->hours[i] = hours_new(ops, s->zone, service_calendar(s, id, SERVICE_IS_CALLED));
        if (!a->hours[i]) {
            return agenda_free(a);
        }
        a->n_hours++;
    }
    return a;
}

enum err_code agenda_plan(struct agenda *a, const struct callback_wish *wish, int64_t now_utc_s,
                          struct callback_plan *ret, struct err *err)
{
    enum err_code code = callback_plan(a->service, a->hours[0], a->ops, wish, now_utc_s, ret, err);
    for (size_t i = 1; code && i < a->n_hours; i++) {
        if (!callback_plan(a->service, a->hours[i], a->ops, wish, now_utc_s, ret, NULL)) {
            return ERR_OK;
        }
    }
    return code;
}

enum err_code agenda_plan_at(struct agenda *a, int64_t at_utc_s, int64_t now_utc_s,
                             struct callback_plan *ret, struct err *err)
{
    const struct callback_wish wish = {.route_to_me = true};
    enum err_code code =
        callback_plan_at(a->service, a->hours[0], at_utc_s, &wish, now_utc_s, ret, err);
    for (size_t i = 1; code && i < a->n_hours; i++) {
        if (!callback_plan_at(a->service, a->hours[i], at_utc_s, &wish, now_utc_s, ret, NULL)) {
            return ERR_OK;
        }
    }
    return code;
}

static bool is_open(struct agenda *a, int64_t at_utc_s)
{
    for (size_t i = 0; i < a->n_hours; i++) {
        if (hours_is_open(a->hours[i], at_utc_s)) {
            return true;
        }
    }
    return false;
}

enum agenda_slot agenda_slot(struct agenda *a, const char *zone, struct date date,
                             int minute_of_day, int64_t now_utc_s, int64_t *ret_utc_s)
{
    struct callback_plan plan;
    bool twice;
    if (!callback_instant(a->ops, zone[0] ? zone : a->service->zone, date, minute_of_day, ret_utc_s,
                          &twice)) {
        return AGENDA_NONE;
    }
    if (!is_open(a, *ret_utc_s)) {
        return AGENDA_CLOSED;
    }
    if (*ret_utc_s <= now_utc_s) {
        return AGENDA_OVER;
    }
    return agenda_plan_at(a, *ret_utc_s, now_utc_s, &plan, NULL) ? AGENDA_BARRED : AGENDA_FREE;
}

bool agenda_closing(struct agenda *a, struct date date, char *ret, size_t size)
{
    const char *calendar = service_calendar(a->service, "", SERVICE_IS_CALLED);
    int64_t noon;
    bool twice;
    return calendar && a->ops->closing &&
           callback_instant(a->ops, a->service->zone, date, 12 * 60, &noon, &twice) &&
           a->ops->closing(a->ops->arg, a->service->zone, calendar, noon, ret, size);
}
