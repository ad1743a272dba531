/* SPDX-License-Identifier: Apache-2.0 */
/* Content lines -> events (RFC 5545 3.1, 3.6.1), strictly: what is not understood is a fault and
 * never passed over, or a holiday written in another way would open the service. */

#include "net/calendar/parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"

#define VALUE_SIZE 64
#define LONGEST_DAYS 7

struct reading {
    struct calendar *c;
    hours_fault_fn *fault;
    void *fault_arg;
    size_t line;
    enum { BEFORE, IN_CALENDAR, IN_EVENT, AFTER } place;
    bool has_version;
};

/* One line taken apart: NAME[;PARAMETERS]:VALUE. */
struct line {
    const char *name;
    size_t name_len;
    const char *params; /* without the first ';' */
    size_t params_len;
    const char *value;
    size_t value_len;
};

static void fault_at(struct reading *r, size_t line, const char *sentence)
{
    r->c->n_faults++;
    if (r->fault)
        r->fault(r->fault_arg, line, sentence);
}

static void fault(struct reading *r, const char *sentence)
{
    fault_at(r, r->line, sentence);
}

static bool is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

static struct calendar_event *event_now(struct reading *r)
{
    return &r->c->events[r->c->n_events - 1];
}

/* "20261225" or "20261225T080000[Z]", an existing date. */
static bool parse_digits(const char *text, size_t len, struct icaltimetype *ret, bool *ret_utc)
{
    static const char shape[] = "00000000T000000Z";
    if (len != 8 && len != 15 && len != 16)
        return false;
    for (size_t i = 0; i < len; i++)
        if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return false;
    char copy[17] = "";
    memcpy(copy, text, len);
    const struct icaltimetype t = icaltime_from_string(copy);
    if (t.year < 1970 || t.year > 2200 || t.month < 1 || t.month > 12 || t.day < 1 ||
        t.day > icaltime_days_in_month(t.month, t.year) || t.hour > 23 || t.minute > 59 ||
        t.second > 59)
        return false;
    *ret = t;
    ret->zone = NULL;
    *ret_utc = len == 16;
    return true;
}

static icaltimezone *zone_of(const char *name, size_t len)
{
    char copy[HOURS_ZONE_SIZE];
    if (len == 0 || len >= sizeof copy)
        return NULL;
    memcpy(copy, name, len);
    copy[len] = '\0';
    return calendar_zone(copy);
}

/* One date or date-time with the parameters of its line. */
static bool read_time(struct reading *r, const struct line *l, const char *text, size_t len,
                      struct calendar_time *ret)
{
    struct calendar_time t = {.line = r->line};
    bool utc = false;
    const bool date = is(l->params, l->params_len, "VALUE=DATE");
    const bool tzid = l->params_len > 5 && strncasecmp(l->params, "TZID=", 5) == 0;
    if (l->params_len && !date && !tzid)
        fault(r, "may have TZID=… or VALUE=DATE, and nothing else");
    else if (!parse_digits(text, len, &t.wall, &utc))
        fault(r, "must be a date or time that exists, as 20261225 or 20261225T080000");
    else if (date != (t.wall.is_date != 0))
        fault(r, date ? "must be a date, as VALUE=DATE says" : "needs VALUE=DATE, or a time");
    else if (!date && !tzid && !utc)
        fault(r, "needs TZID=… (or ends in Z, for UTC)");
    else if (tzid && utc)
        fault(r, "has a TZID and ends in Z: one of them");
    else if (tzid && !(t.zone = zone_of(l->params + 5, l->params_len - 5)))
        fault(r, "names a time zone that does not exist");
    else {
        if (utc)
            t.zone = icaltimezone_get_utc_timezone();
        *ret = t;
        return true;
    }
    return false;
}

static void read_start(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    if (e->has_start)
        fault(r, "stands twice");
    e->has_start = read_time(r, l, l->value, l->value_len, &e->start) || e->has_start;
}

