/* SPDX-License-Identifier: Apache-2.0 */
/* What answers are worth, as tables. */

#include "core/response_status.h"

#include <string.h>

static const char *const names[] = {
    [RESPONSE_IN_PROGRESS] = "in-progress",
    [RESPONSE_COMPLETED] = "completed",
    [RESPONSE_AMENDED] = "amended",
    [RESPONSE_STOPPED] = "stopped",
    [RESPONSE_ENTERED_IN_ERROR] = "entered-in-error",
};
_Static_assert(sizeof names / sizeof names[0] == RESPONSE_STATUS_COUNT, "one name a status");

const char *response_status_name(enum response_status status)
{
    return names[status];
}

bool response_status_parse(const char *name, enum response_status *ret)
{
    for (unsigned i = 0; i < RESPONSE_STATUS_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum response_status)i;
            return true;
        }
    }
    return false;
}

enum response_words response_words_next(enum response_words was, bool whole)
{
    static const enum response_words next[RESPONSE_WORDS_COUNT] = {
        [RESPONSE_DRAFT] = RESPONSE_WHOLE,
        [RESPONSE_WHOLE] = RESPONSE_ANEW,
        [RESPONSE_ANEW] = RESPONSE_ANEW,
    };
    return whole ? next[was] : RESPONSE_DRAFT;
}

bool response_is_verdict(enum response_status verdict)
{
    return verdict != RESPONSE_AMENDED;
}

/* clang-format off */
static const enum response_status statuses[RESPONSE_WORDS_COUNT][RESPONSE_STATUS_COUNT] = {
    [RESPONSE_DRAFT] = {
        [RESPONSE_IN_PROGRESS]      = RESPONSE_IN_PROGRESS,
        [RESPONSE_COMPLETED]        = RESPONSE_STOPPED, /* something is missing, and stays so */
        [RESPONSE_AMENDED]          = RESPONSE_STOPPED,
        [RESPONSE_STOPPED]          = RESPONSE_STOPPED,
        [RESPONSE_ENTERED_IN_ERROR] = RESPONSE_ENTERED_IN_ERROR,
    },
    [RESPONSE_WHOLE] = {
        [RESPONSE_IN_PROGRESS]      = RESPONSE_COMPLETED,
        [RESPONSE_COMPLETED]        = RESPONSE_COMPLETED,
        [RESPONSE_AMENDED]          = RESPONSE_COMPLETED,
        [RESPONSE_STOPPED]          = RESPONSE_COMPLETED,
        [RESPONSE_ENTERED_IN_ERROR] = RESPONSE_ENTERED_IN_ERROR,
    },
    [RESPONSE_ANEW] = {
        [RESPONSE_IN_PROGRESS]      = RESPONSE_AMENDED,
        [RESPONSE_COMPLETED]        = RESPONSE_AMENDED,
        [RESPONSE_AMENDED]          = RESPONSE_AMENDED,
        [RESPONSE_STOPPED]          = RESPONSE_AMENDED,
        [RESPONSE_ENTERED_IN_ERROR] = RESPONSE_ENTERED_IN_ERROR,
    },
};
/* clang-format on */

enum response_status response_status_of(enum response_words words, enum response_status verdict)
{
    return statuses[words][verdict];
}

struct response_state response_wrapped(struct response_state was, enum response_status verdict,
                                       bool told)
{
    const bool taken_back = was.status == RESPONSE_ENTERED_IN_ERROR && told;
    const bool counts = verdict != RESPONSE_ENTERED_IN_ERROR;
    struct response_state now = {.words = was.words};
    if (taken_back && counts && was.words == RESPONSE_WHOLE)
        now.words = RESPONSE_ANEW;
    now.status = response_status_of(now.words, verdict);
    return now;
}

enum response_telling response_telling(struct response_state was, struct response_state now,
                                       bool told)
{
    const bool was_error = was.status == RESPONSE_ENTERED_IN_ERROR;
    const bool is_error = now.status == RESPONSE_ENTERED_IN_ERROR;
    if (now.words == RESPONSE_DRAFT || was_error == is_error)
        return RESPONSE_TELL_NOTHING;
    return is_error && !told ? RESPONSE_RECALL : RESPONSE_TELL;
}

bool response_goes_on(enum response_status status, bool same_agent, bool carry)
{
    return status == RESPONSE_IN_PROGRESS && (same_agent || carry);
}
