/* SPDX-License-Identifier: Apache-2.0 */
#include "core/target.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"

static const char *const names[] = {
    [TARGET_NUMBER] = "number",
    [TARGET_USER] = "user",
    [TARGET_QUEUE] = "queue",
};
_Static_assert(sizeof names / sizeof names[0] == TARGET_KIND_COUNT, "one name a kind");
_Static_assert(PHONE_SIZE <= TARGET_VALUE_SIZE, "a number is a value");

const char *target_kind_name(enum target_kind kind)
{
    return names[kind];
}

bool target_kind_by_name(const char *name, enum target_kind *ret)
{
    for (unsigned i = 0; i < TARGET_KIND_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum target_kind)i;
            return true;
        }
    }
    return false;
}

static enum err_code read_number(const char *text, struct target *ret, struct err *err)
{
    char number[PHONE_SIZE];
    struct err e = {0};
    const enum err_code code = phone_parse_dialled(text, strlen(text), number, &e);
    if (code != ERR_OK)
        return err_field(err, code, "/target/value", "%s", e.sentence);
    *ret = (struct target){.kind = TARGET_NUMBER};
    memcpy(ret->value, number, sizeof number);
    return ERR_OK;
}

enum err_code target_read(enum target_kind kind, const char *text, struct target *ret,
                          struct err *err)
{
    if (kind == TARGET_NUMBER)
        return read_number(text, ret, err);
    const size_t len = strlen(text);
    if (len == 0 || len >= TARGET_VALUE_SIZE || !text_is_plain(text, len, TEXT_ONE_LINE))
        return err_field(err, ERR_INVALID, "/target/value",
                         kind == TARGET_USER ? N_("There is no such user.")
                                             : N_("There is no such queue."));
    *ret = (struct target){.kind = kind};
    memcpy(ret->value, text, len + 1);
    return ERR_OK;
}
