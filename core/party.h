/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Somebody who is called in place of the person: a parent, a helper (domain.md 2, step 6). What is
 * kept is whose number it is and the name: who answered. Personal data: wipe it when done. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/phone.h"

enum party_relation {
    PARTY_PARENT,
    PARTY_GUARDIAN,
    PARTY_HELPER, /* cares for the person, or helps with the telephone */
    PARTY_OTHER,
};
#define PARTY_RELATION_COUNT (PARTY_OTHER + 1)

#define PARTY_NAME_CHARS 100
#define PARTY_NAME_SIZE (PARTY_NAME_CHARS * 4 + 1) /* UTF-8, NUL */

struct party {
    enum party_relation relation;
    char name[PARTY_NAME_SIZE]; /* "" = not known yet */
    char number[PHONE_SIZE];    /* E.164 or a short code */
    int64_t at_utc_s;           /* of those who were called before: when; else 0 */
    bool answered;              /* likewise */
};

/* "parent", as in API, database and exports; and the words for the screen, marked for gettext. */
const char *party_relation_name(enum party_relation relation);
const char *party_relation_text(enum party_relation relation);
/* False leaves *ret. */
bool party_relation_by_name(const char *name, enum party_relation *ret);

/* Read what an agent typed. Numbers: E.164, the Belgian national form, short codes; whether the
 * service may dial it is for service_may_dial. Errors, *ret untouched then: ERR_INVALID (fields
 * "relation", "name"), ERR_TOO_LARGE ("name"), ERR_PHONE ("number"). */
enum err_code party_read(const char *relation, const char *name, const char *number,
                         struct party *ret, struct err *err) MUSTCHECK;
