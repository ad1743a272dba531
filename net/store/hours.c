/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours of services: made when they are first asked for, kept beside the definition. */

#include "net/store/store_hours.h"

#include <string.h>

#include "net/calendar/calendar.h"
#include "net/store/internal.h"

void store_hours_forget(struct store_service_slot *slot)
{
    for (size_t i = 0; i < SERVICE_CLASSES; i++) {
        for (size_t way = 0; way < SERVICE_WAY_COUNT; way++) {
            slot->hours[i][way] = hours_free(slot->hours[i][way]);
        }
    }
}

void store_use_calendar(struct store *st, const struct hours_ops *ops)
{
    for (size_t i = 0; i < STORE_SERVICES; i++) {
        store_hours_forget(&st->services[i]);
    }
    st->calendar = ops;
}

static size_t class_index(const struct service *s, const char *class_id)
{
    for (size_t i = 1; i < s->n_classes; i++) {
        if (strcmp(s->classes[i].id, class_id) == 0) {
            return i;
        }
    }
    return 0;
}

/* The slot that holds the service: store_service has just found it there. */
static struct store_service_slot *slot_of(struct store *st, const struct service *service)
{
    size_t i = 0;
    while (st->services[i].service != service) {
        i++;
    }
    return &st->services[i];
}

enum err_code store_hours(struct store *st, const char *service_id, const char *class_id,
                          enum service_way way, struct hours **ret, struct err *err)
{
    const struct service *s;
    enum err_code code = store_service(st, service_id, &s, err);
    if (code) {
        return code;
    }
    struct hours **h = &slot_of(st, s)->hours[class_index(s, class_id)][way];
    if (!*h) {
        *h = hours_new(st->calendar ? st->calendar : calendar_hours(), s->zone,
                       service_calendar(s, class_id, way));
    }
    if (!*h) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    *ret = *h;
    return ERR_OK;
}

enum err_code store_working_hours(struct store *st, const char *service_id, struct hours **ret,
                                  struct err *err)
{
    const struct service *s;
    enum err_code code = store_service(st, service_id, &s, err);
    if (code) {
        return code;
    }
    const char *outbound = service_calendar(s, "", SERVICE_IS_CALLED);
    const bool calls = !outbound || outbound[0];
    return store_hours(st, service_id, "", calls ? SERVICE_IS_CALLED : SERVICE_RINGS_IN, ret, err);
}

static void widen(struct store_day *day, struct hours *h, int64_t at_utc_s)
{
    const int64_t midnight = hours_midnight(h, at_utc_s, 0);
    const int64_t next = hours_next_day(h, at_utc_s);
    int64_t start = hours_day_start(h, at_utc_s);
    if (!hours_is_open(h, at_utc_s) && start < midnight) {
        start = midnight;
    }
    day->start_utc_s = start < day->start_utc_s ? start : day->start_utc_s;
    day->next_utc_s = next > day->next_utc_s ? next : day->next_utc_s;
}

enum err_code store_day_of(struct store *st, const struct store_actor *actor, int64_t at_utc_s,
                           struct store_day *ret, struct err *err)
{
    struct store_day day = {.start_utc_s = INT64_MAX};
    for (size_t i = 0; i < actor->services.n; i++) {
        struct hours *h;
        enum err_code code = store_working_hours(st, actor->services.items[i], &h, err);
        if (code) {
            return code;
        }
        widen(&day, h, at_utc_s);
    }
    *ret = day;
    return ERR_OK;
}
