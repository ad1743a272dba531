/* SPDX-License-Identifier: Apache-2.0 */
/* What items are for, by their codes. A misspelt one would lose a contact, so it is told. */

#include <string.h>

#include "core/script_role.h"
#include "net/api/questionnaire_parts.h"

static bool is_ours(const char *system)
{
    return strncmp(system, SCRIPT_ROLE_SYSTEM, strlen(SCRIPT_ROLE_SYSTEM)) == 0;
}

void load_role(struct loader *l, const cJSON *j, struct script_item *item)
{
    const cJSON *codes = json_arr(j, "code");
    for (const cJSON *c = codes ? codes->child : NULL; c; c = c->next) {
        enum script_role role;
        const char *system = json_str(c, "system", "");
        if (!is_ours(system))
            continue;
        if (!script_role_by_code(system, json_str(c, "code", ""), &role))
            findings_add(l->findings, false, "person-code", item->link_id,
                         "a code of %s that there is not: its answers are only kept",
                         SCRIPT_ROLE_SYSTEM);
        else if (item->role != SCRIPT_ROLE_NONE)
            findings_add(l->findings, false, "person-code", item->link_id,
                         "a second code of %s: the first one counts", SCRIPT_ROLE_SYSTEM);
        else if (!script_role_fits(role, item->type))
            findings_add(l->findings, false, "person-code", item->link_id,
                         "an item of this type cannot be the %s: its answers are only kept",
                         script_role_code(role));
        else
            item->role = role;
    }
}

/* Is there an item of this role in the group? */
static bool has(const struct script *s, size_t group, enum script_role role)
{
    for (size_t i = group + 1; i < s->n_items && s->items[i].depth > s->items[group].depth; i++)
        if (s->items[i].role == role && script_role_group(s, i) == group)
            return true;
    return false;
}

static void check_group(const struct script *s, size_t group, struct findings *findings)
{
    static const struct {
        enum script_role group;
        enum script_role part;
    } needed[] = {
        {SCRIPT_ROLE_CONTACT,      SCRIPT_ROLE_GIVEN },
        {SCRIPT_ROLE_CONTACT,      SCRIPT_ROLE_FAMILY},
        {SCRIPT_ROLE_CONTACT,      SCRIPT_ROLE_PHONE },
        {SCRIPT_ROLE_COLLECTIVITY, SCRIPT_ROLE_KIND  },
        {SCRIPT_ROLE_COLLECTIVITY, SCRIPT_ROLE_NAME  },
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (s->items[group].role == needed[i].group && !has(s, group, needed[i].part))
            findings_add(findings, false, "person-code", s->items[group].link_id,
                         "a %s without an item for the %s", script_role_code(needed[i].group),
                         script_role_code(needed[i].part));
}

void check_roles(const struct script *s, struct findings *findings)
{
    for (size_t i = 0; i < s->n_items; i++) {
        const enum script_role role = s->items[i].role;
        if (role == SCRIPT_ROLE_NONE)
            continue;
        if (script_role_holder(role) == SCRIPT_ROLE_NONE)
            check_group(s, i, findings);
        else if (script_role_group(s, i) == SCRIPT_NONE)
            findings_add(
                findings, false, "person-code", s->items[i].link_id,
                "the %s stands outside a group with the code %s: its answers are only kept",
                script_role_code(role), script_role_code(script_role_holder(role)));
    }
}
