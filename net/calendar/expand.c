/* SPDX-License-Identifier: Apache-2.0 */
/* Events -> spans: libical walks the recurrence rules in wall-clock time, and each occurrence is
 * put on the time line by its zone. */

#include "net/calendar/parts.h"

#define DAY_S INT64_C(86400)
#define LONGEST_S (9 * DAY_S)
#define STEPS_MAX 20000

struct walk {
    const struct calendar *c;
    int64_t from_utc_s, to_utc_s;
    struct hours_span *spans;
    size_t cap, n;
    bool full;
};

static icaltimezone *zone_of_event(const struct calendar *c, const struct calendar_event *e)
{
    return e->start.zone ? e->start.zone : c->zone;
}

/* Days are the calendar's, the rest is time that passes (RFC 5545 3.3.6). */
static int64_t end_of(const struct calendar *c, const struct calendar_event *e,
                      struct icaltimetype start)
{
    icaltime_adjust(&start, (int)e->days, 0, 0, 0);
    return calendar_utc_of(&start, zone_of_event(c, e)) + e->seconds;
}

static bool is_excluded(const struct calendar *c, const struct calendar_event *e, int64_t at_utc_s)
{
    for (size_t i = 0; i < c->n_dates; i++) {
        const struct calendar_date *d = &c->dates[i];
        if (d->excluded && &c->events[d->event] == e &&
            calendar_instant(&d->time, c->zone) == at_utc_s)
            return true;
    }
    return false;
}

static void take(struct walk *w, const struct calendar_event *e, struct icaltimetype start)
{
    const struct calendar *c = w->c;
    const int64_t from = calendar_utc_of(&start, zone_of_event(c, e));
    const int64_t to = end_of(c, e, start);
    if (from >= w->to_utc_s || to <= w->from_utc_s || to <= from || is_excluded(c, e, from))
        return;
    if (w->n == w->cap) {
        w->full = true;
        return;
    }
    struct icaltimetype midnight = calendar_wall_of(from, c->zone);
    midnight.hour = midnight.minute = midnight.second = 0;
    w->spans[w->n++] = (struct hours_span){
        .from_utc_s = from,
        .to_utc_s = to,
        .day_utc_s = calendar_utc_of(&midnight, c->zone),
        .closed = e->closed,
    };
}

/* Begin shortly before `from`; a rule that counts has to be walked from its beginning. */
static icalrecur_iterator *begin_walk(const struct calendar *c, const struct calendar_event *e,
                                      int64_t from_utc_s)
{
    icalrecur_iterator *it = icalrecur_iterator_new(e->rule, e->start.wall);
    struct icaltimetype near = calendar_wall_of(from_utc_s - LONGEST_S, zone_of_event(c, e));
    near.is_date = e->start.wall.is_date;
    if (near.is_date)
        near.hour = near.minute = near.second = 0;
    if (it && e->rule.count == 0 && icaltime_compare(near, e->start.wall) > 0 &&
        !icalrecur_iterator_set_start(it, near)) {
        icalrecur_iterator_free(it);
        it = icalrecur_iterator_new(e->rule, e->start.wall);
    }
    return it;
}

static void walk_rule(struct walk *w, const struct calendar_event *e)
{
    icalrecur_iterator *it = begin_walk(w->c, e, w->from_utc_s);
    for (int step = 0; it && !w->full && step < STEPS_MAX; step++) {
        struct icaltimetype next = icalrecur_iterator_next(it);
        if (icaltime_is_null_time(next))
            break;
        next.zone = NULL;
        const int64_t at = calendar_utc_of(&next, zone_of_event(w->c, e));
        if (at >= w->to_utc_s || at > e->until_utc_s)
            break;
        take(w, e, next);
    }
    icalrecur_iterator_free(it);
}

bool calendar_expand(const struct calendar *c, int64_t from_utc_s, int64_t to_utc_s,
                     struct hours_span *ret, size_t cap, size_t *ret_n)
{
    struct walk w = {c, from_utc_s, to_utc_s, ret, cap, 0, false};
    for (size_t i = 0; i < c->n_events; i++) {
        const struct calendar_event *e = &c->events[i];
        if (e->has_rule)
            walk_rule(&w, e);
        else
            take(&w, e, e->start.wall);
    }
    for (size_t i = 0; i < c->n_dates; i++)
        if (!c->dates[i].excluded)
            take(&w, &c->events[c->dates[i].event], c->dates[i].time.wall);
    *ret_n = w.n;
    return !w.full;
}

const struct calendar_event *calendar_closing(const struct calendar *c, int64_t at_utc_s)
{
    for (size_t i = 0; i < c->n_events; i++) {
        const struct calendar_event *e = &c->events[i];
        struct hours_span span;
        struct walk w = {c, at_utc_s, at_utc_s + 1, &span, 1, 0, false};
        if (!e->closed)
            continue;
        if (e->has_rule)
            walk_rule(&w, e);
        else
            take(&w, e, e->start.wall);
        for (size_t k = 0; k < c->n_dates; k++)
            if (!c->dates[k].excluded && c->dates[k].event == i)
                take(&w, e, c->dates[k].time.wall);
        if (w.n)
            return e;
    }
    return NULL;
}

bool calendar_starts_in_rule(const struct calendar_event *e)
{
    if (!e->has_rule)
        return true;
    icalrecur_iterator *it = icalrecur_iterator_new(e->rule, e->start.wall);
    const bool same = it && icaltime_compare(icalrecur_iterator_next(it), e->start.wall) == 0;
    icalrecur_iterator_free(it);
    return same;
}

bool calendar_occurs(const struct calendar *c, const struct calendar_date *d)
{
    const struct calendar_event *e = &c->events[d->event];
    const int64_t at = calendar_instant(&d->time, c->zone);
    if (at == calendar_instant(&e->start, c->zone))
        return true;
    if (!e->has_rule)
        return false;
    bool found = false;
    icalrecur_iterator *it = begin_walk(c, e, at);
    for (int step = 0; it && !found && step < STEPS_MAX; step++) {
        struct icaltimetype next = icalrecur_iterator_next(it);
        if (icaltime_is_null_time(next))
            break;
        next.zone = NULL;
        const int64_t begins = calendar_utc_of(&next, zone_of_event(c, e));
        if (begins > at || begins > e->until_utc_s)
            break;
        found = begins == at;
    }
    icalrecur_iterator_free(it);
    return found;
}
