/* SPDX-License-Identifier: Apache-2.0 */
/* A service's durations (core/duration.h) from its definition. */

#include <string.h>

#include "core/service.h"
#include "core/text.h"
#include "net/api/service_json_parts.h"

static void read_since(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    struct date d;
    if (!text)
        return;
    if (date_parse(text, &d) && d.day > 0)
        *READER_PLACE(struct date) = d;
    else
        reader_fault(r, path, "must be a date that exists, as 2020-05-04");
}

static void read_period(struct reader *r, const char *path, const cJSON *j, void *item)
{
    static const struct reader_member members[] = {
        {"since", true, read_since, offsetof(struct duration_period, since), 0, 0                },
        {"days",  true, reader_int, offsetof(struct duration_period, days),  0, DURATION_DAYS_MAX},
    };
    READER_OBJECT(r, path, j, members, item);
}

static void read_periods(struct reader *r, const char *path, const cJSON *j,
                         const struct reader_member *m, void *base)
{
    (void)m;
    struct duration *d = base;
    const size_t before = r->faults->n;
    d->n_periods =
        reader_list(r, path, j, d->periods, sizeof d->periods[0], DURATION_PERIODS, read_period);
    if (r->faults->n != before)
        return;
    if (d->n_periods == 0)
        reader_fault(r, path, "must have an entry");
    for (size_t i = 1; i < d->n_periods; i++) {
        if (date_to_days(d->periods[i - 1].since) < date_to_days(d->periods[i].since))
            continue;
        char deeper[READER_PATH_SIZE];
        reader_path_index(deeper, path, i);
        service_fault_at(r, deeper, "since", "must be later than the one before");
    }
}

static void read_from(struct reader *r, const char *path, const cJSON *j, void *item)
{
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len == 0 || text_chars(text, len) > DURATION_FROM_CHARS ||
        !text_is_plain(text, len, TEXT_ONE_LINE))
        reader_fault(r, path, "must be a date of the record or a linkId");
    else
        memcpy(item, text, len + 1);
}

/* One, or a list of them. */
static void read_froms(struct reader *r, const char *path, const cJSON *j,
                       const struct reader_member *m, void *base)
{
    (void)m;
    struct duration *d = base;
    if (!cJSON_IsArray(j)) {
        read_from(r, path, j, d->froms[0]);
        d->n_froms = 1;
        return;
    }
    const size_t before = r->faults->n;
    d->n_froms = reader_list(r, path, j, d->froms, sizeof d->froms[0], DURATION_FROMS, read_from);
    if (d->n_froms == 0 && r->faults->n == before)
        reader_fault(r, path, "must have an entry");
}

void service_read_durations(struct reader *r, const char *path, const cJSON *j,
                            const struct reader_member *m, void *base)
{
    static const struct reader_member members[] = {
        {"from", true,  read_froms,  0,                        0,     0},
        {"back", false, reader_bool, offsetof(struct duration, back), 0, 0},
        {"periods",      true,   read_periods,     0,               0,               0},
    };
    (void)m;
    struct service *s = base;
    if (!cJSON_IsObject(j)) {
        reader_fault(r, path, "must be an object");
        return;
    }
    for (const cJSON *one = j->child; one; one = one->next) {
        char deeper[READER_PATH_SIZE];
        reader_path_name(deeper, path, one->string);
        if (s->n_durations == SERVICE_DURATIONS) {
            reader_fault(r, path, "has too many entries");
            return;
        }
        struct duration *d = &s->durations[s->n_durations];
        const size_t len = strlen(one->string);
        if (!duration_name_is_valid(one->string, len)) {
            reader_fault(r, deeper,
                         "must be named by a lower-case letter, then those, digits, '_'");
            continue;
        }
        memcpy(d->name, one->string, len + 1);
        s->n_durations++;
        READER_OBJECT(r, deeper, one, members, d);
    }
}
