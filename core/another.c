/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call. */

#include "core/another.h"

#include <string.h>

#include "core/i18n.h"

static const struct {
    const char *name;
    const char *text;
} refusals[] = {
    [ANOTHER_MAY] = {"none",       ""                                                          },
    [ANOTHER_UNREADABLE] = {"unreadable", N_("What is stored of this person cannot be read.")         },
    [ANOTHER_HELD] = {"held",       N_("Another agent has this person now.")                    },
    [ANOTHER_UNWANTED] = {"unwanted",   N_("This person does not want to be called again.")         },
    [ANOTHER_CLOSED] = {"closed",     N_("This person is closed.")                                },
    [ANOTHER_UNRESOLVED] = {"unresolved", N_("A supervisor decides about this person first.")         },
    [ANOTHER_NOT_SERVED] = {"not_served", N_("This person is of a service that is not yours.")        },
    [ANOTHER_HOURS] = {"hours",      N_("The service is closed: nobody is called now.")          },
    [ANOTHER_NUMBER] = {"number",     N_("A number of this person is being called elsewhere now.")},
};
_Static_assert(sizeof refusals / sizeof refusals[0] == ANOTHER_REFUSAL_COUNT, "one row each");

enum another_refusal another_refuse(const struct another_person *p)
{
    const bool holds[] = {
        [ANOTHER_MAY] = false,
        [ANOTHER_UNREADABLE] = p->damaged,
        [ANOTHER_HELD] = p->state == PERSON_HELD,
        [ANOTHER_UNWANTED] = p->unwanted,
        [ANOTHER_CLOSED] = p->state == PERSON_CLOSED && !p->same,
        [ANOTHER_UNRESOLVED] = p->state == PERSON_UNRESOLVED,
        [ANOTHER_NOT_SERVED] = !p->served,
        [ANOTHER_HOURS] = !p->open,
        [ANOTHER_NUMBER] = p->number_busy,
    };
    for (unsigned i = 1; i < ANOTHER_REFUSAL_COUNT; i++) {
        if (holds[i]) {
            return (enum another_refusal)i;
        }
    }
    return ANOTHER_MAY;
}

const char *another_refusal_name(enum another_refusal refusal)
{
    return (unsigned)refusal < ANOTHER_REFUSAL_COUNT ? refusals[refusal].name : "";
}

const char *another_refusal_text(enum another_refusal refusal)
{
    return (unsigned)refusal < ANOTHER_REFUSAL_COUNT ? refusals[refusal].text : "";
}

bool another_refusal_by_name(const char *name, enum another_refusal *ret)
{
    for (unsigned i = 0; i < ANOTHER_REFUSAL_COUNT; i++) {
        if (strcmp(refusals[i].name, name) == 0) {
            *ret = (enum another_refusal)i;
            return true;
        }
    }
    return false;
}

enum person_state another_back(enum person_state before, int64_t before_due_utc_s,
                               int64_t pause_until_utc_s, int64_t now_utc_s, int64_t *ret_due_utc_s)
{
    *ret_due_utc_s = 0;
    if (before == PERSON_CLOSED || before == PERSON_UNRESOLVED) {
        return before;
    }
    int64_t due = before == PERSON_RESTING ? before_due_utc_s : 0;
    due = due < pause_until_utc_s ? pause_until_utc_s : due;
    if (due <= now_utc_s) {
        return PERSON_WAITING;
    }
    *ret_due_utc_s = due;
    return PERSON_RESTING;
}
