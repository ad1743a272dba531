/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Typed text as a value of a question's type. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script.h"
#include "tui/state.h"

struct script_typed {
    struct script_value
        value; /* kind NONE: nothing is typed. It points in here and into the item */
    char text[EDIT_MAX];
    char unit[128];
    char wrong[256]; /* translated */
};

/* False: it is none, and wrong says why. */
bool script_typed_read(const struct tui *t, const struct script_item *item, const char *typed,
                       struct script_typed *ret);

/* What stands in the editor for a value. */
const char *script_typed_text(const struct script_item *item, const struct script_value *value,
                              char *ret, size_t size);

/* "°C, °F" */
const char *script_units(const struct tui *t, const struct script_item *item, char *ret,
                         size_t size);

/* Why a value was refused, in plain words. */
void script_refusal(const struct tui *t, const struct script_item *item,
                    const struct script_value *value, const struct err *err, char *ret,
                    size_t size);