static void read_length(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    char copy[VALUE_SIZE] = "";
    if (e->has_length || e->has_end)
        fault(r, "stands twice");
    e->has_length = true;
    e->length_line = r->line;
    if (l->params_len || l->value_len >= sizeof copy) {
        fault(r, "must be a duration, as PT12H or P1D");
        return;
    }
    memcpy(copy, l->value, l->value_len);
    const struct icaldurationtype d = icaldurationtype_from_string(copy);
    const int64_t days = (int64_t)d.weeks * 7 + d.days;
    const int64_t seconds = (int64_t)d.hours * 3600 + (int64_t)d.minutes * 60 + d.seconds;
    if (icaldurationtype_is_bad_duration(d) || d.is_neg || days + seconds == 0)
        fault(r, "must be a duration, as PT12H or P1D");
    else if (days > LONGEST_DAYS || seconds > LONGEST_DAYS * INT64_C(86400) ||
             days * 86400 + seconds > LONGEST_DAYS * INT64_C(86400))
        fault(r, "must be at most seven days");
    e->days = days;
    e->seconds = seconds;
}

static void read_end(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    if (e->has_length || e->has_end)
        fault(r, "stands twice");
    e->length_line = r->line;
    e->has_end = read_time(r, l, l->value, l->value_len, &e->end) || e->has_end;
}

/* UNTIL is taken out of the rule: libical would compare it with a time that has no zone. */
static void read_until(struct reading *r, struct calendar_event *e)
{
    const struct icaltimetype until = e->rule.until;
    e->until_utc_s = INT64_MAX;
    if (icaltime_is_null_time(until))
        return;
    if (e->start.zone) {
        if (until.is_date || !icaltime_is_utc(until)) {
            fault(r, "needs an UNTIL in UTC: it ends in Z");
            return;
        }
        e->until_utc_s = calendar_utc_of(&until, icaltimezone_get_utc_timezone());
    } else {
        if (!until.is_date) {
            fault(r, "needs an UNTIL that is a date, as DTSTART is");
            return;
        }
        e->until_utc_s = calendar_utc_of(&until, r->c->zone);
    }
    e->rule.until = icaltime_null_time();
}

static void read_rule(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    if (e->has_rule) {
        fault(r, "stands twice");
        return;
    }
    if (!e->has_start) {
        fault(r, "must come after DTSTART");
        return;
    }
    char copy[512];
    if (l->params_len || l->value_len >= sizeof copy) {
        fault(r, "must be a recurrence rule, as FREQ=DAILY");
        return;
    }
    memcpy(copy, l->value, l->value_len);
    copy[l->value_len] = '\0';
    e->rule = icalrecurrencetype_from_string(copy);
    e->has_rule = true;
    e->rule_line = r->line;
    if (e->rule.freq == ICAL_NO_RECURRENCE)
        fault(r, "must be a recurrence rule, as FREQ=DAILY");
    else if (e->rule.freq < ICAL_DAILY_RECURRENCE || e->rule.rscale ||
             e->rule.by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
             e->rule.by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
             e->rule.by_second[0] != ICAL_RECURRENCE_ARRAY_MAX)
        fault(r, "may recur daily, weekly, monthly or yearly, once a day");
    else if (e->rule.count > CALENDAR_COUNT_MAX)
        fault(r, "may count to 10000");
    else
        read_until(r, e);
}

static void read_dates(struct reading *r, const struct line *l, bool excluded)
{
    const char *p = l->value;
    const char *end = l->value + l->value_len;
    for (;;) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const size_t len = (size_t)((comma ? comma : end) - p);
        struct calendar_date d = {.event = r->c->n_events - 1, .excluded = excluded};
        if (r->c->n_dates == CALENDAR_DATES) {
            fault(r, "is one date too many: 512 in a calendar");
            return;
        }
        if (!read_time(r, l, p, len, &d.time))
            return;
        r->c->dates[r->c->n_dates++] = d;
        if (!comma)
            return;
        p = comma + 1;
    }
}

