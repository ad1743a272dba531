/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours by libical: the operations that core asks for. */

#include "net/calendar/calendar.h"

#include <stdlib.h>

#include "core/time_text.h"
#include "net/calendar/parts.h"

#define YEAR_S (366 * INT64_C(86400))
#define DAY_S INT64_C(86400)

/* Opening hours so dense that eight weeks of them do not fit would stop the service in the middle
 * of a day: every stretch of eight weeks from the first event on is tried. */
static bool fits(const struct calendar *c)
{
    struct hours_span *spans = calloc(HOURS_SPANS, sizeof *spans);
    int64_t first = INT64_MAX;
    size_t n;
    for (size_t i = 0; i < c->n_events; i++) {
        const int64_t at = calendar_instant(&c->events[i].start, c->zone);
        first = at < first ? at : first;
    }
    bool fit = spans != NULL;
    for (int64_t from = first; fit && c->n_events && from < first + 3 * YEAR_S; from += 28 * DAY_S)
        fit = calendar_expand(c, from, from + 56 * DAY_S, spans, HOURS_SPANS, &n);
    free(spans);
    return fit;
}

static void check(void *arg, const char *zone, const char *text, hours_fault_fn *fault,
                  void *fault_arg)
{
    (void)arg;
    struct calendar *c = calendar_read(zone, text, fault, fault_arg);
    if (!c)
        fault(fault_arg, 0, "cannot be looked at: out of memory");
    else if (c->n_faults == 0 && !fits(c))
        fault(fault_arg, 0, "has more than 512 openings and closings in eight weeks");
    free(c);
}

static enum err_code expand(void *arg, const char *zone, const char *text, int64_t from_utc_s,
                            int64_t to_utc_s, struct hours_span *ret, size_t cap, size_t *ret_n,
                            struct err *err)
{
    (void)arg;
    CLEANUP_FREE struct calendar *c = calendar_read(zone, text, NULL, NULL);
    if (!c)
        return err_set(err, ERR_NOMEM, NULL);
    if (c->n_faults)
        return err_set(err, ERR_INVALID, "the opening hours have faults");
    if (!calendar_expand(c, from_utc_s, to_utc_s, ret, cap, ret_n))
        return err_set(err, ERR_INVALID, "the opening hours are too many");
    return ERR_OK;
}

static bool zone_exists(void *arg, const char *zone)
{
    (void)arg;
    return calendar_zone(zone) != NULL;
}

static int64_t wall(void *arg, const char *name, int64_t at_utc_s, int days, int32_t second_of_day)
{
    (void)arg;
    icaltimezone *zone = calendar_zone(name);
    zone = zone ? zone : icaltimezone_get_utc_timezone();
    struct icaltimetype t = calendar_wall_of(at_utc_s, zone);
    t.hour = second_of_day / 3600;
    t.minute = second_of_day / 60 % 60;
    t.second = second_of_day % 60;
    icaltime_adjust(&t, days, 0, 0, 0);
    return calendar_utc_of(&t, zone);
}

static int32_t second_of_day(void *arg, const char *name, int64_t at_utc_s)
{
    (void)arg;
    icaltimezone *zone = calendar_zone(name);
    const struct icaltimetype t =
        calendar_wall_of(at_utc_s, zone ? zone : icaltimezone_get_utc_timezone());
    return t.hour * 3600 + t.minute * 60 + t.second;
}

static int32_t offset_s(void *arg, const char *name, int64_t at_utc_s)
{
    (void)arg;
    icaltimezone *zone = calendar_zone(name);
    const struct icaltimetype t =
        calendar_wall_of(at_utc_s, zone ? zone : icaltimezone_get_utc_timezone());
    const struct time_civil civil = {t.year, t.month, t.day, t.hour, t.minute, t.second};
    return (int32_t)(time_utc_of(&civil) - at_utc_s);
}

/* "\\," and "\\;" are the signs themselves (RFC 5545 3.3.11). */
static bool closing(void *arg, const char *zone, const char *text, int64_t at_utc_s, char *ret,
                    size_t size)
{
    (void)arg;
    CLEANUP_FREE struct calendar *c = calendar_read(zone, text, NULL, NULL);
    const struct calendar_event *e = c && !c->n_faults ? calendar_closing(c, at_utc_s) : NULL;
    size_t n = 0;
    if (!e || !e->summary_len)
        return false;
    for (size_t i = 0; i < e->summary_len && n + 1 < size; i++)
        if (e->summary[i] != '\\' || i + 1 == e->summary_len)
            ret[n++] = e->summary[i];
    ret[n] = '\0';
    return true;
}

const struct hours_ops *calendar_hours(void)
{
    static const struct hours_ops ops = {
        .check = check,
        .expand = expand,
        .zone_exists = zone_exists,
        .wall = wall,
        .second_of_day = second_of_day,
        .offset_s = offset_s,
        .closing = closing,
    };
    return &ops;
}
