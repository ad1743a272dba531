/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a service makes of a callback while it is still being typed: its opening hours and its rules
 * (core/callback.h), asked of every class of callers at once. Whose class the person is only the
 * backend knows: refused here is what no class may have, so nothing that the backend would take. */

#include <stdbool.h>
#include <stdint.h>

#include "core/callback.h"

struct agenda;

/* Both are borrowed. NULL: out of memory. */
struct agenda *agenda_new(const struct hours_ops *ops, const struct service *s);
struct agenda *agenda_free(struct agenda *a);

/* As callback_plan and callback_plan_at: the first class that may have it says what comes of it;
 * when none may, *err is what the first says. */
enum err_code agenda_plan(struct agenda *a, const struct callback_wish *wish, int64_t now_utc_s,
                          struct callback_plan *ret, struct err *err) MUSTCHECK;
enum err_code agenda_plan_at(struct agenda *a, int64_t at_utc_s, int64_t now_utc_s,
                             struct callback_plan *ret, struct err *err) MUSTCHECK;

/* A time in the calendar. */
enum agenda_slot {
    AGENDA_FREE,
    AGENDA_OVER,   /* it has passed */
    AGENDA_CLOSED, /* out of opening hours */
    AGENDA_BARRED, /* the service's rules do not allow that day */
    AGENDA_NONE,   /* the clocks leave it out */
};
#define AGENDA_SLOT_COUNT (AGENDA_NONE + 1)

/* Why it is closed on a day, as the calendar of the first class names it. False: it does not. */
bool agenda_closing(struct agenda *a, struct date date, char *ret, size_t size);

/* What a civil time is; zone "" = that of the service. *ret_utc_s is its instant, but with
 * AGENDA_NONE. */
enum agenda_slot agenda_slot(struct agenda *a, const char *zone, struct date date,
                             int minute_of_day, int64_t now_utc_s, int64_t *ret_utc_s);
