/* SPDX-License-Identifier: Apache-2.0 */
/* Calendars for tests. */

#include "fake_hours.h"

#include <string.h>

#define H(hours) ((int64_t)(hours)*3600)

/* The calendar's text names one of these; spans are relative to midnight of every day. */
struct plan {
    const char *name;
    struct {
        int64_t from, to;
        int every; /* days; the day's number modulo it must be 0 */
        bool closed;
    } rows[4];
};

static const struct plan plans[] = {
    {"day",     {{H(8), H(20), 1, false}}                          },
    {"lunch",   {{H(8), H(12), 1, false}, {H(13), H(20), 1, false}}},
    {"night",   {{H(18), H(26), 1, false}}                         },
    {"always",  {{0, DAY, 1, false}}                               },
    {"holiday", {{H(8), H(20), 1, false}, {0, DAY, 5, true}}       },
    {"bitten",  {{H(8), H(20), 1, false}, {H(10), H(11), 1, true}} },
    {"twice",   {{H(8), H(14), 1, false}, {H(12), H(20), 1, false}}},
    {"rare",    {{H(8), H(20), 100, false}}                        },
};

int fake_hours_asked;
bool fake_hours_no_memory;

static const struct plan *plan_of(const char *calendar)
{
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        if (strcmp(plans[i].name, calendar) == 0)
            return &plans[i];
    return NULL;
}

static enum err_code expand(void *arg, const char *zone, const char *calendar, int64_t from,
                            int64_t to, struct hours_span *ret, size_t cap, size_t *ret_n,
                            struct err *err)
{
    (void)arg;
    (void)zone;
    const struct plan *plan = plan_of(calendar);
    size_t n = 0;
    fake_hours_asked++;
    if (fake_hours_no_memory || !plan)
        return err_set(err, ERR_NOMEM, NULL);
    /* From the last day to the first: any order will do. */
    for (int64_t day = to / DAY * DAY; day >= from - 2 * DAY; day -= DAY) {
        for (size_t i = 0; i < 4 && plan->rows[i].to; i++) {
            const int64_t begin = day + plan->rows[i].from;
            const int64_t end = day + plan->rows[i].to;
            if (day / DAY % plan->rows[i].every || begin >= to || end <= from)
                continue;
            if (n == cap)
                return err_set(err, ERR_INVALID, NULL);
            ret[n++] = (struct hours_span){begin, end, day, plan->rows[i].closed};
        }
    }
    *ret_n = n;
    return ERR_OK;
}

static int64_t wall(void *arg, const char *zone, int64_t at, int days, int32_t second_of_day)
{
    (void)arg;
    (void)zone;
    return at / DAY * DAY + days * DAY + second_of_day;
}

static int32_t second_of_day(void *arg, const char *zone, int64_t at)
{
    (void)arg;
    (void)zone;
    return (int32_t)(at % DAY);
}

const struct hours_ops fake_hours = {
    .expand = expand, .wall = wall, .second_of_day = second_of_day};
