/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Placeholders in the texts of a script: "{{given}}", "{{quarantine_end}}". What stands for them
 * comes from the person's record, the service and the agent when the text is read aloud; the script
 * itself stays as it was written, and so does what is kept and sent of it.
 *
 * The names, complete:
 *
 *   given, family, full_name   the person's names
 *   agent                      the agent's own given name
 *   service                    title of the service, in the spoken language
 *   public_number              of the service, to ring back: "02 214 19 19"; "+33 …" abroad;
 *                              its blanks break no line
 *   today                      the date
 *   ticket                     of the request
 *   sample_date                the day on which the test was taken
 *   last_contact_date          the last day on which the person was near the index case
 *   NAME_days, NAME_end        of the service's duration NAME (core/duration.h): the number of days
 *                              as it is today, and the day on which it ends
 *
 * There is none for the date of birth: who is called has to say it. Dates are written in words:
 * "dimanche 3 mai 2020". Durations that the scripts of contact tracing use: isolation, quarantine,
 * contagious_before, source_window, watch. */

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/err.h"
#include "core/script.h"

struct record;
struct service;

#define PLACEHOLDER_NAME_CHARS 60
#define PLACEHOLDER_VALUE_CHARS 120 /* a longer one is cut, and closed by "…" */

/* What texts are filled from. Everything may be missing; a stand-in in words is read then. */
struct placeholder_values {
    const struct record *record;   /* NULL = not known */
    const struct service *service; /* NULL = none */
    const char *agent;             /* full name; NULL or "" = not known */
    struct date today;             /* at the centre */
    /* Durations may be counted from a question: the full date that is answered to it and counts.
     * False: there is none. NULL: nothing is answered. */
    bool (*answer)(void *arg, const char *link_id, struct date *ret);
    void *arg;
};

/* What a name may be. */
enum placeholder_kind {
    PLACEHOLDER_UNKNOWN,
    PLACEHOLDER_FORBIDDEN, /* birth_date */
    PLACEHOLDER_VALUE,     /* one of the table */
    PLACEHOLDER_DAYS,      /* NAME_days: whether there is such a duration the service says */
    PLACEHOLDER_END,       /* NAME_end */
};
/* ret_name_len: of NAME, for the last two; NULL allowed. */
enum placeholder_kind placeholder_kind(const char *name, size_t len, size_t *ret_name_len);

/* One after the other: the next placeholder of the text at or after *at, which moves behind it.
 * Its name, without braces and blanks, is a part of text. */
enum placeholder_found {
    PLACEHOLDER_NONE,     /* no more */
    PLACEHOLDER_FOUND,    /* one of good form */
    PLACEHOLDER_UNCLOSED, /* "{{" and no "}}" in the same line */
    PLACEHOLDER_NESTED,   /* "{{" within another */
    PLACEHOLDER_UNOPENED, /* "}}" alone */
    PLACEHOLDER_FORM,     /* what stands between is no name: a lower-case letter, then those,
                             digits and '_' */
};
enum placeholder_found placeholder_next(const char *text, size_t *at, const char **ret_name,
                                        size_t *ret_len);

/* Append the text with every placeholder filled, in a language ("fr", "nl-BE"; dates of languages
 * other than fr, nl, de, en are written in figures, and stand-ins in English). Values are cleaned
 * for the terminal, lose braces and are never looked at for placeholders again. What is no good
 * placeholder stays as it is written. */
void placeholder_fill(const char *text, const struct placeholder_values *values, const char *lang,
                      struct buf *out);

/* The text of a string of the script, filled in the language in which it is there (script_text);
 * values NULL: as it is written. */
void placeholder_script_text(const struct script *script, const struct script_string *s,
                             const char *lang, const struct placeholder_values *values,
                             struct buf *out);

/* Does a text have any? */
bool placeholder_is_in(const char *text);

/* A full date in words: "dimanche 3 mai 2020", "zondag 3 mei 2020", "Sonntag, 3. Mai 2020",
 * "Sunday 3 May 2020"; other languages "03/05/2020". */
void placeholder_date(struct date d, const char *lang, struct buf *out);
