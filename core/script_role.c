/* SPDX-License-Identifier: Apache-2.0 */
/* The codes by which a script says what an item is for. */

#include "core/script_role.h"

#include <string.h>

#define OF_PERSON SCRIPT_ROLE_SYSTEM "person"
#define OF_CONTACT SCRIPT_ROLE_SYSTEM "contact"
#define OF_COLLECTIVITY SCRIPT_ROLE_SYSTEM "collectivity"

enum {
    GROUP = 1u << SCRIPT_GROUP,
    WORDS = 1u << SCRIPT_STRING | 1u << SCRIPT_TEXT,
    DAY = 1u << SCRIPT_DATE,
    CODE = 1u << SCRIPT_CHOICE | 1u << SCRIPT_OPEN_CHOICE,
    YES = 1u << SCRIPT_BOOLEAN,
    ANY = WORDS | CODE,
};

static const struct {
    const char *system;
    const char *code;
    enum script_role holder;
    unsigned types;
} roles[SCRIPT_ROLE_COUNT] = {
    [SCRIPT_ROLE_CONTACT] = {OF_PERSON,       "contact",       SCRIPT_ROLE_NONE,         GROUP},
    [SCRIPT_ROLE_COLLECTIVITY] = {OF_PERSON,       "collectivity",  SCRIPT_ROLE_NONE,         GROUP},
    [SCRIPT_ROLE_GIVEN] = {OF_CONTACT,      "given",         SCRIPT_ROLE_CONTACT,      WORDS},
    [SCRIPT_ROLE_FAMILY] = {OF_CONTACT,      "family",        SCRIPT_ROLE_CONTACT,      WORDS},
    [SCRIPT_ROLE_NISS] = {OF_CONTACT,      "niss",          SCRIPT_ROLE_CONTACT,      WORDS},
    [SCRIPT_ROLE_BIRTH_DATE] = {OF_CONTACT,      "birth-date",    SCRIPT_ROLE_CONTACT,      DAY  },
    [SCRIPT_ROLE_PHONE] = {OF_CONTACT,      "phone",         SCRIPT_ROLE_CONTACT,      WORDS},
    [SCRIPT_ROLE_LANGUAGE] = {OF_CONTACT,      "language",      SCRIPT_ROLE_CONTACT,      CODE },
    [SCRIPT_ROLE_RELATION] = {OF_CONTACT,      "relation",      SCRIPT_ROLE_CONTACT,      ANY  },
    [SCRIPT_ROLE_LAST_CONTACT] = {OF_CONTACT,      "last-contact",  SCRIPT_ROLE_CONTACT,      DAY  },
    [SCRIPT_ROLE_RISK] = {OF_CONTACT,      "risk",          SCRIPT_ROLE_CONTACT,      CODE },
    [SCRIPT_ROLE_MAY_NAME] = {OF_CONTACT,      "may-name",      SCRIPT_ROLE_CONTACT,      YES  },
    [SCRIPT_ROLE_KIND] = {OF_COLLECTIVITY, "kind",          SCRIPT_ROLE_COLLECTIVITY, CODE },
    [SCRIPT_ROLE_NAME] = {OF_COLLECTIVITY, "name",          SCRIPT_ROLE_COLLECTIVITY, WORDS},
    [SCRIPT_ROLE_PLACE] = {OF_COLLECTIVITY, "place",         SCRIPT_ROLE_COLLECTIVITY, WORDS},
    [SCRIPT_ROLE_LAST_PRESENCE] = {OF_COLLECTIVITY, "last-presence", SCRIPT_ROLE_COLLECTIVITY, DAY  },
    [SCRIPT_ROLE_FUNCTION] = {OF_COLLECTIVITY, "role",          SCRIPT_ROLE_COLLECTIVITY, ANY  },
};

const char *script_role_code(enum script_role role)
{
    return roles[role].code;
}

bool script_role_by_code(const char *system, const char *code, enum script_role *ret)
{
    for (unsigned i = SCRIPT_ROLE_NONE + 1; i < SCRIPT_ROLE_COUNT; i++) {
        if (strcmp(roles[i].system, system) == 0 && strcmp(roles[i].code, code) == 0) {
            *ret = (enum script_role)i;
            return true;
        }
    }
    return false;
}

enum script_role script_role_holder(enum script_role role)
{
    return roles[role].holder;
}

bool script_role_fits(enum script_role role, enum script_type type)
{
    return role == SCRIPT_ROLE_NONE || (roles[role].types & 1u << type) != 0;
}

size_t script_role_group(const struct script *s, size_t item)
{
    const enum script_role holder = roles[s->items[item].role].holder;
    if (holder == SCRIPT_ROLE_NONE)
        return SCRIPT_NONE;
    for (size_t up = s->items[item].parent; up != SCRIPT_NO_PARENT; up = s->items[up].parent)
        if (roles[s->items[up].role].types == GROUP)
            return s->items[up].role == holder ? up : SCRIPT_NONE;
    return SCRIPT_NONE;
}
