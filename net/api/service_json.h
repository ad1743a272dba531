/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A service's definition: JSON text -> struct service. Strict: unknown and missing members, wrong
 * types, double ids and dangling references are faults, each named by its JSON Pointer. */

#include <stddef.h>

#include "core/err.h"
#include "core/service.h"

#define SERVICE_FAULTS_MAX 256

struct service_faults {
    struct service_fault {
        char path[64];     /* JSON Pointer (RFC 6901) */
        char sentence[96]; /* the rule, English */
    } items[SERVICE_FAULTS_MAX];
    size_t n; /* all that were found; only the first SERVICE_FAULTS_MAX are in items */
};

/* Load a definition as it was stored: what later definitions must say may be missing, and is as it
 * was before (struct service). Calendars are taken as they are. *ret: on the heap, to be freed with
 * free(3). faults (NULL allowed) gets every fault. Errors: ERR_INVALID with the first fault
 * (err->field is its path), ERR_TOO_LARGE, ERR_NOMEM; *ret is untouched then. */
enum err_code service_json_load(const char *text, size_t len, struct service **ret,
                                struct service_faults *faults, struct err *err) MUSTCHECK;

/* Load a definition that somebody wrote: everything must be there, and the calendars must be
 * understood. ops looks at calendars and zones. faults as in service_json_load, not NULL. */
enum err_code service_json_check(const char *text, size_t len, const struct hours_ops *ops,
                                 struct service **ret, struct service_faults *faults,
                                 struct err *err) MUSTCHECK;

/* Do the hours of a class of a checked definition ever open again within HOURS_HORIZON_S, and for
 * calls long enough for the offer and the whole preview before one begins? True, too, when its
 * calendar is empty: that is said on purpose. */
bool service_json_opens(const struct service *s, size_t class, enum service_way way,
                        const struct hours_ops *ops, int64_t now_utc_s);

/* What both do: read, and gather the faults. ERR_OK also when there are some; *ret is to be freed
 * then, too. */
enum err_code service_json_read(const char *text, size_t len, struct service **ret,
                                struct service_faults *faults, struct err *err) MUSTCHECK;
