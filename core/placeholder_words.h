/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The words that placeholders need, in the languages in which people are called. They are not
 * gettext's: that speaks the agent's language, and only one at a time. */

#include "core/buf.h"

enum placeholder_word {
    PLACEHOLDER_WORD_GIVEN,
    PLACEHOLDER_WORD_FAMILY,
    PLACEHOLDER_WORD_NAME,
    PLACEHOLDER_WORD_AGENT,
    PLACEHOLDER_WORD_SERVICE,
    PLACEHOLDER_WORD_NUMBER,
    PLACEHOLDER_WORD_TODAY,
    PLACEHOLDER_WORD_TICKET,
    PLACEHOLDER_WORD_SAMPLE,
    PLACEHOLDER_WORD_LAST_CONTACT,
    PLACEHOLDER_WORD_DATE,
    PLACEHOLDER_WORD_DAYS,
};
#define PLACEHOLDER_WORD_COUNT (PLACEHOLDER_WORD_DAYS + 1)

/* Append "[date of last contact: not known]". */
void placeholder_lack(enum placeholder_word word, const char *lang, struct buf *out);