static void read_rdate(struct reading *r, const struct line *l)
{
    read_dates(r, l, false);
}

static void read_exdate(struct reading *r, const struct line *l)
{
    read_dates(r, l, true);
}

static void read_categories(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    if (!is(l->value, l->value_len, "CLOSED"))
        fault(r, "may be CLOSED, and nothing else");
    e->closed = true;
}

static void read_summary(struct reading *r, const struct line *l)
{
    struct calendar_event *e = event_now(r);
    e->summary = l->value;
    e->summary_len = l->value_len;
}

static void read_comment(struct reading *r, const struct line *l)
{
    (void)r;
    (void)l;
}

static void begin(struct reading *r, const struct line *l)
{
    if (r->place == BEFORE && is(l->value, l->value_len, "VCALENDAR")) {
        r->place = IN_CALENDAR;
    } else if (r->place == IN_CALENDAR && is(l->value, l->value_len, "VEVENT")) {
        if (r->c->n_events == CALENDAR_EVENTS) {
            fault(r, "is one event too many: 64 in a calendar");
            r->c->n_events--; /* goes on in the place of the last */
        }
        r->c->events[r->c->n_events++] =
            (struct calendar_event){.until_utc_s = INT64_MAX, .begin_line = r->line};
        r->place = IN_EVENT;
    } else {
        fault(r, "begins nothing that may stand here: a VCALENDAR with VEVENTs");
    }
}

/* What an event must have, once all its lines are read. */
static void finish_event(struct reading *r)
{
    struct calendar_event *e = event_now(r);
    if (!e->has_start) {
        fault_at(r, e->begin_line, "has no DTSTART");
        return;
    }
    const bool dates = !e->start.zone;
    if (!e->has_length && !e->has_end) {
        if (dates)
            e->days = 1;
        else
            fault_at(r, e->begin_line, "has no DURATION and no DTEND");
    }
    if (e->has_length && dates && e->seconds)
        fault_at(r, e->length_line, "must be whole days, as DTSTART is");
    if (!e->has_end)
        return;
    if (dates != !e->end.zone) {
        fault_at(r, e->length_line, "must be of the same kind as DTSTART");
        return;
    }
    const int64_t length =
        calendar_instant(&e->end, r->c->zone) - calendar_instant(&e->start, r->c->zone);
    if (length <= 0)
        fault_at(r, e->length_line, "must be after DTSTART");
    else if (length > LONGEST_DAYS * INT64_C(86400) + 3600)
        fault_at(r, e->length_line, "must be at most seven days after DTSTART");
    else if (dates)
        e->days = (length + 43200) / 86400;
    else if (length >= 86400 && e->has_rule)
        fault_at(r, e->length_line,
                 "lasts a day or more: say DURATION:P1D, whose days follow a "
                 "change of the clocks");
    else
        e->seconds = length;
}

static void end(struct reading *r, const struct line *l)
{
    if (r->place == IN_EVENT && is(l->value, l->value_len, "VEVENT")) {
        finish_event(r);
        r->place = IN_CALENDAR;
    } else if (r->place == IN_CALENDAR && is(l->value, l->value_len, "VCALENDAR")) {
        r->place = AFTER;
    } else {
        fault(r, "ends nothing that has begun");
    }
}

static void read_version(struct reading *r, const struct line *l)
{
    r->has_version = true;
    if (!is(l->value, l->value_len, "2.0"))
        fault(r, "must be 2.0");
}

