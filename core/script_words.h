/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A script's questions and answers in words: what explains a branch, and what a walk through a
 * script is written down with. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/script.h"

struct placeholder_values;

/* How things are put. All members may be zero: base texts, braces as they are, English. */
struct script_words {
    const char *lang;                        /* of the script's own texts (BCP 47) */
    const struct placeholder_values *values; /* what stands for names in braces; NULL: they stay */
    /* The program's own words ("yes", "shown because %s"), marked with N_(), in a language. */
    const char *(*translate)(void *arg, const char *msgid);
    void *arg;
};

/* For `translate`, where the program's words are to be in the language that is spoken rather than
 * the agent's: arg is its tag (const char *: "nl", "fr-BE"). Knows fr, nl, de for all that
 * script_words, script_why and script_transcript say; English else. */
const char *script_words_spoken(void *lang, const char *msgid);

/* The word itself, translated. Never NULL. */
const char *script_words_say(const struct script_words *w, const char *msgid);

/* Append a translated sentence whose one "%s" is text; nothing else in it is a format. */
void script_words_fill(const struct script_words *w, const char *msgid, const char *text,
                       struct buf *out);

/* The full date that is the first answer to a question, if it counts: the `answer` of
 * placeholder_values, whose `arg` is the answers (struct script_answers *). */
struct date;
bool script_words_date(void *answers, const char *link_id, struct date *ret);

/* Append what an item is called in a line: its short label, else the start of its text, at most
 * max_chars characters, closed by "…" when cut; its linkId when it has neither. One line, clean. */
void script_words_label(const struct script *s, size_t item, const struct script_words *w,
                        size_t max_chars, struct buf *out);

/* Append a value of that item: "yes"; an option's text; "03/05/2020"; "37.5 °C"; a text as it is,
 * clean, its line ends kept. Nothing for SCRIPT_VALUE_NONE. */
void script_words_value(const struct script *s, size_t item, const struct script_value *value,
                        const struct script_words *w, struct buf *out);
