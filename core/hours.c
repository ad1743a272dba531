/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hours: the spans of a calendar made plain (sorted, joined, holidays cut out), and the
 * questions that are answered from them. */

#include "core/hours.h"

#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)
#define BEHIND_S (15 * DAY_S) /* what is remembered before the question that made us look */
#define AHEAD_S (40 * DAY_S)
#define NEEDED_BEHIND_S (8 * DAY_S) /* at least this far back a calling day's beginning is seen */
#define MARGIN_S (2 * DAY_S)        /* no opening is longer: the ends of what we know are whole */

struct hours {
    const struct hours_ops *ops;
    char zone[HOURS_ZONE_SIZE];
    char *calendar; /* NULL = always open */
    bool known;     /* the spans below are those of [from, to) */
    int64_t from_utc_s, to_utc_s;
    struct hours_span spans[HOURS_SPANS]; /* open, sorted, disjoint; may touch (two days) */
    size_t n;
};

struct hours *hours_new(const struct hours_ops *ops, const char *zone, const char *calendar)
{
    const size_t len = strlen(zone);
    struct hours *h = len < HOURS_ZONE_SIZE ? calloc(1, sizeof *h) : NULL;
    if (!h)
        return NULL;
    h->ops = ops;
    memcpy(h->zone, zone, len + 1);
    if (calendar) {
        const size_t size = strlen(calendar) + 1;
        h->calendar = malloc(size);
        if (!h->calendar)
            return hours_free(h);
        memcpy(h->calendar, calendar, size);
    }
    return h;
}

struct hours *hours_free(struct hours *h)
{
    if (h)
        free(h->calendar);
    free(h);
    return NULL;
}

void hours_free_at(struct hours **h)
{
    *h = hours_free(*h);
}

int64_t hours_wall(struct hours *h, int64_t at_utc_s, int days, int32_t second_of_day)
{
    return h->ops->wall(h->ops->arg, h->zone, at_utc_s, days, second_of_day);
}

int32_t hours_second_of_day(struct hours *h, int64_t at_utc_s)
{
    return h->ops->second_of_day(h->ops->arg, h->zone, at_utc_s);
}

int64_t hours_midnight(struct hours *h, int64_t at_utc_s, int days)
{
    return hours_wall(h, at_utc_s, days, 0);
}

bool hours_same_date(struct hours *h, int64_t a_utc_s, int64_t b_utc_s)
{
    return hours_midnight(h, a_utc_s, 0) == hours_midnight(h, b_utc_s, 0);
}

static int by_beginning(const void *a, const void *b)
{
    const struct hours_span *x = a;
    const struct hours_span *y = b;
    return (x->from_utc_s > y->from_utc_s) - (x->from_utc_s < y->from_utc_s);
}

/* Put an opening at the end of the list; where it overlaps what is there only the rest counts.
 * False: no room. */
static bool append(struct hours *h, struct hours_span s)
{
    if (h->n && s.from_utc_s < h->spans[h->n - 1].to_utc_s)
        s.from_utc_s = h->spans[h->n - 1].to_utc_s;
    if (s.from_utc_s >= s.to_utc_s)
        return true;
    if (h->n == HOURS_SPANS)
        return false;
    h->spans[h->n++] = s;
    return true;
}

/* The opening without the closings: all of them in order, each cuts a piece off its front. */
static bool append_cut(struct hours *h, struct hours_span open, const struct hours_span *all,
                       size_t n)
{
    for (size_t i = 0; i < n && all[i].from_utc_s < open.to_utc_s; i++) {
        if (!all[i].closed || all[i].to_utc_s <= open.from_utc_s)
            continue;
        struct hours_span front = open;
        front.to_utc_s = all[i].from_utc_s;
        if (front.from_utc_s < front.to_utc_s && !append(h, front))
            return false;
        open.from_utc_s = all[i].to_utc_s;
        if (open.from_utc_s >= open.to_utc_s)
            return true;
    }
    return append(h, open);
}

static bool learn_always(struct hours *h)
{
    int64_t day = hours_midnight(h, h->from_utc_s, -1);
    while (day < h->to_utc_s) {
        const int64_t next = hours_midnight(h, day, 1);
        if (!append(h, (struct hours_span){day, next, day, false}))
            return false;
        day = next;
    }
    return true;
}

static bool learn_calendar(struct hours *h)
{
    size_t n = 0;
    struct hours_span *all = calloc(HOURS_SPANS, sizeof *all);
    bool ok = all && h->ops->expand(h->ops->arg, h->zone, h->calendar, h->from_utc_s, h->to_utc_s,
                                    all, HOURS_SPANS, &n, NULL) == ERR_OK;
    if (ok)
        qsort(all, n, sizeof *all, by_beginning);
    for (size_t i = 0; ok && i < n; i++)
        ok = all[i].closed || append_cut(h, all[i], all, n);
    free(all);
    return ok;
}

