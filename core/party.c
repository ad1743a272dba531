/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who is called in place of the person. */

#include "core/party.h"

#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/text.h"

static const struct {
    const char *name;
    const char *text;
} relations[] = {
    [PARTY_PARENT] = {"parent",   N_("parent")       },
    [PARTY_GUARDIAN] = {"guardian", N_("guardian")     },
    [PARTY_HELPER] = {"helper",   N_("helper")       },
    [PARTY_OTHER] = {"other",    N_("somebody else")},
};
_Static_assert(sizeof relations / sizeof relations[0] == PARTY_RELATION_COUNT, "one row each");

const char *party_relation_name(enum party_relation relation)
{
    return (unsigned)relation < PARTY_RELATION_COUNT ? relations[relation].name : "";
}

const char *party_relation_text(enum party_relation relation)
{
    return (unsigned)relation < PARTY_RELATION_COUNT ? relations[relation].text : "";
}

bool party_relation_by_name(const char *name, enum party_relation *ret)
{
    for (unsigned i = 0; i < PARTY_RELATION_COUNT; i++) {
        if (strcmp(relations[i].name, name) == 0) {
            *ret = (enum party_relation)i;
            return true;
        }
    }
    return false;
}

static enum err_code read_name(const char *text, char ret[PARTY_NAME_SIZE], struct err *err)
{
    size_t len = strlen(text);
    while (len > 0 && *text == ' ') {
        text++;
        len--;
    }
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    if (!text_is_plain(text, len, TEXT_ONE_LINE)) {
        return err_field(err, ERR_INVALID, "name", N_("A name is one line of plain text."));
    }
    if (text_chars(text, len) > PARTY_NAME_CHARS) {
        return err_field(err, ERR_TOO_LARGE, "name", N_("A name has at most 100 characters."));
    }
    memcpy(ret, text, len);
    ret[len] = '\0';
    return ERR_OK;
}

enum err_code party_read(const char *relation, const char *name, const char *number,
                         struct party *ret, struct err *err)
{
    struct party p = {.relation = PARTY_OTHER};
    if (!party_relation_by_name(relation, &p.relation)) {
        return err_field(err, ERR_INVALID, "relation",
                         N_("Say who it is: parent, guardian, "
                            "helper or other."));
    }
    enum err_code code = read_name(name, p.name, err);
    if (code) {
        return code;
    }
    if (p.relation == PARTY_OTHER && !p.name[0]) {
        return err_field(err, ERR_INVALID, "name", N_("Who is it? Type a name."));
    }
    code = phone_parse_dialled(number, strlen(number), p.number, err);
    if (code) {
        if (err) {
            snprintf(err->field, sizeof err->field, "number");
        }
        return code;
    }
    *ret = p;
    return ERR_OK;
}
