/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the answers of a call are worth: the status of a QuestionnaireResponse (FHIR R4,
 * QuestionnaireResponse.status), which follows the call.
 *
 * Three things decide it, and nothing else: what the agent gave (struct response_state, words),
 * what the wrap-up code of the call makes of answers (struct wrapup_code, answers), and whether the
 * other side was ever told. A corrected code is simply applied again, so nothing of what was given
 * is taken away by a code: answers of the wrong person are kept here, and no longer told. */

#include <stdbool.h>
#include <stddef.h>

enum response_status {
    RESPONSE_IN_PROGRESS, /* a draft: keeps the answers of disabled items, may break rules */
    RESPONSE_COMPLETED,
    RESPONSE_AMENDED,          /* completed, and corrected later */
    RESPONSE_STOPPED,          /* abandoned: what was answered, without what is disabled */
    RESPONSE_ENTERED_IN_ERROR, /* wrong person; otherwise as stopped */
};
#define RESPONSE_STATUS_COUNT (RESPONSE_ENTERED_IN_ERROR + 1)

/* FHIR's word ("in-progress"). */
const char *response_status_name(enum response_status status);
/* False, *ret untouched, when FHIR has no such word. */
bool response_status_parse(const char *name, enum response_status *ret);

/* What the agent gave. */
enum response_words {
    RESPONSE_DRAFT, /* not handed in */
    RESPONSE_WHOLE, /* handed in, complete */
    RESPONSE_ANEW,  /* handed in, and changed afterwards */
};
#define RESPONSE_WORDS_COUNT (RESPONSE_ANEW + 1)

struct response_state {
    enum response_words words;
    enum response_status status;
};

/* The words after other ones came: whole = they were handed in. Whoever handed in what was handed
 * in before changed it. */
enum response_words response_words_next(enum response_words was, bool whole);

/* May a wrap-up code say this of answers? All but amended, which comes of itself. */
bool response_is_verdict(enum response_status verdict);

/* What a code with this verdict makes of the words. A verdict is about a draft: what was handed in
 * complete stays so, except of the wrong person; a draft is never said to be complete. A call
 * without a code yet is in progress. verdict: response_is_verdict. */
enum response_status response_status_of(enum response_words words, enum response_status verdict);

/* A code, or another one, was chosen. told: the other side has the answers, or may have them. What
 * was taken back there and counts after all was changed since it was complete. */
struct response_state response_wrapped(struct response_state was, enum response_status verdict,
                                       bool told);

/* What the other side has to be told when one state follows another. */
enum response_telling {
    RESPONSE_TELL_NOTHING,
    RESPONSE_TELL,   /* a newer version; of the wrong person: the status, and no answer */
    RESPONSE_RECALL, /* it waits to be told, nobody has it: nobody gets it */
};
enum response_telling response_telling(struct response_state was, struct response_state now,
                                       bool told);

/* Does a later call with the same person go on where these answers ended? Only a draft that is in
 * progress; the agent who gave it goes on, since nothing changes hands. Another agent begins anew
 * (domain: a half-filled script is not transferred), unless the service hands drafts over. */
bool response_goes_on(enum response_status status, bool same_agent, bool carry);