/* Know the spans from NEEDED_BEHIND_S before `at` to well after it. */
static bool learn(struct hours *h, int64_t at_utc_s)
{
    if (h->known && at_utc_s - NEEDED_BEHIND_S >= h->from_utc_s &&
        at_utc_s + MARGIN_S < h->to_utc_s - MARGIN_S)
        return true;
    h->from_utc_s = at_utc_s - BEHIND_S;
    h->to_utc_s = at_utc_s + AHEAD_S;
    h->n = 0;
    h->known = h->calendar ? !*h->calendar || learn_calendar(h) : learn_always(h);
    return h->known;
}

/* Position of the first span that ends after `at`. */
static size_t first_after(const struct hours *h, int64_t at_utc_s)
{
    size_t low = 0;
    size_t high = h->n;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (h->spans[mid].to_utc_s > at_utc_s)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

bool hours_is_open(struct hours *h, int64_t at_utc_s)
{
    if (!learn(h, at_utc_s))
        return false;
    const size_t i = first_after(h, at_utc_s);
    return i < h->n && h->spans[i].from_utc_s <= at_utc_s;
}

/* It is open at this instant: until when? Whether it is later than the limit is all that is asked
 * there, so that a service that never closes is not followed to the end of the horizon. */
static int64_t closes_until(struct hours *h, int64_t at_utc_s, int64_t limit_utc_s)
{
    int64_t end = at_utc_s;
    while (end < limit_utc_s && learn(h, end)) {
        const size_t i = first_after(h, end);
        if (i == h->n || h->spans[i].from_utc_s > end)
            return end;
        end = h->spans[i].to_utc_s;
    }
    return end;
}

int64_t hours_closes(struct hours *h, int64_t at_utc_s)
{
    if (!hours_is_open(h, at_utc_s))
        return 0;
    const int64_t limit = at_utc_s + HOURS_HORIZON_S;
    const int64_t end = closes_until(h, at_utc_s, limit);
    return end < limit ? end : INT64_MAX;
}

int64_t hours_opens(struct hours *h, int64_t at_utc_s)
{
    const int64_t limit = at_utc_s + HOURS_HORIZON_S;
    int64_t at = at_utc_s;
    while (at < limit && learn(h, at)) {
        const size_t i = first_after(h, at);
        if (i < h->n)
            return h->spans[i].from_utc_s > at_utc_s ? h->spans[i].from_utc_s : at_utc_s;
        at = h->to_utc_s - MARGIN_S;
    }
    return 0;
}

bool hours_may_present(struct hours *h, int64_t at_utc_s, int64_t lead_s)
{
    if (!hours_is_open(h, at_utc_s))
        return false;
    return closes_until(h, at_utc_s, at_utc_s + lead_s + 1) > at_utc_s + lead_s;
}

int64_t hours_next_present(struct hours *h, int64_t at_utc_s, int64_t lead_s)
{
    const int64_t limit = at_utc_s + HOURS_HORIZON_S;
    int64_t at = at_utc_s;
    for (;;) {
        at = hours_opens(h, at);
        if (at == 0 || at >= limit)
            return 0;
        if (hours_may_present(h, at, lead_s))
            return at;
        at = hours_closes(h, at);
    }
}

/* Is this span the first of its date? */
static bool begins_day(const struct hours *h, size_t i)
{
    return i == 0 || h->spans[i - 1].day_utc_s != h->spans[i].day_utc_s;
}

int64_t hours_day_start(struct hours *h, int64_t at_utc_s)
{
    if (learn(h, at_utc_s)) {
        size_t i = first_after(h, at_utc_s);
        i += i < h->n && h->spans[i].from_utc_s <= at_utc_s;
        while (i-- > 0)
            if (begins_day(h, i) && h->spans[i].from_utc_s >= at_utc_s - NEEDED_BEHIND_S)
                return h->spans[i].from_utc_s;
    }
    return hours_midnight(h, at_utc_s, 0);
}

int64_t hours_next_day(struct hours *h, int64_t at_utc_s)
{
    const int64_t limit = at_utc_s + HOURS_HORIZON_S;
    int64_t at = at_utc_s;
    while (at < limit && learn(h, at)) {
        for (size_t i = first_after(h, at); i < h->n; i++)
            if (h->spans[i].from_utc_s > at_utc_s && begins_day(h, i))
                return h->spans[i].from_utc_s;
        at = h->to_utc_s - MARGIN_S;
    }
    return 0;
}
