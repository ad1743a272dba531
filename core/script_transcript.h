/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A walk through a script, written down to be read: in the order of the script, by sections, what
 * was said in the spoken language and what was answered, with labels and units. A question or text
 * for the agent's eyes is marked as one: it was not said. Texts are clean (core/text.h), and
 * nothing in them is markup. */

#include "core/buf.h"
#include "core/date.h"
#include "core/script_tree.h"
#include "core/script_words.h"

enum script_transcript_form {
    SCRIPT_TRANSCRIPT_TEXT,
    SCRIPT_TRANSCRIPT_MARKDOWN, /* CommonMark */
};

struct script_transcript {
    enum script_transcript_form form;
    struct script_words words; /* all in one language: that of the person */
    const char *note;          /* a line below the title, NULL = none */
    struct date day;
    unsigned number; /* of the walk, from 1 */
    /* Did the walk come to it? What was answered is there anyhow. NULL: it came to all. */
    bool (*was_said)(void *arg, size_t node);
    void *arg;
};

/* Append it. Answers in branches that are closed now are there, and marked; what is hidden, and
 * help that is only shown on demand, is not. */
void script_transcript_print(const struct script_answers *a, const struct script_transcript *t,
                             struct buf *out);
