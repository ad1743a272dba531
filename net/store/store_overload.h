/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Overload of a service in a region (core/overload.h): whether it is on, what it would change, and
 * the switch. Switching writes one row, however many wait: the reservation reads the newest. */

#include "core/overload.h"
#include "net/store/store.h"

#define STORE_ACCOUNT_SIZE 65 /* an account of the machine, or an agent's login; NUL */

/* Is it on? What the reservation asks: the first row of an index. */
enum err_code store_overload_is_on(struct store *st, const char *service_id, enum region region,
                                   bool *ret, struct err *err) MUSTCHECK;

#define STORE_OVERLOAD_REASON_CHARS 200
struct store_overload {
    bool is_on;
    int64_t since_utc_s; /* of the newest switch; 0 = never switched */
    char account[STORE_ACCOUNT_SIZE];
    char reason[STORE_OVERLOAD_REASON_CHARS * 4 + 1];
};
enum err_code store_overload_read(struct store *st, const char *service_id, enum region region,
                                  struct store_overload *ret, struct err *err) MUSTCHECK;

/* Who switches: an agent (a supervisor, checked by the caller), or an account of the machine. */
struct store_overload_switch {
    const char *service_id;
    enum region region;
    bool on;
    int64_t agent_id;    /* 0 = an account of the machine */
    const char *account; /* "" with an agent */
    const char *reason;  /* sealed; not empty */
};
/* Audited. *ret_changed false: it was like this already, and nothing was written. Errors:
 * ERR_NOT_FOUND (field "service"), ERR_INVALID (field "region": the service does not work there;
 * field "/reason"). */
enum err_code store_overload_set(struct store *st, const struct store_overload_switch *what,
                                 int64_t now_utc_s, bool *ret_changed, struct err *err) MUSTCHECK;

/* What it would change now: changes nothing, and costs the same whoever waits. */
enum err_code store_overload_figures(struct store *st, const char *service_id, enum region region,
                                     int64_t now_utc_s, struct overload_figures *ret,
                                     struct err *err) MUSTCHECK;
