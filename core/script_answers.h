/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The answers to one script as core/script_*.c share them. Nobody else looks inside. */

#include "core/script.h"

struct script_answers {
    const struct script *script;
    struct script_value *values; /* one an item */
    size_t *order;               /* of evaluation, see script_order */
    size_t n_placed;             /* items from here on are circular: disabled */
    /* What follows from the values, computed when asked for: not part of what is const. */
    struct script_memo {
        bool fresh;
        unsigned char *flags; /* one an item: MEMO_* */
    } * memo;
};

enum {
    MEMO_ENABLED = 1,
    MEMO_SHOWN = 2,  /* enabled, not hidden, nothing hidden above */
    MEMO_OPEN = 4,   /* enabled, and every question above it has an answer */
    MEMO_FILLED = 8, /* it, or something below it, has an answer that counts */
};

/* The flags of an item, after evaluating what is stale. */
unsigned script_flags(const struct script_answers *a, size_t item);

/* Does the value keep the rules of the item? Errors as script_answer_set; *ret_option is the option
 * it stands for, NULL where options do not limit it. */
enum err_code script_check(const struct script_item *item, const struct script_value *value,
                           const struct script_option **ret_option, struct err *err) MUSTCHECK;
