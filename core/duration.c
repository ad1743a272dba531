/* SPDX-License-Identifier: Apache-2.0 */
#include "core/duration.h"

#include <string.h>

enum duration_from duration_from_by_name(const char *name)
{
    static const char *const names[] = {
        [DURATION_FROM_LAST_CONTACT] = "last_contact_date",
        [DURATION_FROM_SAMPLE] = "sample_date",
        [DURATION_FROM_TODAY] = "today",
    };
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return (enum duration_from)i;
    return DURATION_FROM_QUESTION;
}

bool duration_name_is_valid(const char *name, size_t len)
{
    if (len == 0 || len >= DURATION_NAME_SIZE || name[0] < 'a' || name[0] > 'z')
        return false;
    for (size_t i = 1; i < len; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= '0' && name[i] <= '9') &&
            name[i] != '_')
            return false;
    return true;
}

static bool is_full(struct date d)
{
    return d.day > 0 && date_exists(d);
}

bool duration_days(const struct duration *d, struct date today, int *ret)
{
    if (!is_full(today))
        return false;
    const int64_t now = date_to_days(today);
    for (size_t i = d->n_periods; i-- > 0;) {
        if (date_to_days(d->periods[i].since) > now)
            continue;
        *ret = d->periods[i].days;
        return true;
    }
    return false;
}

bool duration_end(struct date from, int days, bool back, struct date *ret)
{
    if (!is_full(from))
        return false;
    const int64_t end = date_to_days(from) + (back ? -days : days);
    if (end < date_to_days((struct date){1, 1, 1}) ||
        end > date_to_days((struct date){9999, 12, 31}))
        return false;
    *ret = date_from_days(end);
    return true;
}
