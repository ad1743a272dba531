/* SPDX-License-Identifier: Apache-2.0 */
/* A service's definition from JSON: hours, attempts, appointments, what is kept how long. */

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/api/service_json_parts.h"

#define AT(type, member) offsetof(struct type, member)

void service_read_zone(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len == 0 || len >= HOURS_ZONE_SIZE || strspn(text, allowed) != len)
        reader_fault(r, path, "must be a time zone, as Europe/Brussels");
    else
        memcpy(READER_PLACE(char), text, len + 1);
}

/* Content lines, each a string; together they have to fit. */
static void read_calendar(struct reader *r, const char *path, const cJSON *j,
                          const struct reader_member *m, void *base)
{
    char deeper[READER_PATH_SIZE];
    char *text = READER_PLACE(char);
    size_t len = 0;
    size_t i = 0;
    if (!cJSON_IsArray(j)) {
        reader_fault(r, path, "must be a list of lines");
        return;
    }
    const cJSON *line;
    cJSON_ArrayForEach(line, j)
    {
        reader_path_index(deeper, path, i++);
        const char *value = reader_text(r, deeper, line);
        if (!value)
            continue;
        const size_t n = strlen(value);
        if (n == 0 || !text_is_plain(value, n, TEXT_ONE_LINE)) {
            reader_fault(r, deeper, "must be one line, without control characters");
        } else if (len + n + 2 > SERVICE_CALENDAR_SIZE) {
            reader_fault(r, deeper, "makes the calendar larger than 8191 bytes");
            break;
        } else {
            memcpy(text + len, value, n);
            len += n;
            text[len++] = '\n';
        }
    }
    text[len] = '\0';
}

static void read_class(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",       true,  reader_id,           AT(service_class, id),       0, 0},
        {"labels",   true,  service_read_labels, AT(service_class, labels),   0, 0},
        {"inbound",  false, read_calendar,       AT(service_class, inbound),  0, 0},
        {"outbound", false, read_calendar,       AT(service_class, outbound), 0, 0},
    };
    const struct service *s = r->whole;
    struct service_class *c = item;
    const size_t before = r->faults->n;
    READER_OBJECT(r, path, j, members, c);
    service_check_new_id(r, path, s->classes, sizeof *c, c);
    if (r->faults->n == before && !c->inbound[0] && !c->outbound[0])
        reader_fault(r, path, "needs inbound or outbound");
}

void service_read_hours(struct reader *r, const char *path, const cJSON *j,
                        const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    const size_t before = r->faults->n;
    s->n_classes =
        reader_list(r, path, j, s->classes, sizeof s->classes[0], SERVICE_CLASSES, read_class);
    if (s->n_classes == 0) {
        if (r->faults->n == before)
            reader_fault(r, path, "must name a class of callers");
        return;
    }
    if (r->faults->n != before)
        return;
    if (s->direction != SERVICE_INBOUND && !s->classes[0].outbound[0])
        reader_fault(r, path, "must say when the first class is called (outbound)");
    if (s->direction != SERVICE_OUTBOUND && !s->classes[0].inbound[0])
        reader_fault(r, path, "must say when the first class may ring (inbound)");
}

static void read_skill(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",     true, reader_id,           AT(service_skill, id),     0, 0},
        {"labels", true, service_read_labels, AT(service_skill, labels), 0, 0},
    };
    const struct service *s = r->whole;
    READER_OBJECT(r, path, j, members, item);
    service_check_new_id(r, path, s->skills, sizeof s->skills[0], item);
}

void service_read_skills(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    (void)m;
    struct service *s = base;
    s->n_skills =
        reader_list(r, path, j, s->skills, sizeof s->skills[0], SERVICE_SKILLS, read_skill);
}

static void read_line(struct reader *r, const char *path, const cJSON *j, void *item)
{
    unsigned *lines = item;
    enum service_line line;
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    if (!service_line_by_name(text, &line))
        reader_fault(r, path, "must be first, second or third");
    else if (*lines & 1U << line)
        reader_fault(r, path, "stands twice");
    else
        *lines |= 1U << line;
}

void service_read_lines(struct reader *r, const char *path, const cJSON *j,
                        const struct reader_member *m, void *base)
{
    const size_t before = r->faults->n;
    unsigned lines = 0;
    if (reader_list(r, path, j, &lines, 0, SERVICE_LINE_COUNT, read_line) == 0 &&
        r->faults->n == before)
        reader_fault(r, path, "must name a line");
    *READER_PLACE(unsigned) = lines;
}

