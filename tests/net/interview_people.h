/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Invented people who are called, and what they answer. */

#include <stddef.h>

#define PERSON_ANSWERS 48

struct interviewed {
    const char *who;    /* one line about the person */
    size_t interview;   /* 0 = index case, 1 = contact: interview_names */
    const char *hears;  /* a text that has to be there when everything is answered */
    const char *spared; /* an item that must not be there then */
    /* What is answered otherwise than a calm person would: linkId and answer, in whatever order.
     * Each of them has to be asked. */
    const char *answers[PERSON_ANSWERS][2];
};

extern const struct interviewed interviewed[];
extern const size_t n_interviewed;
