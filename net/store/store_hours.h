/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Opening hours of the services in a store, from their newest definitions. */

#include "core/hours.h"
#include "net/store/store.h"

/* The hours of a caller class of a service ("" = the first class), one way. Borrowed: until the
 * next call of store_service or this with the same store. Ask core/hours.h: hours_may_present,
 * hours_is_open, hours_day_start, … Errors: those of store_service. */
enum err_code store_hours(struct store *st, const char *service_id, const char *class_id,
                          enum service_way way, struct hours **ret, struct err *err) MUSTCHECK;

/* The same of the hours in which a service works: outbound ones where it has any. Calling days are
 * theirs. */
enum err_code store_working_hours(struct store *st, const char *service_id, struct hours **ret,
                                  struct err *err) MUSTCHECK;

/* The day of an agent's lists: from the first opening of the calling day, of whichever of the
 * agent's services opened first, to the next calling day of the last one. Before the first opening
 * it begins at midnight: yesterday is over. */
enum err_code store_day_of(struct store *st, const struct store_actor *actor, int64_t at_utc_s,
                           struct store_day *ret, struct err *err) MUSTCHECK;

/* Ask these instead of libical, for tests; borrowed. */
void store_use_calendar(struct store *st, const struct hours_ops *ops);