void service_read_callbacks(struct reader *r, const char *path, const cJSON *j,
                            const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"same_day",       true,  reader_bool,  AT(service_callbacks, same_day),       0, 0    },
        {"inside_hours",   true,  reader_bool,  AT(service_callbacks, inside_hours),   0, 0    },
        {"max_days",       false, reader_int64, AT(service_callbacks, max_days),       1, 365  },
        {"fallback_s",     true,  reader_int64, AT(service_callbacks, fallback_s),     0, 86400},
        {"missed_after_s", true,  reader_int64, AT(service_callbacks, missed_after_s), 1, 86400},
    };
    struct service_callbacks *c = READER_PLACE(struct service_callbacks);
    const size_t before = r->faults->n;
    READER_OBJECT(r, path, j, members, c);
    if (r->faults->n != before)
        return;
    if (c->same_day && c->max_days)
        service_fault_at(r, path, "max_days", "has no meaning with same_day");
    if (!c->same_day && !c->max_days)
        service_fault_at(r, path, "max_days", "is missing");
}

static void read_sms_kind(struct reader *r, const char *path, const cJSON *j, void *item)
{
    bool *sms = item;
    enum person_kind kind;
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    if (!person_kind_by_name(text, strlen(text), &kind))
        reader_fault(r, path, "must be contact");
    else if (sms[kind])
        reader_fault(r, path, "stands twice");
    else
        sms[kind] = true;
}

static void read_sms_kinds(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    (void)reader_list(r, path, j, READER_PLACE(bool), 0, PERSON_KIND_COUNT, read_sms_kind);
}

void service_read_overload(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"sms", true, read_sms_kinds, AT(service_overload, sms), 0, 0},
    };
    const struct service *s = r->whole;
    struct service_overload *o = READER_PLACE(struct service_overload);
    READER_OBJECT(r, path, j, members, o);
    for (unsigned i = 0; i < PERSON_KIND_COUNT; i++) {
        if (!o->sms[i] || s->sms_number[0])
            continue;
        service_fault_at(r, path, "sms", "needs the service's sms_number");
        return;
    }
}

/* "HH:MM", or 24:00. */
static void read_time_of_day(struct reader *r, const char *path, const cJSON *j,
                             const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const bool shaped = strlen(text) == 5 && strspn(text, "0123456789") == 2 && text[2] == ':' &&
                        strspn(text + 3, "0123456789") == 2;
    const int hour = shaped ? (text[0] - '0') * 10 + text[1] - '0' : 99;
    const int minute = shaped ? (text[3] - '0') * 10 + text[4] - '0' : 99;
    if (minute > 59 || hour > 24 || (hour == 24 && minute))
        reader_fault(r, path, "must be a time of day, as 08:00");
    else
        *READER_PLACE(int32_t) = hour * 3600 + minute * 60;
}

static void read_part(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"id",   true, reader_id,        AT(service_part, id),     0, 0},
        {"from", true, read_time_of_day, AT(service_part, from_s), 0, 0},
        {"to",   true, read_time_of_day, AT(service_part, to_s),   0, 0},
    };
    const struct service *s = r->whole;
    struct service_part *part = item;
    const size_t before = r->faults->n;
    READER_OBJECT(r, path, j, members, part);
    service_check_new_id(r, path, s->attempts.parts, sizeof *part, part);
    if (r->faults->n != before)
        return;
    if (part->from_s >= part->to_s) {
        service_fault_at(r, path, "to", "must be after from");
        return;
    }
    for (const struct service_part *p = s->attempts.parts; p < part; p++) {
        if (part->from_s >= p->to_s || p->from_s >= part->to_s)
            continue;
        service_fault_at(r, path, "from", "overlaps another part of the day");
        return;
    }
}

static void read_parts(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    (void)m;
    struct service_attempts *a = base;
    a->n_parts = reader_list(r, path, j, a->parts, sizeof a->parts[0], SERVICE_PARTS, read_part);
    if (a->n_parts == 1)
        reader_fault(r, path, "must have at least two entries");
}

void service_read_attempts(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"max_total", true, reader_int,   AT(service_attempts, max_total),   1,                   100},
        {"max_per_day",           true,   reader_int, AT(service_attempts,        max_per_day), 1, 100},
        {"parts",        false,            read_parts,                  0,                         0,                0                },
    };
    READER_OBJECT(r, path, j, members, READER_PLACE(struct service_attempts));
}

void service_read_purge(struct reader *r, const char *path, const cJSON *j,
                        const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"people_days",  true,  reader_int64, AT(service_purge, people_days),  1, 36500},
        {"answers_days", true,  reader_int64, AT(service_purge, answers_days), 1, 36500},
        {"audit_days",   false, reader_int64, AT(service_purge, audit_days),   1, 36500}, /* former */
    };
    READER_OBJECT(r, path, j, members, READER_PLACE(struct service_purge));
}

void service_read_contacts(struct reader *r, const char *path, const cJSON *j,
                           const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"again_after_days", true, reader_int64, AT(service_contacts, again_after_days), 1, 36500},
    };
    READER_OBJECT(r, path, j, members, READER_PLACE(struct service_contacts));
}

void service_read_health(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"lines",       true,  service_read_lines, AT(service_health, lines),       0, 0},
        {"supervisors", false, reader_bool,        AT(service_health, supervisors), 0, 0},
    };
    READER_OBJECT(r, path, j, members, READER_PLACE(struct service_health));
}