static const struct property {
    const char *name;
    bool in_event;
    void (*read)(struct reading *r, const struct line *l);
} properties[] = {
    {"CALSCALE",    false, read_comment   },
    {"CATEGORIES",  true,  read_categories},
    {"COMMENT",     true,  read_comment   },
    {"DESCRIPTION", true,  read_comment   },
    {"DTEND",       true,  read_end       },
    {"DTSTAMP",     true,  read_comment   },
    {"DTSTART",     true,  read_start     },
    {"DURATION",    true,  read_length    },
    {"EXDATE",      true,  read_exdate    },
    {"PRODID",      false, read_comment   },
    {"RDATE",       true,  read_rdate     },
    {"RRULE",       true,  read_rule      },
    {"SUMMARY",     true,  read_summary   },
    {"UID",         true,  read_comment   },
    {"VERSION",     false, read_version   },
};

static void read_property(struct reading *r, const struct line *l)
{
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (!is(l->name, l->name_len, properties[i].name))
            continue;
        if (properties[i].in_event ? r->place == IN_EVENT : r->place == IN_CALENDAR)
            properties[i].read(r, l);
        else
            fault(r, "may not stand here");
        return;
    }
    fault(r, "is no property that opening hours have");
}

static void read_line(struct reading *r, const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    if (!text_is_plain(text, len, TEXT_ONE_LINE) || !colon || colon == text) {
        fault(r, "must be NAME:VALUE, whole on its line");
        return;
    }
    const char *semicolon = memchr(text, ';', (size_t)(colon - text));
    const char *name_end = semicolon ? semicolon : colon;
    const struct line l = {
        .name = text,
        .name_len = (size_t)(name_end - text),
        .params = semicolon ? semicolon + 1 : colon,
        .params_len = semicolon ? (size_t)(colon - semicolon - 1) : 0,
        .value = colon + 1,
        .value_len = len - (size_t)(colon + 1 - text),
    };
    if (is(l.name, l.name_len, "BEGIN"))
        begin(r, &l);
    else if (is(l.name, l.name_len, "END"))
        end(r, &l);
    else
        read_property(r, &l);
}

/* Dates are of the kind of their event's DTSTART. */
static void check_kinds(struct reading *r)
{
    for (size_t i = 0; i < r->c->n_dates; i++) {
        const struct calendar_date *d = &r->c->dates[i];
        const struct calendar_event *e = &r->c->events[d->event];
        if (e->has_start && !e->start.zone != !d->time.zone)
            fault_at(r, d->time.line, "must be of the same kind as DTSTART");
    }
}

/* What only recurrences tell, once there is no other fault. */
static void check_recurrence(struct reading *r)
{
    for (size_t i = 0; i < r->c->n_events; i++)
        if (!calendar_starts_in_rule(&r->c->events[i]))
            fault_at(r, r->c->events[i].rule_line, "does not begin at DTSTART, which it must");
    for (size_t i = 0; i < r->c->n_dates; i++)
        if (r->c->dates[i].excluded && !calendar_occurs(r->c, &r->c->dates[i]))
            fault_at(r, r->c->dates[i].time.line, "excludes a time at which nothing begins");
}

struct calendar *calendar_read(const char *zone, const char *text, hours_fault_fn *fault_fn,
                               void *fault_arg)
{
    struct calendar *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    struct reading r = {.c = c, .fault = fault_fn, .fault_arg = fault_arg};
    c->zone = calendar_zone(zone);
    if (!c->zone) {
        fault(&r, "is in a time zone that does not exist");
        return c;
    }
    while (*text) {
        const size_t len = strcspn(text, "\n");
        if (r.place == AFTER)
            fault(&r, "stands after the end of the calendar");
        else
            read_line(&r, text, len);
        text += len + (text[len] == '\n');
        r.line++;
    }
    r.line -= r.line > 0;
    if (r.place != AFTER)
        fault(&r, "is the last line: END:VCALENDAR is missing");
    else if (!r.has_version)
        fault_at(&r, 0, "has no VERSION:2.0");
    check_kinds(&r);
    if (c->n_faults == 0)
        check_recurrence(&r);
    return c;
}
