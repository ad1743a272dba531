/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody to call: the names of regions, kinds and states. */

#include "core/person.h"

#include <string.h>

#include "core/i18n.h"

struct word {
    const char *name, *text;
};

static const struct word regions[] = {
    [REGION_VLG] = {"VLG", N_("Flanders")                 },
    [REGION_WAL] = {"WAL", N_("Wallonia")                 },
    [REGION_BXL] = {"BXL", N_("Brussels")                 },
    [REGION_OOS] = {"OOS", N_("German-speaking community")},
};
_Static_assert(sizeof regions / sizeof regions[0] == REGION_COUNT, "one row a region");

static const struct word kinds[] = {
    [PERSON_INDEX] = {"index",   N_("index case")},
    [PERSON_CONTACT] = {"contact", N_("contact")   },
};
_Static_assert(sizeof kinds / sizeof kinds[0] == PERSON_KIND_COUNT, "one row a kind");

static const struct word states[] = {
    [PERSON_WAITING] = {"waiting",    N_("waiting")         },
    [PERSON_RESTING] = {"resting",    N_("resting")         },
    [PERSON_HELD] = {"held",       N_("held by an agent")},
    [PERSON_UNRESOLVED] = {"unresolved", N_("unresolved")      },
    [PERSON_CLOSED] = {"closed",     N_("closed")          },
};
_Static_assert(sizeof states / sizeof states[0] == PERSON_STATE_COUNT, "one row a state");

/* The row with this name, or -1. */
static int word_find(const struct word *words, int n, const char *name, size_t len)
{
    for (int i = 0; i < n; i++)
        if (strlen(words[i].name) == len && memcmp(words[i].name, name, len) == 0)
            return i;
    return -1;
}

const char *region_name(enum region region)
{
    return regions[region].name;
}

const char *region_text(enum region region)
{
    return regions[region].text;
}

bool region_by_name(const char *name, size_t len, enum region *ret)
{
    const int i = word_find(regions, REGION_COUNT, name, len);
    if (i >= 0)
        *ret = (enum region)i;
    return i >= 0;
}

const char *person_kind_name(enum person_kind kind)
{
    return kinds[kind].name;
}

const char *person_kind_text(enum person_kind kind)
{
    return kinds[kind].text;
}

bool person_kind_by_name(const char *name, size_t len, enum person_kind *ret)
{
    const int i = word_find(kinds, PERSON_KIND_COUNT, name, len);
    if (i >= 0)
        *ret = (enum person_kind)i;
    return i >= 0;
}

const char *person_state_name(enum person_state state)
{
    return states[state].name;
}

const char *person_state_text(enum person_state state)
{
    return states[state].text;
}

bool person_state_by_name(const char *name, size_t len, enum person_state *ret)
{
    const int i = word_find(states, PERSON_STATE_COUNT, name, len);
    if (i >= 0)
        *ret = (enum person_state)i;
    return i >= 0;
}
