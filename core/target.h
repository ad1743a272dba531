/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whom an agent calls beside the person, or hands the person to: an expert who is consulted, the
 * target of a transfer. */

#include <stdbool.h>

#include "core/err.h"
#include "core/phone.h"

enum target_kind {
    TARGET_NUMBER, /* outside: E.164, or a short code */
    TARGET_USER,   /* a colleague, by login */
    TARGET_QUEUE,  /* whoever serves it, by its id: "WAL_Public-Health" */
};
#define TARGET_KIND_COUNT (TARGET_QUEUE + 1)

#define TARGET_VALUE_SIZE 65 /* a login, a queue's id or a number; NUL */

struct target {
    enum target_kind kind;
    char value[TARGET_VALUE_SIZE];
};

/* "number", "user", "queue", as in API and database. Never NULL. */
const char *target_kind_name(enum target_kind kind);
/* False leaves *ret. */
bool target_kind_by_name(const char *name, enum target_kind *ret);

/* What somebody typed or chose -> a target; numbers in any form that phone_parse_dialled takes.
 * Whether there is such a user or queue, and whether the number may be called, is asked elsewhere.
 * Errors: ERR_PHONE, ERR_INVALID, field "/target/value"; *ret is untouched then. */
enum err_code target_read(enum target_kind kind, const char *text, struct target *ret,
                          struct err *err) MUSTCHECK;
